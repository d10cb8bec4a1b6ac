//! Trackback's answer. Its question is a form. Called by `http/mentions/trackback.rs`. Source:
//! TrackBack Technical Specification 1.2 (Six Apart, 2004).

use super::xmlrpc::escape;

/// The answer to a trackback: taken, or why not.
#[must_use]
pub fn answer(refused: Option<&str>) -> String {
    let inner = match refused {
        None => String::from("<error>0</error>"),
        Some(why) => format!("<error>1</error><message>{}</message>", escape(why)),
    };
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<response>{inner}</response>\n")
}

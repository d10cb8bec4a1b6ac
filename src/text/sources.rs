//! The addresses of media. Pages that load lazily write a placeholder as the address, and the real
//! one as `data-src` and the like.

use std::borrow::Cow;

use super::references::decode;
use super::site::Site;
use super::{srcset, tags};

/// Attributes that hold addresses of media.
const ADDRESSES: [&str; 4] = ["src", "srcset", "sizes", "poster"];

/// Attributes of scripts that hold the real `src` without saying so in their end.
const REAL: [&str; 6] =
    ["data-breeze", "data-echo", "data-img-url", "data-lazy", "data-original", "data-url"];

/// Words in the names of attributes for other sizes than the one that the article shows.
#[rustfmt::skip]
const OTHER_SIZES: [&str; 17] = [
    "default", "error", "fallback", "full", "hires", "icon", "large", "low", "medium",
    "orig-file", "placeholder", "preview", "retina", "small", "thumb", "tiny", "zoom",
];

/// Words that the file name of a placeholder consists of. The first ones suffice alone.
#[rustfmt::skip]
const PLACEHOLDER: [&str; 26] = [
    "1x1", "ajax", "blank", "clear", "dummy", "empty", "lazy", "lazyload", "loader", "loading",
    "pixel", "placeholder", "spacer", "spinner", "transparent", "trans", "default", "gray",
    "grey", "image", "images", "img", "load", "px", "white", "x",
];

/// The rank of an attribute among those for the same address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// `data-src`, `data-lazy-srcset`…
    Lazy,
    /// `src`, `srcset`…
    Plain,
    /// The same image in another size.
    OtherSize,
    /// A placeholder as `src`.
    Placeholder,
}

/// True for attributes of media that [`of`] reads.
pub(super) fn is_address(name: &str, key: &str) -> bool {
    is_media(name) && ADDRESSES.contains(&key)
}

/// True for elements that load a file or a frame.
pub(super) fn is_media(name: &str) -> bool {
    matches!(name, "audio" | "iframe" | "img" | "source" | "track" | "video")
}

/// True if an element is loaded lazily, from an address that only scripts know.
pub(super) fn is_lazy(written: &[(String, &str)]) -> bool {
    ["src", "srcset"].iter().any(|address| {
        let lazy = |(rank, value): &(Rank, &str)| *rank == Rank::Lazy && is_written(value);
        candidates(address, written).iter().any(lazy)
    })
}

/// True if an image stands for one in another element, by its class or file name.
pub(super) fn is_placeholder(written: &[(String, &str)]) -> bool {
    let value = |key: &str| written.iter().find(|(other, _)| other == key).map(|(_, value)| *value);
    let is_lazy = |class: &str| class.to_ascii_lowercase().contains("lazy");
    value("class").is_some_and(is_lazy) || value("src").is_some_and(names_placeholder)
}

/// True for an image that nobody sees, which counts readers.
pub(super) fn is_pixel(written: &[(String, &str)]) -> bool {
    let value = |key: &str| written.iter().find(|(other, _)| other == key).map(|(_, value)| *value);
    let is_none =
        |key| value(key).is_some_and(|size| matches!(size.trim(), "0" | "1" | "0px" | "1px"));
    let is_hidden = |style: &str| style.replace(' ', "").contains("display:none");
    is_none("width") && is_none("height") || value("style").is_some_and(is_hidden)
}

/// Returns the addresses of a media element, with values as HTML. `spare` is the address of an image
/// without any: that of a source beside it.
pub(super) fn of<'a>(
    name: &str,
    written: &'a [(String, &'a str)],
    site: &Site,
    spare: Option<&str>,
) -> Vec<(&'static str, Cow<'a, str>)> {
    let html = |text: String| Cow::Owned(text.replace('&', "&amp;"));
    let values = |key| candidates(key, written).into_iter();
    let usable = |key: &'static str| {
        values(key).map(|(_, value)| value).find(|value| is_source(value)).map(Cow::Borrowed)
    };
    let mut found = Vec::new();
    let set = tags::allows(name, "srcset")
        .then(|| {
            values("srcset")
                .map(|(_, value)| srcset::clean(&decode(value)))
                .find(|set| !set.is_empty())
        })
        .flatten();
    let src = match name {
        "iframe" => {
            values("src").find_map(|(_, value)| site.embeds.address(&decode(value))).map(html)
        }
        "img" => {
            let real =
                values("src").find(|(rank, value)| *rank < Rank::Placeholder && is_source(value));
            let spare = || set.as_deref().and_then(srcset::fallback).or(spare).map(str::to_owned);
            real.map(|(_, value)| Cow::Borrowed(value))
                .or_else(|| spare().map(html))
                .or_else(|| usable("src"))
        }
        _ => usable("src"),
    };
    found.extend(src.map(|src| ("src", src)));
    found.extend(set.map(|set| ("srcset", html(set))));
    if tags::allows(name, "sizes") {
        let sizes = values("sizes").map(|(_, value)| value);
        let sizes =
            sizes.filter(|value| tags::allows_value(name, "sizes", value) && *value != "auto");
        found.extend(sizes.take(1).map(|sizes| ("sizes", Cow::Borrowed(sizes))));
    }
    if tags::allows(name, "poster") {
        found.extend(usable("poster").map(|poster| ("poster", poster)));
    }
    found
}

/// Returns the values for one address, the best first.
fn candidates<'a>(address: &str, written: &'a [(String, &'a str)]) -> Vec<(Rank, &'a str)> {
    let ranked = written.iter().filter_map(|(key, value)| {
        let rank = rank(address, key, value)?;
        (value.len() <= tags::MAX_VALUE).then_some((rank, *value))
    });
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked
}

fn rank(address: &str, key: &str, value: &str) -> Option<Rank> {
    if key == address {
        let is_placeholder = address == "src" && names_placeholder(value);
        return Some(if is_placeholder { Rank::Placeholder } else { Rank::Plain });
    }
    let name = key.strip_prefix("data-")?;
    let is_named = name.ends_with(address)
        || address == "src" && REAL.contains(&key)
        || address == "srcset" && name == "original-set";
    let is_other = address == "src" && OTHER_SIZES.iter().any(|size| name.contains(size));
    let is_url = address == "sizes" || is_written(value);
    match (is_named, is_other) {
        (_, true) => is_url.then_some(Rank::OtherSize),
        (true, _) => is_url.then_some(Rank::Lazy),
        _ => None,
    }
}

/// True for a value that scripts read as an address: no option such as `true`, and no JSON.
fn is_written(value: &str) -> bool {
    let value = value.trim();
    let ending = value.rsplit_once('.').map_or("", |(_, ending)| ending);
    (value.contains('/') || ending.starts_with(|c: char| c.is_ascii_alphabetic()))
        && !value.starts_with(['{', '[', '#'])
        && !value.starts_with("data:")
}

fn is_source(value: &str) -> bool {
    let value = decode(value);
    let value = value.trim();
    !value.is_empty() && !value.starts_with('#') && srcset::is_web(value)
}

/// True for an address whose file name says that it is a placeholder, such as `/img/1x1.trans.gif`.
fn names_placeholder(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
    let words = || stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let is_size = |word: &str| word.bytes().all(|b| b.is_ascii_digit() || b == b'x');
    words().all(|word| PLACEHOLDER.contains(&word) || is_size(word))
        && words().any(|word| PLACEHOLDER[..16].contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholder_has_the_name_of_one() {
        for address in [
            "/wp-content/plugins/a3-lazy-load/assets/images/lazy_placeholder.gif",
            "https://s0.wp.example/images/1x1.trans.gif",
            "/blank.gif?x=1",
            "loading-300x200.svg",
        ] {
            assert!(names_placeholder(address), "{address}");
        }
        for address in
            ["/a.jpg", "/pixel-phone.jpg", "/image-300x200.jpg", "/white.png", "/", "صورة.jpg"]
        {
            assert!(!names_placeholder(address), "{address}");
        }
    }

    #[test]
    fn other_sizes_are_used_only_without_a_source() {
        let site = Site::default();
        let src = |written: &[(String, &str)]| {
            let found = of("img", written, &site, None);
            found.into_iter().find(|(key, _)| *key == "src").map(|(_, src)| src.into_owned())
        };
        for (key, value, src_with, src_without) in [
            ("data-src", "/b.jpg", "/b.jpg", "/b.jpg"),
            ("data-cfsrc", "/b.jpg", "/b.jpg", "/b.jpg"),
            ("data-orig-file", "/b.jpg", "/a.jpg", "/b.jpg"),
            ("data-full-src", "/b.jpg", "/a.jpg", "/b.jpg"),
            ("data-lazy", "true", "/a.jpg", ""),
            ("data-src", "{\"a\": \"/b.jpg\"}", "/a.jpg", ""),
            ("data-src", "javascript:alert(1)/.", "/a.jpg", ""),
            ("alt", "/b.jpg", "/a.jpg", ""),
        ] {
            let lazy = (key.to_owned(), value);
            let with = [("src".to_owned(), "/a.jpg"), lazy.clone()];
            let without = [("src".to_owned(), "data:image/gif;base64,R0"), lazy];
            assert_eq!(src(&with).unwrap_or_default(), src_with, "{key}");
            assert_eq!(src(&without).unwrap_or_default(), src_without, "{key}");
        }
    }
}

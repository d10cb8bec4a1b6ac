//! The sites whose embeds (`iframe`) articles may contain, by a list of hosts and paths.

use std::fmt;

use url::Url;

/// Players of videos, posts of networks, sound, documents and charts, and maps. Hosts with other pages
/// beside their embeds have a path.
pub const DEFAULT: &str = "\
    youtube.com,youtube-nocookie.com,vimeo.com,dailymotion.com,videopress.com,\
    video.wordpress.com,wordpress.tv,embed.ted.com,player.twitch.tv,clips.twitch.tv,\
    streamable.com,rumble.com/embed,players.brightcove.net,cdn.jwplayer.com/players,\
    archive.org/embed,twitter.com,x.com,facebook.com,instagram.com,threads.net,threads.com,\
    tiktok.com,t.me,embed.bsky.app,embed.reddit.com,www.redditmedia.com,\
    assets.pinterest.com/ext,www.linkedin.com/embed,embed.tumblr.com,giphy.com/embed,\
    soundcloud.com,open.spotify.com/embed,open.spotify.com/embed-podcast,\
    embed.podcasts.apple.com,embed.music.apple.com,widget.deezer.com,widget.anghami.com,\
    mixcloud.com,embed.acast.com,widget.spreaker.com,pca.st/embed,podbean.com,\
    reverbnation.com/widget_code,datawrapper.dwcdn.net,flo.uri.sh,e.infogram.com,\
    scribd.com/embeds,issuu.com,slideshare.net/slideshow/embed_code,speakerdeck.com/player,\
    documentcloud.org,canva.com/design,kickstarter.com/projects,www.google.com/maps,\
    maps.google.com,openstreetmap.org";

/// Hosts, each with its subdomains, and with the paths below one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbedHosts(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    /// In ASCII and lower case.
    host: String,
    /// Empty for all paths. Without a final `/`.
    path: String,
}

impl EmbedHosts {
    /// No hosts: articles have no embeds.
    #[must_use]
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// Parses a list such as `youtube.com,www.google.com/maps`. `None` if an entry is no host.
    #[must_use]
    pub fn parse(list: &str) -> Option<Self> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(Entry::parse).collect::<Option<_>>().map(Self)
    }

    /// Returns the secure address of an embed, or `None` if its site isn't listed.
    pub(super) fn address(&self, src: &str) -> Option<String> {
        let src = src.trim();
        let mut url = match src.strip_prefix("//") {
            Some(rest) => Url::parse(&format!("https://{rest}")),
            None => Url::parse(src),
        }
        .ok()?;
        if url.scheme() == "http" && url.port().is_none() {
            url.set_scheme("https").ok()?;
        }
        let is_bare = url.username().is_empty() && url.password().is_none() && url.port().is_none();
        let is_listed = self.0.iter().any(|entry| entry.matches(&url));
        (url.scheme() == "https" && is_bare && is_listed).then(|| url.into())
    }
}

impl Default for EmbedHosts {
    fn default() -> Self {
        Self::parse(DEFAULT).unwrap_or_else(Self::none)
    }
}

impl fmt::Display for EmbedHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries: Vec<String> =
            self.0.iter().map(|entry| format!("{}{}", entry.host, entry.path)).collect();
        f.write_str(if entries.is_empty() { "none" } else { "" })?;
        f.write_str(&entries.join(","))
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(&format!("https://{text}")).ok()?;
        let host = url.domain().filter(|host| host.contains('.'))?.to_owned();
        let is_plain = url.port().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        is_plain.then(|| Self { host, path: url.path().trim_end_matches('/').to_owned() })
    }

    fn matches(&self, url: &Url) -> bool {
        let Some(host) = url.domain() else { return false };
        let is_host = host
            .strip_suffix(self.host.as_str())
            .is_some_and(|sub| sub.is_empty() || sub.ends_with('.'));
        let is_path = url
            .path()
            .strip_prefix(self.path.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        is_host && is_path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_embed_has_a_secure_address() {
        let hosts = EmbedHosts::default();
        for (src, address) in [
            ("https://www.youtube.com/embed/x?a=1&b=2", "https://www.youtube.com/embed/x?a=1&b=2"),
            ("//player.vimeo.com/video/1", "https://player.vimeo.com/video/1"),
            ("http://www.youtube.com/embed/x", "https://www.youtube.com/embed/x"),
            (
                " HTTPS://PLATFORM.twitter.com/embed/Tweet.html?id=1",
                "https://platform.twitter.com/embed/Tweet.html?id=1",
            ),
            ("https://www.google.com/maps/embed?pb=1", "https://www.google.com/maps/embed?pb=1"),
            ("https://www.google.com/maps", "https://www.google.com/maps"),
        ] {
            assert_eq!(hosts.address(src).as_deref(), Some(address), "{src}");
        }
        for src in [
            "",
            "/embed/x",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://evil.example/",
            "https://youtube.com.evil.example/",
            "https://notyoutube.com/",
            "https://youtube.com@evil.example/",
            "https://me@youtube.com/",
            "https://youtube.com:8443/",
            "http://youtube.com:8080/",
            "https://www.google.com/url?q=https://evil.example",
            "https://www.google.com/mapsevil",
            "https://www.google.com/maps/../url",
            "https://evil.example\\@youtube.com/",
            "ftp://youtube.com/",
        ] {
            assert_eq!(hosts.address(src), None, "{src}");
        }
    }

    #[test]
    fn list_is_parsed_and_written_in_ascii() {
        let hosts = EmbedHosts::parse(" Video.Example, فيديو.example/مقاطع/ ").expect("a list");
        assert_eq!(
            hosts.to_string(),
            "video.example,xn--ugb9awagb.example/%D9%85%D9%82%D8%A7%D8%B7%D8%B9"
        );
        assert!(hosts.address("https://a.video.example/1").is_some());
        for list in
            ["https://a.example", "a", "a.example:8080", "a.example?x", "me@a.example", "1.2.3.4"]
        {
            assert_eq!(EmbedHosts::parse(list), None, "{list}");
        }
        assert_eq!(EmbedHosts::parse(""), Some(EmbedHosts::none()));
    }
}

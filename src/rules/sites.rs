//! Sites: which pack a text belongs to.

/// A URL pattern as in WebExtensions, the scheme optional: `*.example.com/news/*`.
///
/// `*.` in front of a host stands for the host and all below it; `*` in a path for anything. A pattern
/// without a path takes every path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UrlPattern {
    scheme: Option<String>,
    host: Host,
    path: String,
    /// A pattern that takes away what others gave: it was written with a leading `!`.
    pub(crate) except: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    Any,
    Exact(String),
    /// The host itself and every host that ends in a dot and it.
    Below(String),
}

impl UrlPattern {
    /// Parses a pattern; the error says what is wrong with it.
    pub(crate) fn parse(pattern: &str) -> Result<Self, String> {
        let (except, rest) = match pattern.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        let (scheme, rest) = match rest.split_once("://") {
            Some(("*", rest)) => (None, rest),
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, rest),
        };
        let (host, path) = match rest.find('/') {
            Some(at) => (&rest[..at], rest[at..].to_owned()),
            None => (rest, "/*".to_owned()),
        };
        let host = match host.strip_prefix("*.") {
            Some(below) => Host::Below(below.to_ascii_lowercase()),
            None if host == "*" => Host::Any,
            None => Host::Exact(host.to_ascii_lowercase()),
        };
        match &host {
            Host::Exact(host) | Host::Below(host) if host.is_empty() || host.contains('*') => {
                Err("a host is `example.com`, `*.example.com` or `*`".to_owned())
            }
            _ => Ok(Self { scheme, host, path, except }),
        }
    }

    /// Returns whether `url` matches, leaving a leading `!` aside.
    pub(crate) fn matches(&self, url: &str) -> bool {
        let Some((scheme, rest)) = url.split_once("://") else { return false };
        if self.scheme.as_deref().is_some_and(|wanted| !wanted.eq_ignore_ascii_case(scheme)) {
            return false;
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let host = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
        let host_fits = match &self.host {
            Host::Any => true,
            Host::Exact(wanted) => host == *wanted,
            Host::Below(wanted) => {
                host.strip_suffix(wanted.as_str()).is_some_and(|front| front.is_empty() || front.ends_with('.'))
            }
        };
        host_fits && wildcard(&self.path, &path)
    }
}

/// Matches `text` against a pattern in which `*` stands for any run of characters.
fn wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    // The leftmost place for each part leaves the most room for the next, so no place need be tried twice.
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_hosts_and_paths() {
        for (pattern, url, matches) in [
            ("*.example.com", "https://example.com/", true),
            ("*.example.com", "https://www.example.com", true),
            ("*.example.com", "https://badexample.com/", false),
            ("example.com", "https://www.example.com/", false),
            ("*.example.com/news/*", "http://example.com/news/1", true),
            ("*.example.com/news/*", "http://example.com/sport/news/1", false),
            ("*.example.com/*/news/*.html", "http://example.com/a/news/1.html", true),
            ("https://example.com", "http://example.com/", false),
            ("*/feed", "http://a.b/feed", true),
            ("*.example.com", "https://user@EXAMPLE.com:8080/?q", true),
            ("example.com", "example.com", false),
        ] {
            assert_eq!(UrlPattern::parse(pattern).expect(pattern).matches(url), matches, "{pattern} {url}");
        }
        assert!(UrlPattern::parse("*.").is_err() && UrlPattern::parse("a*b.com").is_err());
    }
}

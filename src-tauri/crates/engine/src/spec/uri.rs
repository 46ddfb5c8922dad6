//! Connection URIs, as the command line and the paste field take them.

use percent_encoding::percent_decode_str;

use super::EndpointDraft;
use crate::secret::Secret;

/// What is wrong with a URI. Never repeats the URI: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// Not `redis://` or `unix://`.
    #[error("a connection URI begins with redis:// or unix://")]
    Scheme,
    /// `rediss://`, for now.
    #[error("TLS (rediss://) is not supported yet")]
    TlsNotYet,
    /// `redis+sentinel://`, for now.
    #[error("Sentinel URIs are not supported yet")]
    SentinelNotYet,
    /// A database other than 0.
    #[error(
        "a database in the URI is not supported: choose databases with --databases and --map-database"
    )]
    Database,
    /// Query or fragment.
    #[error("a connection URI has no query and no fragment here")]
    Extra,
    /// No host, a wrong port, a broken percent-encoding.
    #[error("{0}")]
    Malformed(&'static str),
}

/// Parses `redis://[account[:password]@]host[:port][/0]` and `unix://[account[:password]@]/path`.
/// Both parts of the user information may be percent-encoded.
///
/// # Errors
/// [`UriError`]; its text never holds a part of the URI.
pub fn parse_uri(uri: &str) -> Result<(EndpointDraft, Option<Secret>), UriError> {
    let (scheme, rest) = uri.split_once("://").ok_or(UriError::Scheme)?;
    let scheme = scheme.to_ascii_lowercase();
    let unix = match scheme.as_str() {
        "redis" => false,
        "unix" | "redis+unix" | "redis-socket" => true,
        "rediss" => return Err(UriError::TlsNotYet),
        "sentinel" | "redis+sentinel" | "redis-sentinel" => return Err(UriError::SentinelNotYet),
        _ => return Err(UriError::Scheme),
    };
    // A password may hold any character but is rarely encoded by hand: the last @ before the
    // path separates, so that "p@ss" works as users expect.
    let (user, place) = if unix {
        match rest.find('/').map(|slash| rest.split_at(slash)) {
            Some(("", _)) | None => (None, rest),
            Some((before, path)) => (
                Some(
                    before
                        .strip_suffix('@')
                        .ok_or(UriError::Malformed("a unix:// URI needs an absolute path"))?,
                ),
                path,
            ),
        }
    } else {
        match rest.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, rest),
        }
    };
    if place.contains(['?', '#']) {
        return Err(UriError::Extra);
    }
    let mut draft = EndpointDraft::default();
    if unix {
        if !place.starts_with('/') {
            return Err(UriError::Malformed("a unix:// URI needs an absolute path"));
        }
        draft.access = "unix".to_owned();
        draft.path = decode(place)?;
    } else {
        let (authority, path) = place.split_once('/').unwrap_or((place, ""));
        if !matches!(path, "" | "0") {
            return Err(UriError::Database);
        }
        let (host, port) = split_host_port(authority)?;
        draft.access = "tcp".to_owned();
        draft.host = decode(host)?;
        draft.port = port.to_owned();
    }
    let mut password = None;
    if let Some(user) = user {
        let (account, secret) = user.split_once(':').map_or((user, None), |(a, p)| (a, Some(p)));
        draft.account = decode(account)?;
        password = secret.filter(|p| !p.is_empty()).map(decode).transpose()?.map(Secret::new);
    }
    Ok((draft, password))
}

fn split_host_port(authority: &str) -> Result<(&str, &str), UriError> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) =
            rest.split_once(']').ok_or(UriError::Malformed("an IPv6 address ends with ]"))?;
        match after.strip_prefix(':') {
            Some(port) => (host, port),
            None if after.is_empty() => (host, ""),
            None => return Err(UriError::Malformed("a port follows ] after a colon")),
        }
    } else {
        authority.rsplit_once(':').unwrap_or((authority, ""))
    };
    if host.is_empty() {
        return Err(UriError::Malformed("the URI has no host"));
    }
    if !port.is_empty() && port.parse::<u16>().map_or(true, |port| port == 0) {
        return Err(UriError::Malformed("a port is a number from 1 to 65535"));
    }
    Ok((host, if port.is_empty() { "6379" } else { port }))
}

fn decode(text: &str) -> Result<String, UriError> {
    percent_decode_str(text)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| UriError::Malformed("the URI's percent-encoding is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_taken() {
        let (draft, password) = parse_uri("redis://bob:p%40ss:w@[::1]:7000/0").unwrap();
        assert_eq!((draft.host.as_str(), draft.port.as_str()), ("::1", "7000"));
        assert_eq!(draft.account, "bob");
        assert_eq!(password.unwrap().expose(), "p@ss:w");
    }

    #[test]
    fn a_password_alone_has_a_colon_before_it() {
        let (draft, password) = parse_uri("redis://:pw@host").unwrap();
        assert_eq!((draft.account.as_str(), draft.port.as_str()), ("", "6379"));
        assert_eq!(password.unwrap().expose(), "pw");
    }

    #[test]
    fn a_unix_socket_has_a_path() {
        let (draft, password) = parse_uri("unix:///run/redis.sock").unwrap();
        assert_eq!((draft.access.as_str(), draft.path.as_str()), ("unix", "/run/redis.sock"));
        assert!(password.is_none());
        let (draft, password) = parse_uri("unix://u:p@/run/redis.sock").unwrap();
        assert_eq!((draft.account.as_str(), draft.path.as_str()), ("u", "/run/redis.sock"));
        assert_eq!(password.unwrap().expose(), "p");
    }

    #[test]
    fn what_is_not_understood_is_refused_without_repeating_it() {
        for (uri, error) in [
            ("redis://:secret@h/3", UriError::Database),
            ("rediss://:secret@h", UriError::TlsNotYet),
            ("http://:secret@h", UriError::Scheme),
            ("h:6379", UriError::Scheme),
            ("redis://:secret@h?db=1", UriError::Extra),
        ] {
            let told = parse_uri(uri).unwrap_err();
            assert_eq!(told, error, "{uri}");
            assert!(!told.to_string().contains("secret"));
        }
        assert!(matches!(parse_uri("redis://h:0"), Err(UriError::Malformed(_))));
        assert!(matches!(parse_uri("redis://"), Err(UriError::Malformed(_))));
    }
}

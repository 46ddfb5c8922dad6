//! Redis's own pattern language for keys (`KEYS`, `SCAN MATCH`), byte for byte.
//!
//! Source: `stringmatchlen` in `util.c` of Redis 7.0 to 8.2: `*`, `?`, `[a-z]`, `[^a]`, and `\` to
//! take a byte as it is. No pattern is wrong; one that is not closed ends where it ends.

/// How many `*` may be tried within each other: beyond it a server says "no match".
const NESTING_MAX: usize = 1000;

/// Whether `string` is what `pattern` describes, as a server would say.
pub fn matches(pattern: &[u8], string: &[u8]) -> bool {
    // KEYS and SCAN do not ask for a pattern that takes everything.
    pattern == b"*" || matches_at(pattern, string, &mut false, 0)
}

/// `give_up` is set once no later place in the string can help an earlier `*` either.
fn matches_at(mut pattern: &[u8], mut string: &[u8], give_up: &mut bool, nesting: usize) -> bool {
    if nesting > NESTING_MAX {
        return false;
    }
    while let ([first, rest @ ..], [byte, after @ ..]) = (pattern, string) {
        match *first {
            b'*' => {
                let mut rest = rest;
                while let [b'*', more @ ..] = rest {
                    rest = more;
                }
                if rest.is_empty() {
                    return true;
                }
                while let [_, shorter @ ..] = string {
                    if matches_at(rest, string, give_up, nesting + 1) {
                        return true;
                    }
                    if *give_up {
                        return false;
                    }
                    string = shorter;
                }
                *give_up = true;
                return false;
            }
            b'?' => pattern = rest,
            b'[' => match class(rest, *byte) {
                (true, behind) => pattern = behind,
                (false, _) => return false,
            },
            first => {
                let (wanted, behind) = match (first, rest) {
                    (b'\\', [escaped, behind @ ..]) => (*escaped, behind),
                    (first, behind) => (first, behind),
                };
                if wanted != *byte {
                    return false;
                }
                pattern = behind;
            }
        }
        string = after;
        if string.is_empty() {
            while let [b'*', more @ ..] = pattern {
                pattern = more;
            }
            break;
        }
    }
    pattern.is_empty() && string.is_empty()
}

/// Whether a class takes `byte`, and what of the pattern is behind it; `pattern` begins behind `[`.
fn class(mut pattern: &[u8], byte: u8) -> (bool, &[u8]) {
    let not = pattern.first() == Some(&b'^');
    if not {
        pattern = pattern.get(1..).unwrap_or_default();
    }
    let mut found = false;
    loop {
        match pattern {
            [b'\\', escaped, rest @ ..] => {
                found |= *escaped == byte;
                pattern = rest;
            }
            [b']', rest @ ..] => return (found != not, rest),
            [] => return (found != not, pattern),
            [start, b'-', end, rest @ ..] => {
                // A server compares its `char`, which has a sign.
                let (start, end, byte) = (*start as i8, *end as i8, byte as i8);
                found |= (start.min(end)..=start.max(end)).contains(&byte);
                pattern = rest;
            }
            [single, rest @ ..] => {
                found |= *single == byte;
                pattern = rest;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_takes_what_a_server_takes() {
        for (pattern, yes, no) in [
            ("user:*", &["user:", "user:1", "user:*"][..], &["user", "auser:1"][..]),
            ("*:tmp", &[":tmp", "a:tmp", "a:tmp:tmp"], &["a:tmpx", "tmp"]),
            ("h?llo", &["hello", "h?llo"], &["hllo", "heello"]),
            ("h[ae]llo", &["hello", "hallo"], &["hillo", "h[ae]llo"]),
            ("h[^e]llo", &["hallo", "h^llo"], &["hello"]),
            ("h[a-c]llo", &["hbllo"], &["hdllo", "h-llo"]),
            ("h[c-a]llo", &["hbllo"], &["hdllo"]),
            ("a\\*b", &["a*b"], &["axb", "a\\*b"]),
            ("a[\\]]b", &["a]b"], &["a\\b"]),
            ("a**b***", &["ab", "axxbxx"], &["a"]),
            ("ab\\", &["ab\\"], &["ab"]),
            ("a[b", &["ab"], &["a[b", "ac"]),
            ("*", &["", "x"], &[]),
            ("", &[""], &["x"]),
        ] {
            for string in yes {
                assert!(matches(pattern.as_bytes(), string.as_bytes()), "{pattern} {string}");
            }
            for string in no {
                assert!(!matches(pattern.as_bytes(), string.as_bytes()), "{pattern} {string}");
            }
        }
    }

    #[test]
    fn a_pattern_of_many_stars_is_answered_at_once() {
        let pattern = [&b"a*"[..]; 40].concat();
        assert!(!matches(&[&pattern, &b"b"[..]].concat(), &[b'a'; 4000]));
    }
}

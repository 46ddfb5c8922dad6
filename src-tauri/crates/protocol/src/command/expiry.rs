//! Giving relative expiries a date.
//!
//! Sources before 7.0 pass EXPIRE, SETEX and their like as they were called: applied later they
//! would give the key a longer life than it has at the source.

use std::borrow::Cow;

/// A command with dates in place of durations: one or two commands.
pub type Dated<'a> = Vec<Vec<Cow<'a, [u8]>>>;

/// A server's version as far as commands depend on it: major, minor, patch.
type Version = (u16, u16, u16);

/// `SET … PXAT` exists from here.
const SET_PXAT: Version = (6, 2, 0);

/// The command with absolute expiries, for a command that ran at `ran_at_ms` (ms since 1970 by the
/// source's clock) and a destination of `version`; `None` where it has no relative one.
/// `arguments` includes the name.
pub fn date_relative<'a>(
    arguments: &[&'a [u8]],
    ran_at_ms: i64,
    version: Version,
) -> Option<Dated<'a>> {
    let name = arguments.first()?;
    let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    let at = |place: usize, unit: i64| deadline(arguments.get(place)?, unit, ran_at_ms);
    if is("EXPIRE") || is("PEXPIRE") {
        let mut dated = copy(arguments);
        *dated.get_mut(0)? = Cow::Borrowed(b"PEXPIREAT");
        *dated.get_mut(2)? = at(2, if is("EXPIRE") { 1000 } else { 1 })?;
        return Some(vec![dated]);
    }
    if is("SETEX") || is("PSETEX") {
        let date = at(2, if is("SETEX") { 1000 } else { 1 })?;
        let (key, value) = (*arguments.get(1)?, *arguments.get(3)?);
        return Some(set(vec![b"SET", key, value], key, date, version));
    }
    if is("SET") {
        let option = arguments.iter().skip(3).position(|word| {
            word.eq_ignore_ascii_case(b"EX") || word.eq_ignore_ascii_case(b"PX")
        })? + 3;
        let unit = if arguments.get(option)?.eq_ignore_ascii_case(b"EX") { 1000 } else { 1 };
        let date = at(option + 1, unit)?;
        // NX and XX held at the source, or the command would not have been passed on.
        let rest = arguments.iter().enumerate().filter(|(place, word)| {
            *place != option
                && *place != option + 1
                && !(*place > 2
                    && (word.eq_ignore_ascii_case(b"NX") || word.eq_ignore_ascii_case(b"XX")))
        });
        let key = *arguments.get(1)?;
        return Some(set(rest.map(|(_, word)| *word).collect(), key, date, version));
    }
    if is("GETEX") {
        let unit = match arguments.get(2)? {
            word if word.eq_ignore_ascii_case(b"EX") => 1000,
            word if word.eq_ignore_ascii_case(b"PX") => 1,
            _ => return None,
        };
        let key = *arguments.get(1)?;
        return Some(vec![vec![Cow::Borrowed(b"PEXPIREAT"), Cow::Borrowed(key), at(3, unit)?]]);
    }
    if is("RESTORE") {
        let absolute = arguments.iter().skip(4).any(|word| word.eq_ignore_ascii_case(b"ABSTTL"));
        if absolute || arguments.get(2) == Some(&&b"0"[..]) {
            return None;
        }
        let mut dated = copy(arguments);
        *dated.get_mut(2)? = at(2, 1)?;
        dated.push(Cow::Borrowed(b"ABSTTL"));
        return Some(vec![dated]);
    }
    None
}

/// A SET that expires: in one command where the destination can, else in two.
fn set<'a>(
    words: Vec<&'a [u8]>,
    key: &'a [u8],
    date: Cow<'a, [u8]>,
    version: Version,
) -> Dated<'a> {
    let mut first = copy(&words);
    if version >= SET_PXAT {
        first.push(Cow::Borrowed(b"PXAT"));
        first.push(date);
        vec![first]
    } else {
        vec![first, vec![Cow::Borrowed(b"PEXPIREAT"), Cow::Borrowed(key), date]]
    }
}

fn copy<'a>(arguments: &[&'a [u8]]) -> Vec<Cow<'a, [u8]>> {
    arguments.iter().map(|word| Cow::Borrowed(*word)).collect()
}

/// When a duration of `text` × `unit` ms ends that began at `ran_at_ms`. What overflows lies
/// beyond any date that matters, what is not positive has passed.
fn deadline(text: &[u8], unit: i64, ran_at_ms: i64) -> Option<Cow<'static, [u8]>> {
    let duration: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    // 0 would mean "no expiry" to RESTORE, and an error to others.
    let date = duration.saturating_mul(unit).saturating_add(ran_at_ms).max(1);
    Some(Cow::Owned(date.to_string().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(line: &str, version: Version) -> Option<String> {
        let arguments: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        date_relative(&arguments, 1_000_000, version).map(|commands| {
            let lines: Vec<String> = commands
                .iter()
                .map(|words| {
                    let words: Vec<_> =
                        words.iter().map(|word| String::from_utf8_lossy(word)).collect();
                    words.join(" ")
                })
                .collect();
            lines.join(" | ")
        })
    }

    #[test]
    fn every_relative_form_gets_a_date() {
        for (line, expected) in [
            ("EXPIRE k 10", "PEXPIREAT k 1010000"),
            ("pexpire k -5", "PEXPIREAT k 999995"),
            ("SETEX k 10 v", "SET k v PXAT 1010000"),
            ("PSETEX k 10 v", "SET k v PXAT 1000010"),
            ("SET k v EX 10 NX", "SET k v PXAT 1010000"),
            ("SET k PX px 10", "SET k PX PXAT 1000010"),
            ("GETEX k PX 10", "PEXPIREAT k 1000010"),
            ("RESTORE k 10 xx REPLACE", "RESTORE k 1000010 xx REPLACE ABSTTL"),
        ] {
            assert_eq!(dated(line, (7, 0, 0)).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn an_older_destination_gets_two_commands() {
        assert_eq!(
            dated("SETEX k 10 v", (6, 0, 9)).as_deref(),
            Some("SET k v | PEXPIREAT k 1010000")
        );
    }

    #[test]
    fn what_has_no_duration_stays() {
        for line in [
            "SET k v",
            "SET k EX",
            "PEXPIREAT k 5",
            "RESTORE k 0 x",
            "GETEX k PERSIST",
            "RESTORE k 5 x ABSTTL",
            "SET k v PXAT 7",
            "INCR k",
        ] {
            assert_eq!(dated(line, (7, 0, 0)), None, "{line}");
        }
    }
}

//! Expiries apart from the commands that carry them, as dates.
//!
//! Sources before 7.0 pass EXPIRE, SETEX and their like as they were called: applied later they
//! would give the key a longer life than it has at the source.

use std::borrow::Cow;

/// A command's expiry, apart from the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiring<'a> {
    /// When it ends, ms since 1970.
    pub at_ms: i64,
    /// The same command without it; `None` where it does nothing else (EXPIRE and its like).
    pub bare: Option<Vec<Cow<'a, [u8]>>>,
}

/// Whether a command of this name, in upper case, can carry a key's expiry.
pub fn can_expire(name: &[u8]) -> bool {
    matches!(
        name,
        b"SET"
            | b"SETEX"
            | b"PSETEX"
            | b"EXPIRE"
            | b"PEXPIRE"
            | b"EXPIREAT"
            | b"PEXPIREAT"
            | b"GETEX"
            | b"RESTORE"
            | b"RESTORE-ASKING"
            | b"MSETEX"
    )
}

/// Takes the expiry out of a command that ran at `ran_at_ms` by the source's clock; `None` where it
/// has none. Conditions go too (NX, XX, GT …): they held at the source, or the command would not
/// have been passed on. `arguments` includes the name.
pub fn take_expiry<'a>(arguments: &[&'a [u8]], ran_at_ms: i64) -> Option<Expiring<'a>> {
    let name = arguments.first()?;
    let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    let word = |place: usize| arguments.get(place).copied();
    let at = |place: usize, unit: i64, relative: bool| -> Option<i64> {
        let number: i64 = std::str::from_utf8(word(place)?).ok()?.parse().ok()?;
        let date = number.saturating_mul(unit);
        Some(if relative { date.saturating_add(ran_at_ms) } else { date }.max(1))
    };
    // The place of an option that gives an expiry, its unit, and whether it is a duration.
    let option = |from: usize| {
        arguments.iter().enumerate().skip(from).find_map(|(place, word)| {
            let unit = match () {
                () if word.eq_ignore_ascii_case(b"EX") => (1000, true),
                () if word.eq_ignore_ascii_case(b"PX") => (1, true),
                () if word.eq_ignore_ascii_case(b"EXAT") => (1000, false),
                () if word.eq_ignore_ascii_case(b"PXAT") => (1, false),
                () => return None,
            };
            Some((place, unit))
        })
    };
    let plain = |words: &[&'a [u8]]| Some(copy(words));
    if let Some((unit, relative)) = match () {
        () if is("EXPIRE") => Some((1000, true)),
        () if is("PEXPIRE") => Some((1, true)),
        () if is("EXPIREAT") => Some((1000, false)),
        () if is("PEXPIREAT") => Some((1, false)),
        () => None,
    } {
        return Some(Expiring { at_ms: at(2, unit, relative)?, bare: None });
    }
    if is("SETEX") || is("PSETEX") {
        let at_ms = at(2, if is("SETEX") { 1000 } else { 1 }, true)?;
        return Some(Expiring { at_ms, bare: plain(&[b"SET", word(1)?, word(3)?]) });
    }
    if is("SET") {
        let (place, (unit, relative)) = option(3)?;
        let at_ms = at(place + 1, unit, relative)?;
        return Some(Expiring { at_ms, bare: plain(&[b"SET", word(1)?, word(2)?]) });
    }
    if is("GETEX") {
        let (place, (unit, relative)) = option(2)?;
        return Some(Expiring { at_ms: at(place + 1, unit, relative)?, bare: None });
    }
    if is("MSETEX") {
        let pairs: usize = std::str::from_utf8(word(1)?).ok()?.parse().ok()?;
        let end = pairs.checked_mul(2)?.checked_add(2)?;
        let (place, (unit, relative)) = option(end)?;
        let mut bare = copy(arguments.get(1..end)?);
        *bare.get_mut(0)? = Cow::Borrowed(b"MSET");
        return Some(Expiring { at_ms: at(place + 1, unit, relative)?, bare: Some(bare) });
    }
    if is("RESTORE") || is("RESTORE-ASKING") {
        if word(2)? == b"0" {
            return None;
        }
        let absolute = arguments.iter().skip(4).any(|word| word.eq_ignore_ascii_case(b"ABSTTL"));
        let at_ms = at(2, 1, !absolute)?;
        let words: Vec<&[u8]> = arguments
            .iter()
            .enumerate()
            .filter(|(place, word)| *place < 4 || !word.eq_ignore_ascii_case(b"ABSTTL"))
            .map(|(_, word)| *word)
            .collect();
        let mut bare = copy(&words);
        *bare.get_mut(0)? = Cow::Borrowed(b"RESTORE");
        *bare.get_mut(2)? = Cow::Borrowed(b"0");
        return Some(Expiring { at_ms, bare: Some(bare) });
    }
    None
}

fn copy<'a>(arguments: &[&'a [u8]]) -> Vec<Cow<'a, [u8]>> {
    arguments.iter().map(|word| Cow::Borrowed(*word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_taken_out_of_every_form() {
        for (line, at_ms, bare) in [
            ("EXPIRE k 10", 1_010_000, None),
            ("PEXPIREAT k 77 XX", 77, None),
            ("expireat k 2 GT", 2000, None),
            ("GETEX k PXAT 9", 9, None),
            ("SETEX k 10 v", 1_010_000, Some("SET k v")),
            ("SET k PX PXAT 9 NX", 9, Some("SET k PX")),
            ("SET k v XX EX 1", 1_001_000, Some("SET k v")),
            ("MSETEX 2 EX 1 b 2 NX PXAT 9", 9, Some("MSET EX 1 b 2")),
            ("RESTORE k 10 xx REPLACE", 1_000_010, Some("RESTORE k 0 xx REPLACE")),
            ("RESTORE k 10 xx ABSTTL REPLACE", 10, Some("RESTORE k 0 xx REPLACE")),
        ] {
            let arguments: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            let name = arguments[0].to_ascii_uppercase();
            assert!(can_expire(&name), "{line}");
            let taken = take_expiry(&arguments, 1_000_000).unwrap();
            let words = taken.bare.map(|words| String::from_utf8(words.join(&b' ')).unwrap());
            assert_eq!((taken.at_ms, words.as_deref()), (at_ms, bare), "{line}");
        }
        for line in ["SET k v", "SET k EX", "GETEX k PERSIST", "RESTORE k 0 x", "PERSIST k"] {
            let arguments: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            assert_eq!(take_expiry(&arguments, 1_000_000), None, "{line}");
        }
    }
}

//! Commands that change how long fields of hashes live.

use crate::rdb::first_field_expiry;

/// What a command does to the lives of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldLife {
    /// Nothing.
    Untouched,
    /// They end then, ms since 1970.
    Until(i64),
    /// Something, or they end at a time that is not told.
    Changed,
}

/// Whether a command of this name, in upper case, can change how long fields live.
pub fn can_expire_fields(name: &[u8]) -> bool {
    matches!(
        name,
        b"HEXPIRE"
            | b"HPEXPIRE"
            | b"HEXPIREAT"
            | b"HPEXPIREAT"
            | b"HPERSIST"
            | b"HSETEX"
            | b"HGETEX"
    )
}

/// What a command that runs at `now_ms` does to the lives of fields; its name in upper case.
pub fn field_life(name: &[u8], arguments: &[&[u8]], now_ms: i64) -> FieldLife {
    let number =
        |at: usize| -> Option<i64> { std::str::from_utf8(arguments.get(at)?).ok()?.parse().ok() };
    let until = |at: usize, unit: i64, from: i64| {
        number(at).map_or(FieldLife::Changed, |number| {
            FieldLife::Until(number.saturating_mul(unit).saturating_add(from))
        })
    };
    match name {
        b"HEXPIRE" => until(2, 1000, now_ms),
        b"HPEXPIRE" => until(2, 1, now_ms),
        b"HEXPIREAT" => until(2, 1000, 0),
        b"HPEXPIREAT" => until(2, 1, 0),
        b"HPERSIST" => FieldLife::Changed,
        b"HSETEX" | b"HGETEX" => {
            // Options come before the word FIELDS; what is behind it are names and values.
            let options =
                arguments.iter().skip(2).take_while(|w| !w.eq_ignore_ascii_case(b"FIELDS"));
            for (at, word) in options.enumerate().map(|(at, word)| (at + 2, word)) {
                match word.to_ascii_uppercase().as_slice() {
                    b"EX" => return until(at + 1, 1000, now_ms),
                    b"PX" => return until(at + 1, 1, now_ms),
                    b"EXAT" => return until(at + 1, 1000, 0),
                    b"PXAT" => return until(at + 1, 1, 0),
                    _ => {}
                }
            }
            FieldLife::Changed
        }
        b"RESTORE" => {
            let Some((kind, rest)) = arguments.get(3).and_then(|value| value.split_first()) else {
                // Too long to be held.
                return FieldLife::Changed;
            };
            first_field_expiry(*kind, rest).map_or(FieldLife::Untouched, FieldLife::Until)
        }
        _ => FieldLife::Untouched,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(text: &str) -> FieldLife {
        let words: Vec<&[u8]> = text.split(' ').map(str::as_bytes).collect();
        field_life(words[0], &words, 1_000_000)
    }

    #[test]
    fn each_way_to_name_an_end_is_understood() {
        for (text, expected) in [
            ("HEXPIRE k 4 FIELDS 1 f", FieldLife::Until(1_004_000)),
            ("HPEXPIRE k 4 NX FIELDS 1 f", FieldLife::Until(1_000_004)),
            ("HEXPIREAT k 77 FIELDS 1 f", FieldLife::Until(77_000)),
            ("HPEXPIREAT k 77 FIELDS 1 f", FieldLife::Until(77)),
            ("HPERSIST k FIELDS 1 f", FieldLife::Changed),
            ("HSETEX k FNX PXAT 99 FIELDS 1 PX 5", FieldLife::Until(99)),
            ("HSETEX k KEEPTTL FIELDS 1 PX 5", FieldLife::Changed),
            ("HSETEX k ex 2 FIELDS 1 f v", FieldLife::Until(1_002_000)),
            ("HGETEX k PERSIST FIELDS 1 f", FieldLife::Changed),
            ("HSET k PX 5", FieldLife::Untouched),
            ("RESTORE k 0 value", FieldLife::Untouched),
        ] {
            assert_eq!(life(text), expected, "{text}");
            let name = text.split(' ').next().unwrap_or_default().as_bytes();
            assert!(can_expire_fields(name) || expected == FieldLife::Untouched, "{text}");
        }
        let dated = [&[24][..], &5_i64.to_le_bytes()].concat();
        let words = [&b"RESTORE"[..], b"k", b"0", &dated];
        assert_eq!(field_life(b"RESTORE", &words, 0), FieldLife::Until(5));
    }
}

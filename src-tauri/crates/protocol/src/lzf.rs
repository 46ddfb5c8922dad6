//! The compression of strings in an RDB.
//!
//! Source: the LZF format as `lzf_d.c` of LibLZF reads it: a control byte below 32 is followed by
//! that many literals plus one; any other names a copy of 3 to 264 bytes from up to 8 KiB back.

/// The input is not LZF, or not of the length that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a compressed string is damaged")]
pub struct LzfError;

/// Appends what `input` decompresses to, which must be `length` bytes.
///
/// # Errors
/// [`LzfError`]; `out` then holds a part of it.
pub fn decompress(input: &[u8], out: &mut Vec<u8>, length: usize) -> Result<(), LzfError> {
    let start = out.len();
    let end = start.checked_add(length).ok_or(LzfError)?;
    // A forged length must not reserve more than the input could ever become.
    out.reserve(length.min(input.len().saturating_mul(132)));
    let mut rest = input;
    while let Some((control, tail)) = rest.split_first() {
        let control = usize::from(*control);
        rest = tail;
        if control < 32 {
            let (literals, tail) = rest.split_at_checked(control + 1).ok_or(LzfError)?;
            if out.len() + literals.len() > end {
                return Err(LzfError);
            }
            out.extend_from_slice(literals);
            rest = tail;
            continue;
        }
        let mut count = (control >> 5) + 2;
        if count == 9 {
            let (more, tail) = rest.split_first().ok_or(LzfError)?;
            count += usize::from(*more);
            rest = tail;
        }
        let (low, tail) = rest.split_first().ok_or(LzfError)?;
        rest = tail;
        let back = ((control & 0x1f) << 8) + usize::from(*low) + 1;
        let from = out.len().checked_sub(back).filter(|from| *from >= start).ok_or(LzfError)?;
        if out.len() + count > end {
            return Err(LzfError);
        }
        if back >= count {
            out.extend_from_within(from..from + count);
        } else {
            // The copy overlaps what it makes: a pattern repeats.
            let mut left = count;
            while left > 0 {
                let step = left.min(out.len() - from);
                out.extend_from_within(from..from + step);
                left -= step;
            }
        }
    }
    if out.len() == end { Ok(()) } else { Err(LzfError) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn literals_and_overlapping_copies_come_out() {
        let mut out = b"before".to_vec();
        // "ab", then 7 bytes from 2 back: "abababa".
        decompress(&[1, b'a', b'b', (5 << 5), 1], &mut out, 9).unwrap();
        assert_eq!(out, b"beforeabababab"[..].iter().chain(b"a").copied().collect::<Vec<_>>());
    }

    #[test]
    fn a_copy_never_reaches_before_the_string() {
        let mut out = b"secret".to_vec();
        assert_eq!(decompress(&[(1 << 5), 0], &mut out, 3), Err(LzfError));
    }

    #[test]
    fn a_wrong_length_is_damage() {
        for length in [1, 3] {
            assert_eq!(decompress(&[1, b'a', b'b'], &mut Vec::new(), length), Err(LzfError));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_outgrow_its_length(
            input in prop::collection::vec(any::<u8>(), 0..200), length in 0usize..5000,
        ) {
            let mut out = Vec::new();
            let _ = decompress(&input, &mut out, length);
            prop_assert!(out.len() <= length);
        }
    }
}

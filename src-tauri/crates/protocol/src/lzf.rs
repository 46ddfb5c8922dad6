//! The compression of strings in an RDB.
//!
//! Source: the LZF format as `lzf_d.c` of LibLZF reads it: a control byte below 32 is followed by
//! that many literals plus one; any other names a copy of 3 to 264 bytes from up to 8 KiB back.

/// The input is not LZF, or not of the length that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a compressed string is damaged")]
pub struct LzfError;

/// The most that a byte of input can become: a copy of 264 takes three.
const GROWTH_MAX: usize = 88;
/// Short pieces are moved in blocks of this size, which the processor does at once, where there is room
/// for what is too much.
const BLOCK: usize = 16;
/// A longer piece is worth a call.
const SHORT_MAX: usize = 4 * BLOCK;

/// Appends what `input` decompresses to, which must be `length` bytes.
///
/// # Errors
/// [`LzfError`]; `out` then holds a part of it.
pub fn decompress(input: &[u8], out: &mut Vec<u8>, length: usize) -> Result<(), LzfError> {
    // A forged length must not reserve more than the input could ever become.
    if length > input.len().saturating_mul(GROWTH_MAX) {
        return Err(LzfError);
    }
    let start = out.len();
    out.resize(start + length, 0);
    let text = out.get_mut(start..).ok_or(LzfError)?;
    let mut at = 0;
    let mut rest = input;
    while let Some((control, tail)) = rest.split_first() {
        let control = usize::from(*control);
        rest = tail;
        if control < 32 {
            let count = control + 1;
            let (literals, tail) = rest.split_at_checked(count).ok_or(LzfError)?;
            match (rest.first_chunk::<{ 2 * BLOCK }>(), text.get_mut(at..at + 2 * BLOCK)) {
                (Some(literals), Some(room)) => room.copy_from_slice(literals),
                _ => text.get_mut(at..at + count).ok_or(LzfError)?.copy_from_slice(literals),
            }
            at += count;
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
        copy_back(text, at, back, count).ok_or(LzfError)?;
        at += count;
    }
    if at == length { Ok(()) } else { Err(LzfError) }
}

/// Writes `count` bytes at `at` that stand `back` bytes before it, which may be some of those that it
/// writes: a pattern repeats. `None` where there are none, or no room.
fn copy_back(text: &mut [u8], at: usize, back: usize, count: usize) -> Option<()> {
    let from = at.checked_sub(back)?;
    let end = at + count;
    if end > text.len() {
        return None;
    }
    if back == 1 {
        let byte = *text.get(from)?;
        text.get_mut(at..end)?.fill(byte);
    } else if back >= BLOCK
        && count <= SHORT_MAX
        && count.next_multiple_of(BLOCK) <= text.len() - at
    {
        for step in (0..count).step_by(BLOCK) {
            let block = *text.get(from + step..)?.first_chunk::<BLOCK>()?;
            *text.get_mut(at + step..)?.first_chunk_mut::<BLOCK>()? = block;
        }
    } else {
        // What is written so far is as many times the pattern, and is copied in its turn.
        let mut done = 0;
        while done < count {
            let step = (count - done).min(back + done);
            text.copy_within(from..from + step, at + done);
            done += step;
        }
    }
    Some(())
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

    /// As the format's own decompressor does it, byte by byte.
    fn plainly(input: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut bytes = input.iter().map(|byte| usize::from(*byte));
        while let Some(control) = bytes.next() {
            if control < 32 {
                for _ in 0..=control {
                    out.push(u8::try_from(bytes.next()?).ok()?);
                }
                continue;
            }
            let mut count = (control >> 5) + 2;
            if count == 9 {
                count += bytes.next()?;
            }
            let back = ((control & 0x1f) << 8) + bytes.next()? + 1;
            for _ in 0..count {
                out.push(*out.get(out.len().checked_sub(back)?)?);
            }
        }
        Some(out)
    }

    proptest! {
        #[test]
        fn it_is_what_the_format_says(
            literals in prop::collection::vec(any::<u8>(), 1..40),
            copies in prop::collection::vec((1usize..70, 3usize..265, 0usize..33), 0..20),
        ) {
            let mut input = Vec::new();
            let literal = |input: &mut Vec<u8>, bytes: &[u8]| {
                for bytes in bytes.chunks(32) {
                    input.push(u8::try_from(bytes.len() - 1).unwrap());
                    input.extend(bytes);
                }
            };
            literal(&mut input, &literals);
            for (back, count, more) in copies {
                let back = (back - 1) % literals.len();
                let (high, low) = (back >> 8, u8::try_from(back & 0xff).unwrap());
                if count < 9 {
                    input.push(u8::try_from((count - 2) << 5 | high).unwrap());
                } else {
                    input.push(u8::try_from(7 << 5 | high).unwrap());
                    input.push(u8::try_from(count - 9).unwrap());
                }
                input.push(low);
                literal(&mut input, &literals[..more.min(literals.len())]);
            }
            let wanted = plainly(&input).unwrap();
            let mut out = b"before".to_vec();
            decompress(&input, &mut out, wanted.len()).unwrap();
            prop_assert_eq!(&out[6..], &wanted);
            prop_assert_eq!(decompress(&input, &mut Vec::new(), wanted.len() + 1), Err(LzfError));
            prop_assert_eq!(decompress(&input, &mut Vec::new(), wanted.len() - 1), Err(LzfError));
        }

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

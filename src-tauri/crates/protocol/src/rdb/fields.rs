//! Hashes whose fields expire.

/// Hashes with dates of an early form, and of Valkey: when the first ends is not told at once.
const DATED: [u8; 2] = [22, 23];
/// These begin with the first date, ms since 1970.
const DATED_FROM_FIRST: [u8; 2] = [24, 25];

/// Of a value of this type, of which the beginning is here: when its first field ends, at the
/// earliest. `None` where it is no hash with fields that end.
pub fn first_field_expiry(value_type: u8, value: &[u8]) -> Option<i64> {
    if DATED.contains(&value_type) {
        return Some(0);
    }
    if !DATED_FROM_FIRST.contains(&value_type) {
        return None;
    }
    let first = value.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    Some(i64::try_from(first).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashes_with_dates_have_one() {
        let date = 1_700_000_000_000_u64.to_le_bytes();
        assert_eq!(first_field_expiry(24, &date), Some(1_700_000_000_000));
        assert_eq!(
            first_field_expiry(25, &[date.as_slice(), b"more"].concat()),
            Some(1_700_000_000_000)
        );
        // What is not known may be at once.
        assert_eq!(first_field_expiry(24, b"short"), Some(0));
        assert_eq!(first_field_expiry(22, b""), Some(0));
        assert_eq!(first_field_expiry(24, &[0xff; 8]), Some(i64::MAX));
        assert_eq!(first_field_expiry(16, &date), None);
    }
}

//! No value is too big for the destination, or so big that it blocks.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict, size};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::precheck::{DatabaseKeys, KeyName};
use crate::spec::TaskSpec;

/// A value of this size takes a server the better part of a second.
const BLOCKS_ABOVE_BYTES: u64 = 64 << 20;

pub(super) struct BigKeys;

impl PrecheckItem for BigKeys {
    fn id(&self) -> &'static str {
        "big_keys"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        let sample = facts.keys_sampled.as_ref().map_err(Clone::clone)?;
        let limit = facts.destination()?.setting_number("proto-max-bulk-len")?;
        let expected = phrase!("big_keys.expected", limit = size(limit));
        let Some(largest) = &sample.largest else {
            return Ok(Verdict::passed(phrase!("big_keys.none"), expected));
        };
        let (name, database) = (KeyName::of(&largest.key), largest.database);
        let (key, bytes) = (name.text.clone(), size(largest.bytes));
        let verdict = if largest.bytes > limit {
            let found = phrase!("big_keys.too_big", key = key, database = database, bytes = bytes);
            let wanted = largest.bytes.saturating_mul(2);
            let fix = Fix::at_destination(format!("CONFIG SET proto-max-bulk-len {wanted}"));
            // In memory other values than strings are larger than on their way: it may fit.
            if largest.is_string {
                Verdict::failed(found, expected, fix)
            } else {
                Verdict::warning(found, expected, fix)
            }
        } else if largest.bytes > BLOCKS_ABOVE_BYTES {
            Verdict::warning(
                phrase!("big_keys.blocks", key = key, database = database, bytes = bytes),
                expected,
                Fix::Words(phrase!("big_keys.fix_blocks")),
            )
        } else {
            let found = phrase!("big_keys.largest", sampled = sample.keys, bytes = bytes);
            return Ok(Verdict::passed(found, expected));
        };
        let destination = spec.databases.destination_of(database).unwrap_or(database);
        let keys = DatabaseKeys { source: database, destination, count: 1, samples: vec![name] };
        Ok(Verdict { keys: vec![keys], ..verdict })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    use crate::precheck::facts::LargestKey;

    fn verdict_for(bytes: u64, is_string: bool) -> Verdict {
        let mut facts = sample::facts();
        facts.keys_sampled.as_mut().unwrap().largest =
            Some(LargestKey { database: 0, key: b"huge".to_vec(), bytes, is_string });
        BigKeys.verdict(&facts, &sample::spec()).unwrap()
    }

    #[test]
    fn a_value_above_the_destination_s_limit_fails_and_a_blocking_one_is_told() {
        let verdict = verdict_for(600 << 20, true);
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert_eq!(verdict.fix.command(), "CONFIG SET proto-max-bulk-len 1258291200");
        assert_eq!(verdict.keys[0].samples[0].text, "huge");
        assert_eq!(verdict_for(600 << 20, false).kind, VerdictKind::Warning);
        assert_eq!(verdict_for(200 << 20, true).kind, VerdictKind::Warning);
        assert_eq!(verdict_for(1 << 20, true).kind, VerdictKind::Passed);
    }
}

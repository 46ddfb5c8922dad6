//! The destination takes values as large as the source does.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict, size};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct ProtocolLimits;

impl PrecheckItem for ProtocolLimits {
    fn id(&self) -> &'static str {
        "protocol_limits"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let source = facts.source()?.setting_number("proto-max-bulk-len")?;
        let destination = facts.destination()?.setting_number("proto-max-bulk-len")?;
        let expected = phrase!("protocol_limits.expected");
        let found = phrase!(
            "protocol_limits.found",
            source = size(source),
            destination = size(destination)
        );
        Ok(if destination >= source {
            Verdict::passed(found, expected)
        } else {
            let fix = Fix::at_destination(format!("CONFIG SET proto-max-bulk-len {source}"));
            Verdict::warning(found, expected, fix)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn a_lower_limit_at_the_destination_is_told() {
        let mut facts = sample::facts();
        let settings = &mut facts.destination.as_mut().unwrap().settings;
        settings.insert("proto-max-bulk-len", Ok("1048576".into()));
        let verdict = ProtocolLimits.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(verdict.fix.command(), "CONFIG SET proto-max-bulk-len 536870912");
    }
}

//! The destination is no older than the source, and knows its commands.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::permission::{first_word, is_skipped};
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct VersionOrder;

impl PrecheckItem for VersionOrder {
    fn id(&self) -> &'static str {
        "version_order"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::TypeName
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        let (source, destination) = (facts.source()?, facts.destination()?);
        let expected = phrase!("version_order.expected");
        let lacking: Vec<&str> = facts
            .commands_lacking
            .iter()
            .flatten()
            .map(String::as_str)
            .filter(|name| spec.stages.incremental && !is_skipped(name, spec))
            .collect();
        let (from, to) = (source.compatible_with(), destination.compatible_with());
        let (source, destination) = (source.name(), destination.name());
        Ok(if !lacking.is_empty() {
            let flags: Vec<String> =
                lacking.iter().map(|name| format!("--skip-command {}", first_word(name))).collect();
            Verdict::warning(
                phrase!(
                    "version_order.lacking",
                    source = source,
                    destination = destination,
                    commands = lacking.join(", ")
                ),
                expected,
                Fix::Words(phrase!("version_order.fix_lacking", flags = flags.join(" "))),
            )
        } else if (to.0, to.1) < (from.0, from.1) {
            Verdict::warning(
                phrase!("version_order.older", source = source, destination = destination),
                expected,
                Fix::Words(phrase!("fix.newer_destination")),
            )
        } else {
            let found = phrase!("version_order.pair", source = source, destination = destination);
            Verdict::passed(found, expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn an_older_destination_is_worth_a_warning() {
        let older = sample::facts_with("", "redis_version:6.2.14\n");
        let verdict = VersionOrder.verdict(&older, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
    }

    #[test]
    fn a_command_that_the_destination_lacks_is_named_unless_it_is_left_out() {
        let mut facts = sample::facts();
        facts.commands_lacking = Ok(vec!["FLUSHALL".into(), "FUNCTION LOAD".into()]);
        let verdict = VersionOrder.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert!(verdict.fix.line().ends_with("--skip-command FLUSHALL --skip-command FUNCTION"));
        let skipping = sample::spec_with(|draft| {
            draft.skip_commands = vec!["flushall".into(), "function".into()]
        });
        let verdict = VersionOrder.verdict(&facts, &skipping).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Passed);
    }
}

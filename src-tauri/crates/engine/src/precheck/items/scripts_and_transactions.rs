//! What scripts and transactions of the source mean for its stream.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct ScriptsAndTransactions;

impl PrecheckItem for ScriptsAndTransactions {
    fn id(&self) -> &'static str {
        "scripts_and_transactions"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        let expected = phrase!("scripts_and_transactions.expected");
        if !spec.stages.incremental {
            return Ok(Verdict::passed(phrase!("no_stream.found"), expected));
        }
        let source = facts.source()?;
        let used = facts.commands_used.as_ref().map_err(Clone::clone)?;
        let calls = |names: &[&str]| names.iter().filter_map(|name| used.get(*name)).sum::<u64>();
        let scripts = calls(&["EVAL", "EVALSHA", "FCALL"]);
        let transactions = calls(&["EXEC"]);
        // From 7.0 a script is always sent as what it did; from 5.0 unless a setting says otherwise.
        let (major, ..) = source.compatible_with();
        let by_setting = source.setting("lua-replicate-commands") == Ok("no");
        let verbatim = major < 5 || (major < 7 && by_setting);
        Ok(if scripts == 0 && transactions == 0 {
            Verdict::passed(phrase!("scripts_and_transactions.none"), expected)
        } else if scripts > 0 && verbatim {
            let fix = if major >= 5 {
                Fix::at_source("CONFIG SET lua-replicate-commands yes")
            } else {
                Fix::Words(phrase!("scripts_and_transactions.fix_old"))
            };
            let found = phrase!("scripts_and_transactions.verbatim", scripts = scripts);
            Verdict::warning(found, expected, fix)
        } else {
            let found = phrase!(
                "scripts_and_transactions.effects",
                scripts = scripts,
                transactions = transactions
            );
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
    fn a_script_that_is_sent_as_it_is_is_told() {
        let mut facts = sample::facts_with("redis_version:6.2.14\n", "");
        facts.commands_used = Ok([("EVAL".to_owned(), 7)].into());
        let verdict_on =
            |facts: &Facts| ScriptsAndTransactions.verdict(facts, &sample::spec()).unwrap();
        assert_eq!(verdict_on(&facts).kind, VerdictKind::Passed);
        let settings = &mut facts.source.as_mut().unwrap().settings;
        settings.insert("lua-replicate-commands", Ok("no".into()));
        let verdict = verdict_on(&facts);
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(verdict.fix.command(), "CONFIG SET lua-replicate-commands yes");
        facts.commands_used = Ok([("EXEC".to_owned(), 7)].into());
        assert_eq!(verdict_on(&facts).kind, VerdictKind::Passed);
    }
}

//! The destination has the modules whose values the source can hold.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

/// Modules that servers bring along and that have no values: Valkey's engine for scripts.
const WITHOUT_VALUES: &[&str] = &["lua"];

pub(super) struct Modules;

impl PrecheckItem for Modules {
    fn id(&self) -> &'static str {
        "modules"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::TypeName
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let (source, destination) = (facts.source()?, facts.destination()?);
        let here = source.modules.as_ref().map_err(Clone::clone)?;
        let there = destination.modules.as_ref().map_err(Clone::clone)?;
        let expected = phrase!("modules.expected");
        let missing: Vec<&str> = here
            .difference(there)
            .map(String::as_str)
            .filter(|name| !WITHOUT_VALUES.contains(name))
            .collect();
        Ok(if here.is_empty() {
            Verdict::passed(phrase!("modules.none"), expected)
        } else if missing.is_empty() {
            Verdict::passed(phrase!("modules.all"), expected)
        } else {
            Verdict::failed(
                phrase!("modules.missing", modules = missing.join(", ")),
                expected,
                Fix::Words(phrase!("modules.fix")),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn an_engine_for_scripts_is_not_missed() {
        let mut facts = sample::facts();
        facts.source.as_mut().unwrap().modules = Ok(["lua".into()].into());
        let verdict = Modules.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Passed);
    }

    #[test]
    fn a_missing_module_is_named() {
        let mut facts = sample::facts();
        facts.source.as_mut().unwrap().modules = Ok(["bf".into(), "ReJSON".into()].into());
        facts.destination.as_mut().unwrap().modules = Ok(["bf".into()].into());
        let verdict = Modules.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert!(verdict.found.values["modules"].to_string() == "ReJSON");
    }
}

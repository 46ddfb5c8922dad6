//! The destination can hold the functions of the source.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct Functions;

impl PrecheckItem for Functions {
    fn id(&self) -> &'static str {
        "functions"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let (source, destination) = (facts.source()?, facts.destination()?);
        let expected = phrase!("functions.expected");
        // Before 7.0 there are none, and INFO does not count them.
        let libraries = source.info.number("number_of_libraries").unwrap_or(0);
        Ok(if libraries == 0 {
            Verdict::passed(phrase!("functions.none"), expected)
        } else if destination.compatible_with().0 >= 7 {
            Verdict::passed(phrase!("functions.known", libraries = libraries), expected)
        } else {
            let destination = destination.name();
            Verdict::failed(
                phrase!("functions.lacking", libraries = libraries, destination = destination),
                expected,
                Fix::Words(phrase!("functions.fix")),
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
    fn functions_need_a_destination_that_knows_them() {
        let old = "redis_version:6.2.14\n";
        let facts = sample::facts_with("number_of_libraries:2\n", old);
        let verdict = Functions.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Failed);
        let facts = sample::facts_with("number_of_libraries:2\n", "");
        let verdict = Functions.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Passed);
    }
}

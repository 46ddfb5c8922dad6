//! The destination can hold the functions of the source.

use super::{PrecheckItem, Verdict};
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct Functions;

impl PrecheckItem for Functions {
    fn id(&self) -> &'static str {
        "functions"
    }

    fn ignorable(&self) -> bool {
        true
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let (source, destination) = (facts.source()?, facts.destination()?);
        let expected = "a destination of 7.0 or newer where the source has functions";
        // Before 7.0 there are none, and INFO does not count them.
        let libraries = source.info.number("number_of_libraries").unwrap_or(0);
        Ok(if libraries == 0 {
            Verdict::passed("the source has no functions", expected)
        } else if destination.compatible_with().0 >= 7 {
            Verdict::passed(format!("the source has {libraries} function libraries"), expected)
        } else {
            Verdict::failed(
                format!(
                    "the source has {libraries} function libraries, {} knows none",
                    destination.name()
                ),
                expected,
                "Choose a destination of 7.0 or newer, or remove them at the source: FUNCTION FLUSH",
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

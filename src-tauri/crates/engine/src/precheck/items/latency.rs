//! Both servers are near.

use std::time::Duration;

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

/// A round trip within a continent.
const FAR: Duration = Duration::from_millis(30);

pub(super) struct Latency;

impl PrecheckItem for Latency {
    fn id(&self) -> &'static str {
        "latency"
    }

    fn side(&self) -> Side {
        Side::Local
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let (source, destination) = (facts.source()?.latency, facts.destination()?.latency);
        let milliseconds = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
        let expected = phrase!("latency.expected", ms = FAR.as_millis());
        let found = phrase!(
            "latency.found",
            source = milliseconds(source),
            destination = milliseconds(destination)
        );
        Ok(if source.max(destination) <= FAR {
            Verdict::passed(found, expected)
        } else {
            Verdict::warning(found, expected, Fix::Words(phrase!("latency.fix")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn a_far_server_is_told() {
        let mut facts = sample::facts();
        facts.destination.as_mut().unwrap().latency = Duration::from_millis(80);
        let verdict = Latency.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(verdict.found.values["destination"].to_string(), "80.0");
    }
}

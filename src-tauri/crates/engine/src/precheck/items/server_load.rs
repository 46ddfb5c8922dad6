//! Neither server is busy.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

/// Half of what a server does on one thread.
const BUSY_OPS: u64 = 50_000;

pub(super) struct ServerLoad;

impl PrecheckItem for ServerLoad {
    fn id(&self) -> &'static str {
        "server_load"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let (source, destination) = (facts.source()?, facts.destination()?);
        let ops_here = source.number("instantaneous_ops_per_sec")?;
        let ops_there = destination.number("instantaneous_ops_per_sec")?;
        let out = source.text("instantaneous_output_kbps")?;
        let expected = phrase!("server_load.expected");
        let found = phrase!(
            "server_load.found",
            source = ops_here,
            source_kbps = out,
            destination = ops_there
        );
        Ok(if ops_here.max(ops_there) <= BUSY_OPS {
            Verdict::passed(found, expected)
        } else {
            Verdict::warning(found, expected, Fix::Words(phrase!("server_load.fix")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn a_busy_server_is_told() {
        let facts = sample::facts_with("instantaneous_ops_per_sec:80000\n", "");
        let verdict = ServerLoad.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
    }
}

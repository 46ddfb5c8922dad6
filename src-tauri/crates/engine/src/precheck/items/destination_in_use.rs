//! Nobody else writes to the destination.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct DestinationInUse;

impl PrecheckItem for DestinationInUse {
    fn id(&self) -> &'static str {
        "destination_in_use"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let expected = phrase!("destination_in_use.expected");
        let clients = facts.destination_clients.as_ref().map_err(Clone::clone)?;
        let mut tasks = facts.destination_tasks.clone()?;
        tasks.extend(clients.tasks.iter().cloned());
        Ok(if !tasks.is_empty() {
            let tasks: Vec<String> = tasks.into_iter().collect();
            Verdict::warning(
                phrase!("destination_in_use.tasks", tasks = tasks.join(", ")),
                expected,
                Fix::Words(phrase!("destination_in_use.fix_tasks")),
            )
        } else if clients.others > 0 {
            Verdict::warning(
                phrase!("destination_in_use.clients", clients = clients.others),
                expected,
                Fix::Words(phrase!("destination_in_use.fix_clients")),
            )
        } else {
            Verdict::passed(phrase!("destination_in_use.nobody"), expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn other_clients_and_other_tasks_are_told() {
        let mut facts = sample::facts();
        let verdict_on = |facts: &Facts| DestinationInUse.verdict(facts, &sample::spec()).unwrap();
        facts.destination_clients.as_mut().unwrap().others = 3;
        assert_eq!(verdict_on(&facts).found.values["clients"].to_string(), "3");
        facts.destination_tasks = Ok(["t7".to_owned()].into());
        let verdict = verdict_on(&facts);
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(verdict.found.values["tasks"].to_string(), "t7");
    }
}

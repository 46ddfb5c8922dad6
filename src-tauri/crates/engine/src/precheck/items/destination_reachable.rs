//! The destination can be reached and takes the account and password.

use super::unreachable;
use super::{IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::permission::DESTINATION_RULES;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;
pub(super) struct DestinationReachable;

impl PrecheckItem for DestinationReachable {
    fn id(&self) -> &'static str {
        "destination_reachable"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Never
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        Ok(match &facts.destination {
            Ok(state) => Verdict::passed(
                phrase!(
                    "reachable.found",
                    server = state.name(),
                    address = spec.destination.address,
                    ms = format_args!("{:.1}", state.latency.as_secs_f64() * 1000.0)
                ),
                phrase!("reachable.expected"),
            ),
            Err(error) => {
                unreachable(error, spec.destination.account.as_deref(), DESTINATION_RULES)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;
    use crate::words::Phrase;

    use crate::error::{Error, ErrorKind, Side};

    fn verdict_on(kind: ErrorKind) -> Verdict {
        let mut facts = sample::facts();
        facts.destination =
            Err(Error::new(kind, Side::Destination, Phrase::plain("its words")).report());
        DestinationReachable.verdict(&facts, &sample::spec()).unwrap()
    }

    #[test]
    fn a_wrong_password_fails_with_the_server_s_words_and_the_remedy() {
        let verdict = verdict_on(ErrorKind::AuthFailed);
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert_eq!(verdict.found.to_string(), "its words");
        assert_eq!(verdict.fix.line(), ErrorKind::AuthFailed.remedy());
    }

    #[test]
    fn an_account_that_may_not_ping_is_granted_it() {
        let verdict = verdict_on(ErrorKind::NoPermission);
        assert_eq!(verdict.fix.command(), "ACL SETUSER default +ping +info +select");
    }

    #[test]
    fn a_server_that_loads_is_reached() {
        assert_eq!(verdict_on(ErrorKind::Loading).kind, VerdictKind::Passed);
    }
}

//! Failed tasks are resumed by themselves for seven days, less and less often.

use std::time::{Duration, SystemTime};

use keyferry_engine::report::rfc3339;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::store::Failing;

/// For how long after its first failure a task is resumed.
pub(crate) const RESUMED_FOR: Duration = Duration::from_secs(7 * 24 * 3600);
/// A run that lasted so long, or caught up, was a good one: the next failure is a new first one.
pub(crate) const RAN_WELL_AFTER: Duration = Duration::from_secs(600);
pub(crate) const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// What a failure makes of the row of failures before it; `None` once seven days are over.
pub(crate) fn after_failure(held: Option<&Failing>, ran_well: bool) -> Option<Failing> {
    after_failure_at(held, ran_well, SystemTime::now())
}

fn after_failure_at(held: Option<&Failing>, ran_well: bool, now: SystemTime) -> Option<Failing> {
    let (since, attempts) = match held.filter(|_| !ran_well) {
        Some(held) => (held.since.clone(), held.attempts + 1),
        None => (rfc3339(now), 0),
    };
    let doubled = FIRST_PAUSE.saturating_mul(1 << attempts.min(10));
    let next = now + doubled.min(LONGEST_PAUSE);
    let failing = Failing { since, attempts, next_at: rfc3339(next) };
    (until(&failing)? >= next).then_some(failing)
}

/// Until when a row of failures is resumed.
pub(crate) fn until(failing: &Failing) -> Option<SystemTime> {
    Some(parse(&failing.since)? + RESUMED_FOR)
}

/// How long until it is resumed next; zero where that was due already.
pub(crate) fn due_in(failing: &Failing) -> Option<Duration> {
    let next = parse(&failing.next_at)?;
    Some(next.duration_since(SystemTime::now()).unwrap_or_default())
}

fn parse(text: &str) -> Option<SystemTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(SystemTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_fails_and_fails_is_resumed_less_and_less_often_for_seven_days() {
        let mut now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let began = now;
        let mut held = None;
        let mut pauses = Vec::new();
        while let Some(failing) = after_failure_at(held.as_ref(), false, now) {
            let next = parse(&failing.next_at).unwrap();
            pauses.push(next.duration_since(now).unwrap().as_secs() / 60);
            now = next;
            held = Some(failing);
        }
        assert_eq!(pauses[..7], [1, 2, 4, 8, 16, 32, 60]);
        assert!(pauses[6..].iter().all(|minutes| *minutes == 60));
        let lasted = now.duration_since(began).unwrap();
        assert!(lasted <= RESUMED_FOR && lasted > RESUMED_FOR - LONGEST_PAUSE, "{lasted:?}");
    }

    #[test]
    fn a_good_run_in_between_begins_a_new_row() {
        let now = SystemTime::now();
        let old = after_failure_at(None, false, now - Duration::from_secs(86_400)).unwrap();
        let again = after_failure_at(Some(&old), false, now).unwrap();
        assert_eq!((again.since.as_str(), again.attempts), (old.since.as_str(), 1));
        let anew = after_failure_at(Some(&old), true, now).unwrap();
        assert_eq!((anew.since, anew.attempts), (rfc3339(now), 0));
    }
}

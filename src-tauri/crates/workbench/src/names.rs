//! Names that are made where the user gives none.

use time::{OffsetDateTime, UtcOffset};

use crate::error::Result;
use crate::store::Store;

/// As `redis_to_redis_20261123_1402`, with a number behind it where that is taken: the time is what
/// a clock shows that is `offset_minutes` ahead of UTC. The command line asks for the `seconds` too.
///
/// # Errors
/// The store cannot be read.
pub fn suggest_task_name(store: &Store, offset_minutes: i16, seconds: bool) -> Result<String> {
    let offset = UtcOffset::from_whole_seconds(i32::from(offset_minutes) * 60);
    let offset = offset.unwrap_or(UtcOffset::UTC);
    free(store, &named_after(OffsetDateTime::now_utc().to_offset(offset), seconds))
}

fn named_after(now: OffsetDateTime, seconds: bool) -> String {
    let (date, time) = (now.date(), now.time());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    let name = format!(
        "redis_to_redis_{year:04}{month:02}{day:02}_{:02}{:02}",
        time.hour(),
        time.minute()
    );
    if seconds { format!("{name}{:02}", time.second()) } else { name }
}

/// `base`, with a number behind it where a task is called so already.
pub(crate) fn free(store: &Store, base: &str) -> Result<String> {
    let taken: Vec<String> = store.list()?.into_iter().map(|task| task.name).collect();
    Ok(first_free(base, |name| taken.iter().any(|other| other == name)))
}

/// `base`, or `base` with the first number that makes it free.
pub(crate) fn first_free(base: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = base.to_owned();
    for number in 2.. {
        if !is_taken(&name) {
            break;
        }
        name = format!("{base}_{number}");
    }
    name
}

#[cfg(test)]
mod tests {
    use time::macros::{datetime, offset};

    use super::*;

    #[test]
    fn a_name_has_the_time_of_the_user_s_clock() {
        let now = datetime!(2026-11-23 20:02:09 UTC);
        assert_eq!(named_after(now.to_offset(offset!(+8)), false), "redis_to_redis_20261124_0402");
        assert_eq!(named_after(now, true), "redis_to_redis_20261123_200209");
    }
}

//! Names that are made where the user gives none.

use keyferry_engine::report::rfc3339_now;

use crate::error::Result;
use crate::store::Store;

/// As `redis_to_redis_20261123_1402`, with a number behind it where that is taken. The command line
/// asks for the `seconds` too.
///
/// # Errors
/// The store cannot be read.
pub fn suggest_task_name(store: &Store, seconds: bool) -> Result<String> {
    let length = if seconds { 14 } else { 12 };
    let digits: String = rfc3339_now().chars().filter(char::is_ascii_digit).take(length).collect();
    let (date, time) = digits.split_at_checked(8).unwrap_or((&digits, ""));
    free(store, &format!("redis_to_redis_{date}_{time}"))
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

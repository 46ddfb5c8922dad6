//! Places between two durable steps at which tests end the program as a kill would.
//!
//! Only in builds with the feature `failpoints`; without it nothing of this is compiled. The
//! environment variable `KEYFERRY_FAILPOINT` names a place, and with `@3` behind it the third time
//! that it is come by.

/// Ends the process here if it is told to.
#[cfg(feature = "failpoints")]
pub(crate) fn hit(name: &str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WANTED: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
        let wanted = std::env::var("KEYFERRY_FAILPOINT").ok()?;
        let (name, count) = wanted.split_once('@').unwrap_or((&wanted, "1"));
        Some((name.to_owned(), count.parse().unwrap_or(1)))
    });
    static COME_BY: AtomicU64 = AtomicU64::new(0);

    if let Some((wanted, count)) = &*WANTED
        && wanted == name
        && COME_BY.fetch_add(1, Ordering::AcqRel) + 1 == *count
    {
        eprintln!("failpoint {name}");
        std::process::abort();
    }
}

/// Nothing.
#[cfg(not(feature = "failpoints"))]
#[inline(always)]
pub(crate) fn hit(_name: &str) {}

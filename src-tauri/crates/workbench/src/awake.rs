//! Keeping this computer from going to sleep.

use std::pin::Pin;

/// What ends with it: as long as it is there, the computer stays awake.
pub type Vigil = Box<dyn Send>;

/// Keeps the computer that it runs on awake. What shows things may go dark.
pub trait Wakefulness: Send + Sync {
    /// Asks the system not to go to sleep by itself, with the `reason` that it shows to its user.
    ///
    /// # Errors
    /// Why that cannot be had, for people.
    fn keep<'a>(
        &'a self,
        reason: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Vigil, String>> + Send + 'a>>;
}

//! How an alert travels: a file each, a line each in [`ALL`].

mod desktop;

use super::Notice;
use crate::model::{AlertContact, ChannelId};

/// What a host can do for the channels.
pub trait Notifier: Send + Sync + 'static {
    /// Shows a notification on the desktop. May block.
    ///
    /// # Errors
    /// The desktop refused, in its words.
    fn show(&self, notice: &Notice) -> Result<(), String>;
}

/// A way to tell somebody.
pub(crate) trait AlertChannel: Sync {
    /// Its stable word.
    fn id(&self) -> ChannelId;

    /// Who can be told by it.
    fn contacts(&self) -> Vec<AlertContact>;

    /// Tells them. May block.
    ///
    /// # Errors
    /// It did not get through; the words are for the log.
    fn deliver(
        &self,
        host: &dyn Notifier,
        contact: &AlertContact,
        notice: &Notice,
    ) -> Result<(), String>;
}

/// All channels, in the order users see.
pub(crate) const ALL: &[&dyn AlertChannel] = &[&desktop::Desktop];

//! A notification on this desktop.

use super::{AlertChannel, Notifier};
use crate::alerts::{DESKTOP, Notice};
use crate::model::{AlertContact, ChannelId};

pub(super) struct Desktop;

impl AlertChannel for Desktop {
    fn id(&self) -> ChannelId {
        ChannelId::Desktop
    }

    fn contacts(&self) -> Vec<AlertContact> {
        vec![AlertContact {
            id: DESKTOP.to_owned(),
            name: "This desktop".to_owned(),
            channel: self.id(),
        }]
    }

    fn deliver(
        &self,
        host: &dyn Notifier,
        _contact: &AlertContact,
        notice: &Notice,
    ) -> Result<(), String> {
        host.show(notice)
    }
}

//! What is done about withheld expiries when nobody is left to give them in time.

use std::path::Path;

use redis::{Value, cmd};

use super::{Ledger, WHOLE};
use crate::control::Control;
use crate::error::Result;

/// Expiries that are given in one round trip.
const GIVEN_AT_ONCE: usize = 1000;

/// Gives a task's withheld expiries to a destination that it does not write any more, where nobody
/// has given the key another one since.
pub(crate) async fn give_withheld(control: &mut Control, folder: &Path) -> Result<()> {
    // A task of which nothing is left, or nothing that can be read, has nothing to give.
    if !folder.join("ledger").exists() {
        return Ok(());
    }
    let Ok(ledger) = Ledger::open_soon(folder).await else { return Ok(()) };
    let mut after = None;
    loop {
        let page = ledger.page(after.as_ref(), GIVEN_AT_ONCE)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        let mut look = Vec::new();
        let mut selected = None;
        for (of, _) in &page {
            if selected != Some(of.database) {
                look.push(cmd("SELECT").arg(of.database).take());
                selected = Some(of.database);
            }
            look.push(cmd("PTTL").arg(&of.key).take());
        }
        let mut left = Vec::new();
        for answer in control.query_each(&look).await? {
            if let Value::Int(number) = answer? {
                left.push(number);
            }
        }
        let mut give = Vec::new();
        for ((of, at_ms), left) in page.iter().zip(left) {
            if left == -1 && *at_ms != WHOLE {
                give.push(cmd("SELECT").arg(of.database).take());
                give.push(cmd("PEXPIREAT").arg(&of.key).arg(*at_ms).take());
            }
        }
        if !give.is_empty() {
            for answer in control.query_each(&give).await? {
                answer?;
            }
        }
        after = Some(last.clone());
    }
}

//! The sample migration.

use std::sync::Arc;

use super::Workbench;
use crate::demo::Demo;
use crate::error::Result;
use crate::store::PasswordOrigins;

impl Workbench {
    /// Starts the sample migration; its task's id.
    ///
    /// # Errors
    /// There is no redis-server, or it does not start.
    pub async fn start_demo(self: &Arc<Self>) -> Result<String> {
        self.end_demo().await?;
        let sample = Demo::start().await?;
        let mut locked =
            self.store.create("Sample migration", sample.draft(), PasswordOrigins::default())?;
        locked.update(|task| task.demo = true)?;
        let id = locked.task.id.clone();
        drop(locked);
        *self.demo.lock().await = Some((id.clone(), sample));
        self.run(&id).await?;
        Ok(id)
    }

    /// Ends the sample migration: its task, its servers, its files.
    ///
    /// # Errors
    /// The disk refused.
    pub async fn end_demo(&self) -> Result<()> {
        let Some((id, sample)) = self.demo.lock().await.take() else { return Ok(()) };
        let ended = self.running().get(&id).map(|running| {
            running.remote.rest();
            running.ended.clone()
        });
        if let Some(mut ended) = ended {
            let _ = ended.wait_for(|ended| *ended).await;
        }
        drop(sample);
        if let Ok(locked) = self.store.lock(&id) {
            locked.delete()?;
        }
        self.changed();
        Ok(())
    }
}

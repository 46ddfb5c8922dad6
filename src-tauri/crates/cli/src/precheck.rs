//! `keyferry precheck`: look, write nothing.

use keyferry_workbench::engine::precheck::{self, ItemReport, Scope};
use keyferry_workbench::error::{CommandError, Result};
use keyferry_workbench::templates::TemplateStore;

use crate::Exit;
use crate::arguments::MigrateFlags;
use crate::migrate::open_store;
use crate::output;
use crate::passwords::add_passwords_of_templates;

pub(crate) async fn precheck(flags: MigrateFlags) -> Result<Exit> {
    let store = open_store(&flags.store)?;
    let mut order = flags.order(&TemplateStore::beside(&store))?;
    let spec = order.draft.validate().map_err(CommandError::form)?;
    add_passwords_of_templates(&mut order).await?;
    let json = flags.store.json;
    let on_item = |item: &ItemReport| {
        if json {
            output::print(&serde_json::to_string(item).unwrap_or_default());
        } else {
            output::print(&output::item_lines(item));
        }
    };
    let scope = if flags.skip_precheck { Scope::NotIgnorable } else { Scope::All };
    let report =
        precheck::run("precheck", &spec, &order.credentials, store.folder(), scope, &on_item).await;
    Ok(if report.passed() { Exit::Done } else { Exit::PrecheckFailed })
}

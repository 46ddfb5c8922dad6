//! What the page may call. Each command is one line that calls a use case of the workbench.

use tauri::Wry;
use tauri::ipc::Invoke;

include!("../commands.rs");

macro_rules! handler_of {
    ($($command:ident),* $(,)?) => { tauri::generate_handler![$(commands::$command),*] };
}

/// Answers every command of the one list.
pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    with_commands!(handler_of)
}

mod commands {
    use keyferry_workbench::engine::precheck::connectivity::{
        ConnectivityReport, ConnectivityStage,
    };
    use keyferry_workbench::engine::precheck::{ItemReport, PrecheckReport};
    use keyferry_workbench::engine::spec::{FieldError, Limits, TaskDraft};
    use keyferry_workbench::error::Result;
    use keyferry_workbench::model::{
        AppInfo, NewTask, Settings, TaskDetails, TaskSummary, TaskUpdate, TestRequest,
    };
    use tauri::State;
    use tauri::ipc::Channel;

    use crate::host::Host;
    use crate::subscriptions::{Subscriptions, follow_task, follow_tasks, tell};

    #[tauri::command]
    pub(super) async fn app_info(host: State<'_, Host>) -> Result<AppInfo> {
        Ok(host.workbench().await?.app_info())
    }

    #[tauri::command]
    pub(super) async fn list_tasks(host: State<'_, Host>) -> Result<Vec<TaskSummary>> {
        host.workbench().await?.list_tasks()
    }

    #[tauri::command]
    pub(super) async fn show_task(host: State<'_, Host>, id: String) -> Result<TaskDetails> {
        host.workbench().await?.show_task(&id)
    }

    #[tauri::command]
    pub(super) async fn validate_draft(
        host: State<'_, Host>,
        draft: TaskDraft,
    ) -> Result<Vec<FieldError>> {
        Ok(host.workbench().await?.validate_draft(&draft))
    }

    #[tauri::command]
    pub(super) async fn create_task(host: State<'_, Host>, task: NewTask) -> Result<String> {
        host.workbench().await?.create_task(task).await
    }

    #[tauri::command]
    pub(super) async fn update_task(
        host: State<'_, Host>,
        id: String,
        task: NewTask,
    ) -> Result<()> {
        host.workbench().await?.update_task(&id, task).await
    }

    #[tauri::command]
    pub(super) async fn test_connectivity(
        host: State<'_, Host>,
        request: TestRequest,
        on_stage: Channel<ConnectivityStage>,
    ) -> Result<ConnectivityReport> {
        host.workbench().await?.test_connectivity(request, &|stage| tell(&on_stage, stage)).await
    }

    #[tauri::command]
    pub(super) async fn run_precheck(
        host: State<'_, Host>,
        id: String,
        on_item: Channel<ItemReport>,
    ) -> Result<PrecheckReport> {
        host.workbench().await?.run_precheck(&id, &|item| tell(&on_item, item.clone())).await
    }

    #[tauri::command]
    pub(super) async fn ignore_checks(
        host: State<'_, Host>,
        id: String,
        checks: Vec<String>,
    ) -> Result<()> {
        host.workbench().await?.ignore_checks(&id, checks)
    }

    #[tauri::command]
    pub(super) async fn start_task(host: State<'_, Host>, id: String) -> Result<()> {
        host.workbench().await?.run(&id).await
    }

    #[tauri::command]
    pub(super) async fn pause_task(host: State<'_, Host>, id: String) -> Result<()> {
        host.workbench().await?.pause_task(&id).await
    }

    #[tauri::command]
    pub(super) async fn resume_task(host: State<'_, Host>, id: String) -> Result<()> {
        host.workbench().await?.run(&id).await
    }

    #[tauri::command]
    pub(super) async fn stop_task(host: State<'_, Host>, id: String) -> Result<()> {
        host.workbench().await?.stop_task(&id).await
    }

    #[tauri::command]
    pub(super) async fn release_task(host: State<'_, Host>, id: String) -> Result<()> {
        host.workbench().await?.release_task(&id).await
    }

    #[tauri::command]
    pub(super) async fn retry_now(host: State<'_, Host>, id: String) -> Result<()> {
        host.workbench().await?.retry_now(&id).await
    }

    #[tauri::command]
    pub(super) async fn set_limits(
        host: State<'_, Host>,
        id: String,
        limits: Limits,
    ) -> Result<()> {
        host.workbench().await?.set_limits(&id, limits).await
    }

    #[tauri::command]
    pub(super) async fn provide_credentials(
        host: State<'_, Host>,
        id: String,
        source: Option<String>,
        destination: Option<String>,
    ) -> Result<()> {
        host.workbench().await?.provide_credentials(&id, source, destination).await
    }

    #[tauri::command]
    pub(super) async fn delete_task(host: State<'_, Host>, id: String) -> Result<()> {
        host.workbench().await?.delete_task(&id).await
    }

    #[tauri::command]
    pub(super) async fn start_demo(host: State<'_, Host>) -> Result<String> {
        host.workbench().await?.start_demo().await
    }

    #[tauri::command]
    pub(super) async fn end_demo(host: State<'_, Host>) -> Result<()> {
        host.workbench().await?.end_demo().await
    }

    #[tauri::command]
    pub(super) async fn get_settings(host: State<'_, Host>) -> Result<Settings> {
        host.workbench().await?.settings()
    }

    #[tauri::command]
    pub(super) async fn set_settings(host: State<'_, Host>, settings: Settings) -> Result<()> {
        host.workbench().await?.set_settings(&settings)
    }

    #[tauri::command]
    pub(super) async fn subscribe_tasks(
        host: State<'_, Host>,
        subscriptions: State<'_, Subscriptions>,
        on_update: Channel<Vec<TaskSummary>>,
    ) -> Result<()> {
        let workbench = host.workbench().await?.clone();
        subscriptions.add(on_update.id(), follow_tasks(workbench, on_update));
        Ok(())
    }

    #[tauri::command]
    pub(super) async fn subscribe_task(
        host: State<'_, Host>,
        subscriptions: State<'_, Subscriptions>,
        id: String,
        on_update: Channel<TaskUpdate>,
    ) -> Result<()> {
        let workbench = host.workbench().await?.clone();
        subscriptions.add(on_update.id(), follow_task(workbench, id, on_update));
        Ok(())
    }

    #[tauri::command]
    pub(super) async fn unsubscribe(
        subscriptions: State<'_, Subscriptions>,
        channel: u32,
    ) -> Result<()> {
        subscriptions.remove(channel);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    macro_rules! names {
        ($($command:ident),* $(,)?) => { [$(stringify!($command)),*] };
    }

    #[test]
    fn the_page_is_allowed_every_command_of_ours_and_nothing_else() {
        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../capabilities/main.json")).unwrap();
        let wanted: Vec<_> = with_commands!(names)
            .iter()
            .map(|name| format!("allow-{}", name.replace('_', "-")))
            .collect();
        assert_eq!(capability["permissions"], serde_json::json!(wanted));
    }
}

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
    use keyferry_workbench::engine::commands::{self, CommandInfo};
    use keyferry_workbench::engine::error::Side;
    use keyferry_workbench::engine::limits::{self, LimitNote};
    use keyferry_workbench::engine::precheck::connectivity::{
        ConnectivityReport, ServerSummary, StageProgress,
    };
    use keyferry_workbench::engine::precheck::{self, AccountRules, ItemReport, PrecheckReport};
    use keyferry_workbench::engine::spec::{FieldError, InstanceClass, Limits, TaskDraft};
    use keyferry_workbench::error::{CommandError, Result};
    use keyferry_workbench::model::{
        AlertContact, AlertRules, AppInfo, CloseChoice, DiagnosticsFile, EffectiveRetry,
        KeychainStatus, LogFilter, LogPage, PasswordInput, ReportFormat, Settings, SettingsPart,
        ShellEvent, SkippedPage, SkippedQuery, StartOrder, TaskDetails, TaskInput, TaskSummary,
        TaskUpdate, Template, TemplateInput, TestRequest,
    };
    use tauri::ipc::Channel;
    use tauri::{AppHandle, State};

    use crate::host::{self, Host};
    use crate::subscriptions::{
        Subscriptions, follow_log, follow_shell, follow_task, follow_tasks, tell,
    };
    use crate::{folder, window};

    #[tauri::command]
    pub(super) async fn app_info(host: State<'_, Host>) -> Result<AppInfo> {
        Ok(host.workbench().await?.app_info())
    }

    #[tauri::command]
    pub(super) async fn state_folder() -> Result<String> {
        Ok(host::state_folder()?.display().to_string())
    }

    #[tauri::command]
    pub(super) async fn open_state_folder() -> Result<()> {
        folder::open(&host::state_folder()?).await
    }

    #[tauri::command]
    pub(super) async fn list_tasks(host: State<'_, Host>) -> Result<Vec<TaskSummary>> {
        host.workbench().await?.list_tasks()
    }

    #[tauri::command]
    pub(super) async fn unreadable_tasks(host: State<'_, Host>) -> Result<Vec<CommandError>> {
        host.workbench().await?.unreadable_tasks()
    }

    #[tauri::command]
    pub(super) async fn show_task(host: State<'_, Host>, id: String) -> Result<TaskDetails> {
        host.workbench().await?.show_task(&id)
    }

    #[tauri::command]
    pub(super) async fn list_skipped(
        host: State<'_, Host>,
        id: String,
        query: SkippedQuery,
    ) -> Result<SkippedPage> {
        host.workbench().await?.list_skipped(&id, &query)
    }

    #[tauri::command]
    pub(super) async fn read_log(
        host: State<'_, Host>,
        id: String,
        filter: LogFilter,
        before: Option<u64>,
    ) -> Result<LogPage> {
        host.workbench().await?.read_log(&id, &filter, before)
    }

    #[tauri::command]
    pub(super) async fn validate_draft(
        host: State<'_, Host>,
        draft: TaskDraft,
    ) -> Result<Vec<FieldError>> {
        Ok(host.workbench().await?.validate_draft(&draft))
    }

    #[tauri::command]
    pub(super) async fn suggest_task_name(
        host: State<'_, Host>,
        offset_minutes: i16,
    ) -> Result<String> {
        host.workbench().await?.suggest_task_name(offset_minutes)
    }

    #[tauri::command]
    pub(super) async fn save_draft(
        host: State<'_, Host>,
        id: Option<String>,
        task: TaskInput,
    ) -> Result<String> {
        host.workbench().await?.save_draft(id.as_deref(), task).await
    }

    #[tauri::command]
    pub(super) async fn put_password_aside(
        host: State<'_, Host>,
        id: String,
        side: Side,
    ) -> Result<String> {
        host.workbench().await?.put_password_aside(&id, side).await
    }

    #[tauri::command]
    pub(super) async fn account_rules(
        side: Side,
        version: Option<(u16, u16, u16)>,
    ) -> Result<Vec<AccountRules>> {
        Ok(precheck::account_rules(side, version))
    }

    #[tauri::command]
    pub(super) async fn configure_task(host: State<'_, Host>, id: String) -> Result<()> {
        host.workbench().await?.configure_task(&id)
    }

    #[tauri::command]
    pub(super) async fn test_connectivity(
        host: State<'_, Host>,
        request: TestRequest,
        on_stage: Channel<StageProgress>,
    ) -> Result<ConnectivityReport> {
        host.workbench().await?.test_connectivity(request, &|stage| tell(&on_stage, stage)).await
    }

    #[tauri::command]
    pub(super) async fn cancel_run(host: State<'_, Host>, run_id: String) -> Result<()> {
        host.workbench().await?.cancel_run(&run_id);
        Ok(())
    }

    #[tauri::command]
    pub(super) async fn run_precheck(
        host: State<'_, Host>,
        id: String,
        run_id: String,
        on_item: Channel<ItemReport>,
    ) -> Result<PrecheckReport> {
        let on_item = |item: &ItemReport| tell(&on_item, item.clone());
        host.workbench().await?.run_precheck(&id, &run_id, &on_item).await
    }

    #[tauri::command]
    pub(super) async fn ignore_checks(
        host: State<'_, Host>,
        id: String,
        checks: Vec<String>,
        typed_name: Option<String>,
    ) -> Result<()> {
        host.workbench().await?.ignore_checks(&id, checks, typed_name.as_deref())
    }

    #[tauri::command]
    pub(super) async fn effective_retry(
        host: State<'_, Host>,
        draft: TaskDraft,
        task_id: Option<String>,
    ) -> Result<EffectiveRetry> {
        host.workbench().await?.effective_retry(&draft, task_id.as_deref()).await
    }

    #[tauri::command]
    pub(super) async fn command_catalogue(version: Option<String>) -> Vec<CommandInfo> {
        commands::catalogue_of(version.as_deref())
    }

    #[tauri::command]
    pub(super) async fn limits(
        draft: TaskDraft,
        source: Option<ServerSummary>,
        destination: Option<ServerSummary>,
    ) -> Vec<LimitNote> {
        limits::limits(&draft, source.as_ref(), destination.as_ref())
    }

    #[tauri::command]
    pub(super) async fn start_task(
        host: State<'_, Host>,
        id: String,
        start: StartOrder,
    ) -> Result<()> {
        host.workbench().await?.start_task(&id, start).await
    }

    #[tauri::command]
    pub(super) async fn pause_task(host: State<'_, Host>, id: String) -> Result<()> {
        host.workbench().await?.pause_task(&id).await
    }

    #[tauri::command]
    pub(super) async fn pause_all(host: State<'_, Host>) -> Result<()> {
        host.workbench().await?.pause_all().await
    }

    #[tauri::command]
    pub(super) async fn resume_task(host: State<'_, Host>, id: String) -> Result<()> {
        host.workbench().await?.resume_task(&id).await
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
    pub(super) async fn agree(host: State<'_, Host>, id: String, code: String) -> Result<()> {
        host.workbench().await?.agree(&id, code).await
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
    pub(super) async fn set_class(
        host: State<'_, Host>,
        id: String,
        class: Option<InstanceClass>,
    ) -> Result<()> {
        host.workbench().await?.set_class(&id, class).await
    }

    #[tauri::command]
    pub(super) async fn rename_task(host: State<'_, Host>, id: String, name: String) -> Result<()> {
        host.workbench().await?.rename_task(&id, &name).await
    }

    #[tauri::command]
    pub(super) async fn duplicate_task(host: State<'_, Host>, id: String) -> Result<String> {
        host.workbench().await?.duplicate_task(&id).await
    }

    #[tauri::command]
    pub(super) async fn provide_credentials(
        host: State<'_, Host>,
        id: String,
        source: PasswordInput,
        destination: PasswordInput,
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
    pub(super) async fn list_contacts(host: State<'_, Host>) -> Result<Vec<AlertContact>> {
        Ok(host.workbench().await?.list_contacts())
    }

    #[tauri::command]
    pub(super) async fn set_alerts(
        host: State<'_, Host>,
        id: String,
        rules: Option<AlertRules>,
    ) -> Result<()> {
        host.workbench().await?.set_alerts(&id, rules).await
    }

    #[tauri::command]
    pub(super) async fn set_keep_awake(
        host: State<'_, Host>,
        id: String,
        keep: bool,
    ) -> Result<()> {
        host.workbench().await?.set_keep_awake(&id, keep).await
    }

    #[tauri::command]
    pub(super) async fn list_templates(host: State<'_, Host>) -> Result<Vec<Template>> {
        host.workbench().await?.list_templates()
    }

    #[tauri::command]
    pub(super) async fn create_template(
        host: State<'_, Host>,
        template: TemplateInput,
    ) -> Result<String> {
        host.workbench().await?.create_template(template).await
    }

    #[tauri::command]
    pub(super) async fn update_template(
        host: State<'_, Host>,
        id: String,
        template: TemplateInput,
    ) -> Result<()> {
        host.workbench().await?.update_template(&id, template).await
    }

    #[tauri::command]
    pub(super) async fn duplicate_template(host: State<'_, Host>, id: String) -> Result<String> {
        host.workbench().await?.duplicate_template(&id).await
    }

    #[tauri::command]
    pub(super) async fn delete_template(host: State<'_, Host>, id: String) -> Result<()> {
        host.workbench().await?.delete_template(&id).await
    }

    #[tauri::command]
    pub(super) async fn test_template(
        host: State<'_, Host>,
        id: String,
        run_id: String,
        on_stage: Channel<StageProgress>,
    ) -> Result<ConnectivityReport> {
        host.workbench().await?.test_template(&id, &run_id, &|stage| tell(&on_stage, stage)).await
    }

    #[tauri::command]
    pub(super) async fn export_report(
        host: State<'_, Host>,
        id: String,
        format: ReportFormat,
    ) -> Result<String> {
        host.workbench().await?.export_report(&id, format)
    }

    #[tauri::command]
    pub(super) async fn diagnostics_preview(
        host: State<'_, Host>,
        id: String,
    ) -> Result<Vec<DiagnosticsFile>> {
        host.workbench().await?.diagnostics_preview(&id).await
    }

    #[tauri::command]
    pub(super) async fn export_diagnostics(host: State<'_, Host>, id: String) -> Result<String> {
        host.workbench().await?.export_diagnostics(&id).await
    }

    #[tauri::command]
    pub(super) async fn revoke_command(host: State<'_, Host>, id: String) -> Result<String> {
        host.workbench().await?.revoke_command(&id)
    }

    #[tauri::command]
    pub(super) async fn probe_keychain(host: State<'_, Host>) -> Result<KeychainStatus> {
        host.workbench().await?.probe_keychain().await
    }

    #[tauri::command]
    pub(super) async fn get_settings(host: State<'_, Host>) -> Result<Settings> {
        host.workbench().await?.settings()
    }

    #[tauri::command]
    pub(super) async fn set_settings(app: AppHandle, part: SettingsPart) -> Result<Settings> {
        host::set_settings(&app, part).await
    }

    #[tauri::command]
    pub(super) async fn subscribe_tasks(
        host: State<'_, Host>,
        subscriptions: State<'_, Subscriptions>,
        on_update: Channel<Vec<TaskSummary>>,
    ) -> Result<()> {
        let workbench = host.workbench().await?.clone();
        subscriptions.add(on_update.id(), follow_tasks(workbench, on_update)?);
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
        subscriptions.add(on_update.id(), follow_task(workbench, id, on_update)?);
        Ok(())
    }

    #[tauri::command]
    pub(super) async fn subscribe_log(
        host: State<'_, Host>,
        subscriptions: State<'_, Subscriptions>,
        id: String,
        filter: LogFilter,
        on_update: Channel<LogPage>,
    ) -> Result<()> {
        let workbench = host.workbench().await?.clone();
        subscriptions.add(on_update.id(), follow_log(workbench, id, filter, on_update)?);
        Ok(())
    }

    #[tauri::command]
    pub(super) async fn subscribe_shell(
        host: State<'_, Host>,
        subscriptions: State<'_, Subscriptions>,
        on_update: Channel<ShellEvent>,
    ) -> Result<()> {
        let keychain = host.workbench().await?.keychain_changes();
        let events = host.shell_events();
        subscriptions.add(on_update.id(), follow_shell(events, keychain, on_update));
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

    #[tauri::command]
    pub(super) async fn answer_close(
        app: AppHandle,
        choice: CloseChoice,
        remember: bool,
    ) -> Result<()> {
        host::answer_close(&app, choice, remember).await
    }

    #[tauri::command]
    pub(super) async fn set_title(app: AppHandle, text: String) -> Result<()> {
        window::set_title(&app, &text);
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

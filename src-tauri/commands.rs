// The commands the page may call, listed once. `build.rs` declares them to Tauri and `src/ipc.rs`
// answers them; both include this file. Each also needs its `allow-…` in capabilities/main.json.
macro_rules! with_commands {
    ($then:ident) => {
        $then! {
            app_info,
            list_tasks,
            show_task,
            validate_draft,
            create_task,
            update_task,
            test_connectivity,
            run_precheck,
            ignore_checks,
            start_task,
            pause_task,
            resume_task,
            stop_task,
            release_task,
            retry_now,
            set_limits,
            provide_credentials,
            delete_task,
            start_demo,
            end_demo,
            get_settings,
            set_settings,
            subscribe_tasks,
            subscribe_task,
            unsubscribe,
        }
    };
}

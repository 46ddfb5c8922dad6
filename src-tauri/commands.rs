// The commands the page may call, listed once. `build.rs` declares them to Tauri and `src/ipc.rs`
// answers them; both include this file. Each also needs its `allow-…` in capabilities/main.json.
macro_rules! with_commands {
    ($then:ident) => {
        $then! {
            app_info,
        }
    };
}

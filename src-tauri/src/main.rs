//! The window: a thin shell around the workbench. What a command does is said there; here is only what
//! a desktop asks for.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod autostart;
mod awake;
mod folder;
mod graphics;
mod host;
mod ipc;
mod notifications;
mod subscriptions;
mod transfers;
mod tray;
mod window;

use std::sync::Arc;

use host::Host;
use keyferry_workbench::log;
use notifications::DesktopNotifier;
use subscriptions::Subscriptions;
use tauri::{Manager as _, RunEvent};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let stderr = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(filter);
    tracing_subscriber::registry().with(stderr).with(log::layer()).init();
    graphics::suit_machine();

    let transfers = transfers::runtime()?;
    let handle = transfers.handle().clone();
    let builder = tauri::Builder::default()
        // First of all plugins: a second start must end before it touches anything.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::bring_to_front(app)))
        .plugin(window::remembered_geometry());
    // On Linux the desktop is spoken to directly: it tells of clicks, and where it looks for entries.
    #[cfg(not(target_os = "linux"))]
    let builder = builder
        .plugin(tauri_plugin_autostart::Builder::new().build())
        .plugin(tauri_plugin_notification::init());
    let app = builder
        .invoke_handler(ipc::handler())
        .setup(move |app| {
            let notifier = DesktopNotifier(app.handle().clone());
            app.manage(Host::new(Arc::new(notifier), handle));
            app.manage(Subscriptions::default());
            host::begin(app.handle());
            host::leave_on_signal(app.handle());
            Ok(window::open(app)?)
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        // The system's own way of quitting, past the window; `exit` by ourselves carries a code.
        if let RunEvent::ExitRequested { api, code: None, .. } = event {
            api.prevent_exit();
            host::leave(app);
        }
    });
    Ok(())
}

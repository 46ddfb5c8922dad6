//! Notifications on the desktop. Where the desktop tells of a click, that opens the task.

use keyferry_workbench::{Notice, Notifier};
use tauri::AppHandle;

/// Shows them.
pub(crate) struct DesktopNotifier(pub(crate) AppHandle);

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;
    use std::time::Duration;

    use futures_util::StreamExt as _;
    use keyferry_workbench::Notice;
    use keyferry_workbench::model::ShellEvent;
    use tauri::{AppHandle, Manager as _};
    use zbus::zvariant::Value;

    use crate::host::Host;
    use crate::window;

    const SERVICE: &str = "org.freedesktop.Notifications";
    /// A click later than this opens nothing: the desktop may never say that one was dismissed.
    const LISTENED_FOR: Duration = Duration::from_secs(600);

    /// Shows one, and opens its task when it is clicked.
    pub(super) async fn show(app: AppHandle, notice: Notice) -> zbus::Result<()> {
        let bus = zbus::Connection::session().await?;
        let server =
            zbus::Proxy::new(&bus, SERVICE, "/org/freedesktop/Notifications", SERVICE).await?;
        // Before it is shown: a click may be quick.
        let mut clicks = server.receive_signal("ActionInvoked").await?;
        let mut closings = server.receive_signal("NotificationClosed").await?;
        let hints: HashMap<&str, Value<'_>> =
            HashMap::from([("desktop-entry", Value::from("keyferry-desktop"))]);
        let actions: [&str; 2] = ["default", "Keyferry"];
        let text = markup(&notice.text);
        let shown: u32 = server
            .call(
                "Notify",
                &("Keyferry", 0_u32, "keyferry", &notice.title, &text, &actions[..], hints, -1_i32),
            )
            .await?;
        let clicked = async {
            loop {
                tokio::select! {
                    Some(click) = clicks.next() => {
                        if let Ok((id, _action)) = click.body().deserialize::<(u32, String)>()
                            && id == shown
                        {
                            return true;
                        }
                    }
                    Some(closing) = closings.next() => {
                        if let Ok((id, _reason)) = closing.body().deserialize::<(u32, u32)>()
                            && id == shown
                        {
                            return false;
                        }
                    }
                    else => return false,
                }
            }
        };
        if tokio::time::timeout(LISTENED_FOR, clicked).await == Ok(true) {
            window::bring_to_front(&app);
            app.state::<Host>().tell_page(ShellEvent::OpenTask { id: notice.task_id });
        }
        Ok(())
    }

    /// Desktops read the text as markup.
    fn markup(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn a_servers_words_are_no_markup() {
            assert_eq!(super::markup("<b> & co"), "&lt;b&gt; &amp; co");
        }
    }
}

#[cfg(target_os = "linux")]
impl Notifier for DesktopNotifier {
    fn show(&self, notice: &Notice) -> Result<(), String> {
        let (app, notice) = (self.0.clone(), notice.clone());
        tauri::async_runtime::spawn(async move {
            if let Err(error) = linux::show(app, notice).await {
                tracing::warn!(%error, "a notification is not shown");
            }
        });
        Ok(())
    }
}

#[cfg(not(target_os = "linux"))]
impl Notifier for DesktopNotifier {
    fn show(&self, notice: &Notice) -> Result<(), String> {
        use tauri_plugin_notification::NotificationExt as _;

        self.0
            .notification()
            .builder()
            .title(&notice.title)
            .body(&notice.text)
            .show()
            .map_err(|error| error.to_string())
    }
}

//! What the user prefers is changed a part at a time.

use keyferry_workbench::model::{
    CloseSetting, LanguageChoice, Settings, SettingsPart, ThemeChoice,
};

use crate::support::Desk;

#[tokio::test]
async fn a_part_of_the_settings_replaces_nothing_else() {
    let desk = Desk::new();
    let workbench = desk.open().await;
    let of_the_desktop = SettingsPart {
        close: Some(CloseSetting::Tray),
        notifications: Some(false),
        resume_on_start: Some(false),
        autostart: Some(true),
        ..SettingsPart::default()
    };
    workbench.set_settings(of_the_desktop).unwrap();

    // As the page sends it, which may not know of the others yet.
    let dark = serde_json::from_str(r#"{"theme":"dark"}"#).unwrap();
    let told = workbench.set_settings(dark).unwrap();
    let kept = Settings {
        theme: ThemeChoice::Dark,
        language: LanguageChoice::System,
        resume_on_start: false,
        close: CloseSetting::Tray,
        notifications: false,
        autostart: true,
    };
    assert_eq!(told, kept);
    drop(workbench);
    assert_eq!(desk.open().await.settings().unwrap(), kept);
}

//! What a user takes along has everything in it but secrets.

use std::io::Read as _;

use keyferry_workbench::model::{LanguageChoice, ReportFormat, SettingsPart};

use crate::support::{Desk, Server, input, started, until_caught_up, until_state};
use keyferry_workbench::engine::task::TaskState;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_one_page_in_the_user_s_language_and_figures_in_a_table() {
    let (source, destination) = (Server::start("s-pw-17").await, Server::start("").await);
    source.set("a", "1").await;
    let desk = Desk::new();
    let workbench = desk.open().await;
    let id = started(&workbench, input("<b>orders</b>", &source, &destination)).await;
    until_caught_up(&workbench, &id).await;
    workbench.pause_task(&id).await.unwrap();
    until_state(&workbench, &id, TaskState::Paused).await;

    let read = |path: String| std::fs::read_to_string(path).unwrap();
    let page = read(workbench.export_report(&id, ReportFormat::Html).unwrap());
    for wanted in ["Migration report", "&lt;b&gt;orders&lt;", "conflicting_keys", &id, "Keys done"]
    {
        assert!(page.contains(wanted), "{wanted} is missing: {page}");
    }
    for outside in ["http:", "https:", "<script", "<b>", "<link", "s-pw-17"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let chinese = SettingsPart { language: Some(LanguageChoice::Zh), ..SettingsPart::default() };
    workbench.set_settings(chinese).unwrap();
    let page = read(workbench.export_report(&id, ReportFormat::Html).unwrap());
    assert!(page.contains("迁移报告") && !page.contains("Migration report"));
    for (chinese, english) in [
        ("目标库已追上源库", "the destination has everything"),
        ("快照已全部写入目标库", "the snapshot is applied whole"),
        ("已暂停", "paused"),
        ("两侧没有同名的 Key", "no key is on both sides"),
    ] {
        assert!(page.contains(chinese) && !page.contains(english), "{chinese}: {page}");
    }

    let table = read(workbench.export_report(&id, ReportFormat::Csv).unwrap());
    assert!(table.starts_with("section,name,value\r\n"));
    for line in ["figures,keys_total,1", "figures,keys_done,1", "task,state,paused"] {
        assert!(table.lines().any(|found| found == line), "{line} is missing:\n{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_diagnostics_bundle_is_its_preview_and_holds_no_password_and_no_value() {
    let (source, destination) =
        (Server::start("s-secret-99").await, Server::start("d-secret-99").await);
    source.set("customer:4711", "value-of-the-key").await;
    destination.set("customer:4711", "value-of-the-key").await;
    let desk = Desk::new();
    let workbench = desk.open().await;
    // A password in the name: it can stand anywhere.
    let form = input("orders s-secret-99", &source, &destination);
    let id = workbench.save_draft(None, form).await.unwrap();
    assert!(!workbench.run_precheck(&id, "check", &|_| {}).await.unwrap().passed());

    let preview = workbench.diagnostics_preview(&id).await.unwrap();
    let path = workbench.export_diagnostics(&id).await.unwrap();
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    assert_eq!(zip.len(), preview.len());
    for file in &preview {
        let mut text = String::new();
        zip.by_name(&file.name).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, file.text);
        for secret in ["s-secret-99", "d-secret-99", "value-of-the-key"] {
            assert!(!text.contains(secret), "{secret} is in {}:\n{text}", file.name);
        }
    }
    let task = preview.iter().find(|file| file.name == "task.json").unwrap();
    assert!(task.text.contains("orders <secret>"), "{}", task.text);
    assert!(task.text.contains(&source.port.to_string()));
}

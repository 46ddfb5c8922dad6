//! What a task was to do, what it did and how it went: a page to read and to print, or figures for a
//! spreadsheet.

use keyferry_engine::error::{Error, ErrorKind, Side};
use keyferry_engine::spec::InstanceClass;
use minijinja::{Environment, context};
use serde::Serialize;

use crate::error::Result;
use crate::language::Language;
use crate::model::TaskDetails;

/// The page: one file that needs nothing else.
const PAGE: &str = include_str!("report.html");

/// The words of the page: name, English, Chinese.
const WORDS: &[(&str, &str, &str)] = &[
    ("title", "Migration report", "迁移报告"),
    ("task", "Task", "任务"),
    ("id", "ID", "ID"),
    ("created", "Created", "创建时间"),
    ("written", "Report written", "报告生成时间"),
    ("state", "State", "状态"),
    ("source", "Source", "源库"),
    ("destination", "Destination", "目标库"),
    ("environment", "Environment", "环境"),
    ("server", "Server", "服务器"),
    ("settings", "Settings", "设置"),
    ("stages", "Task stages", "任务步骤"),
    ("databases", "Databases", "数据库"),
    ("all", "all", "全部"),
    ("conflict", "Conflicting keys", "冲突键处理"),
    ("class", "Instance class", "链路规格"),
    ("retry", "Retry time (minutes)", "重试时间（分钟）"),
    ("terms", "Terms accepted", "服务条款确认时间"),
    ("progress", "Progress", "进度"),
    ("stage", "Stage", "步骤"),
    ("started", "Started", "开始时间"),
    ("ended", "Ended", "结束时间"),
    ("figures", "Figures", "数据"),
    ("keys_total", "Keys in the snapshot", "快照键数"),
    ("keys_done", "Keys done", "已处理键数"),
    ("keys_skipped", "Keys skipped", "跳过的键"),
    ("commands_applied", "Commands applied", "已执行命令数"),
    ("commands_skipped", "Commands skipped", "跳过的命令"),
    ("source_offset", "Offset of the source", "源库位点"),
    ("applied_offset", "Offset applied", "已应用位点"),
    ("lag_bytes", "Lag (bytes)", "延迟（字节）"),
    ("lag_ms", "Lag (ms)", "延迟（毫秒）"),
    ("caught_up", "Caught up", "已追平"),
    ("yes", "yes", "是"),
    ("no", "no", "否"),
    ("error", "Error", "错误"),
    ("remedy", "What to do", "处理方法"),
    ("precheck", "Precheck", "预检查"),
    ("check", "Check", "检查项"),
    ("verdict", "Result", "结果"),
    ("found", "Found", "检查结果"),
    ("expected", "Expected", "期望"),
    ("ignored", "Ignored checks", "已忽略的检查项"),
    ("at", "Time", "时间"),
    ("events", "Events", "事件"),
    ("event", "Event", "事件"),
    ("unknown", "—", "—"),
];

/// As stored words are written: `caught_up` and not `CaughtUp`.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

fn class_of(details: &TaskDetails) -> String {
    let limits = details.draft.limits;
    match (details.draft.class, limits.records_per_second, limits.bytes_per_second) {
        (Some(class), ..) => class.name().to_owned(),
        (None, None, None) => InstanceClass::Unlimited.name().to_owned(),
        (None, records, bytes) => {
            let records = records.map(|n| format!("{n} records/s"));
            let bytes = bytes.map(|n| format!("{n} bytes/s"));
            records.into_iter().chain(bytes).collect::<Vec<_>>().join(", ")
        }
    }
}

fn server_of(tested: Option<&crate::model::TestedSide>) -> String {
    tested
        .and_then(|tested| tested.report.server.as_ref())
        .map(|server| format!("{} {}", server.product, server.version))
        .unwrap_or_default()
}

/// The page, in `language`.
///
/// # Errors
/// A fault of the template.
pub(crate) fn html(details: &TaskDetails, language: Language, now: &str) -> Result<String> {
    let words: std::collections::BTreeMap<&str, &str> = WORDS
        .iter()
        .map(|&(name, en, zh)| (name, if language == Language::Zh { zh } else { en }))
        .collect();
    let sides = [
        ("source", &details.summary.source, server_of(details.connectivity.source.as_ref())),
        (
            "destination",
            &details.summary.destination,
            server_of(details.connectivity.destination.as_ref()),
        ),
    ];
    let sides = sides.map(|(side, label, server)| {
        context! { side, label => label.label, environment => label.environment, server }
    });
    let render = || -> std::result::Result<String, minijinja::Error> {
        let mut environment = Environment::new();
        // By the name's ending, so that everything is escaped.
        environment.add_template("report.html", PAGE)?;
        environment.get_template("report.html")?.render(context! {
            lang => if language == Language::Zh { "zh-CN" } else { "en" },
            w => words,
            now,
            task => details.summary,
            state => word(details.summary.report.state),
            report => details.summary.report,
            draft => details.draft,
            conflict => word(details.draft.conflict),
            class => class_of(details),
            retry => details.effective_retry.minutes,
            terms => details.terms_accepted_at,
            precheck => details.precheck,
            ignored => details.ignored,
            events => details.events,
            sides,
        })
    };
    Ok(render().map_err(|cause| {
        Error::new(ErrorKind::Internal, Side::Local, format!("the report's template: {cause:#}"))
    })?)
}

/// The figures: `section,name,value`, a line each.
pub(crate) fn csv(details: &TaskDetails, now: &str) -> String {
    let report = &details.summary.report;
    let mut lines = Lines::default();
    lines.add("report", "written_at", now);
    lines.add("task", "name", &details.summary.name);
    lines.add("task", "id", &details.summary.id);
    lines.add("task", "created_at", &details.summary.created_at);
    lines.add("task", "state", &word(report.state));
    for (side, label) in
        [("source", &details.summary.source), ("destination", &details.summary.destination)]
    {
        lines.add(side, "address", &label.label);
        lines.add(side, "environment", &label.environment);
    }
    let number = |value: Option<u64>| value.map(|n| n.to_string()).unwrap_or_default();
    lines.add("figures", "keys_total", &number(report.keys_total));
    lines.add("figures", "keys_done", &number(report.keys_done));
    for (reason, count) in &report.keys_skipped {
        lines.add("keys_skipped", reason, &count.to_string());
    }
    lines.add("figures", "commands_applied", &number(report.commands_applied));
    for (reason, count) in &report.commands_skipped {
        lines.add("commands_skipped", reason, &count.to_string());
    }
    lines.add("figures", "source_offset", report.source_offset.as_deref().unwrap_or_default());
    lines.add("figures", "applied_offset", report.applied_offset.as_deref().unwrap_or_default());
    lines.add("figures", "lag_bytes", &number(report.lag_bytes));
    lines.add("figures", "lag_ms", &number(report.lag_ms));
    lines.add("figures", "caught_up", if report.caught_up { "yes" } else { "no" });
    for database in &report.detail.databases {
        let name = format!("{} to {}", database.source, database.destination);
        lines.add("database_keys_done", &name, &database.keys_done.to_string());
        lines.add("database_keys_skipped", &name, &database.keys_skipped.to_string());
        lines.add("database_commands_applied", &name, &database.commands_applied.to_string());
    }
    for stage in &report.detail.stages {
        lines.add("stage_started_at", &word(stage.stage), &stage.started_at);
        let ended = stage.ended_at.as_deref().unwrap_or_default();
        lines.add("stage_ended_at", &word(stage.stage), ended);
    }
    for item in details.precheck.iter().flat_map(|precheck| &precheck.items) {
        lines.add("precheck", &item.id, &word(item.verdict));
    }
    for ignored in &details.ignored {
        lines.add("ignored_at", &ignored.id, &ignored.at);
    }
    lines.0
}

struct Lines(String);

impl Default for Lines {
    fn default() -> Self {
        Self("section,name,value\r\n".to_owned())
    }
}

impl Lines {
    fn add(&mut self, section: &str, name: &str, value: &str) {
        for (field, end) in [(section, ","), (name, ","), (value, "\r\n")] {
            self.0 += &quoted(field);
            self.0 += end;
        }
    }
}

/// A field as RFC 4180 has it. A spreadsheet takes what begins like a formula for one: that is
/// told to be text.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let field = if formula { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_become_a_formula_or_a_second_field() {
        assert_eq!(quoted("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(quoted("plain"), "plain");
    }

    #[test]
    fn the_page_and_its_words_name_each_other() {
        let mut used: Vec<&str> = PAGE
            .split("w.")
            .skip(1)
            .map(|rest| {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                rest.split_at(end.unwrap_or(rest.len())).0
            })
            .collect();
        used.sort_unstable();
        used.dedup();
        let mut known: Vec<&str> = WORDS.iter().map(|(name, ..)| *name).collect();
        known.sort_unstable();
        assert_eq!(used, known);
    }
}

//! What a task was to do, what it did and how it went: a page to read and to print, or figures for a
//! spreadsheet.

use keyferry_engine::error::{Error, ErrorKind, ErrorReport, Side};
use keyferry_engine::phrase;
use keyferry_engine::precheck::{ItemReport, VerdictKind};
use keyferry_engine::report::{Stage, StageTimes, TaskEvent};
use keyferry_engine::spec::InstanceClass;
use keyferry_engine::task::TaskState;
use keyferry_engine::words::Phrase;
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

/// Words of the report's own that stand in its tables: a stored word, Chinese. In English it stands
/// for itself.
const STORED: &[(&str, &str)] = &[
    ("precheck", "预检查"),
    ("full", "全量迁移"),
    ("incremental", "增量迁移"),
    ("passed", "通过"),
    ("warning", "警告"),
    ("ignored", "已忽略"),
    ("could_not_check", "无法检查"),
    ("report", "报告冲突"),
    ("unspecified", "未指定"),
    ("dev", "开发"),
    ("staging", "预发"),
    ("production", "生产"),
    ("keep", "保留目标库的 Key"),
    ("overwrite", "覆盖目标库的 Key"),
];

/// What is said in one of the languages.
struct Speaker(Language);

impl Speaker {
    /// A stored word.
    fn word(&self, value: impl Serialize) -> String {
        let word = word(value);
        let found = STORED.iter().find(|(stored, _)| *stored == word);
        match (self.0, found) {
            (Language::Zh, Some((_, chinese))) => (*chinese).to_owned(),
            _ => word,
        }
    }

    fn state(&self, state: TaskState) -> String {
        match self.0 {
            Language::En => word(state),
            Language::Zh => state.phrase().say(self.0),
        }
    }

    /// A text that is stored in English beside its phrase.
    fn text(&self, english: &str, phrase: Option<&Phrase>) -> String {
        let said = phrase.and_then(|phrase| phrase.text_in(self.0));
        said.unwrap_or_else(|| english.to_owned())
    }

    fn error(&self, error: &ErrorReport) -> minijinja::Value {
        context! {
            code => error.code,
            message => self.text(&error.message, Some(&error.message_phrase())),
            remedy => self.text(&error.remedy, Some(&error.remedy_phrase())),
        }
    }

    fn item(&self, item: &ItemReport) -> minijinja::Value {
        let phrases = item.phrases.as_ref();
        let title = match self.0 {
            Language::En => item.id.clone(),
            Language::Zh => self.text(&item.id, Some(&Phrase::of_item("item", &item.id))),
        };
        context! {
            title,
            verdict => if self.0 == Language::Zh && item.verdict == VerdictKind::Failed {
                "未通过".to_owned()
            } else {
                self.word(item.verdict)
            },
            found => self.text(&item.found, phrases.map(|phrases| &phrases.found)),
            expected => self.text(&item.expected, phrases.map(|phrases| &phrases.expected)),
        }
    }

    fn event(&self, event: &TaskEvent) -> minijinja::Value {
        context! { at => event.at, text => self.text(&event.message, event.phrase.as_ref()) }
    }
}

/// As stored words are written: `caught_up` and not `CaughtUp`.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

fn class_of(details: &TaskDetails, language: Language) -> String {
    let limits = details.draft.limits;
    match (details.draft.class, limits.records_per_second, limits.bytes_per_second) {
        (Some(class), ..) => class.name().to_owned(),
        (None, None, None) => match language {
            Language::En => InstanceClass::Unlimited.name().to_owned(),
            Language::Zh => "不限".to_owned(),
        },
        (None, records, bytes) => {
            let (per_second, each_byte) = match language {
                Language::En => ("records/s", "bytes/s"),
                Language::Zh => ("条/秒", "字节/秒"),
            };
            let records = records.map(|n| format!("{n} {per_second}"));
            let bytes = bytes.map(|n| format!("{n} {each_byte}"));
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
    let speaker = Speaker(language);
    let sides = [
        ("source", &details.summary.source, server_of(details.connectivity.source.as_ref())),
        (
            "destination",
            &details.summary.destination,
            server_of(details.connectivity.destination.as_ref()),
        ),
    ];
    let sides = sides.map(|(side, label, server)| {
        context! { side, label => label.label, environment => speaker.word(&label.environment), server }
    });
    let report = &details.summary.report;
    let stages: Vec<_> = report
        .detail
        .stages
        .iter()
        .map(|stage| {
            let StageTimes { stage, started_at, ended_at } = stage;
            context! { stage => speaker.word(stage), started_at, ended_at }
        })
        .collect();
    let wanted = details.draft.stages;
    let wanted: Vec<String> =
        [(wanted.full, Stage::Full), (wanted.incremental, Stage::Incremental)]
            .into_iter()
            .filter(|(wanted, _)| *wanted)
            .map(|(_, stage)| speaker.word(stage))
            .collect();
    let items: Option<Vec<_>> = details
        .precheck
        .as_ref()
        .map(|precheck| precheck.items.iter().map(|item| speaker.item(item)).collect());
    let ignored: Vec<_> = details
        .ignored
        .iter()
        .map(|check| {
            let title = Phrase::of_item("item", &check.id).text_in(language);
            let title = title.filter(|_| language == Language::Zh);
            context! { title => title.unwrap_or_else(|| check.id.clone()), at => check.at }
        })
        .collect();
    let events: Vec<_> = details.events.iter().map(|event| speaker.event(event)).collect();
    let render = || -> std::result::Result<String, minijinja::Error> {
        let mut environment = Environment::new();
        // By the name's ending, so that everything is escaped.
        environment.add_template("report.html", PAGE)?;
        environment.get_template("report.html")?.render(context! {
            lang => if language == Language::Zh { "zh-CN" } else { "en" },
            w => words,
            now,
            task => details.summary,
            state => speaker.state(report.state),
            report,
            error => report.error.as_ref().map(|error| speaker.error(error)),
            stages,
            wanted => wanted.join(if language == Language::Zh { "、" } else { ", " }),
            draft => details.draft,
            conflict => speaker.word(details.draft.conflict),
            class => class_of(details, language),
            retry => details.effective_retry.minutes,
            terms => details.terms_accepted_at,
            items,
            ignored,
            events,
            sides,
        })
    };
    Ok(render().map_err(|cause| {
        Error::new(
            ErrorKind::Internal,
            Side::Local,
            phrase!("failure.report_template", cause = format!("{cause:#}")),
        )
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

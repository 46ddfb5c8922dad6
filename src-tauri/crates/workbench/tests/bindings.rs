//! The page's types are made from ours; this test fails when they are not the same any more.
//!
//! `KEYFERRY_BLESS=1 cargo test -p keyferry-workbench --features bindings --test bindings` writes
//! them anew.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::path::Path;

use keyferry_engine::commands::{CommandGroup, CommandInfo};
use keyferry_engine::error::{ErrorPhrases, ErrorReport, Side};
use keyferry_engine::limits::LimitNote;
use keyferry_engine::precheck::connectivity::{
    ConnectivityReport, ConnectivityStage, ServerSummary, StageFailed, StagePassed, StageProgress,
};
use keyferry_engine::precheck::{
    AccountRules, DatabaseKeys, IgnoreRule, ItemPhrases, ItemReport, KeyName, PrecheckReport,
    VerdictKind,
};
use keyferry_engine::report::{
    BacklogReport, DatabaseReport, EventLevel, LatencyReport, Outcome, ReportDetail, RetryReport,
    Stage, StageTimes, TaskEvent, TaskReport,
};
use keyferry_engine::skipped::SkippedKind;
use keyferry_engine::spec::{
    ConflictPolicy, EndpointDraft, FieldError, InstanceClass, Limits, OnHistoryLost, Stages,
    TaskDraft, Until,
};
use keyferry_engine::task::TaskState;
use keyferry_engine::words::{self, Language, Phrase};
use keyferry_workbench::error::CommandError;
use keyferry_workbench::model::{
    AlertContact, AlertRules, AppInfo, ChannelId, ChartPoint, Charts, CloseChoice, CloseSetting,
    DiagnosticsFile, EffectiveRetry, IgnoredCheck, KeptAwake, KeychainState, KeychainStatus,
    LanguageChoice, LastTest, LogFilter, LogLevel, LogLine, LogPage, Owner, PasswordInput,
    ReportFormat, RetrySetter, Settings, SettingsPart, ShellEvent, SideLabel, SkippedPage,
    SkippedQuery, SkippedRow, Spread, StartOrder, StoredInput, TaskDetails, TaskInput, TaskSummary,
    TaskUpdate, Template, TemplateInput, TemplateUse, TestRequest, TestedSide, TestedSides,
    ThemeChoice,
};
use ts_rs::{Config, TS};

macro_rules! declarations {
    ($($name:ident),+ $(,)?) => {{
        let config = Config::new();
        let mut text = String::from(
            "// Made from the Rust types by crates/workbench/tests/bindings.rs: do not edit.\n",
        );
        $(write!(text, "\nexport {}\n", <$name as TS>::decl(&config)).unwrap();)+
        text
    }};
}

#[test]
fn the_page_has_the_types_that_rust_has() {
    let text = declarations!(
        Side,
        Phrase,
        ErrorPhrases,
        ErrorReport,
        FieldError,
        CommandError,
        TaskState,
        Stage,
        Outcome,
        TaskReport,
        ReportDetail,
        BacklogReport,
        LatencyReport,
        StageTimes,
        DatabaseReport,
        RetryReport,
        EventLevel,
        TaskEvent,
        EndpointDraft,
        Stages,
        ConflictPolicy,
        OnHistoryLost,
        Until,
        Limits,
        InstanceClass,
        TaskDraft,
        AccountRules,
        VerdictKind,
        IgnoreRule,
        KeyName,
        DatabaseKeys,
        ItemPhrases,
        ItemReport,
        PrecheckReport,
        ConnectivityStage,
        StageProgress,
        StagePassed,
        StageFailed,
        ConnectivityReport,
        ServerSummary,
        LimitNote,
        CommandGroup,
        CommandInfo,
        KeychainState,
        KeychainStatus,
        PasswordInput,
        AppInfo,
        SideLabel,
        Owner,
        TaskSummary,
        Spread,
        ChartPoint,
        Charts,
        IgnoredCheck,
        KeptAwake,
        RetrySetter,
        EffectiveRetry,
        ChannelId,
        AlertRules,
        AlertContact,
        TaskInput,
        StoredInput,
        TestedSide,
        TestedSides,
        TaskDetails,
        TestRequest,
        StartOrder,
        TaskUpdate,
        SkippedKind,
        SkippedQuery,
        SkippedRow,
        SkippedPage,
        LogLevel,
        LogFilter,
        LogLine,
        LogPage,
        LastTest,
        TemplateUse,
        Template,
        TemplateInput,
        ThemeChoice,
        LanguageChoice,
        CloseSetting,
        Settings,
        SettingsPart,
        ShellEvent,
        CloseChoice,
        ReportFormat,
        DiagnosticsFile,
    );
    compare("index.ts", &text);
}

#[test]
fn the_page_has_the_words_that_rust_has() {
    for (file, language) in [("phrases.json", Language::En), ("phrases.zh.json", Language::Zh)] {
        let text = serde_json::to_string_pretty(&words::all(language)).unwrap() + "\n";
        compare(file, &text);
    }
}

/// Fails unless the page's file is `text`; writes it where that was asked for.
fn compare(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/bindings").join(file);
    if std::env::var_os("KEYFERRY_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let held = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(held == text, "{file} is not what Rust has: see this file's head");
}

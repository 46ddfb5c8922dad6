//! What crosses between the workbench and a page, a file for each story.

mod alerts;
mod app;
mod charts;
mod log;
mod passwords;
mod skipped;
mod tasks;
mod templates;
mod wizard;

pub use alerts::{AlertContact, AlertRules, ChannelId};
pub use app::{
    AppInfo, CloseChoice, CloseSetting, DiagnosticsFile, LanguageChoice, ReportFormat, Settings,
    SettingsPart, ShellEvent, ThemeChoice,
};
pub use charts::{ChartPoint, Charts, Spread};
pub use log::{LogFilter, LogLevel, LogLine, LogPage};
pub use passwords::{KeychainState, KeychainStatus, PasswordInput, Typed};
pub use skipped::{SkippedPage, SkippedQuery, SkippedRow};
pub use tasks::{IgnoredCheck, KeptAwake, Owner, SideLabel, TaskDetails, TaskSummary, TaskUpdate};
pub use templates::{LastTest, Template, TemplateInput, TemplateUse};
pub use wizard::{
    EffectiveRetry, RetrySetter, StartOrder, StoredInput, TaskInput, TestRequest, TestedSide,
    TestedSides,
};

//! The flags of the contract.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use keyferry_workbench::engine::error::Side;
use keyferry_workbench::engine::secret::{Credentials, Secret};
use keyferry_workbench::engine::spec::{
    ConflictPolicy, EndpointDraft, InstanceClass, Limits, OnHistoryLost, RETRY_MINUTES_DEFAULT,
    Stages, TaskDraft, Until, parse_uri,
};
use keyferry_workbench::error::{CommandError, Result};
use keyferry_workbench::store::{PasswordOrigin, PasswordOrigins};
use keyferry_workbench::templates::{StoredTemplate, TemplateStore};

/// Moves a Redis database to another one while it is in use.
#[derive(Debug, Parser)]
#[command(name = "keyferry", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Migrate: check, copy, follow. The same --state-dir and --task again resume it.
    Migrate(Box<MigrateFlags>),
    /// Only check whether a migration could start.
    Precheck(Box<MigrateFlags>),
    /// Look at tasks and command them.
    #[command(subcommand)]
    Tasks(TasksVerb),
    /// Migrate sample data between two local servers, and show it.
    Demo,
}

/// Commands for one task or all.
#[derive(Debug, Subcommand)]
pub(crate) enum TasksVerb {
    /// All tasks, the newest first.
    List(StoreFlags),
    /// One task's figures.
    Show(NamedTask),
    /// Let it rest; it can be resumed.
    Pause(NamedTask),
    /// Go on where it stood, in this process.
    Resume(ResumedTask),
    /// End it for good.
    Stop(NamedTask),
    /// Give back what it holds: keys at the destination, files here.
    Release(NamedTask),
}

#[derive(Debug, Args)]
pub(crate) struct StoreFlags {
    /// Where tasks are kept; default: the desktop application's store.
    #[arg(long, value_name = "DIR")]
    pub(crate) state_dir: Option<PathBuf>,
    /// One JSON object a line on stdout.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct NamedTask {
    /// Its name, or its id.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) store: StoreFlags,
}

#[derive(Debug, Args)]
pub(crate) struct ResumedTask {
    #[command(flatten)]
    pub(crate) named: NamedTask,
    /// The task runs and holds at a question: agree to copying everything again, or to the removal
    /// of the keys that it names. `tasks show` tells which.
    #[arg(long)]
    pub(crate) agree: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum StagesFlag {
    #[value(name = "full")]
    Full,
    #[value(name = "full,incremental")]
    Both,
    #[value(name = "incremental")]
    Incremental,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ConflictFlag {
    Report,
    Keep,
    Overwrite,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum HistoryFlag {
    Hold,
    Recopy,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum UntilFlag {
    CaughtUp,
}

#[derive(Debug, Args)]
pub(crate) struct MigrateFlags {
    /// redis://[account:password@]host[:port] or unix:///path
    #[arg(long, value_name = "URI", required_unless_present = "source_template")]
    pub(crate) source: Option<String>,
    /// redis://[account:password@]host[:port] or unix:///path
    #[arg(long, value_name = "URI", required_unless_present = "destination_template")]
    pub(crate) destination: Option<String>,
    /// What runs.
    #[arg(long, value_enum, default_value = "full,incremental")]
    stages: StagesFlag,
    /// Source databases, as 0,1,5; default: all.
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    databases: Option<Vec<u32>>,
    /// Source database N becomes M at the destination; may be repeated.
    #[arg(long, value_name = "N:M", value_parser = database_pair)]
    map_database: Vec<(u32, u32)>,
    /// Only keys like this; may be repeated.
    #[arg(long, value_name = "GLOB")]
    include_key: Vec<String>,
    /// No keys like this; may be repeated.
    #[arg(long, value_name = "GLOB")]
    exclude_key: Vec<String>,
    /// Leave this command out of the stream; may be repeated.
    #[arg(long, value_name = "NAME")]
    skip_command: Vec<String>,
    /// Leave this command out of the stream of source database N; may be repeated.
    #[arg(long, value_name = "N:NAME", value_parser = command_of_database)]
    skip_command_in: Vec<(u32, String)>,
    /// What happens to keys that are at the destination already.
    #[arg(long, value_enum, default_value = "report")]
    conflict: ConflictFlag,
    /// A budget by name: small, medium, large, xlarge, 2xlarge, unlimited.
    #[arg(long, value_name = "NAME", value_parser = class,
        conflicts_with_all = ["records_per_second", "bytes_per_second"])]
    class: Option<InstanceClass>,
    /// Keys and commands written a second.
    #[arg(long, value_name = "N")]
    records_per_second: Option<u64>,
    /// Bytes written a second.
    #[arg(long, value_name = "N")]
    bytes_per_second: Option<u64>,
    /// How long lost connections are tried again, 10–1440.
    #[arg(long, value_name = "N", default_value_t = RETRY_MINUTES_DEFAULT)]
    retry_minutes: u32,
    /// When the source cannot continue its stream.
    #[arg(long, value_enum, default_value = "hold")]
    on_history_lost: HistoryFlag,
    /// How much disk the spool may take.
    #[arg(long, value_name = "N")]
    spool_max_bytes: Option<u64>,
    /// Begin the stream here.
    #[arg(long, value_name = "ID:OFFSET")]
    from_position: Option<String>,
    /// The environment variable that holds the source's password.
    #[arg(long, value_name = "NAME")]
    source_password_env: Option<String>,
    /// The environment variable that holds the destination's password.
    #[arg(long, value_name = "NAME")]
    destination_password_env: Option<String>,
    /// Saved connection settings for the source; other flags go before them.
    #[arg(long, value_name = "NAME")]
    source_template: Option<String>,
    /// Saved connection settings for the destination; other flags go before them.
    #[arg(long, value_name = "NAME")]
    destination_template: Option<String>,
    /// The task's name; a new one is made and printed.
    #[arg(long, value_name = "NAME")]
    pub(crate) task: Option<String>,
    /// End once the destination has what the source had when the full stage ended.
    #[arg(long, value_enum)]
    until: Option<UntilFlag>,
    /// Run only the checks that cannot be ignored.
    #[arg(long)]
    pub(crate) skip_precheck: bool,
    /// Go on though this check fails; may be repeated.
    #[arg(long, value_name = "ID")]
    ignore_check: Vec<String>,
    #[command(flatten)]
    pub(crate) store: StoreFlags,
}

fn database_pair(text: &str) -> std::result::Result<(u32, u32), String> {
    text.split_once(':')
        .and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)))
        .ok_or_else(|| "expected two database numbers, as 0:3".to_owned())
}

fn command_of_database(text: &str) -> std::result::Result<(u32, String), String> {
    text.split_once(':')
        .and_then(|(database, name)| Some((database.parse().ok()?, name.to_owned())))
        .ok_or_else(|| "expected a database number and a command, as 0:FLUSHDB".to_owned())
}

fn class(text: &str) -> std::result::Result<InstanceClass, String> {
    InstanceClass::named(text).ok_or_else(|| {
        let names: Vec<&str> = InstanceClass::ALL.iter().map(|class| class.name()).collect();
        format!("expected one of {}", names.join(", "))
    })
}

/// What the flags come to.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) draft: TaskDraft,
    pub(crate) credentials: Credentials,
    pub(crate) origins: PasswordOrigins,
    /// The templates that were named; other flags go before them.
    pub(crate) source_template: Option<StoredTemplate>,
    pub(crate) destination_template: Option<StoredTemplate>,
}

impl Order {
    /// The template of one side.
    pub(crate) fn template(&self, side: Side) -> Option<&StoredTemplate> {
        match side {
            Side::Source => self.source_template.as_ref(),
            Side::Destination | Side::Local => self.destination_template.as_ref(),
        }
    }
}

/// The flags of one side.
struct SideFlags<'a> {
    name: &'a str,
    uri: Option<&'a str>,
    password_env: Option<&'a str>,
    template: Option<&'a StoredTemplate>,
}

impl SideFlags<'_> {
    fn order(&self) -> Result<(EndpointDraft, Option<Secret>, PasswordOrigin)> {
        let name = self.name;
        let (endpoint, in_uri) = match (self.uri, self.template) {
            (None, Some(template)) => (template.endpoint.clone(), None),
            (uri, template) => {
                let (mut endpoint, password) =
                    parse_uri(uri.unwrap_or_default()).map_err(|error| {
                        CommandError::terminal("bad_uri", format!("--{name}: {error}"))
                    })?;
                // The URI says where, the template still says what kind of server that is.
                if let Some(template) = template {
                    endpoint.environment.clone_from(&template.endpoint.environment);
                }
                (endpoint, password)
            }
        };
        let (password, origin) = match (in_uri, self.password_env) {
            (Some(_), Some(_)) => {
                return Err(CommandError::terminal(
                    "two_passwords",
                    format!("--{name} holds a password, and --{name}-password-env names one"),
                ));
            }
            (Some(password), None) => (Some(password), PasswordOrigin::GivenAtStart),
            (None, Some(env)) => {
                (Some(read_env(env)?), PasswordOrigin::Environment(env.to_owned()))
            }
            (None, None) => (None, PasswordOrigin::None),
        };
        Ok((endpoint, password, origin))
    }
}

impl MigrateFlags {
    /// The task that the flags describe. Passwords of templates are not looked up yet.
    pub(crate) fn order(&self, templates: &TemplateStore) -> Result<Order> {
        let find =
            |name: &Option<String>| name.as_ref().map(|name| templates.find(name)).transpose();
        let source_template = find(&self.source_template)?;
        let destination_template = find(&self.destination_template)?;
        let source = SideFlags {
            name: "source",
            uri: self.source.as_deref(),
            password_env: self.source_password_env.as_deref(),
            template: source_template.as_ref(),
        }
        .order()?;
        let destination = SideFlags {
            name: "destination",
            uri: self.destination.as_deref(),
            password_env: self.destination_password_env.as_deref(),
            template: destination_template.as_ref(),
        }
        .order()?;
        let mut map = BTreeMap::new();
        for (from, to) in &self.map_database {
            if map.insert(*from, *to).is_some() {
                return Err(CommandError::terminal(
                    "mapped_twice",
                    format!("--map-database names database {from} twice"),
                ));
            }
        }
        let mut skip_commands_in = BTreeMap::<u32, Vec<String>>::new();
        for (database, name) in &self.skip_command_in {
            skip_commands_in.entry(*database).or_default().push(name.clone());
        }
        let draft = TaskDraft {
            source: source.0,
            destination: destination.0,
            stages: match self.stages {
                StagesFlag::Full => Stages { full: true, incremental: false },
                StagesFlag::Both => Stages { full: true, incremental: true },
                StagesFlag::Incremental => Stages { full: false, incremental: true },
            },
            databases: self.databases.clone(),
            map_databases: map,
            include_keys: self.include_key.clone(),
            exclude_keys: self.exclude_key.clone(),
            skip_commands: self.skip_command.clone(),
            skip_commands_in,
            conflict: match self.conflict {
                ConflictFlag::Report => ConflictPolicy::Report,
                ConflictFlag::Keep => ConflictPolicy::Keep,
                ConflictFlag::Overwrite => ConflictPolicy::Overwrite,
            },
            class: self.class,
            limits: Limits {
                records_per_second: self.records_per_second,
                bytes_per_second: self.bytes_per_second,
            },
            retry_minutes: self.retry_minutes,
            on_history_lost: match self.on_history_lost {
                HistoryFlag::Hold => OnHistoryLost::Hold,
                HistoryFlag::Recopy => OnHistoryLost::Recopy,
            },
            spool_bytes_max: self.spool_max_bytes,
            from_position: self.from_position.clone(),
            until: match self.until {
                None => Until::Told,
                Some(UntilFlag::CaughtUp) => Until::CaughtUp,
            },
            ignored_checks: self.ignore_check.clone(),
        };
        Ok(Order {
            draft,
            credentials: Credentials { source: source.1, destination: destination.1 },
            origins: PasswordOrigins { source: source.2, destination: destination.2 },
            source_template,
            destination_template,
        })
    }
}

/// A password from the environment.
pub(crate) fn read_env(name: &str) -> Result<Secret> {
    std::env::var(name).map(Secret::new).map_err(|_| {
        CommandError::terminal(
            "no_such_variable",
            format!("the environment variable {name} is not set"),
        )
    })
}

/// How two orders differ, in the words of the flags; passwords and what concerns one run only left
/// out.
pub(crate) fn differences(stored: &TaskDraft, given: &TaskDraft) -> Vec<String> {
    let values = |draft: &TaskDraft| serde_json::to_value(plain(draft)).unwrap_or_default();
    let (stored, given) = (values(stored), values(given));
    let mut told = Vec::new();
    if let (Some(stored), Some(given)) = (stored.as_object(), given.as_object()) {
        for (name, was) in stored {
            let is = given.get(name).unwrap_or(&serde_json::Value::Null);
            if is != was {
                let show = |value: &serde_json::Value| match value {
                    serde_json::Value::Object(_) => endpoint_text(value),
                    serde_json::Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                told.push(format!("--{}: stored {}, given {}", flag(name), show(was), show(is)));
            }
        }
    }
    told
}

/// A draft without what may differ between two that mean the same.
fn plain(draft: &TaskDraft) -> TaskDraft {
    let mut plain = draft.clone();
    plain.ignored_checks.clear();
    if let Some(databases) = &mut plain.databases {
        databases.sort_unstable();
        databases.dedup();
    }
    plain.skip_commands_in.retain(|_, names| !names.is_empty());
    for names in plain.skip_commands_in.values_mut().chain([&mut plain.skip_commands]) {
        for name in &mut *names {
            *name = name.trim().to_ascii_uppercase();
        }
        names.sort_unstable();
        names.dedup();
    }
    plain.map_databases.retain(|from, to| from != to);
    if let Some(class) = plain.class.take() {
        plain.limits = class.limits();
    }
    for side in [&mut plain.source, &mut plain.destination] {
        side.environment.clear();
        side.place.clear();
        if side.access.is_empty() {
            "tcp".clone_into(&mut side.access);
        }
        if side.access == "tcp" && side.port.trim().is_empty() {
            "6379".clone_into(&mut side.port);
        }
    }
    plain
}

fn endpoint_text(value: &serde_json::Value) -> String {
    serde_json::from_value::<EndpointDraft>(value.clone())
        .ok()
        .filter(|draft| !(draft.host.is_empty() && draft.path.is_empty()))
        .map(|draft| {
            let account = if draft.account.is_empty() {
                String::new()
            } else {
                format!("{}@", draft.account)
            };
            format!("{account}{}", keyferry_workbench::store::label_of(&draft))
        })
        .unwrap_or_else(|| value.to_string())
}

/// The flag that sets a field of a draft.
fn flag(field: &str) -> String {
    match field {
        "map_databases" => "map-database".to_owned(),
        "include_keys" => "include-key".to_owned(),
        "exclude_keys" => "exclude-key".to_owned(),
        "skip_commands" => "skip-command".to_owned(),
        "skip_commands_in" => "skip-command-in".to_owned(),
        "spool_bytes_max" => "spool-max-bytes".to_owned(),
        "limits" => "records-per-second/--bytes-per-second".to_owned(),
        other => other.replace('_', "-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(line: &str) -> MigrateFlags {
        let words = std::iter::once("keyferry").chain(line.split(' '));
        match Arguments::try_parse_from(words).unwrap().verb {
            Verb::Migrate(flags) => *flags,
            _ => panic!("not migrate"),
        }
    }

    /// The order of flags that name no template.
    fn order(line: &str) -> Result<Order> {
        let folder = tempfile::tempdir().unwrap();
        let store = keyferry_workbench::store::Store::open(folder.path()).unwrap();
        flags(line).order(&TemplateStore::beside(&store))
    }

    const BOTH: &str = "migrate --source redis://a --destination redis://:pw@b:7000";

    #[test]
    fn the_defaults_are_those_of_the_contract() {
        let order = order(BOTH).unwrap();
        assert_eq!(
            order.draft,
            TaskDraft {
                source: order.draft.source.clone(),
                destination: order.draft.destination.clone(),
                ..TaskDraft::default()
            }
        );
        assert_eq!(order.credentials.destination.unwrap().expose(), "pw");
        assert_eq!(order.origins.destination, PasswordOrigin::GivenAtStart);
    }

    #[test]
    fn every_flag_arrives() {
        let draft = order(&format!(
            "{BOTH} --stages full --databases 0,3 --map-database 0:5 --map-database 3:0 \
             --skip-command flushall --conflict keep --class 2xlarge --retry-minutes 10 \
             --on-history-lost recopy --spool-max-bytes 1000000000 --until caught-up"
        ))
        .unwrap()
        .draft;
        assert_eq!(draft.stages, Stages { full: true, incremental: false });
        assert_eq!(draft.databases, Some(vec![0, 3]));
        assert_eq!(draft.map_databases, BTreeMap::from([(0, 5), (3, 0)]));
        assert_eq!(draft.conflict, ConflictPolicy::Keep);
        assert_eq!(draft.class, Some(InstanceClass::XXLarge));
        assert_eq!(draft.until, Until::CaughtUp);
        assert_eq!(draft.on_history_lost, OnHistoryLost::Recopy);
    }

    #[test]
    fn a_difference_is_named_by_its_flag_and_never_by_a_password() {
        let stored = order(BOTH).unwrap().draft;
        let given = order(
            "migrate --source redis://:secret@c --destination redis://b:7000 \
            --conflict overwrite --ignore-check memory_fits",
        );
        let told = differences(&stored, &given.unwrap().draft);
        assert_eq!(
            told,
            ["--conflict: stored report, given overwrite", "--source: stored a:6379, given c:6379"]
        );
    }

    #[test]
    fn a_database_in_the_uri_is_refused() {
        let error = order("migrate --source redis://a/3 --destination redis://b");
        assert!(error.unwrap_err().message.contains("--databases"));
    }

    #[test]
    fn a_template_gives_what_no_other_flag_gives() {
        let folder = tempfile::tempdir().unwrap();
        let store = keyferry_workbench::store::Store::open(folder.path()).unwrap();
        let templates = TemplateStore::beside(&store);
        let endpoint = EndpointDraft {
            host: "t".into(),
            port: "7001".into(),
            environment: "production".into(),
            ..EndpointDraft::default()
        };
        let template = TemplateStore::draft("orders", endpoint.clone());
        templates.save(&template).unwrap();
        let line = "migrate --source-template orders --destination redis://b";
        let found = flags(line).order(&templates).unwrap();
        assert_eq!(found.draft.source, endpoint);
        assert_eq!(found.source_template.map(|template| template.id), Some(template.id));
        let found = flags(&format!("{line} --source redis://:pw@c")).order(&templates).unwrap();
        assert_eq!(found.draft.source.host, "c");
        assert_eq!(found.draft.source.environment, "production");
        assert_eq!(found.credentials.source.unwrap().expose(), "pw");
        templates.save(&TemplateStore::draft("orders", endpoint)).unwrap();
        assert_eq!(flags(line).order(&templates).unwrap_err().code, "ambiguous_name");
    }
}

//! A task as its user filled it in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::phrase;
use crate::words::Phrase;

use super::{
    Address, ConflictPolicy, Databases, Endpoint, Environment, InstanceClass, KeyFilter, Limits,
    OnHistoryLost, Stages, TaskSpec, Until,
};

/// The lowest and highest retry time, in minutes, and the default.
pub const RETRY_MINUTES: std::ops::RangeInclusive<u32> = 10..=1440;
/// The retry time where none was chosen, in minutes.
pub const RETRY_MINUTES_DEFAULT: u32 = 120;
/// The smallest spool that can hold a few segments.
pub const SPOOL_BYTES_MIN: u64 = 256 * 1024 * 1024;

/// One side of a task as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct EndpointDraft {
    /// The id of the access method: `tcp` or `unix`.
    pub access: String,
    /// Host name or IP literal (`tcp`).
    pub host: String,
    /// As text, since it may be half typed (`tcp`).
    pub port: String,
    /// Of the socket (`unix`).
    pub path: String,
    /// The ACL user; blank authenticates with the password alone.
    pub account: String,
    /// `unspecified`, `dev`, `staging` or `production`: a label, no rule of the engine.
    pub environment: String,
    /// Where the server stands, in the console's words: `ecs`, `gateway`, `cen` or `cloud`; blank is
    /// `ecs`. A label but for `cloud`, which names an instance instead of an address.
    pub place: String,
}

/// A task as its user filled it in: may be incomplete or wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct TaskDraft {
    /// Read.
    pub source: EndpointDraft,
    /// Written.
    pub destination: EndpointDraft,
    /// Which parts run.
    pub stages: Stages,
    /// Source databases; `None` is all.
    pub databases: Option<Vec<u32>>,
    /// Source number → destination number, for those that change it.
    #[cfg_attr(feature = "bindings", ts(type = "Record<string, number>"))]
    pub map_databases: BTreeMap<u32, u32>,
    /// Patterns as Redis's `KEYS` takes them; none is every key.
    pub include_keys: Vec<String>,
    /// Patterns of keys that do not move, of those included.
    pub exclude_keys: Vec<String>,
    /// Names of commands left out of the stream.
    pub skip_commands: Vec<String>,
    /// Source database → names of commands that are left out of the stream there.
    #[cfg_attr(feature = "bindings", ts(type = "Record<string, string[]>"))]
    pub skip_commands_in: BTreeMap<u32, Vec<String>>,
    /// For keys that are already at the destination.
    pub conflict: ConflictPolicy,
    /// A named budget; excludes `limits`.
    pub class: Option<InstanceClass>,
    /// A budget in figures.
    pub limits: Limits,
    /// 10–1440.
    pub retry_minutes: u32,
    /// When the stream cannot be continued.
    pub on_history_lost: OnHistoryLost,
    /// `None` is bounded by free space only.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub spool_bytes_max: Option<u64>,
    /// `ID:OFFSET`, for incremental only.
    pub from_position: Option<String>,
    /// When it ends.
    pub until: Until,
    /// Ids of precheck items to ignore.
    pub ignored_checks: Vec<String>,
}

impl Default for TaskDraft {
    fn default() -> Self {
        Self {
            source: EndpointDraft::default(),
            destination: EndpointDraft::default(),
            stages: Stages { full: true, incremental: true },
            databases: None,
            map_databases: BTreeMap::new(),
            include_keys: Vec::new(),
            exclude_keys: Vec::new(),
            skip_commands: Vec::new(),
            skip_commands_in: BTreeMap::new(),
            conflict: ConflictPolicy::default(),
            class: None,
            limits: Limits::default(),
            retry_minutes: RETRY_MINUTES_DEFAULT,
            on_history_lost: OnHistoryLost::default(),
            spool_bytes_max: None,
            from_position: None,
            until: Until::default(),
            ignored_checks: Vec::new(),
        }
    }
}

/// One mistake, tied to the field it is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FieldError {
    /// Its path, as `source.host` or `retry_minutes`.
    pub field: String,
    /// A stable word for the kind of mistake.
    pub code: String,
    /// In English.
    pub message: String,
    /// The same, to be shown in another language.
    pub phrase: Phrase,
}

impl FieldError {
    /// A mistake in `field`.
    pub fn new(field: impl Into<String>, code: &str, phrase: impl Into<Phrase>) -> Self {
        let phrase = phrase.into();
        Self { field: field.into(), code: code.to_owned(), message: phrase.to_string(), phrase }
    }
}

impl EndpointDraft {
    /// The endpoint, or all mistakes; `side` is the prefix of the fields' paths.
    ///
    /// # Errors
    /// Every field that is missing or wrong, at once.
    pub fn validate(&self, side: &str) -> Result<Endpoint, Vec<FieldError>> {
        let mut errors = Vec::new();
        let address = match self.access.as_str() {
            "" | "tcp" => {
                let host = self.host.trim().trim_start_matches('[').trim_end_matches(']');
                if host.is_empty() {
                    errors.push(FieldError::new(
                        format!("{side}.host"),
                        "required",
                        phrase!("field.host_required"),
                    ));
                } else if host.contains(char::is_whitespace) || host.contains('/') {
                    errors.push(FieldError::new(
                        format!("{side}.host"),
                        "malformed",
                        phrase!("field.host_malformed"),
                    ));
                }
                let port = match self.port.trim() {
                    "" => Some(6379),
                    text => text.parse::<u16>().ok().filter(|port| *port != 0),
                };
                if port.is_none() {
                    errors.push(FieldError::new(
                        format!("{side}.port"),
                        "out_of_range",
                        phrase!("field.port_out_of_range"),
                    ));
                }
                port.map(|port| Address::Tcp { host: host.to_owned(), port })
            }
            "unix" => {
                let path = PathBuf::from(self.path.trim());
                if !path.is_absolute() {
                    errors.push(FieldError::new(
                        format!("{side}.path"),
                        "malformed",
                        phrase!("field.path_malformed"),
                    ));
                }
                Some(Address::Unix { path })
            }
            other => {
                errors.push(FieldError::new(
                    format!("{side}.access"),
                    "unknown",
                    phrase!("field.access_unknown", access = other),
                ));
                None
            }
        };
        if self.place == "cloud" {
            errors = vec![FieldError::new(
                format!("{side}.place"),
                "not_yet",
                phrase!("field.cloud_not_yet"),
            )];
        }
        let account = Some(self.account.trim()).filter(|account| !account.is_empty());
        match address {
            Some(address) if errors.is_empty() => {
                Ok(Endpoint { address, account: account.map(str::to_owned) })
            }
            _ => Err(errors),
        }
    }
}

impl TaskDraft {
    /// The order for the engine, or all mistakes at once.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn validate(&self) -> Result<TaskSpec, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut endpoint = |draft: &EndpointDraft, side| match draft.validate(side) {
            Ok(endpoint) => Some(endpoint),
            Err(mut more) => {
                errors.append(&mut more);
                None
            }
        };
        let source = endpoint(&self.source, "source");
        let destination = endpoint(&self.destination, "destination");

        if !self.stages.full && !self.stages.incremental {
            errors.push(FieldError::new("stages", "required", phrase!("field.stages_required")));
        }
        let databases = self.validate_databases(&mut errors);
        for (field, globs) in
            [("include_keys", &self.include_keys), ("exclude_keys", &self.exclude_keys)]
        {
            if globs.iter().any(String::is_empty) {
                errors.push(FieldError::new(
                    field,
                    "malformed",
                    phrase!("field.pattern_malformed"),
                ));
            }
        }
        if self.from_position.is_some() {
            errors.push(FieldError::new(
                "from_position",
                "not_yet",
                phrase!("field.position_not_yet"),
            ));
        }
        let skip_commands = validate_commands("skip_commands", &self.skip_commands, &mut errors);
        let skip_commands_in = self.validate_commands_in(&mut errors);
        let limits = self.validate_limits(&mut errors);
        if !RETRY_MINUTES.contains(&self.retry_minutes) {
            errors.push(FieldError::new(
                "retry_minutes",
                "out_of_range",
                phrase!("field.retry_out_of_range"),
            ));
        }
        if self.spool_bytes_max.is_some_and(|bytes| bytes < SPOOL_BYTES_MIN) {
            errors.push(FieldError::new(
                "spool_bytes_max",
                "out_of_range",
                phrase!("field.spool_out_of_range", bytes = SPOOL_BYTES_MIN),
            ));
        }
        if let (Some(source), Some(destination)) = (&source, &destination)
            && source.address == destination.address
        {
            errors.push(FieldError::new(
                "destination.host",
                "same_as_source",
                phrase!("field.same_as_source"),
            ));
        }
        match (source, destination, databases) {
            (Some(source), Some(destination), Some(databases)) if errors.is_empty() => {
                Ok(TaskSpec {
                    source,
                    destination,
                    source_environment: Environment::named(&self.source.environment),
                    destination_environment: Environment::named(&self.destination.environment),
                    stages: self.stages,
                    databases,
                    keys: KeyFilter::new(
                        self.include_keys.iter().map(String::as_str),
                        self.exclude_keys.iter().map(String::as_str),
                    ),
                    skip_commands,
                    skip_commands_in,
                    conflict: self.conflict,
                    limits,
                    retry_minutes: self.retry_minutes,
                    on_history_lost: self.on_history_lost,
                    spool_bytes_max: self.spool_bytes_max,
                    until: self.until,
                    ignored_checks: self.ignored_checks.iter().cloned().collect(),
                })
            }
            _ => Err(errors),
        }
    }

    fn validate_databases(&self, errors: &mut Vec<FieldError>) -> Option<Databases> {
        let before = errors.len();
        let selected: Option<BTreeSet<u32>> =
            self.databases.as_ref().map(|list| list.iter().copied().collect());
        if selected.as_ref().is_some_and(BTreeSet::is_empty) {
            errors.push(FieldError::new(
                "databases",
                "required",
                phrase!("field.databases_required"),
            ));
        }
        for from in self.map_databases.keys() {
            if selected.as_ref().is_some_and(|selected| !selected.contains(from)) {
                errors.push(FieldError::new(
                    "map_databases",
                    "not_selected",
                    phrase!("field.database_not_selected", database = from),
                ));
            }
        }
        // Two sources in one destination database would overwrite each other's keys.
        let mut taken = BTreeMap::new();
        let sources = match &selected {
            Some(selected) => selected.clone(),
            // With all selected, whatever is not mapped keeps its number.
            None => self
                .map_databases
                .iter()
                .flat_map(|(from, to)| [*from, *to])
                .collect::<BTreeSet<_>>(),
        };
        for from in sources {
            let to = self.map_databases.get(&from).copied().unwrap_or(from);
            if let Some(other) = taken.insert(to, from) {
                errors.push(FieldError::new(
                    "map_databases",
                    "collision",
                    phrase!("field.databases_collide", one = other, other = from, destination = to),
                ));
            }
        }
        (errors.len() == before).then(|| Databases { selected, map: self.map_databases.clone() })
    }

    fn validate_commands_in(
        &self,
        errors: &mut Vec<FieldError>,
    ) -> BTreeMap<u32, BTreeSet<String>> {
        let selected = |number: &u32| {
            self.databases.as_ref().is_none_or(|databases| databases.contains(number))
        };
        let mut by_database = BTreeMap::new();
        for (number, names) in &self.skip_commands_in {
            let field = format!("skip_commands_in.{number}");
            if !selected(number) {
                errors.push(FieldError::new(
                    &field,
                    "not_selected",
                    phrase!("field.commands_of_unselected", database = number),
                ));
            }
            let names = validate_commands(&field, names, errors);
            if !names.is_empty() {
                by_database.insert(*number, names);
            }
        }
        by_database
    }

    fn validate_limits(&self, errors: &mut Vec<FieldError>) -> Limits {
        if self.class.is_some() && self.limits != Limits::default() {
            errors.push(FieldError::new(
                "class",
                "excludes_limits",
                phrase!("field.class_excludes_limits"),
            ));
        }
        for (field, value) in [
            ("limits.records_per_second", self.limits.records_per_second),
            ("limits.bytes_per_second", self.limits.bytes_per_second),
        ] {
            if value == Some(0) {
                errors.push(FieldError::new(
                    field,
                    "out_of_range",
                    phrase!("field.limit_out_of_range"),
                ));
            }
        }
        self.class.map_or(self.limits, InstanceClass::limits)
    }
}

/// Names of commands in upper case; `field` is where they were entered.
fn validate_commands(
    field: &str,
    names: &[String],
    errors: &mut Vec<FieldError>,
) -> BTreeSet<String> {
    let names: BTreeSet<String> =
        names.iter().map(|name| name.trim().to_ascii_uppercase()).collect();
    for name in &names {
        if matches!(name.as_str(), "MULTI" | "EXEC" | "SELECT") {
            errors.push(FieldError::new(
                field,
                "locked",
                phrase!("field.command_locked", command = name),
            ));
        } else if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            errors.push(FieldError::new(
                field,
                "malformed",
                phrase!("field.command_malformed", command = name),
            ));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete() -> TaskDraft {
        TaskDraft {
            source: EndpointDraft { host: "a".into(), ..EndpointDraft::default() },
            destination: EndpointDraft { host: "b".into(), ..EndpointDraft::default() },
            ..TaskDraft::default()
        }
    }

    fn fields(draft: &TaskDraft) -> Vec<(String, String)> {
        draft.validate().unwrap_err().into_iter().map(|e| (e.field, e.code)).collect()
    }

    #[test]
    fn a_complete_draft_is_a_spec_with_the_defaults_of_the_contract() {
        let spec = complete().validate().unwrap();
        assert_eq!(spec.source.address, Address::Tcp { host: "a".into(), port: 6379 });
        assert_eq!(spec.retry_minutes, 120);
        assert_eq!(spec.conflict, ConflictPolicy::Report);
        assert_eq!(spec.databases.destination_of(7), Some(7));
    }

    #[test]
    fn all_mistakes_are_told_at_once_each_with_its_field() {
        let draft = TaskDraft {
            source: EndpointDraft { port: "99999".into(), ..EndpointDraft::default() },
            destination: EndpointDraft { access: "carrier".into(), ..EndpointDraft::default() },
            stages: Stages { full: false, incremental: false },
            retry_minutes: 9,
            skip_commands: vec!["exec".into()],
            ..TaskDraft::default()
        };
        let expected = [
            ("source.host", "required"),
            ("source.port", "out_of_range"),
            ("destination.access", "unknown"),
            ("stages", "required"),
            ("skip_commands", "locked"),
            ("retry_minutes", "out_of_range"),
        ];
        let told = fields(&draft);
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for (field, code) in expected {
            assert!(told.contains(&(field.into(), code.into())), "{field} {code} in {told:?}");
        }
    }

    #[test]
    fn an_instance_of_the_cloud_is_told_to_come_and_nothing_else_about_it() {
        let mut draft = complete();
        draft.source = EndpointDraft { place: "cloud".into(), ..EndpointDraft::default() };
        assert_eq!(fields(&draft), [("source.place".into(), "not_yet".into())]);
        draft.source = EndpointDraft { place: "gateway".into(), ..complete().source };
        assert!(draft.validate().is_ok());
    }

    #[test]
    fn commands_are_left_out_of_one_database_only_where_it_is_selected() {
        let names = vec!["flushdb".to_owned(), " Del ".to_owned()];
        let draft = TaskDraft {
            databases: Some(vec![0, 3]),
            skip_commands_in: BTreeMap::from([(3, names.clone())]),
            ..complete()
        };
        let spec = draft.validate().unwrap();
        assert_eq!(spec.skip_commands_in[&3].iter().collect::<Vec<_>>(), ["DEL", "FLUSHDB"]);
        let wrong = TaskDraft {
            skip_commands_in: BTreeMap::from([(0, vec!["multi".to_owned()]), (5, names)]),
            ..draft
        };
        assert_eq!(
            fields(&wrong),
            [
                ("skip_commands_in.0".into(), "locked".into()),
                ("skip_commands_in.5".into(), "not_selected".into()),
            ]
        );
    }

    #[test]
    fn two_databases_cannot_become_one() {
        let draft = TaskDraft {
            databases: Some(vec![0, 3]),
            map_databases: BTreeMap::from([(0, 3)]),
            ..complete()
        };
        assert_eq!(fields(&draft), [("map_databases".into(), "collision".into())]);
        let all = TaskDraft { map_databases: BTreeMap::from([(0, 3)]), ..complete() };
        assert_eq!(fields(&all), [("map_databases".into(), "collision".into())]);
        let swapped = TaskDraft { map_databases: BTreeMap::from([(0, 3), (3, 0)]), ..complete() };
        assert_eq!(swapped.validate().unwrap().databases.destination_of(3), Some(0));
    }

    #[test]
    fn a_class_is_a_budget_and_excludes_another_one() {
        let draft = TaskDraft { class: Some(InstanceClass::XXLarge), ..complete() };
        assert_eq!(draft.validate().unwrap().limits.records_per_second, Some(11_000));
        let both = TaskDraft {
            limits: Limits { records_per_second: Some(5), bytes_per_second: None },
            ..draft
        };
        assert_eq!(fields(&both), [("class".into(), "excludes_limits".into())]);
    }
}

//! Looking before anything is written.
//!
//! Facts are gathered once ([`facts::Facts`]); an item is a pure function of facts and spec. A
//! failed check is data; "could not look" is another thing.

pub mod connectivity;
pub mod facts;
pub mod items;

use std::path::Path;

use serde::{Deserialize, Serialize};

use self::facts::{Facts, permission};
use self::items::{Fix, PrecheckItem, Verdict};
use crate::error::Side;
use crate::phrase;
use crate::secret::Credentials;
use crate::spec::TaskSpec;
use crate::words::Phrase;

/// The rules of an account, as servers of some versions take them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AccountRules {
    /// The first Redis version that takes them.
    pub since: (u16, u16),
    /// The first that is given others; `None` is none.
    pub before: Option<(u16, u16)>,
    /// As `ACL SETUSER` takes them.
    pub rules: &'static str,
}

/// The rules of an account that may do all that the task does at a server: what `facts::permission`
/// asks for, and no item about permissions then finds a lack. `version` is the Redis version that the
/// server is compatible with: then there is one set of rules, or none where it has no accounts. Where
/// it is not known there are all, the newest first.
pub fn account_rules(side: Side, version: Option<(u16, u16, u16)>) -> Vec<AccountRules> {
    let all = match side {
        Side::Source => permission::SOURCE_ACCOUNT,
        Side::Destination | Side::Local => permission::DESTINATION_ACCOUNT,
    };
    let fits = |rules: &&AccountRules| {
        version.is_none_or(|(major, minor, _)| {
            let version = (major, minor);
            version >= rules.since && rules.before.is_none_or(|before| version < before)
        })
    };
    all.iter().filter(fits).copied().collect()
}

/// What an item found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// As it should be.
    Passed,
    /// The task may start; the user should know.
    Warning,
    /// The task must not start.
    Failed,
    /// Failed, and the user chose to go on.
    Ignored,
    /// It could not be found out.
    CouldNotCheck,
}

/// Whether, and how, a user may go on though an item failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum IgnoreRule {
    /// Not at all: the task could not work, or would destroy what it reads.
    #[default]
    Never,
    /// By confirming it.
    Confirm,
    /// By typing the destination's name: data may be lost.
    TypeName,
}

/// A key's name, for people and exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KeyName {
    /// Printable: what is not ASCII is escaped, what is long is cut.
    pub text: String,
    /// All bytes, hexadecimal; of a very long name the first ones.
    pub hex: String,
}

impl KeyName {
    /// What is shown of a long name, characters.
    const TEXT_CHARS: usize = 80;
    /// What is told of a long name, bytes.
    const HEX_BYTES: usize = 1024;

    /// The name of `key`.
    pub fn of(key: &[u8]) -> Self {
        let mut text = key.escape_ascii().to_string();
        if let Some((end, _)) = text.char_indices().nth(Self::TEXT_CHARS) {
            text.truncate(end);
            text.push('…');
        }
        let hex = key.iter().take(Self::HEX_BYTES).map(|byte| format!("{byte:02x}")).collect();
        Self { text, hex }
    }
}

/// Keys of one database that an item is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DatabaseKeys {
    /// The source's number.
    pub source: u32,
    /// The destination's number.
    pub destination: u32,
    /// How many. A side that resizes its table meanwhile may count some twice.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub count: u64,
    /// Some of them.
    pub samples: Vec<KeyName>,
}

/// An item's words, to be shown in another language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ItemPhrases {
    /// See [`ItemReport::found`].
    pub found: Phrase,
    /// See [`ItemReport::expected`].
    pub expected: Phrase,
    /// What a person does, or where [`ItemReport::fix_command`] is run; `None` when nothing is to be
    /// mended.
    pub fix: Option<Phrase>,
    /// See [`ItemReport::how`].
    pub how: Phrase,
    /// See [`ItemReport::risk`].
    pub risk: Phrase,
}

/// One line of a precheck's result; the `precheck --json` object of the headless contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ItemReport {
    /// A stable word; the phrase `item.<id>` is its title.
    pub id: String,
    /// The result.
    pub verdict: VerdictKind,
    /// What was found, in English.
    pub found: String,
    /// What it should be, in English.
    pub expected: String,
    /// How to mend it: a command to copy, or words. Empty when nothing is to be mended.
    pub fix: String,
    /// Whether the user may choose to go on.
    pub ignorable: bool,

    /// The command of `fix`, as redis-cli takes it; empty where there is none.
    #[serde(default)]
    pub fix_command: String,
    /// How it was checked, in English.
    #[serde(default)]
    pub how: String,
    /// What happens if it is not as it should be, in English.
    #[serde(default)]
    pub risk: String,
    /// How the user may choose to go on.
    #[serde(default)]
    pub ignore: IgnoreRule,
    /// The keys it is about, by database.
    #[serde(default)]
    pub keys: Vec<DatabaseKeys>,
    /// Where it is mended, if it is not as it should be; `None` where the report was read from disk.
    #[serde(skip)]
    pub side: Option<Side>,
    /// All these texts for translation; `None` only in reports of earlier versions.
    #[serde(default)]
    pub phrases: Option<ItemPhrases>,
}

/// A whole precheck.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PrecheckReport {
    /// In the order users see.
    pub items: Vec<ItemReport>,
}

impl PrecheckReport {
    /// Whether the task may start.
    pub fn passed(&self) -> bool {
        self.items.iter().all(|item| item.verdict != VerdictKind::Failed)
    }
}

/// Which items run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All.
    All,
    /// Those that no user may ignore.
    NotIgnorable,
}

/// Looks at both servers and this computer, and judges every item. `on_item` is called as each
/// verdict falls. Writes nothing but a probe key with a time to live of ten seconds.
pub async fn run(
    task_id: &str,
    spec: &TaskSpec,
    credentials: &Credentials,
    folder: &Path,
    scope: Scope,
    on_item: &(dyn Fn(&ItemReport) + Send + Sync),
) -> PrecheckReport {
    tracing::debug!(task = task_id, "looking at both servers");
    // Boxed: it is large, and so would be every future that waits for a precheck.
    let (mut facts, mut questions) =
        Box::pin(facts::gather(task_id, spec, credentials, folder, scope)).await;
    let judge = |item: &dyn PrecheckItem, facts: &Facts| {
        let report = judge(item, facts, spec);
        on_item(&report);
        report
    };
    // Walking through the keys takes longest: what does not need it is told before.
    let wanted: Vec<&dyn PrecheckItem> = items::ALL
        .iter()
        .copied()
        .filter(|item| scope == Scope::All || item.ignore() == IgnoreRule::Never)
        .collect();
    let mut reports: Vec<Option<ItemReport>> =
        wanted.iter().map(|item| (!item.needs_conflicts()).then(|| judge(*item, &facts))).collect();
    if spec.stages.full && wanted.iter().any(|item| item.needs_conflicts()) {
        facts::gather_conflicts(&mut facts, &mut questions, spec).await;
    }
    for (report, item) in reports.iter_mut().zip(wanted) {
        report.get_or_insert_with(|| judge(item, &facts));
    }
    PrecheckReport { items: reports.into_iter().flatten().collect() }
}

fn judge(item: &dyn PrecheckItem, facts: &Facts, spec: &TaskSpec) -> ItemReport {
    let verdict = item.verdict(facts, spec).unwrap_or_else(|unknown| Verdict {
        kind: VerdictKind::CouldNotCheck,
        found: unknown.0,
        expected: phrase!("unknown.expected"),
        fix: Fix::Nothing,
        keys: Vec::new(),
        side: None,
    });
    let ignorable = item.ignore() != IgnoreRule::Never;
    let ignored =
        verdict.kind == VerdictKind::Failed && ignorable && spec.ignored_checks.contains(item.id());
    let phrases = ItemPhrases {
        found: verdict.found,
        expected: verdict.expected,
        fix: verdict.fix.words(),
        how: Phrase::of_item("how", item.id()),
        risk: Phrase::of_item("risk", item.id()),
    };
    ItemReport {
        id: item.id().to_owned(),
        verdict: if ignored { VerdictKind::Ignored } else { verdict.kind },
        found: phrases.found.to_string(),
        expected: phrases.expected.to_string(),
        fix: verdict.fix.line(),
        ignorable,
        fix_command: verdict.fix.command().to_owned(),
        how: phrases.how.to_string(),
        risk: phrases.risk.to_string(),
        ignore: item.ignore(),
        keys: verdict.keys,
        side: Some(verdict.side.unwrap_or(item.side())),
        phrases: Some(phrases),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::facts::sample;

    fn verdict_of(id: &str, facts: &Facts, spec: &TaskSpec) -> VerdictKind {
        let item = items::ALL.iter().find(|item| item.id() == id).unwrap();
        judge(*item, facts, spec).verdict
    }

    #[test]
    fn an_item_says_where_it_is_mended() {
        let spec = sample::spec();
        let side_of = |id: &str, facts: &Facts| {
            let item = items::ALL.iter().find(|item| item.id() == id).unwrap();
            judge(*item, facts, &spec).side
        };
        let mut facts = sample::facts();
        assert_eq!(side_of("read_permission", &facts), Some(Side::Source));
        assert_eq!(side_of("memory_fits", &facts), Some(Side::Destination));
        assert_eq!(side_of("disk_for_spool", &facts), Some(Side::Local));
        // This one is about both.
        facts.source.as_mut().unwrap().shards = Some(Ok(3));
        assert_eq!(side_of("standalone_servers", &facts), Some(Side::Source));
        facts.destination.as_mut().unwrap().shards = Some(Ok(1));
        assert_eq!(side_of("standalone_servers", &facts), Some(Side::Destination));
    }

    #[test]
    fn a_binary_or_long_name_is_shown_short_and_printable() {
        let name = KeyName::of(b"user:1\x00\xff");
        assert_eq!(
            (name.text.as_str(), name.hex.as_str()),
            (r"user:1\x00\xff", "757365723a3100ff")
        );
        assert_eq!(KeyName::of(&[b'a'; 200]).text.chars().count(), KeyName::TEXT_CHARS + 1);
    }

    #[test]
    fn an_account_is_made_by_rules_that_its_server_knows() {
        for side in [Side::Source, Side::Destination] {
            for version in [(5, 0, 14), (4, 0, 0)] {
                assert_eq!(account_rules(side, Some(version)), [], "it has no accounts");
            }
            for version in [(6, 0, 0), (6, 0, 20), (6, 2, 0), (7, 2, 4), (8, 2, 1)] {
                let rules = account_rules(side, Some(version));
                let [only] = rules.as_slice() else { panic!("{side:?} {version:?}: {rules:?}") };
                let channels = side == Side::Destination && version >= (6, 2, 0);
                let found = only.rules.split(' ').any(|rule| rule == "&*");
                assert_eq!(found, channels, "{side:?} {version:?}: {}", only.rules);
                assert!(only.rules.starts_with("~* ") && !only.rules.contains("  "), "{rules:?}");
            }
        }
        let since = |side| -> Vec<_> {
            account_rules(side, None).iter().map(|rules| rules.since).collect()
        };
        assert_eq!(since(Side::Source), [(6, 0)]);
        assert_eq!(since(Side::Destination), [(6, 2), (6, 0)]);
    }

    #[test]
    fn a_failed_item_is_ignored_only_where_that_is_allowed() {
        let facts = sample::facts_with("", "maxmemory_policy:allkeys-lru\nrole:slave\n");
        let spec = sample::spec_with(|draft| {
            draft.ignored_checks = vec!["eviction_policy".into(), "destination_role".into()];
        });
        assert_eq!(verdict_of("eviction_policy", &facts, &spec), VerdictKind::Ignored);
        assert_eq!(verdict_of("destination_role", &facts, &spec), VerdictKind::Failed);
        assert_eq!(verdict_of("eviction_policy", &facts, &sample::spec()), VerdictKind::Failed);
    }

    #[test]
    fn what_a_dead_side_hides_could_not_be_checked() {
        let mut facts = sample::facts();
        let error = crate::error::Error::new(
            crate::error::ErrorKind::ConnectFailed,
            crate::error::Side::Destination,
            Phrase::plain("refused"),
        );
        facts.destination = Err(error.report());
        let spec = sample::spec();
        assert_eq!(verdict_of("destination_reachable", &facts, &spec), VerdictKind::Failed);
        assert_eq!(verdict_of("memory_fits", &facts, &spec), VerdictKind::CouldNotCheck);
        assert_eq!(verdict_of("source_role", &facts, &spec), VerdictKind::Passed);
    }
}

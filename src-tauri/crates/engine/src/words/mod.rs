//! What people read: phrases that can be shown in every language of the program.
//!
//! A phrase is a key and its values; the tables have its words, a file for each story. Files and
//! programs get the English text, the page gets the phrase.

mod common;
mod data;
mod events;
mod failures;
mod fields;
mod files;
mod items;
mod kinds;
mod limits;
mod refusals;
mod servers;
mod value;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::value::{ToValue, Value};
use crate::error::ErrorKind;
use crate::secret::Secret;

/// Key, English, Chinese; `{{name}}` is a value. Keys of a thing begin with its id, so that what
/// belongs together stands together.
type Template = (&'static str, &'static str, &'static str);

/// All of them.
const TABLES: &[&[Template]] = &[
    common::TABLE,
    failures::TABLE,
    files::TABLE,
    refusals::TABLE,
    events::TABLE,
    fields::TABLE,
    items::TABLE,
    servers::TABLE,
    data::TABLE,
    limits::TABLE,
];

/// One that there are words in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

/// Words with values in them. `Display` is the English text. Make one with [`phrase!`](crate::phrase).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Phrase {
    /// Names the template, as `eviction_policy.evicts`.
    pub key: String,
    /// What stands in the template's `{{name}}`s.
    #[cfg_attr(feature = "bindings", ts(type = "Record<string, string | Phrase>"))]
    pub values: BTreeMap<String, Value>,
}

/// A [`Phrase`] by its key. A key without a template, or values other than the template's, do not
/// compile.
#[macro_export]
macro_rules! phrase {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        const { $crate::words::check($key, &[$(stringify!($name)),*]) };
        $crate::words::Phrase::of(
            $key,
            [$((stringify!($name), $crate::words::ToValue::to_value(&$value))),*],
        )
    }};
}

impl Phrase {
    /// For [`phrase!`](crate::phrase), which checks what is given.
    #[doc(hidden)]
    pub fn of<const N: usize>(key: &str, values: [(&str, Value); N]) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { key: key.to_owned(), values }
    }

    /// What a server, a system or a library said: shown as it is in every language. What the program
    /// itself says has a template.
    pub fn plain(words: impl Into<String>) -> Self {
        Self::of("plain", [("words", Value::Text(words.into()))])
    }

    /// What to do about an error.
    pub fn remedy(kind: ErrorKind) -> Self {
        Self::of(&format!("remedy.{}", kind.code()), [])
    }

    /// What an error means.
    pub fn meaning(kind: ErrorKind) -> Self {
        Self::of(&format!("error.{}", kind.code()), [])
    }

    /// The words that belong to an item: its `item`, `how` or `risk`.
    pub fn of_item(what: &str, id: &str) -> Self {
        Self::of(&format!("{what}.{id}"), [])
    }

    /// The text in `language`; `None` where that has no words for it, or for a phrase in it: it can
    /// come from a file that a newer version wrote.
    pub fn text_in(&self, language: Language) -> Option<String> {
        let mut rest = template(&self.key, language)?;
        let mut text = String::with_capacity(rest.len());
        while let Some((before, behind)) = rest.split_once("{{") {
            text.push_str(before);
            let Some((name, after)) = behind.split_once("}}") else { break };
            match self.values.get(name) {
                Some(Value::Text(value)) => text.push_str(value),
                Some(Value::Phrase(phrase)) => text.push_str(&phrase.text_in(language)?),
                None => {}
            }
            rest = after;
        }
        text.push_str(rest);
        Some(text)
    }

    /// The text in `language`; in English where that has none.
    pub fn say(&self, language: Language) -> String {
        self.text_in(language).unwrap_or_else(|| self.to_string())
    }

    /// The same without `secret`, which a server may have repeated.
    pub(crate) fn without(mut self, secret: &Secret) -> Self {
        for value in self.values.values_mut() {
            *value = match std::mem::take(value) {
                Value::Text(text) => Value::Text(secret.redact(&text)),
                Value::Phrase(phrase) => Value::Phrase(phrase.without(secret)),
            };
        }
        self
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(mut rest) = template(&self.key, Language::En) else {
            return f.write_str(&self.key);
        };
        while let Some((before, behind)) = rest.split_once("{{") {
            f.write_str(before)?;
            let Some((name, after)) = behind.split_once("}}") else { break };
            if let Some(value) = self.values.get(name) {
                value.fmt(f)?;
            }
            rest = after;
        }
        f.write_str(rest)
    }
}

/// The template of a key.
fn template(key: &str, language: Language) -> Option<&'static str> {
    if let Some((_, en, zh)) = templates().find(|(listed, ..)| *listed == key) {
        return Some(if language == Language::Zh { zh } else { en });
    }
    let (what, code) = key.split_once('.')?;
    let kind = ErrorKind::of_code(code)?;
    match what {
        "error" => Some(kinds::meaning(kind, language)),
        "remedy" => Some(kinds::remedy(kind, language)),
        _ => None,
    }
}

fn templates() -> impl Iterator<Item = &'static Template> {
    TABLES.iter().copied().flatten()
}

/// Every key with its template in `language`, for the page.
pub fn all(language: Language) -> BTreeMap<String, String> {
    let of_kinds = ErrorKind::ALL
        .iter()
        .flat_map(|kind| ["error", "remedy"].map(|what| format!("{what}.{}", kind.code())));
    templates()
        .map(|(key, ..)| (*key).to_owned())
        .chain(of_kinds)
        .map(|key| {
            let words = template(&key, language).unwrap_or_default().to_owned();
            (key, words)
        })
        .collect()
}

/// Makes sure, while compiling, that `key` has a template with exactly the values `names`.
#[doc(hidden)]
pub const fn check(key: &str, names: &[&str]) {
    let mut tables = TABLES;
    while let [table, others @ ..] = tables {
        let mut templates = *table;
        while let [(listed, template, _), rest @ ..] = templates {
            if key.len() == listed.len() && starts_with(key.as_bytes(), listed.as_bytes()) {
                let mut left = names;
                while let [name, others @ ..] = left {
                    assert!(
                        has_value(template.as_bytes(), name.as_bytes()),
                        "a value has no place"
                    );
                    left = others;
                }
                assert!(count_values(template.as_bytes()) == names.len(), "a value is missing");
                return;
            }
            templates = rest;
        }
        tables = others;
    }
    assert!(key.is_empty(), "the key has no template in any table of words/");
}

const fn starts_with(mut text: &[u8], mut start: &[u8]) -> bool {
    while let [wanted, start_rest @ ..] = start {
        match text {
            [byte, text_rest @ ..] if *byte == *wanted => text = text_rest,
            _ => return false,
        }
        start = start_rest;
    }
    true
}

/// Whether `{{name}}` stands in `template`.
const fn has_value(mut template: &[u8], name: &[u8]) -> bool {
    while let [_, rest @ ..] = template {
        if let [b'{', b'{', inner @ ..] = template
            && starts_with(inner, name)
            && let Some((_, [b'}', b'}', ..])) = inner.split_at_checked(name.len())
        {
            return true;
        }
        template = rest;
    }
    false
}

const fn count_values(mut template: &[u8]) -> usize {
    let mut count = 0;
    while let [_, rest @ ..] = template {
        if let [b'{', b'{', ..] = template {
            count += 1;
        }
        template = rest;
    }
    count
}

#[cfg(test)]
mod tests;

//! What people read: phrases that can be shown in another language.
//!
//! A phrase is a key and its values; [`english::TEMPLATES`] has the words. The page has a catalogue
//! of the same keys for each other language, and a test there that none is missing.

mod english;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::ErrorKind;

/// Words with values in them. `Display` is the English text. Make one with [`phrase!`](crate::phrase).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Phrase {
    /// Names the template, as `eviction_policy.evicts`.
    pub key: String,
    /// What stands in the template's `{{name}}`s: names, figures and units, never sentences.
    #[cfg_attr(feature = "bindings", ts(type = "Record<string, string>"))]
    pub values: BTreeMap<String, String>,
}

/// A [`Phrase`] by its key. A key without a template, or values other than the template's, do not
/// compile.
#[macro_export]
macro_rules! phrase {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        const { $crate::words::check($key, &[$(stringify!($name)),*]) };
        $crate::words::Phrase::of($key, [$((stringify!($name), $value.to_string())),*])
    }};
}

impl Phrase {
    /// For [`phrase!`](crate::phrase), which checks what is given.
    #[doc(hidden)]
    pub fn of<const N: usize>(key: &str, values: [(&str, String); N]) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { key: key.to_owned(), values }
    }

    /// What a server, a system or an error said: shown as it is in every language.
    pub fn plain(words: impl Into<String>) -> Self {
        Self::of("plain", [("words", words.into())])
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
    pub(crate) fn of_item(what: &str, id: &str) -> Self {
        Self::of(&format!("{what}.{id}"), [])
    }
}

impl From<String> for Phrase {
    fn from(words: String) -> Self {
        Self::plain(words)
    }
}

impl From<&str> for Phrase {
    fn from(words: &str) -> Self {
        Self::plain(words)
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A phrase can come from a file that a newer version wrote.
        let Some(mut rest) = template(&self.key) else { return f.write_str(&self.key) };
        while let Some((before, behind)) = rest.split_once("{{") {
            f.write_str(before)?;
            let Some((name, after)) = behind.split_once("}}") else { break };
            f.write_str(self.values.get(name).map_or("", String::as_str))?;
            rest = after;
        }
        f.write_str(rest)
    }
}

/// The English template of a key.
fn template(key: &str) -> Option<&'static str> {
    let listed = english::TEMPLATES.iter().find(|(listed, _)| *listed == key);
    listed.map(|(_, template)| *template).or_else(|| {
        ErrorKind::ALL.iter().find_map(|kind| match key.strip_suffix(kind.code())? {
            "remedy." => Some(kind.remedy()),
            "error." => Some(kind.meaning()),
            _ => None,
        })
    })
}

/// Every key with its English template, for catalogues in other languages.
pub fn all() -> BTreeMap<String, String> {
    let mut words: BTreeMap<String, String> = english::TEMPLATES
        .iter()
        .map(|(key, template)| ((*key).to_owned(), (*template).to_owned()))
        .collect();
    for kind in ErrorKind::ALL {
        words.insert(format!("error.{}", kind.code()), kind.meaning().to_owned());
        words.insert(format!("remedy.{}", kind.code()), kind.remedy().to_owned());
    }
    words
}

/// Makes sure, while compiling, that `key` has a template with exactly the values `names`.
#[doc(hidden)]
pub const fn check(key: &str, names: &[&str]) {
    let mut templates = english::TEMPLATES;
    while let [(listed, template), rest @ ..] = templates {
        if starts_with(key.as_bytes(), listed.as_bytes()) && key.len() == listed.len() {
            let mut left = names;
            while let [name, others @ ..] = left {
                assert!(has_value(template.as_bytes(), name.as_bytes()), "a value has no place");
                left = others;
            }
            assert!(count_values(template.as_bytes()) == names.len(), "a value is missing");
            return;
        }
        templates = rest;
    }
    assert!(key.is_empty(), "the key has no template in words/english.rs");
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
mod tests {
    use super::*;

    #[test]
    fn a_phrase_reads_as_english_with_its_values_in_place() {
        let phrase = phrase!("plain", words = "OOM command not allowed");
        assert_eq!(phrase.to_string(), "OOM command not allowed");
        let remedy = Phrase::remedy(ErrorKind::AuthFailed);
        assert_eq!(remedy.to_string(), ErrorKind::AuthFailed.remedy());
    }

    #[test]
    fn a_key_of_a_newer_version_shows_itself() {
        let phrase = Phrase { key: "of.tomorrow".into(), values: BTreeMap::new() };
        assert_eq!(phrase.to_string(), "of.tomorrow");
    }

    #[test]
    fn each_key_is_listed_once_and_i18next_reads_each_template() {
        let words = all();
        assert_eq!(words.len(), english::TEMPLATES.len() + 2 * ErrorKind::ALL.len());
        for (key, template) in words {
            assert!(!key.contains(':') && !template.contains("$t("), "{key}");
            assert_eq!(template.matches("{{").count(), template.matches("}}").count(), "{key}");
            // i18next would look for a plural form.
            assert!(!template.contains("{{count}}"), "{key}");
        }
    }
}

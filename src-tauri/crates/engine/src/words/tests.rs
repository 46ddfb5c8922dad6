use super::*;

fn letters(text: &str) -> bool {
    let mut text = text.to_owned();
    while let (Some(from), Some(to)) = (text.find("{{"), text.find("}}")) {
        text.replace_range(from..to + 2, "");
    }
    text.chars().any(char::is_alphabetic)
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn holes(template: &str) -> Vec<&str> {
    let mut names: Vec<&str> =
        template.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_phrase_reads_as_english_with_its_values_in_place() {
    let phrase = phrase!("plain", words = "OOM command not allowed");
    assert_eq!(phrase.to_string(), "OOM command not allowed");
    let remedy = Phrase::remedy(ErrorKind::AuthFailed);
    assert_eq!(remedy.to_string(), ErrorKind::AuthFailed.remedy());
}

#[test]
fn a_phrase_in_a_phrase_speaks_the_same_language() {
    let io = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
    let what = phrase!("failure.link_broke", side = crate::error::Side::Source);
    let phrase = phrase!("failure.caused", what = what, cause = io);
    assert_eq!(phrase.to_string(), "the connection to the source broke: connection refused");
    assert_eq!(
        phrase.text_in(Language::Zh).unwrap(),
        "与源库的连接已中断：连接被拒绝（connection refused）"
    );
    assert_eq!(phrase.text_in(Language::En).unwrap(), phrase.to_string());
}

#[test]
fn a_phrase_is_stored_readably_and_read_as_earlier_versions_wrote_it() {
    let phrase = phrase!("event.recopy", why = phrase!("failure.no_backlog"));
    let json = serde_json::to_string(&phrase).unwrap();
    assert_eq!(
        json,
        r#"{"key":"event.recopy","values":{"why":{"key":"failure.no_backlog","values":{}}}}"#
    );
    assert_eq!(serde_json::from_str::<Phrase>(&json).unwrap(), phrase);
    let flat = r#"{"key":"event.recopy","values":{"why":"words of then"}}"#;
    let flat: Phrase = serde_json::from_str(flat).unwrap();
    assert_eq!(flat.to_string(), "everything is copied again: words of then");
    let read = |json: &str| serde_json::from_str::<Value>(json).unwrap().into_phrase();
    assert_eq!(read(r#""only text""#), Phrase::plain("only text"));
    assert_eq!(read(&json), phrase);
}

#[test]
fn a_key_of_a_newer_version_shows_itself() {
    let unknown = Phrase { key: "of.tomorrow".into(), values: BTreeMap::new() };
    assert_eq!(unknown.to_string(), "of.tomorrow");
    assert_eq!(unknown.text_in(Language::Zh), None);
    let around = phrase!("event.recopy", why = unknown);
    assert_eq!(around.text_in(Language::Zh), None, "half of it would be in another language");
}

#[test]
fn a_secret_is_nowhere_in_a_phrase_that_leaves_it_out() {
    let deep = phrase!("failure.reply", command = "AUTH", words = "bad `hunter2`");
    let phrase = phrase!("event.recopy", why = deep).without(&Secret::new("hunter2"));
    assert!(!format!("{phrase:?}").contains("hunter2"));
    assert!(phrase.to_string().contains("bad `<secret>`"));
}

#[test]
fn each_key_is_listed_once_and_i18next_reads_each_template() {
    let words = all(Language::En);
    assert_eq!(words.len(), templates().count() + 2 * ErrorKind::ALL.len());
    for (key, template) in words {
        assert!(!key.contains(':') && !template.contains("$t("), "{key}");
        assert_eq!(template.matches("{{").count(), template.matches("}}").count(), "{key}");
        // i18next would look for a plural form.
        assert!(!template.contains("{{count}}"), "{key}");
        assert!(!key.ends_with("_one") && !key.ends_with("_other"), "{key}");
    }
}

#[test]
fn every_template_has_its_words_and_its_values_in_every_language() {
    let chinese = all(Language::Zh);
    for (key, english) in all(Language::En) {
        let words = &chinese[&key];
        assert_eq!(holes(&english), holes(words), "{key}");
        assert!(is_chinese(words) || !letters(&english), "{key}: {words}");
        assert!(!is_chinese(&english), "{key}: {english}");
    }
}

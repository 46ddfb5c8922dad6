//! The language of what is written outside the page: notifications, menus, reports.

use crate::model::LanguageChoice;

pub use keyferry_engine::words::Language;

/// What the user chose or, where that is the desktop's, what the desktop speaks.
pub fn language_of(choice: LanguageChoice) -> Language {
    match choice {
        LanguageChoice::En => Language::En,
        LanguageChoice::Zh => Language::Zh,
        LanguageChoice::System => {
            let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
            let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set);
            of_locale(locale.as_deref().unwrap_or_default())
        }
    }
}

fn of_locale(locale: &str) -> Language {
    if locale.to_ascii_lowercase().starts_with("zh") { Language::Zh } else { Language::En }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_chinese_is_told_in_english() {
        let found = ["zh_CN.UTF-8", "ZH-TW", "de_DE.UTF-8", "C", ""].map(of_locale);
        assert_eq!(found, [Language::Zh, Language::Zh, Language::En, Language::En, Language::En]);
    }
}

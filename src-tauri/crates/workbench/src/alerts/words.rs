//! What a notification says, in the user's language: it is shown outside the page, which has its
//! own words.

use super::rules::Occasion;
use crate::language::Language;

/// Title and text of a notification about the task called `name`.
pub(super) fn words(language: Language, name: &str, occasion: &Occasion) -> (String, String) {
    match language {
        Language::En => english(name, occasion),
        Language::Zh => chinese(name, occasion),
    }
}

fn english(name: &str, occasion: &Occasion) -> (String, String) {
    match occasion {
        Occasion::Failed(why) => (format!("{name} failed"), why.to_string()),
        Occasion::NeedsPerson(why) => (format!("{name} needs you"), why.to_string()),
        Occasion::WaitsForPassword => {
            (format!("{name} waits for a password"), "Enter it to let the task go on.".to_owned())
        }
        Occasion::Lagging { lag_seconds, threshold_seconds } => (
            format!("{name} is behind"),
            format!(
                "The destination is {lag_seconds} s behind, more than the {threshold_seconds} s that you set."
            ),
        ),
        Occasion::CaughtUp => (
            format!("{name} has caught up"),
            "The destination has everything that the source has.".to_owned(),
        ),
    }
}

fn chinese(name: &str, occasion: &Occasion) -> (String, String) {
    match occasion {
        Occasion::Failed(why) => (format!("{name} 失败"), why.say(Language::Zh)),
        Occasion::NeedsPerson(why) => (format!("{name} 需要您处理"), why.say(Language::Zh)),
        Occasion::WaitsForPassword => {
            (format!("{name} 等待输入密码"), "输入密码后任务继续运行。".to_owned())
        }
        Occasion::Lagging { lag_seconds, threshold_seconds } => (
            format!("{name} 同步延迟"),
            format!("目标库延迟 {lag_seconds} 秒，超过您设置的 {threshold_seconds} 秒。"),
        ),
        Occasion::CaughtUp => (format!("{name} 已追平"), "源库的全部数据已到达目标库。".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use keyferry_engine::phrase;

    use super::*;

    #[test]
    fn why_a_task_failed_is_told_in_the_user_s_language() {
        let why = phrase!("failure.hung_up", side = keyferry_engine::error::Side::Source);
        let failed = Occasion::Failed(why);
        let told = |language| words(language, "orders", &failed);
        assert_eq!(told(Language::Zh), ("orders 失败".into(), "源库关闭了连接".into()));
        let english = "the source closed the connection";
        assert_eq!(told(Language::En), ("orders failed".into(), english.into()));
    }
}

//! The real window, driven as a person drives it: a display, a session bus and a keychain of the
//! test's own, the application as it is installed, and real servers. Pictures of every step are left
//! in `target/e2e/`.

mod choices;
mod desktop;
mod migration;
mod page;
mod sample;
mod server;
mod speed;
mod webdriver;

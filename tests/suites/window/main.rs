//! The real window, driven as a person drives it: a display, a session bus and a keychain of the
//! test's own, the application as it is installed, and real servers. Pictures of every step are left
//! in `target/e2e/`.

mod appearance;
mod choices;
mod desktop;
mod manners;
mod migration;
mod notices;
mod page;
mod sample;
mod screen;
mod server;
mod speed;
mod tray;
mod webdriver;

/** The settings page, the keychain, and closing the window. */
export const settings = {
  settings: {
    title: 'Settings', looks: 'Appearance and language', manners: 'On this desktop', about: 'About this program',
    appearance: 'Appearance', theme_text: 'Takes effect at once.', language: 'Language', english: 'English', chinese: '简体中文', english_short: 'EN', chinese_short: '中文',
    language_text: 'Numbers and dates follow it too.', single_keys: 'Single keys are shortcuts', single_keys_text: 'N, F, / and the comma by themselves, outside of fields. Switch it off if you dictate.',
    resume_on_start: 'Resume the tasks that were running', resume_on_start_text: 'When Keyferry starts. Otherwise they wait, paused, until you resume them.',
    autostart: 'Start when I log in', autostart_text: 'Keyferry opens with your desktop, so that tasks go on after a restart.',
    notifications: 'Desktop notifications', notifications_text: 'When a task fails, needs you, or falls behind its alert’s threshold.',
    close: 'Closing the window while tasks run', close_text: 'Tasks need the program to go on.', close_ask: 'Ask me', close_tray: 'Keep running in the tray', close_quit: 'Pause and quit',
    keychain: 'Keychain', keychain_ok: 'Passwords are kept in this system’s keychain, and nowhere else.',
    storage: 'State folder', storage_text: 'Tasks, checkpoints and the spool are kept here, shared with the command line.', version: 'Version', failed: 'The setting was not saved', load_failed: 'The program cannot tell about itself',
  },
  keychain: {
    missing: 'There is no keychain on this system.', locked: 'The keychain is locked.', refused: 'The keychain refuses.',
    session: 'Passwords are kept in memory until Keyferry ends; after that each task asks for them again. They are never written to disk.',
  },
  closing: {
    title_one: '{{count}} task is running', title_other: '{{count}} tasks are running',
    text_tray: 'They need Keyferry to go on. It can stay in the tray without its window.', text: 'They need Keyferry to go on, and this desktop has no tray to stay in.',
    tray: 'Keep running in the tray', quit: 'Pause and quit', remember: 'Do this from now on, without asking', failed: 'The window could not do that',
  },
  window: { count_one: '{{count}} running', count_other: '{{count}} running' },
};

/** The settings page. */
export const settings = {
  settings: {
    title: 'Settings', appearance: 'Appearance', theme_text: 'Takes effect at once.', language: 'Language', english: 'English', chinese: '简体中文',
    language_text: 'Numbers and dates follow it too.', start: 'When Keyferry starts', resume: 'Resume the tasks that were running', resume_text: 'Otherwise they wait, paused, until you resume them.',
    keychain: 'Keychain', keychain_ok: 'Passwords are kept in this system’s keychain, and nowhere else.', keychain_missing: 'There is no usable keychain here: {{reason}}. Passwords are kept in memory until the program ends; after that each task asks for them again. They are never written to disk.',
    storage: 'State folder', storage_text: 'Tasks, checkpoints and the spool are kept here, shared with the command line.', version: 'Version', failed: 'The setting was not saved', load_failed: 'The settings cannot be read',
  },
};

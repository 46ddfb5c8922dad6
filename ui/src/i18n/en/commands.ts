/** The palette, the keyboard, and what their entries are called. */
export const commands = {
  command: {
    title: 'Commands', hint: 'Type a command or a task', none: 'Nothing matches “{{query}}”.',
    group: { go: 'Go to', do: 'Do', task: 'Tasks' },
    create: 'Create a task', import: 'Import connections', tasks: 'Data Migration', templates: 'Templates', settings: 'Settings', help: 'Keyboard shortcuts',
    theme_light: 'Light appearance', theme_dark: 'Dark appearance', theme_system: 'Follow the system’s appearance',
    language_en: 'English', language_zh: 'Switch to Chinese', search: 'Search this list',
  },
  keys: {
    title: 'Keyboard shortcuts', everywhere: 'Everywhere', list: 'In a list', wizard: 'While creating a task',
    palette: 'Command palette', create: 'New task', settings: 'Settings', help: 'This list', close: 'Close what is on top', search: 'Search',
    step: 'Previous or next step', again: 'Precheck again', submit: 'Primary action', menu: 'Commands of a database', or: 'or',
  },
};

/** The templates page. */
export const templates = {
  templates: {
    title: 'Templates', count_one: '{{count}} template', count_other: '{{count}} templates', create: 'Create Template', search: 'Search templates', search_hint: 'Name, host or account',
    column: { name: 'Template', address: 'Connection', password: 'Password', test: 'Last test', uses: 'Used by', updated: 'Changed' },
    loading: 'The templates are being read', error: 'The templates cannot be read', change_error: 'The template was not changed',
    empty: 'No templates yet', empty_text: 'A template keeps how a server is reached under a name, so that it is selected instead of typed. Save one here, or while you create a task.',
    no_match: 'No template matches “{{query}}”.', show_all: 'Show all templates', copies: 'A task keeps its own copy: changing or deleting a template takes effect the next time it is selected.',
    password_set: 'Set', password_none: 'Not set', never_tested: 'Never tested', reachable: 'Reachable', unreachable: 'Not reachable',
    unused: 'No task', uses_one: '{{count}} task', uses_other: '{{count}} tasks', uses_title: 'Tasks made from it',
    test: 'Test connectivity', test_of: 'Test connectivity of {{name}}', edit: 'Edit', edit_title: 'Edit “{{name}}”', more: 'More actions for {{name}}', close_result: 'Close the result of {{name}}',
    duplicate: 'Duplicate', rename: 'Rename…', copy_uri: 'Copy as URI', copied: 'copied, without the password', delete: 'Delete…',
    delete_title: 'Delete “{{name}}”?', delete_text: 'The template and its stored password are removed. Tasks that were made from it keep their own copy.', delete_ok: 'Delete template',
    name: 'Template name', name_hint: 'Choose one that tells what it connects to; it needs not be unique.', save: 'Save', form_note: 'The password goes to this system’s keychain.',
  },
};

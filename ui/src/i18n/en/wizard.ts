/** Creating a task, step by step; connections as templates have them too. */
export const wizard = {
  create: {
    class: { small: 'small · 2,000 records/s', medium: 'medium · 5,000 records/s', large: 'large · 6,000 records/s', xlarge: 'xlarge · 7,000 records/s', '2xlarge': '2xlarge · 11,000 records/s', unlimited: 'unlimited' },
    source: 'Source', destination: 'Destination', database: 'db{{n}}', custom: 'Custom limits', number: 'Enter a whole number of at least 1, or leave it blank.',
    conflict_report: 'Precheck and Report Errors', conflict_keep: 'Ignore Errors and Proceed', conflict_overwrite: 'Overwrite Destination Keys',
  },
  wizard: {
    title: 'Create Task', steps: 'Steps', saved: 'Draft saved {{time}}', close: 'Close', close_hint: 'The draft stays in the task list',
    step: { source: 'Configure Source and Destination Databases', objects: 'Configure Objects and Advanced Settings', precheck: 'Precheck', class: 'Purchase Instance' },
    task_name: 'Task Name', task_name_hint: 'Choose an informative name. It need not be unique.', name_required: 'Enter a name for the task.',
    source_database: 'Source Database', destination_database: 'Destination Database', swap: 'Swap source and destination',
    swapped: 'The source is empty and the destination holds {{keys}} keys. Are the sides swapped?',
    test_and_proceed: 'Test Connectivity and Proceed', testing: 'Testing…', test_runs: 'A connectivity test is running.',
    save_and_precheck: 'Next: Save Task Settings and Precheck', saving: 'Saving…',
    precheck_note: 'A task can start only after its precheck has passed.',
    footer: 'Passwords go to this system’s keychain. Nothing leaves this computer but the connections above.',
    keychain: {
      available: 'Passwords go to this system’s keychain.',
      missing: 'There is no keychain here: passwords are kept until the program ends, and never on disk. ({{reason}})',
      locked: 'The keychain is locked: until it is opened, passwords are kept in memory only, and never on disk. ({{reason}})',
      refused: 'The keychain refuses: passwords are kept until the program ends, and never on disk. ({{reason}})',
    },
    not_saved: 'The draft was not saved', cannot_open: 'The draft cannot be opened', has_started: '“{{name}}” has started already. It can be followed and changed on its own page.', open_task: 'Open its page',
    mistakes_one: '{{count}} field needs a correction.', mistakes_other: '{{count}} fields need a correction.',
  },
  endpoint: {
    type: 'Database Type', place_label: 'Access Method',
    place: {
      cloud: 'Alibaba Cloud Instance', ecs: 'Self-managed Database on ECS', gateway: 'Self-managed Database over Express Connect, VPN Gateway, or Smart Access Gateway',
      cen: 'Self-managed Database over Cloud Enterprise Network (CEN)',
    },
    access: 'Connect by', access_tcp: 'TCP', access_unix: 'Unix socket', access_tls: 'TLS', access_ssh: 'SSH tunnel', access_socks5: 'SOCKS5 proxy', access_coming: '{{name}} (coming)',
    host: 'Host', port: 'Port', path: 'Socket path', account: 'Account', password: 'Database Password',
    host_hint: 'Name or address, or paste a URI or a redis-cli line', account_hint: 'default', password_hint: 'Blank if there is none', password_stored: 'Kept in the keychain', password_template: 'From the template',
    password_forget: 'Use no password', host_required: 'Enter the host name or address.', path_required: 'Enter the absolute path of the socket.',
    needs: { source: 'Needs to read and to replicate.', destination: 'Needs to read and to write.', either: 'Default account: the password alone.' },
    permissions: {
      link: 'Permissions', title: 'What the account needs',
      source: 'At the source the account reads and replicates; single keys are read again (DUMP and their expiry, in one MULTI) where a command cannot be passed on as it is. Nothing is written there.', destination: 'At the destination the account reads and writes everything that the source sends; WATCH guards the task’s own checkpoint.',
      default: 'The default account has the password alone. For another account enter it above, or enter <account>:<password> as the password: testaccount:Test1234 is split into its two parts.',
      since: 'From Redis {{since}} on:', between: 'From Redis {{since}} on, before {{before}}:', no_accounts: 'This server is older than Redis 6.0 and has no accounts: the password alone is enough.',
      reset: 'To reset a password, run one of these at the server, then enter the new one here:', custom: 'The connectivity test names every permission that is missing, with the command that grants it.',
    },
    cloud: {
      coming: 'Choosing an instance of the cloud comes in a later version. Until then, reach it as a self-managed database by its address.', blocked: 'Alibaba Cloud Instance comes later: choose a self-managed access method.',
      region: 'Instance Region', instance: 'Instance ID', across: 'Replicate Data Across Alibaba Cloud Accounts', owner: 'Alibaba Cloud Account', owner_hint: 'The ID of the account that owns the instance: Account Management, Security Settings.',
      role: 'RAM Role Name', role_hint: 'A role that trusts the account of the destination. Its trust policy:',
    },
    yes: 'Yes', no: 'No', list_separator: ', ', undo: 'Undo', dismiss: 'Close this note', choose_connection: 'Which of the pasted connections',
    field: { host: 'host', port: 'port', path: 'socket path', account: 'account', password: 'password', environment: 'environment' },
    filled: { paste: 'Filled in from what you pasted: {{fields}}.', split: 'Split into account and password.', template: 'Filled in from “{{name}}”: {{fields}}.' },
    remark: {
      tls: 'It asks for TLS, which comes later: this connects without it.', sentinel: 'It names Sentinels, which come later: enter the address of the primary.', cluster: 'It names a cluster: one node is taken here.',
      ssh: 'It goes through an SSH tunnel, which comes later.', more_hosts: 'It names several addresses: the first one is taken.', database: 'It names a database: choose databases in the next step.',
    },
    test: {
      run: 'Test Connectivity', again: 'Test again', running: 'Testing', error: 'The test did not run', reachable: 'Reachable', outdated: 'Changed since this test',
      stages_of: '{{done}} of {{all}} stages', stage_at: 'stage {{n}} of {{all}}: {{stage}}',
      stage: { dns: 'DNS', tcp: 'TCP', tls: 'TLS', auth: 'AUTH', ping: 'PING', info: 'INFO', permission: 'Permission' },
      stage_state: { done: 'passed', failed: 'failed', now: 'running', waiting: 'not yet' },
      failing: {
        dns: 'The host name has no address', tcp: 'Nothing answers there', tls: 'No TLS connection comes about', auth: 'Account or password is not accepted', ping: 'Reachable, but it does not answer as Redis does', info: 'It does not tell about itself',
        permission_source: 'The account may not replicate', permission_destination: 'The account may not write',
      },
    },
    server: {
      keys: '{{keys}} keys', keys_in: '{{keys}} keys in {{where}}', more_databases: '{{some}} and {{n}} more', memory_of: '{{used}} of {{max}}', memory: '{{used}} used', clock: 'clock {{skew}}',
    },
    role: { primary: 'primary', replica: 'replica' },
  },
  template: {
    select: 'Select Template', none: 'None', no_match: 'No template matches.', empty: 'No connection has been saved yet.', save_as: 'Save as Template', edit_name: 'Edit Template Name', ok: 'OK',
    name: 'Template Name', name_required: 'Enter a name for the template.', name_hint: 'Choose an informative name. It need not be unique.', rename_hint: 'Tasks that were set up from it are not affected.', not_saved: 'The template was not saved',
  },
  limits: {
    title: 'Limits', reading: 'Reading…', read: 'Read', count_one: '{{count}} applies to this kind of migration', count_other: '{{count}} apply to this kind of migration',
    count_here_one: '{{all}} for this kind of migration, {{count}} applies to this pair', count_here_other: '{{all}} for this kind of migration, {{count}} apply to this pair',
    here: 'These apply to this pair', others: 'The others, for this kind of migration', general: 'For this kind of migration',
  },
  supported: {
    link: 'Prerequisites', title: 'Prerequisites and supported databases', prerequisites: 'Prerequisites', coming: ' (coming)',
    memory: 'The destination has more memory available than the source’s data takes.', versions: 'Source and destination are Redis 5.0 to 8.x or Valkey, standalone, by TCP or Unix socket.',
    order: 'The version of the destination is the same as or later than that of the source.', accounts: 'The source’s account may read and replicate (PSYNC); the destination’s account may read and write.',
    types: 'Migration types', full: 'Historical data of the selected databases moves to the destination.', incremental: 'After that every change at the source moves too, so that services go on during the migration.',
  },
  objects: {
    basic: 'Basic Settings', advanced: 'Advanced Settings', stages: 'Task Stages', full: 'Full Data Migration', full_text: 'what the source holds', incremental: 'Incremental Data Migration', incremental_text: 'every change from then on',
    stages_note: {
      both: 'Recommended: services go on during the migration.', full_only: 'Do not write to the source during the migration: otherwise both sides will differ. To stay consistent, select Incremental Data Migration too.',
      incremental_only: 'Only changes move. What the source holds already must be at the destination.',
    },
    conflict: 'Processing Mode of Conflicting Tables', conflict_mode: { report: 'Precheck and Report Errors', keep: 'Ignore Errors and Proceed', overwrite: 'Overwrite Destination Keys' },
    conflict_note: {
      report: 'The precheck fails when a key of the source exists at the destination, and the task cannot start.', keep: 'Keys that exist at the destination stay as they are, also where they have another type; they are counted and listed. Consistency is not guaranteed.',
      overwrite: 'The source’s value replaces keys of the same name at the destination. What they held is lost.',
    },
    select: 'Select Objects', select_note: 'Databases are the objects of a migration.', source_objects: 'Source Objects', selected_objects: 'Selected Objects',
    move_right: 'Select the ticked databases', move_all_right: 'Select all databases', move_left: 'Remove the ticked databases', move_all_left: 'Remove all databases', all_selected: 'Every database is selected.', none_selected: 'Select at least one database.',
    ticked: '{{n}} of {{all}} ticked', select_all: '{{list}}: tick all', search: '{{list}}: search', search_hint: 'Search', no_match: 'Nothing matches “{{query}}”.', keys_one: '{{keys}} key', keys_other: '{{keys}} keys', empty: 'empty',
    commands_button: 'Commands…', commands_of: '{{n}}/{{all}} commands…', all_note: 'All databases move, also those that get their first key later. Right-click a selected one to choose its commands.', commands_hint: 'Right-click a selected database, or press the Menu key or Shift+F10, to choose its commands.',
    retry_number: 'Enter a number from 10 to 1440.', spool_number: 'Enter a number, or leave it blank.', map_number: 'Enter the number of a database.',
  },
  commands: {
    title: 'Commands to be migrated from db{{n}}', error: 'The commands cannot be read', everywhere_one: 'Use for {{count}} selected database', everywhere_other: 'Use for all {{count}} selected databases', moving: '{{n}} of {{all}} move', search: 'Search commands', no_match: 'No command matches “{{query}}”.',
    about: 'Commands left out are dropped from the stream and counted. Full data migration is not affected.', about_version: 'Commands left out are dropped from the stream and counted; full data migration is not affected. Shown below each: the name under which {{version}} sends it.',
    count: '{{n}}/{{all}}', newer: 'newer', arrives: 'arrives as {{names}}', locked: 'Always moves: it holds the stream together.', indistinct: 'Moves with what it arrives as: the stream does not tell them apart.',
    preset: { all: 'All', no_flush: 'Without FLUSH*', no_scripts: 'Without scripts' },
    group: {
      string: 'Strings', list: 'Lists', set: 'Sets', sorted_set: 'Sorted sets', hash: 'Hashes', bitmap: 'Bitmaps', hyperloglog: 'HyperLogLog', geo: 'Geo', stream: 'Streams', key: 'Keys', keys: 'Keys', generic: 'Keys', expiry: 'Expiry', server: 'Whole databases', database: 'Whole databases', flush: 'Whole databases',
      scripting: 'Scripts and functions', script: 'Scripts and functions', function: 'Functions', pubsub: 'Publish and subscribe', transaction: 'Transactions', connection: 'Connection', array: 'Arrays', vector_set: 'Vector sets', module: 'Modules', other: 'Other',
    },
  },
  alerting: {
    title: 'Set Alerts', note: 'Contacts are told when the task fails, and when its latency is over the threshold.', threshold: 'Alert Threshold', seconds: 's', threshold_number: 'Enter the threshold in seconds, at least 1.', contacts: 'Alert Contacts', contacts_required: 'Choose at least one contact.',
    contacts_hint: 'E-mail and webhook come later.', channel: { desktop: 'Desktop notification' }, coming: { email: 'E-mail (coming)', webhook: 'Webhook (coming)' },
  },
  retry: {
    title: 'Retry Time for Failed Connections', minutes: 'min', note: '10 to 1440 minutes; more than 30 is recommended. Reconnected within it, the task goes on; otherwise it fails.', short: 'More than 30 minutes is recommended.',
    effective: 'In effect: {{n}} min. Tasks that share a server have the lowest value, which is set by', holds: 'While it retries, a task still holds its spool on this disk, its connections and its place as a replica of the source. Once source and destination are gone, release it early.',
  },
  filters: {
    title: 'Key filters', include: 'Only keys that match', exclude: 'Not keys that match', include_hint: 'every key', exclude_hint: 'none', note: 'Patterns as in SCAN MATCH: * any text, ? one byte, [a-c] one of these, \\ takes the next as it is. Several are separated by a space. Excluding wins.',
    crossing: 'A command that touches keys on both sides of a filter cannot be split: its result is read again at the source.',
  },
  map: { title: 'Map databases', from: 'Database of the source', to: 'Number at the destination for db{{n}}', add: 'Map a database', remove: 'Do not map db{{n}}', note: 'Databases keep their numbers unless they are mapped here.' },
  spool: { title: 'Spool on this computer, at most', unit: 'GiB', unlimited: 'what the disk has', note: 'The stream waits here until the destination has it. When it is full, the task waits; at least 0.25 GiB.' },
  history: {
    title: 'When the source no longer has the continuation of the stream', hold: 'Wait for me', recopy: 'Copy everything again',
    note: { hold: 'The task waits and says so; nothing is written until you decide.', recopy: 'Full data migration starts anew by itself, and removes the keys that the source no longer has. What was at the destination before the task stays.' },
  },
  precheck: {
    rate_label: 'Success Rate', running: 'The precheck is running.', probe_note: 'Nothing is written but a probe key, __keyferry:probe:…, which lives for ten seconds.', nothing: 'Nothing has been checked yet.', outdated: 'The settings have changed: precheck again.',
    blocked_one: '{{count}} failed item must be mended or ignored.', blocked_other: '{{count}} failed items must be mended or ignored.', next: 'Next: Purchase Instance', again: 'Precheck Again', error: 'The precheck did not run',
    counted: {
      passed_one: '{{count}} passed', passed_other: '{{count}} passed', failed_one: '{{count}} failed', failed_other: '{{count}} failed', warning_one: '{{count}} warning', warning_other: '{{count}} warnings', ignored_one: '{{count}} ignored', ignored_other: '{{count}} ignored',
      could_not_check_one: '{{count}} could not be checked', could_not_check_other: '{{count}} could not be checked',
    },
    verdict: { passed: 'Passed', failed: 'Failed', warning: 'Warning', ignored: 'Ignored', could_not_check: 'Not checked' },
    show_all_one: 'Show {{count}} passed item', show_all_other: 'Show {{count}} passed items', details: 'Details: {{item}}', how: 'How it was checked', found: 'Found', expected: 'Expected', risk: 'Risk', fix: 'To mend it',
    show_keys: 'Show keys', hide_keys: 'Hide keys', change_mode: 'Change mode', ignore: 'Ignore…', key_database: 'Database', key: 'Key', key_hex: 'Hexadecimal', more_keys: 'and {{n}} more in {{database}}',
    ignored_title: 'Ignored items', ignored_at: 'since {{at}}', ignore_title: 'Go on in spite of “{{item}}”?', ignore_ok: 'Ignore and check again', ignore_recorded: 'Your choice is recorded with the task.',
  },
  instance: {
    title: 'Instance Class', note: 'Limits how fast the task may write.', table: 'What each class is able to do', table_title: 'Specifications of instance classes', upper_limit: 'Upper limit, incremental migration', no_limit: 'none', rate: '{{n}} records/s',
    table_note: 'A class is this computer’s budget for the task. It can be changed while the task runs.', name: { small: 'small', medium: 'medium', large: 'large', xlarge: 'xlarge', '2xlarge': '2xlarge', unlimited: 'unlimited', custom: 'Custom' },
    figure: '{{n}}', per_second: 'records/s', unlimited_figure: 'No limit', recommended: 'Recommended', custom_figure: 'Your own', custom_text: 'records/s, MiB/s', blank: 'Blank is unlimited.', records: 'Records a second', megabytes: 'MiB a second', number: 'Enter a whole number of at least 1, or leave it blank.',
    free: 'The task runs on this computer. Nothing is charged.', start: 'Buy and Start', starting: 'Starting…', failed: 'The task was not started', accept_first: 'Read and select the terms to start.', name_first: 'Type the destination’s name to start.',
    production_filled: 'The destination is a production server and is not empty.',
  },
  summary: {
    title: 'Summary', all_databases: 'all databases', commands: 'Commands', commands_left: 'some are left out in {{databases}}', stages: { both: 'full and incremental', full: 'full only', incremental: 'incremental only' }, minutes: '{{n}} min', alerts: 'over {{n}} s, and on failure',
    ignored_one: 'passed, {{count}} item ignored', ignored_other: 'passed, {{count}} items ignored', passed: 'passed',
  },
  terms: {
    title: 'Terms', check: '{{item}}: {{risk}}', accept_one: 'I have read the terms and the {{count}} risk that applies', accept_other: 'I have read the terms and the {{count}} risks that apply', accept_none: 'I have read the terms. No particular risk applies to this pair',
  },
};

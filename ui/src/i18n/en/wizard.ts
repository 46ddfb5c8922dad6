/** Creating a task, step by step. */
export const wizard = {
  create: {
    title: 'Create Task', edit: 'Set up “{{name}}”', name: 'Task name', name_required: 'Enter a name for the task.', swap: 'Swap source and destination',
    source: 'Source', destination: 'Destination', access: 'Access', tcp: 'TCP', unix: 'Unix socket', host: 'Host', port: 'Port', path: 'Socket path',
    host_hint: 'Host name, address or redis:// URI', account: 'Account', account_hint: 'default', password: 'Password', password_stored: 'Leave blank to keep the stored one',
    filled_in: 'Filled in from the URI that you pasted: {{fields}}.', field_host: 'host', field_port: 'port', field_account: 'account', field_password: 'password', field_path: 'path',
    test: 'Test connectivity', test_again: 'Test again', testing: 'Testing…', edited: 'Changed since the last test.',
    reachable: 'Reachable', stages_of: '{{done}} of {{all}} stages', stage_at: 'stage {{n}} of {{all}}: {{stage}}',
    test_error: 'The test did not run',
    test_stage: { dns: 'Name', tcp: 'Connection', auth: 'Sign-in', ping: 'PING', info: 'INFO', permission: 'Permission' },
    failing: {
      dns: 'The host name has no address', tcp: 'Nothing answers there', auth: 'Account or password is not accepted', ping: 'It does not answer as Redis does', info: 'It does not tell about itself',
      permission_source: 'The account may not replicate', permission_destination: 'The account may not write',
    },
    server: '{{product}} {{version}} {{role}} · {{latency}} · {{keys}} keys{{where}} · {{memory}}', in_databases: ' in {{databases}}', memory_of: '{{used}} of {{max}}', memory_only: '{{used}} used', clock: ' · clock {{skew}}',
    role: { primary: 'primary', replica: 'replica' },
    what: 'What moves', stages: 'Stages', full: 'Full migration', full_text: 'everything the source holds', incremental: 'Incremental migration', incremental_text: 'every change from then on',
    databases: 'Databases', databases_all: 'All databases', databases_chosen: 'Chosen databases', databases_empty: 'The source has {{count}} databases, and no keys in any of them.', databases_hint: 'Test the source to see its databases and how many keys they hold.', database_keys: 'db{{n}} · {{keys}} keys', database: 'db{{n}}',
    conflict: 'Keys already at the destination', conflict_report: 'Report them', conflict_report_text: 'The precheck fails and names them; nothing is written.',
    conflict_keep: 'Keep them', conflict_keep_text: 'They stay as they are, so both sides may differ.', conflict_overwrite: 'Overwrite them', conflict_overwrite_text: 'The source’s value replaces them.',
    how: 'How fast, how patient', budget: 'Instance class', custom: 'Custom limits', records: 'Records a second', megabytes: 'MiB a second', retry: 'Retry time, minutes', retry_text: 'How long a lost connection is tried again: 10 to 1440.',
    class: { small: 'small · 2,000 records/s', medium: 'medium · 5,000 records/s', large: 'large · 6,000 records/s', xlarge: 'xlarge · 7,000 records/s', '2xlarge': '2xlarge · 11,000 records/s', unlimited: 'unlimited' },
    number: 'Enter a whole number of at least 1, or leave it blank.', retry_number: 'Enter a number from 10 to 1440.',
    footer: 'Passwords go to this system’s keychain. Nothing leaves this computer but the connections above.', footer_session: 'No keychain here: passwords are kept until the program ends, and never on disk.',
    save: 'Save and Precheck', saving: 'Saving…', failed: 'The task was not saved', mistakes_one: '{{count}} field needs a correction.', mistakes_other: '{{count}} fields need a correction.',
  },
  precheck: {
    title: 'Precheck', running: 'Looking at both servers and this computer. Nothing is written but a probe key.', rate: '{{n}} % passed', rate_label: 'Success rate',
    passed: 'passed', failed: 'failed', warning: 'warnings', ignored: 'ignored', could_not_check: 'not checked',
    verdict: { passed: 'Passed', failed: 'Failed', warning: 'Warning', ignored: 'Ignored', could_not_check: 'Not checked' },
    found: 'Found', expected: 'Expected', fix: 'To mend it', again: 'Precheck again', start: 'Start', ignore: 'Ignore…', error: 'The precheck did not run',
    blocked: 'Mend or ignore what failed, then check again.', ready: 'Everything that must hold, holds.', back: 'Back',
    item: {
      source_reachable: 'Source answers', destination_reachable: 'Destination answers', psync_permission: 'Permission to replicate', write_permission: 'Permission to write',
      rdb_version: 'RDB version', keys_conflict: 'Conflicting keys', eviction_policy: 'Eviction policy', memory: 'Memory', databases: 'Databases', spool_disk: 'Disk for the spool',
    },
  },
};

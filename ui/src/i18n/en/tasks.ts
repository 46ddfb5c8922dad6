/** The task list, a task's page, and the dialogs of both. */
export const tasks = {
  tasks: {
    title: 'Data Migration', count_one: '{{count}} task', count_other: '{{count}} tasks', rate: '{{rate}} records/s',
    create: 'Create Task', search: 'Search tasks', search_hint: 'Name, host or id',
    column: {
      task: 'Task', route: 'Source → Destination', state: 'State', full: 'Full migration', lag: 'Lag', rate: 'Records/s',
      updated: 'Updated', actions: 'Actions',
    },
    needs_you_one: '{{count}} task needs you', needs_you_other: '{{count}} tasks need you',
    attention: {
      retrying: '<b>{{name}}</b> has lost its {{side}}. It retries for another {{left}}, then fails.',
      holding: '<b>{{name}}</b> waits: {{message}}',
      waiting_for_credentials: '<b>{{name}}</b> needs a password before it can go on.',
      failed: '<b>{{name}}</b> has failed: {{message}}',
    },
    next_try: 'next try in {{n}}', trying: 'trying now', full_done: 'Full done in {{n}}', keys_of: '{{done}} of {{total}}',
    left: '{{n}} left', estimating: 'estimating…', keys: '{{n}} keys', progress: 'Full migration of {{name}}', trend: 'Records per second of {{name}}, lately',
    no_match: 'No task matches “{{query}}”.', clear_search: 'Clear search', error: 'The tasks cannot be read', loading: 'The tasks are being read',
    demo: 'SAMPLE', pause: 'Pause {{name}}', resume: 'Resume {{name}}', more: 'More actions for {{name}}',
  },
  hero: {
    title: 'Move a Redis to another one while it is in use',
    text: 'Keyferry copies everything, follows every change until you switch over, and says at each moment how far it is.',
    demo: 'Try with sample data', demo_text: 'Two servers on this computer, filled and migrated in front of you. Offline, within a minute.',
    demo_busy: 'Starting two servers…',
    create_text: 'Connect your own source and destination. Nothing is written before a precheck has passed.',
    keychain: 'Passwords go to your system’s keychain. Nothing leaves this computer but the connections you enter.',
    read_only: 'The source is only read: PSYNC, REPLCONF, INFO and SCAN are the commands it gets.',
    versions: 'Redis 5.0 to 8.x and Valkey, by TCP or unix socket.',
  },
  action: {
    pause: 'Pause', resume: 'Resume', throttle: 'Throttle', stop: 'Stop…', release: 'Release…', retry: 'Retry now', delete: 'Delete…',
    continue: 'Precheck and start', end_demo: 'End demonstration',
    failed: '{{action}}: it did not work',
  },
  confirm: {
    stop: {
      title: 'Stop “{{name}}” for good?',
      body: 'Commands already sent are awaited, then the task ends and cannot be resumed. Everything written to {{destination}} stays there. To go on later, pause it instead.',
      ok: 'Stop task',
    },
    release: {
      title: 'Release “{{name}}”?',
      body: 'The task gives back what it holds: its spool on this computer, its checkpoint at {{destination}} and its stored passwords. It cannot run again. Its history stays in the list.',
      ok: 'Release task',
    },
    delete: { title: 'Delete “{{name}}”?', body: 'The task and its history leave the list. Data at source and destination is not touched.', ok: 'Delete task' },
    ignore: {
      title: 'Start in spite of “{{item}}”?',
      body: 'Found: {{found}}. The task may start, and your choice is recorded with it.',
      ok: 'Ignore and check again',
    },
  },
  task: {
    updated: 'updated {{n}}', stale: 'no figures for {{n}}', other_process: 'Another process of Keyferry on this computer runs this task; what you do here is passed on to it.',
    demo: 'This is sample data: two servers on this computer, made for the demonstration. Ending it removes both.',
    not_found: 'This task cannot be shown', loading: 'The task is being read',
    ready: { title: 'Nothing has run yet', text: 'The task starts after its precheck has passed.' },
    stage: { precheck: 'Precheck', full: 'Full migration', incremental: 'Incremental', end: 'End', label: 'Stages', waiting: 'not yet', running: 'running', done: 'done' },
    figure: {
      lag: 'Lag', source_idle: 'source idle {{n}}', rate: 'Records/s', rate_sub: '{{in}} in, {{out}} out', keys: 'Keys',
      keys_sub: 'of {{total}} · {{skipped}} skipped', eta: '{{n}} left', retry: 'Retry window', retry_unused: 'not in use', retry_left: '{{n}} left',
      retry_next: 'next try in {{n}} · attempt {{attempts}}', retry_hold: 'waits as long as it takes', spool: 'Spool', spool_sub: 'stream kept on this disk',
      minutes: '{{n}} min', throttled: 'throttled to {{n}}',
    },
    chart: { lag: 'Lag', throughput: 'Throughput', seconds: 'seconds', records: 'records/s', range: 'Time shown', five_minutes: '5 m', hour: '1 h', none: 'No figures yet', summary: '{{label}}: now {{now}}, at most {{most}} in the time shown' },
    tab: { databases: 'Databases', events: 'Events', skipped: 'Skipped', settings: 'Settings' },
    databases: { database: 'Database', done: 'Keys done', skipped: 'Skipped', commands: 'Commands applied', none: 'No database has been seen yet.', name: 'db{{from}} → db{{to}}' },
    events: { at: 'Time', level: 'Level', what: 'What happened', none: 'Nothing has happened yet.', info: 'Info', warning: 'Warning', error: 'Error' },
    skipped: {
      reason: 'Reason', kind: 'What', count: 'Count', none: 'Nothing was skipped.', key: 'Keys of the snapshot', command: 'Commands of the stream',
      word: {
        expired: 'Expired before it was written', exists: 'Already at the destination', kept: 'Kept as it was at the destination',
        database_not_selected: 'Database not selected', not_selected: 'Database not selected', skip_commands: 'Command left out by the task',
      },
    },
    settings: {
      address: 'Address', account: 'Account', databases: 'Databases', stages: 'Stages', conflict: 'Keys already at the destination', limits: 'Limits',
      retry: 'Retry time', history: 'If the source’s history is lost', id: 'Task id', created: 'Created', unlimited: 'unlimited', unlimited_blank: 'Blank is unlimited.', default_account: 'default',
      history_hold: 'Wait for me', history_recopy: 'Copy everything again', offset: 'Applied offset', source_offset: 'Source offset',
    },
    error: {
      retrying: 'It lost a connection and is trying again', holding: 'It waits for something only you can mend', failed: 'The task has failed',
      waiting_for_credentials: 'A password is needed to go on',
      what: 'What', where: 'Where', next: 'What to do', code: 'Code',
      retry_plan: 'Attempt {{attempts}}. Next try in {{next}}; gives up in {{left}}.', hold_plan: 'Attempt {{attempts}}. Looks again in {{next}}, for as long as it takes.',
      kept: 'What was copied and received is kept; resuming goes on from there.',
    },
    credentials: { source: 'Source password', destination: 'Destination password', submit: 'Connect and resume', hint: 'Leave a field blank to keep what is stored. Passwords go to the system’s keychain.' },
    throttle: { title: 'Throttle', class: 'Instance class', records: 'Records a second', megabytes: 'MiB a second', blank: 'Blank is unlimited. It takes effect at once.' },
  },
};

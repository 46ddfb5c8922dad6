/** The frame, units, states: what every screen uses. */
export const common = {
  app: { name: 'Keyferry', navigation: 'Main', working: 'Loading…' },
  nav: { tasks: 'Data Migration', templates: 'Templates', settings: 'Settings', help: 'Help' },
  common: {
    cancel: 'Cancel', copy: 'Copy', copied: 'Copied', retry: 'Try again', open: 'Open', unknown: '—', back: 'Back',
    show_password: 'Show the password', hide_password: 'Hide the password', actions: 'Actions', more: 'More actions', apply: 'Apply',
    all: 'all', close: 'Close', type_name: 'Type <b>{{name}}</b> to confirm', type_name_hint: 'Its name, as it is written above',
  },
  theme: { label: 'Appearance', system: 'System', light: 'Light', dark: 'Dark' },
  unit: {
    ms: '{{n}} ms', s: '{{n}} s', m: '{{n}} m', ms_pair: '{{a}} m {{b}} s', h: '{{a}} h {{b}} m', hours: '{{n}} h', days: '{{n}} d', d: '{{a}} d {{b}} h',
    per_second: '{{n}}/s', now: 'now', ago: '{{n}} ago', percent: '{{n}} %', bytes: '{{n}} bytes',
  },
  environment: {
    label: 'Environment', unspecified: 'Unspecified', dev: 'Development', staging: 'Staging', production: 'Production',
    tag: { dev: 'DEV', staging: 'STAGING', production: 'PROD' },
  },
  side: { source: 'Source', destination: 'Destination', local: 'This computer' },
  state: {
    not_configured: 'Not configured', not_started: 'Not started', prechecking: 'Prechecking', precheck_failed: 'Precheck failed',
    precheck_passed: 'Ready to start', running: 'Running', retrying: 'Retrying', holding: 'Needs you',
    waiting_for_credentials: 'Needs a password', pausing: 'Pausing…', paused: 'Paused', stopping: 'Stopping…', stopped: 'Stopped',
    failed: 'Failed', finished: 'Finished', released: 'Released',
    full: 'Full migration', incremental: 'Incremental', caught_up: 'Incremental · caught up', starting: 'Starting',
  },
  pending: {
    pause: 'Pausing…', resume: 'Resuming…', stop: 'Stopping…', release: 'Releasing…', retry: 'Trying…', agree: 'Going on…', delete: 'Deleting…',
    start: 'Starting…', credentials: 'Connecting…', limits: 'Applying…', class: 'Applying…', alerts: 'Applying…', awake: 'Applying…', rename: 'Renaming…', duplicate: 'Duplicating…', end_demo: 'Cleaning up…',
  },
  /** What was tried, where it failed. */
  did: {
    pause: 'Pausing', resume: 'Resuming', stop: 'Stopping', release: 'Releasing', retry: 'Trying again', agree: 'Going on', delete: 'Deleting',
    credentials: 'Connecting', limits: 'Throttling', class: 'Changing the class', alerts: 'Changing the alerts', awake: 'Changing whether the computer stays awake', rename: 'Renaming', duplicate: 'Duplicating', end_demo: 'Ending the demonstration',
  },
  awake: {
    title: 'Keep this computer awake', hint: 'While this task runs here, the computer does not go to sleep by itself. The display may go dark.',
    held: 'It is kept awake now.', idle: 'While the task runs in this window.', unavailable: 'This desktop does not let itself be kept awake: while it sleeps the task stands still, and goes on when it wakes.',
  },
  rename: { title: 'Rename “{{name}}”', ok: 'Rename', name: 'Name', required: 'Enter a name.' },
  broken: { title: 'This screen cannot be shown', text: 'Something is wrong in this screen itself. Tasks go on meanwhile, and the other screens can be used.' },
  fatal: { title: 'The page cannot reach the program', text: 'Open Keyferry as an application; this page does nothing in a browser.' },
};

/** The frame, units, states: what every screen uses. */
export const common = {
  app: { name: 'Keyferry', navigation: 'Main', working: 'Loading…' },
  nav: { tasks: 'Data Migration', settings: 'Settings' },
  common: {
    cancel: 'Cancel', copy: 'Copy', copied: 'Copied', retry: 'Try again', open: 'Open', unknown: '—', back: 'Back',
    show_password: 'Show the password', hide_password: 'Hide the password', actions: 'Actions', more: 'More actions', apply: 'Apply',
    all: 'all',
  },
  theme: { label: 'Appearance', system: 'System', light: 'Light', dark: 'Dark' },
  unit: {
    ms: '{{n}} ms', s: '{{n}} s', m: '{{n}} m', ms_pair: '{{a}} m {{b}} s', h: '{{a}} h {{b}} m', d: '{{a}} d {{b}} h',
    per_second: '{{n}}/s', now: 'now', ago: '{{n}} ago', percent: '{{n}} %',
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
    pause: 'Pausing…', resume: 'Resuming…', stop: 'Stopping…', release: 'Releasing…', retry: 'Trying…', delete: 'Deleting…',
    start: 'Starting…', credentials: 'Connecting…', limits: 'Applying…', end_demo: 'Cleaning up…',
  },
  fatal: { title: 'The page cannot reach the program', text: 'Open Keyferry as an application; this page does nothing in a browser.' },
};

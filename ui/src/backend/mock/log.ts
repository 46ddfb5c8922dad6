import type { LogFilter, LogLevel, LogLine, LogPage, TaskDetails, TaskEvent } from '../../bindings';

/** As many as the program gives at once. */
const LINES = 200;

const LEVELS: LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];
const LEVEL_OF: Record<TaskEvent['level'], LogLevel> = { info: 'info', warning: 'warn', error: 'error' };

/** What an event says in the log. */
export function logLine(event: TaskEvent, position: number): LogLine {
  return { position, at: event.at, level: LEVEL_OF[event.level], target: 'keyferry_engine::task::figures', message: event.message, fields: `code=${event.code}` };
}

/** What a link says each time that it breaks. */
function broken(at: number, attempt: number): Omit<LogLine, 'position'>[] {
  const line = (ms: number, level: LogLevel, target: string, message: string, fields = '') =>
    ({ at: new Date(at + ms).toISOString(), level, target: `keyferry_engine::${target}`, message, fields });
  return [
    line(0, 'warn', 'task::figures', 'the source has closed the connection', 'code=connection_lost'),
    line(1, 'info', 'task::retry', 'it is tried again', `code=connection_lost side=source attempt=${attempt}`),
    line(212, 'info', 'source::link', 'the source has taken the link', 'address=catalog.internal:6379 peer=10.2.0.31:6379'),
    line(219, 'info', 'source::link', `PSYNC 8f1d0c6b2a5e4f7791b3c2d4e5f60718293a4b5c ${88_120_000_000 + attempt * 61_440} is answered: +CONTINUE`),
    line(220, 'info', 'task::figures', 'the source is connected again', 'code=reconnected'),
  ];
}

/** What a task's log would look like; one that never ran has none. */
export function logOf({ summary, events }: TaskDetails): LogLine[] {
  if (summary.report.detail.stages.length === 0) return [];
  const told = events.map((event) => logLine(event, 0));
  // Over the last days, now and then.
  const breaks = Array.from({ length: 50 }, (_, at) => broken(Date.now() - (50 - at) * 3_600_000, at + 1)).flat();
  return [...told, ...(summary.id.endsWith('catalog') ? breaks : [])]
    .sort((a, b) => a.at.localeCompare(b.at))
    .map((line, at) => ({ ...line, position: at * 100 }));
}

export function logPage(all: LogLine[], { least, text }: LogFilter, before = Infinity): LogPage {
  const words = text.trim().toLowerCase();
  const wanted = all.filter((line) =>
    line.position < before && LEVELS.indexOf(line.level) >= LEVELS.indexOf(least)
    && `${line.message}\n${line.fields}\n${line.target}`.toLowerCase().includes(words));
  const lines = wanted.slice(-LINES);
  return { lines, before: wanted.length > lines.length ? (lines[0]?.position ?? null) : null };
}

export function logText(lines: LogLine[]): string {
  return lines.map(({ at, level, target, message, fields }) => `${at} ${level.toUpperCase()} ${target}: ${message}\t${fields}\n`).join('');
}

/** A command that a stream can carry, as the dialog knows it. */
export interface Command {
  name: string;
  group: string;
  /** One of the 72 of the reference. */
  classic: boolean;
  /** Names under which this source's version sends it; its own alone is left out. */
  arrivesAs: string[];
  /** Must move: what holds the stream together. */
  locked: boolean;
  /** Cannot be told from others in the stream, so it moves with them. */
  indistinct: boolean;
}

/** Whether the user can choose it. */
export const isFree = (command: Command) => !command.locked && !command.indistinct;

export type Preset = 'all' | 'no_flush' | 'no_scripts';
export const PRESETS: Preset[] = ['all', 'no_flush', 'no_scripts'];

const FLUSH = /^FLUSH/;
const SCRIPTS = /^(EVAL|EVALSHA|FCALL|FUNCTION|SCRIPT)\b/;

/** Names that a preset leaves behind. */
export function skippedBy(preset: Preset, commands: Command[]): string[] {
  if (preset === 'all') return [];
  const pattern = preset === 'no_flush' ? FLUSH : SCRIPTS;
  return commands.filter((command) => isFree(command) && pattern.test(command.name)).map(({ name }) => name);
}

export type Ticks = 'all' | 'some' | 'none';

/** The state of the box above `commands`. */
export function ticksOf(commands: Command[], skipped: ReadonlySet<string>): Ticks {
  const moving = commands.filter(({ name }) => !skipped.has(name)).length;
  return moving === commands.length ? 'all' : moving === 0 ? 'none' : 'some';
}

/** `skipped` with `commands` all moving or, as far as they can be chosen, all left behind. */
export function setAll(commands: Command[], skipped: ReadonlySet<string>, moving: boolean): Set<string> {
  const next = new Set(skipped);
  for (const command of commands) {
    if (moving) next.delete(command.name);
    else if (isFree(command)) next.add(command.name);
  }
  return next;
}

/** By group, in the catalogue's order; empty groups are gone. */
export function grouped(commands: Command[], query: string): [string, Command[]][] {
  const wanted = query.trim().toUpperCase();
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    if (!command.name.includes(wanted) && !command.arrivesAs.some((name) => name.includes(wanted))) continue;
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  return [...groups];
}

export function sameNames(a: Iterable<string>, b: Iterable<string>): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
}

import { LockOutlined } from '@ant-design/icons';
import { Checkbox, Tooltip } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import { testIds } from '../../../../shared/testIds';

import { type Command, isFree, ticksOf } from './model';

interface Props {
  group: string;
  commands: Command[];
  skipped: ReadonlySet<string>;
  onGroup: (moving: boolean) => void;
  onToggle: (command: Command) => void;
}

/** Commands of one kind, below a box that stands for all of them. */
export function CommandGroup({ group, commands, skipped, onGroup, onToggle }: Props) {
  const { t } = useTranslation();
  const ticks = ticksOf(commands, skipped);
  const name = groupName(t, group);
  return (
    <section className="command-group" aria-label={name}>
      <Checkbox checked={ticks === 'all'} indeterminate={ticks === 'some'} disabled={!commands.some(isFree)} data-testid={testIds.commandGroup(group)} onChange={() => onGroup(ticks !== 'all')}>
        <strong>{name}</strong> <span className="quiet">{t('commands.count', { n: commands.filter((command) => !skipped.has(command.name)).length, all: commands.length })}</span>
      </Checkbox>
      <ul>
        {commands.map((command) => (
          <li key={command.name}>
            <CommandBox command={command} skipped={skipped.has(command.name)} onToggle={() => onToggle(command)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function CommandBox({ command, skipped, onToggle }: { command: Command; skipped: boolean; onToggle: () => void }) {
  const { t } = useTranslation();
  const why = command.locked ? t('commands.locked') : command.indistinct ? t('commands.indistinct') : '';
  const box = (
    <Checkbox checked={!skipped} disabled={!isFree(command)} data-testid={testIds.command(command.name)} onChange={onToggle}>
      <code>{command.name}</code>
      {command.locked ? <LockOutlined aria-hidden className="command-lock" /> : null}
      {command.classic ? null : <span className="command-newer">{t('commands.newer')}</span>}
      {command.arrivesAs.length > 0 ? <span className="quiet block">{t('commands.arrives', { names: command.arrivesAs.join(t('endpoint.list_separator')) })}</span> : null}
      {why ? <span className="sr-only">{why}</span> : null}
    </Checkbox>
  );
  return why ? <Tooltip title={why}>{box}</Tooltip> : box;
}

/** The catalogue may get groups that this page has no word for. */
function groupName(t: TFunction, group: string): string {
  return t(`commands.group.${group}` as 'commands.group.string', { defaultValue: group.replaceAll('_', ' ') });
}

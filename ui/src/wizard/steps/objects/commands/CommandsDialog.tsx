import { SearchOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, Modal, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { identify } from '../../../../shared/identify';
import { Problem } from '../../../../shared/Problem';
import { testIds } from '../../../../shared/testIds';
import type { Opening } from '../../../../shared/useOpening';

import { CommandGroup } from './CommandGroup';
import { type Command, grouped, isFree, PRESETS, sameNames, setAll, skippedBy, ticksOf } from './model';
import type { Catalogue } from './useCatalogue';

interface Props {
  /** The database's number. */
  opening: Opening<number> | null;
  version: string | null;
  catalogue: Catalogue;
  skipped: string[];
  /** How many other databases are selected. */
  others: number;
  onClose: () => void;
  onSave: (skipped: string[], everywhere: boolean) => void;
}

/** Which commands of a database's stream move. */
export function CommandsDialog(props: Props) {
  return props.opening === null ? null : <Dialog key={props.opening.number} {...props} database={props.opening.about} />;
}

function Dialog({ database, version, catalogue, skipped, others, onClose, onSave }: Omit<Props, 'opening'> & { database: number }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(true);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(skipped));
  const [everywhere, setEverywhere] = useState(false);
  const { commands, error, retry } = catalogue;

  const save = () => {
    onSave([...chosen].sort(), everywhere);
    setOpen(false);
  };
  return (
    <Modal
      open={open}
      title={t('commands.title', { n: database })}
      width={820}
      centered
      mask={{ closable: false }}
      okText={t('template.ok')}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: commands === null, ...identify(testIds.commandsOk) }}
      onCancel={() => setOpen(false)}
      onOk={save}
      afterClose={onClose}
      footer={(_, { OkBtn, CancelBtn }) => (
        <div className="commands-foot">
          <Checkbox checked={everywhere} disabled={others === 0} data-testid={testIds.commandsEverywhere} onChange={(event) => setEverywhere(event.target.checked)}>
            {t('commands.everywhere', { count: others + 1 })}
          </Checkbox>
          <span className="spring" />
          <CancelBtn />
          <OkBtn />
        </div>
      )}
    >
      {error ? <Problem title={t('commands.error')} error={error} action={<Button onClick={retry}>{t('common.retry')}</Button>} /> : null}
      {commands === null ? (error ? null : <Skeleton active paragraph={{ rows: 6 }} />) : <Chooser commands={commands} version={version} chosen={chosen} onChange={setChosen} />}
    </Modal>
  );
}

interface ChooserProps {
  commands: Command[];
  version: string | null;
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

function Chooser({ commands, version, chosen, onChange }: ChooserProps) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const groups = grouped(commands, query);
  const ticks = ticksOf(commands, chosen);
  return (
    <div className="commands" data-testid={testIds.commandsDialog}>
      <div className="commands-head">
        <Checkbox checked={ticks === 'all'} indeterminate={ticks === 'some'} data-testid={testIds.commandsAll} onChange={() => onChange(setAll(commands, chosen, ticks !== 'all'))}>
          {t('commands.moving', { n: commands.length - chosen.size, all: commands.length })}
        </Checkbox>
        <span className="spring" />
        {PRESETS.map((preset) => (
          <Button key={preset} size="small" aria-pressed={sameNames(chosen, skippedBy(preset, commands))} className={sameNames(chosen, skippedBy(preset, commands)) ? 'is-pressed' : ''} data-testid={testIds.commandsPreset(preset)} onClick={() => onChange(new Set(skippedBy(preset, commands)))}>
            {t(`commands.preset.${preset}`)}
          </Button>
        ))}
        <Input
          className="object-search"
          size="small"
          autoFocus
          allowClear
          prefix={<SearchOutlined aria-hidden />}
          aria-label={t('commands.search')}
          placeholder={t('commands.search')}
          value={query}
          data-testid={testIds.commandsSearch}
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      <p className="quiet">{version === null ? t('commands.about') : t('commands.about_version', { version })}</p>
      <div className="commands-groups">
        {groups.map(([group, list]) => (
          <CommandGroup
            key={group}
            group={group}
            commands={list}
            skipped={chosen}
            onGroup={(moving) => onChange(setAll(list, chosen, moving))}
            onToggle={(command) => {
              if (isFree(command)) onChange(setAll([command], chosen, chosen.has(command.name)));
            }}
          />
        ))}
        {groups.length === 0 ? <p className="quiet nothing">{t('commands.no_match', { query: query.trim() })}</p> : null}
      </div>
    </div>
  );
}

import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { testIds } from '../../../shared/testIds';
import { useOpening } from '../../../shared/useOpening';
import { useSession } from '../../session';

import { CommandsDialog } from './commands/CommandsDialog';
import { useCatalogue } from './commands/useCatalogue';
import { databasesOf, select } from './databases';
import { DualList } from './DualList';

/** Which databases move, and which of their commands. */
export function ObjectsField() {
  const { t } = useTranslation();
  const { values, edit, errors, tester } = useSession();
  const server = tester.tests.source?.report?.server ?? null;
  // A Valkey's numbers go their own way: 8.1 of one is not 8.1 of the other.
  const version = server ? `${server.product} ${server.version}` : null;
  const catalogue = useCatalogue(version);
  const [opening, open, closed] = useOpening<number>();
  const commandsOf = opening?.about ?? null;
  const all = databasesOf(server, values.databases);
  const selected = values.databases ?? all.map(({ number }) => number);
  const total = catalogue.commands?.length ?? null;
  const skipped = (number: number) => values.skipIn[String(number)]?.length ?? 0;
  const problem = errors.databases ?? errors.map_databases ?? errors.skip_commands_in;

  return (
    <section className="card objects" aria-labelledby="objects-title" id="databases" tabIndex={-1}>
      <header>
        <h3 id="objects-title">{t('objects.select')}</h3>
        <span className="quiet">{t('objects.select_note')}</span>
      </header>
      <DualList
        all={all}
        selected={selected}
        onChange={(next) => edit({ databases: select(all, next) }, 'databases')}
        onMenu={open}
        renderEnd={({ number }, tabbable) => (
          <Button type="text" size="small" className="commands-button" tabIndex={tabbable ? 0 : -1} data-testid={testIds.commands(number)} onClick={() => open(number)}>
            {total === null ? t('objects.commands_button') : t('objects.commands_of', { n: total - skipped(number), all: total })}
          </Button>
        )}
      />
      <p className="quiet">{values.databases === null ? t('objects.all_note') : t('objects.commands_hint')}</p>
      {problem ? <div className="field-error" data-testid={testIds.fieldError('databases')}>{problem}</div> : null}
      <CommandsDialog
        opening={opening}
        version={version}
        catalogue={catalogue}
        skipped={commandsOf === null ? [] : (values.skipIn[String(commandsOf)] ?? [])}
        others={selected.filter((number) => number !== commandsOf).length}
        onClose={closed}
        onSave={(names, everywhere) => {
          const databases = everywhere ? selected : commandsOf === null ? [] : [commandsOf];
          const changed = Object.fromEntries([...Object.entries(values.skipIn).filter(([number]) => !databases.includes(Number(number))), ...databases.map((number) => [String(number), names] as const)].filter(([, list]) => list.length > 0));
          edit({ skipIn: changed }, 'skip_commands_in');
        }}
      />
    </section>
  );
}

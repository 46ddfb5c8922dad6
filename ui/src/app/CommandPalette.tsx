import { SearchOutlined } from '@ant-design/icons';
import { Modal } from 'antd';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { testIds } from '../shared/testIds';

import { type Command, useCommands } from './useCommands';

/** As many as can be looked over. */
const SHOWN_MAX = 40;

/** Everything there is to do, found by typing. */
export function CommandPalette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const { t } = useTranslation();
  const commands = useCommands(onHelp);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    return commands.filter((command) => words.every((word) => command.text.includes(word))).slice(0, SHOWN_MAX);
  }, [commands, query]);
  const chosen = Math.min(at, found.length - 1);

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, found]);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt((chosen + step + found.length) % Math.max(found.length, 1));
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      run(found[chosen]);
    }
  };

  return (
    <Modal open className="palette" closable={false} footer={null} width={560} style={{ top: 90 }} onCancel={onClose} aria-label={t('command.title')}>
      <div className="palette-field">
        <SearchOutlined aria-hidden />
        <input
          autoFocus
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-activedescendant={found[chosen] ? `palette-${found[chosen].id}` : undefined}
          aria-label={t('command.hint')}
          placeholder={t('command.hint')}
          value={query}
          spellCheck={false}
          autoComplete="off"
          data-testid={testIds.paletteInput}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKey}
        />
        <kbd>Esc</kbd>
      </div>
      {found.length === 0 ? <p className="nothing quiet" role="status">{t('command.none', { query })}</p> : null}
      <div className="palette-list" id="palette-list" role="listbox" aria-label={t('command.title')} ref={list} tabIndex={-1}>
        {found.map((command, i) => (
          <div
            key={command.id}
            id={`palette-${command.id}`}
            role="option"
            aria-selected={i === chosen}
            className={i === chosen ? 'palette-option is-chosen' : 'palette-option'}
            data-testid={testIds.paletteOption(command.id)}
            onMouseMove={() => setAt(i)}
            onClick={() => run(command)}
          >
            <command.icon aria-hidden />
            <span className="palette-name">{command.name}</span>
            {command.detail ? <span className="quiet palette-detail">{command.detail}</span> : null}
            <span className="spring" />
            {command.keys ? <kbd>{command.keys}</kbd> : <span className="quiet">{t(`command.group.${command.group}`)}</span>}
          </div>
        ))}
      </div>
    </Modal>
  );
}

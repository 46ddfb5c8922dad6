import { SearchOutlined } from '@ant-design/icons';
import { Checkbox, Input } from 'antd';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../../../shared/format';
import { testIds } from '../../../shared/testIds';

import type { Database } from './databases';

interface Props {
  id: 'source' | 'selected';
  title: string;
  objects: Database[];
  ticked: number[];
  /** Said where there is nothing. */
  empty: string;
  onTick: (ticked: number[]) => void;
  /** Moves what is ticked to the other list, or the one with the focus where nothing is. */
  onMove: (active: number) => void;
  moveKey: 'ArrowLeft' | 'ArrowRight';
  onMenu?: (database: number) => void;
  renderEnd?: (database: Database, tabbable: boolean) => ReactNode;
}

/** One half of the dual list: one stop of the tab key, arrows within. */
export function ObjectList({ id, title, objects, ticked, empty, onTick, onMove, moveKey, onMenu, renderEnd }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState<number | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const found = objects.filter(({ number }) => `db${number}`.includes(query.trim().toLowerCase()));
  const current = found.some(({ number }) => number === active) ? active : (found[0]?.number ?? null);
  const shownTicked = found.filter(({ number }) => ticked.includes(number)).length;
  const toggle = (number: number) => onTick(ticked.includes(number) ? ticked.filter((each) => each !== number) : [...ticked, number]);

  const focus = (index: number) => {
    const next = found[Math.max(0, Math.min(found.length - 1, index))];
    if (!next) return;
    setActive(next.number);
    list.current?.querySelector<HTMLInputElement>(`[data-number="${next.number}"] input`)?.focus();
  };
  const keys = (event: KeyboardEvent<HTMLUListElement>) => {
    const row = (event.target as Element).closest<HTMLElement>('[data-number]');
    if (!row) return;
    const number = Number(row.dataset.number);
    const at = found.findIndex((each) => each.number === number);
    if (event.altKey) return;
    if (event.key === 'ArrowDown') focus(at + 1);
    else if (event.key === 'ArrowUp') focus(at - 1);
    else if (event.key === 'Home') focus(0);
    else if (event.key === 'End') focus(found.length - 1);
    else if (event.key === moveKey) {
      onMove(number);
      // The row goes; its neighbour has the focus then.
      focus(at + 1 < found.length ? at + 1 : at - 1);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) onTick(objects.map((each) => each.number));
    else if (onMenu && (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey))) onMenu(number);
    else return;
    event.preventDefault();
  };

  return (
    <section className="object-list" aria-labelledby={`objects-${id}`} data-testid={testIds.objects(id)}>
      <header>
        <Checkbox
          checked={found.length > 0 && shownTicked === found.length}
          indeterminate={shownTicked > 0 && shownTicked < found.length}
          disabled={found.length === 0}
          aria-label={t('objects.select_all', { list: title })}
          data-testid={testIds.objectsAll(id)}
          onChange={(event) => onTick(event.target.checked ? [...new Set([...ticked, ...found.map(({ number }) => number)])] : ticked.filter((number) => !found.some((each) => each.number === number)))}
        />
        <h4 id={`objects-${id}`}>{title}</h4>
        <span className="quiet">{shownTicked > 0 ? t('objects.ticked', { n: shownTicked, all: objects.length }) : format.count(objects.length)}</span>
        <span className="spring" />
        <Input
          size="small"
          className="object-search"
          prefix={<SearchOutlined aria-hidden />}
          allowClear
          value={query}
          aria-label={t('objects.search', { list: title })}
          placeholder={t('objects.search_hint')}
          data-testid={testIds.objectsSearch(id)}
          onChange={(event) => setQuery(event.target.value)}
          onPressEnter={(event) => event.preventDefault()}
        />
      </header>
      <ul ref={list} onKeyDown={keys} aria-labelledby={`objects-${id}`}>
        {found.map((database) => {
          const { number, keys: count } = database;
          const tabbable = number === current;
          return (
            <li
              key={number}
              data-number={number}
              data-testid={testIds.database(number)}
              className={ticked.includes(number) ? 'is-ticked' : ''}
              onFocus={() => setActive(number)}
              onContextMenu={(event) => {
                if (!onMenu) return;
                event.preventDefault();
                onMenu(number);
              }}
            >
              <Checkbox checked={ticked.includes(number)} tabIndex={tabbable ? 0 : -1} onChange={() => toggle(number)}>
                <span className="object-name">{t('create.database', { n: number })}</span>
                <span className="object-keys quiet">{count === null ? t('common.unknown') : count === 0 ? t('objects.empty') : t('objects.keys', { keys: format.count(count), count })}</span>
              </Checkbox>
              {renderEnd?.(database, tabbable)}
            </li>
          );
        })}
        {found.length === 0 ? <li className="object-none quiet">{objects.length === 0 ? empty : t('objects.no_match', { query: query.trim() })}</li> : null}
      </ul>
    </section>
  );
}

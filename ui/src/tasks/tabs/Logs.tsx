import { CheckOutlined, CopyOutlined, VerticalAlignBottomOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { LogLine } from '../../bindings';
import { ListSkeleton } from '../../shared/ListSkeleton';
import { Problem } from '../../shared/Problem';
import { SearchField } from '../../shared/SearchField';
import { testIds } from '../../shared/testIds';

import { LevelFilter } from './LevelFilter';
import { Nothing } from './Nothing';
import { useLog } from './useLog';

const LEVELS = [['trace', 'info'], ['warn', 'warning'], ['error', 'error']] as const;
/** Nobody types a word faster than this. */
const TYPING_MS = 250;
/** So near to its end somebody looks at the end. */
const NEAR_PX = 24;

/** `text`, once it has stayed the same for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** What the engine said while the task ran, as a terminal shows it: the newest at the end. */
export function Logs({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  const [least, setLeast] = useState<(typeof LEVELS)[number][0]>('trace');
  const [query, setQuery] = useState('');
  const text = useSettled(query);
  const { lines, asking, error, older } = useLog(id, { least, text });
  const [copied, setCopied] = useState(false);
  const narrowed = least !== 'trace' || text.trim() !== '';
  return (
    <>
      <div className="tab-bar log-bar">
        <LevelFilter name="log-level" label={t('task.log.filter')} levels={LEVELS} least={least} testId={testIds.logLevel} onChange={setLeast} />
        <SearchField label={t('task.log.search')} placeholder={t('task.log.search_hint')} value={query} testId={testIds.logSearch} onChange={setQuery} />
        <span className="spring" />
        <Button
          icon={copied ? <CheckOutlined /> : <CopyOutlined />}
          disabled={!lines || lines.length === 0}
          data-testid={testIds.logCopy}
          onClick={() => void navigator.clipboard.writeText((lines ?? []).map(asText).join('')).then(() => setCopied(true))}
          onBlur={() => setCopied(false)}
        >
          {copied ? t('common.copied') : t('common.copy')}
        </Button>
      </div>
      {error ? <Problem title={t('task.log.unreadable')} error={error} /> : null}
      {lines === null ? (error ? null : <ListSkeleton label={t('task.log.loading')} />) : lines.length === 0 ? (
        <Nothing>{t(narrowed ? 'task.log.none_such' : 'task.log.none')}</Nothing>
      ) : (
        <Lines label={t('task.log.label', { name })} lines={lines} asking={asking} older={older} />
      )}
      <p className="quiet log-caption">{t('task.log.caption')}</p>
    </>
  );
}

interface LinesProps {
  label: string;
  lines: LogLine[];
  asking: boolean;
  older: (() => void) | null;
}

function Lines({ label, lines, asking, older }: LinesProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  /** Whoever looks at the end goes on to look at it. */
  const [follows, setFollows] = useState(true);
  const first = lines[0]?.position ?? 0;
  const last = lines.at(-1)?.position ?? 0;
  /** How much was below what was seen when older lines came. */
  const below = useRef<{ first: number; height: number }>({ first, height: 0 });

  useLayoutEffect(() => {
    const held = box.current;
    if (!held) return;
    if (follows) held.scrollTop = held.scrollHeight;
    // What was read stays where it was.
    else if (first < below.current.first) held.scrollTop += held.scrollHeight - below.current.height;
    below.current = { first, height: held.scrollHeight };
  }, [follows, first, last]);

  return (
    <div className="log-frame">
      <div
        ref={box}
        className="log"
        tabIndex={0}
        role="region"
        aria-label={label}
        data-testid={testIds.logLines}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => setFollows(scrollHeight - scrollTop - clientHeight < NEAR_PX)}
      >
        {older ? <Button size="small" className="log-older" loading={asking} data-testid={testIds.logOlder} onClick={older}>{t('task.log.older')}</Button> : null}
        {lines.map((line) => <Line key={line.position} line={line} />)}
      </div>
      {follows ? null : (
        <Button className="log-newest" size="small" icon={<VerticalAlignBottomOutlined />} data-testid={testIds.logNewest} onClick={() => setFollows(true)}>
          {t('task.log.newest')}
        </Button>
      )}
    </div>
  );
}

function Line({ line: { at, level, target, message, fields } }: { line: LogLine }) {
  return (
    <p className={`log-line is-${level}`} data-testid={testIds.logLine}>
      <span className="log-at" title={at}>{clock(at)}</span> <span className="log-level">{level.toUpperCase().padEnd(5)}</span>{' '}
      <span className="log-target" title={target}>{target.replace(/^keyferry_/, '')}</span> {message} {fields === '' ? null : <span className="log-fields">{fields}</span>}
    </p>
  );
}

/** `2026-11-26 10:43:47.123`, as this computer's clock shows it: the logs of servers have it so. */
function clock(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  const two = (n: number, digits = 2) => String(n).padStart(digits, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${two(time.getMilliseconds(), 3)}`;
}

function asText({ at, level, target, message, fields }: LogLine): string {
  return `${at} ${level.toUpperCase()} ${target}: ${message}${fields === '' ? '' : ` ${fields}`}\n`;
}

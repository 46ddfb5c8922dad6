import { CheckOutlined, CloseOutlined, ExclamationOutlined, MinusOutlined, QuestionOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { type ComponentType, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, ItemReport, PrecheckReport, VerdictKind } from '../bindings';
import { ConfirmDialog, type Question } from '../shared/ConfirmDialog';
import { CopyableCommand } from '../shared/CopyableCommand';
import { useFormat } from '../shared/format';
import { Pill, type Tone } from '../shared/Pill';
import { Problem } from '../shared/Problem';
import { ProgressBar } from '../shared/ProgressBar';
import { go } from '../shared/route';
import { testIds } from '../shared/testIds';

const TONES: Record<VerdictKind, Tone> = { passed: 'good', warning: 'attention', failed: 'bad', ignored: 'idle', could_not_check: 'attention' };
const ICONS: Record<VerdictKind, ComponentType> = {
  passed: CheckOutlined, warning: ExclamationOutlined, failed: CloseOutlined, ignored: MinusOutlined, could_not_check: QuestionOutlined,
};
/** What needs a person comes first. */
const ORDER: VerdictKind[] = ['failed', 'could_not_check', 'warning', 'ignored', 'passed'];

interface Props {
  id: string;
  name: string;
  /** The stored result, where nothing changed since; otherwise it looks at once. */
  known: PrecheckReport | null;
  ignored: string[];
  onIgnored: (checks: string[]) => void;
  onBack: () => void;
  onStarted: () => void;
}

export function Precheck({ id, name, known, ignored, onIgnored, onBack, onStarted }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const backend = useBackend();
  const [items, setItems] = useState<ItemReport[]>(known?.items ?? []);
  const [running, setRunning] = useState(known === null);
  const [starting, setStarting] = useState(false);
  const [failed, setFailed] = useState<CommandError | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const begun = useRef(known !== null);

  const look = useCallback(async () => {
    try {
      const report = await backend.runPrecheck(id, `precheck ${id}`, (item) => setItems((before) => [...before.filter((each) => each.id !== item.id), item]));
      setItems(report.items);
    } catch (reason) {
      setFailed(asCommandError(reason));
    } finally {
      setRunning(false);
    }
  }, [backend, id]);

  const again = () => {
    setItems([]);
    setFailed(null);
    setRunning(true);
    void look();
  };

  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void look();
  }, [look]);

  const ignore = (item: ItemReport) =>
    setQuestion({
      title: t('confirm.ignore.title', { item: itemName(t, item.id) }),
      body: t('confirm.ignore.body', { found: item.found }),
      ok: t('confirm.ignore.ok'),
      danger: false,
      onOk: () => {
        const checks = [...new Set([...ignored, item.id])];
        backend.ignoreChecks(id, checks, null).then(
          () => {
            onIgnored(checks);
            again();
          },
          (reason: unknown) => setFailed(asCommandError(reason)),
        );
      },
    });

  const start = () => {
    setStarting(true);
    setFailed(null);
    backend.startTask(id, { terms_accepted: true, typed_name: null }).then(
      () => {
        onStarted();
        go({ screen: 'task', id });
      },
      (reason: unknown) => {
        setFailed(asCommandError(reason));
        setStarting(false);
      },
    );
  };

  const count = (verdict: VerdictKind) => items.filter((item) => item.verdict === verdict).length;
  const fraction = items.length === 0 ? null : 1 - (count('failed') + count('could_not_check')) / items.length;
  const blocked = count('failed') > 0;
  const sorted = running ? items : [...items].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  const counted = ORDER.filter((verdict) => count(verdict) > 0).map((verdict) => `${format.count(count(verdict))} ${t(`precheck.${verdict}`)}`);

  return (
    <div className="create">
      <header className="page-head">
        <h1>{t('precheck.title')}</h1>
        <span className="quiet">{name}</span>
        <span className="spring" />
        <Button loading={running} data-testid={testIds.precheckAgain} onClick={again}>{t('precheck.again')}</Button>
      </header>
      {failed ? <Problem title={t('precheck.error')} message={failed.message} remedy={failed.remedy} code={failed.code} data-testid={testIds.createError} /> : null}
      <div className="card precheck-rate">
        <span className="quiet">{t('precheck.rate_label')}</span>
        <ProgressBar fraction={fraction} label={t('precheck.rate_label')} />
        <strong data-testid={testIds.precheckRate}>{fraction === null ? t('common.unknown') : format.percent(fraction)}</strong>
        <span className="quiet" role="status">{running ? t('precheck.running') : counted.join(' · ')}</span>
      </div>
      {items.length > 0 ? (
        <ul className="card precheck-items">
          {sorted.map((item) => <Item key={item.id} item={item} onIgnore={() => ignore(item)} disabled={running} />)}
        </ul>
      ) : null}
      <footer className="create-foot">
        <Button data-testid={testIds.precheckBack} disabled={starting} onClick={onBack}>{t('precheck.back')}</Button>
        <span className="spring" />
        <span className="quiet">{running || items.length === 0 ? null : blocked ? t('precheck.blocked') : t('precheck.ready')}</span>
        <Button
          type="primary"
          size="large"
          loading={starting}
          disabled={running || blocked || items.length === 0}
          data-testid={testIds.startTask}
          onClick={start}
        >
          {starting ? t('pending.start') : t('precheck.start')}
        </Button>
      </footer>
      <ConfirmDialog question={question} onClose={() => setQuestion(null)} />
    </div>
  );
}

/** The backend's list of items may grow before this page's does. */
function itemName(t: TFunction, id: string): string {
  const plain = id.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());
  return t(`precheck.item.${id}` as 'precheck.item.memory', { defaultValue: plain });
}

/** Whether a remedy is a line for `redis-cli` rather than words. */
export function isCommand(fix: string): boolean {
  return /^[A-Z]{2,}( [A-Z]{2,})? \S/.test(fix) && !fix.endsWith('.');
}

function Item({ item, onIgnore, disabled }: { item: ItemReport; onIgnore: () => void; disabled: boolean }) {
  const { t } = useTranslation();
  const Icon = ICONS[item.verdict];
  return (
    <li data-testid={testIds.precheckItem(item.id)} data-verdict={item.verdict}>
      <Pill tone={TONES[item.verdict]} icon={<Icon aria-hidden />} data-testid={testIds.precheckVerdict(item.id)}>
        {t(`precheck.verdict.${item.verdict}`)}
      </Pill>
      <div className="precheck-text">
        <strong>{itemName(t, item.id)}</strong>
        {item.verdict === 'passed' ? (
          <span className="quiet">{item.found}</span>
        ) : (
          <dl className="pairs">
            <dt>{t('precheck.found')}</dt>
            <dd className="breakable">{item.found}</dd>
            <dt>{t('precheck.expected')}</dt>
            <dd>{item.expected}</dd>
            {item.fix ? (
              <>
                <dt>{t('precheck.fix')}</dt>
                <dd>{isCommand(item.fix) ? <CopyableCommand text={item.fix} /> : item.fix}</dd>
              </>
            ) : null}
          </dl>
        )}
      </div>
      {item.verdict === 'failed' && item.ignorable ? (
        <Button disabled={disabled} data-testid={testIds.ignore(item.id)} onClick={onIgnore}>{t('precheck.ignore')}</Button>
      ) : null}
    </li>
  );
}

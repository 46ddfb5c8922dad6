import { CheckOutlined, CloseOutlined, LoadingOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import type { ConnectivityStage, ServerSummary } from '../bindings';
import { CopyableCommand } from '../shared/CopyableCommand';
import { useFormat } from '../shared/format';
import { sayError, sayPhrase } from '../shared/phrases';
import { Problem } from '../shared/Problem';
import { testIds } from '../shared/testIds';

import type { FormSide } from './connection';
import type { ConnectivityTest } from './useConnectivity';

const STAGES: ConnectivityStage[] = ['dns', 'tcp', 'auth', 'ping', 'info', 'permission'];
/** A socket has neither a name to look up nor a port. */
const stagesOf = (unix: boolean) => (unix ? STAGES.filter((stage) => stage !== 'dns') : STAGES);

interface Props {
  id: string;
  side: FormSide;
  test: ConnectivityTest;
  /** Whether a socket is tested. */
  unix: boolean;
  /** Whether the fields were changed since. */
  outdated: boolean;
  onCancel: () => void;
}

/** The stages as they tick off, then what was found. */
export function ConnectivityResult({ id, side, test, unix, outdated, onCancel }: Props) {
  const { t } = useTranslation();
  const { report, error, running, passed } = test;
  if (error) return <Problem title={t('endpoint.test.error')} error={error} data-testid={testIds.result(id)} />;

  const stages = stagesOf(unix);
  const failed = report?.failed;
  const verdict = running ? 'running' : outdated ? 'outdated' : failed ? 'bad' : 'good';
  return (
    <div className={`result is-${verdict}`} data-testid={testIds.result(id)} data-verdict={verdict}>
      {running || !report ? (
        <header>
          <LoadingOutlined aria-hidden />
          <strong>{t('endpoint.test.running')}</strong>
          <span className="spring" />
          <Button size="small" data-testid={testIds.testCancel(id)} onClick={onCancel}>{t('common.cancel')}</Button>
        </header>
      ) : (
        <header>
          {failed ? <CloseOutlined aria-hidden /> : <CheckOutlined aria-hidden />}
          <strong>{failed ? failing(failed.stage) : t('endpoint.test.reachable')}</strong>
          <span className="spring" />
          <span className="quiet">
            {outdated
              ? t('endpoint.test.outdated')
              : failed
                ? t('endpoint.test.stage_at', { n: stages.indexOf(failed.stage) + 1, all: stages.length, stage: t(`endpoint.test.stage.${failed.stage}`) })
                : t('endpoint.test.stages_of', { done: report.passed.length, all: report.passed.length })}
          </span>
        </header>
      )}
      {running || failed ? <Stages stages={stages} passed={passed} failed={failed?.stage} /> : null}
      {failed && !running ? (
        <>
          {/* An error's meaning by itself is what the head says already. */}
          {failed.cause.key.startsWith('cause.') ? <p>{sayPhrase(t, failed.cause, '')}</p> : null}
          <p className="breakable quiet">{sayError(t, failed.error)}</p>
          <p>{sayPhrase(t, failed.remedy, failed.error.remedy)}</p>
        </>
      ) : null}
      {report?.fix && !running ? <CopyableCommand text={report.fix} /> : null}
      {report?.server && !failed ? <Server server={report.server} /> : null}
    </div>
  );

  function failing(stage: ConnectivityStage): string {
    return stage === 'permission' ? t(`endpoint.test.failing.permission_${side}`) : t(`endpoint.test.failing.${stage}`);
  }
}

function Stages({ stages, passed, failed }: { stages: ConnectivityStage[]; passed: ConnectivityStage[]; failed: ConnectivityStage | undefined }) {
  const { t } = useTranslation();
  const next = failed === undefined ? stages.find((stage) => !passed.includes(stage)) : undefined;
  return (
    <ol className="test-stages">
      {stages.map((stage) => {
        const state = passed.includes(stage) ? 'done' : stage === failed ? 'failed' : stage === next ? 'now' : 'waiting';
        return (
          <li key={stage} className={`is-${state}`}>
            {state === 'done' ? <CheckOutlined aria-hidden /> : state === 'failed' ? <CloseOutlined aria-hidden /> : state === 'now' ? <LoadingOutlined aria-hidden /> : <span className="dot" aria-hidden />}
            {t(`endpoint.test.stage.${stage}`)}
            <span className="sr-only">{t(`endpoint.test.stage_state.${state}`)}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Server({ server }: { server: ServerSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const keys = server.keys.reduce((sum, [, n]) => sum + n, 0);
  const some = server.keys.slice(0, 4).map(([n]) => `db${n}`).join(t('endpoint.list_separator'));
  const where = server.keys.length > 4 ? t('endpoint.server.more_databases', { some, n: server.keys.length - 4 }) : some;
  const used = format.bytes(server.memory_bytes);
  const role = server.role === 'primary' || server.role === 'replica' ? t(`endpoint.role.${server.role}`) : server.role;
  const skew = `${server.clock_skew_ms > 0 ? '+' : '−'}${format.count(Math.abs(server.clock_skew_ms))}`;
  const facts = [
    `${server.product} ${server.version} ${role}`,
    t('unit.ms', { n: server.latency_ms.toFixed(1) }),
    where ? t('endpoint.server.keys_in', { keys: format.count(keys), where }) : t('endpoint.server.keys', { keys: format.count(keys) }),
    server.memory_bytes_max > 0 ? t('endpoint.server.memory_of', { used, max: format.bytes(server.memory_bytes_max) }) : t('endpoint.server.memory', { used }),
    server.eviction_policy,
    ...(Math.abs(server.clock_skew_ms) >= 5 ? [t('endpoint.server.clock', { skew: t('unit.ms', { n: skew }) })] : []),
  ];
  return <p>{facts.filter(Boolean).join(' · ')}</p>;
}

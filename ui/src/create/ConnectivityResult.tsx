import { CheckOutlined, CloseOutlined, LoadingOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import type { ConnectivityReport, ConnectivityStage, ServerSummary } from '../bindings';
import { CopyableCommand } from '../shared/CopyableCommand';
import { useFormat } from '../shared/format';
import { testIds } from '../shared/testIds';

import type { FormSide } from './values';

const STAGES: ConnectivityStage[] = ['dns', 'tcp', 'auth', 'ping', 'info', 'permission'];

interface Props {
  side: FormSide;
  passed: ConnectivityStage[];
  /** Null while the test runs. */
  report: ConnectivityReport | null;
}

/** The stages as they tick off, then what was found. */
export function ConnectivityResult({ side, passed, report }: Props) {
  const { t } = useTranslation();
  const failed = report?.failed;
  const verdict = report ? (failed ? 'is-bad' : 'is-good') : 'is-running';

  return (
    <div className={`result ${verdict}`} data-testid={testIds.result(side)} data-verdict={verdict.slice(3)}>
      {report ? (
        <header>
          {failed ? <CloseOutlined aria-hidden /> : <CheckOutlined aria-hidden />}
          <strong>{failed ? failing(failed[0]) : t('create.reachable')}</strong>
          <span className="spring" />
          <span className="quiet">
            {failed
              ? t('create.stage_at', { n: STAGES.indexOf(failed[0]) + 1, all: STAGES.length, stage: t(`create.test_stage.${failed[0]}`) })
              : t('create.stages_of', { done: report.passed.length, all: report.passed.length })}
          </span>
        </header>
      ) : (
        <ol className="test-stages">
          {STAGES.map((stage, i) => (
            <li key={stage} className={passed.includes(stage) ? 'is-done' : ''}>
              {passed.includes(stage) ? <CheckOutlined aria-hidden /> : i === passed.length ? <LoadingOutlined aria-hidden /> : <span className="dot" />}
              {t(`create.test_stage.${stage}`)}
            </li>
          ))}
        </ol>
      )}
      {failed ? (
        <>
          <p className="breakable">{failed[1].message}</p>
          <p>{failed[1].remedy}</p>
        </>
      ) : null}
      {report?.fix ? <CopyableCommand text={report.fix} /> : null}
      {report?.server && !failed ? <Server server={report.server} /> : null}
    </div>
  );

  function failing(stage: ConnectivityStage): string {
    return stage === 'permission' ? t(`create.failing.permission_${side}`) : t(`create.failing.${stage}`);
  }
}

function Server({ server }: { server: ServerSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const keys = server.keys.reduce((sum, [, n]) => sum + n, 0);
  const where = server.keys.map(([n]) => t('create.database', { n })).join(', ');
  const role = server.role === 'primary' || server.role === 'replica' ? t(`create.role.${server.role}`) : server.role;
  const used = format.bytes(server.memory_bytes);
  return (
    <p>
      {t('create.server', {
        product: server.product,
        version: server.version,
        role,
        latency: t('unit.ms', { n: server.latency_ms.toFixed(1) }),
        keys: format.count(keys),
        where: where ? t('create.in_databases', { databases: where }) : '',
        memory: server.memory_bytes_max > 0 ? t('create.memory_of', { used, max: format.bytes(server.memory_bytes_max) }) : t('create.memory_only', { used }),
      })}
      {Math.abs(server.clock_skew_ms) >= 5
        ? t('create.clock', { skew: t('unit.ms', { n: `${server.clock_skew_ms > 0 ? '+' : '−'}${format.count(Math.abs(server.clock_skew_ms))}` }) })
        : null}
    </p>
  );
}

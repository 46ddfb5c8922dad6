import { WarningOutlined } from '@ant-design/icons';
import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';

import type { TaskDetails } from '../../bindings';
import { testIds } from '../../shared/testIds';

import { allows } from '../life';
import type { Asks } from '../useActions';

interface Props {
  details: TaskDetails;
  onChange: Asks['setKeepAwake'];
  pending: boolean;
}

/** Whether this computer stays awake while the task runs, and how that stands now. */
export function KeepAwake({ details, onChange, pending }: Props) {
  const { t } = useTranslation();
  const { awake, summary } = details;
  return (
    <section className="keep-awake">
      <Checkbox
        checked={awake.wanted}
        disabled={!allows(summary.report.state, 'alerts') || pending}
        aria-describedby="kept-awake"
        data-testid={testIds.keepAwake}
        onChange={(event) => void onChange(event.target.checked)}
      >
        {t('awake.title')}
      </Checkbox>
      <p id="kept-awake" className={awake.problem === null ? 'quiet' : 'field-warning'} data-testid={testIds.keptAwake}>
        {awake.problem === null ? t(awake.held ? 'awake.held' : 'awake.idle') : <><WarningOutlined aria-hidden /> {t('awake.unavailable')} <code className="breakable">{awake.problem}</code></>}
      </p>
    </section>
  );
}

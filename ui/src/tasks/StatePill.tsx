import {
  CheckCircleOutlined, CheckOutlined, ClockCircleOutlined, CloseCircleOutlined, DownloadOutlined, EditOutlined,
  ExclamationCircleOutlined, KeyOutlined, LoadingOutlined, LogoutOutlined, PauseOutlined, ReloadOutlined, SearchOutlined,
  StopOutlined, SwapOutlined,
} from '@ant-design/icons';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskReport } from '../bindings';
import { Pill } from '../shared/Pill';

import { type Shown, shownState, TONES } from './life';
import type { Pending } from './useActions';

const ICONS: Record<Shown, ComponentType> = {
  not_configured: EditOutlined,
  not_started: ClockCircleOutlined,
  prechecking: SearchOutlined,
  precheck_failed: CloseCircleOutlined,
  precheck_passed: CheckOutlined,
  starting: LoadingOutlined,
  full: DownloadOutlined,
  incremental: SwapOutlined,
  caught_up: CheckCircleOutlined,
  retrying: ReloadOutlined,
  holding: ExclamationCircleOutlined,
  waiting_for_credentials: KeyOutlined,
  pausing: PauseOutlined,
  paused: PauseOutlined,
  stopping: StopOutlined,
  stopped: StopOutlined,
  failed: CloseCircleOutlined,
  finished: CheckOutlined,
  released: LogoutOutlined,
};

/** Where a task is; what was just asked of it goes first. */
export function StatePill({ report, pending, testId }: { report: TaskReport; pending?: Pending | null; testId: string }) {
  const { t } = useTranslation();
  const shown = shownState(report);
  const Icon = ICONS[shown];
  if (pending) {
    return (
      <Pill tone="idle" icon={<LoadingOutlined aria-hidden />} data-testid={testId}>
        {t(`pending.${pending}`)}
      </Pill>
    );
  }
  return (
    <Pill tone={TONES[shown]} icon={<Icon aria-hidden />} data-testid={testId}>
      {t(`state.${shown}`)}
    </Pill>
  );
}

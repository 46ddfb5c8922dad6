import {
  BellOutlined, CopyOutlined, DashboardOutlined, DeleteOutlined, EditOutlined, FileTextOutlined, FolderOpenOutlined,
  LogoutOutlined, MedicineBoxOutlined, ReloadOutlined, StopOutlined,
} from '@ant-design/icons';
import type { MenuProps } from 'antd';
import { type ComponentType, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../bindings';
import { RenameDialog } from '../shared/RenameDialog';
import { testIds } from '../shared/testIds';

import { AlertsDialog } from './dialogs/AlertsDialog';
import { ClassDialog } from './dialogs/ClassDialog';
import { EndDialog } from './dialogs/EndDialog';
import { DiagnosticsDialog, ReportDialog } from './dialogs/FilesDialog';
import { type Action, allows } from './life';
import type { Actions } from './useActions';

type Entry = Exclude<Action, 'pause' | 'resume'>;
type Asked = Exclude<Entry, 'retry' | 'duplicate'> | 'switch_over';

const ENTRIES: { action: Entry; icon: ComponentType; danger?: boolean; group: number }[] = [
  { action: 'retry', icon: ReloadOutlined, group: 0 },
  { action: 'class', icon: DashboardOutlined, group: 1 },
  { action: 'alerts', icon: BellOutlined, group: 1 },
  { action: 'rename', icon: EditOutlined, group: 1 },
  { action: 'duplicate', icon: CopyOutlined, group: 1 },
  { action: 'report', icon: FileTextOutlined, group: 2 },
  { action: 'diagnostics', icon: MedicineBoxOutlined, group: 2 },
  { action: 'stop', icon: StopOutlined, danger: true, group: 3 },
  { action: 'release', icon: LogoutOutlined, danger: true, group: 3 },
  { action: 'delete', icon: DeleteOutlined, danger: true, group: 3 },
];

interface Options {
  task: TaskSummary;
  actions: Actions;
  /** The first entry opens the task. */
  onOpen?: () => void;
  onDeleted?: () => void;
  /** Entries that have a button of their own. */
  without?: Entry[];
}

export interface TaskMenu {
  menu: MenuProps;
  ask: (asked: Asked) => void;
  dialog: ReactNode;
}

/** All that can be done with a task, and the dialogs that some of it asks in. */
export function useTaskMenu({ task, actions, onOpen, onDeleted, without = [] }: Options): TaskMenu {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const offered = ENTRIES.filter(({ action }) => allows(task.report.state, action) && !without.includes(action));

  const items: NonNullable<MenuProps['items']> = [];
  if (onOpen) items.push({ key: 'open', icon: <FolderOpenOutlined />, label: <span data-testid={testIds.menu('open')}>{t('common.open')}</span> }, { type: 'divider' });
  offered.forEach(({ action, icon: Icon, danger, group }, i) => {
    if (i > 0 && offered[i - 1]?.group !== group) items.push({ type: 'divider' });
    items.push({ key: action, icon: <Icon />, danger: danger ?? false, label: <span data-testid={testIds.menu(action)}>{t(`action.${action}`)}</span> });
  });
  const onClick: MenuProps['onClick'] = ({ key, domEvent }) => {
    domEvent.stopPropagation();
    if (key === 'open') onOpen?.();
    else if (key === 'retry') void actions.retry();
    else if (key === 'duplicate') void actions.duplicate();
    else setAsked(key as Asked);
  };

  const dialogOf = (one: Asked): ReactNode => {
    switch (one) {
      case 'rename':
        return <RenameDialog name={task.name} hint={t('tasks.rename_hint')} onOk={(name) => void actions.rename(name)} onClose={close} />;
      case 'class':
        return <ClassDialog id={task.id} onOk={(next) => void actions.setClass(next)} onClose={close} />;
      case 'alerts':
        return <AlertsDialog id={task.id} onOk={(rules) => void actions.setAlerts(rules)} onClose={close} />;
      case 'report':
        return <ReportDialog task={task} onClose={close} />;
      case 'diagnostics':
        return <DiagnosticsDialog task={task} onClose={close} />;
      case 'delete':
        return <EndDialog kind={one} task={task} onOk={() => void actions.remove().then((done) => done && onDeleted?.())} onClose={close} />;
      case 'release':
        return <EndDialog kind={one} task={task} onOk={() => void actions.release()} onClose={close} />;
      case 'stop':
      case 'switch_over':
        return <EndDialog kind={one} task={task} onOk={() => void actions.stop()} onClose={close} />;
    }
  };
  // A click in a dialog bubbles through React's tree to the row that it hangs on.
  const dialog = asked ? <span onClick={(event) => event.stopPropagation()}>{dialogOf(asked)}</span> : null;
  return { menu: { items, onClick }, ask: setAsked, dialog };
}

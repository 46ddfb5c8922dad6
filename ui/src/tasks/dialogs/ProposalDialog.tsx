import { useTranslation } from 'react-i18next';

import type { ErrorReport, TaskDetails } from '../../bindings';
import { Dialog } from '../../shared/Dialog';
import { sayError } from '../../shared/phrases';

export type Proposal = 'copy_again' | 'remove_keys';

/** What a task that holds would do if somebody agreed. */
export function proposes({ summary: { report }, draft }: TaskDetails): Proposal | null {
  if (report.state !== 'holding' || !draft.stages.full) return null;
  switch (report.error?.code) {
    case 'history_lost':
    case 'checkpoint_missing':
    case 'selection_crossed':
      return 'copy_again';
    case 'removal_asked':
      return 'remove_keys';
    default:
      return null;
  }
}

interface Props {
  proposal: Proposal;
  details: TaskDetails;
  error: ErrorReport;
  onOk: () => void;
  onClose: () => void;
}

/** What agreeing to a task's proposal means. */
export function ProposalDialog({ proposal, details, error, onOk, onClose }: Props) {
  const { t } = useTranslation();
  const values = { name: details.summary.name, destination: details.summary.destination.label };
  const asks = proposal === 'remove_keys' || details.draft.conflict === 'report';
  return (
    <Dialog
      title={t(`confirm.${proposal}.title`, values)}
      ok={t(`confirm.${proposal}.ok`)}
      danger={proposal === 'remove_keys'}
      width={560}
      onOk={() => {
        onOk();
        onClose();
      }}
      onClose={onClose}
    >
      {proposal === 'remove_keys' ? <p className="breakable"><strong>{sayError(t, error)}</strong></p> : null}
      <p>{t(`confirm.${proposal}.body`, values)}</p>
      {asks ? <p>{t(`confirm.${proposal}.asks`)}</p> : null}
    </Dialog>
  );
}

import { Button, Radio, Tabs } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../../backend/backend';
import { useBackend } from '../../backend/context';
import type { CommandError, DiagnosticsFile, ReportFormat, TaskSummary } from '../../bindings';
import { CopyableCommand } from '../../shared/CopyableCommand';
import { Dialog } from '../../shared/Dialog';
import { Problem } from '../../shared/Problem';
import { testIds } from '../../shared/testIds';

interface Props {
  task: TaskSummary;
  onClose: () => void;
}

/** Writes a file, and says where it is. */
function useWriting(write: () => Promise<string>) {
  const [busy, setBusy] = useState(false);
  const [path, setPath] = useState<string | null>(null);
  const [error, setError] = useState<CommandError | null>(null);
  const run = () => {
    setBusy(true);
    setError(null);
    write().then(setPath, (reason: unknown) => setError(asCommandError(reason))).finally(() => setBusy(false));
  };
  return { busy, path, error, run };
}

function Written({ path, error }: { path: string | null; error: CommandError | null }) {
  const { t } = useTranslation();
  if (error) return <Problem title={t('files.failed')} error={error} />;
  return path ? (
    <div role="status" data-testid={testIds.writtenFile}>
      <p>{t('files.written')}</p>
      <CopyableCommand text={path} />
    </div>
  ) : null;
}

/** What a task did, for people or for a spreadsheet. */
export function ReportDialog({ task, onClose }: Props) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [format, setFormat] = useState<ReportFormat>('html');
  const file = useWriting(() => backend.exportReport(task.id, format));
  return (
    <Dialog title={t('files.report_title', { name: task.name })} ok={t('files.save')} busy={file.busy} {...(file.path ? { cancel: t('common.close') } : {})} onOk={file.run} onClose={onClose}>
      <p>{t('files.report_text')}</p>
      <Radio.Group
        className="classes"
        aria-label={t('files.format')}
        value={format}
        onChange={(event) => setFormat(event.target.value as ReportFormat)}
        options={(['html', 'csv'] as const).map((value) => ({ value, label: <span data-testid={testIds.reportFormat(value)}>{t(`files.${value}`)}</span> }))}
      />
      <Written path={file.path} error={file.error} />
    </Dialog>
  );
}

/** What a bundle for those who help would say, before it is written. */
export function DiagnosticsDialog({ task, onClose }: Props) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [files, setFiles] = useState<DiagnosticsFile[] | null>(null);
  const [unread, setUnread] = useState<CommandError | null>(null);
  const [attempt, setAttempt] = useState(0);
  const file = useWriting(() => backend.exportDiagnostics(task.id));
  useEffect(() => {
    let gone = false;
    backend.diagnosticsPreview(task.id).then(
      (next) => gone || setFiles(next),
      (reason: unknown) => gone || setUnread(asCommandError(reason)),
    );
    return () => { gone = true; };
  }, [backend, task.id, attempt]);
  const again = () => {
    setUnread(null);
    setAttempt((n) => n + 1);
  };
  return (
    <Dialog title={t('files.diagnostics_title', { name: task.name })} ok={t('files.save')} okDisabled={files === null} busy={file.busy} width={760} {...(file.path ? { cancel: t('common.close') } : {})} onOk={file.run} onClose={onClose}>
      <p>{t('files.diagnostics_text')}</p>
      {unread ? <Problem title={t('files.failed')} error={unread} action={<Button onClick={again}>{t('common.retry')}</Button>} /> : null}
      {files ? (
        <Tabs
          size="small"
          items={files.map(({ name, text }) => ({
            key: name,
            label: name,
            children: <pre className="file-text" tabIndex={0} role="region" aria-label={name} data-testid={testIds.diagnosticsText}>{text}</pre>,
          }))}
        />
      ) : null}
      <Written path={file.path} error={file.error} />
    </Dialog>
  );
}

import { FolderOpenOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError } from '../bindings';
import { CopyableCommand } from '../shared/CopyableCommand';
import { Problem } from '../shared/Problem';
import { testIds } from '../shared/testIds';

interface Props {
  title: string;
  error: CommandError;
  testId: string;
  onRetry: () => void;
}

/** Tasks cannot be read: why, and where they are kept. */
export function StoreProblem({ title, error, testId, onRetry }: Props) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [path, setPath] = useState<string | null>(null);
  const [notOpened, setNotOpened] = useState<CommandError | null>(null);
  useEffect(() => {
    let gone = false;
    // Where the system names no such folder, the error above says that.
    backend.stateFolder().then((next) => gone || setPath(next), () => undefined);
    return () => { gone = true; };
  }, [backend]);
  const open = () => {
    setNotOpened(null);
    backend.openStateFolder().catch((reason: unknown) => setNotOpened(asCommandError(reason)));
  };
  return (
    <>
      <Problem
        title={title}
        error={error}
        data-testid={testId}
        action={
          <>
            <Button data-testid={testIds.tasksRetry} onClick={onRetry}>{t('common.retry')}</Button>
            {path === null ? null : <Button icon={<FolderOpenOutlined />} data-testid={testIds.stateFolderOpen} onClick={open}>{t('tasks.open_folder')}</Button>}
          </>
        }
      />
      {path === null ? null : (
        <div className="store-folder">
          <span className="quiet">{t('tasks.folder')}</span>
          <CopyableCommand text={path} />
        </div>
      )}
      {notOpened ? <Problem title={t('tasks.folder_not_opened')} error={notOpened} data-testid={testIds.stateFolderError} /> : null}
    </>
  );
}

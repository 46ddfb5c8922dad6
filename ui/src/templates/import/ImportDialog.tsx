import { FileTextOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { Dialog } from '../../shared/Dialog';
import { useFormat } from '../../shared/format';
import { FormField } from '../../shared/FormField';
import { Problem } from '../../shared/Problem';
import { sayError } from '../../shared/phrases';
import { testIds } from '../../shared/testIds';

import { FILE_BYTES_MAX, type Found } from './candidates';
import { FoundList } from './FoundList';
import { type Done, useImport } from './useImport';

/** As many numbers as a line takes. */
const NUMBERS_SHOWN = 20;

interface Props {
  /** Names that templates have already. */
  taken: readonly string[];
  onClose: () => void;
  /** Some were saved; the dialog stays and says how many. */
  onSaved: () => void;
}

/** Makes templates of the connections that other programs list. */
export function ImportDialog({ taken, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const work = useImport(taken);
  const chooser = useRef<HTMLInputElement>(null);
  const { found, picked, rows, saving, done, tooLarge, unreadable } = work;
  return (
    <Dialog
      title={t('templates.import.title')}
      {...(done ? {} : { ok: t('templates.import.ok', { count: picked.length }) })}
      okDisabled={picked.length === 0}
      busy={saving !== null}
      width={done ? 520 : 920}
      onOk={() => void work.save().then(onSaved)}
      onClose={onClose}
      data-testid={testIds.importDialog}
    >
      {done ? <Result done={done} /> : (
        <>
          <FormField id="import.text" label={t('templates.import.text')} hint={t('templates.import.text_hint')}>
            <Input.TextArea
              id="import.text"
              autoFocus
              rows={4}
              className="import-text"
              spellCheck={false}
              autoComplete="off"
              value={work.typed}
              disabled={saving !== null}
              data-testid={testIds.importText}
              onChange={(event) => work.type(event.target.value)}
            />
          </FormField>
          <div className="import-file">
            <Button icon={<FileTextOutlined />} disabled={saving !== null} onClick={() => chooser.current?.click()}>{t('templates.import.choose')}</Button>
            <span className="quiet breakable">{work.file ?? t('templates.import.files')}</span>
            <input
              ref={chooser}
              type="file"
              hidden
              accept=".json,.ano,.txt,application/json,text/plain"
              data-testid={testIds.importFile}
              onChange={({ target }) => {
                const file = target.files?.[0];
                if (file) void work.read(file);
                // The same one may be chosen again.
                target.value = '';
              }}
            />
          </div>
          {tooLarge ? (
            <p className="note is-attention" role="alert" data-testid={testIds.importError}>
              {t('templates.import.too_large', { name: tooLarge.file, size: format.bytes(tooLarge.bytes), most: format.bytes(FILE_BYTES_MAX) })}
            </p>
          ) : null}
          {unreadable ? <Problem title={t('templates.import.unreadable')} error={unreadable} data-testid={testIds.importError} /> : null}
          {found ? <Unread found={found} /> : null}
          {rows.length > 0 ? <FoundList work={work} /> : null}
        </>
      )}
    </Dialog>
  );
}

/** What is no connection, without repeating it: it may hold a password. */
function Unread({ found: { candidates, beyond, unread, form } }: { found: Found }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (form === 'broken' || (candidates.length === 0 && unread.length === 0)) {
    return <p className="note is-attention" role="alert" data-testid={testIds.importError}>{t(form === 'broken' ? 'templates.import.broken' : 'templates.import.nothing')}</p>;
  }
  const numbers = unread.slice(0, NUMBERS_SHOWN).join(t('endpoint.list_separator')) + (unread.length > NUMBERS_SHOWN ? ' …' : '');
  return (
    <>
      {unread.length > 0 ? (
        <p className="note is-attention" role="status" data-testid={testIds.importUnread}>
          {t(form === 'export' ? 'templates.import.unread_entries' : 'templates.import.unread_lines', { count: unread.length, numbers })}
        </p>
      ) : null}
      {beyond > 0 ? <p className="note is-attention" role="status">{t('templates.import.beyond', { count: candidates.length, n: format.count(beyond) })}</p> : null}
    </>
  );
}

function Result({ done: { saved, failed } }: { done: Done }) {
  const { t } = useTranslation();
  return (
    <div role="status" className="import-done" data-testid={testIds.importDone}>
      <p><strong>{t('templates.import.saved', { count: saved })}</strong></p>
      {failed.length > 0 ? (
        <>
          <p>{t('templates.import.not_saved', { count: failed.length })}</p>
          <ul className="bullets">
            {failed.map(({ name, error }, at) => <li key={at}><strong className="breakable">{name}</strong>: {sayError(t, error)} <code className="quiet">{error.code}</code></li>)}
          </ul>
        </>
      ) : null}
    </div>
  );
}

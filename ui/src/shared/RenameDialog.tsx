import { Input } from 'antd';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Dialog } from './Dialog';
import { FormField } from './FormField';
import { testIds } from './testIds';

interface Props {
  name: string;
  hint: string;
  onOk: (name: string) => void;
  onClose: () => void;
}

/** A name needs not be unique; it must not be empty. */
export function RenameDialog({ name, hint, onOk, onClose }: Props) {
  const { t } = useTranslation();
  const [value, setValue] = useState(name);
  const next = value.trim();
  const submit = (event?: SyntheticEvent) => {
    event?.preventDefault();
    if (next === '') return;
    if (next !== name) onOk(next);
    onClose();
  };
  return (
    <Dialog title={t('rename.title', { name })} ok={t('rename.ok')} okDisabled={next === ''} onOk={() => submit()} onClose={onClose}>
      <form onSubmit={submit}>
        <FormField id="rename" label={t('rename.name')} hint={hint} error={next === '' ? t('rename.required') : undefined}>
          <Input id="rename" autoFocus value={value} data-testid={testIds.renameInput} onChange={(event) => setValue(event.target.value)} />
        </FormField>
      </form>
    </Dialog>
  );
}

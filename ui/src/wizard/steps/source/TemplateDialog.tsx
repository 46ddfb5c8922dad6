import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../../../backend/backend';
import { useBackend } from '../../../backend/context';
import type { CommandError, Template } from '../../../bindings';
import { type FormSide, labelOf } from '../../../forms/connection';
import { errorProps, FormField } from '../../../shared/FormField';
import { identify } from '../../../shared/identify';
import { Problem } from '../../../shared/Problem';
import { testIds } from '../../../shared/testIds';
import type { Opening } from '../../../shared/useOpening';
import { useSession } from '../../session';

interface Props {
  opening: Opening<'save' | 'rename'> | null;
  side: FormSide;
  /** The one that is selected. */
  template: Template | null;
  onClose: () => void;
  onSaved: (id: string) => void;
}

/** Names a saved connection: a new one, or the one that is selected. */
export function TemplateDialog(props: Props) {
  return props.opening === null ? null : <Dialog key={props.opening.number} {...props} mode={props.opening.about} />;
}

function Dialog({ mode, side, template, onClose, onSaved }: Omit<Props, 'opening'> & { mode: 'save' | 'rename' }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const { values, putAside } = useSession();
  const { endpoint, password } = values[side];
  const [open, setOpen] = useState(true);
  const [name, setName] = useState(mode === 'rename' && template ? template.name : labelOf(endpoint));
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CommandError | null>(null);

  const save = async () => {
    setMissing(name.trim() === '');
    if (name.trim() === '' || busy) return;
    setBusy(true);
    setError(null);
    try {
      if (mode === 'rename' && template) {
        await backend.updateTemplate(template.id, { name: name.trim(), endpoint: template.endpoint, password: { from: 'keep' } });
        onSaved(template.id);
      } else {
        // What is stored with the task is copied: the page never has it.
        const own = password.from === 'keep' ? await putAside(side) : password;
        onSaved(await backend.createTemplate({ name: name.trim(), endpoint, password: own }));
      }
      setOpen(false);
    } catch (reason) {
      setError(asCommandError(reason));
      setBusy(false);
    }
  };

  const id = `${side}-template-name`;
  return (
    <Modal
      open={open}
      title={t(mode === 'save' ? 'template.save_as' : 'template.edit_name')}
      okText={t('template.ok')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: busy, ...identify(testIds.templateOk) }}
      width={440}
      mask={{ closable: false }}
      onCancel={() => setOpen(false)}
      onOk={() => void save()}
      afterClose={onClose}
    >
      <div className="stack">
        <FormField id={id} label={t('template.name')} error={missing ? t('template.name_required') : undefined} hint={t(mode === 'save' ? 'template.name_hint' : 'template.rename_hint')}>
          <Input
            id={id}
            value={name}
            autoFocus
            spellCheck={false}
            autoComplete="off"
            data-testid={testIds.templateName}
            {...errorProps(id, missing ? 'missing' : undefined)}
            onFocus={(event) => event.target.select()}
            onChange={(event) => setName(event.target.value)}
            onPressEnter={(event) => {
              event.preventDefault();
              void save();
            }}
          />
        </FormField>
        {error ? <Problem title={t('template.not_saved')} error={error} /> : null}
      </div>
    </Modal>
  );
}

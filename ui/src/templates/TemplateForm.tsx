import { Button, Drawer, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, Template } from '../bindings';
import { blankConnection, type Connection } from '../forms/connection';
import { EndpointFields } from '../forms/EndpointFields';
import { useFilling } from '../forms/useFilling';
import { errorProps, FormField } from '../shared/FormField';
import { fieldMistakes, type Mistakes, useMistakes } from '../shared/phrases';
import { Problem } from '../shared/Problem';
import { testIds } from '../shared/testIds';

interface Props {
  /** Null makes a new one. */
  template: Template | null;
  onClose: () => void;
  onSaved: () => void;
}

/** A template's name and settings. Tasks that were made from it keep what they have. */
export function TemplateForm({ template, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [name, setName] = useState(template?.name ?? '');
  const [value, setValue] = useState<Connection>(
    template ? { endpoint: template.endpoint, password: { from: template.has_password ? 'keep' : 'none' } } : blankConnection,
  );
  const [wrong, setWrong] = useState<Mistakes>({});
  const errors = useMistakes(wrong);
  const [failed, setFailed] = useState<CommandError | null>(null);
  const [busy, setBusy] = useState(false);
  const filling = useFilling(value, setValue);
  const without = (...fields: string[]) => Object.fromEntries(Object.entries(wrong).filter(([field]) => !fields.includes(field)));

  const save = async () => {
    if (name.trim() === '') {
      setWrong({ ...wrong, 'template.name': 'rename.required' });
      document.getElementById('template.name')?.focus();
      return;
    }
    setBusy(true);
    setFailed(null);
    const input = { name: name.trim(), endpoint: value.endpoint, password: value.password };
    try {
      await (template ? backend.updateTemplate(template.id, input) : backend.createTemplate(input));
      onSaved();
    } catch (reason) {
      const error = asCommandError(reason);
      const fields = fieldMistakes(error.fields, (field) => `template.${field.replace(/^(endpoint|template)\./, '')}`);
      setWrong(fields);
      if (Object.keys(fields).length === 0) setFailed(error);
      setBusy(false);
    }
  };

  return (
    <Drawer
      open
      size={500}
      title={template ? t('templates.edit_title', { name: template.name }) : t('templates.create')}
      closable={{ 'aria-label': t('common.close') }}
      onClose={onClose}
      footer={
        <div className="drawer-foot">
          <span className="quiet">{t('templates.form_note')}</span>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="primary" loading={busy} data-testid={testIds.templateSave} onClick={() => void save()}>{t('templates.save')}</Button>
        </div>
      }
    >
      <form
        className="template-form"
        data-testid={testIds.templateForm}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <FormField id="template.name" label={t('templates.name')} hint={t('templates.name_hint')} error={errors['template.name']}>
          <Input
            id="template.name"
            autoFocus={template === null}
            value={name}
            data-testid={testIds.templateName}
            {...errorProps('template.name', errors['template.name'])}
            onChange={(event) => {
              setName(event.target.value);
              setWrong(without('template.name'));
            }}
          />
        </FormField>
        <EndpointFields
          prefix="template"
          side={null}
          version={template?.endpoint === value.endpoint ? (template.last_test?.server?.compatible_with ?? null) : null}
          value={value}
          errors={errors}
          filling={filling}
          onChange={(next, ...fields) => {
            setValue(next);
            setWrong(without(...fields));
          }}
        />
        {failed ? <Problem title={t('templates.change_error')} error={failed} /> : null}
        <button type="submit" hidden />
      </form>
    </Drawer>
  );
}

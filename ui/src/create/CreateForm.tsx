import { SwapOutlined } from '@ant-design/icons';
import { Button, Input, Tooltip } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { AppInfo, CommandError, ConnectivityReport, FieldError } from '../bindings';
import { errorProps, FormField } from '../shared/FormField';
import { Problem } from '../shared/Problem';
import { go } from '../shared/route';
import { testIds } from '../shared/testIds';

import { EndpointCard } from './EndpointCard';
import { HowCard } from './HowCard';
import { type CreateValues, draftOf, FIELDS, mistakes, passwordInput } from './values';
import { WhatCard } from './WhatCard';

export type Errors = Record<string, string>;

interface Props {
  id: string | null;
  /** Null for a new task. */
  title: string | null;
  values: CreateValues;
  onChange: (values: CreateValues) => void;
  onCancel: () => void;
  onSaved: (id: string) => void;
}

export function CreateForm({ id, title, values, onChange, onCancel, onSaved }: Props) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [errors, setErrors] = useState<Errors>({});
  const [failed, setFailed] = useState<CommandError | null>(null);
  const [saving, setSaving] = useState(false);
  const [info, setInfo] = useState<AppInfo | null>(null);
  const [seen, setSeen] = useState<ConnectivityReport | null>(null);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    let gone = false;
    // Only a hint hangs on it; the settings page says why it failed.
    backend.appInfo().then((next) => gone || setInfo(next), () => undefined);
    return () => { gone = true; };
  }, [backend]);

  const show = (found: Errors) => {
    setErrors(found);
    const first = FIELDS.find((field) => field in found) ?? Object.keys(found)[0];
    if (first !== undefined) document.getElementById(first)?.focus();
  };
  const byField = (fields: FieldError[]): Errors => Object.fromEntries(fields.map(({ field, message }) => [field, message]));

  const save = async () => {
    setFailed(null);
    const typed = Object.fromEntries(Object.entries(mistakes(values)).map(([field, key]) => [field, t(key)]));
    setSaving(true);
    try {
      const draft = draftOf(values);
      // A number that is none is said in its own words, not as what it would have become.
      const judged = byField(await backend.validateDraft({ ...draft, retry_minutes: 'retry_minutes' in typed ? 120 : draft.retry_minutes }));
      const found = { ...judged, ...typed };
      show(found);
      if (Object.keys(found).length > 0) return;
      const saved = await backend.saveDraft(id, {
        name: values.name.trim(),
        draft,
        source_password: passwordInput(values.passwords.source),
        destination_password: passwordInput(values.passwords.destination),
        source_template: null,
        destination_template: null,
        alerts: null,
        step: 1,
      });
      await backend.configureTask(saved);
      onSaved(saved);
    } catch (reason) {
      const error = asCommandError(reason);
      const fields = byField(error.fields);
      if (Object.keys(fields).length > 0) show(fields);
      else setFailed(error);
    } finally {
      setSaving(false);
    }
  };

  const edit = (next: CreateValues, ...fields: string[]) => {
    onChange(next);
    if (fields.some((field) => field in errors)) {
      setErrors(Object.fromEntries(Object.entries(errors).filter(([field]) => !fields.includes(field))));
    }
  };
  const wrong = Object.keys(errors).length;

  return (
    <form
      ref={form}
      className="create"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <header className="page-head">
        <h1>{title === null ? t('create.title') : t('create.edit', { name: title })}</h1>
        <span className="spring" />
        <Button
          data-testid={testIds.cancel}
          onClick={() => {
            onCancel();
            go({ screen: 'tasks' });
          }}
        >
          {t('common.cancel')}
        </Button>
      </header>
      {failed ? <Problem title={t('create.failed')} message={failed.message} remedy={failed.remedy} code={failed.code} data-testid={testIds.createError} /> : null}
      <FormField id="name" label={t('create.name')} error={errors.name} className="name-field">
        <Input id="name" value={values.name} spellCheck={false} autoComplete="off" data-testid={testIds.taskName} {...errorProps('name', errors.name)} onChange={(event) => edit({ ...values, name: event.target.value }, 'name')} />
      </FormField>
      <div className="sides">
        <EndpointCard side="source" id={id} values={values} errors={errors} onEdit={edit} onReport={setSeen} />
        <Tooltip title={t('create.swap')}>
          <Button
            className="swap"
            icon={<SwapOutlined />}
            aria-label={t('create.swap')}
            data-testid={testIds.swap}
            onClick={() => {
              setSeen(null);
              setErrors({});
              onChange({
                ...values,
                source: values.destination,
                destination: values.source,
                passwords: { source: values.passwords.destination, destination: values.passwords.source },
              });
            }}
          />
        </Tooltip>
        <EndpointCard side="destination" id={id} values={values} errors={errors} onEdit={edit} />
      </div>
      <WhatCard values={values} errors={errors} onEdit={edit} keys={seen?.server?.keys ?? null} count={seen?.server?.databases ?? null} />
      <HowCard values={values} errors={errors} onEdit={edit} />
      <footer className="create-foot">
        <span className="quiet">{info?.keychain.available === false ? t('create.footer_session') : t('create.footer')}</span>
        <span className="spring" />
        <span className="tone-text-bad" role="status">{wrong > 0 ? t('create.mistakes', { count: wrong }) : null}</span>
        <Button type="primary" htmlType="submit" size="large" loading={saving} data-testid={testIds.savePrecheck}>
          {saving ? t('create.saving') : t('create.save')}
        </Button>
      </footer>
    </form>
  );
}

/** Takes the new values, and the fields whose errors they outdate. */
export type Edit = (values: CreateValues, ...fields: string[]) => void;

import { Button, Input, Segmented, Select } from 'antd';
import { type ClipboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { CommandError, ConnectivityReport, ConnectivityStage, EndpointDraft } from '../bindings';
import { ENVIRONMENTS, EnvironmentTag } from '../forms/Environment';
import { pasteUri } from '../forms/pasteUri';
import { errorProps, FormField } from '../shared/FormField';
import { PasswordInput } from '../shared/PasswordInput';
import { Problem } from '../shared/Problem';
import { testIds } from '../shared/testIds';

import { ConnectivityResult } from './ConnectivityResult';
import type { Edit, Errors } from './CreateForm';
import { type CreateValues, type FormSide, passwordInput } from './values';

interface Props {
  side: FormSide;
  /** Of the saved task, whose stored password a test may use. */
  id: string | null;
  values: CreateValues;
  errors: Errors;
  onEdit: Edit;
  onReport?: (report: ConnectivityReport | null) => void;
}

interface Test {
  passed: ConnectivityStage[];
  running: boolean;
  report: ConnectivityReport | null;
  error: CommandError | null;
  /** What was tested, to tell when it was changed since. */
  of: string;
}

/** How one side is reached, and whether it is. */
export function EndpointCard({ side, id, values, errors, onEdit, onReport }: Props) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [test, setTest] = useState<Test | null>(null);
  const [found, setFound] = useState<Errors>({});
  const [pasted, setPasted] = useState<string | null>(null);
  const endpoint = values[side];
  const password = values.passwords[side];
  const all = { ...found, ...errors };
  const fingerprint = JSON.stringify([{ ...endpoint, environment: '' }, password]);

  const set = (part: Partial<EndpointDraft>) => {
    setFound({});
    onEdit({ ...values, [side]: { ...endpoint, ...part } }, ...Object.keys(part).map((key) => `${side}.${key}`));
  };

  const run = async () => {
    setFound({});
    setTest({ passed: [], running: true, report: null, error: null, of: fingerprint });
    try {
      const report = await backend.testConnectivity(
        { side, endpoint, password: passwordInput(password), task_id: id, template_id: null, run_id: `${side} ${id ?? 'new'}` },
        (stage) => setTest((before) => before && { ...before, passed: [...before.passed, stage] }),
      );
      setTest({ passed: report.passed, running: false, report, error: null, of: fingerprint });
      onReport?.(report);
    } catch (reason) {
      const error = asCommandError(reason);
      const fields = Object.fromEntries(error.fields.map(({ field, message }) => [field.startsWith(side) ? field : `${side}.${field}`, message]));
      setFound(fields);
      const first = Object.keys(fields)[0];
      if (first === undefined) setTest({ passed: [], running: false, report: null, error, of: fingerprint });
      else {
        setTest(null);
        document.getElementById(first)?.focus();
      }
    }
  };

  const paste = (event: ClipboardEvent) => {
    const read = pasteUri(event.clipboardData.getData('text'));
    if (!read) return;
    event.preventDefault();
    const fields = [
      ...(['host', 'port', 'path', 'account'] as const).filter((field) => read.endpoint[field]).map((field) => t(`create.field_${field}`)),
      ...(read.password ? [t('create.field_password')] : []),
    ];
    setPasted(t('create.filled_in', { fields: fields.join(', ') }));
    onEdit(
      {
        ...values,
        [side]: { ...endpoint, ...read.endpoint },
        passwords: read.password === null ? values.passwords : { ...values.passwords, [side]: read.password },
      },
      `${side}.host`, `${side}.port`, `${side}.path`,
    );
  };

  const field = (name: keyof EndpointDraft) => `${side}.${name}`;
  const text = (name: 'host' | 'port' | 'path' | 'account', testId: string, more: object = {}) => (
    <FormField id={field(name)} label={t(`create.${name}`)} error={all[field(name)]}>
      <Input
        id={field(name)}
        value={endpoint[name]}
        autoComplete="off"
        spellCheck={false}
        data-testid={testId}
        {...errorProps(field(name), all[field(name)])}
        {...more}
        onChange={(event) => set({ [name]: event.target.value })}
      />
    </FormField>
  );

  return (
    <section className="card endpoint" aria-labelledby={`${side}-title`}>
      <header>
        <h2 id={`${side}-title`}>{t(`create.${side}`)}</h2>
        <EnvironmentTag environment={endpoint.environment} />
      </header>
      <div className="pair even">
        <FormField id={`${side}.environment`} label={t('environment.label')}>
          <Select
            id={`${side}.environment`}
            value={endpoint.environment}
            data-testid={testIds.environment(side)}
            options={ENVIRONMENTS.map((value) => ({ value, label: t(`environment.${value}`) }))}
            onChange={(environment) => set({ environment })}
          />
        </FormField>
        <div className="field">
          <span className="label" id={`${side}.access-label`}>{t('create.access')}</span>
          <Segmented
            block
            name={`${side}-access`}
            aria-labelledby={`${side}.access-label`}
            value={endpoint.access}
            data-testid={testIds.access(side)}
            options={[{ value: 'tcp', label: t('create.tcp') }, { value: 'unix', label: t('create.unix') }]}
            onChange={(access) => set({ access })}
          />
        </div>
      </div>
      {endpoint.access === 'unix' ? (
        text('path', testIds.path(side), { placeholder: '/run/redis/redis.sock', onPaste: paste })
      ) : (
        <div className="pair">
          {text('host', testIds.host(side), { placeholder: t('create.host_hint'), onPaste: paste })}
          {text('port', testIds.port(side), { inputMode: 'numeric', placeholder: '6379' })}
        </div>
      )}
      <div className="pair even">
        {text('account', testIds.account(side), { placeholder: t('create.account_hint') })}
        <FormField id={`${side}.password`} label={t('create.password')}>
          <PasswordInput
            id={`${side}.password`}
            value={password}
            {...(id === null ? {} : { placeholder: t('create.password_stored') })}
            testId={testIds.password(side)}
            revealTestId={testIds.reveal(side)}
            onChange={(next) => onEdit({ ...values, passwords: { ...values.passwords, [side]: next } })}
          />
        </FormField>
      </div>
      {pasted ? <p className="quiet pasted" role="status">{pasted}</p> : null}
      <div className="test-line">
        <Button loading={test?.running === true} data-testid={testIds.test(side)} onClick={() => void run()}>
          {test?.running ? t('create.testing') : test ? t('create.test_again') : t('create.test')}
        </Button>
        {test && !test.running && test.of !== fingerprint ? <span className="quiet">{t('create.edited')}</span> : null}
      </div>
      <div aria-live="polite">
        {test?.error ? <Problem title={t('create.test_error')} message={test.error.message} remedy={test.error.remedy} code={test.error.code} data-testid={testIds.result(side)} /> : null}
        {test && !test.error ? <ConnectivityResult side={side} passed={test.passed} report={test.report} /> : null}
      </div>
    </section>
  );
}

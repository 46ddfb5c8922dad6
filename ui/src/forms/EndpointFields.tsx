import { Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Version } from '../backend/backend';
import type { EndpointDraft } from '../bindings';
import { errorProps, FormField } from '../shared/FormField';
import { testIds } from '../shared/testIds';

import { CloudFields } from './CloudFields';
import { ACCESS, type Connection, type FormSide, placeOf, PLACES } from './connection';
import { ENVIRONMENTS } from './Environment';
import { FilledNote } from './FilledNote';
import { PasswordField } from './PasswordField';
import { Permissions } from './Permissions';
import type { FillingControl } from './useFilling';

/** The one type that there is. */
const PRODUCT = 'Redis';

interface Props {
  /** Before each field's id, as `source.host`. */
  prefix: string;
  /** What the server is to be used as; null where that is open. */
  side: FormSide | null;
  /** The server's, where a test has told it. */
  version: Version | null;
  value: Connection;
  errors: Record<string, string>;
  filling: FillingControl;
  /** Takes the new values, and the fields whose errors they outdate. */
  onChange: (next: Connection, ...fields: string[]) => void;
  /** Beside the database type. */
  first?: ReactNode;
}

/** Everything about how a server is reached, for a side of a task and for a template. */
export function EndpointFields({ prefix, side, version, value, errors, filling, onChange, first }: Props) {
  const { t } = useTranslation();
  const { endpoint } = value;
  const place = placeOf(endpoint);
  const field = (name: string) => `${prefix}.${name}`;
  const set = (part: Partial<EndpointDraft>) => onChange({ ...value, endpoint: { ...endpoint, ...part } }, ...Object.keys(part).map(field));

  const text = (name: 'host' | 'port' | 'path' | 'account', testId: string, more: object = {}) => (
    <FormField id={field(name)} label={t(`endpoint.${name}`)} error={errors[field(name)]}>
      <Input
        id={field(name)}
        value={endpoint[name]}
        autoComplete="off"
        spellCheck={false}
        data-testid={testId}
        {...errorProps(field(name), errors[field(name)])}
        {...more}
        onChange={(event) => set({ [name]: event.target.value })}
      />
    </FormField>
  );
  // A URI may also come by typing, or by dragging it here.
  const address = {
    onPaste: (event: { clipboardData: DataTransfer; preventDefault: () => void }) => {
      if (filling.paste(event.clipboardData.getData('text'))) event.preventDefault();
    },
    onBlur: (event: { target: HTMLInputElement }) => void filling.paste(event.target.value),
  };

  return (
    <div className="endpoint-fields">
      <div className="pair even">
        {first}
        <FormField id={field('type')} label={t('endpoint.type')}>
          <Select id={field('type')} value="redis" options={[{ value: 'redis', label: PRODUCT }]} />
        </FormField>
        {first ? null : <EnvironmentField id={field('environment')} testId={testIds.environment(prefix)} value={endpoint.environment} onChange={(environment) => set({ environment })} />}
      </div>
      <div className="pair even">
        <FormField id={field('place')} label={t('endpoint.place_label')} error={errors[field('place')]}>
          <Select
            id={field('place')}
            value={place}
            popupMatchSelectWidth={false}
            data-testid={testIds.place(prefix)}
            options={PLACES.map((id) => ({ value: id, label: t(`endpoint.place.${id}`) }))}
            onChange={(next) => set({ place: next })}
            {...errorProps(field('place'), errors[field('place')])}
          />
        </FormField>
        <FormField id={field('access')} label={t('endpoint.access')} error={errors[field('access')]}>
          <Select
            id={field('access')}
            value={endpoint.access || 'tcp'}
            disabled={place === 'cloud'}
            data-testid={testIds.access(prefix)}
            options={ACCESS.map(({ id, ready }) => ({ value: id, disabled: !ready, label: ready ? t(`endpoint.access_${id}`) : t('endpoint.access_coming', { name: t(`endpoint.access_${id}`) }) }))}
            onChange={(access: string) => set({ access })}
          />
        </FormField>
      </div>
      {place === 'cloud' ? (
        <CloudFields prefix={prefix} side={side} />
      ) : (
        <>
          {endpoint.access === 'unix' ? (
            text('path', testIds.path(prefix), { placeholder: '/run/redis/redis.sock', ...address })
          ) : (
            <div className="pair">
              {text('host', testIds.host(prefix), { placeholder: t('endpoint.host_hint'), ...address })}
              {text('port', testIds.port(prefix), { inputMode: 'numeric', placeholder: '6379' })}
            </div>
          )}
          <div className="pair even">
            {text('account', testIds.account(prefix), { placeholder: t('endpoint.account_hint') })}
            <PasswordField
              id={field('password')}
              prefix={prefix}
              value={value.password}
              error={errors[field('password')]}
              onChange={(password) => onChange({ ...value, password }, field('password'))}
              onLeave={filling.split}
            />
          </div>
          <Permissions side={side} account={endpoint.account.trim()} version={version} />
        </>
      )}
      <FilledNote id={prefix} control={filling} />
    </div>
  );
}

interface EnvironmentProps {
  id?: string;
  /** Where no label names the control. */
  label?: string;
  testId: string;
  value: string;
  onChange: (value: string) => void;
}

function EnvironmentField(props: EnvironmentProps & { id: string }) {
  const { t } = useTranslation();
  return <FormField id={props.id} label={t('environment.label')}><EnvironmentSelect {...props} /></FormField>;
}

export function EnvironmentSelect({ id, label, testId, value, onChange }: EnvironmentProps) {
  const { t } = useTranslation();
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      aria-label={label}
      value={value || 'unspecified'}
      data-testid={testId}
      popupMatchSelectWidth={false}
      options={ENVIRONMENTS.map((each) => ({ value: each, label: t(`environment.${each}`) }))}
      onChange={onChange}
    />
  );
}

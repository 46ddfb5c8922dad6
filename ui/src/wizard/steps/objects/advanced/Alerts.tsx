import { Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../../../../backend/backend';
import { useBackend } from '../../../../backend/context';
import { errorProps, FormField } from '../../../../shared/FormField';
import { sayError } from '../../../../shared/phrases';
import { testIds } from '../../../../shared/testIds';
import { useAsked } from '../../../../shared/useAsked';
import { useSession } from '../../../session';

/** Who is told when the task fails or falls behind. */
export function Alerts() {
  const { t } = useTranslation();
  const backend = useBackend();
  const { values, edit, errors } = useSession();
  const { alerts } = values;
  const [contacts, failed] = useAsked(() => backend.listContacts());
  const set = (change: Partial<typeof alerts>, ...fields: string[]) => edit({ alerts: { ...alerts, ...change } }, ...fields);
  const turn = (on: boolean) =>
    // One contact is all there may be: choosing it is no choice.
    set({ on, contacts: on && alerts.contacts.length === 0 && contacts?.length === 1 ? contacts.map(({ id }) => id) : alerts.contacts }, 'alerts.lag_seconds', 'alerts.contacts');
  return (
    <fieldset>
      <legend>{t('alerting.title')}</legend>
      <Radio.Group value={alerts.on} onChange={(event) => turn(event.target.value as boolean)}>
        <Radio value={false} data-testid={testIds.alertsNo}>{t('endpoint.no')}</Radio>
        <Radio value={true} data-testid={testIds.alertsYes}>{t('endpoint.yes')}</Radio>
      </Radio.Group>
      <p className="field-hint">{t('alerting.note')}</p>
      {alerts.on ? (
        <div className="pair even">
          <FormField id="alerts.lag_seconds" label={t('alerting.threshold')} error={errors['alerts.lag_seconds']}>
            <Input
              id="alerts.lag_seconds"
              inputMode="numeric"
              value={alerts.threshold}
              suffix={t('alerting.seconds')}
              data-testid={testIds.alertThreshold}
              {...errorProps('alerts.lag_seconds', errors['alerts.lag_seconds'])}
              onChange={(event) => set({ threshold: event.target.value }, 'alerts.lag_seconds')}
            />
          </FormField>
          <FormField id="alerts.contacts" label={t('alerting.contacts')} error={errors['alerts.contacts'] ?? (failed === null ? undefined : sayError(t, asCommandError(failed)))} hint={t('alerting.contacts_hint')}>
            <Select
              id="alerts.contacts"
              mode="multiple"
              value={alerts.contacts}
              data-testid={testIds.alertContacts}
              {...errorProps('alerts.contacts', errors['alerts.contacts'])}
              options={[
                ...(contacts ?? []).map(({ id, name, channel }) => ({ value: id, label: id === channel ? t(`alerting.channel.${channel}`) : name })),
                { value: 'email', label: t('alerting.coming.email'), disabled: true },
                { value: 'webhook', label: t('alerting.coming.webhook'), disabled: true },
              ]}
              onChange={(next: string[]) => set({ contacts: next }, 'alerts.contacts')}
            />
          </FormField>
        </div>
      ) : null}
    </fieldset>
  );
}

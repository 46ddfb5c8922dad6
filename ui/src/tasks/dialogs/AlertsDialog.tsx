import { Checkbox, InputNumber, Radio } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../../backend/backend';
import { useBackend } from '../../backend/context';
import type { AlertContact, AlertRules, CommandError } from '../../bindings';
import { Dialog } from '../../shared/Dialog';
import { FormField } from '../../shared/FormField';
import { Problem } from '../../shared/Problem';
import { testIds } from '../../shared/testIds';

interface Props {
  id: string;
  onOk: (rules: AlertRules | null) => void;
  onClose: () => void;
}

const LAG_SECONDS = 30;

/** Whether somebody is told, when, and who. */
export function AlertsDialog({ id, onOk, onClose }: Props) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [contacts, setContacts] = useState<AlertContact[]>([]);
  const [rules, setRules] = useState<AlertRules | null>(null);
  const [read, setRead] = useState(false);
  const [error, setError] = useState<CommandError | null>(null);
  useEffect(() => {
    let gone = false;
    Promise.all([backend.listContacts(), backend.showTask(id)]).then(
      ([all, details]) => {
        if (gone) return;
        setContacts(all);
        setRules(details.input.alerts);
        setRead(true);
      },
      (reason: unknown) => gone || setError(asCommandError(reason)),
    );
    return () => { gone = true; };
  }, [backend, id]);

  const everybody = contacts.map((contact) => contact.id);
  const blank = rules?.contacts.length === 0;
  return (
    <Dialog
      title={t('alerts.title')}
      ok={t('common.apply')}
      okDisabled={!read || blank}
      onOk={() => {
        onOk(rules);
        onClose();
      }}
      onClose={onClose}
    >
      {error ? <Problem title={t('alerts.failed')} error={error} /> : null}
      <Radio.Group
        aria-label={t('alerts.title')}
        value={rules !== null}
        disabled={!read}
        onChange={(event) => setRules(event.target.value === true ? { lag_seconds: LAG_SECONDS, contacts: everybody } : null)}
        options={[
          { value: false, label: <span data-testid={testIds.alertsNo}>{t('alerts.no')}</span> },
          { value: true, label: <span data-testid={testIds.alertsYes}>{t('alerts.yes')}</span> },
        ]}
      />
      {rules ? (
        <>
          <p className="quiet">{t('alerts.text')}</p>
          <FormField id="alert-lag" label={t('alerts.lag')} hint={t('alerts.lag_hint')}>
            <InputNumber
              id="alert-lag"
              min={1}
              precision={0}
              value={rules.lag_seconds}
              data-testid={testIds.alertsLag}
              onChange={(lag_seconds) => setRules({ ...rules, lag_seconds })}
            />
          </FormField>
          <fieldset className="plain-fieldset">
            <legend>{t('alerts.contacts')}</legend>
            <Checkbox.Group
              value={rules.contacts}
              options={contacts.map((contact) => ({ value: contact.id, label: t(`alerts.${contact.channel}`) }))}
              onChange={(next) => setRules({ ...rules, contacts: next })}
            />
            {blank ? <div className="field-error">{t('alerts.contact_needed')}</div> : null}
          </fieldset>
        </>
      ) : null}
    </Dialog>
  );
}

import { Button } from 'antd';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { PasswordInput as Input } from '../bindings';
import { FormField } from '../shared/FormField';
import { PasswordInput } from '../shared/PasswordInput';
import { testIds } from '../shared/testIds';

import type { Actions } from './useActions';

const given = (password: string): Input => (password === '' ? { from: 'keep' } : { from: 'typed', password });

/** Takes the passwords that are missing or were refused. */
export function CredentialsForm({ actions }: { actions: Actions }) {
  const { t } = useTranslation();
  const [source, setSource] = useState('');
  const [destination, setDestination] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void actions.provideCredentials(given(source), given(destination)).then((done) => {
      if (!done) return;
      setSource('');
      setDestination('');
    });
  };
  return (
    <form className="credentials" onSubmit={submit}>
      <FormField id="credentials-source" label={t('task.credentials.source')}>
        <PasswordInput id="credentials-source" value={source} onChange={setSource} testId={testIds.sourcePasswordAgain} />
      </FormField>
      <FormField id="credentials-destination" label={t('task.credentials.destination')}>
        <PasswordInput id="credentials-destination" value={destination} onChange={setDestination} testId={testIds.destinationPasswordAgain} />
      </FormField>
      <Button type="primary" htmlType="submit" loading={actions.pending === 'credentials'} data-testid={testIds.credentialsSubmit}>
        {actions.pending === 'credentials' ? t('pending.credentials') : t('task.credentials.submit')}
      </Button>
      <p className="quiet">{t('task.credentials.hint')}</p>
    </form>
  );
}

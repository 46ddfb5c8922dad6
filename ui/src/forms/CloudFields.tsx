import { ClockCircleOutlined } from '@ant-design/icons';
import { Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { CopyableCommand } from '../shared/CopyableCommand';
import { FormField } from '../shared/FormField';
import { testIds } from '../shared/testIds';

import type { FormSide } from './connection';

const EXAMPLE = { region: 'cn-hangzhou', instance: 'r-bp1xxxxxxxxxxxxx' };
const TRUST_POLICY = JSON.stringify({
  Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { RAM: ['acs:ram::DESTINATION_ACCOUNT_ID:root'] } }],
  Version: '1',
});

/** What an instance of the cloud will be chosen by. It comes; until then nothing here takes anything in. */
export function CloudFields({ prefix, side }: { prefix: string; side: FormSide | null }) {
  const { t } = useTranslation();
  const id = (name: string) => `${prefix}.${name}`;
  return (
    <div className="endpoint-fields" data-testid={testIds.cloudFields(prefix)}>
      <p className="coming">
        <ClockCircleOutlined aria-hidden />
        <span>{t('endpoint.cloud.coming')}</span>
      </p>
      <div className="pair even">
        <FormField id={id('region')} label={t('endpoint.cloud.region')}>
          <Select id={id('region')} disabled options={[]} placeholder={EXAMPLE.region} />
        </FormField>
        <FormField id={id('instance')} label={t('endpoint.cloud.instance')}>
          <Select id={id('instance')} disabled showSearch options={[]} placeholder={EXAMPLE.instance} />
        </FormField>
      </div>
      {side === 'destination' ? null : (
        <>
          <fieldset className="plain-fieldset">
            <legend>{t('endpoint.cloud.across')}</legend>
            <Radio.Group disabled value={true} options={[{ value: true, label: t('endpoint.yes') }, { value: false, label: t('endpoint.no') }]} />
          </fieldset>
          <div className="pair even">
            <FormField id={id('owner')} label={t('endpoint.cloud.owner')} hint={t('endpoint.cloud.owner_hint')}>
              <Input id={id('owner')} disabled />
            </FormField>
            <FormField id={id('role')} label={t('endpoint.cloud.role')} hint={t('endpoint.cloud.role_hint')}>
              <Input id={id('role')} disabled />
            </FormField>
          </div>
          <CopyableCommand text={TRUST_POLICY} />
        </>
      )}
    </div>
  );
}

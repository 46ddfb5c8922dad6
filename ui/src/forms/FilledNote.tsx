import { CloseOutlined, InfoCircleOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { testIds } from '../shared/testIds';

import type { FillingControl } from './useFilling';

/** Says quietly what was filled in, what could not be, and takes it back. */
export function FilledNote({ id, control }: { id: string; control: FillingControl }) {
  const { t } = useTranslation();
  const { filling, undo, dismiss, choose } = control;
  if (!filling) return <div role="status" />;
  const fields = filling.fields.map((field) => t(`endpoint.field.${field}`)).join(t('endpoint.list_separator'));
  return (
    <div className="filled" role="status" data-testid={testIds.filledNote(id)}>
      <InfoCircleOutlined aria-hidden className="filled-icon" />
      <div className="filled-text">
        <span>{t(`endpoint.filled.${filling.by}`, { fields, name: filling.name ?? '' })}</span>
        {filling.remarks.map((remark) => <span key={remark} className="filled-remark">{t(`endpoint.remark.${remark}`)}</span>)}
        {filling.candidates.length > 1 ? (
          <Select
            size="small"
            aria-label={t('endpoint.choose_connection')}
            value={filling.chosen}
            options={filling.candidates.map((candidate, value) => ({ value, label: candidate.name ?? candidate.endpoint.host ?? candidate.endpoint.path ?? '' }))}
            onChange={choose}
          />
        ) : null}
      </div>
      <Button type="link" size="small" data-testid={testIds.filledUndo(id)} onClick={undo}>{t('endpoint.undo')}</Button>
      <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('endpoint.dismiss')} onClick={dismiss} />
    </div>
  );
}

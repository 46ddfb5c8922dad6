import { WarningOutlined } from '@ant-design/icons';
import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';

import { testIds } from '../../../shared/testIds';

interface Props {
  risks: { id: string; text: string }[];
  accepted: boolean;
  onAccept: (accepted: boolean) => void;
}

/** The risks that this pair has; a start needs them read. */
export function Terms({ risks, accepted, onAccept }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <h3>{t('terms.title')}</h3>
      <ul className="risks" data-testid={testIds.risks}>
        {risks.map(({ id, text }) => (
          <li key={id}><WarningOutlined aria-hidden /> <span>{text}</span></li>
        ))}
      </ul>
      <Checkbox checked={accepted} data-testid={testIds.terms} onChange={(event) => onAccept(event.target.checked)}>
        {risks.length === 0 ? t('terms.accept_none') : t('terms.accept', { count: risks.length })}
      </Checkbox>
    </>
  );
}

import { WarningOutlined } from '@ant-design/icons';
import { Checkbox, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';

import { testIds } from '../../../shared/testIds';

interface Props {
  /** Null until they are known: nothing can be accepted before. */
  risks: { id: string; text: string }[] | null;
  accepted: boolean;
  onAccept: (accepted: boolean) => void;
}

/** The risks that this pair has; a start needs them read. */
export function Terms({ risks, accepted, onAccept }: Props) {
  const { t } = useTranslation();
  if (risks === null) {
    return (
      <>
        <h3>{t('terms.title')}</h3>
        <Skeleton active title={false} paragraph={{ rows: 3 }} />
      </>
    );
  }
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

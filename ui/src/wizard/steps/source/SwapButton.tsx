import { SwapOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';

import { testIds } from '../../../shared/testIds';
import { useSession } from '../../session';

export function SwapButton() {
  const { t } = useTranslation();
  const { swap } = useSession();
  return (
    <Tooltip title={t('wizard.swap')}>
      <Button className="swap" icon={<SwapOutlined />} aria-label={t('wizard.swap')} data-testid={testIds.swap} onClick={swap} />
    </Tooltip>
  );
}

import { CloseCircleOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';

import type { PasswordInput as PasswordSource } from '../bindings';
import { errorProps, FormField } from '../shared/FormField';
import { PasswordInput } from '../shared/PasswordInput';
import { testIds } from '../shared/testIds';

interface Props {
  id: string;
  prefix: string;
  value: PasswordSource;
  error: string | undefined;
  onChange: (value: PasswordSource) => void;
  onLeave: () => void;
}

/** A password that is typed, stored, or taken from a template; a stored one is never shown. */
export function PasswordField({ id, prefix, value, error, onChange, onLeave }: Props) {
  const { t } = useTranslation();
  const kept = value.from === 'template' || value.from === 'keep' || value.from === 'aside';
  return (
    <FormField id={id} label={t('endpoint.password')} error={error}>
      <PasswordInput
        id={id}
        value={value.from === 'typed' ? value.password : ''}
        placeholder={value.from === 'template' ? t('endpoint.password_template') : kept ? t('endpoint.password_stored') : t('endpoint.password_hint')}
        testId={testIds.password(prefix)}
        revealTestId={testIds.reveal(prefix)}
        onBlur={onLeave}
        {...errorProps(id, error)}
        onChange={(password) => onChange(password === '' ? { from: 'none' } : { from: 'typed', password })}
        {...(kept
          ? {
              instead: (
                <Tooltip title={t('endpoint.password_forget')}>
                  <Button
                    type="text"
                    size="small"
                    className="reveal"
                    icon={<CloseCircleOutlined />}
                    aria-label={t('endpoint.password_forget')}
                    data-testid={testIds.passwordForget(prefix)}
                    onClick={() => onChange({ from: 'none' })}
                  />
                </Tooltip>
              ),
            }
          : {})}
      />
    </FormField>
  );
}

import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  id: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  testId: string;
  revealTestId?: string;
  onBlur?: () => void;
  /** In the place of the eye, where there is nothing to look at. */
  instead?: ReactNode;
  'aria-invalid'?: boolean;
  'aria-describedby'?: string;
  status?: 'error';
}

/** A secret that can be looked at; neither the browser nor a spell checker keeps it. */
export function PasswordInput({ id, value, onChange, placeholder, testId, revealTestId, instead, ...rest }: Props) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <Input
      id={id}
      type={shown ? 'text' : 'password'}
      value={value}
      autoComplete="off"
      spellCheck={false}
      {...(placeholder === undefined ? {} : { placeholder })}
      data-testid={testId}
      {...rest}
      onChange={(event) => onChange(event.target.value)}
      suffix={instead ?? (
        <Button
          type="text"
          size="small"
          className="reveal"
          aria-label={t(shown ? 'common.hide_password' : 'common.show_password')}
          aria-pressed={shown}
          icon={shown ? <EyeInvisibleOutlined /> : <EyeOutlined />}
          {...(revealTestId === undefined ? {} : { 'data-testid': revealTestId })}
          onClick={() => setShown(!shown)}
        />
      )}
    />
  );
}

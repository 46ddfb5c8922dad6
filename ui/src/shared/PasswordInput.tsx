import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  id: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  testId: string;
  revealTestId?: string;
}

/** A secret that can be looked at; neither the browser nor a spell checker keeps it. */
export function PasswordInput({ id, value, onChange, placeholder, testId, revealTestId }: Props) {
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
      onChange={(event) => onChange(event.target.value)}
      suffix={
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
      }
    />
  );
}

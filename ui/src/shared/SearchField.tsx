import { SearchOutlined } from '@ant-design/icons';
import { Input, type InputRef } from 'antd';
import { useEffect, useRef } from 'react';

import { isAlone, isChord, MODIFIER } from './keys';

interface Props {
  label: string;
  placeholder: string;
  value: string;
  testId: string;
  onChange: (value: string) => void;
}

/** Narrows the list of a screen; F and Ctrl F go to it. */
export function SearchField({ label, placeholder, value, testId, onChange }: Props) {
  const field = useRef<InputRef>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isChord(event, 'f') && !isAlone(event, 'f')) return;
      event.preventDefault();
      field.current?.focus({ cursor: 'all' });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <Input
      ref={field}
      className="search"
      allowClear
      prefix={<SearchOutlined aria-hidden />}
      {...(value === '' ? { suffix: <kbd aria-hidden>{MODIFIER} F</kbd> } : {})}
      aria-label={label}
      placeholder={placeholder}
      value={value}
      data-testid={testId}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

import { Input } from 'antd';
import { Trans, useTranslation } from 'react-i18next';

import { testIds } from './testIds';

interface Props {
  id: string;
  /** What must be typed. */
  name: string;
  value: string;
  onChange: (value: string) => void;
  onEnter?: () => void;
}

/** A name that must be typed, so that the hand cannot be faster than the eye. */
export function TypedName({ id, name, value, onChange, onEnter }: Props) {
  const { t } = useTranslation();
  return (
    <div className="field">
      <label htmlFor={id}>
        <Trans i18nKey="common.type_name" values={{ name }} components={{ b: <strong className="typed-name" /> }} />
      </label>
      <Input
        id={id}
        value={value}
        autoComplete="off"
        spellCheck={false}
        placeholder={t('common.type_name_hint')}
        data-testid={testIds.typedName}
        onChange={(event) => onChange(event.target.value)}
        onPressEnter={(event) => {
          if (!onEnter) return;
          event.preventDefault();
          onEnter();
        }}
      />
    </div>
  );
}

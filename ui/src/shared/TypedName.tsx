import { Input } from 'antd';
import { Trans, useTranslation } from 'react-i18next';

import { testIds } from './testIds';

interface Props {
  /** What must be typed. */
  name: string;
  value: string;
  onChange: (value: string) => void;
}

/** Typing a name by hand is slower than a click: for what concerns production. */
export function TypedName({ name, value, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <div className="field">
      <label htmlFor="typed-name">
        <Trans i18nKey="common.type_name" values={{ name }} components={{ b: <strong className="typed-name" /> }} />
      </label>
      <Input
        id="typed-name"
        value={value}
        autoComplete="off"
        spellCheck={false}
        placeholder={t('common.type_name_hint')}
        data-testid={testIds.typedName}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

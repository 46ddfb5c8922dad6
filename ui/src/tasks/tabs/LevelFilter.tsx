import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';

import type { EventLevel } from '../../bindings';

interface Props<Level extends string> {
  /** Of the group, for the browser. */
  name: string;
  label: string;
  /** From the least to the worst, each with what it is called. */
  levels: readonly (readonly [Level, EventLevel])[];
  least: Level;
  testId: (level: Level) => string;
  onChange: (least: Level) => void;
}

/** From which level on lines are shown: that one and what is worse. */
export function LevelFilter<Level extends string>({ name, label, levels, least, testId, onChange }: Props<Level>) {
  const { t } = useTranslation();
  return (
    <Segmented
      size="small"
      name={name}
      aria-label={label}
      value={least}
      options={levels.map(([value, word]) => ({ value, label: <span data-testid={testId(value)}>{t(`task.events.from.${word}`)}</span> }))}
      onChange={onChange}
    />
  );
}

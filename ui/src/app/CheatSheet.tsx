import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';

import { MODIFIER, useSingleKeys } from '../shared/keys';
import { testIds } from '../shared/testIds';

type Name = 'palette' | 'create' | 'settings' | 'help' | 'close' | 'search' | 'submit' | 'step' | 'again' | 'menu';
interface Line {
  name: Name;
  /** Pressed together. */
  chord: string[];
  /** Does the same by itself. */
  alone?: string;
}

const GROUPS: { name: 'everywhere' | 'list' | 'wizard'; lines: Line[] }[] = [
  {
    name: 'everywhere',
    lines: [
      { name: 'palette', chord: [MODIFIER, 'K'] },
      { name: 'create', chord: [MODIFIER, 'N'], alone: 'N' },
      { name: 'settings', chord: [MODIFIER, ','], alone: ',' },
      { name: 'help', chord: ['F1'], alone: '/' },
      { name: 'close', chord: ['Esc'] },
    ],
  },
  { name: 'list', lines: [{ name: 'search', chord: [MODIFIER, 'F'], alone: 'F' }] },
  {
    name: 'wizard',
    lines: [
      { name: 'submit', chord: ['Enter'] },
      { name: 'step', chord: ['Alt', '← →'] },
      { name: 'again', chord: ['F5'] },
      { name: 'menu', chord: ['Shift', 'F10'] },
    ],
  },
];

/** Every key that does something. */
export function CheatSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const single = useSingleKeys();
  return (
    <Modal open title={t('keys.title')} footer={null} centered width={520} onCancel={onClose}>
      <div className="cheat-sheet" data-testid={testIds.cheatSheet}>
        {GROUPS.map((group) => (
          <section key={group.name}>
            <h3>{t(`keys.${group.name}`)}</h3>
            <dl>
              {group.lines.map(({ name, chord, alone }) => (
                <div key={name}>
                  <dt>{t(`keys.${name}`)}</dt>
                  <dd>
                    {chord.map((key) => <kbd key={key}>{key}</kbd>)}
                    {alone && single ? <> <span className="quiet">{t('keys.or')}</span> <kbd>{alone}</kbd></> : null}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

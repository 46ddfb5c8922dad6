import { DoubleLeftOutlined, DoubleRightOutlined, LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { testIds } from '../../../shared/testIds';

import type { Database } from './databases';
import { ObjectList } from './ObjectList';

interface Props {
  all: Database[];
  selected: number[];
  onChange: (selected: number[]) => void;
  /** Opens what can be set for a selected database. */
  onMenu: (database: number) => void;
  /** At the end of a selected database's row. */
  renderEnd: (database: Database, tabbable: boolean) => ReactNode;
}

/** Source objects at the left, selected ones at the right; whatever the mouse can do, keys can. */
export function DualList({ all, selected, onChange, onMenu, renderEnd }: Props) {
  const { t } = useTranslation();
  const [ticked, setTicked] = useState<Record<'source' | 'selected', number[]>>({ source: [], selected: [] });
  const left = all.filter(({ number }) => !selected.includes(number));
  const right = all.filter(({ number }) => selected.includes(number));
  const present = (list: Database[], numbers: number[]) => numbers.filter((number) => list.some((each) => each.number === number));
  const toMove = { source: present(left, ticked.source), selected: present(right, ticked.selected) };

  const select = (numbers: number[]) => {
    onChange([...selected, ...numbers]);
    setTicked({ ...ticked, source: [] });
  };
  const remove = (numbers: number[]) => {
    onChange(selected.filter((number) => !numbers.includes(number)));
    setTicked({ ...ticked, selected: [] });
  };
  const button = (testId: string, label: string, icon: ReactNode, numbers: number[], move: (numbers: number[]) => void) => (
    <Button icon={icon} aria-label={label} title={label} disabled={numbers.length === 0} data-testid={testId} onClick={() => move(numbers)} />
  );

  return (
    <div className="dual-list">
      <ObjectList
        id="source"
        title={t('objects.source_objects')}
        objects={left}
        ticked={toMove.source}
        empty={t('objects.all_selected')}
        onTick={(source) => setTicked({ ...ticked, source })}
        onMove={(active) => select(toMove.source.length > 0 ? toMove.source : [active])}
        moveKey="ArrowRight"
      />
      <div className="dual-buttons">
        {button(testIds.moveRight, t('objects.move_right'), <RightOutlined />, toMove.source, select)}
        {button(testIds.moveAllRight, t('objects.move_all_right'), <DoubleRightOutlined />, left.map(({ number }) => number), select)}
        {button(testIds.moveLeft, t('objects.move_left'), <LeftOutlined />, toMove.selected, remove)}
        {button(testIds.moveAllLeft, t('objects.move_all_left'), <DoubleLeftOutlined />, right.map(({ number }) => number), remove)}
      </div>
      <ObjectList
        id="selected"
        title={t('objects.selected_objects')}
        objects={right}
        ticked={toMove.selected}
        empty={t('objects.none_selected')}
        onTick={(next) => setTicked({ ...ticked, selected: next })}
        onMove={(active) => remove(toMove.selected.length > 0 ? toMove.selected : [active])}
        moveKey="ArrowLeft"
        onMenu={onMenu}
        renderEnd={renderEnd}
      />
    </div>
  );
}

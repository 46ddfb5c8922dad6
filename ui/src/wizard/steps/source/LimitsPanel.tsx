import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Pill } from '../../../shared/Pill';
import { testIds } from '../../../shared/testIds';
import { useLimits } from '../../useLimits';
import { usePhrases } from '../../usePhrases';

import { Supported } from './Supported';

/** The limits, those that apply to this pair first. */
export function LimitsPanel() {
  const { t } = useTranslation();
  const { limit } = usePhrases();
  const limits = useLimits();
  const [open, setOpen] = useState(false);
  const here = limits?.filter(({ applies }) => applies) ?? [];
  const others = limits?.filter(({ applies }) => !applies) ?? [];
  return (
    <div className="card limits" data-testid={testIds.limits}>
      <Pill tone={here.length > 0 ? 'attention' : 'info'}>{t('limits.title')}</Pill>
      <span className="limits-text">
        {limits === null ? t('limits.reading') : here.length > 0 ? t('limits.count_here', { all: limits.length, count: here.length }) : t('limits.count', { count: limits.length })}
      </span>
      <Button type="link" className="flat-link" disabled={limits === null} data-testid={testIds.limitsRead} onClick={() => setOpen(true)}>{t('limits.read')}</Button>
      <span className="divider" aria-hidden />
      <Supported />
      <Modal open={open} title={t('limits.title')} width={760} footer={null} onCancel={() => setOpen(false)}>
        <div className="stack limits-list" role="group" aria-label={t('limits.title')} tabIndex={0}>
          {here.length > 0 ? (
            <section className="stack tight">
              <h3>{t('limits.here')}</h3>
              <ul className="bullets">{here.map((note) => <li key={note.id}>{limit(note)}</li>)}</ul>
            </section>
          ) : null}
          <section className="stack tight">
            <h3>{t(here.length > 0 ? 'limits.others' : 'limits.general')}</h3>
            <ul className="bullets">{others.map((note) => <li key={note.id}>{limit(note)}</li>)}</ul>
          </section>
        </div>
      </Modal>
    </div>
  );
}

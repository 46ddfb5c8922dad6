import { Button, Input, Modal } from 'antd';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { CLASS_NAMES, CLASSES } from '../../../forms/budget';
import { errorProps, FormField } from '../../../shared/FormField';
import { useFormat } from '../../../shared/format';
import { testIds } from '../../../shared/testIds';
import { useSession } from '../../session';
import type { Budget } from '../../values';

const CHOICES: Budget[] = ['unlimited', ...CLASS_NAMES.filter((name) => name !== 'unlimited'), 'custom'];

/** The classes as cards of which one is chosen, and limits of the user's own. */
export function ClassCards() {
  const { t } = useTranslation();
  const format = useFormat();
  const { values, edit, errors } = useSession();
  const group = useRef<HTMLDivElement>(null);

  const choose = (budget: Budget) => edit({ budget }, 'class', 'limits.records_per_second', 'limits.bytes_per_second');
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined || event.altKey) return;
    event.preventDefault();
    const next = CHOICES[(CHOICES.indexOf(values.budget) + step + CHOICES.length) % CHOICES.length];
    if (next === undefined) return;
    choose(next);
    group.current?.querySelector<HTMLElement>(`[data-class="${next}"]`)?.focus();
  };
  const field = (id: string, key: 'records' | 'megabytes', label: string, testId: string) => (
    <FormField id={id} label={label} error={errors[id]} hint={t('instance.blank')}>
      <Input id={id} inputMode="numeric" autoComplete="off" value={values[key]} data-testid={testId} {...errorProps(id, errors[id])} onChange={(event) => edit({ [key]: event.target.value }, id)} />
    </FormField>
  );

  return (
    <section className="stack" aria-labelledby="class-title">
      <div className="class-head">
        <h3 id="class-title">{t('instance.title')}</h3>
        <span className="quiet">{t('instance.note')}</span>
        <Table />
      </div>
      <div ref={group} className="class-cards" role="radiogroup" aria-labelledby="class-title" onKeyDown={keys}>
        {CHOICES.map((choice) => {
          const chosen = values.budget === choice;
          const rate = choice === 'custom' ? null : CLASSES[choice];
          return (
            <button
              key={choice}
              type="button"
              role="radio"
              aria-checked={chosen}
              tabIndex={chosen ? 0 : -1}
              className={chosen ? 'class-card is-chosen' : 'class-card'}
              data-class={choice}
              data-testid={testIds.classCard(choice)}
              onClick={() => choose(choice)}
            >
              <span className="class-name">{t(`instance.name.${choice}`)}</span>
              <span className="class-figure">{rate === null ? t(choice === 'custom' ? 'instance.custom_figure' : 'instance.unlimited_figure') : t('instance.figure', { n: format.count(rate) })}</span>
              <span className="quiet">{choice === 'unlimited' ? t('instance.recommended') : choice === 'custom' ? t('instance.custom_text') : t('instance.per_second')}</span>
            </button>
          );
        })}
      </div>
      {values.budget === 'custom' ? (
        <div className="pair even class-custom">
          {field('limits.records_per_second', 'records', t('instance.records'), testIds.limitRecords)}
          {field('limits.bytes_per_second', 'megabytes', t('instance.megabytes'), testIds.limitMegabytes)}
        </div>
      ) : null}
      {errors.class ? <div className="field-error">{errors.class}</div> : null}
    </section>
  );
}

/** What each class is able to do, in full. */
function Table() {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button type="link" className="flat-link" data-testid={testIds.classTable} onClick={() => setOpen(true)}>{t('instance.table')}</Button>
      <Modal open={open} title={t('instance.table_title')} footer={null} width={560} onCancel={() => setOpen(false)}>
        <div className="stack">
          <table>
            <thead><tr><th>{t('instance.title')}</th><th className="number">{t('instance.upper_limit')}</th></tr></thead>
            <tbody>
              {CLASS_NAMES.map((name) => {
                const rate = CLASSES[name];
                return <tr key={name}><td>{t(`instance.name.${name}`)}</td><td className="number">{rate === null ? t('instance.no_limit') : t('instance.rate', { n: format.count(rate) })}</td></tr>;
              })}
            </tbody>
          </table>
          <p className="quiet">{t('instance.table_note')}</p>
        </div>
      </Modal>
    </>
  );
}

import { useTranslation } from 'react-i18next';

import { useFormat } from '../../../shared/format';
import { testIds } from '../../../shared/testIds';
import { useSession } from '../../session';

import { usePhrases } from '../../usePhrases';

/** What the user chose to go on in spite of, and since when. */
export function IgnoredList() {
  const { t } = useTranslation();
  const format = useFormat();
  const { texts } = usePhrases();
  const { items, ignored, running } = useSession().precheck;
  if (running) return null;
  const listed = ignored.flatMap(({ id, at }) => {
    const item = items.find((each) => each.id === id);
    return item?.verdict === 'ignored' ? [{ id, at, title: texts(item).title }] : [];
  });
  if (listed.length === 0) return null;
  return (
    <section className="card ignored" aria-labelledby="ignored-title" data-testid={testIds.ignoredList}>
      <h3 id="ignored-title">{t('precheck.ignored_title')}</h3>
      <ul className="bullets">
        {listed.map(({ id, at, title }) => <li key={id}>{title} <span className="quiet">{t('precheck.ignored_at', { at: format.dateTime(at) })}</span></li>)}
      </ul>
    </section>
  );
}

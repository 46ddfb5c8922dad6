import { useTranslation } from 'react-i18next';

/** Says why something was left out. The program's list of reasons may grow before this page's does. */
export function useReasons(): (reason: string) => string {
  const { t } = useTranslation();
  return (reason) => t(`task.skipped.word.${reason}` as 'task.skipped.word.key_filter', { defaultValue: reason.replaceAll('_', ' ') });
}

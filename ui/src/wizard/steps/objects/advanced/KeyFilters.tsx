import { Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { errorProps, FormField } from '../../../../shared/FormField';
import { testIds } from '../../../../shared/testIds';
import { useSession } from '../../../session';

/** Which keys move, by their names. */
export function KeyFilters() {
  const { t } = useTranslation();
  const { values, edit, errors } = useSession();
  const globs = (field: 'include_keys' | 'exclude_keys', key: 'include' | 'exclude', testId: string) => (
    <FormField id={field} label={t(`filters.${key}`)} error={errors[field]}>
      <Select
        id={field}
        mode="tags"
        open={false}
        suffix={null}
        tokenSeparators={['\n', ' ']}
        value={values[key]}
        placeholder={key === 'include' ? t('filters.include_hint') : t('filters.exclude_hint')}
        data-testid={testId}
        {...errorProps(field, errors[field])}
        onChange={(next: string[]) => edit({ [key]: next }, field)}
      />
    </FormField>
  );
  return (
    <fieldset>
      <legend>{t('filters.title')}</legend>
      <div className="pair even">
        {globs('include_keys', 'include', testIds.includeKeys)}
        {globs('exclude_keys', 'exclude', testIds.excludeKeys)}
      </div>
      <p className="field-hint">{t('filters.note')}</p>
      <p className="field-hint">{t('filters.crossing')}</p>
    </fieldset>
  );
}

import { Select } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Template } from '../../../bindings';
import { type FormSide, labelOf } from '../../../forms/connection';
import { EnvironmentTag } from '../../../forms/Environment';
import { FormField } from '../../../shared/FormField';
import { sayError } from '../../../shared/phrases';
import { testIds } from '../../../shared/testIds';

import type { Templates } from './useTemplates';

interface Props {
  side: FormSide;
  templates: Templates;
  selected: string | null;
  onSelect: (template: Template | null) => void;
}

/** Fills a side in from a saved connection. */
export function TemplateSelect({ side, templates, selected, onSelect }: Props) {
  const { t } = useTranslation();
  const id = `${side}.template`;
  const { all, error } = templates;
  return (
    <FormField id={id} label={t('template.select')} error={error ? sayError(t, error) : undefined}>
      <Select
        id={id}
        value={all?.some((template) => template.id === selected) ? selected : null}
        placeholder={t('template.none')}
        loading={all === null && error === null}
        allowClear
        showSearch={{ optionFilterProp: 'search' }}
        notFoundContent={<span className="quiet">{t(all?.length ? 'template.no_match' : 'template.empty')}</span>}
        data-testid={testIds.template(side)}
        options={(all ?? []).map((template) => ({
          value: template.id,
          label: template.name,
          search: `${template.name} ${labelOf(template.endpoint)}`,
          title: '',
        }))}
        optionRender={(option) => {
          const template = all?.find((each) => each.id === option.value);
          return template ? (
            <span className="template-option">
              <span>{template.name} <EnvironmentTag environment={template.endpoint.environment} /></span>
              <span className="quiet">{labelOf(template.endpoint)}</span>
            </span>
          ) : null;
        }}
        onChange={(next: string | null | undefined) => onSelect(all?.find((template) => template.id === next) ?? null)}
      />
    </FormField>
  );
}

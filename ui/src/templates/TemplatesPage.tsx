import './templates.css';

import { CopyOutlined, ImportOutlined, PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Template } from '../bindings';
import { labelOf } from '../forms/connection';
import { ListSkeleton } from '../shared/ListSkeleton';
import { Problem } from '../shared/Problem';
import { go } from '../shared/route';
import { SearchField } from '../shared/SearchField';
import { testIds } from '../shared/testIds';

import { ImportDialog } from './import/ImportDialog';
import { TemplateForm } from './TemplateForm';
import { TemplateRow } from './TemplateRow';
import { useTemplates } from './useTemplates';

/** Connection settings under a name, to be selected when a task is created. */
export function TemplatesPage({ importing }: { importing: boolean }) {
  const { t } = useTranslation();
  const all = useTemplates();
  const { templates, error } = all;
  const [query, setQuery] = useState('');
  const [edited, setEdited] = useState<Template | 'new' | null>(null);
  const names = useMemo(() => templates?.map(({ name }) => name) ?? [], [templates]);
  const shown = templates?.filter((template) => matches(template, query)) ?? [];

  return (
    <>
      <header className="page-head">
        <h1>{t('templates.title')}</h1>
        {templates ? <span className="quiet list-total">{t('templates.count', { count: templates.length })}</span> : null}
        <span className="spring" />
        {templates && templates.length > 0 ? (
          <SearchField label={t('templates.search')} placeholder={t('templates.search_hint')} value={query} testId={testIds.templateSearch} onChange={setQuery} />
        ) : null}
        <Button icon={<ImportOutlined />} data-testid={testIds.importOpen} onClick={() => go({ screen: 'templates', importing: true })}>{t('templates.import.open')}</Button>
        <Button type="primary" icon={<PlusOutlined />} data-testid={testIds.templateCreate} onClick={() => setEdited('new')}>{t('templates.create')}</Button>
      </header>
      {error ? (
        <Problem
          title={t(error.during === 'read' ? 'templates.error' : 'templates.change_error')}
          error={error.error}
          data-testid={testIds.templatesError}
          action={error.during === 'read' ? <Button onClick={all.reload}>{t('common.retry')}</Button> : null}
        />
      ) : null}
      {templates === null ? (error ? null : <ListSkeleton label={t('templates.loading')} />) : templates.length === 0 ? (
        <div className="card empty" data-testid={testIds.templatesEmpty}>
          <CopyOutlined className="empty-icon" aria-hidden />
          <h2>{t('templates.empty')}</h2>
          <p className="quiet">{t('templates.empty_text')}</p>
        </div>
      ) : (
        <>
          <div className="card table-card" role="region" aria-label={t('templates.title')} tabIndex={0}>
            <table className="templates">
              <thead>
                <tr>
                  <th>{t('templates.column.name')}</th>
                  <th>{t('templates.column.address')}</th>
                  <th>{t('templates.column.password')}</th>
                  <th>{t('templates.column.test')}</th>
                  <th>{t('templates.column.uses')}</th>
                  <th className="number">{t('templates.column.updated')}</th>
                  <th><span className="sr-only">{t('tasks.column.actions')}</span></th>
                </tr>
              </thead>
              <tbody>
                {shown.map((template) => <TemplateRow key={template.id} template={template} templates={all} onEdit={() => setEdited(template)} />)}
              </tbody>
            </table>
            {shown.length === 0 ? (
              <p className="nothing" role="status">{t('templates.no_match', { query })} <Button type="link" onClick={() => setQuery('')}>{t('templates.show_all')}</Button></p>
            ) : null}
          </div>
          <p className="quiet">{t('templates.copies')}</p>
        </>
      )}
      {importing ? <ImportDialog taken={names} onClose={() => go({ screen: 'templates' })} onSaved={all.reload} /> : null}
      {edited ? (
        <TemplateForm
          template={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onSaved={() => {
            setEdited(null);
            all.reload();
          }}
        />
      ) : null}
    </>
  );
}

function matches(template: Template, query: string): boolean {
  const text = [template.name, labelOf(template.endpoint), template.endpoint.account, template.id].join('\n').toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

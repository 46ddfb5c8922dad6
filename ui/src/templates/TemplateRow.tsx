import { ApiOutlined, CheckOutlined, CloseOutlined, CopyOutlined, DeleteOutlined, EditOutlined, EllipsisOutlined, FontSizeOutlined, KeyOutlined, LinkOutlined } from '@ant-design/icons';
import { Button, Dropdown, type MenuProps, Popover, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useBackend } from '../backend/context';
import type { Template } from '../bindings';
import { ConnectivityResult } from '../forms/ConnectivityResult';
import { labelOf, uriOf } from '../forms/connection';
import { EnvironmentTag } from '../forms/Environment';
import { Dialog } from '../shared/Dialog';
import { whatFailed } from '../shared/failure';
import { useFormat } from '../shared/format';
import { Pill } from '../shared/Pill';
import { RenameDialog } from '../shared/RenameDialog';
import { testIds } from '../shared/testIds';
import { useNow } from '../shared/useNow';

import { Uses } from './Uses';
import type { Templates } from './useTemplates';
import { useTemplateTest } from './useTemplateTest';

interface Props {
  template: Template;
  templates: Templates;
  onEdit: () => void;
}

export function TemplateRow({ template, templates, onEdit }: Props) {
  const { t } = useTranslation();
  const backend = useBackend();
  const format = useFormat();
  const now = useNow();
  const [asked, setAsked] = useState<'rename' | 'delete' | null>(null);
  const [copied, setCopied] = useState(false);
  const { test, run, close } = useTemplateTest(template.id, templates.reload);
  const { endpoint, uses } = template;

  const entry = (key: 'duplicate' | 'rename' | 'copy_uri' | 'delete', Icon: typeof CopyOutlined) => ({
    key, icon: <Icon />, danger: key === 'delete', label: <span data-testid={testIds.templateMenu(key)}>{t(`templates.${key}`)}</span>,
  });
  const items: MenuProps['items'] = [
    entry('duplicate', CopyOutlined), entry('rename', FontSizeOutlined), entry('copy_uri', LinkOutlined), { type: 'divider' }, entry('delete', DeleteOutlined),
  ];
  const onClick: MenuProps['onClick'] = ({ key }) => {
    if (key === 'duplicate') void templates.change(() => backend.duplicateTemplate(template.id));
    else if (key === 'copy_uri') void navigator.clipboard.writeText(uriOf(endpoint)).then(() => setCopied(true));
    else setAsked(key as 'rename' | 'delete');
  };

  return (
    <>
      <tr data-testid={testIds.templateRow(template.id)}>
        <th scope="row" className="cell-name">
          {template.name}
          <div className="second"><code>{template.id.slice(0, 4)}</code></div>
        </th>
        <td>
          <span className="address">{labelOf(endpoint)}</span> <EnvironmentTag environment={endpoint.environment} />
          <div className="second">
            {t('task.settings.account_of', { account: endpoint.account || t('task.settings.default_account') })}
            {copied ? <span role="status"> · {t('templates.copied')}</span> : null}
          </div>
        </td>
        <td className="nowrap">
          {template.has_password ? <><KeyOutlined aria-hidden className="tone-text-good" /> {t('templates.password_set')}</> : <span className="quiet">{t('templates.password_none')}</span>}
        </td>
        <td>
          <LastTest template={template} />
        </td>
        <td>
          {uses.length === 0 ? <span className="quiet">{t('templates.unused')}</span> : (
            <Popover trigger="click" title={t('templates.uses_title')} content={<Uses uses={uses} />}>
              <Button type="link" size="small" className="inline-link" data-testid={testIds.templateUses(template.id)}>{t('templates.uses', { count: uses.length })}</Button>
            </Popover>
          )}
        </td>
        <td className="number quiet cell-updated" title={format.dateTime(template.updated_at)}>{format.ago(now - Date.parse(template.updated_at))}</td>
        <td className="cell-actions">
          <Tooltip title={t('templates.test')}>
            <Button type="text" icon={<ApiOutlined />} disabled={test?.running === true} aria-label={t('templates.test_of', { name: template.name })} data-testid={testIds.templateTest(template.id)} onClick={run} />
          </Tooltip>
          <Tooltip title={t('templates.edit')}>
            <Button type="text" icon={<EditOutlined />} aria-label={t('templates.edit_title', { name: template.name })} data-testid={testIds.templateEdit(template.id)} onClick={onEdit} />
          </Tooltip>
          <Dropdown menu={{ items, onClick }} trigger={['click']} placement="bottomRight">
            <Button type="text" icon={<EllipsisOutlined />} aria-label={t('templates.more', { name: template.name })} data-testid={testIds.templateMore(template.id)} />
          </Dropdown>
          {asked === 'rename' ? (
            <RenameDialog
              name={template.name}
              hint={t('templates.name_hint')}
              onOk={(name) => void templates.change(() => backend.updateTemplate(template.id, { name, endpoint, password: { from: 'keep' } }))}
              onClose={() => setAsked(null)}
            />
          ) : null}
          {asked === 'delete' ? (
            <Dialog
              title={t('templates.delete_title', { name: template.name })}
              ok={t('templates.delete_ok')}
              danger
              onOk={() => {
                setAsked(null);
                void templates.change(() => backend.deleteTemplate(template.id));
              }}
              onClose={() => setAsked(null)}
            >
              <p>{t('templates.delete_text')}</p>
              {uses.length > 0 ? <Uses uses={uses} /> : null}
            </Dialog>
          ) : null}
        </td>
      </tr>
      {test ? (
        <tr className="test-row">
          <td colSpan={7}>
            <div className="test-result">
              <ConnectivityResult id={`template-${template.id}`} side={test.report?.side === 'source' ? 'source' : 'destination'} test={test} unix={endpoint.access === 'unix'} outdated={false} onCancel={close} />
              {test.running ? null : <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('templates.close_result', { name: template.name })} onClick={close} />}
            </div>
          </td>
        </tr>
      ) : null}
    </>
  );
}

function LastTest({ template }: { template: Template }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { last_test } = template;
  if (!last_test) return <span className="quiet">{t('templates.never_tested')}</span>;
  const { ok, server, error } = last_test;
  return (
    <>
      <Pill tone={ok ? 'good' : 'bad'} icon={ok ? <CheckOutlined aria-hidden /> : <CloseOutlined aria-hidden />}>{t(ok ? 'templates.reachable' : 'templates.unreachable')}</Pill>
      <div className="second" title={format.dateTime(last_test.at)}>
        {[server ? `${server.product} ${server.version}` : error && whatFailed(t, error), format.ago(now - Date.parse(last_test.at))].filter(Boolean).join(' · ')}
      </div>
    </>
  );
}

import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { ConnectivityResult } from '../../../forms/ConnectivityResult';
import { type FormSide, identity, isEntered, placeOf } from '../../../forms/connection';
import { EndpointFields, EnvironmentSelect } from '../../../forms/EndpointFields';
import { EnvironmentTag } from '../../../forms/Environment';
import { useFilling } from '../../../forms/useFilling';
import { testIds } from '../../../shared/testIds';
import { useOpening } from '../../../shared/useOpening';
import { useSession } from '../../session';

import { TemplateDialog } from './TemplateDialog';
import { TemplateSelect } from './TemplateSelect';
import type { Templates } from './useTemplates';

interface Props {
  side: FormSide;
  templates: Templates;
  onTest: () => void;
}

/** One side of the task. */
export function SideCard({ side, templates, onTest }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  const { values, errors, setSide, tester } = session;
  const value = values[side];
  const filling = useFilling(value, (next) => setSide(side, next, ...['host', 'port', 'path', 'account', 'password'].map((field) => `${side}.${field}`)), () => session.putAside(side));
  const [opening, open, closed] = useOpening<'save' | 'rename'>();
  const test = tester.tests[side];
  const selected = templates.all?.find(({ id }) => id === values.templates[side]) ?? null;

  return (
    <section className="card endpoint" aria-labelledby={`${side}-title`}>
      <header>
        <h3 id={`${side}-title`}>{t(`wizard.${side}_database`)}</h3>
        <EnvironmentTag environment={value.endpoint.environment} />
        <span className="spring" />
        <label className="quiet" htmlFor={`${side}.environment`}>{t('environment.label')}</label>
        <EnvironmentSelect id={`${side}.environment`} testId={testIds.environment(side)} value={value.endpoint.environment} onChange={(environment) => setSide(side, { ...value, endpoint: { ...value.endpoint, environment } })} />
      </header>
      <EndpointFields
        prefix={side}
        side={side}
        version={test?.of === identity(value) ? (test.report?.server?.compatible_with ?? null) : null}
        value={value}
        errors={errors}
        filling={filling}
        onChange={(next, ...fields) => setSide(side, next, ...fields)}
        first={
          <TemplateSelect
            side={side}
            templates={templates}
            selected={values.templates[side]}
            onSelect={(template) => {
              session.edit({ templates: { ...values.templates, [side]: template?.id ?? null } });
              if (template) filling.template(template.name, { endpoint: template.endpoint, password: template.has_password ? { from: 'template', id: template.id } : { from: 'none' } });
            }}
          />
        }
      />
      {placeOf(value.endpoint) === 'cloud' ? null : (
        <div className="test-line">
          <Button disabled={!isEntered(value.endpoint) || test?.running === true} data-testid={testIds.test(side)} onClick={onTest}>
            {t(test?.report ? 'endpoint.test.again' : 'endpoint.test.run')}
          </Button>
          <span className="spring" />
          <Button type="link" className="flat-link" disabled={!isEntered(value.endpoint)} data-testid={testIds.saveTemplate(side)} onClick={() => open('save')}>{t('template.save_as')}</Button>
          <Button type="link" className="flat-link" disabled={selected === null} data-testid={testIds.renameTemplate(side)} onClick={() => open('rename')}>{t('template.edit_name')}</Button>
        </div>
      )}
      <div aria-live="polite" className="result-place">
        {test && placeOf(value.endpoint) !== 'cloud' ? (
          <ConnectivityResult
            id={side}
            side={side}
            test={test}
            unix={value.endpoint.access === 'unix'}
            outdated={!test.running && test.of !== identity(value)}
            onCancel={() => tester.cancel(side)}
          />
        ) : null}
      </div>
      <TemplateDialog
        opening={opening}
        side={side}
        template={selected}
        onClose={closed}
        onSaved={(id) => {
          session.edit({ templates: { ...values.templates, [side]: id } });
          templates.reload();
        }}
      />
    </section>
  );
}

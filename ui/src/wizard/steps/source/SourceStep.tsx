import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useBackend } from '../../../backend/context';
import type { AppInfo } from '../../../bindings';
import { type FormSide, identity, isEntered, placeOf } from '../../../forms/connection';
import { errorProps, FormField } from '../../../shared/FormField';
import { type Mistakes, type OwnWords, sayPhrase } from '../../../shared/phrases';
import { testIds } from '../../../shared/testIds';
import { useAsked } from '../../../shared/useAsked';
import { useSession } from '../../session';
import { StepFrame } from '../../StepFrame';
import { mistakes } from '../../values';

import { LimitsPanel } from './LimitsPanel';
import { SideCard } from './SideCard';
import { SwapButton } from './SwapButton';
import { SwappedSides } from './SwappedSides';
import { useTemplates } from './useTemplates';

const SIDES: FormSide[] = ['source', 'destination'];

/** Both servers: how they are reached, and whether they are. */
export function SourceStep() {
  const { t } = useTranslation();
  const backend = useBackend();
  const session = useSession();
  const { values, edit, errors, show, tester, reached, flush } = session;
  const templates = useTemplates();
  const [info] = useAsked<AppInfo>(() => backend.appInfo());
  const [proceeding, setProceeding] = useState(false);
  const running = SIDES.some((side) => tester.tests[side]?.running);
  const cloud = SIDES.filter((side) => placeOf(values[side].endpoint) === 'cloud');

  const test = async (side: FormSide): Promise<boolean> => {
    const id = await flush();
    const { endpoint, password } = values[side];
    return tester.run(side, identity(values[side]), { task_id: id, template_id: null, side, endpoint, password });
  };

  const missing = (): Mistakes => {
    const blank = SIDES.filter((side) => !isEntered(values[side].endpoint));
    const name = mistakes(values).name;
    return {
      ...(name === undefined ? {} : { name }),
      ...Object.fromEntries(blank.map((side): [string, OwnWords] => (values[side].endpoint.access === 'unix' ? [`${side}.path`, 'endpoint.path_required'] : [`${side}.host`, 'endpoint.host_required']))),
    };
  };

  const proceed = async () => {
    const found = missing();
    show(found);
    if (Object.keys(found).length > 0) return;
    setProceeding(true);
    try {
      // A side that is known to be good as it is needs no other look.
      const results = await Promise.all(SIDES.map((side) => (reached[side] ? Promise.resolve(true) : test(side))));
      if (results.every(Boolean)) session.go('objects');
    } catch {
      // Saving failed; the head of the page says so.
    } finally {
      setProceeding(false);
    }
  };

  const keychain = info?.keychain;
  return (
    <StepFrame
      back={null}
      primary={t(proceeding ? 'wizard.testing' : 'wizard.test_and_proceed')}
      primaryTestId={testIds.proceed}
      busy={proceeding}
      blocked={cloud.length > 0 ? t('endpoint.cloud.blocked') : running && !proceeding ? t('wizard.test_runs') : null}
      note={keychain && !keychain.available ? <span data-testid={testIds.keychainNote}>{t(`wizard.keychain.${keychain.state}`, { reason: sayPhrase(t, keychain.phrase, keychain.reason) })}</span> : t('wizard.footer')}
      onPrimary={() => void proceed()}
    >
      <div className="source-head">
        <FormField id="name" label={t('wizard.task_name')} error={errors.name} hint={t('wizard.task_name_hint')} className="name-field">
          <Input id="name" value={values.name} spellCheck={false} autoComplete="off" data-testid={testIds.taskName} {...errorProps('name', errors.name)} onChange={(event) => edit({ name: event.target.value }, 'name')} />
        </FormField>
        <div className="source-aside">
          <LimitsPanel />
        </div>
      </div>
      <SwappedSides />
      <div className="sides">
        <SideCard side="source" templates={templates} onTest={() => void test('source').catch(() => undefined)} />
        <SwapButton />
        <SideCard side="destination" templates={templates} onTest={() => void test('destination').catch(() => undefined)} />
      </div>
    </StepFrame>
  );
}

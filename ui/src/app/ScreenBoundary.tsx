import { Button } from 'antd';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { asCommandError } from '../backend/backend';
import { Problem } from '../shared/Problem';
import { testIds } from '../shared/testIds';

interface Props {
  /** Which screen: another one is another chance. */
  place: string;
  children: ReactNode;
}

interface State {
  error: Error | null;
}

/** Keeps the side bar, and the tasks' way back, where a screen fails to draw itself: without it React takes everything away. */
export class ScreenBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override componentDidUpdate(before: Props) {
    if (this.state.error && before.place !== this.props.place) this.setState({ error: null });
  }

  override render() {
    const { error } = this.state;
    return error ? <Broken error={error} onAgain={() => this.setState({ error: null })} /> : this.props.children;
  }
}

function Broken({ error, onAgain }: { error: Error; onAgain: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <header className="page-head"><h1>{t('broken.title')}</h1></header>
      <Problem
        title={t('broken.text')}
        error={asCommandError(new Error(`${error.name}: ${error.message}`))}
        data-testid={testIds.screenBroken}
        action={<Button data-testid={testIds.screenAgain} onClick={onAgain}>{t('common.retry')}</Button>}
      />
    </>
  );
}

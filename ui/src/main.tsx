import '@fontsource-variable/inter';
import 'antd/dist/reset.css';
import './app/app.css';
import './tasks/tasks.css';
import './forms/forms.css';
import './wizard/wizard.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app/App';
import { i18n } from './i18n';

const root = createRoot(document.getElementById('root') ?? document.body);

async function chooseBackend() {
  if (import.meta.env.MODE === 'mock') {
    // Whoever looks at the mock in a browser changes its language as the settings do.
    Object.assign(window, { keyferry: { speak: (language: string) => i18n.changeLanguage(language) } });
    const { mockBackend, scenarioOf } = await import('./backend/mock/mock');
    return mockBackend({ scenario: scenarioOf(window.location.search) });
  }
  const { tauriBackend } = await import('./backend/tauri');
  return '__TAURI_INTERNALS__' in window ? tauriBackend : null;
}

void chooseBackend().then((backend) => {
  root.render(
    backend ? (
      <StrictMode>
        <App backend={backend} />
      </StrictMode>
    ) : (
      <p>{i18n.t('fatal.text')}</p>
    ),
  );
});

import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Who may import whom. A folder that is not named in `allowed` is out of reach. */
const folders = ['app', 'backend', 'bindings', 'tasks', 'wizard', 'templates', 'settings', 'forms', 'shared', 'i18n'];
const allowed = {
  bindings: [],
  // The program's phrases are part of the catalogue.
  i18n: ['bindings'],
  // Knows no domain: could serve another program as it is.
  shared: ['i18n'],
  backend: ['bindings'],
  forms: ['backend', 'bindings', 'shared', 'i18n'],
  tasks: ['backend', 'bindings', 'forms', 'shared', 'i18n'],
  wizard: ['backend', 'bindings', 'forms', 'shared', 'i18n'],
  templates: ['backend', 'bindings', 'forms', 'shared', 'i18n'],
  settings: ['backend', 'bindings', 'shared', 'i18n'],
  app: folders,
};
const tauri = {
  group: ['@tauri-apps/*'],
  message: 'Only backend/tauri.ts talks to Tauri; everything else knows the Backend interface.',
};

const boundaries = Object.entries(allowed).map(([folder, may]) => ({
  files: [`src/${folder}/**`],
  ignores: ['src/backend/tauri.ts', 'src/**/*.test.*'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          tauri,
          ...folders
            .filter((other) => other !== folder && !may.includes(other))
            .map((other) => ({
              group: [`../${other}/*`, `../../${other}/*`],
              message: `${folder} does not know ${other}: see the boundaries in eslint.config.js.`,
            })),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/bindings'] },
  js.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { 'react-hooks': hooks },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      ...hooks.configs.recommended.rules,
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Commands reject with a CommandError, which is data.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      'no-console': 'error',
    },
  },
  ...boundaries,
  {
    files: ['scripts/**', '*.js'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly', document: 'readonly', window: 'readonly', requestAnimationFrame: 'readonly' },
    },
  },
);

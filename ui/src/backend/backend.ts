import type {
  AccountRules,
  AlertContact,
  AlertRules,
  AppInfo,
  CloseChoice,
  CommandError,
  CommandInfo,
  ConnectivityReport,
  DiagnosticsFile,
  EffectiveRetry,
  ErrorPhrases,
  FieldError,
  InstanceClass,
  ItemReport,
  KeychainStatus,
  LimitNote,
  Limits,
  LogFilter,
  LogPage,
  PasswordInput,
  PrecheckReport,
  ReportFormat,
  ServerSummary,
  Settings,
  SettingsPart,
  ShellEvent,
  Side,
  SkippedPage,
  SkippedQuery,
  StageProgress,
  StartOrder,
  TaskDetails,
  TaskDraft,
  TaskInput,
  TaskSummary,
  TaskUpdate,
  Template,
  TemplateInput,
  TestRequest,
} from '../bindings';

/** The Redis version that a server is compatible with. */
export type Version = ServerSummary['compatible_with'];

/** A stream of updates; the first one comes by itself. */
export interface Subscription {
  /** Settles when the backend has taken the subscription; rejects with a {@link CommandError}. */
  ready: Promise<void>;
  /** No update comes after this. */
  end(): void;
}

/** Everything the page asks of the program. Every call rejects with a {@link CommandError}. */
export interface Backend {
  appInfo(): Promise<AppInfo>;
  /** Where tasks are kept, also where they cannot be opened. */
  stateFolder(): Promise<string>;
  /** Shows that folder in the desktop's file manager; rejects with `folder_not_opened`. */
  openStateFolder(): Promise<void>;
  listTasks(): Promise<TaskSummary[]>;
  /** Why each task that is not in the list is not: it cannot be read. */
  unreadableTasks(): Promise<CommandError[]>;
  showTask(id: string): Promise<TaskDetails>;
  /** What a task left out, oldest first; also while it runs. */
  listSkipped(id: string, query: SkippedQuery): Promise<SkippedPage>;
  /** Lines of a task's log, oldest first: the newest of those before a position. */
  readLog(id: string, filter: LogFilter, before: number): Promise<LogPage>;
  validateDraft(draft: TaskDraft): Promise<FieldError[]>;
  /** A name for a new task, with the time of a clock that is so far ahead of UTC. */
  suggestTaskName(offset_minutes: number): Promise<string>;
  /** Keeps a task's stored password at hand; gives the token for `{ from: 'aside' }`. */
  putPasswordAside(id: string, side: Side): Promise<string>;
  /** The rules of an account that may do all that a task does at a server of this version, or of any. */
  accountRules(side: Side, version: Version | null): Promise<AccountRules[]>;
  /** Keeps a form as it is, mistakes and all; without an id a task is made. Gives the task's id. */
  saveDraft(id: string | null, task: TaskInput): Promise<string>;
  /** Judges a task's form as a whole; rejects with `invalid` and its mistakes. */
  configureTask(id: string): Promise<void>;
  /** The result is kept with the task that the request names. */
  testConnectivity(
    request: TestRequest,
    onStage: (stage: StageProgress) => void,
  ): Promise<ConnectivityReport>;
  /** Ends a connectivity test or a precheck; its own call rejects with `cancelled`. */
  cancelRun(run_id: string): Promise<void>;
  runPrecheck(id: string, run_id: string, onItem: (item: ItemReport) => void): Promise<PrecheckReport>;
  /** Replaces an earlier choice. Some checks want the destination's label typed. */
  ignoreChecks(id: string, checks: string[], typed_name: string | null): Promise<void>;
  /** What a source of a version can send: one as `Redis 7.0.15` or `Valkey 8.1.8`; null is any. */
  commandCatalogue(version: string | null): Promise<CommandInfo[]>;
  /** Limits and notes on a pair, those that apply first. */
  limits(draft: TaskDraft, source: ServerSummary | null, destination: ServerSummary | null): Promise<LimitNote[]>;
  /** The lowest retry time of the running tasks that share a server with this draft. */
  effectiveRetry(draft: TaskDraft, task_id: string | null): Promise<EffectiveRetry>;
  /** Rejects with `terms_not_accepted`, `precheck_needed` or `confirmation_needed`. */
  startTask(id: string, start: StartOrder): Promise<void>;
  pauseTask(id: string): Promise<void>;
  pauseAll(): Promise<void>;
  resumeTask(id: string): Promise<void>;
  stopTask(id: string): Promise<void>;
  releaseTask(id: string): Promise<void>;
  retryNow(id: string): Promise<void>;
  /** Agrees to what a task proposes that holds at the error with this code. */
  agree(id: string, code: string): Promise<void>;
  setLimits(id: string, limits: Limits): Promise<void>;
  /** Null is unlimited. */
  setClass(id: string, cls: InstanceClass | null): Promise<void>;
  renameTask(id: string, name: string): Promise<void>;
  /** Gives the new task's id. */
  duplicateTask(id: string): Promise<string>;
  provideCredentials(id: string, source: PasswordInput, destination: PasswordInput): Promise<void>;
  deleteTask(id: string): Promise<void>;
  /** Gives the demonstration task's id. */
  startDemo(): Promise<string>;
  endDemo(): Promise<void>;
  listContacts(): Promise<AlertContact[]>;
  setAlerts(id: string, rules: AlertRules | null): Promise<void>;
  /** Whether this computer stays awake while the task runs here. */
  setKeepAwake(id: string, keep: boolean): Promise<void>;
  listTemplates(): Promise<Template[]>;
  /** Gives the template's id. */
  createTemplate(template: TemplateInput): Promise<string>;
  updateTemplate(id: string, template: TemplateInput): Promise<void>;
  /** Gives the new template's id. */
  duplicateTemplate(id: string): Promise<string>;
  deleteTemplate(id: string): Promise<void>;
  /** The result is kept with the template. */
  testTemplate(id: string, run_id: string, onStage: (stage: StageProgress) => void): Promise<ConnectivityReport>;
  /** Gives the path of the file that was written. */
  exportReport(id: string, format: ReportFormat): Promise<string>;
  /** What {@link exportDiagnostics} would write. */
  diagnosticsPreview(id: string): Promise<DiagnosticsFile[]>;
  /** Gives the path of the file that was written. */
  exportDiagnostics(id: string): Promise<string>;
  /** The command that takes the destination's account its write permission. */
  revokeCommand(id: string): Promise<string>;
  /** Looks again whether passwords can be kept. */
  probeKeychain(): Promise<KeychainStatus>;
  getSettings(): Promise<Settings>;
  /** What is left out stays as it is. Gives what is stored then. */
  setSettings(part: SettingsPart): Promise<Settings>;
  subscribeTasks(onUpdate: (tasks: TaskSummary[]) => void): Subscription;
  subscribeTask(id: string, onUpdate: (update: TaskUpdate) => void): Subscription;
  /** The newest lines of a task's log, then those that come; a page with `before` is the newest again. */
  subscribeLog(id: string, filter: LogFilter, onUpdate: (page: LogPage) => void): Subscription;
  /** What the window has to say: it is closed, a notification was clicked, keychain or settings changed. */
  subscribeShell(onEvent: (event: ShellEvent) => void): Subscription;
  /** The answer to `close_asked`; `remember` makes it the setting. */
  answerClose(choice: CloseChoice, remember: boolean): Promise<void>;
  /** The window's title, as it follows what runs. */
  setTitle(text: string): Promise<void>;
}

/** `error` as a {@link CommandError}, whatever was thrown. */
export function asCommandError(error: unknown): CommandError {
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
    const told = error as Partial<CommandError>;
    return {
      code: told.code ?? 'internal',
      message: told.message ?? '',
      side: told.side ?? null,
      remedy: told.remedy ?? null,
      phrases: told.phrases ?? plain(told.message ?? ''),
      fields: told.fields ?? [],
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, side: null, remedy: null, phrases: plain(message), fields: [] };
}

/** Words of the browser. */
const plain = (words: string): ErrorPhrases => ({ message: { key: 'plain', values: { words } }, remedy: null });

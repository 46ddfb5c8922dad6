import type {
  AppInfo,
  CommandError,
  ConnectivityReport,
  ConnectivityStage,
  FieldError,
  ItemReport,
  Limits,
  NewTask,
  PrecheckReport,
  Settings,
  TaskDetails,
  TaskDraft,
  TaskSummary,
  TaskUpdate,
  TestRequest,
} from '../bindings';

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
  listTasks(): Promise<TaskSummary[]>;
  showTask(id: string): Promise<TaskDetails>;
  validateDraft(draft: TaskDraft): Promise<FieldError[]>;
  /** Gives the new task's id. */
  createTask(task: NewTask): Promise<string>;
  updateTask(id: string, task: NewTask): Promise<void>;
  testConnectivity(
    request: TestRequest,
    onStage: (passed: ConnectivityStage) => void,
  ): Promise<ConnectivityReport>;
  runPrecheck(id: string, onItem: (item: ItemReport) => void): Promise<PrecheckReport>;
  ignoreChecks(id: string, checks: string[]): Promise<void>;
  startTask(id: string): Promise<void>;
  pauseTask(id: string): Promise<void>;
  resumeTask(id: string): Promise<void>;
  stopTask(id: string): Promise<void>;
  releaseTask(id: string): Promise<void>;
  retryNow(id: string): Promise<void>;
  setLimits(id: string, limits: Limits): Promise<void>;
  /** A password that is null stays as it is. */
  provideCredentials(id: string, source: string | null, destination: string | null): Promise<void>;
  deleteTask(id: string): Promise<void>;
  /** Gives the demonstration task's id. */
  startDemo(): Promise<string>;
  endDemo(): Promise<void>;
  getSettings(): Promise<Settings>;
  setSettings(settings: Settings): Promise<void>;
  subscribeTasks(onUpdate: (tasks: TaskSummary[]) => void): Subscription;
  subscribeTask(id: string, onUpdate: (update: TaskUpdate) => void): Subscription;
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
      fields: told.fields ?? [],
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, side: null, remedy: null, fields: [] };
}

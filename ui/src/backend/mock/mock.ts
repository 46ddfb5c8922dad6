import type { Backend } from '../backend';

import { applicationCalls } from './application';
import { taskCalls } from './tasks';
import { templateCalls } from './templates';
import { wizardCalls } from './wizard';
import { type MockOptions, type Scenario, World } from './world';

export type { MockOptions, Scenario };

/** A program without servers, files or keychain, for tests, screenshots and work on the page. */
export function mockBackend(options: MockOptions = {}): Backend {
  const world = new World(options);
  return { ...taskCalls(world), ...wizardCalls(world), ...templateCalls(world), ...applicationCalls(world) };
}

/** The scenario that the address asks for. */
export function scenarioOf(query: string): Scenario {
  return (new URLSearchParams(query).get('scenario') ?? 'mixed') as Scenario;
}

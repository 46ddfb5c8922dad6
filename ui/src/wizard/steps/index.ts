import type { ComponentType } from 'react';

import type { StepId } from '../session';

import { ClassStep } from './class/ClassStep';
import { ObjectsStep } from './objects/ObjectsStep';
import { PrecheckStep } from './precheck/PrecheckStep';
import { SourceStep } from './source/SourceStep';

interface Step {
  id: StepId;
  component: ComponentType;
}

/** The wizard's steps in their order. */
export const STEPS: [Step, ...Step[]] = [
  { id: 'source', component: SourceStep },
  { id: 'objects', component: ObjectsStep },
  { id: 'precheck', component: PrecheckStep },
  { id: 'class', component: ClassStep },
];

import { expect, it } from 'vitest';

import type { EndpointDraft } from '../bindings';

import { blankConnection, labelOf } from './connection';
// The program's tests read this file, too: what is typed to confirm a server is compared there.
import labels from './labels.json';

it.each(labels)('names $label the same however it was typed', ({ typed, label }) => {
  expect(labelOf({ ...blankConnection.endpoint, ...(typed as Partial<EndpointDraft>) })).toBe(label);
});

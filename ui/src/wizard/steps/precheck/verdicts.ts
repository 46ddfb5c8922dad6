import { CheckOutlined, CloseOutlined, ExclamationOutlined, MinusOutlined, QuestionOutlined } from '@ant-design/icons';
import type { ComponentType } from 'react';

import type { ItemReport, VerdictKind } from '../../../bindings';
import type { Tone } from '../../../shared/Pill';

export const TONES: Record<VerdictKind, Tone> = { passed: 'good', warning: 'attention', failed: 'bad', ignored: 'idle', could_not_check: 'attention' };

export const ICONS: Record<VerdictKind, ComponentType> = {
  passed: CheckOutlined, warning: ExclamationOutlined, failed: CloseOutlined, ignored: MinusOutlined, could_not_check: QuestionOutlined,
};

/** What needs a person comes first. */
export const ORDER: VerdictKind[] = ['failed', 'could_not_check', 'warning', 'ignored', 'passed'];

export function countOf(items: ItemReport[], verdict: VerdictKind): number {
  return items.filter((item) => item.verdict === verdict).length;
}

/** The part that does not stand in the way, 0–1; null before anything was looked at. */
export function successRate(items: ItemReport[]): number | null {
  return items.length === 0 ? null : 1 - countOf(items, 'failed') / items.length;
}

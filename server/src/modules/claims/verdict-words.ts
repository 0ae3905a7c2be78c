import { StatedVerification, type Verdict, type VerdictAnswer } from '@busbar/contract';

import type { AnswerRow, VerdictRow } from './verdict-store.ts';

export function toVerdict(row: VerdictRow): Verdict {
  return {
    id: row.id,
    vulnerability: { id: row.vulnerability_id, ref: row.ref, title: row.title },
    fact: row.fact,
    kind: row.kind,
    aspect: row.aspect,
    subject: row.subject,
    state: row.state,
    openedBy: row.opener,
    openedAt: row.opened_at.toISOString(),
    mine: row.mine,
    corrects: row.first?.corrects ?? null,
    first: toAnswer(row.first),
    second: toAnswer(row.second),
    third: toAnswer(row.third),
  };
}

function toAnswer(row: AnswerRow | null): VerdictAnswer | null {
  if (row === null) return null;
  const { by, value, verification, evidence, links, claims, at } = row;
  return { by, value, verification, evidence, links, claims, at: new Date(at).toISOString() };
}

/** Two people are as sure as the one of them who is less sure; who resolves a dispute says it for both. */
export function verificationOfVerdict({
  first,
  second,
  third,
}: Pick<VerdictRow, 'first' | 'second' | 'third'>): StatedVerification {
  if (third) return third.verification;
  const order = StatedVerification.options;
  const sure = [first, second].map((answer) => (answer ? order.indexOf(answer.verification) : 0));
  return order[Math.min(...sure)]!;
}

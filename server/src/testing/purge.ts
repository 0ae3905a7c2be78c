import { caseApi } from '@busbar/contract';

import type { Actor } from '../platform/actor.ts';
import type { TestServer } from './test-server.ts';

/** Ends a case that was triaged, as somebody of its team. */
export async function closeCase(server: TestServer, analyst: Actor, id: string): Promise<void> {
  for (const to of ['containing', 'recovering', 'monitoring', 'closed'] as const)
    await server.as(analyst)(caseApi.move, { params: { id }, body: { to, reason: 'Over' } });
}

/** What time does by itself: the date has come, and its owner was told so many days ago. The next tick destroys it. */
export async function fallDue({ owner }: TestServer, id: string, told: number | null = 8): Promise<void> {
  await owner.query(`alter table case_retention disable trigger changes`);
  await owner.query(
    `update case_retention set ended_on = ended_on - 4000, announced_at = now() - make_interval(days => $2) where case_id = $1`,
    [id, told],
  );
  await owner.query(`alter table case_retention enable trigger changes`);
}

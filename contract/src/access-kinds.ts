import type { AccessKind } from './audit.ts';
import type { AnyRoute } from './route.ts';

/** Questions that are posted, because what they ask with is too secret for an address. */
const posted: Readonly<Record<string, AccessKind>> = { 'case opened by words': 'read' };

/** The kind of each action that leaves a line in the ledger; what is not in it, such as the work of a job, is a write. */
export function accessKindsOf(routes: readonly AnyRoute[]): ReadonlyMap<string, AccessKind> {
  const kinds = new Map<string, AccessKind>();
  for (const route of routes) {
    const { records } = route;
    // One name for reading and for writing counts as what does more.
    if (records !== null && kinds.get(records) !== 'write')
      kinds.set(records, posted[records] ?? kindOf(route));
  }
  return kinds;
}

function kindOf({ method, answers, path, query }: AnyRoute): AccessKind {
  if (method !== 'GET') return 'write';
  if (answers === 'file') return 'download';
  const isList = query.safeParse({ limit: 1 }).data as { limit?: number } | undefined;
  return isList?.limit === 1 && !path.includes('/:') ? 'search' : 'read';
}

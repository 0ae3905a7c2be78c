import { apis, belowReport } from '@busbar/contract';

import { visitOf } from '../../context.ts';
import { attempt } from '../calls.ts';
import type { Route } from './+types/files';

type Asked =
  | {
      readonly do: 'begin';
      readonly key: string;
      readonly name: string;
      readonly size: number;
      readonly note: string;
    }
  | { readonly do: 'state'; readonly evidence: string }
  | { readonly do: 'finish'; readonly evidence: string; readonly sha256: string };

/** What the browser asks while it sends files of a report: here, because the cookie of the receipt goes nowhere else. */
export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const asked = (await request.json()) as Asked;
  const answer = await attempt<unknown>(async () => {
    const { items } = await call(apis.cases.list, { query: { limit: 1 } });
    const id = items[0]?.id ?? '';
    if (asked.do === 'begin') {
      const { evidence, upload } = await call(apis.evidence.begin, {
        params: { id },
        body: { key: asked.key, name: asked.name, size: asked.size, note: asked.note },
      });
      return { id: evidence.id, upload: belowReport(upload) };
    }
    const params = { id, evidence: asked.evidence };
    if (asked.do === 'state') return call(apis.evidence.get, { params });
    return call(apis.evidence.claimHash, { params, body: { sha256: asked.sha256 } });
  });
  return Response.json(answer.refused ?? answer.done, { status: answer.refused?.status ?? 200 });
}

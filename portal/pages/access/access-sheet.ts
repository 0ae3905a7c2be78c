import { apis, type CaseAccess, csvLine } from '@busbar/contract';

import { visitOf } from '../../context.ts';
import { loadMessages } from '../../i18n/messages.ts';
import { makeText } from '../../i18n/text.tsx';
import { all, reader, signedIn } from '../calls.ts';
import type { Route } from './+types/access-sheet';
import { didOf, whoOf } from './access-log.tsx';
import { searchOf } from './access-search.ts';

/** More than anybody reads; whoever needs all of it asks for some days at a time. */
const MOST = 20_000;

/** The access log of a case or of an organisation as a sheet, in the reader's words. */
export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const { locale } = visitOf(context);
  const text = makeText(locale, await loadMessages(locale));
  const read = reader(context, request);
  const id = 'id' in params ? params.id : undefined;
  const { items, more } = await all<CaseAccess>((after) => {
    const query = { ...searchOf(request), limit: 200, ...(after && { after }) };
    return id ? read(apis.audit.ofCase, { params: { id }, query }) : read(apis.audit.accesses, { query });
  }, MOST);
  const head = [
    text('accessLog.at.utc'),
    text('accessLog.who'),
    text('audit.organisation'),
    text('accessLog.kind'),
    text('audit.action'),
    text('audit.object'),
    text('audit.reason'),
    text('audit.seq'),
  ];
  const rows = items.map((line) => [
    line.at,
    whoOf(text, line),
    line.organisation.name,
    text(`accessLog.kind.${line.kind}`),
    didOf(text, line),
    line.object.name,
    line.reason,
    line.seq,
  ]);
  const end = more ? [[text('accessLog.sheet.cut', { count: items.length })]] : [];
  return new Response(`\ufeff${[head, ...rows, ...end].map(csvLine).join('')}`, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="access-log.csv"',
    },
  });
}

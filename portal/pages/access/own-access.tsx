import { apis } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { reader, signedIn } from '../calls.ts';
import type { Route } from './+types/own-access';
import { AccessLog } from './access-log.tsx';
import { searchOf } from './access-search.ts';

export async function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const { items, next } = await reader(context, request)(apis.audit.accesses, { query: searchOf(request) });
  // Details are for programs; a page has no words for them.
  return { lines: items.map(({ details: _details, ...line }) => line), next };
}

/** Who looked at anything that is the organisation's, and what they did with it. */
export default function OwnAccess({ loaderData: { lines, next } }: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const { me } = useVisitor();
  const organisation = me?.acting?.organisation.name ?? '';
  const all = may('see who accessed my case', ['Y', 'meta']);
  return (
    <Page
      title={text('audit.accesses')}
      lead={text(all ? 'accessLog.lead.all' : 'audit.accesses.lead', { organisation })}
      seen={{ scope: 'own', owner: organisation }}
    >
      <p className="soft measure">
        {text.rich('accessLog.ledger', { link: (words) => <Link to="/audit">{words}</Link> })}
      </p>
      <AccessLog lines={lines} next={next} sheet="/access.csv" />
    </Page>
  );
}

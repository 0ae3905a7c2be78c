import { apis } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt, reader, signedIn } from '../calls.ts';
import { visitOf } from '../../context.ts';
import { guestIn } from '../cases/as-guest.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { GlassBanner } from '../retention/retention-parts.tsx';
import type { Route } from './+types/case-access';
import { AccessLog } from './access-log.tsx';
import { searchOf } from './access-search.ts';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const { call } = visitOf(context);
  const { items, next } = await reader(context, request)(apis.audit.ofCase, {
    params: { id },
    query: searchOf(request),
  });
  const part = await guestIn(call, id);
  if (part) return { id, part, found: null, breakGlass: [], lines: items, next };
  // A lead reads who was in a case that he has not joined himself.
  const found = await attempt(() => call(apis.cases.get, { params: { id } }));
  const kept = await attempt(() => call(apis.retention.of, { params: { id } }));
  return {
    id,
    part: null,
    found: found.done ?? null,
    breakGlass: kept.done?.breakGlass ?? [],
    lines: items,
    next,
  };
}

/** Who looked into a case, and what they did there. */
export default function CaseAccess({
  loaderData: { id, part, found, breakGlass, lines, next },
}: Route.ComponentProps) {
  const text = useText();
  const reference = part?.reference ?? found?.reference ?? text('accessLog.case');
  return (
    <Page
      title={text('accessLog.of', { reference })}
      heading={found?.title ?? text('audit.accesses')}
      lead={text(part ? 'part.access.what' : 'accessLog.lead')}
      seen={
        part
          ? { scope: 'thread', label: part.label }
          : { scope: 'receipt', ...(found && { label: found.label }), owner: found?.owner ?? '' }
      }
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={part ? `/cases/${id}/part` : `/cases/${id}`}>{reference}</Link>
        </>
      }
    >
      {!part && <CaseTabs id={id} current="/access" />}
      <GlassBanner breakGlass={breakGlass} />
      <AccessLog lines={lines} next={next} sheet={`/cases/${id}/access.csv`} />
    </Page>
  );
}

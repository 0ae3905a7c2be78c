import { apis } from '@busbar/contract';
import { redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt, safeBack, signedIn, word } from '../calls.ts';
import { roleNames } from '../../ui/role-names.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/acting';

export function loader({ request, context }: Route.LoaderArgs) {
  const { memberships, acting } = signedIn(context, request);
  return {
    memberships,
    acting: acting?.id ?? null,
    back: safeBack(new URL(request.url).searchParams.get('back')),
  };
}

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData();
  const { call } = visitOf(context);
  const answer = await attempt(() =>
    call(apis.people.actAs, { body: { membership: word(form, 'membership') } }),
  );
  if (answer.refused) return answer;
  // What the page showed may not be for the new membership; its address still says where the reader was.
  throw redirect(safeBack(form.get('back')));
}

/** One person, several hats: whose hat decides who sees what. */
export default function Acting({
  loaderData: { memberships, acting, back },
  actionData,
}: Route.ComponentProps) {
  const text = useText();
  return (
    <Page
      plain
      title={text('acting.choose')}
      lead={memberships.length > 1 ? text('acting.choose.lead') : undefined}
      seen={{ scope: 'me' }}
    >
      <RefusalNotice answer={actionData} />
      <form method="post" action="/acting">
        <input type="hidden" name="back" value={back} />
        <ul className="plain-list cards">
          {memberships.map((membership) => (
            <li key={membership.id}>
              <button
                className="card-button"
                name="membership"
                value={membership.id}
                aria-current={membership.id === acting || undefined}
              >
                <strong>{membership.organisation.name}</strong>
                <span className="soft small">{roleNames(text, membership.roles)}</span>
              </button>
            </li>
          ))}
        </ul>
      </form>
    </Page>
  );
}

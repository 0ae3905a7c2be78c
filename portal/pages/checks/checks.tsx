import { apis } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { State } from '../../ui/badge.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { reader, signedIn } from '../calls.ts';
import type { Route } from './+types/checks';

export async function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  return reader(context, request)(apis.invitedChecks.mine);
}

/** What somebody outside the CERT is invited to check. */
export default function Checks({ loaderData: { items } }: Route.ComponentProps) {
  const text = useText();
  return (
    <Page title={text('checks')} lead={text('checks.lead')} seen={{ scope: 'me' }} help={text('checks.help')}>
      {items.length === 0 && <Empty title={text('checks.none')}>{text('checks.none.why')}</Empty>}
      <ul className="plain-list stack">
        {items.map(({ id, title, note, until, state }) => (
          <li key={id} className="panel stack stack-s">
            <h2>
              <Link to={`/checks/${id}`}>{title}</Link>
            </h2>
            {note && <p>{note}</p>}
            <p className="row small">
              <State standing={state === 'answered' ? 'done' : 'waiting'}>
                {text(`checkInvitationState.${state}`)}
              </State>
              <span className="soft">
                {text('checks.until')} <Time at={until} />
              </span>
            </p>
          </li>
        ))}
      </ul>
    </Page>
  );
}

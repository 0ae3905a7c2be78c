import { apis } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { reader, signedIn } from '../calls.ts';
import type { Route } from './+types/received-notice';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  return reader(context, request)(apis.deadlines.receivedOne, { params });
}

/** One notice, letter by letter as the member sent it. */
export default function Received({ loaderData: notice }: Route.ComponentProps) {
  const text = useText();
  const { me } = useVisitor();
  return (
    <Page
      title={notice.title}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
      lead={
        <>
          {notice.from} · <code>{notice.reference}</code> · <Time at={notice.sentAt} />
        </>
      }
      crumbs={
        <>
          <Link to="/notices">{text('nav.notices')}</Link> <Icon name="chevronRight" size={12} />{' '}
          {notice.title}
        </>
      }
    >
      <pre className="panel letter">{notice.text}</pre>
      <p className="small soft">
        {text('hash.sha256')} <code className="breaks">{notice.sha256}</code>
      </p>
    </Page>
  );
}

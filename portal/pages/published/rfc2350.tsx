import { apis } from '@busbar/contract';
import { redirect } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { PhoneLink, useCert } from '../../ui/shell.tsx';
import { reader } from '../calls.ts';
import type { Route } from './+types/rfc2350';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { items } = await reader(context, request)(apis.published.list, {
    query: { kind: 'rfc2350', limit: 1 },
  });
  if (items[0]) throw redirect(`/published/${items[0].id}`);
}

/** An address that security.txt and every footer name, also before the profile has gone through the release gate. */
export default function Rfc2350() {
  const text = useText();
  const cert = useCert();
  return (
    <Page plain title={text('rfc2350')} seen={{ scope: 'everyone' }}>
      <Empty
        title={text('rfc2350.none')}
        action={
          cert && (
            <p>
              <strong>{cert.name}</strong>
              <br />
              <PhoneLink cert={cert} /> · <a href={`mailto:${cert.email}`}>{cert.email}</a>
            </p>
          )
        }
      >
        {text('rfc2350.none.why')}
      </Empty>
    </Page>
  );
}

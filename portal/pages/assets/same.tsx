import { apis } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { attempt, reader, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/same';

export async function loader({ request, context }: Route.LoaderArgs) {
  return reader(context, request)(apis.plant.same);
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const answer = await attempt(() =>
    call(apis.plant.apart, { params: { id: word(form, 'one') }, body: { other: word(form, 'other') } }),
  );
  if (answer.refused) return answer;
  throw redirect('/assets/same');
}

/** Pairs of devices that may be one: each is compared, or said to be two. */
export default function Same({ loaderData: { items, visibility }, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <Page
      title={text('same.title')}
      lead={text('same.lead')}
      seen={visibility}
      crumbs={
        <>
          <Link to="/assets">{text('nav.assets')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span>{text('same.title')}</span>
        </>
      }
    >
      <RefusalNotice answer={actionData} />
      {items.length === 0 ? (
        <Empty title={text('same.none')} action={<ButtonLink to="/assets">{text('nav.assets')}</ButtonLink>}>
          {text('same.none.why')}
        </Empty>
      ) : (
        <SmallTable label={text('same.title')}>
          <thead>
            <tr>
              <th scope="col">{text('same.one')}</th>
              <th scope="col">{text('same.other')}</th>
              <th scope="col">{text('same.because')}</th>
              <th scope="col">{text('change')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ one, other, because }) => (
              <tr key={`${one.id} ${other.id}`}>
                {[one, other].map(({ id, name, vendor, product, addresses }) => (
                  <td key={id}>
                    <Link to={`/assets/${id}`}>{name}</Link>
                    <br />
                    <span className="soft small">
                      {[vendor, product, addresses[0]].filter(Boolean).join(' · ')}
                    </span>
                  </td>
                ))}
                <td>{because.map((told) => text.coded('same', told)).join(' · ')}</td>
                <td>
                  <Form method="post" className="row">
                    <input type="hidden" name="one" value={one.id} />
                    <input type="hidden" name="other" value={other.id} />
                    <ButtonLink to={`/assets/${one.id}/merge/${other.id}`} size="small">
                      {text('same.compare')}
                    </ButtonLink>
                    <Button type="submit" size="small" kind="quiet" busy={busy}>
                      {text('same.apart')}
                    </Button>
                  </Form>
                </td>
              </tr>
            ))}
          </tbody>
        </SmallTable>
      )}
    </Page>
  );
}

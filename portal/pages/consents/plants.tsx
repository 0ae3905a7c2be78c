import { apis } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { FilterChoice } from '../../ui/search-box.tsx';
import { attempt, place, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/plants';
import { ConsentState, ConsentSteps, ConsentTerms, TermFields, termsOf } from './consent-parts.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { acting } = signedIn(context, request);
  const read = reader(context, request);
  const { after } = place(request);
  const open = new URL(request.url).searchParams.get('open') === 'true';
  const [plants, organisations] = await Promise.all([
    read(apis.consents.plants, {
      query: { limit: 50, ...(after && { after }), ...(open && { open: 'true' }) },
    }),
    read(apis.people.organisations, { query: { limit: 200 } }),
  ]);
  return {
    plants: plants.items,
    next: plants.next,
    open,
    owner: acting?.organisation.name ?? '',
    operators: organisations.items
      .filter(({ kinds }) => kinds.some((kind) => kind === 'operator' || kind === 'integrator'))
      .map(({ id, name }) => ({ value: id, label: name })),
  };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const params = { id: word(form, 'id') };
  const answer = await attempt<unknown>(() =>
    word(form, 'do') === 'back'
      ? call(apis.consents.giveBack, { params })
      : call(apis.consents.ask, { params, body: termsOf(form) }),
  );
  if (answer.refused) return answer;
  throw redirect('/plants');
}

/** Which plants are open to the CERT, on what terms; and where an analyst asks for one. */
export default function Plants({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const { plants, next, open, owner, operators } = loaderData;
  return (
    <Page
      title={text('plants')}
      lead={text('plants.lead')}
      seen={{ scope: 'own', owner }}
      help={text('plants.help')}
    >
      <RefusalNotice answer={actionData} />
      <Form method="get" className="row filters">
        <FilterChoice
          name="open"
          label={text('state')}
          options={[{ value: 'true', label: text('plants.open') }]}
        />
        <button className="button button-plain button-small">{text('table.apply')}</button>
      </Form>
      {plants.length === 0 && (
        <Empty title={text(open ? 'plants.noneOpen' : 'plants.none')}>{text('plants.none.why')}</Empty>
      )}
      {plants.map((consent) => {
        const holds = consent.state === 'granted' || consent.state === 'narrowed';
        return (
          <article key={consent.id} className="panel stack stack-s">
            <h2>
              {holds ? (
                <Link to={`/plants/${consent.owner.id}`}>{consent.owner.name}</Link>
              ) : (
                consent.owner.name
              )}{' '}
              <ConsentState state={consent.state} />
            </h2>
            <p className="strong">{consent.purpose}</p>
            <ConsentTerms consent={consent} />
            <ConsentSteps steps={consent.steps} />
            {(holds || consent.state === 'requested') && (
              <Form method="post" className="row">
                <input type="hidden" name="do" value="back" />
                <input type="hidden" name="id" value={consent.id} />
                {holds && <ButtonLink to={`/plants/${consent.owner.id}`}>{text('plants.look')}</ButtonLink>}
                <ConfirmButton
                  kind="quiet"
                  question={text('plants.back.question')}
                  consequence={text('plants.back.consequence')}
                  confirm={text('plants.back')}
                >
                  {text('plants.back')}
                </ConfirmButton>
              </Form>
            )}
          </article>
        );
      })}
      <Pager next={next} />
      <section className="panel stack" aria-labelledby="ask">
        <h2 id="ask">{text('plants.ask')}</h2>
        <p className="soft measure">{text('plants.ask.lead')}</p>
        <Form method="post" className="stack measure">
          <input type="hidden" name="do" value="ask" />
          <SelectField label={text('plants.member')} name="id" required options={operators} />
          <TermFields />
          <div>
            <Button type="submit" kind="main" busy={busy}>
              {text('plants.ask')}
            </Button>
          </div>
        </Form>
      </section>
    </Page>
  );
}

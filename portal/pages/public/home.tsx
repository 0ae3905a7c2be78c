import { apis } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon, Mark } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { useCert, useVisitor } from '../../ui/shell.tsx';
import { DemoAccounts } from '../account/demo-accounts.tsx';
import { attempt, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/home';
import { AdvisoryLines } from './advisory-lines.tsx';
import { Attention, sourcesToLookAt } from './attention.tsx';
import { BigSearch } from './big-search.tsx';
import { PublishedLines, TopStory } from './published-lines.tsx';
import { Waits, waitsFor } from './waits.tsx';

export async function loader({ context }: Route.LoaderArgs) {
  const { call, me } = visitOf(context);
  const instance = await call(apis.system.instance);
  if (instance.state === 'empty') return null;
  const [published, advisories, waits, concerning] = await Promise.all([
    attempt(() => call(apis.published.list, { query: { limit: 4 } })),
    attempt(() => call(apis.advisories.list, { query: { limit: 5 } })),
    me?.person ? waitsFor(me, call) : [],
    me?.person ? sourcesToLookAt(me, call) : [],
  ]);
  return {
    published: published.done?.items.filter(({ recalledAt }) => !recalledAt) ?? [],
    advisories: advisories.done?.items ?? [],
    total: advisories.done?.total ?? advisories.done?.items.length ?? 0,
    waits,
    concerning,
  };
}

/** Only on an empty instance: fills it with the demo. */
export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const answer = await attempt(() => call(apis.system.startDemo, { body: { code: word(form, 'code') } }));
  if (answer.refused) return answer;
  throw redirect('/');
}

export default function Home({ loaderData, actionData }: Route.ComponentProps) {
  return loaderData ? <Front {...loaderData} /> : <FirstMinutes answer={actionData} />;
}

/** An empty instance offers two ways. */
function FirstMinutes({ answer }: { answer: Route.ComponentProps['actionData'] }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(answer);
  return (
    <Page
      plain
      title={text('first.title')}
      lead={text('first.lead')}
      seen={{ scope: 'everyone' }}
      help={text('first.help')}
    >
      <div className="two-ways">
        <section className="way">
          <Mark size={36} />
          <h2>{text('first.setUp')}</h2>
          <p>{text('first.setUp.lead')}</p>
          <div>
            <ButtonLink to="/set-up" kind="main">
              {text('first.setUp.do')}
            </ButtonLink>
          </div>
        </section>
        <section className="way">
          <Icon name="eye" size={36} />
          <h2>{text('first.demo')}</h2>
          <p>{text('first.demo.lead')}</p>
          <Form method="post" className="stack">
            <RefusalNotice answer={answer} />
            <TextField
              label={text('setUp.code')}
              hint={text('setUp.code.hint')}
              name="code"
              required
              autoComplete="off"
              error={fieldError('code')}
            />
            <div>
              <Button type="submit" busy={busy}>
                {text(busy ? 'first.demo.busy' : 'first.demo.do')}
              </Button>
            </div>
          </Form>
        </section>
      </div>
    </Page>
  );
}

function Front({
  published: [top, ...others],
  advisories,
  total,
  waits,
  concerning,
}: NonNullable<Route.ComponentProps['loaderData']>) {
  const text = useText();
  const cert = useCert();
  const { me, instance } = useVisitor();
  return (
    <Page
      plain
      title={text('nav.home')}
      heading={cert?.name ?? text('product')}
      lead={text('home.lead')}
      seen={{ scope: 'everyone' }}
    >
      {me?.person && <Waits waits={waits} />}
      <Attention sources={concerning} />
      <BigSearch />
      {top && (
        <section className="stack" aria-labelledby="from-us">
          <h2 id="from-us">{text('home.published')}</h2>
          <TopStory published={top} />
          {others.length > 0 && <PublishedLines published={others} />}
          <p>
            <Link to="/published">{text('home.published.all')}</Link>
          </p>
        </section>
      )}
      <section className="incident-card">
        <div>
          <h2>{text('home.incident')}</h2>
          <p>{text('home.incident.lead')}</p>
        </div>
        <Link to="/report" className="button button-danger button-large">
          <Icon name="alarm" /> {text('report')}
        </Link>
      </section>
      <section className="stack stack-s" aria-labelledby="capture-here">
        <h2 id="capture-here">{text('home.here')}</h2>
        <p>{text('home.here.lead')}</p>
        <div>
          <ButtonLink to="/analyse" icon="eye">
            {text('home.here.do')}
          </ButtonLink>
        </div>
      </section>
      <section className="stack" aria-labelledby="latest">
        <h2 id="latest">{text('home.latest')}</h2>
        {advisories.length === 0 ? (
          <p className="soft">{text('home.latest.none')}</p>
        ) : (
          <AdvisoryLines advisories={advisories} />
        )}
        {total > 0 && (
          <p>
            <Link to="/advisories">{text('home.latest.all', { count: total })}</Link>
          </p>
        )}
      </section>
      {instance?.demo && !me?.person && <DemoAccounts back="/" />}
    </Page>
  );
}

import { apis } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon, Mark } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { placesFor, useCert, useVisitor } from '../../ui/shell.tsx';
import { DemoAccounts } from '../account/demo-accounts.tsx';
import { attempt, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/home';
import { AdvisoryLines } from './advisory-lines.tsx';
import { BigSearch } from './big-search.tsx';
import { PublishedLines } from './published-lines.tsx';

export async function loader({ context }: Route.LoaderArgs) {
  const { call } = visitOf(context);
  const instance = await call(apis.system.instance);
  if (instance.state === 'empty') return { empty: true, published: [], advisories: [], total: 0 };
  const [published, found] = await Promise.all([
    attempt(() => call(apis.published.list, { query: { limit: 3 } })),
    attempt(() => call(apis.advisories.list, { query: { limit: 6 } })),
  ]);
  return {
    empty: false,
    published: published.done?.items ?? [],
    advisories: found.done?.items ?? [],
    total: found.done?.total ?? found.done?.items.length ?? 0,
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
  return loaderData.empty ? <FirstMinutes answer={actionData} /> : <Front {...loaderData} />;
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

function Front({ published, advisories, total }: Route.ComponentProps['loaderData']) {
  const text = useText();
  const cert = useCert();
  const { me, instance } = useVisitor();
  const mine = placesFor(me).filter(({ to }) => to !== '/advisories' && to !== '/audit');
  return (
    <Page
      plain
      title={text('nav.home')}
      heading={cert?.name ?? text('product')}
      lead={text('home.lead')}
      seen={{ scope: 'everyone' }}
    >
      <BigSearch />
      {me?.person && mine.length > 0 && (
        <nav aria-label={text('home.mine')}>
          <ul className="plain-list cards">
            {mine.map(({ to, label, icon }) => (
              <li key={to}>
                <Link to={to} className="card-button">
                  <strong className="with-icon">
                    <Icon name={icon} /> {text(label)}
                  </strong>
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <section className="incident-card">
        <div>
          <h2>{text('home.incident')}</h2>
          <p>{text('home.incident.lead')}</p>
        </div>
        <Link to="/report-incident" className="button button-danger button-large">
          <Icon name="alarm" /> {text('report')}
        </Link>
      </section>
      {published.length > 0 && (
        <section className="stack" aria-labelledby="ours">
          <h2 id="ours">{text('published')}</h2>
          <PublishedLines published={published} />
          <p>
            <Link to="/published">{text('search.more')}</Link>
          </p>
        </section>
      )}
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

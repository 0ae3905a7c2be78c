import { apis, type Consent } from '@busbar/contract';
import { Form, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { useMay } from '../../ui/shell.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, place, reader, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/readers';
import { ConsentState, ConsentSteps, ConsentTerms, TermFields, termsOf, useSpans } from './consent-parts.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const { after } = place(request);
  const [answer, consents, log] = await Promise.all([
    read(apis.consents.readers),
    read(apis.consents.list, { query: { limit: 50 } }),
    read(apis.consents.accesses, { query: { limit: 50, ...(after && { after }) } }),
  ]);
  return { ...answer, consents: consents.items, log: log.items, next: log.next };
}

const answers = ['granted', 'refused', 'narrowed', 'withdrawn'] as const;

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const to = answers.find((one) => one === word(form, 'do'));
  const days = Number(word(form, 'days'));
  const answer = await attempt<unknown>(() =>
    to
      ? call(apis.consents.answer, {
          params: { id: word(form, 'id') },
          body: {
            to,
            reason: word(form, 'reason'),
            ...(days && { days }),
            ...(word(form, 'without') === 'true' && { warnings: false }),
            ...(word(form, 'withoutShares') === 'true' && { shares: false }),
            ...(word(form, 'withoutPackets') === 'true' && { packets: false }),
            ...(word(form, 'only') === 'true' && { onlyWhoAsked: true }),
          },
        })
      : call(apis.consents.give, { body: termsOf(form) }),
  );
  if (answer.refused) return answer;
  throw redirect('/who-sees');
}

/** "Who sees my inventory?", in words and by name; and the place where it is decided. */
export default function Readers({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const decides = useMay()('grant or withdraw consent');
  const busy = useNavigation().state === 'submitting';
  const { says, readers, consents, log, next, visibility } = loaderData;
  const isOpen = ({ state }: Consent) => ['requested', 'granted', 'narrowed'].includes(state);
  const open = consents.filter(isOpen);
  const past = consents.filter((consent) => !isOpen(consent));

  return (
    <Page title={text('readers')} seen={visibility} lead={text('readers.lead')} help={text('readers.help')}>
      <RefusalNotice answer={actionData} />
      <section className="panel stack stack-s" aria-labelledby="answer">
        <h2 id="answer">{text('readers.answer')}</h2>
        <ul className="plain-list lines">
          {says.map(({ code, params }) => (
            <li key={JSON.stringify([code, params])} className="strong">
              {text.rich(`readers.says.${code}` as 'readers.says.all', {
                ...params,
                until: <Time at={String(params['until'] ?? '') || null} style="short" />,
              })}
            </li>
          ))}
        </ul>
        <details className="more">
          <summary>{text('readers.names', { count: readers.length })}</summary>
          <ul className="plain-list">
            {readers.map(({ person, organisation }) => (
              <li key={`${person} ${organisation}`}>
                {person} <span className="soft">({organisation})</span>
              </li>
            ))}
          </ul>
        </details>
        <p className="soft small">{text('readers.why')}</p>
      </section>

      <section className="stack stack-s" aria-labelledby="consents">
        <h2 id="consents">{text('consents')}</h2>
        {open.length === 0 && <p className="soft">{text('consents.none')}</p>}
        {open.map((consent) => (
          <article key={consent.id} className="panel stack stack-s">
            <h3>
              {consent.purpose} <ConsentState state={consent.state} />
            </h3>
            {consent.requestedBy && (
              <p className="soft">
                {text('consent.askedBy', { name: consent.requestedBy, cert: consent.reader.name })}
              </p>
            )}
            <ConsentTerms consent={consent} />
            <ConsentSteps steps={consent.steps} />
            {decides && <AnswerForm consent={consent} busy={busy} />}
          </article>
        ))}
        {decides ? (
          <details className="panel more">
            <summary>{text('consent.give')}</summary>
            <Form method="post" className="stack measure">
              <p className="soft">{text('consent.give.lead')}</p>
              <TermFields />
              <div>
                <Button type="submit" name="do" value="give" kind="main" busy={busy}>
                  {text('consent.give')}
                </Button>
              </div>
            </Form>
          </details>
        ) : (
          <p className="soft small">{text('consents.authoriser')}</p>
        )}
        {past.length > 0 && (
          <details className="more">
            <summary>{text('consents.past', { count: past.length })}</summary>
            <ul className="plain-list lines">
              {past.map((consent) => (
                <li key={consent.id}>
                  <strong>{consent.purpose}</strong> <ConsentState state={consent.state} />
                  <ConsentSteps steps={consent.steps} />
                </li>
              ))}
            </ul>
          </details>
        )}
      </section>

      <section className="stack stack-s">
        <h2>{text('accesses')}</h2>
        <p className="soft">{text('accesses.lead')}</p>
        {log.length === 0 ? (
          <p>{text('accesses.none')}</p>
        ) : (
          <SmallTable label={text('accesses')}>
            <thead>
              <tr>
                <th scope="col">{text('accesses.at')}</th>
                <th scope="col">{text('accesses.who')}</th>
                <th scope="col">{text('accesses.did')}</th>
                <th scope="col">{text('accesses.what')}</th>
              </tr>
            </thead>
            <tbody>
              {log.map(({ id, at, person, organisation, action: did, object }) => (
                <tr key={id}>
                  <td>
                    <Time at={at} style="short" />
                  </td>
                  <td>
                    {person.name} <span className="soft">({organisation.name})</span>
                  </td>
                  <td>{text.coded('audit.did', { code: did.replaceAll(' ', '-'), text: did })}</td>
                  <td>{object.name}</td>
                </tr>
              ))}
            </tbody>
          </SmallTable>
        )}
        <Pager next={next} />
      </section>
    </Page>
  );
}

function AnswerForm({ consent, busy }: { consent: Consent; busy: boolean }) {
  const text = useText();
  const { id, state, parts, requestedBy, only } = consent;
  const waits = state === 'requested';
  return (
    <>
      <Form method="post" className="stack stack-s">
        <input type="hidden" name="id" value={id} />
        <details className="more">
          <summary>{text('consent.less')}</summary>
          <div className="stack stack-s">
            <SelectField
              label={text('consent.span')}
              name="days"
              defaultValue=""
              options={[{ value: '', label: text('consent.span.same') }, ...useSpans()]}
            />
            {parts.includes('warnings') && (
              <Checkbox name="without" value="true" label={text('consent.without')} />
            )}
            {parts.includes('shares') && (
              <Checkbox name="withoutShares" value="true" label={text('consent.withoutShares')} />
            )}
            {parts.includes('packets') && (
              <Checkbox name="withoutPackets" value="true" label={text('consent.withoutPackets')} />
            )}
            {requestedBy && !only && (
              <Checkbox name="only" value="true" label={text('consent.onlyHim', { name: requestedBy })} />
            )}
            <TextField label={text('consent.reason')} name="reason" maxLength={500} />
            {!waits && (
              <div>
                <Button type="submit" name="do" value="narrowed" busy={busy}>
                  {text('consent.narrow')}
                </Button>
              </div>
            )}
          </div>
        </details>
        {waits && (
          <div className="row">
            <Button type="submit" name="do" value="granted" kind="main" icon="check" busy={busy}>
              {text('consent.grant')}
            </Button>
            <Button type="submit" name="do" value="refused" busy={busy}>
              {text('consent.refuse')}
            </Button>
          </div>
        )}
      </Form>
      {!waits && (
        <Form method="post">
          <input type="hidden" name="id" value={id} />
          <input type="hidden" name="do" value="withdrawn" />
          <ConfirmButton
            kind="plain"
            question={text('consent.withdraw.question')}
            consequence={text('consent.withdraw.consequence')}
            confirm={text('consent.withdraw')}
          >
            {text('consent.withdraw')}
          </ConfirmButton>
        </Form>
      )}
    </>
  );
}

import { apis, type BreakGlass } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, place, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/break-glass';
import { GlassStanding } from './retention-parts.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const { after } = place(request);
  return reader(context, request)(apis.breakGlass.list, { query: { limit: 50, ...(after && { after }) } });
}

const moves = ['approved', 'refused', 'ended'] as const;

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const to = moves.find((one) => one === word(form, 'to'));
  const answer = await attempt<unknown>(() =>
    to
      ? call(apis.breakGlass.decide, { params: { id: word(form, 'id') }, body: { to } })
      : call(apis.breakGlass.ask, {
          body: {
            reference: word(form, 'reference'),
            reason: word(form, 'reason'),
            hours: Number(word(form, 'hours')),
          },
        }),
  );
  if (answer.refused) return answer;
  throw redirect('/break-glass');
}

/** Where an administrator asks to look into one case, and a lead answers. */
export default function BreakGlassPage({ loaderData: { items, next }, actionData }: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  const read = 'read case (messages, observations, findings)';
  return (
    <Page title={text('glass')} lead={text('glass.lead')} seen={{ scope: 'administrators' }}>
      <RefusalNotice answer={actionData} />
      {may(read, ['breakglass']) && (
        <Form method="post" className="panel stack measure">
          <h2>{text('glass.ask')}</h2>
          <TextField
            label={text('receipt.reference')}
            name="reference"
            required
            maxLength={60}
            width="code"
          />
          <TextField
            label={text('glass.reason')}
            hint={text('glass.reason.hint')}
            name="reason"
            required
            maxLength={500}
          />
          <SelectField
            label={text('glass.hours')}
            name="hours"
            defaultValue="1"
            options={[1, 2, 4, 8, 24].map((count) => ({
              value: String(count),
              label: text('glass.hours.count', { count }),
            }))}
          />
          <div>
            <Button type="submit" kind="main" busy={busy}>
              {text('glass.ask')}
            </Button>
          </div>
        </Form>
      )}
      {items.length === 0 && <p className="soft">{text('glass.none')}</p>}
      {items.map((one) => (
        <article key={one.id} className="panel stack stack-s">
          <h2 className="row">
            <Link to={`/cases/${one.case}`}>{one.reference}</Link> <GlassStanding state={one.state} />
          </h2>
          <p>{one.reason}</p>
          <p className="soft">
            {text('glass.by', { who: one.askedBy, count: one.hours })} <Time at={one.askedAt} style="short" />
          </p>
          {one.until && one.state === 'approved' && (
            <p className="strong">{text.rich('glass.until', { until: <Time at={one.until} /> })}</p>
          )}
          <Decide one={one} lead={may(read, ['join'])} />
        </article>
      ))}
      <Pager next={next} />
    </Page>
  );
}

function Decide({ one: { id, state, mine }, lead }: { one: BreakGlass; lead: boolean }) {
  const text = useText();
  const decides = lead && !mine && state === 'asked';
  const ends = state === 'approved' && (lead || mine);
  if (!decides && !ends) return null;
  return (
    <Form method="post" className="row">
      <input type="hidden" name="id" value={id} />
      {decides && (
        <>
          <Button type="submit" name="to" value="approved" kind="main">
            {text('glass.approve')}
          </Button>
          <Button type="submit" name="to" value="refused">
            {text('glass.refuse')}
          </Button>
        </>
      )}
      {ends && (
        <Button type="submit" name="to" value="ended">
          {text('glass.end')}
        </Button>
      )}
    </Form>
  );
}

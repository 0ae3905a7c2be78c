import { apis, type CaseRetention, type Hold, type Purge, RetentionClass } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Choices, SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { CaseState } from '../cases/case-state.tsx';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { RefusalNotice } from '../refusal.tsx';
import { useLasting } from '../live.ts';
import type { Route } from './+types/case-retention';
import {
  GlassBanner,
  GlassStanding,
  HoldStanding,
  PurgeStanding,
  TombstoneNotice,
} from './retention-parts.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  return { kept: await reader(context, request)(apis.retention.of, { params: { id } }) };
}

const holdMoves = ['placed', 'refused', 'lifted'] as const;
const purgeMoves = ['approved', 'refused', 'withdrawn'] as const;

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const [reason, to] = [word(form, 'reason'), word(form, 'to')];
  const answer = await attempt<unknown>(async () => {
    switch (word(form, 'do')) {
      case 'choose':
        return call(apis.retention.choose, {
          params: { id },
          body: { class: RetentionClass.parse(word(form, 'class')), reason },
        });
      case 'answer':
        return call(apis.retention.answer, {
          params: { id },
          body: { lesson: word(form, 'lesson') === 'yes', name: word(form, 'name') === 'yes' },
        });
      case 'hold':
        return call(apis.retention.hold, { params: { id }, body: { reason } });
      case 'decide-hold':
        return call(apis.retention.decideHold, {
          params: { id, hold: word(form, 'hold') },
          body: { to: holdMoves.find((one) => one === to) ?? 'refused' },
        });
      case 'ask-purge':
        return call(apis.retention.askPurge, { params: { id }, body: { reason } });
      default:
        return call(apis.retention.decidePurge, {
          params: { id, purge: word(form, 'purge') },
          body: { to: purgeMoves.find((one) => one === to) ?? 'refused' },
        });
    }
  });
  if (answer.refused) return answer;
  throw redirect(`/cases/${id}/retention`);
}

/** How long a case is kept, who holds it, and what is left when it is gone. */
export default function CaseRetentionPage({
  loaderData: { kept },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  return (
    <Page
      title={text('retention.of', { reference: kept.reference })}
      seen={{ scope: 'receipt', label: kept.label, owner: kept.owner }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} /> {kept.reference}
        </>
      }
      lead={
        <span className="row">
          <CaseState state={kept.state} />
          <code>{kept.reference}</code>
        </span>
      }
    >
      {!kept.tombstone && <CaseTabs id={kept.id} current="/retention" />}
      <GlassBanner breakGlass={kept.breakGlass} />
      <RefusalNotice answer={actionData} />
      {kept.tombstone && <TombstoneNotice tombstone={kept.tombstone} />}
      {!kept.tombstone && <Span kept={kept} />}
      {(kept.may.answer || kept.answers) && <Closing kept={kept} />}
      <Holds kept={kept} />
      {(kept.purges.length > 0 || kept.may.purge) && <Purges kept={kept} />}
      {kept.breakGlass.length > 0 && <Glass kept={kept} />}
    </Page>
  );
}

function Span({ kept }: { kept: CaseRetention }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <section className="panel stack stack-s" aria-labelledby="span">
      <h2 id="span">{text('retention')}</h2>
      <p className="strong">
        {kept.purgeOn
          ? text('retention.until', { day: kept.purgeOn })
          : text('retention.after', { count: kept.months })}
      </p>
      <p className="soft measure">{text('retention.means')}</p>
      <dl className="facts">
        <dt>{text('retention.class')}</dt>
        <dd>
          {text(`retention.class.${kept.class}`)} ({text('retention.months', { count: kept.months })})
        </dd>
        {kept.reason && (
          <>
            <dt>{text('retention.reason')}</dt>
            <dd>{kept.reason}</dd>
          </>
        )}
        {kept.endedOn && (
          <>
            <dt>{text('retention.endedOn')}</dt>
            <dd>{kept.endedOn}</dd>
          </>
        )}
      </dl>
      {kept.may.choose && (
        <details className="more">
          <summary>{text('retention.choose')}</summary>
          <Form method="post" className="stack stack-s measure">
            <input type="hidden" name="do" value="choose" />
            <SelectField
              label={text('retention.class')}
              name="class"
              defaultValue={kept.class}
              options={kept.schedule.map(({ class: one, months }) => ({
                value: one,
                label: `${text(`retention.class.${one}`)} (${text('retention.months', { count: months })})`,
              }))}
            />
            <TextField label={text('retention.reason')} name="reason" required maxLength={500} />
            <div>
              <Button type="submit" kind="main" busy={busy}>
                {text('retention.choose.do')}
              </Button>
            </div>
          </Form>
        </details>
      )}
    </section>
  );
}

function Closing({ kept: { answers, may } }: { kept: CaseRetention }) {
  const text = useText();
  const options = [
    { value: 'yes', label: text('yes') },
    { value: 'no', label: text('no') },
  ];
  const word = (said: boolean | undefined) => (said === undefined ? undefined : said ? 'yes' : 'no');
  return (
    <section className="panel stack stack-s" aria-labelledby="closing">
      <h2 id="closing">{text('closing')}</h2>
      <p className="soft measure">{text('closing.means')}</p>
      {may.answer ? (
        <Form method="post" className="stack stack-s">
          <input type="hidden" name="do" value="answer" />
          <Choices
            label={text('closing.lesson')}
            name="lesson"
            options={options}
            value={word(answers?.lesson) ?? 'no'}
          />
          <Choices
            label={text('closing.name')}
            name="name"
            options={options}
            value={word(answers?.name) ?? 'no'}
          />
          <div>
            <Button type="submit" kind="main">
              {text('closing.do')}
            </Button>
          </div>
        </Form>
      ) : (
        <dl className="facts">
          <dt>{text('closing.lesson')}</dt>
          <dd>{text(answers!.lesson ? 'yes' : 'no')}</dd>
          <dt>{text('closing.name')}</dt>
          <dd>{text(answers!.name ? 'yes' : 'no')}</dd>
        </dl>
      )}
    </section>
  );
}

function Holds({ kept: { holds, may, tombstone } }: { kept: CaseRetention }) {
  const text = useText();
  if (holds.length === 0 && may.hold === 'no') return null;
  return (
    <section className="panel stack stack-s" aria-labelledby="holds">
      <h2 id="holds">{text('holds')}</h2>
      {!tombstone && <p className="soft measure">{text('holds.means')}</p>}
      <ul className="plain-list lines">
        {holds.map((one) => (
          <li key={one.id} className="stack stack-s">
            <Line asked={one.asked} side={one.side} reason={one.reason}>
              <HoldStanding state={one.state} />
            </Line>
            {one.mayDecide && <HoldForm hold={one} />}
          </li>
        ))}
      </ul>
      {may.hold !== 'no' && (
        <Form method="post" className="stack stack-s measure">
          <input type="hidden" name="do" value="hold" />
          <TextField label={text('holds.reason')} name="reason" required maxLength={500} />
          <div>
            <Button type="submit">{text(`holds.${may.hold}`)}</Button>
          </div>
        </Form>
      )}
    </section>
  );
}

function HoldForm({ hold: { id, state } }: { hold: Hold }) {
  const text = useText();
  return (
    <Form method="post" className="row">
      <input type="hidden" name="do" value="decide-hold" />
      <input type="hidden" name="hold" value={id} />
      {state === 'proposed' ? (
        <>
          <Button type="submit" name="to" value="placed" kind="main">
            {text('holds.place')}
          </Button>
          <Button type="submit" name="to" value="refused">
            {text('holds.refuse')}
          </Button>
        </>
      ) : (
        <>
          <input type="hidden" name="to" value="lifted" />
          <ConfirmButton
            kind="plain"
            question={text('holds.lift.question')}
            consequence={text('holds.lift.means')}
            confirm={text('holds.lift')}
          >
            {text('holds.lift')}
          </ConfirmButton>
        </>
      )}
    </Form>
  );
}

function Purges({ kept: { purges, may } }: { kept: CaseRetention }) {
  const text = useText();
  return (
    <section className="panel stack stack-s" aria-labelledby="purges">
      <h2 id="purges">{text('purges')}</h2>
      {may.purge && <p className="soft measure">{text('purges.means')}</p>}
      <ul className="plain-list lines">
        {purges.map((one) => (
          <li key={one.id} className="stack stack-s">
            <Line asked={one.asked} side={one.side} reason={one.reason}>
              <PurgeStanding state={one.state} />
            </Line>
            <PurgeForm purge={one} />
          </li>
        ))}
      </ul>
      {may.purge && (
        <details className="more">
          <summary>{text('purges.ask')}</summary>
          <Form method="post" className="stack stack-s measure">
            <input type="hidden" name="do" value="ask-purge" />
            <TextField
              label={text('purges.reason')}
              hint={text('purges.reason.hint')}
              name="reason"
              required
              maxLength={500}
            />
            <div>
              <Button type="submit" kind="danger">
                {text('purges.ask')}
              </Button>
            </div>
          </Form>
        </details>
      )}
    </section>
  );
}

function PurgeForm({ purge: { id, mayDecide, mayWithdraw } }: { purge: Purge }) {
  const text = useText();
  if (!mayDecide && !mayWithdraw) return null;
  return (
    <div className="row">
      {mayDecide && (
        <Form method="post">
          <input type="hidden" name="purge" value={id} />
          <input type="hidden" name="to" value="approved" />
          <ConfirmButton
            question={text('purges.approve.question')}
            consequence={text('purges.approve.means')}
            confirm={text('purges.approve')}
          >
            {text('purges.approve')}
          </ConfirmButton>
        </Form>
      )}
      <Form method="post" className="row">
        <input type="hidden" name="purge" value={id} />
        {mayDecide && (
          <Button type="submit" name="to" value="refused">
            {text('purges.refuse')}
          </Button>
        )}
        {mayWithdraw && (
          <Button type="submit" name="to" value="withdrawn">
            {text('purges.withdraw')}
          </Button>
        )}
      </Form>
    </div>
  );
}

function Line({
  asked,
  side,
  reason,
  children,
}: Pick<Hold, 'asked' | 'side' | 'reason'> & { children: React.ReactNode }) {
  const text = useText();
  return (
    <div>
      <div className="row">
        {children}
        <span className="soft">{asked.by ?? text(`side.${side}`)}</span>
        <span className="soft small">
          <Time at={asked.at} />
        </span>
      </div>
      {reason && <p>{reason}</p>}
    </div>
  );
}

function Glass({ kept: { breakGlass } }: { kept: CaseRetention }) {
  const text = useText();
  return (
    <section className="panel stack stack-s" aria-labelledby="glass">
      <h2 id="glass">{text('glass.history')}</h2>
      <ul className="plain-list lines">
        {breakGlass.map(({ id, state, askedBy, reason, until }) => (
          <li key={id}>
            <div className="row">
              <GlassStanding state={state} />
              <span className="soft">{askedBy}</span>
              {until && (
                <span className="soft small">{text.rich('glass.until', { until: <Time at={until} /> })}</span>
              )}
            </div>
            <p>{reason}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

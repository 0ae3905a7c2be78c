import { apis, radarMoves, RadarState } from '@busbar/contract';
import { useRef } from 'react';
import { Form, Link, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { History } from '../../ui/history.tsx';
import { Severity, State, Tlp, type Standing } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { useLetterKeys } from '../../ui/keys.ts';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/radar-item';
import { Cause } from './radar.tsx';

const standings: Record<RadarState, Standing> = {
  new: 'waiting',
  later: 'running',
  attached: 'done',
  publishing: 'done',
  dropped: 'stopped',
};
const delays = [
  { name: 'day', hours: 24 },
  { name: 'week', hours: 168 },
  { name: 'month', hours: 720 },
] as const;

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { acting } = signedIn(context, request);
  const read = reader(context, request);
  return {
    item: await read(apis.radar.get, { params: { id: params.id } }),
    owner: acting?.organisation.name ?? '',
  };
}

/** Whatever was decided, the next item follows; what was taken back stays in view. */
export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const step = word(form, 'step');
  if (step === 'takeOver') {
    const answer = await attempt(() =>
      call(apis.radar.hold, { params: { id: params.id }, body: { takeOver: true } }),
    );
    if (answer.refused) return answer;
    throw redirect(`/radar/${params.id}`);
  }
  if (step !== 'next') {
    const to = RadarState.parse(step);
    const reason = word(form, 'reason');
    const delay = delays.find(({ name }) => name === word(form, 'delay')) ?? delays[0];
    const vulnerability = word(form, 'vulnerability');
    const answer = await attempt(() =>
      call(apis.radar.move, {
        body: {
          items: [params.id],
          to,
          ...(reason && { reason }),
          ...(to === 'later' && { until: new Date(Date.now() + delay.hours * 3_600_000).toISOString() }),
          ...(vulnerability && { vulnerability }),
        },
      }),
    );
    if (answer.refused) return answer;
    if (to === 'new') throw redirect(`/radar/${params.id}`);
    if (to === 'publishing') {
      const about = word(form, 'about');
      throw redirect(`/drafts${about ? `?vulnerability=${encodeURIComponent(about)}` : ''}`);
    }
  }
  const next = await attempt(() =>
    call(apis.radar.next, { body: step === 'next' ? { after: params.id } : {} }),
  );
  if (next.refused) return next;
  throw redirect(next.done.item ? `/radar/${next.done.item}?before=${params.id}` : '/radar?end=1');
}

/** One thing at a time: what it is, then what to do with it, each by one key. */
export default function RadarItemPage({ loaderData: { item, owner }, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const error = useFieldError(actionData);
  const [query] = useSearchParams();
  const before = /^[0-9a-f-]{36}$/.exec(query.get('before') ?? '')?.[0];
  const acts = useRef<HTMLDivElement>(null);
  useLetterKeys(acts);
  const moves = radarMoves.filter(({ from }) => from === item.state).map(({ to }) => to as string);
  const open = moves.includes('dropped');
  return (
    <Page
      title={item.title}
      lead={
        <span className="row">
          <State standing={standings[item.state]}>{text(`radarState.${item.state}`)}</State>
          <Cause item={item} />
          <Severity level={item.severity} score={item.score} />
          {item.label !== 'CLEAR' && <Tlp label={item.label} />}
          <span className="soft">
            {item.publisher} <code>{item.trackingId}</code>{' '}
            {text('source.version', { version: item.version })}
          </span>
        </span>
      }
      seen={{ scope: 'own', owner }}
      help={text('radar.item.help')}
      crumbs={<Link to="/radar">{text('nav.radar')}</Link>}
    >
      {before && (
        <p className="soft" role="status">
          {text('radar.before')} <Link to={`/radar/${before}`}>{text('radar.before.link')}</Link>
        </p>
      )}
      {item.heldBy && (
        <Notice kind="warn" title={text('radar.heldBy', { by: item.heldBy })}>
          <Form method="post" className="row">
            <span>{text('radar.heldBy.why')}</span>
            <Button type="submit" name="step" value="takeOver" busy={busy}>
              {text('radar.takeOver')}
            </Button>
          </Form>
        </Notice>
      )}
      <div className="split">
        <div className="stack stack-l">
          {item.summary ? (
            <p className="keeps-lines measure">{item.summary}</p>
          ) : (
            <p className="soft">{text('radar.noSummary')}</p>
          )}
          <section className="stack stack-s" aria-labelledby="about">
            <h2 id="about">{text('radar.about')}</h2>
            {item.vulnerabilities.length === 0 ? (
              <p className="soft">{text('radar.about.none')}</p>
            ) : (
              <ul className="plain-list lines">
                {item.vulnerabilities.map(({ id, ref, disagreeing }) => (
                  <li key={id} className="row">
                    <Link to={`/vulnerabilities/${ref}`} className="mono">
                      {ref}
                    </Link>
                    {disagreeing > 0 && (
                      <span className="tag tag-warn">
                        {text('standing.disagreeing', { count: disagreeing })}
                      </span>
                    )}
                  </li>
                ))}
              </ul>
            )}
            <div className="row">
              {item.advisory && <Link to={`/advisories/${item.advisory}`}>{text('radar.document')}</Link>}
              {item.url && (
                <a href={item.url} rel="noreferrer">
                  {text('radar.source')}
                </a>
              )}
            </div>
          </section>
          <section className="stack stack-s" aria-labelledby="history">
            <History steps={item.history}>
              {(step) => <State standing={standings[step.state]}>{text(`radarState.${step.state}`)}</State>}
            </History>
          </section>
        </div>
        <section className="panel" aria-labelledby="decide">
          <h2 id="decide">{text('radar.decide')}</h2>
          <div className="stack" ref={acts} key={`${item.id} ${item.state}`}>
            <RefusalNotice answer={actionData} />
            {open && (
              <>
                <Form method="post" className="stack stack-s">
                  <TextField
                    name="reason"
                    label={text('radar.reason')}
                    hint={text('radar.reason.hint')}
                    error={error('reason')}
                    maxLength={2000}
                    list="reasons"
                  />
                  <datalist id="reasons">
                    {(['notOurs', 'duplicate', 'noise'] as const).map((one) => (
                      <option key={one} value={text(`radar.reason.${one}`)} />
                    ))}
                  </datalist>
                  <Act step="dropped" letter="D" icon="trash" label={text('radar.drop')} busy={busy} />
                </Form>
                <Form method="post" className="stack stack-s">
                  <TextField
                    name="vulnerability"
                    label={text('radar.attach.to')}
                    error={error('vulnerability')}
                    maxLength={60}
                    defaultValue={item.vulnerabilities.find(({ ref }) => ref.startsWith('CVE-'))?.ref ?? ''}
                  />
                  <Act step="attached" letter="A" icon="plus" label={text('radar.attach')} busy={busy} />
                </Form>
                <Form method="post" className="row">
                  <select name="delay" className="input select input-short" aria-label={text('radar.until')}>
                    {delays.map(({ name }) => (
                      <option key={name} value={name}>
                        {text(`radar.delay.${name}`)}
                      </option>
                    ))}
                  </select>
                  <Act step="later" letter="L" icon="clock" label={text('radar.later')} busy={busy} />
                </Form>
                <Form method="post">
                  <input type="hidden" name="about" value={item.vulnerabilities[0]?.ref ?? ''} />
                  <Act
                    step="publishing"
                    letter="P"
                    icon="document"
                    label={text('radar.publish')}
                    busy={busy}
                    main
                  />
                </Form>
              </>
            )}
            {!open && (
              <Form method="post" className="stack stack-s">
                {item.attachedTo && (
                  <p>
                    {text('radar.attachedTo')}{' '}
                    <Link to={`/vulnerabilities/${item.attachedTo.ref}`}>{item.attachedTo.ref}</Link>
                  </p>
                )}
                {item.reason && <p>{item.reason}</p>}
                <Act step="new" letter="U" icon="refresh" label={text('radar.undo')} busy={busy} />
              </Form>
            )}
            <Form method="post">
              <Act step="next" letter="N" icon="arrowRight" label={text('radar.next')} busy={busy} />
            </Form>
          </div>
        </section>
      </div>
    </Page>
  );
}

function Act({
  step,
  letter,
  icon,
  label,
  busy,
  main = false,
}: {
  step: string;
  letter: string;
  icon: 'trash' | 'plus' | 'clock' | 'document' | 'refresh' | 'arrowRight';
  label: string;
  busy: boolean;
  main?: boolean;
}) {
  return (
    <div>
      <Button
        type="submit"
        name="step"
        value={step}
        icon={icon}
        busy={busy}
        kind={main ? 'main' : 'plain'}
        aria-keyshortcuts={letter}
      >
        {label} <kbd aria-hidden="true">{letter}</kbd>
      </Button>
    </div>
  );
}

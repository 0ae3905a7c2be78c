import { apis, type Call, matchMoves, MatchState, Remediation, type Told } from '@busbar/contract';
import { useEffect, useRef } from 'react';
import { Form, Link, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { History } from '../../ui/history.tsx';
import { Certainty, Severity, Urgency } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Choices, TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Plain } from '../advisories/plain.tsx';
import { Remedies } from '../advisories/remedies.tsx';
import { attempt, reader, word, words } from '../calls.ts';
import { ZonesSmall } from '../plant/zone-drawing.tsx';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/warning';
import { Decision } from './decision.tsx';
import { Plan } from './plan.tsx';
import { VulnerabilityStates } from './vulnerability-states.tsx';
import { moveLabel, WarningState } from './warning-table.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const [warning, plant] = await Promise.all([
    read(apis.warnings.get, { params: { id: params.id } }),
    read(apis.plant.summary),
  ]);
  return { warning, visibility: plant.visibility };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const answer = await attempt(() => done(form, params.id, call));
  if (answer.refused) return answer;
  const { move, changed } = answer.done;
  throw redirect(`/warnings/${params.id}${move ? `?undo=${move}&changed=${changed}` : ''}`);
}

async function done(form: FormData, id: string, call: Call): Promise<{ move?: string; changed?: number }> {
  const [reason, until, undo] = [word(form, 'reason'), word(form, 'until'), word(form, 'undo')];
  const ticked = word(form, 'tick') || word(form, 'untick');
  if (undo) {
    await call(apis.warnings.undo, { body: { move: undo } });
    return {};
  }
  if (ticked) {
    await call(apis.warnings.tick, { params: { id }, body: { key: ticked, done: form.has('tick') } });
    return {};
  }
  if (word(form, 'do') === 'mark') {
    await call(apis.warnings.mark, {
      params: { id },
      body: {
        names: words(form, 'vulnerability'),
        remediation: Remediation.nullable().catch(null).parse(word(form, 'remediation')),
        equal: form.has('equal'),
      },
    });
    return {};
  }
  if (word(form, 'do') === 'plan')
    return call(apis.warnings.plan, {
      body: {
        warnings: [id],
        equal: form.has('equal'),
        measures: words(form, 'measure'),
        assignee: word(form, 'assignee') || null,
        secondContact: word(form, 'secondContact') || null,
        due: word(form, 'due') || null,
      },
    });
  const to = MatchState.parse(word(form, 'to'));
  return call(apis.warnings.move, {
    body: {
      warnings: [id],
      equal: form.has('equal'),
      to,
      ...(reason && { reason }),
      ...(until && to === 'riskAccepted' && { until }),
    },
  });
}

/** What it is, what to do, then why, then everything. */
export default function WarningPage({
  loaderData: { warning, visibility },
  actionData,
}: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  const { asset, advisory } = warning;
  const standing = useRef<HTMLSpanElement>(null);
  const shown = useRef(warning.state);
  // The form begins anew with the moves that are open now: readers go on from what has changed.
  useEffect(() => {
    if (shown.current === warning.state) return;
    shown.current = warning.state;
    standing.current?.focus();
  }, [warning.state]);
  const moves = matchMoves.filter(({ from }) => from === warning.state);
  const [query] = useSearchParams();
  const undo = query.get('undo');
  const changed = Number(query.get('changed')) || 1;
  const act = may('set match state / acknowledge alert');
  const nothingToDo = warning.remedies.filter(({ kind }) =>
    ['no_fix_planned', 'none_available', 'fix_planned'].includes(kind),
  );
  return (
    <Page
      title={advisory.title}
      seen={visibility}
      help={text('warning.help')}
      crumbs={
        <>
          <Link to="/warnings">{text('nav.warnings')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/assets/${asset.id}`}>{asset.name}</Link>
        </>
      }
      lead={
        <span className="row">
          <span ref={standing} tabIndex={-1}>
            <WarningState state={warning.state} />
          </span>
          <Urgency level={warning.urgency} />
          <Severity level={advisory.severity} score={advisory.score} />
          <Certainty level={warning.certainty} />
          <Link to={`/advisories/${advisory.id}`}>{advisory.trackingId}</Link>
        </span>
      }
    >
      {undo && !actionData && (
        <Notice kind="good" live>
          <Form method="post" className="row">
            <span>
              {changed > 1 ? text('warning.saved.some', { count: changed }) : text('warning.saved')}
            </span>
            <Button type="submit" name="undo" value={undo} size="small" busy={busy}>
              {text('warning.undo')}
            </Button>
          </Form>
        </Notice>
      )}
      <RefusalNotice answer={actionData} />
      <div className="split">
        <div className="stack stack-l">
          <section className="stack stack-s" aria-labelledby="what">
            <h2 id="what">{text(`warning.verdict.${warning.certainty}`, { asset: asset.name })}</h2>
            <p>{text(`urgency.${warning.urgency}.means`)}</p>
            {warning.lookUp.length > 0 && (
              <Notice kind="warn" title={text('warning.lookUp')}>
                <ul className="plain-list">
                  {warning.lookUp.map((told) => (
                    <li key={told.code}>{text.coded('lookUp', told)}</li>
                  ))}
                </ul>
              </Notice>
            )}
          </section>
          <section className="stack stack-s" aria-labelledby="do">
            <h2 id="do">{text('warning.do')}</h2>
            {nothingToDo.length > 0 && <Remedies remedies={nothingToDo} />}
            <Plan
              key={`${warning.state} ${warning.due} ${warning.assignee?.id}`}
              warning={warning}
              colleagues={warning.colleagues}
              may={{
                plan: act && ['new', 'confirmed', 'planned'].includes(warning.state),
                tick: act && warning.state !== 'ended',
              }}
              busy={busy}
            />
          </section>
          <section className="stack stack-s" aria-labelledby="urgent">
            <h2 id="urgent">{text('warning.decision')}</h2>
            {warning.decision ? (
              <Decision decision={warning.decision} asset={asset.id} />
            ) : (
              <p className="soft">{text('warning.decision.none')}</p>
            )}
          </section>
          <section className="stack stack-s" aria-labelledby="why">
            <h2 id="why">{text('warning.why')}</h2>
            <ol className="because">
              {warning.because.map((told, place) => (
                <li key={`${told.code}-${place}`}>{text.coded('because', told)}</li>
              ))}
            </ol>
            <p className="soft">{text('warning.product', { product: warning.product })}</p>
          </section>
          {warning.vulnerabilities.length > 1 && (
            <section className="stack stack-s" aria-labelledby="each">
              <h2 id="each">{text('warning.vulnerabilities')}</h2>
              <p className="soft">{text('warning.vulnerabilities.lead')}</p>
              <VulnerabilityStates
                groups={warning.vulnerabilities}
                marking={act ? { equalInState: warning.equalInState, busy } : undefined}
              />
            </section>
          )}
          {warning.detection.length > 0 && (
            <section className="stack stack-s" aria-labelledby="seen">
              <h2 id="seen">{text('warning.detection')}</h2>
              {warning.detection.map((one) => (
                <Plain key={one}>{one}</Plain>
              ))}
            </section>
          )}
          <section className="stack stack-s" aria-labelledby="history">
            <History steps={warning.history}>
              {(step) => (
                <>
                  {step.what === 'state' ? (
                    <WarningState state={step.state} />
                  ) : (
                    <span>{text(`warningStep.${step.what}`)}</span>
                  )}
                  {step.told.map((told, place) => (
                    <span key={`${told.code}-${place}`}>{stepWords(text, told)}</span>
                  ))}
                </>
              )}
            </History>
          </section>
        </div>
        <div className="stack">
          {act && moves.length > 0 && (
            <section className="panel" aria-labelledby="next">
              <h2 id="next">{text('warning.next')}</h2>
              <Form method="post" className="stack" key={warning.state}>
                <Choices
                  name="to"
                  label={text('warning.next.label')}
                  options={moves.map(({ to, reason }) => ({
                    value: to,
                    label: text(moveLabel(warning.state, to)),
                    ...(reason && { hint: text('warning.reason.needed') }),
                  }))}
                />
                <TextArea label={text('warning.reason')} name="reason" maxLength={2000} rows={3} />
                {moves.some(({ to }) => to === 'riskAccepted') && (
                  <TextField
                    label={text('warning.until')}
                    hint={text('warning.until.hint')}
                    type="date"
                    name="until"
                    width="short"
                  />
                )}
                {warning.equalInState > 0 && (
                  <Checkbox
                    name="equal"
                    value="true"
                    label={text('warning.equal', { count: warning.equalInState })}
                    hint={text('warning.equal.hint')}
                  />
                )}
                <div>
                  <Button type="submit" kind="main" busy={busy}>
                    {text('save')}
                  </Button>
                </div>
              </Form>
            </section>
          )}
          {(warning.assignee || warning.due || warning.acceptedUntil) && (
            <section className="panel" aria-labelledby="plan">
              <h3 id="plan">{text('plan.title')}</h3>
              <dl className="facts">
                <dt>{text('plan.assignee')}</dt>
                <dd>{warning.assignee?.name ?? text('plan.nobody')}</dd>
                {warning.secondContact && (
                  <>
                    <dt>{text('plan.second')}</dt>
                    <dd>{warning.secondContact.name}</dd>
                  </>
                )}
                <dt>{text('plan.due')}</dt>
                <dd>{warning.due ?? '–'}</dd>
              </dl>
              {warning.acceptedUntil && <p>{text('warning.until.is', { day: warning.acceptedUntil })}</p>}
            </section>
          )}
          <section className="panel" aria-labelledby="device">
            <h3 id="device">{text('warning.asset')}</h3>
            <dl className="facts">
              <dt>{text('asset.name')}</dt>
              <dd>
                <Link to={`/assets/${asset.id}`}>{asset.name}</Link>
              </dd>
              <dt>{text('asset.product')}</dt>
              <dd>{[asset.vendor, asset.product ?? asset.model].filter(Boolean).join(' ') || '–'}</dd>
              <dt>{text('asset.orderNumber')}</dt>
              <dd>
                <code>{asset.orderNumber ?? '–'}</code>
              </dd>
              <dt>{text('asset.firmware')}</dt>
              <dd>
                <code>{asset.firmware ?? '–'}</code>
              </dd>
              <dt>{text('asset.address')}</dt>
              <dd>
                <code>{asset.addresses.join(', ') || '–'}</code>
              </dd>
              <dt>{text('site')}</dt>
              <dd>{asset.site.name}</dd>
            </dl>
          </section>
          <section className="panel stack stack-s" aria-labelledby="zone">
            <h3 id="zone">{text('zones.affected')}</h3>
            {asset.zone ? (
              <>
                <p>
                  <Link to={`/zones/${asset.zone.id}`}>{asset.zone.name}</Link>
                </p>
                <ZonesSmall site={asset.site.id} zone={asset.zone.id} />
                <Link to={`/zones?site=${asset.site.id}&zone=${asset.zone.id}&at=${asset.id}`}>
                  {text('zones.drawing')}
                </Link>
              </>
            ) : (
              <p className="soft">
                {text('zones.affected.none')} <Link to="/zones">{text('nav.zones')}</Link>
              </p>
            )}
          </section>
          <Proof warning={warning.id} />
        </div>
      </div>
    </Page>
  );
}

/** What to take away: what was known when, and the own decisions for others. */
export function Proof({ warning }: { warning?: string }) {
  const text = useText();
  const files = [
    { key: 'warning.proof.csv', path: '/api/warnings/proof', format: 'csv' },
    { key: 'warning.proof.json', path: '/api/warnings/proof', format: 'json' },
    { key: 'warning.vex.csaf', path: '/api/warnings/vex', format: 'csaf' },
    { key: 'warning.vex.openvex', path: '/api/warnings/vex', format: 'openvex' },
  ] as const;
  return (
    <details className="more">
      <summary>{text('warning.proof')}</summary>
      <p className="soft small">{text('warning.proof.lead')}</p>
      <ul className="plain-list">
        {files.map(({ key, path, format }) => (
          <li key={key}>
            <a href={`${path}?format=${format}${warning ? `&warning=${warning}` : ''}`} download>
              {text(key)}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** States of urgency and certainty are told in the reader's words, too. */
function stepWords(text: ReturnType<typeof useText>, told: Told): string {
  const of = {
    'urgency-changed': 'urgency',
    'certainty-changed': 'certainty',
    'vulnerabilities-changed': 'vulnerabilityState',
    'vulnerabilities-marked': 'remediation',
  }[told.code];
  if (!of) return text.coded('warningStep', told);
  const named = (value: unknown) => text.coded(of, { code: String(value) });
  return text.coded('warningStep', {
    ...told,
    params: { ...told.params, from: named(told.params['from']), to: named(told.params['to']) },
  });
}

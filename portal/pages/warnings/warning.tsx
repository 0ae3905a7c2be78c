import { apis, matchMoves, MatchState } from '@busbar/contract';
import { useEffect, useRef } from 'react';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { History } from '../../ui/history.tsx';
import { Certainty, Severity } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Choices, TextArea } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Remedies } from '../advisories/remedies.tsx';
import { attempt, reader, word } from '../calls.ts';
import { ZonesSmall } from '../plant/zone-drawing.tsx';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/warning';
import { WarningState } from './warning-table.tsx';

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
  const reason = word(form, 'reason');
  const answer = await attempt(() =>
    call(apis.warnings.move, {
      body: { warnings: [params.id], to: MatchState.parse(word(form, 'to')), ...(reason && { reason }) },
    }),
  );
  if (answer.refused) return answer;
  throw redirect(`/warnings/${params.id}`);
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
          <Severity level={advisory.severity} score={advisory.score} />
          <Certainty level={warning.certainty} />
          <Link to={`/advisories/${advisory.id}`}>{advisory.trackingId}</Link>
        </span>
      }
    >
      <div className="split">
        <div className="stack stack-l">
          <section className="stack stack-s" aria-labelledby="what">
            <h2 id="what">{text(`warning.verdict.${warning.certainty}`, { asset: asset.name })}</h2>
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
            <Remedies remedies={warning.remedies} />
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
          <section className="stack stack-s" aria-labelledby="history">
            <History steps={warning.history}>{(step) => <WarningState state={step.state} />}</History>
          </section>
        </div>
        <div className="stack">
          {may('set match state / acknowledge alert') && moves.length > 0 && (
            <section className="panel" aria-labelledby="next">
              <h2 id="next">{text('warning.next')}</h2>
              <Form method="post" className="stack" key={warning.state}>
                <RefusalNotice answer={actionData} />
                <Choices
                  name="to"
                  label={text('warning.next.label')}
                  options={moves.map(({ to, reason }) => ({
                    value: to,
                    label: text(`matchMove.${to}`),
                    ...(reason && { hint: text('warning.reason.needed') }),
                  }))}
                />
                <TextArea label={text('warning.reason')} name="reason" maxLength={2000} rows={3} />
                {warning.equal > 0 && (
                  <p className="soft small">{text('warning.equal', { count: warning.equal })}</p>
                )}
                <div>
                  <Button type="submit" kind="main" busy={busy}>
                    {text('save')}
                  </Button>
                </div>
              </Form>
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
        </div>
      </div>
    </Page>
  );
}

import { apis } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Severity, Urgency } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay } from '../../ui/shell.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import { WarningState } from '../warnings/warning-table.tsx';
import type { Route } from './+types/alert';
import { AlertStanding } from './alert-parts.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { call } = visitOf(context);
  const read = reader(context, request);
  // A page that a browser fetches ahead is not one that somebody reads.
  if (!request.headers.get('sec-purpose')?.includes('prefetch'))
    await attempt(() => call(apis.alerts.see, { params }));
  const [alert, plant] = await Promise.all([
    read(apis.alerts.get, { params: { id: params.id } }),
    read(apis.plant.summary),
  ]);
  return { alert, visibility: plant.visibility };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const body = { alerts: [params.id] };
  const back = word(await request.formData(), 'do') === 'handBack';
  const answer = await attempt(async () => {
    await (back ? call(apis.alerts.handBack, { body }) : call(apis.alerts.acknowledge, { body }));
  });
  if (answer.refused) return answer;
  throw redirect(`/alerts/${params.id}`);
}

/** What it is, to say that one has it, the devices, and who else knows. */
export default function AlertPage({ loaderData: { alert, visibility }, actionData }: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  const { advisory, acknowledged, warnings, readers } = alert;
  return (
    <Page
      title={advisory.title}
      seen={visibility}
      help={text('alerts.help')}
      crumbs={
        <>
          <Link to="/alerts">{text('alerts')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/advisories/${advisory.id}`}>{advisory.trackingId}</Link>
        </>
      }
      lead={
        <span className="row">
          <Urgency level={alert.urgency} />
          <Severity level={advisory.severity} />
          <span>{text('alert.devices', { open: alert.open, devices: alert.devices })}</span>
        </span>
      }
    >
      <RefusalNotice answer={actionData} />
      <div className="split">
        <div className="stack stack-l">
          {alert.open === 0 ? (
            <Notice kind="good" title={text('alert.over')}>
              {text('alert.over.why')}
            </Notice>
          ) : acknowledged ? (
            <Notice kind="good" live title={text('alert.acknowledged', { by: acknowledged.by })}>
              <p>
                <Time at={acknowledged.at} />
              </p>
              {alert.state === 'acknowledged' && (
                <Form method="post" className="row">
                  <span>{text('alert.handBack.why')}</span>
                  <Button type="submit" name="do" value="handBack" size="small" busy={busy}>
                    {text('alerts.handBack')}
                  </Button>
                </Form>
              )}
            </Notice>
          ) : (
            may('set match state / acknowledge alert') && (
              <section className="stack stack-s" aria-labelledby="next">
                <h2 id="next">{text('alert.next')}</h2>
                <p>{text('alert.next.why')}</p>
                <Form method="post">
                  <Button type="submit" kind="main" busy={busy} icon="check">
                    {text('alerts.acknowledge')}
                  </Button>
                </Form>
              </section>
            )
          )}
          <section className="stack stack-s" aria-labelledby="devices">
            <h2 id="devices">{text('nav.assets')}</h2>
            <p className="soft">{text('alert.devices.lead')}</p>
            <SmallTable narrow label={text('nav.warnings')}>
              <thead>
                <tr>
                  <th scope="col">{text('warning.asset')}</th>
                  <th scope="col">{text('state')}</th>
                  <th scope="col">{text('alert.due')}</th>
                </tr>
              </thead>
              <tbody>
                {warnings.map(({ id, asset, site, state, due }) => (
                  <tr key={id}>
                    <th scope="row">
                      <Link to={`/warnings/${id}`}>{asset}</Link>
                      <br />
                      <span className="soft small">{site}</span>
                    </th>
                    <td>
                      <WarningState state={state} />
                    </td>
                    <td>{due ?? '–'}</td>
                  </tr>
                ))}
              </tbody>
            </SmallTable>
            {warnings.length < alert.devices && (
              <p>
                <Link to={`/warnings?view=all&advisory=${advisory.id}`}>
                  {text('alert.allDevices', { count: alert.devices })}
                </Link>
              </p>
            )}
          </section>
        </div>
        <section className="panel stack stack-s" aria-labelledby="readers">
          <h2 id="readers">{text('alert.readers')}</h2>
          {readers.length === 0 && (
            <Notice kind="alarm" title={text('alert.nobody')}>
              {text('alert.nobody.why')}
            </Notice>
          )}
          <ul className="plain-list stack stack-s">
            {readers.map(({ name, state, sendAt, seenAt, acknowledgedAt }) => (
              <li key={name}>
                <span className="row">
                  <span>{name}</span> <AlertStanding state={state} />
                </span>
                <span className="small soft">
                  {acknowledgedAt || seenAt ? (
                    <Time at={acknowledgedAt ?? seenAt} style="short" />
                  ) : sendAt ? (
                    <>
                      {text('alert.sendAt')} <Time at={sendAt} style="short" />
                    </>
                  ) : null}
                </span>
              </li>
            ))}
          </ul>
          <p className="soft small">{text('alert.readers.why')}</p>
        </section>
      </div>
    </Page>
  );
}

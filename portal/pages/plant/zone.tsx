import { apis } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { DataTable } from '../../ui/table.tsx';
import { attempt, reader, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/zone';
import { useTalkColumns, ZoneFields, zoneIn } from './zone-parts.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const zone = await read(apis.zones.zone, { params: { id: params.id } });
  const { zones } = await read(apis.zones.plan, { params: { id: zone.site.id } });
  return { zone, zones };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const state = word(form, 'state');
  const { connects, ...said } = zoneIn(form);
  const body =
    state === 'accepted' || state === 'dismissed'
      ? { state }
      : { ...said, ...(word(form, 'kind') === 'conduit' && { connects }) };
  const answer = await attempt(() =>
    call(apis.zones.correct, { params: { id: params.id }, body: body as typeof said }),
  );
  if (answer.refused) return answer;
  throw redirect(`/zones/${params.id}`);
}

export default function ZonePage({ loaderData: { zone, zones }, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const columns = useTalkColumns();
  const isZone = zone.kind === 'zone';
  const dismissed = zone.state === 'dismissed';
  return (
    <Page
      title={zone.name}
      seen={zone.visibility}
      crumbs={<Link to={`/zones?site=${zone.site.id}`}>{text('nav.zones')}</Link>}
      lead={
        dismissed
          ? text(isZone ? 'zones.dismissed' : 'zones.unwanted')
          : isZone
            ? text('zones.holds', { devices: zone.devices, warnings: zone.warnings })
            : text('zones.conduit.lead', {
                zones: [
                  ...zone.connects.map(({ name }) => name),
                  ...(zone.outside ? [text('zones.outside')] : []),
                ].join(' – '),
              })
      }
      actions={
        <Form method="post">
          <Button type="submit" name="state" value={dismissed ? 'accepted' : 'dismissed'} busy={busy}>
            {text(dismissed ? 'zones.restore' : isZone ? 'zones.dismissZone' : 'zones.forbid')}
          </Button>
        </Form>
      }
    >
      <RefusalNotice answer={actionData} />
      {isZone && (
        <p className="row">
          <ButtonLink to={`/zones/devices?site=${zone.site.id}&zone=${zone.id}`} icon="list" size="small">
            {text('zones.devices')}
          </ButtonLink>
          <ButtonLink to={`/zones?site=${zone.site.id}&zone=${zone.id}`} icon="map" size="small">
            {text('zones.drawing')}
          </ButtonLink>
        </p>
      )}
      {!isZone && (
        <section className="stack stack-s" aria-labelledby="talks">
          <h2 id="talks">{text('zones.talks')}</h2>
          <DataTable
            caption={text('zones.talks')}
            rows={zone.talks}
            columns={columns}
            rowKey={({ id }) => id}
            order="-packets"
            empty={<Empty title={text('zones.talks.none')}>{text('zones.talks.none.why')}</Empty>}
          />
        </section>
      )}
      <section className="panel" aria-labelledby="said">
        <h2 id="said">{text('zones.said')}</h2>
        <Form method="post" className="stack">
          <ZoneFields zone={zone} kind={zone.kind} zones={zones} />
          <div>
            <Button type="submit" kind="main" busy={busy}>
              {text('save')}
            </Button>
          </div>
        </Form>
      </section>
    </Page>
  );
}

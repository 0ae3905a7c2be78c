import { apis, type ProposedZone, type UnexpectedConduit, type Zone } from '@busbar/contract';
import { useMemo } from 'react';
import { Form, Link, redirect, useFetcher, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { PlantMap } from '../../ui/plant-map.tsx';
import { FilterChoice } from '../../ui/search-box.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, word, words } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/zones';
import { type DrawingData, toMapDevices, useMapWays, useMapZones } from './zone-drawing.tsx';
import {
  Placed,
  Reasons,
  type Undo,
  useProtocols,
  useZoneOptions,
  ZoneFields,
  zoneIn,
} from './zone-parts.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const { items: sites } = await read(apis.plant.sites);
  const wanted = new URL(request.url).searchParams.get('site');
  const site = sites.find(({ id }) => id === wanted) ?? sites[0];
  if (!site) {
    const { visibility } = await read(apis.plant.summary);
    return { sites, visibility, plan: null, drawing: null };
  }
  const params = { id: site.id };
  const [plan, drawing] = await Promise.all([
    read(apis.zones.plan, { params }),
    read(apis.zones.drawing, { params }),
  ]);
  return { sites, visibility: plan.visibility, plan, drawing };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const params = { id: word(form, 'site') };
  const proposals = words(form, 'proposal');
  const name = word(form, 'name');
  switch (word(form, 'do')) {
    case 'accept':
      return attempt(async () => {
        const accept = proposals.map((proposal) => ({ proposal, ...(name && { name }) }));
        await call(apis.zones.decide, { params, body: { accept, dismiss: [] } });
        return null;
      });
    case 'dismiss':
      return attempt(async () => {
        await call(apis.zones.decide, { params, body: { accept: [], dismiss: proposals } });
        return null;
      });
    case 'place':
      return attempt(() =>
        call(apis.zones.place, {
          body: { places: [{ assets: words(form, 'asset'), zone: word(form, 'zone') || null }] },
        }),
      );
    case 'undo':
      return attempt(async () => {
        await call(apis.zones.place, { body: { places: JSON.parse(word(form, 'places')) } });
        return null;
      });
    case 'arrange':
      return attempt(async () => {
        const at = word(form, 'x') ? { x: Number(word(form, 'x')), y: Number(word(form, 'y')) } : null;
        const places = words(form, 'zone').map((zone) => ({ zone, at }));
        await call(apis.zones.arrange, { params, body: { places } });
        return null;
      });
  }
  const kind = word(form, 'kind') === 'conduit' ? 'conduit' : 'zone';
  const answer = await attempt(() => call(apis.zones.add, { params, body: { kind, ...zoneIn(form) } }));
  if (answer.refused) return answer;
  throw redirect(`/zones/${answer.done.id}`);
}

export default function Zones({
  loaderData: { sites, visibility, plan, drawing },
  actionData,
}: Route.ComponentProps) {
  const text = useText();
  if (!plan || !drawing)
    return (
      <Page title={text('nav.zones')} seen={visibility} lead={text('zones.lead')}>
        <Empty
          title={text('zones.noSite')}
          action={
            <ButtonLink to="/plant" kind="main">
              {text('nav.plant')}
            </ButtonLink>
          }
        >
          {text('zones.noSite.why')}
        </Empty>
      </Page>
    );
  const odd = plan.unexpected.filter(({ unwanted }) => !unwanted).length;
  return (
    <Page title={text('nav.zones')} seen={visibility} lead={text('zones.lead')} help={text('zones.help')}>
      <RefusalNotice answer={actionData} />
      {sites.length > 1 && (
        <Form method="get" className="row filters">
          <FilterChoice
            name="site"
            label={text('site')}
            options={sites.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <button className="button button-plain button-small">{text('table.apply')}</button>
        </Form>
      )}
      {odd > 0 && (
        <Notice kind="warn" title={text('zones.odd', { count: odd })}>
          <a href="#unexpected">{text('zones.odd.look')}</a>
        </Notice>
      )}
      <Drawing plan={plan} drawing={drawing} />
      {plan.proposals.length > 0 && <Proposals plan={plan} />}
      {plan.unexpected.length > 0 && (
        <section className="stack stack-s" aria-labelledby="unexpected">
          <h2 id="unexpected">{text('zones.unexpected')}</h2>
          <p className="soft">{text('zones.unexpected.why')}</p>
          {plan.unexpected.map((conduit) => (
            <Unexpected key={conduit.proposal} conduit={conduit} site={plan.site.id} />
          ))}
        </section>
      )}
      <Tables plan={plan} />
      <section className="row" aria-label={text('zones.add')}>
        {(['zone', 'conduit'] as const).map((kind) => (
          <details className="more" key={kind}>
            <summary>{text(`zones.add.${kind}`)}</summary>
            <Form method="post" className="stack panel">
              <input type="hidden" name="site" value={plan.site.id} />
              <ZoneFields kind={kind} zones={plan.zones} />
              <div>
                <Button type="submit" kind="main">
                  {text(`zones.add.${kind}`)}
                </Button>
              </div>
            </Form>
          </details>
        ))}
      </section>
    </Page>
  );
}

type Plan = NonNullable<Route.ComponentProps['loaderData']['plan']>;

function Drawing({ plan, drawing }: { plan: Plan; drawing: DrawingData }) {
  const text = useText();
  const [query] = useSearchParams();
  const zones = useMapZones(plan.zones, plan.proposals);
  const ways = useMapWays(plan.conduits);
  const devices = useMemo(() => toMapDevices(drawing.devices), [drawing]);
  const options = useZoneOptions(plan.zones);
  const fetcher = useFetcher<{ done?: { changed: number; undo: Undo } | null }>();
  const marked = useMemo(() => new Set([query.get('zone') ?? '']), [query]);
  const send = (said: Record<string, string>) =>
    void fetcher.submit({ ...said, site: plan.site.id }, { method: 'post', preventScrollReset: true });
  const placed = fetcher.data?.done;
  const byHand = plan.zones.filter(({ place, state }) => place && state === 'accepted');
  if (devices.length === 0 && plan.zones.length === 0)
    return (
      <Empty
        title={text('zones.empty')}
        action={
          <ButtonLink to="/plant#drop" kind="main" icon="upload">
            {text('captures.drop')}
          </ButtonLink>
        }
      >
        {text('zones.empty.why')}
      </Empty>
    );
  return (
    <div className="stack map-page">
      {drawing.leftOut > 0 && <Notice>{text('map.leftOut', { count: drawing.leftOut })}</Notice>}
      {placed?.undo && <Placed changed={placed.changed} undo={placed.undo} />}
      <PlantMap
        devices={devices}
        lines={drawing.lines}
        zones={zones}
        ways={ways}
        marked={marked}
        hrefOf={(id) => `/assets/${id}`}
        onPlace={(asset, zone) => {
          const kind = zones.get(zone)?.kind;
          if (kind === 'accepted' || kind === 'none')
            send({ do: 'place', asset, zone: kind === 'none' ? '' : zone });
        }}
        onArrange={(zone, { x, y }) => send({ do: 'arrange', zone, x: String(x), y: String(y) })}
        arranging={fetcher.state !== 'idle'}
      >
        {(device) => (
          <fetcher.Form method="post" className="row">
            <input type="hidden" name="asset" value={device} />
            <SelectField
              key={device}
              label={text('zones.stands')}
              name="zone"
              defaultValue={drawing.devices.find(({ id }) => id === device)?.zone ?? ''}
              options={options}
            />
            <Button type="submit" name="do" value="place" size="small">
              {text('zones.place')}
            </Button>
          </fetcher.Form>
        )}
      </PlantMap>
      <div className="row needs-scripts">
        <Button size="small" icon="print" onClick={() => window.print()}>
          {text('map.print')}
        </Button>
        {byHand.length > 0 && (
          <fetcher.Form method="post">
            <input type="hidden" name="site" value={plan.site.id} />
            {byHand.map(({ id }) => (
              <input key={id} type="hidden" name="zone" value={id} />
            ))}
            <Button type="submit" name="do" value="arrange" size="small">
              {text('zones.layOut')}
            </Button>
          </fetcher.Form>
        )}
        <span className="small soft">{text('zones.drag')}</span>
      </div>
    </div>
  );
}

function Proposals({ plan }: { plan: Plan }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <section className="stack stack-s" aria-labelledby="proposals">
      <div className="row row-end">
        <h2 id="proposals">{text('zones.proposals', { count: plan.proposals.length })}</h2>
        {plan.proposals.length > 1 && (
          <Form method="post" preventScrollReset>
            <input type="hidden" name="site" value={plan.site.id} />
            {plan.proposals.map(({ proposal }) => (
              <input key={proposal} type="hidden" name="proposal" value={proposal} />
            ))}
            <Button type="submit" name="do" value="accept" size="small" busy={busy}>
              {text('zones.acceptAll', { count: plan.proposals.length })}
            </Button>
          </Form>
        )}
      </div>
      <p className="soft">{text('zones.proposals.why')}</p>
      {plan.proposals.map((proposal) => (
        <Proposal key={proposal.proposal} proposal={proposal} site={plan.site.id} />
      ))}
    </section>
  );
}

function Proposal({ proposal, site }: { proposal: ProposedZone; site: string }) {
  const text = useText();
  const format = useFormat();
  const name = text.coded('zoneName', proposal.name);
  const roles = proposal.roles.map(
    ({ role, count }) => `${format.number(count)} × ${text.coded('role.asset', { code: role })}`,
  );
  return (
    <Form method="post" className="panel stack stack-s" preventScrollReset>
      <input type="hidden" name="site" value={site} />
      <input type="hidden" name="proposal" value={proposal.proposal} />
      <h3>
        {proposal.joins
          ? text('zones.joins', { count: proposal.devices, zone: proposal.joins.name })
          : text('map.zone.proposed', { name })}
      </h3>
      <p>{format.list(roles)}</p>
      <Reasons reasons={proposal.reasons} />
      <div className="row">
        {!proposal.joins && (
          <TextField label={text('zones.name')} name="name" defaultValue={name} maxLength={80} required />
        )}
        <Button type="submit" name="do" value="accept" kind="main" size="small" icon="check">
          {text('zones.accept')}
        </Button>
        <Button type="submit" name="do" value="dismiss" size="small">
          {text('zones.dismiss')}
        </Button>
      </div>
    </Form>
  );
}

function Unexpected({ conduit, site }: { conduit: UnexpectedConduit; site: string }) {
  const text = useText();
  const format = useFormat();
  const protocols = useProtocols();
  const ends = conduit.zones.map(({ name }) => name);
  const name = text.coded('conduitName', conduit.name);
  return (
    <Form method="post" className="panel stack stack-s" preventScrollReset>
      <input type="hidden" name="site" value={site} />
      <input type="hidden" name="proposal" value={conduit.proposal} />
      <h3 className="with-icon">
        <Icon name="alarm" /> {name}
      </h3>
      <p>
        {conduit.outside
          ? text('zones.unexpected.outside', { zones: format.list(ends) })
          : text('zones.unexpected.between', { zones: format.list(ends) })}{' '}
        {text('zones.unexpected.how', {
          protocols: protocols(conduit.protocols),
          devices: conduit.devices,
          packets: conduit.packets,
        })}{' '}
        <Time at={conduit.lastSeen} style="short" />
      </p>
      <Reasons reasons={conduit.reasons} />
      {conduit.unwanted && (
        <p className="with-icon warn-words">
          <Icon name="alarm" size={13} /> {text('zones.unwanted')}
        </p>
      )}
      <div className="row">
        <ButtonLink
          to={`/zones/crossing?site=${site}&proposal=${encodeURIComponent(conduit.proposal)}`}
          size="small"
          icon="search"
        >
          {text('zones.talks.show')}
        </ButtonLink>
        {!conduit.conduit && (
          <TextField label={text('zones.name')} name="name" defaultValue={name} maxLength={80} required />
        )}
        <Button type="submit" name="do" value="accept" size="small">
          {text(conduit.conduit ? 'zones.allow.more' : 'zones.allow')}
        </Button>
        {!conduit.unwanted && (
          <Button type="submit" name="do" value="dismiss" size="small">
            {text('zones.forbid')}
          </Button>
        )}
      </div>
    </Form>
  );
}

function Tables({ plan }: { plan: Plan }) {
  const text = useText();
  const { words: worded, count } = useColumns();
  const protocols = useProtocols();
  const state = ({ state: is, kind }: Zone) =>
    text(
      is === 'accepted'
        ? 'zoneState.accepted'
        : kind === 'zone'
          ? 'zoneState.dismissed'
          : 'zoneState.forbidden',
    );
  const levels = (said: readonly number[] | null) => said?.join(' ');
  const zoneColumns: Column<Zone>[] = [
    worded('name', text('zones.name'), ({ name }) => name),
    worded('level', text('asset.level'), ({ level }) => text(`level.${level}`)),
    count('devices', text('nav.assets'), ({ devices }) => devices),
    count('warnings', text('nav.warnings'), ({ warnings }) => warnings),
    worded(
      'impact',
      text('zones.safetyImpact'),
      ({ safetyImpact }) => safetyImpact && text(`safetyImpact.${safetyImpact}`),
    ),
    worded('exposure', text('zones.exposure'), ({ exposure }) => exposure && text(`exposure.${exposure}`)),
    worded('target', text('zones.target'), ({ slTarget }) => levels(slTarget)),
    worded('achieved', text('zones.achieved'), ({ slAchieved }) => levels(slAchieved)),
    worded('state', text('state'), state),
  ];
  const conduitColumns: Column<Zone>[] = [
    worded('name', text('zones.name'), ({ name }) => name),
    worded('connects', text('zones.connects'), ({ connects, outside }) =>
      [...connects.map(({ name }) => name), ...(outside ? [text('zones.outside')] : [])].join(' – '),
    ),
    worded('protocols', text('asset.protocols'), (conduit) => protocols(conduit.protocols)),
    worded('target', text('zones.target'), ({ slTarget }) => levels(slTarget), { spare: true }),
    worded('achieved', text('zones.achieved'), ({ slAchieved }) => levels(slAchieved), { spare: true }),
    worded('state', text('state'), state),
  ];
  return (
    <>
      <section className="stack stack-s" aria-labelledby="zones">
        <h2 id="zones">{text('zones.zones')}</h2>
        <p>
          <Link to={`/zones/devices?site=${plan.site.id}&zone=none`}>
            {text('zones.unplaced', { count: plan.unplaced })}
          </Link>
        </p>
        <DataTable
          name="zones"
          caption={text('zones.zones')}
          rows={plan.zones}
          columns={zoneColumns}
          rowKey={({ id }) => id}
          href={({ id }) => `/zones/${id}`}
          order="name"
          empty={<Empty title={text('zones.noZones')}>{text('zones.noZones.why')}</Empty>}
        />
      </section>
      <section className="stack stack-s" aria-labelledby="conduits">
        <h2 id="conduits">{text('zones.conduits')}</h2>
        <DataTable
          name="conduits"
          caption={text('zones.conduits')}
          rows={plan.conduits}
          columns={conduitColumns}
          rowKey={({ id }) => id}
          href={({ id }) => `/zones/${id}`}
          order="name"
          empty={<Empty title={text('zones.noConduits')}>{text('zones.noConduits.why')}</Empty>}
        />
      </section>
    </>
  );
}

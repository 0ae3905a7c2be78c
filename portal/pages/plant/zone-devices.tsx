import { apis, type Asset } from '@busbar/contract';
import { useState } from 'react';
import { Form, Link, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { FilterChoice } from '../../ui/search-box.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { useAssetColumns } from '../assets/asset-columns.tsx';
import { attempt, place, reader, word, words as formWords } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/zone-devices';
import { Placed, useZoneOptions } from './zone-parts.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const { items: sites } = await read(apis.plant.sites);
  const query = new URL(request.url).searchParams;
  const site = sites.find(({ id }) => id === query.get('site')) ?? sites[0];
  if (!site) {
    const { visibility } = await read(apis.plant.summary);
    return { site: '', zones: [], assets: [], total: 0, next: null, visibility };
  }
  const { zones, visibility } = await read(apis.zones.plan, { params: { id: site.id } });
  const wanted = query.get('zone');
  const zone = wanted === 'none' ? wanted : zones.find(({ id }) => id === wanted)?.id;
  const assets = await read(apis.plant.assets, {
    query: { ...place(request), site: site.id, ...(zone && { zone }), limit: pageRows },
  });
  return { site: site.id, zones, assets: assets.items, total: assets.total, next: assets.next, visibility };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  if (word(form, 'do') === 'undo')
    return attempt(async () => {
      await call(apis.zones.place, { body: { places: JSON.parse(word(form, 'places')) } });
      return null;
    });
  return attempt(() =>
    call(apis.zones.place, {
      body: { places: [{ assets: formWords(form, 'id'), zone: word(form, 'to') || null }] },
    }),
  );
}

/** Devices and where they stand, to be placed in many at once. */
export default function ZoneDevices({
  loaderData: { site, zones, assets, total, next, visibility },
  actionData,
}: Route.ComponentProps) {
  const text = useText();
  const [query] = useSearchParams();
  const busy = useNavigation().state === 'submitting';
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const paged = usePaged(next);
  const options = useZoneOptions(zones);
  const known = useAssetColumns();
  const { words } = useColumns();
  const columns: Column<Asset>[] = [
    known.name,
    words('zone', text('zones.zone'), ({ zone }) => zone?.name),
    words('network', text('zones.network'), ({ network }) => network),
    known.address,
    known.role,
    known.level,
    known.product,
    known.warnings,
  ];
  const placed = actionData?.done;
  return (
    <Page
      title={text('zones.devices')}
      seen={visibility}
      lead={text('zones.devices.lead')}
      crumbs={<Link to={`/zones?site=${site}`}>{text('nav.zones')}</Link>}
    >
      <RefusalNotice answer={actionData} />
      {placed && <Placed changed={placed.changed} undo={placed.undo} />}
      <Form method="get" className="row filters">
        <input type="hidden" name="site" value={site} />
        <FilterChoice
          name="zone"
          label={text('zones.zone')}
          options={options.map(({ value, label }) => ({ value: value || 'none', label }))}
        />
        <button className="button button-plain button-small">{text('table.apply')}</button>
      </Form>
      {paged && <LongSearch label={text('assets.search')} />}
      <Form method="post" className="stack" onSubmit={() => setSelected(new Set())}>
        <div className="selection row row-end" role="status">
          <strong>{text('assets.selected', { count: selected.size })}</strong>
          <span className="row">
            <SelectField label={text('zones.to')} name="to" options={options} />
            <Button type="submit" size="small" kind="main" busy={busy}>
              {text('zones.place')}
            </Button>
          </span>
        </div>
        <DataTable
          caption={text('zones.devices')}
          rows={assets}
          total={total}
          columns={columns}
          rowKey={({ id }) => id}
          href={({ id }) => `/assets/${id}`}
          order="name"
          paged={paged}
          selection={{ selected, onChange: setSelected }}
          empty={
            <Empty title={text('zones.devices.none')}>
              {query.get('zone') ? text('assets.noneFiltered.why') : text('assets.none.why')}
            </Empty>
          }
        />
      </Form>
      <Pager next={next} />
    </Page>
  );
}

import { apis, AssetRole, AssetSearch, type Asset } from '@busbar/contract';
import { useState } from 'react';
import { Form, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Certainty } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { roleIcon } from '../../ui/plant-map.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, safeBack, word, words } from '../calls.ts';
import { Addresses, Unknown } from '../plant/capture-devices.tsx';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/assets';
import { AssetState, SelectionBar } from './asset-parts.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const given = Object.fromEntries(
    [...new URL(request.url).searchParams].filter(
      ([name, value]) => value !== '' && name in AssetSearch.shape && name !== 'sort',
    ),
  );
  const {
    limit: _limit,
    sort: _sort,
    ...search
  } = AssetSearch.catch({ limit: 50, sort: 'name' }).parse(given);
  const { after: _after, ...filters } = search;
  const [assets, summary, sites] = await Promise.all([
    read(apis.plant.assets, { query: { ...search, limit: pageRows } }),
    read(apis.plant.summary),
    read(apis.plant.sites),
  ]);
  return {
    assets: assets.items,
    total: assets.total,
    next: assets.next,
    visibility: summary.visibility,
    sites: sites.items,
    filtered: Object.keys(filters).length > 0,
  };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const what = word(form, 'do');
  const assets = what === 'accept-proposed' ? word(form, 'proposed').split(',') : words(form, 'id');
  const route = what === 'dismiss' ? apis.plant.dismiss : apis.plant.accept;
  const answer = await attempt(() => call(route, { body: { assets } }));
  if (answer.refused) return answer;
  throw redirect(safeBack(form.get('back') ?? '/assets'));
}

export default function Assets({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const { me } = useVisitor();
  const [query] = useSearchParams();
  const busy = useNavigation().state === 'submitting';
  const { assets, total, next, visibility, sites, filtered } = loaderData;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());

  const paged = usePaged(next);
  const columns: Column<Asset>[] = [
    {
      id: 'name',
      label: text('asset.name'),
      sort: ({ name }) => name,
      cell: ({ name, role }) => (
        <span className="row nowrap with-icon">
          <Icon name={roleIcon(role)} /> {name}
        </span>
      ),
    },
    {
      id: 'address',
      label: text('asset.address'),
      sort: ({ addresses, macs }) => addresses[0] ?? macs[0],
      words: ({ addresses, macs }) => [...addresses, ...macs].join(' '),
      cell: ({ addresses, macs }) => <Addresses addresses={addresses} macs={macs} />,
    },
    {
      id: 'role',
      label: text('asset.role'),
      sort: ({ role }) => text(`role.asset.${role}`),
      cell: ({ role }) => text(`role.asset.${role}`),
    },
    {
      id: 'vendor',
      label: text('asset.vendor'),
      sort: ({ vendor }) => vendor,
      cell: ({ vendor }) => vendor ?? <Unknown />,
    },
    {
      id: 'product',
      label: text('asset.product'),
      sort: ({ product, model }) => product ?? model,
      cell: ({ product, model }) => <span className="wide-cell">{product ?? model ?? <Unknown />}</span>,
    },
    {
      id: 'orderNumber',
      label: text('asset.orderNumber'),
      sort: ({ orderNumber }) => orderNumber,
      cell: ({ orderNumber }) => (orderNumber ? <code>{orderNumber}</code> : <Unknown />),
    },
    {
      id: 'firmware',
      label: text('asset.firmware'),
      sort: ({ firmware }) => firmware,
      cell: ({ firmware }) => (firmware ? <code>{firmware}</code> : <Unknown />),
    },
    {
      id: 'hardware',
      label: text('asset.hardware'),
      sort: ({ hardware }) => hardware,
      cell: ({ hardware }) => (hardware ? <code>{hardware}</code> : <Unknown />),
      spare: true,
    },
    {
      id: 'serial',
      label: text('asset.serial'),
      sort: ({ serial }) => serial,
      cell: ({ serial }) => (serial ? <code>{serial}</code> : <Unknown />),
      spare: true,
    },
    {
      id: 'certainty',
      label: text('certainty'),
      sort: ({ certainty }) => certainty,
      words: ({ certainty }) => text(`certainty.${certainty}`),
      cell: ({ certainty }) => <Certainty level={certainty} />,
    },
    {
      id: 'level',
      label: text('asset.level'),
      sort: ({ level }) => text(`level.${level}`),
      cell: ({ level }) => text(`level.${level}`),
      spare: true,
    },
    {
      id: 'site',
      label: text('site'),
      sort: ({ site }) => site.name,
      cell: ({ site }) => site.name,
      spare: sites.length < 2,
    },
    {
      id: 'protocols',
      label: text('asset.protocols'),
      sort: ({ protocols }) => protocols.join(', '),
      cell: ({ protocols }) => protocols.join(', '),
    },
    {
      id: 'warnings',
      label: text('nav.warnings'),
      number: true,
      sort: ({ warnings }) => warnings,
      words: () => '',
      cell: ({ warnings }) => (warnings > 0 ? format.number(warnings) : '–'),
    },
    {
      id: 'last',
      label: text('asset.lastSeen'),
      sort: ({ lastSeen }) => lastSeen,
      words: () => '',
      cell: ({ lastSeen }) => <Time at={lastSeen} style="date" />,
    },
    {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => state,
      words: ({ state }) => text(`assetState.${state}`),
      cell: ({ state }) => <AssetState state={state} />,
    },
  ];

  return (
    <Page
      title={text('nav.assets')}
      lead={me?.acting ? text('assets.lead', { organisation: me.acting.organisation.name }) : undefined}
      seen={visibility}
      help={text('assets.help')}
    >
      <RefusalNotice answer={actionData} />
      <Form method="get" className="row filters">
        <Choice
          name="state"
          label={text('state')}
          value={query.get('state')}
          options={(['proposed', 'accepted', 'dismissed'] as const).map((state) => ({
            value: state,
            label: text(`assetState.${state}`),
          }))}
        />
        <Choice
          name="role"
          label={text('asset.role')}
          value={query.get('role')}
          options={AssetRole.options.map((role) => ({ value: role, label: text(`role.asset.${role}`) }))}
        />
        {sites.length > 1 && (
          <Choice
            name="site"
            label={text('site')}
            value={query.get('site')}
            options={sites.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
        <Choice
          name="warned"
          label={text('nav.warnings')}
          value={query.get('warned')}
          options={[
            { value: 'true', label: text('assets.warned') },
            { value: 'false', label: text('assets.unwarned') },
          ]}
        />
        <button className="button button-plain button-small">{text('table.apply')}</button>
        {filtered && (
          <ButtonLink to="/assets" kind="quiet" size="small">
            {text('table.clear')}
          </ButtonLink>
        )}
      </Form>
      {paged && <LongSearch label={text('assets.search')} />}
      <Form method="post" className="stack" onSubmit={() => setSelected(new Set())}>
        <input type="hidden" name="back" value={`/assets?${query}`} />
        <SelectionBar
          count={selected.size}
          busy={busy}
          proposed={assets.filter(({ state }) => state === 'proposed').map(({ id }) => id)}
        />
        <DataTable
          caption={text('nav.assets')}
          rows={assets}
          total={total}
          columns={columns}
          rowKey={({ id }) => id}
          href={({ id }) => `/assets/${id}`}
          order="name"
          paged={paged}
          selection={{ selected, onChange: setSelected }}
          empty={
            filtered ? (
              <Empty
                title={text('assets.noneFiltered')}
                action={<ButtonLink to="/assets">{text('table.clear')}</ButtonLink>}
              >
                {text('assets.noneFiltered.why')}
              </Empty>
            ) : (
              <Empty
                title={text('assets.none')}
                action={
                  <ButtonLink to="/plant#drop" kind="main" icon="upload">
                    {text('captures.drop')}
                  </ButtonLink>
                }
              >
                {text('assets.none.why')}
              </Empty>
            )
          }
        />
      </Form>
      <Pager next={next} />
    </Page>
  );
}

/** A filter that acts when it is changed, and by the button beside it without scripts. */
function Choice({
  name,
  label,
  value,
  options,
}: {
  name: string;
  label: string;
  value: string | null;
  options: readonly { value: string; label: string }[];
}) {
  const text = useText();
  return (
    <label className="row nowrap filter">
      <span className="soft small">{label}</span>
      <select
        name={name}
        className="input select"
        defaultValue={value ?? ''}
        onChange={(event) => event.currentTarget.form?.requestSubmit()}
      >
        <option value="">{text('any')}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

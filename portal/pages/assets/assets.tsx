import { apis, AssetRole, AssetSearch, AssetWords, type Asset } from '@busbar/contract';
import { useState } from 'react';
import { Form, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { FilterChoice } from '../../ui/search-box.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { attempt, reader, safeBack, word, words } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/assets';
import { useAssetColumns } from './asset-columns.tsx';
import { SelectionBar } from './asset-parts.tsx';

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
  const [assets, sites] = await Promise.all([
    read(apis.plant.assets, { query: { ...search, limit: pageRows } }),
    read(apis.plant.sites),
  ]);
  return {
    assets: assets.items,
    total: assets.total,
    next: assets.next,
    visibility: assets.visibility,
    sites: sites.items,
    filtered: Object.keys(filters).length > 0,
  };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const what = word(form, 'do');
  const assets = what === 'accept-proposed' ? word(form, 'proposed').split(',') : words(form, 'id');
  const answer = await attempt(() =>
    what === 'describe'
      ? call(apis.plant.describe, { body: { assets, ...saidIn(form) } })
      : call(what === 'dismiss' ? apis.plant.dismiss : apis.plant.accept, { body: { assets } }),
  );
  if (answer.refused) return answer;
  throw redirect(safeBack(form.get('back') ?? '/assets'));
}

/** What was chosen to be said of the ticked devices. */
function saidIn(form: FormData): AssetWords {
  const given = (['role', 'level', 'criticality'] as const).flatMap((field) => {
    const value = word(form, `all-${field}`);
    return value === '' ? [] : [[field, value]];
  });
  return AssetWords.parse(Object.fromEntries(given));
}

/** The whole plant, to take away. */
function Export() {
  const text = useText();
  return (
    <details className="more">
      <summary>{text('assets.export')}</summary>
      <ul className="plain-list">
        {(['csv', 'cdx.json', 'json'] as const).map((kind) => (
          <li key={kind}>
            <a href={`/api/plant/assets.${kind}`} download>
              {text(`assets.export.${kind}`)}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

export default function Assets({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const { me } = useVisitor();
  const [query] = useSearchParams();
  const busy = useNavigation().state === 'submitting';
  const { assets, total, next, visibility, sites, filtered } = loaderData;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());

  const paged = usePaged(next);
  const known = useAssetColumns();
  const { words: worded, code, time } = useColumns();
  const columns: Column<Asset>[] = [
    known.name,
    known.address,
    known.role,
    known.vendor,
    known.product,
    known.orderNumber,
    known.firmware,
    code('hardware', text('asset.hardware'), ({ hardware }) => hardware, { spare: true }),
    known.serial,
    code('slot', text('asset.slot'), ({ slot }) => slot, { spare: true }),
    known.certainty,
    known.level,
    worded('zone', text('zones.zone'), ({ zone }) => zone?.name, { spare: true }),
    worded('site', text('site'), ({ site }) => site.name, { spare: sites.length < 2 }),
    known.protocols,
    known.warnings,
    known.state,
    time('last', text('asset.lastSeen'), ({ lastSeen }) => lastSeen, { style: 'date' }),
  ];

  return (
    <Page
      title={text('nav.assets')}
      lead={me?.acting ? text('assets.lead', { organisation: me.acting.organisation.name }) : undefined}
      seen={visibility}
      help={text('assets.help')}
      actions={
        <>
          <ButtonLink to="/assets/add">{text('asset.add')}</ButtonLink>
          <ButtonLink to="/assets/same">{text('same.title')}</ButtonLink>
          <ButtonLink to="/assets/import" icon="upload">
            {text('inventory.title')}
          </ButtonLink>
          <Export />
        </>
      }
    >
      <RefusalNotice answer={actionData} />
      <Form method="get" className="row filters">
        <FilterChoice
          name="state"
          label={text('state')}
          options={(['proposed', 'accepted', 'dismissed'] as const).map((state) => ({
            value: state,
            label: text(`assetState.${state}`),
          }))}
        />
        <FilterChoice
          name="role"
          label={text('asset.role')}
          options={AssetRole.options.map((role) => ({ value: role, label: text(`role.asset.${role}`) }))}
        />
        {sites.length > 1 && (
          <FilterChoice
            name="site"
            label={text('site')}
            options={sites.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
        <FilterChoice
          name="warned"
          label={text('nav.warnings')}
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

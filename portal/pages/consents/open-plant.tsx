import { apis, type Asset } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Certainty } from '../../ui/badge.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useAssetColumns } from '../assets/asset-columns.tsx';
import { place, reader } from '../calls.ts';
import { WarningState } from '../warnings/warning-table.tsx';
import type { Route } from './+types/open-plant';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const assets = await read(apis.consents.assets, { params, query: { ...place(request), limit: pageRows } });
  const warnings = assets.parts.includes('warnings')
    ? (await read(apis.consents.warnings, { params, query: { open: 'true', limit: 50 } })).items
    : null;
  const shares = assets.parts.includes('shares')
    ? (await read(apis.consents.shares, { params, query: { limit: 50 } })).items
    : null;
  return { plant: params.id, assets, warnings, shares };
}

/** A member's plant, as far as the member opened it to analysts. */
export default function OpenPlant({ loaderData: { plant, assets, warnings, shares } }: Route.ComponentProps) {
  const text = useText();
  const { items, total, next, visibility } = assets;
  const paged = usePaged(next);
  const known = useAssetColumns();
  const { words } = useColumns();
  const columns: Column<Asset>[] = [
    known.name,
    known.address,
    known.role,
    known.vendor,
    known.product,
    known.orderNumber,
    known.firmware,
    known.level,
    words('site', text('site'), ({ site }) => site.name),
    known.warnings,
  ];
  return (
    <Page
      title={visibility.owner}
      lead={text('openPlant.lead')}
      seen={visibility}
      help={text('plants.help')}
      crumbs={
        <>
          <Link to="/plants">{text('plants')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span>{visibility.owner}</span>
        </>
      }
    >
      {warnings && (
        <section className="stack stack-s" aria-labelledby="warnings">
          <h2 id="warnings">{text('nav.warnings')}</h2>
          {warnings.length === 0 ? (
            <p className="soft">{text('openPlant.noWarnings')}</p>
          ) : (
            <SmallTable label={text('nav.warnings')}>
              <thead>
                <tr>
                  <th scope="col">{text('warning.advisory')}</th>
                  <th scope="col">{text('warning.asset')}</th>
                  <th scope="col">{text('certainty')}</th>
                  <th scope="col">{text('state')}</th>
                </tr>
              </thead>
              <tbody>
                {warnings.map(({ id, advisory, asset, certainty, state }) => (
                  <tr key={id}>
                    <td>
                      <Link to={`/advisories/${advisory.id}`}>{advisory.title}</Link>
                    </td>
                    <td>
                      <Link to={`/plants/${plant}/devices/${asset.id}`}>{asset.name}</Link>
                    </td>
                    <td>
                      <Certainty level={certainty} />
                    </td>
                    <td>
                      <WarningState state={state} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </SmallTable>
          )}
        </section>
      )}
      {shares && (
        <section className="stack stack-s" aria-labelledby="shares">
          <h2 id="shares">{text('openPlant.shares')}</h2>
          {shares.length === 0 ? (
            <p className="soft">{text('openPlant.noShares')}</p>
          ) : (
            <ul className="plain-list lines">
              {shares.flatMap((bundle) =>
                bundle.shares.map(({ place: at, name }) => (
                  <li key={`${bundle.id} ${at}`}>
                    <Link to={`/plants/${plant}/shares/${bundle.id}/shared/${at}`}>{name}</Link>{' '}
                    <span className="soft">
                      <Time at={bundle.importedAt} style="short" /> · {bundle.name}
                    </span>
                  </li>
                )),
              )}
            </ul>
          )}
        </section>
      )}
      <section className="stack stack-s" aria-labelledby="devices">
        <h2 id="devices">{text('nav.assets')}</h2>
        {paged && <LongSearch label={text('assets.search')} />}
        <DataTable
          caption={text('nav.assets')}
          rows={items}
          total={total}
          columns={columns}
          rowKey={({ id }) => id}
          href={({ id }) => `/plants/${plant}/devices/${id}`}
          order="name"
          paged={paged}
          empty={<Empty title={text('assets.noneFiltered')}>{text('openPlant.none')}</Empty>}
        />
        <Pager next={next} />
      </section>
    </Page>
  );
}

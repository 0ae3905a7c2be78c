import type { Asset } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Certainty } from '../../ui/badge.tsx';
import { Unknown, useColumns } from '../../ui/columns.tsx';
import { Icon } from '../../ui/icon.tsx';
import { roleIcon } from '../../ui/plant-map.tsx';
import type { Column } from '../../ui/table.tsx';
import { AssetState } from './asset-parts.tsx';

/** What the devices of the plant and the devices of one capture have in common. */
type Known = Pick<
  Asset,
  | 'name'
  | 'addresses'
  | 'macs'
  | 'role'
  | 'vendor'
  | 'product'
  | 'model'
  | 'orderNumber'
  | 'firmware'
  | 'serial'
  | 'certainty'
  | 'protocols'
  | 'level'
>;

/** Their columns by name, for each table to put into its own order. */
export function useAssetColumns() {
  const text = useText();
  const { words, code, count } = useColumns();
  return {
    name: words<Known>('name', text('asset.name'), ({ name }) => name, {
      show: (name, { role }) => (
        <span className="row nowrap with-icon">
          <Icon name={roleIcon(role)} /> {name}
        </span>
      ),
    }),
    address: {
      id: 'address',
      label: text('asset.address'),
      sort: ({ addresses, macs }) => addresses[0] ?? macs[0],
      words: ({ addresses, macs }) => [...addresses, ...macs].join(' '),
      cell: ({ addresses, macs }) => <Addresses addresses={addresses} macs={macs} />,
    } satisfies Column<Known>,
    role: words<Known>('role', text('asset.role'), ({ role }) => text(`role.asset.${role}`)),
    vendor: words<Known>('vendor', text('asset.vendor'), ({ vendor }) => vendor),
    product: words<Known>('product', text('asset.product'), ({ product, model }) => product ?? model, {
      show: (product) => <span className="wide-cell">{product}</span>,
    }),
    orderNumber: code<Known>('orderNumber', text('asset.orderNumber'), ({ orderNumber }) => orderNumber),
    firmware: code<Known>('firmware', text('asset.firmware'), ({ firmware }) => firmware),
    serial: code<Known>('serial', text('asset.serial'), ({ serial }) => serial, { spare: true }),
    certainty: {
      id: 'certainty',
      label: text('certainty'),
      sort: ({ certainty }) => certainty,
      words: ({ certainty }) => text(`certainty.${certainty}`),
      cell: ({ certainty }) => <Certainty level={certainty} />,
    } satisfies Column<Known>,
    protocols: words<Known>('protocols', text('asset.protocols'), ({ protocols }) => protocols.join(', ')),
    level: words<Known>('level', text('asset.level'), ({ level }) => text(`level.${level}`), { spare: true }),
    warnings: count<Pick<Asset, 'warnings'>>(
      'warnings',
      text('nav.warnings'),
      ({ warnings }) => warnings || null,
    ),
    state: {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => state,
      words: ({ state }) => text(`assetState.${state}`),
      cell: ({ state }) => <AssetState state={state} />,
    } satisfies Column<Pick<Asset, 'state'>>,
  };
}

function Addresses({ addresses, macs }: { addresses: readonly string[]; macs: readonly string[] }) {
  const shown = addresses[0] ?? macs[0];
  if (!shown) return <Unknown />;
  const rest = addresses.length + macs.length - 1;
  return (
    <span className="keep" title={[...addresses, ...macs].join('\n')}>
      <code>{shown}</code>
      {rest > 0 && <span className="faint">{` +${rest}`}</span>}
    </span>
  );
}

import { apis, type Device } from '@busbar/contract';
import { useState } from 'react';
import { Form, useNavigation } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Certainty } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { LongSearch, Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { roleIcon } from '../../ui/plant-map.tsx';
import { useMay } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { AssetState, SelectionBar } from '../assets/asset-parts.tsx';
import { place, reader } from '../calls.ts';
import type { Route } from './+types/capture-devices';
import { PacketLink } from './packet-link.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const found = await read(apis.captures.devices, {
    params: { id: params.id },
    query: { ...place(request), limit: pageRows },
  });
  return { devices: found.items, total: found.total, next: found.next };
}

export default function CaptureDevices({
  loaderData: { devices, total, next },
  params,
}: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const paged = usePaged(next);
  const columns: Column<Device>[] = [
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
      id: 'toldBy',
      label: text('asset.toldBy'),
      cell: ({ toldBy }) => (toldBy ? <PacketLink capture={params.id} packet={toldBy} /> : '–'),
    },
    {
      id: 'protocols',
      label: text('asset.protocols'),
      sort: ({ protocols }) => protocols.join(', '),
      cell: ({ protocols }) => protocols.join(', '),
    },
    {
      id: 'level',
      label: text('asset.level'),
      sort: ({ level }) => level,
      words: ({ level }) => text(`level.${level}`),
      cell: ({ level }) => text(`level.${level}`),
      spare: true,
    },
    {
      id: 'packets',
      label: text('asset.packets'),
      number: true,
      sort: ({ packets }) => packets,
      words: () => '',
      cell: ({ packets }) => format.number(packets),
      spare: true,
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
      id: 'first',
      label: text('asset.firstSeen'),
      sort: ({ firstSeen }) => firstSeen,
      words: () => '',
      cell: ({ firstSeen }) => <Time at={firstSeen} style="short" />,
      spare: true,
    },
    {
      id: 'last',
      label: text('asset.lastSeen'),
      sort: ({ lastSeen }) => lastSeen,
      words: () => '',
      cell: ({ lastSeen }) => <Time at={lastSeen} style="short" />,
      spare: true,
    },
    {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => state,
      words: ({ state }) => text(`assetState.${state}`),
      cell: ({ state }) => <AssetState state={state} />,
    },
  ];
  const edit = may('manage sites zones assets');
  const byId = devices.filter(({ asset }) => selected.has(asset));

  return (
    <div className="stack">
      {paged && <LongSearch label={text('assets.search')} />}
      <Form method="post" action="/assets" className="stack" onSubmit={() => setSelected(new Set())}>
        <input type="hidden" name="back" value={`/captures/${params.id}`} />
        {edit && (
          <SelectionBar
            count={byId.length}
            busy={busy}
            proposed={devices.filter(({ state }) => state === 'proposed').map(({ asset }) => asset)}
          />
        )}
        <DataTable
          caption={text('capture.devices')}
          rows={devices}
          total={total}
          paged={paged}
          columns={columns}
          rowKey={({ asset }) => asset}
          href={({ asset }) => `/assets/${asset}`}
          order="name"
          {...(edit && { selection: { selected, onChange: setSelected } })}
          empty={<Empty title={text('capture.devices.none')}>{text('capture.devices.none.why')}</Empty>}
        />
      </Form>
      <Pager next={next} />
    </div>
  );
}

export function Addresses({ addresses, macs }: { addresses: readonly string[]; macs: readonly string[] }) {
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

export function Unknown() {
  return <span className="faint">–</span>;
}

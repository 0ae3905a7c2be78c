import { apis, type Device } from '@busbar/contract';
import { useState } from 'react';
import { Form, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { useHere } from '../../ui/here.ts';
import { Empty } from '../../ui/notice.tsx';
import { LongSearch, Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { useMay } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { useAssetColumns } from '../assets/asset-columns.tsx';
import { SelectionBar } from '../assets/asset-parts.tsx';
import { type Asking, asking, place } from '../calls.ts';
import type { Route } from './+types/capture-devices';
import { PacketLink } from './packet-link.tsx';

export async function ask({ read, request, params }: Asking) {
  const found = await read(apis.captures.devices, {
    params: { id: params.id },
    query: { ...place(request), limit: pageRows },
  });
  return { devices: found.items, total: found.total, next: found.next };
}

export const loader = asking(ask);

export default function CaptureDevices({
  loaderData: { devices, total, next },
  params,
}: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const here = useHere();
  const busy = useNavigation().state === 'submitting';
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const paged = usePaged(next);
  const known = useAssetColumns();
  const { count, time } = useColumns();
  const columns: Column<Device>[] = [
    known.name,
    known.address,
    known.role,
    known.vendor,
    known.product,
    known.orderNumber,
    known.firmware,
    known.serial,
    known.certainty,
    {
      id: 'toldBy',
      label: text('asset.toldBy'),
      cell: ({ toldBy }) => (toldBy ? <PacketLink capture={params.id} packet={toldBy} /> : '–'),
    },
    known.protocols,
    known.level,
    count('packets', text('asset.packets'), ({ packets }) => packets, { spare: true }),
    known.warnings,
    time('first', text('asset.firstSeen'), ({ firstSeen }) => firstSeen, { style: 'short', spare: true }),
    time('last', text('asset.lastSeen'), ({ lastSeen }) => lastSeen, { style: 'short', spare: true }),
    ...(here ? [] : [known.state]),
  ];
  const edit = may('manage sites zones assets');
  const byId = devices.filter(({ asset }) => selected.has(asset));

  return (
    <div className="stack">
      {paged && <LongSearch label={text('assets.search')} />}
      <Form method="post" action="/assets" className="stack" onSubmit={() => setSelected(new Set())}>
        <input type="hidden" name="back" value={`/captures/${params.id}/devices`} />
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
          {...(!here && { href: ({ asset }: Device) => `/assets/${asset}` })}
          order="name"
          {...(edit && { selection: { selected, onChange: setSelected } })}
          empty={<Empty title={text('capture.devices.none')}>{text('capture.devices.none.why')}</Empty>}
        />
      </Form>
      <Pager next={next} />
    </div>
  );
}

import { apis } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { useHere } from '../../ui/here.ts';
import { Icon } from '../../ui/icon.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { PlantMap } from '../../ui/plant-map.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { type Asking, asking } from '../calls.ts';
import type { Route } from './+types/capture-map';

export async function ask({ read, params }: Asking) {
  return { map: await read(apis.captures.map, { params: { id: params.id } }) };
}

export const loader = asking(ask);

export default function CaptureMap({ loaderData: { map }, params }: Route.ComponentProps) {
  const text = useText();
  const here = useHere();
  const { words, count } = useColumns();
  const names = new Map(map.devices.map((device) => [device.asset, device]));
  const devices = map.devices.map((device) => ({
    id: device.asset,
    name: device.name,
    detail:
      device.product ??
      device.vendor ??
      (device.name === device.addresses[0] ? '' : (device.addresses[0] ?? '')),
    role: device.role,
    level: device.level,
    zone: device.zone,
    warnings: device.warnings,
  }));

  type Line = (typeof map.lines)[number];
  const name = (id: string) => names.get(id)?.name ?? id;
  const place = (id: string) => {
    const device = names.get(id);
    return device ? `${text(`level.${device.level}`)} · ${device.zone}` : '';
  };
  const soft = (where: string) => <span className="soft">{where}</span>;
  const columns: Column<Line>[] = [
    {
      id: 'from',
      label: text('conduit.from'),
      sort: ({ from }) => name(from),
      words: ({ from }) => `${name(from)} ${place(from)}`,
      cell: ({ from }) => name(from),
    },
    words('fromZone', text('conduit.fromZone'), ({ from }) => place(from), { show: soft }),
    {
      id: 'to',
      label: text('conduit.to'),
      sort: ({ to }) => name(to),
      words: ({ to }) => `${name(to)} ${place(to)}`,
      cell: ({ to }) => name(to),
    },
    words('toZone', text('conduit.toZone'), ({ to }) => place(to), { show: soft }),
    words('protocols', text('asset.protocols'), ({ protocols }) => protocols.join(', ')),
    count('packets', text('asset.packets'), ({ packets }) => packets),
    {
      id: 'note',
      label: text('conduit.note'),
      sort: (line) => (line.dangerous ? 2 : 0) + (line.unexpected ? 1 : 0),
      words: (line) =>
        `${line.dangerous ? text('map.legend.danger') : ''} ${line.unexpected ? text('map.legend.odd') : ''}`,
      cell: (line) => (
        <span className="row">
          {line.dangerous && (
            <span className="with-icon alarm-words">
              <Icon name="alarm" size={13} /> {text('map.legend.danger')}
            </span>
          )}
          {line.unexpected && (
            <span className="with-icon warn-words">
              <Icon name="question" size={13} /> {text('map.legend.odd')}
            </span>
          )}
          {!line.dangerous && !line.unexpected && <span className="faint">–</span>}
        </span>
      ),
    },
  ];

  if (map.devices.length === 0) return <Empty title={text('map.none')}>{text('map.none.why')}</Empty>;
  const odd = map.lines.filter(({ unexpected }) => unexpected).length;
  return (
    <div className="stack map-page">
      {odd > 0 && (
        <Notice kind="warn" title={text('map.odd', { count: odd })}>
          {text('map.odd.why')}
        </Notice>
      )}
      {map.leftOut > 0 && <Notice>{text('map.leftOut', { count: map.leftOut })}</Notice>}
      <PlantMap
        devices={devices}
        lines={map.lines}
        hrefOf={(id) =>
          here ? `/captures/${params.id}/devices?q=${encodeURIComponent(name(id))}` : `/assets/${id}`
        }
      />
      <div className="row">
        <Button size="small" icon="print" onClick={() => window.print()}>
          {text('map.print')}
        </Button>
      </div>
      <section className="stack stack-s" aria-labelledby="lines">
        <h2 id="lines">{text('map.table')}</h2>
        <DataTable
          name="lines"
          caption={text('map.table')}
          rows={map.lines}
          columns={columns}
          rowKey={({ from, to }) => `${from}-${to}`}
          order="-note"
          empty={<Empty title={text('map.noLines')}>{text('map.noLines.why')}</Empty>}
        />
      </section>
    </div>
  );
}

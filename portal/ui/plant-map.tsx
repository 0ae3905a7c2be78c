import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Icon, type IconName } from './icon.tsx';
import {
  layOut,
  linesOf,
  type Cell,
  type Conduit,
  type MapDevice,
  type MapLine,
  type ZoneBox,
} from './plant-layout.ts';

const roleIcons: Record<string, IconName> = {
  controller: 'controller',
  hmi: 'hmi',
  engineering: 'engineering',
  historian: 'historian',
  switch: 'switch',
  router: 'gateway',
  io: 'io',
  drive: 'wrench',
  gateway: 'gateway',
  safety: 'shield',
  server: 'server',
  workstation: 'engineering',
  scanner: 'search',
  client: 'engineering',
};

export function roleIcon(role: string): IconName {
  return roleIcons[role] ?? 'unknown';
}

/**
 * Levels as lanes, zones as boxes hanging from their bar, conduits as lines.
 * Arrow keys move between devices, Enter chooses; the choice is in the address (`?at=`).
 */
export function PlantMap({
  devices,
  lines,
  hrefOf,
}: {
  devices: readonly MapDevice[];
  lines: readonly MapLine[];
  hrefOf: (device: string) => string;
}) {
  const text = useText();
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const drawing = useRef<SVGSVGElement>(null);
  const layout = useMemo(() => layOut(devices, lines), [devices, lines]);
  const at = query.get('at');
  const [pointed, setPointed] = useState<string | null>(null);

  const cells = useMemo(
    () => layout.lanes.flatMap((lane) => lane.zones.flatMap((zone) => zone.cells)),
    [layout],
  );
  const chosen = cells.find(({ id }) => id === at) ?? null;
  const bright = cells.find(({ id }) => id === (pointed ?? at)) ?? null;
  const near = useMemo(
    () => (bright ? linesOf(layout, lines, new Set(bright.devices)) : []),
    [bright, layout, lines],
  );
  const peers = new Set(near.flatMap(({ from, to }) => [from, to]));

  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>) => {
    const from = cells.find(({ id }) => id === (event.target as SVGElement).dataset['cell']);
    const next = from && neighbour(cells, from, event.key);
    if (!next) return;
    event.preventDefault();
    drawing.current?.querySelector<SVGAElement>(`[data-cell="${CSS.escape(next.id)}"]`)?.focus();
  };

  return (
    <div className="map">
      <div className="map-drawing panel panel-flush">
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <svg
          ref={drawing}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          role="group"
          aria-label={text('map.label', { devices: devices.length, lines: lines.length })}
          onKeyDown={onKeyDown}
          className={bright ? 'map-svg map-focused' : 'map-svg'}
        >
          <defs>
            {['plain', 'danger', 'odd'].map((kind) => (
              <marker
                key={kind}
                id={`arrow-${kind}`}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                orient="auto-start-reverse"
              >
                <path d="M0 .5 7.5 4 0 7.5Z" className={`map-arrow-${kind}`} />
              </marker>
            ))}
          </defs>
          {layout.lanes.map((lane) => (
            <g key={lane.level}>
              <rect x="0" y={lane.y} width={layout.width} height={lane.height} className="map-lane" />
              <path d={`M0 ${lane.y}H${layout.width}`} className="map-lane-bar" />
              <text x="12" y={lane.y + 26} className="map-lane-name">
                {lettered(text.coded('level', { code: lane.level })).map((words, row) => (
                  <tspan key={words} x="12" dy={row === 0 ? 0 : 16}>
                    {words}
                  </tspan>
                ))}
              </text>
              {lane.zones.map((zone) => (
                <Zone key={zone.id} zone={zone} lane={lane.y} />
              ))}
            </g>
          ))}
          {layout.conduits.map((conduit) => (
            <ConduitLine
              key={conduit.id}
              conduit={conduit}
              named={layout.conduits.length <= 16}
              heavy={layout.byZone}
            />
          ))}
          {near.map((conduit) => (
            <ConduitLine key={`near-${conduit.id}`} conduit={conduit} named={near.length <= 10} near />
          ))}
          {layout.lanes.flatMap((lane) => lane.zones.map((zone) => <ZoneName key={zone.id} zone={zone} />))}
          {cells.map((cell) => (
            <Link
              key={cell.id}
              to={`?at=${encodeURIComponent(cell.id)}`}
              preventScrollReset
              replace
              data-cell={cell.id}
              aria-current={cell === chosen || undefined}
              className={`map-cell ${cell === bright ? 'map-cell-bright' : ''} ${bright && cell !== bright && cell.devices.some((id) => peers.has(id)) ? 'map-cell-peer' : ''} ${cell.warnings > 0 ? 'map-cell-warned' : ''}`}
              onMouseEnter={() => setPointed(cell.id)}
              onMouseLeave={() => setPointed(null)}
              onFocus={() => setPointed(cell.id)}
              onBlur={() => setPointed(null)}
              onDoubleClick={() => void navigate(hrefOf(cell.devices[0]!))}
            >
              <CellBox cell={cell} />
            </Link>
          ))}
        </svg>
      </div>
      <Legend />
      {chosen && (
        <Details
          cell={chosen}
          near={linesOf(layout, lines, new Set(chosen.devices))}
          devices={devices}
          hrefOf={hrefOf}
        />
      )}
    </div>
  );
}

function Zone({ zone, lane }: { zone: ZoneBox; lane: number }) {
  // A zone in a second row hangs beside the one above it.
  const feeder =
    zone.y - lane > 12 ? `M${zone.x - 4} ${lane}V${zone.y}h4` : `M${zone.x + 22} ${lane}V${zone.y}`;
  return (
    <g>
      <path d={feeder} className="map-feeder" />
      <rect x={zone.x} y={zone.y} width={zone.width} height={zone.height} className="map-zone" rx="2" />
      <path d={`M${zone.x} ${zone.y}h${zone.width}`} className="map-zone-bar" />
    </g>
  );
}

/** Over the lines, so that it stays readable. */
function ZoneName({ zone }: { zone: ZoneBox }) {
  const text = useText();
  return (
    <text x={zone.x + 14} y={zone.y + 22} className="map-zone-name">
      {zone.name || text('map.noZone')}
      <tspan className="map-zone-count" dx="8">
        {text('map.devices', { count: zone.devices })}
      </tspan>
    </text>
  );
}

function CellBox({ cell }: { cell: Cell }) {
  const text = useText();
  const compact = cell.height < 40;
  const letters = Math.floor((cell.width - (compact ? 30 : 38)) / 6.6);
  return (
    <g transform={`translate(${cell.x} ${cell.y})`}>
      <title>
        {[
          text.coded('role.asset', { code: cell.role }),
          cell.warnings > 0 && text('map.warnings', { count: cell.warnings }),
        ]
          .filter(Boolean)
          .join(', ')}
      </title>
      <rect width={cell.width} height={cell.height} rx="3" className="map-cell-box" />
      <svg x={compact ? 6 : 9} y={compact ? 6 : 9} width="16" height="16" viewBox="0 0 16 16">
        <Icon name={roleIcon(cell.role)} />
      </svg>
      <text x={compact ? 27 : 32} y={compact ? 18 : 20} className="map-cell-name">
        {cut(cell.name, letters)}
      </text>
      {!compact && (
        <text x="32" y="37" className="map-cell-detail">
          {cut(cell.detail, letters + 3)}
        </text>
      )}
      {cell.warnings > 0 && (
        <g transform={`translate(${cell.width - 1} 0)`} aria-hidden="true">
          <circle r="9" className="map-warning" />
          <text y="4" textAnchor="middle" className="map-warning-count">
            {cell.warnings > 99 ? '99' : cell.warnings}
          </text>
        </g>
      )}
    </g>
  );
}

function ConduitLine({
  conduit,
  named,
  heavy = false,
  near = false,
}: {
  conduit: Conduit;
  named: boolean;
  heavy?: boolean;
  near?: boolean;
}) {
  const kind = conduit.dangerous ? 'danger' : conduit.unexpected ? 'odd' : 'plain';
  return (
    <g className={`map-line map-line-${kind} ${near ? 'map-line-near' : ''}`}>
      <path
        d={conduit.path}
        markerEnd={`url(#arrow-${kind})`}
        strokeWidth={heavy ? Math.min(6, 1.5 + Math.log10(conduit.packets + 1) / 1.5) : undefined}
      />
      {named && (
        <text x={conduit.label.x} y={conduit.label.y} textAnchor="middle" className="map-line-name">
          {cut(conduit.protocols.slice(0, 3).join(', '), 26)}
        </text>
      )}
    </g>
  );
}

function Legend() {
  const text = useText();
  const sample = (kind: string, words: string): ReactNode => (
    <span className="row">
      <svg width="34" height="10" viewBox="0 0 34 10" aria-hidden="true">
        <g className={`map-line map-line-${kind}`}>
          <path d="M1 5h26" />
        </g>
        <path d="M26 1 33 5 26 9Z" className={`map-arrow-${kind}`} />
      </svg>
      {words}
    </span>
  );
  return (
    <div className="row small soft map-legend">
      {sample('plain', text('map.legend.plain'))}
      {sample('danger', text('map.legend.danger'))}
      {sample('odd', text('map.legend.odd'))}
      <span>{text('map.legend.arrow')}</span>
    </div>
  );
}

function Details({
  cell,
  near,
  devices,
  hrefOf,
}: {
  cell: Cell;
  near: readonly Conduit[];
  devices: readonly MapDevice[];
  hrefOf: (device: string) => string;
}) {
  const text = useText();
  const format = useFormat();
  const nameOf = (id: string) => devices.find((device) => device.id === id)?.name ?? id;
  return (
    <section className="panel map-details" aria-label={cell.name}>
      <h3>
        <Link to={hrefOf(cell.devices[0]!)}>{cell.name}</Link>
      </h3>
      <p className="soft">
        {text.coded('role.asset', { code: cell.role })}
        {cell.detail && ` · ${cell.detail}`}
        {cell.warnings > 0 && ` · ${text('map.warnings', { count: cell.warnings })}`}
      </p>
      {near.length === 0 ? (
        <p>{text('map.alone')}</p>
      ) : (
        <ul className="plain-list">
          {near.map((conduit) => {
            const out = cell.devices.includes(conduit.from);
            const peer = out ? conduit.to : conduit.from;
            return (
              <li key={conduit.id} className="row">
                <Icon name={out ? 'arrowRight' : 'arrowDown'} size={13} />
                <span>
                  {text(out ? 'map.talksTo' : 'map.talkedToBy', {
                    name: nameOf(peer),
                    protocols: format.list(conduit.protocols),
                  })}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function neighbour(cells: readonly Cell[], from: Cell, key: string): Cell | undefined {
  const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (!direction) return undefined;
  const [dx, dy] = direction as [number, number];
  let best: Cell | undefined;
  let least = Infinity;
  for (const cell of cells) {
    const [x, y] = [cell.x - from.x, cell.y - from.y];
    const along = x * dx + y * dy;
    if (along <= 2) continue;
    // Straight ahead counts more than near.
    const cost = along + 3 * Math.abs(x * dy + y * dx);
    if (cost < least) [best, least] = [cell, cost];
  }
  return best;
}

/** SVG does not break lines: a long name of a lane goes word under word. */
function lettered(name: string): string[] {
  return name.split(/(?<=-)|\s+/).reduce<string[]>((rows, word) => {
    const last = rows.at(-1);
    if (last !== undefined && last.length + word.length < 15) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
    return rows;
  }, []);
}

function cut(words: string, letters: number): string {
  return words.length > letters ? `${words.slice(0, Math.max(1, letters - 1))}…` : words;
}

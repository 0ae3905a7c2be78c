import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Button } from './button.tsx';
import { SelectField } from './field.tsx';
import { Icon, type IconName, iconPath } from './icon.tsx';
import {
  draw,
  fitted,
  type Palette,
  paletteNames,
  type Scene,
  type View,
  type Words,
  zoomed,
} from './plant-drawing.ts';
import {
  layOut,
  linesOf,
  type Cell,
  type Conduit,
  type MapDevice,
  type MapLine,
  type MapZone,
  type PlantLayout,
  type ZoneBox,
} from './plant-layout.ts';
import type { MapWay } from './plant-ways.ts';

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
 * Levels as lanes, zones as boxes hanging from their bar, conduits as lines; drawn on a canvas, in as much detail as its
 * size has room for. Arrow keys move between devices, Enter opens; the choice is in the address (`?at=`). Without
 * scripts the table beside it says the same.
 */
export function PlantMap({
  devices,
  lines,
  zones,
  ways = noWays,
  hrefOf,
  marked = none,
  small = false,
  onPlace,
  onArrange,
  arranging = false,
  children,
}: {
  devices: readonly MapDevice[];
  lines: readonly MapLine[];
  zones?: ReadonlyMap<string, MapZone>;
  /** Conduits as people say they are. */
  ways?: readonly MapWay[];
  hrefOf: (device: string) => string;
  /** Zones and conduits that the page is about. */
  marked?: ReadonlySet<string>;
  small?: boolean;
  /** A device was dragged into a zone. */
  onPlace?: (device: string, zone: string) => void;
  /** A zone was dragged to a place, or moved there by buttons. */
  onArrange?: (zone: string, at: { x: number; y: number }) => void;
  /** The last zone is not in its place yet. */
  arranging?: boolean;
  /** Beside what is said of the chosen device. */
  children?: (device: string) => ReactNode;
}) {
  const text = useText();
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const layout = useMemo(() => layOut(devices, lines, zones, ways), [devices, lines, zones, ways]);
  const [at, setAt] = useState(query.get('at'));
  const [pointed, setPointed] = useState<string | null>(null);
  const [hasFocus, setFocus] = useState(false);
  const [dragged, setDragged] = useState<Scene['dragged']>(null);
  const [words, setWords] = useState('');

  const cells = useMemo(
    () => layout.lanes.flatMap((lane) => lane.zones.flatMap((zone) => zone.cells)),
    [layout],
  );
  const chosen = cells.find(({ id }) => id === at) ?? null;
  const bright = cells.find(({ id }) => id === (pointed ?? at)) ?? null;
  const near = useMemo(
    () => (bright ? linesOf(layout, lines, new Set([bright.id])) : []),
    [bright, layout, lines],
  );
  const peers = useMemo(() => new Set(near.flatMap(({ from, to }) => [from, to])), [near]);
  const chosenLines = useMemo(
    () => (chosen ? linesOf(layout, lines, new Set([chosen.id])) : []),
    [chosen, layout, lines],
  );
  const scene: Scene = {
    layout,
    near,
    bright: bright?.id ?? null,
    peers,
    chosen: chosen?.id ?? null,
    dragged,
    marked,
    hasFocus,
  };
  const { canvas, view, move, size } = useDrawing(scene, {
    lane: (level) => text.coded('level', { code: level }),
    zone: (zone) => zoneWords(text, zone),
    count: (zone) =>
      [
        text('map.devices', { count: zone.cells.length }),
        zone.warnings > 0 && text('map.warnings', { count: zone.warnings }),
      ]
        .filter(Boolean)
        .join(' · '),
  });

  const choose = (id: string | null) => {
    setAt(id);
    const address = new URL(window.location.href);
    if (id) address.searchParams.set('at', id);
    else address.searchParams.delete('at');
    // Only the drawing changes: the page need not ask the server again.
    window.history.replaceState(window.history.state, '', address);
  };
  const reveal = (cell: Cell) => {
    const { width, height } = size();
    const { x, y, scale } = view();
    const isSeen =
      cell.x > x &&
      cell.y > y &&
      cell.x + cell.width < x + width / scale &&
      cell.y + cell.height < y + height / scale;
    if (isSeen && scale > 0.5) return;
    const near1 = Math.max(scale, 0.9);
    move({
      scale: near1,
      x: cell.x + cell.width / 2 - width / near1 / 2,
      y: cell.y + cell.height / 2 - height / near1 / 2,
    });
  };
  const goTo = (cell: Cell | undefined) => {
    if (!cell) return;
    choose(cell.id);
    reveal(cell);
  };
  const zoom = (by: number) => {
    const { width, height } = size();
    move(zoomed(view(), by, { x: width / 2, y: height / 2 }));
  };
  const fit = () => move(fitted(layout, size()));
  const found = useMemo(() => matching(devices, words), [devices, words]);

  const onKeyDown = (event: KeyboardEvent<HTMLCanvasElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Record<string, () => void> = {
      '+': () => zoom(1.25),
      '=': () => zoom(1.25),
      '-': () => zoom(0.8),
      '0': fit,
      Enter: () => chosen && void navigate(hrefOf(chosen.id)),
      Escape: () => choose(null),
      Home: () => goTo(cells[0]),
      End: () => goTo(cells.at(-1)),
    };
    if (event.key.startsWith('Arrow')) goTo(chosen ? neighbour(cells, chosen, event.key) : cells[0]);
    else if (keys[event.key]) keys[event.key]!();
    else return;
    event.preventDefault();
  };

  const pointer = usePointer({
    view,
    move,
    layout,
    onPoint: setPointed,
    onChoose: (id) => choose(id),
    onOpen: (id) => void navigate(hrefOf(id)),
    onDragged: setDragged,
    onPlace,
    onArrange,
  });
  useWheel(canvas, view, small ? null : move);

  return (
    <div className={small ? 'map map-small' : 'map'}>
      {!small && (
        <div className="row map-tools needs-scripts">
          <form
            role="search"
            className="row"
            onSubmit={(event) => {
              event.preventDefault();
              const place = found.findIndex((id) => id === at);
              goTo(cells.find(({ id }) => id === found[(place + 1) % found.length]));
            }}
          >
            <div className="table-filter">
              <Icon name="search" />
              <input
                type="search"
                className="input"
                aria-label={text('map.search')}
                placeholder={text('map.search')}
                value={words}
                onChange={(event) => setWords(event.target.value)}
              />
            </div>
            <Button type="submit" size="small">
              {text('map.search.next')}
            </Button>
            <span role="status" className="small soft">
              {words.trim() && text('map.search.found', { count: found.length })}
            </span>
          </form>
          <span className="row">
            <Button size="small" onClick={() => zoom(1.25)} aria-label={text('map.larger')} icon="plus" />
            <Button size="small" onClick={() => zoom(0.8)} aria-label={text('map.smaller')} icon="dash" />
            <Button size="small" onClick={fit}>
              {text('map.fit')}
            </Button>
          </span>
        </div>
      )}
      <div className="map-drawing panel panel-flush needs-scripts">
        <canvas
          ref={canvas}
          className="map-canvas"
          role={small ? 'img' : 'application'}
          tabIndex={small ? undefined : 0}
          aria-label={text('map.label', { devices: devices.length, lines: lines.length })}
          aria-description={small ? undefined : text('map.keys')}
          onKeyDown={small ? undefined : onKeyDown}
          onFocus={() => setFocus(true)}
          onBlur={() => setFocus(false)}
          {...(small ? {} : pointer)}
        />
      </div>
      {!small && (
        <p className="hidden-words" role="status">
          {hasFocus && chosen && spoken(text, chosen)}
        </p>
      )}
      {onArrange && <MoveZone {...{ layout, onArrange }} busy={arranging} />}
      {!small && <Legend withWays={layout.ways.length > 0} />}
      {chosen && !small && (
        <Details cell={chosen} near={chosenLines} devices={devices} hrefOf={hrefOf}>
          {children?.(chosen.id)}
        </Details>
      )}
    </div>
  );
}

const none: ReadonlySet<string> = new Set();
const noWays: readonly MapWay[] = [];

type Text = ReturnType<typeof useText>;

/** What kind of zone it is stands beside its name in words. */
function zoneWords(text: Text, { name, kind }: ZoneBox): string {
  const called = name || text('map.noZone');
  return kind === 'proposed' ? text('map.zone.proposed', { name: called }) : called;
}

function spoken(text: Text, { name, role, detail, warnings }: Cell): string {
  return [
    name,
    text.coded('role.asset', { code: role }),
    detail,
    warnings > 0 && text('map.warnings', { count: warnings }),
  ]
    .filter(Boolean)
    .join(', ');
}

function matching(devices: readonly MapDevice[], words: string): string[] {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [];
  return devices
    .filter(({ name, detail, search = '' }) => `${name} ${detail} ${search}`.toLowerCase().includes(wanted))
    .map(({ id }) => id);
}

/** A canvas that shows the scene, drawn anew when something changes and not oftener than the screen. */
function useDrawing(scene: Scene, words: Words) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const state = useRef({
    scene,
    words,
    view: { x: 0, y: 0, scale: 1 },
    size: { width: 0, height: 0 },
    asked: 0,
  });
  const redraw = useRef(() => {});

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const held = state.current;
    const icons = new Map<string, Path2D>();
    const iconOf = (role: string) => {
      const icon = icons.get(role) ?? new Path2D(iconPath(roleIcon(role)));
      icons.set(role, icon);
      return icon;
    };
    let palette = paletteOf(element);
    const paint = (ratio = window.devicePixelRatio || 1) => {
      held.asked = 0;
      const { width, height } = held.size;
      const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (element.width !== w || element.height !== h) [element.width, element.height] = [w, h];
      const count = draw(context, held.scene, held.view, held.size, ratio, {
        palette,
        words: held.words,
        iconOf,
      });
      element.dataset['drawn'] = String(count);
      element.dataset['frames'] = String(Number(element.dataset['frames'] ?? 0) + 1);
    };
    redraw.current = () => {
      held.asked ||= requestAnimationFrame(() => paint());
    };
    const resized = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      const isFirst = held.size.width === 0;
      held.size = { width, height };
      if (isFirst) held.view = fitted(held.scene.layout, held.size);
      redraw.current();
    });
    resized.observe(element);
    const recolour = () => {
      palette = paletteOf(element);
      redraw.current();
    };
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', recolour);
    const themed = new MutationObserver(recolour);
    themed.observe(document.documentElement, { attributes: true });
    void document.fonts?.ready.then(recolour);
    // On paper, all of it and fine enough.
    let before = held.view;
    const print = () => {
      before = held.view;
      held.view = fitted(held.scene.layout, held.size);
      palette = paletteOf(element);
      paint(3);
    };
    const printed = () => {
      held.view = before;
      recolour();
    };
    window.addEventListener('beforeprint', print);
    window.addEventListener('afterprint', printed);
    return () => {
      cancelAnimationFrame(held.asked);
      resized.disconnect();
      themed.disconnect();
      dark.removeEventListener('change', recolour);
      window.removeEventListener('beforeprint', print);
      window.removeEventListener('afterprint', printed);
    };
  }, []);

  useEffect(() => {
    state.current.scene = scene;
    state.current.words = words;
    redraw.current();
  });

  return {
    canvas,
    view: () => state.current.view,
    size: () => state.current.size,
    move: (view: View) => {
      state.current.view = view;
      redraw.current();
    },
  };
}

/** Tokens are told by theme; only an element knows what they come to. */
function paletteOf(canvas: HTMLCanvasElement): Palette {
  const probe = document.createElement('span');
  canvas.after(probe);
  const colors = paletteNames.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  const font = getComputedStyle(probe).fontFamily;
  probe.remove();
  return { ...(Object.fromEntries(colors) as Omit<Palette, 'font'>), font };
}

const CLICK = 5;

/** Drags the drawing, a device to a zone, or a zone by its name; two fingers make it larger. */
function usePointer({
  view,
  move,
  layout,
  onPoint,
  onChoose,
  onOpen,
  onDragged,
  onPlace,
  onArrange,
}: {
  view: () => View;
  move: (view: View) => void;
  layout: PlantLayout;
  onPoint: (device: string | null) => void;
  onChoose: (device: string | null) => void;
  onOpen: (device: string) => void;
  onDragged: (dragged: Scene['dragged']) => void;
  onPlace: ((device: string, zone: string) => void) | undefined;
  onArrange: ((zone: string, at: { x: number; y: number }) => void) | undefined;
}) {
  const held = useRef<{
    at: Map<number, { x: number; y: number }>;
    from: { x: number; y: number };
    view: View;
    cell: Cell | undefined;
    zone: ZoneBox | undefined;
    moved: boolean;
  } | null>(null);
  const zones = useMemo(() => layout.lanes.flatMap((lane) => lane.zones), [layout]);

  const onScreen = (event: { clientX: number; clientY: number; currentTarget: Element }) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const onDrawing = ({ x, y }: { x: number; y: number }) => {
    const now = view();
    return { x: now.x + x / now.scale, y: now.y + y / now.scale };
  };
  const holds = (
    box: { x: number; y: number; width: number; height: number },
    { x, y }: { x: number; y: number },
  ) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
  // The last one drawn lies on top.
  const zoneAt = (point: { x: number; y: number }) => zones.findLast((zone) => holds(zone, point));
  const cellAt = (point: { x: number; y: number }) => zoneAt(point)?.cells.find((cell) => holds(cell, point));

  return {
    onPointerDown: (event: PointerEvent<HTMLCanvasElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const from = onScreen(event);
      if (held.current) {
        held.current.at.set(event.pointerId, from);
        held.current.moved = true;
        return;
      }
      const point = onDrawing(from);
      const zone = zoneAt(point);
      held.current = {
        at: new Map([[event.pointerId, from]]),
        from,
        view: view(),
        cell: cellAt(point),
        zone: zone && point.y < zone.y + 30 && zone.kind === 'accepted' ? zone : undefined,
        moved: false,
      };
    },
    onPointerMove: (event: PointerEvent<HTMLCanvasElement>) => {
      const now = onScreen(event);
      const hold = held.current;
      if (!hold) {
        onPoint(cellAt(onDrawing(now))?.id ?? null);
        return;
      }
      const before = hold.at.get(event.pointerId);
      if (!before) return;
      const [other] = [...hold.at].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
      if (other) {
        const apart = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y);
        move(zoomed(view(), apart(now) / Math.max(1, apart(before)), other));
      } else {
        if (Math.hypot(now.x - hold.from.x, now.y - hold.from.y) > CLICK) hold.moved = true;
        if (hold.moved) {
          const point = onDrawing(now);
          const carried =
            onPlace && hold.cell ? hold.cell.id : onArrange && hold.zone ? hold.zone.id : undefined;
          if (carried)
            onDragged({ id: carried, ...point, onto: hold.cell ? (zoneAt(point)?.id ?? null) : carried });
          else
            move({
              ...view(),
              x: hold.view.x - (now.x - hold.from.x) / hold.view.scale,
              y: hold.view.y - (now.y - hold.from.y) / hold.view.scale,
            });
        }
      }
      hold.at.set(event.pointerId, now);
    },
    onPointerUp: (event: PointerEvent<HTMLCanvasElement>) => {
      const hold = held.current;
      if (!hold?.at.delete(event.pointerId) || hold.at.size > 0) return;
      held.current = null;
      onDragged(null);
      const now = onScreen(event);
      const point = onDrawing(now);
      const onto = zoneAt(point);
      if (!hold.moved) onChoose(hold.cell?.id ?? null);
      else if (onPlace && hold.cell) {
        if (onto && !onto.cells.includes(hold.cell)) onPlace(hold.cell.id, onto.id);
      } else if (onArrange && hold.zone)
        onArrange(hold.zone.id, {
          x: Math.round(hold.zone.x + (now.x - hold.from.x) / hold.view.scale),
          y: Math.round(hold.zone.y + (now.y - hold.from.y) / hold.view.scale),
        });
    },
    onPointerCancel: () => {
      held.current = null;
      onDragged(null);
    },
    onPointerLeave: () => onPoint(null),
    onDoubleClick: (event: MouseEvent<HTMLCanvasElement>) => {
      const cell = cellAt(onDrawing(onScreen(event)));
      if (cell) onOpen(cell.id);
    },
  };
}

/** Wheel and pinch make the drawing larger, and nothing else: what React hears of a wheel scrolls the page all the same. */
function useWheel(
  canvas: RefObject<HTMLCanvasElement | null>,
  view: () => View,
  move: ((view: View) => void) | null,
) {
  useEffect(() => {
    const element = canvas.current;
    if (!element || !move) return;
    const hear = (event: WheelEvent) => {
      // Readers who scroll past it do not mean it.
      if (!event.ctrlKey && document.activeElement !== element) return;
      event.preventDefault();
      move(zoomed(view(), Math.exp(-event.deltaY / 500), { x: event.offsetX, y: event.offsetY }));
    };
    element.addEventListener('wheel', hear, { passive: false });
    return () => element.removeEventListener('wheel', hear);
  });
}

const steps = [
  { to: 'left', icon: 'arrowLeft', x: -40, y: 0 },
  { to: 'up', icon: 'arrowUp', x: 0, y: -40 },
  { to: 'down', icon: 'arrowDown', x: 0, y: 40 },
  { to: 'right', icon: 'arrowRight', x: 40, y: 0 },
] as const;

/** What dragging a zone by its name does, for whoever does not drag (WCAG 2.2, 2.1.1 and 2.5.7). */
function MoveZone({
  layout,
  onArrange,
  busy,
}: {
  layout: PlantLayout;
  onArrange: (zone: string, at: { x: number; y: number }) => void;
  busy: boolean;
}) {
  const text = useText();
  const zones = layout.lanes.flatMap((lane) => lane.zones).filter(({ kind }) => kind === 'accepted');
  const [chosen, setChosen] = useState('');
  const zone = zones.find(({ id }) => id === chosen) ?? zones[0];
  if (!zone) return null;
  return (
    <div className="row needs-scripts">
      <SelectField
        label={text('map.zone.move')}
        value={zone.id}
        onChange={(event) => setChosen(event.target.value)}
        options={zones.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <span className="row nowrap">
        {steps.map(({ to, icon, x, y }) => (
          <Button
            key={to}
            icon={icon}
            busy={busy}
            aria-label={text(`map.zone.move.${to}`)}
            onClick={() => onArrange(zone.id, { x: Math.round(zone.x + x), y: Math.round(zone.y + y) })}
          />
        ))}
      </span>
    </div>
  );
}

function Legend({ withWays }: { withWays: boolean }) {
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
      {withWays && (
        <span className="row">
          <svg width="34" height="10" viewBox="0 0 34 10" aria-hidden="true">
            <path d="M0 1.5h34M0 8.5h34" className="map-way" />
          </svg>
          {text('map.legend.way')}
        </span>
      )}
      <span>{text('map.legend.arrow')}</span>
    </div>
  );
}

function Details({
  cell,
  near,
  devices,
  hrefOf,
  children,
}: {
  cell: Cell;
  near: readonly Conduit[];
  devices: readonly MapDevice[];
  hrefOf: (device: string) => string;
  children?: ReactNode;
}) {
  const text = useText();
  const format = useFormat();
  const nameOf = (id: string) => devices.find((device) => device.id === id)?.name ?? id;
  return (
    <section className="panel map-details" aria-label={cell.name}>
      <h3>
        <Link to={hrefOf(cell.id)}>{cell.name}</Link>
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
            const out = cell.id === conduit.from;
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
      {children}
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

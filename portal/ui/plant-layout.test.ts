import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { layOut, linesOf, type MapDevice, type MapLine } from './plant-layout.ts';

const levels = ['enterprise', 'dmz', 'operations', 'supervision', 'control', 'field', 'elsewhere'];
const plant = (count: number): MapDevice[] =>
  Array.from({ length: count }, (_, place) => ({
    id: `d${place}`,
    name: `PLC-${place}`,
    detail: place % 2 ? 'S7-1500' : 'M340',
    role: 'controller',
    level: levels[place % levels.length]!,
    zone: `192.168.${place % 4}.0/24`,
    warnings: place % 3,
  }));
const chain = (devices: readonly MapDevice[]): MapLine[] =>
  devices.slice(1).map(({ id }, place) => ({
    from: devices[place]!.id,
    to: id,
    protocols: ['Modbus/TCP'],
    packets: 10,
    dangerous: false,
    unexpected: false,
  }));

describe('the plant map', () => {
  for (const count of [1, 13, 61, 300, 2000]) {
    it(`draws ${count} devices inside their zones, no box over another`, () => {
      const devices = plant(count);
      const layout = layOut(devices, chain(devices));
      const zones = layout.lanes.flatMap((lane) => lane.zones);
      const cells = zones.flatMap((zone) => zone.cells.map((cell) => ({ zone, cell })));
      assert.equal(cells.length, count);
      for (const { zone, cell } of cells) {
        assert.ok(
          cell.x >= zone.x && cell.x + cell.width <= zone.x + zone.width,
          `${cell.name} sticks out of ${zone.id}`,
        );
        assert.ok(
          cell.y >= zone.y && cell.y + cell.height <= zone.y + zone.height,
          `${cell.name} sticks out of ${zone.id}`,
        );
      }
      for (const [place, one] of zones.entries())
        for (const other of zones.slice(place + 1))
          assert.ok(apart(one, other), `${one.id} lies over ${other.id}`);
      for (const zone of zones)
        assert.ok(zone.x + zone.width <= layout.width, `${zone.id} is wider than the page`);
    });
  }

  it('draws lines between zones above 48 lines, and those of one device when it is asked for them', () => {
    const devices = plant(700);
    const layout = layOut(devices, chain(devices));
    assert.equal(layout.byZone, true);
    assert.equal(linesOf(layout, chain(devices), new Set(['d5'])).length, 2);
  });

  it('draws conduits from edge to edge of the zones they join, and leaves out whoever is not there', () => {
    const devices = plant(13);
    const zones = layOut(devices, []).lanes.flatMap((lane) => lane.zones);
    const [one, two, three] = [zones[0]!, zones[3]!, zones.at(-1)!];
    const way = (id: string, ...connects: string[]) => ({ id, name: id, connects });
    const { ways } = layOut(
      devices,
      [],
      new Map(zones.map(({ id, name, level, kind }) => [id, { name, level, kind }])),
      [
        way('two', one.id, two.id),
        way('three', one.id, two.id, three.id),
        way('nowhere', one.id, 'gone'),
        way('alone'),
      ],
    );
    assert.deepEqual(
      ways.map(({ id, stretches }) => [id, stretches.length]),
      [
        ['two', 1],
        ['three', 2],
      ],
    );
    const [x1, y1, x2, y2] = ways[0]!.stretches[0]!;
    const onEdge = (box: typeof one, x: number, y: number) =>
      x >= box.x &&
      x <= box.x + box.width &&
      y >= box.y &&
      y <= box.y + box.height &&
      (x === box.x || x === box.x + box.width || y === box.y || y === box.y + box.height);
    assert.ok(onEdge(one, x1, y1) && onEdge(two, x2, y2), `${[x1, y1, x2, y2].join()}`);
  });

  it('draws known zones at their own level, empty ones too, and where a person put them', () => {
    const devices = plant(4).map((device, place) => ({ ...device, zone: place < 3 ? 'kiln' : 'elsewhere' }));
    const zones = new Map([
      ['kiln', { name: 'Kiln', level: 'control', kind: 'accepted' as const, place: { x: 900, y: 700 } }],
      ['empty', { name: 'Empty', level: 'dmz', kind: 'accepted' as const }],
      ['proposed', { name: 'Nobody', level: 'dmz', kind: 'proposed' as const }],
    ]);
    const layout = layOut(devices, [], zones);
    const boxes = layout.lanes.flatMap((lane) => lane.zones);
    assert.deepEqual(
      boxes.map(({ name, level, cells }) => [name, level, cells.length]),
      [
        ['Empty', 'dmz', 0],
        ['elsewhere', 'supervision', 1],
        ['Kiln', 'control', 3],
      ],
    );
    const kiln = boxes.find(({ name }) => name === 'Kiln')!;
    assert.deepEqual([kiln.x, kiln.y], [900, 700]);
    assert.ok(kiln.cells.every(({ x, y }) => x > 900 && y > 700));
    assert.ok(layout.width > kiln.x + kiln.width && layout.height > kiln.y + kiln.height);
  });

  it('draws one line to a zone for many alike, and single ones for what is dangerous', () => {
    const devices: MapDevice[] = Array.from({ length: 14 }, (_, place) => ({
      ...plant(1)[0]!,
      id: `d${place}`,
      level: place === 0 ? 'supervision' : 'control',
      zone: place === 0 ? 'room' : 'hall',
    }));
    const lines = devices.slice(1).map(({ id }) => ({ ...chain(plant(2))[0]!, from: 'd0', to: id }));
    const calm = layOut(devices, lines).conduits;
    assert.deepEqual(
      calm.map(({ id, packets }) => [id, packets]),
      [['d0→control/hall', 130]],
    );
    const attacked = layOut(
      devices,
      lines.map((line) => (line.to === 'd13' ? { ...line, dangerous: true } : line)),
    );
    assert.deepEqual(attacked.conduits.map(({ id }) => id).sort(), ['d0→control/hall', 'd0→d13']);

    const cells = attacked.lanes.flatMap(({ zones }) => zones.flatMap((zone) => zone.cells));
    const { path } = attacked.conduits.find(({ id }) => id === 'd0→d13')!;
    const [, gutter] = /V\d+H(\d+)$/.exec(path) ?? [];
    assert.equal(Number(gutter), cells.find(({ id }) => id === 'd13')!.x, 'reached from the side');
    const way = Number(/ (\d+) \d+V/.exec(path)![1]);
    assert.ok(
      cells.every((cell) => way < cell.x || way > cell.x + cell.width),
      'not over other devices',
    );
    assert.equal(linesOf(attacked, lines, new Set(['d0'])).length, 13);
  });

  it('leads lines past the zones of lanes in between', () => {
    const [top, middle, bottom] = ['supervision', 'control', 'field'].map((level, place) => ({
      ...plant(1)[0]!,
      id: `d${place}`,
      level,
    }));
    const devices = [top!, middle!, bottom!];
    const layout = layOut(devices, [{ ...chain(devices)[0]!, from: 'd0', to: 'd2' }]);
    const between = layout.lanes[1]!.zones[0]!;
    const [, x, y] = / (\d+) \d+V(\d+)C/.exec(layout.conduits[0]!.path)!.map(Number);
    assert.ok(x! > between.x + between.width && x! < layout.width);
    assert.ok(y! > between.y + between.height);
  });

  it('is the same for the same plant', () => {
    const devices = plant(40);
    assert.deepEqual(layOut(devices, chain(devices)), layOut(devices, chain(devices)));
  });

  it('takes a level it does not know, and lines to devices that are not there', () => {
    const devices = plant(7);
    const layout = layOut(devices, [{ ...chain(devices)[0]!, to: 'nowhere' }]);
    assert.equal(layout.lanes.at(-1)!.level, 'unknown');
    assert.equal(layout.conduits.length, 0);
  });
});

function apart(a: { x: number; y: number; width: number; height: number }, b: typeof a): boolean {
  return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
}

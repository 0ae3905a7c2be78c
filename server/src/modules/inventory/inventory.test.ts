import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateRawSync } from 'node:zlib';

import {
  captureApi,
  type Inventory,
  inventoryApi,
  type InventoryChoice,
  type InventoryRow,
  type Job,
  jobApi,
  plantApi,
  type Refusal,
  type RowOutcome,
  warningApi,
  zoneApi,
} from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json, bookOf, workbook, zip } from '../../testing/documents.ts';
import { sender } from '../../testing/sending.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('tables of devices', () => {
  let server: TestServer;
  let member: Actor;
  let stranger: Actor;
  let site: string;
  before(async () => {
    server = await startTestServer({ work: true });
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MEM');
    site = await addSite('Waterworks');
  });
  after(() => server.close());

  describe('are read', () => {
    it('from Excel’s own CSV, with byte order mark and semicolons, by the names of the columns', async () => {
      const { reading, counts } = await read(
        '\ufeffGerätename;IP-Adresse;Hersteller;Bestellnummer;Firmwarestand;Seriennummer\r\nPumpe 1;10.1.0.1;Siemens;6ES7 315-2EH14-0AB0;V3.2.11;S C-A1B23456\r\n\r\n',
      );
      assert.deepEqual(
        [reading.encoding, reading.separator, reading.headerRow, reading.rows],
        ['utf-8', ';', 1, 1],
      );
      assert.deepEqual(
        reading.columns.map(({ field }) => field),
        ['name', 'address', 'vendor', 'orderNumber', 'firmware', 'serial'],
      );
      assert.deepEqual(counts, { new: 1, changed: 0, known: 0, left: 0 });
    });

    for (const [encoding, bytes, title, value] of [
      ['utf-8', Buffer.from('名称,IP地址,厂商\n泵站,10.1.1.1,西门子\n'), '名称', '泵站'],
      [
        'utf-16le',
        Buffer.from('\ufeffИмя\tMAC-адрес\tПрошивка\nНасос\t00:11:22:33:44:55\t1.2\n', 'utf16le'),
        'Имя',
        'Насос',
      ],
      [
        'windows-1252',
        Buffer.from('Gerät;Hersteller;Standort\nKühlpumpe;Müller;Gebäude 3\n', 'latin1'),
        'Gerät',
        'Kühlpumpe',
      ],
      [
        'windows-1251',
        Buffer.from(
          'c8ecff3bcff0eee8e7e2eee4e8f2e5ebfc3bcff0eef8e8e2eae00acde0f1eef13bd1e8ece5edf13b312e320a',
          'hex',
        ),
        'Имя',
        'Насос',
      ],
      [
        'gb18030',
        Buffer.from('c3fbb3c62c4950b5d8d6b72cb3a7c9cc0ab1c3d5be2c31302e312e312e322ccef7c3c5d7d30a', 'hex'),
        '名称',
        '泵站',
      ],
    ] as const)
      it(`in ${encoding}`, async () => {
        const { reading } = await read(bytes);
        assert.deepEqual(
          [
            reading.encoding,
            reading.columns[0]!.title,
            reading.columns[0]!.field,
            reading.columns[0]!.samples[0],
          ],
          [encoding, title, 'name', value],
        );
      });

    it('without titles, by what stands in the columns', async () => {
      const { reading } = await read(
        'Pump,00-1b-1b-00-00-01,10.1.2.1,6ES7 315-2EH14-0AB0\nFan,00-1b-1b-00-00-02,10.1.2.2,6ES7 314-6EH04-0AB0\n',
      );
      assert.deepEqual(
        [reading.headerRow, ...reading.columns.map(({ field }) => field)],
        [0, null, 'mac', 'address', 'orderNumber'],
      );
    });

    it('as people choose, and again when they choose otherwise', async () => {
      const inventory = await send('a,b\nx,10.1.3.1\n');
      const { reading } = await chosen(inventory, { columns: ['name', 'address'], headerRow: 1 });
      assert.deepEqual(
        reading.columns.map(({ field }) => field),
        ['name', 'address'],
      );
      const [row] = await rows(inventory);
      assert.deepEqual(row!.says, { name: 'x', address: '10.1.3.1' });
    });

    it('as somebody of the organisation chose for another with the same titles, and that is said', async () => {
      const titles = `tagging,net,${crypto.randomUUID()}`;
      const first = await read(`${titles}\nx,10.1.4.1,\n`);
      assert.equal(first.reading.headerRow, 0, 'titles that nobody knows are none');
      await chosen(first, { columns: ['name', 'address', null], headerRow: 1 });
      const second = await read(`${titles}\ny,10.1.4.2,\n`);
      assert.deepEqual(
        second.reading.columns.map(({ field }) => field),
        ['name', 'address', null],
      );
      assert.deepEqual(
        second.reading.notes.map(({ code, params }) => [code, params['by'], params['name']]),
        [['columns-as-before', member.name, 'devices.csv']],
      );
      // What was shown is what is taken, whatever is chosen for another table in between …
      await chosen(first, { columns: ['serial', 'address', null], headerRow: 1 });
      await confirm(second);
      assert.equal((await rows(second))[0]!.says.name, 'y');
      // … and one that is read otherwise on purpose is not read as the other.
      const { reading } = await chosen(await read(`${titles}\nz,10.1.4.3,\n`), {
        columns: ['model', 'address', null],
        headerRow: 1,
      });
      assert.equal(reading.columns[0]!.field, 'model');
      const theirs = await send(`${titles}\nz,10.1.4.3,\n`, undefined, 200, stranger);
      const elsewhere = await get(theirs.id, stranger);
      assert.equal(elsewhere.reading!.columns[0]!.field, null, 'another organisation is offered nothing');
      await server.as(stranger)(inventoryApi.remove, { params: { id: theirs.id } });
    });

    it('with software apart from firmware, where a table has both', async () => {
      const { reading } = await read(
        'Name,Firmware,Software,Slot,Kritikalität,Werk\nS1,V2.1,WinCC V7.5,R0 S2,sehr hoch,Nordwerk\n',
      );
      assert.deepEqual(
        reading.columns.map(({ field }) => field),
        ['name', 'firmware', 'software', 'slot', 'criticality', 'site'],
      );
      const only = await read('Name,Software\nS2,V4.3.2\nS3,2.1\n');
      assert.equal(only.reading.columns[1]!.field, 'firmware', 'nothing but versions: that of the device');
    });

    it('from a workbook, and tell of merged cells and other sheets', async () => {
      const { reading } = await read(
        workbook(
          [
            ['Name', 'Seriennummer', 'Firmware'],
            ['Pump', 'SN-9001', 4.5],
            ['', '', ''],
            ['Fan', 'SN-9002', 'V2.1'],
          ],
          { merged: 2, sheets: 3 },
        ),
      );
      assert.deepEqual(
        [reading.format, reading.rows, reading.columns[2]!.samples],
        ['xlsx', 2, ['4.5', 'V2.1']],
      );
      assert.deepEqual(
        reading.notes.map(({ code, params }) => [code, params['count'] ?? params['sheets']]),
        [
          ['first-sheet', 3],
          ['merged-cells', 2],
        ],
      );
    });

    it('with firmware and hardware in each other’s column, which is noticed', async () => {
      const { reading } = await read('Name,Firmware,Hardware\nA,E:03,V4.3.1\nB,2,V4.3.2\nC,Rev. 5,V4.1\n');
      assert.deepEqual(
        reading.columns.map(({ field }) => field),
        ['name', 'hardware', 'firmware'],
      );
      assert.deepEqual(reading.notes[0]!.code, 'columns-swapped');
      const one = await read('Name,Firmware,Hardware\nA,V4.3.1,E:03\nB,C,V4.3.2\nD,V4.3.3,2\n');
      assert.deepEqual(one.reading.notes, []);
      assert.deepEqual(
        (await rows(one)).map(({ notes }) => notes.map(({ code }) => code)),
        [[], ['row-swapped'], []],
      );
    });
  });

  describe('that cannot be read say what to do, and leave nothing behind', () => {
    for (const [name, bytes, code] of [
      ['nothing at all', Buffer.alloc(0), 'empty-file'],
      ['only separators', Buffer.from(';;;\n;;\n'), 'empty-table'],
      [
        '10,000 columns',
        Buffer.from(`${Array.from({ length: 10_000 }, (_, n) => `c${n}`).join(';')}\n`),
        'too-many-columns',
      ],
      ['a quote that never closes', Buffer.from('name,ip\n"Pump,10.0.0.1\n'), 'quote-not-closed'],
      ['an old workbook', Buffer.from('d0cf11e0a1b11ae100000000', 'hex'), 'old-workbook'],
      ['another archive', zip([{ name: 'a.txt', content: Buffer.from('x') }]), 'not-a-table'],
      ['a broken archive', Buffer.from('PK\x03\x04 and then nothing'), 'broken-workbook'],
      [
        'CycloneDX as XML',
        Buffer.from('<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1"/>'),
        'cyclonedx-xml',
      ],
      ['other JSON', Buffer.from('{"a": 1}'), 'not-a-table'],
      ['a program', Buffer.from('\x7fELF\x02\x01\x01\0\0\0\x01\x02\x03'.padEnd(100, '\x01')), 'not-a-table'],
    ] as const)
      it(name, async () => {
        const inventory = await send(bytes);
        assert.equal(inventory.job?.problem?.code, code);
        assert.deepEqual(await rows(inventory), []);
      });

    it('a workbook that unpacks to far more than a workbook does', async () => {
      const inventory = await send(bomb());
      assert.equal(inventory.job?.problem?.code, 'workbook-too-large');
    });

    it('one whose parts are larger than it claims', async () => {
      const inventory = await send(bomb({ claims: 1000 }));
      assert.equal(inventory.job?.problem?.code, 'broken-workbook');
    });

    it('and one that is too large is not even announced', async () => {
      await assert.rejects(
        server.as(member)(inventoryApi.begin, { body: { name: 'x.csv', size: 2 ** 30 } }),
        { status: 413 },
      );
    });
  });

  describe('become devices', () => {
    it('only when a person confirms, with the table and the row as the source of every field', async () => {
      const inventory = await read('Name;IP;Hersteller;Firmware\nKessel 1;10.2.0.1;Siemens;V4.3\n');
      assert.equal(await find('Kessel 1'), undefined);
      await confirm(inventory);
      const asset = (await find('Kessel 1'))!;
      assert.deepEqual(
        [asset.vendor, asset.firmware, asset.addresses, asset.state],
        ['Siemens', 'V4.3', ['10.2.0.1'], 'accepted'],
      );
      const { facts } = await page(asset.id);
      for (const fact of facts)
        assert.deepEqual([fact.source, fact.inventory?.row, fact.holds], ['import', 2, true]);
      assert.deepEqual(facts.map(({ field }) => field).sort(), ['address', 'firmware', 'name', 'vendor']);
    });

    it('once, however often the table is brought', async () => {
      const table =
        'Name,MAC,Serial,IP\nX1,00:1B:1B:00:01:01,SN-1001,10.2.1.1\nX2,,SN-1002,\nX3,,,10.2.1.3\nX4,,,\n';
      await confirm(await read(table));
      const before = await everything();
      const again = await read(table);
      assert.deepEqual(again.counts, { new: 0, changed: 0, known: 4, left: 0 });
      await confirm(again);
      assert.deepEqual(await everything(), before);
      assert.equal((await page((await find('X1'))!.id)).facts.length, 5 - 1);
    });

    it('that a capture showed before are those devices, and are accepted', async () => {
      const seen = await seenInCapture({
        macs: ['00:1b:1b:00:02:01'],
        addresses: ['10.2.2.1'],
        serial: 'VPE-20001',
      });
      const moved = await seenInCapture({ macs: [], addresses: ['10.2.2.2'], serial: null });
      const inventory = await read(
        'Name,MAC,IP,Serial\nBy serial,,10.99.0.1,vpe 20001\nBy address,,10.2.2.2,SN-20002\n',
      );
      assert.deepEqual(
        (await rows(inventory)).map(({ asset }) => asset?.id),
        [seen, moved],
      );
      await confirm(inventory);
      assert.deepEqual((await find('By serial'))!.state, 'accepted');
    });

    it('that a capture shows later under another name', async () => {
      await confirm(await read('Name,Serial\nBoiler 7,VPE-30001\n'));
      const seen = await seenInCapture({
        macs: ['00:1b:1b:00:03:01'],
        addresses: ['10.2.3.1'],
        serial: 'VPE-30001',
      });
      assert.equal((await find('Boiler 7'))!.id, seen);
    });

    it('unless another device answers at the address', async () => {
      await confirm(await read('Name,IP,Order number,Serial\nOld,10.2.4.1,6ES7 315-2EH14-0AB0,VPE-40001\n'));
      const { counts } = await read(
        'Name,IP,Order number,Serial\nNew,10.2.4.1,6ES7 315-2EH14-0AB0,VPE-40002\n',
      );
      assert.equal(counts!.new, 1);
    });

    it('and say what changes', async () => {
      await confirm(await read('Name,IP,Firmware\nP 5,10.2.5.1,V1.0\n'));
      const inventory = await read('Name,IP,Firmware\nP 5,10.2.5.1,V1.1\n');
      const [row] = await rows(inventory, 'changed');
      assert.deepEqual(row!.changes, [{ field: 'firmware', from: 'V1.0', to: 'V1.1' }]);
      await confirm(inventory);
      assert.equal((await find('P 5'))!.firmware, 'V1.1');
    });

    it('but a person’s word holds, and it is said', async () => {
      await confirm(await read('Name,IP,Firmware\nP 6,10.2.6.1,V1.0\n'));
      const { id } = (await find('P 6'))!;
      await server.as(member)(plantApi.correct, { params: { id }, body: { firmware: 'V9' } });
      const inventory = await read('Name,IP,Firmware\nP 6,10.2.6.1,V2.0\n');
      const [row] = await rows(inventory);
      assert.deepEqual([row!.outcome, row!.notes.map(({ code }) => code)], ['known', ['person-holds']]);
      await confirm(inventory);
      assert.equal((await find('P 6'))!.firmware, 'V9');
    });

    it('each row for itself: what cannot be taken says why', async () => {
      const inventory = await read(
        [
          'Name,IP,Serial,MAC,Firmware',
          'A,10.2.7.1,SAME-7001,,=HYPERLINK("http://x";"y")',
          'B,10.2.7.2,same 7001,,1.0',
          'A,10.2.7.1,SAME-7001,,=HYPERLINK("http://x";"y")',
          ',,,,V1.2',
          'C,10.2.7.300,,,n/a',
          '=H1+S2-K3,,="007123",,-',
        ].join('\n'),
      );
      assert.deepEqual(
        (await rows(inventory)).map(({ row, outcome, notes }) => [
          row,
          outcome,
          notes.map(({ code }) => code),
        ]),
        [
          [2, 'new', ['formula', 'same-serial']],
          [3, 'left', ['same-serial']],
          [4, 'left', ['formula', 'same-row']],
          [5, 'left', ['nothing-to-know-it-by']],
          [6, 'new', ['bad-address']],
          [7, 'new', []],
        ],
      );
      assert.deepEqual((await rows(inventory))[5]!.says, { name: '=H1+S2-K3', serial: '007123' });
    });

    it('and are warned of as far as they say what they are', async () => {
      const analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
      await server.house.imports.importStream(analyst, 'x.json', bytes(json(csaf())));
      await confirm(
        await read(
          [
            'Name,Vendor,Model,Firmware,Hardware',
            'W hotfix,Nordbruk,PX 200,V02.03.08_HF3,',
            'W mended,Nordbruk,PX 200,V02.04.01_HF1,',
            'W unknown,Nordbruk,PX 200,unknown,',
            'W nameless,,PX 200,2.3.9,',
            'W swapped,Nordbruk,PX 200,E:03,V2.3.9',
          ].join('\n'),
        ),
      );
      const { items } = await server.as(member)(warningApi.list, { query: { search: 'nbc-2026-001' } });
      assert.deepEqual(items.map(({ asset, certainty }) => `${asset.name} ${certainty}`).sort(), [
        // A hotfix of an older version may be the very correction.
        'W hotfix likely',
        'W nameless likely',
        'W swapped unsure',
        'W unknown unsure',
      ]);
    });

    it('by the thousand, each to its zone', async () => {
      const many = await addSite('Large works');
      const lines = Array.from(
        { length: 3000 },
        (_, n) =>
          `PLC ${n};10.${64 + (n >> 16)}.${(n >> 8) & 255}.${n & 255};SN-${700_000 + n};Siemens;6ES7 315-2EH14-0AB0;V3.${n % 9};Hall ${n % 3}`,
      );
      const inventory = await read(
        `\ufeffName;IP;Serial;Vendor;Order number;Firmware;Zone\r\n${lines.join('\r\n')}\r\n`,
        many,
        1200,
      );
      await confirm(await chosen(inventory, { places: true }), 1200);
      const { items } = await server.as(member)(plantApi.sites);
      assert.equal(items.find(({ id }) => id === many)!.assets, 3000);
      const { zones } = await server.as(member)(zoneApi.plan, { params: { id: many } });
      assert.deepEqual(
        zones.map(({ name, devices }) => [name, devices]),
        [0, 1, 2].map((n) => [`Hall ${n}`, 1000]),
      );
    });
  });

  describe('are taken back', () => {
    it('as if they had never been', async () => {
      const seen = await seenInCapture({
        macs: ['00:1b:1b:00:08:01'],
        addresses: ['10.3.0.1'],
        serial: null,
      });
      const before = await everything();
      const inventory = await read('Name,MAC,IP\nU1,00:1b:1b:00:08:01,\nU2,,10.3.0.2\n');
      await confirm(inventory);
      assert.equal((await find('U1'))!.id, seen);
      await undo(inventory);
      assert.deepEqual(await everything(), before);
      await confirm(inventory);
      assert.equal((await find('U2'))!.addresses[0], '10.3.0.2');
    });

    it('not once people or later tables have built upon them', async () => {
      const first = await read('Name,IP\nV1,10.3.1.1\n');
      await confirm(first);
      const second = await read('Name,IP,Firmware\nV1,10.3.1.1,2.0\n');
      await confirm(second);
      await assert.rejects(undo(first), refusedAs('inventory-followed'));
      await undo(second);
      const { id } = (await find('V1'))!;
      await server.as(member)(plantApi.correct, { params: { id }, body: { vendor: 'Aurum' } });
      await assert.rejects(undo(first), refusedAs('inventory-built-upon'));
      assert.equal((await find('V1'))!.vendor, 'Aurum');
    });
  });

  describe('go out', () => {
    before(() => confirm(first()));
    const first = async () =>
      read(
        'Name,IP,MAC,Serial,Vendor,Product,Firmware,Hardware\n"=cmd|\' /C calc\'!A0",10.4.0.1,,,,,,\n=E1-K7,10.4.0.2,00:1b:1b:00:09:01,VPE-90001,Siemens,CPU 315-2 PN/DP,V3.2,E:03\n',
      );

    it('as CSV that runs nothing in a spreadsheet, and comes back unchanged', async () => {
      const csv = await file(`/api/plant/assets.csv?site=${site}`);
      assert.match(csv, /^\ufeffname,site,/);
      assert.doesNotMatch(csv, /(?:^|,|\n)"?[=@]/);
      const back = await read(csv);
      assert.deepEqual([back.counts!.new, back.counts!.changed], [0, 0]);
    });

    it('as CycloneDX with the firmware within the device, and come back unchanged', async () => {
      const text = await file(`/api/plant/assets.cdx.json?site=${site}`);
      const document = JSON.parse(text) as { specVersion: string; components: any[] };
      const device = document.components.find(({ name }) => name === 'CPU 315-2 PN/DP');
      assert.deepEqual(
        [
          document.specVersion,
          device.type,
          device.manufacturer.name,
          device.version,
          device.components[0].type,
          device.components[0].version,
        ],
        ['1.6', 'device', 'Siemens', 'E:03', 'firmware', 'V3.2'],
      );
      assert.ok(
        device.properties.some(
          ({ name, value }: any) => name === 'cdx:device:serialNumber' && value === 'VPE-90001',
        ),
      );
      const { reading, counts } = await read(text);
      assert.deepEqual([reading.format, counts!.new, counts!.changed], ['cyclonedx', 0, 0]);
    });

    it('as JSON', async () => {
      const { assets } = JSON.parse(await file('/api/plant/assets.json')) as { assets: { serial: string }[] };
      assert.ok(assets.some(({ serial }) => serial === 'VPE-90001'));
    });
  });

  it('make the sites and zones that their rows name, once a person says so, and again change nothing', async () => {
    await addSite('Westwerk');
    const table = (zoneOfN2 = 'Cell 1') =>
      [
        'Site;Zone;Name;IP;Hersteller',
        'Nordwerk;Cell 1;N1;10.7.0.1;Siemens',
        `Nordwerk;${zoneOfN2};N2;10.7.0.2;Siemens`,
        'nord-werk;Cell 2;N3;10.7.0.3;Siemens',
        'Südwerk;Boiler;S1;10.7.0.1;Siemens',
        'Westwekr;;W9;10.7.0.1;Siemens',
        ';Office;H9;10.7.0.1;Siemens',
      ].join('\n');
    const names = async () =>
      (await server.as(member)(plantApi.sites)).items.map(({ name }) => name).toSorted();
    const before = await names();
    const first = await read(table());
    assert.deepEqual(
      first.reading.places!.map(({ site: of, name, like, rows: count }) => [of, name, like, count]),
      [
        [null, 'Nordwerk', null, 3],
        ['Nordwerk', 'Cell 1', null, 2],
        ['Nordwerk', 'Cell 2', null, 1],
        [null, 'Südwerk', null, 1],
        ['Südwerk', 'Boiler', null, 1],
        [null, 'Westwekr', 'Westwerk', 1],
        ['Waterworks', 'Office', null, 1],
      ],
    );
    const taken = await chosen(first, {
      places: true,
      alike: [{ site: null, written: 'Westwekr', means: 'Westwerk' }],
    });
    assert.deepEqual(taken.counts, { new: 6, changed: 0, known: 0, left: 0 });
    assert.deepEqual(await names(), before, 'nothing is made before somebody confirms');
    await confirm(taken);
    assert.deepEqual(await names(), [...before, 'Nordwerk', 'Südwerk'].toSorted());
    const stands = async (name: string) => {
      const { site: of, zone } = (await find(name))!;
      return [of.name, zone?.name];
    };
    assert.deepEqual(await Promise.all(['N1', 'N3', 'S1', 'W9', 'H9'].map(stands)), [
      ['Nordwerk', 'Cell 1'],
      ['Nordwerk', 'Cell 2'],
      ['Südwerk', 'Boiler'],
      ['Westwerk', undefined],
      ['Waterworks', 'Office'],
    ]);
    const again = await chosen(await read(table()), {
      places: true,
      alike: [{ site: null, written: 'Westwekr', means: 'Westwerk' }],
    });
    assert.deepEqual([again.counts, again.reading.places], [{ new: 0, changed: 0, known: 6, left: 0 }, []]);
    // A later table moves what a table placed, and nothing that a person placed.
    const [n1, n3] = [(await find('N1'))!, (await find('N3'))!];
    await server.as(member)(zoneApi.place, { body: { places: [{ assets: [n1.id], zone: n3.zone!.id }] } });
    const moved = await chosen(await read(table('Cell 2')), { places: true });
    const found = new Map((await rows(moved)).map((row) => [row.says.name, row]));
    assert.deepEqual(found.get('N2')!.changes, [{ field: 'zone', from: 'Cell 1', to: 'Cell 2' }]);
    assert.deepEqual(
      [found.get('N1')!.outcome, found.get('N1')!.notes.map(({ code }) => code)],
      ['known', ['person-holds']],
    );
    // Taken back, the device stands again where the table before had placed it.
    await confirm(moved);
    assert.deepEqual(await stands('N2'), ['Nordwerk', 'Cell 2']);
    await undo(moved);
    assert.deepEqual(await stands('N2'), ['Nordwerk', 'Cell 1']);
    await server.as(member)(inventoryApi.remove, { params: { id: moved.id } });
    await server.as(member)(zoneApi.place, {
      body: { places: [{ assets: [n1.id], zone: null, open: true }] },
    });
    await undo(taken);
    assert.deepEqual(await names(), before);
    assert.equal(await find('H9'), undefined);
  });

  it('leave out what is known at another site, whichever, until it is dismissed there', async () => {
    await addSite('Ostwerk');
    await addSite('Fernwerk');
    const table = async (at: string) =>
      chosen(
        await read(
          `Site;Name;IP;Serial;MAC\n${at};E1;10.8.0.1;SN-E1-77;\n${at};E2;10.8.0.2;;00:1b:1b:00:e1:02\n`,
        ),
        { places: true },
      );
    await confirm(await table('Ostwerk'));
    for (const place of ['Fernwerk', 'Waterworks'])
      assert.deepEqual(
        (await rows(await table(place))).map(({ outcome, notes }) => [
          outcome,
          notes.map(({ code, params }) => [code, params['site']]),
        ]),
        ['E1', 'E2'].map(() => ['left', [['known-elsewhere', 'Ostwerk']]]),
        place,
      );
    await server.as(member)(plantApi.dismiss, { body: { assets: [(await find('E1'))!.id] } });
    assert.deepEqual(
      (await rows(await table('Fernwerk'))).map(({ outcome }) => outcome),
      ['new', 'left'],
    );
  });

  it('are their owner’s alone', async () => {
    const { id } = await read('Name,IP\nW1,10.5.0.1\n');
    const theirs = server.as(stranger);
    await assert.rejects(theirs(inventoryApi.get, { params: { id } }), { status: 404 });
    await assert.rejects(theirs(inventoryApi.rows, { params: { id } }), { status: 404 });
    await assert.rejects(theirs(inventoryApi.confirm, { params: { id } }), { status: 404 });
    await assert.rejects(theirs(inventoryApi.remove, { params: { id } }), { status: 404 });
    assert.deepEqual((await theirs(inventoryApi.list)).items, []);
    await server.as(member)(inventoryApi.remove, { params: { id } });
    await assert.rejects(server.as(member)(inventoryApi.get, { params: { id } }), { status: 404 });
  });

  async function addSite(name: string): Promise<string> {
    return (
      await server.as(member)(plantApi.addSite, { body: { name, sector: '', country: '', process: '' } })
    ).id;
  }

  /** Sent and read, one way or the other. */
  async function send(
    content: string | Buffer,
    at: string | undefined = site,
    patience = 200,
    actor = member,
  ): Promise<Inventory> {
    const bytes = Buffer.from(content);
    const { inventory, upload } = await server.as(actor)(inventoryApi.begin, {
      body: { name: 'devices.csv', size: bytes.length, ...(actor === member && { site: at }) },
    });
    const { patch, ask } = sender(server, actor);
    if (bytes.length === 0) await ask(upload);
    for (let from = 0; from < bytes.length; from += 1 << 20)
      assert.equal((await patch(upload, from, bytes.subarray(from, from + (1 << 20)))).status, 204);
    return settled(inventory.id, patience, actor);
  }

  async function settled(id: string, patience = 200, actor = member): Promise<Inventory> {
    for (let wait = 0; wait < patience; wait++) {
      const inventory = await get(id, actor);
      if (inventory.job && !['queued', 'running'].includes(inventory.job.state)) return inventory;
      await sleep(50);
    }
    throw new Error('It did not end');
  }

  async function get(id: string, actor = member) {
    return server.as(actor)(inventoryApi.get, { params: { id } });
  }

  async function read(content: string | Buffer, at = site, patience = 200) {
    const { id, job } = await send(content, at, patience);
    assert.equal(job?.state, 'done', JSON.stringify(job?.problem));
    const inventory = await get(id);
    return { ...inventory, reading: inventory.reading! };
  }

  async function chosen({ id }: Inventory, choice: InventoryChoice) {
    await finished(await server.as(member)(inventoryApi.choose, { params: { id }, body: choice }));
    const inventory = await get(id);
    return { ...inventory, reading: inventory.reading! };
  }

  async function confirm(inventory: Inventory | Promise<Inventory>, patience = 200): Promise<void> {
    const { id } = await inventory;
    await finished(await server.as(member)(inventoryApi.confirm, { params: { id } }), patience);
  }

  async function undo({ id }: Inventory): Promise<void> {
    await finished(await server.as(member)(inventoryApi.undo, { params: { id } }));
  }

  async function finished({ id }: Job, patience = 200): Promise<void> {
    for (let wait = 0; wait < patience; wait++) {
      const job = await server.as(member)(jobApi.get, { params: { id } });
      if (!['queued', 'running'].includes(job.state)) {
        assert.equal(job.state, 'done', JSON.stringify(job.problem));
        return;
      }
      await sleep(50);
    }
    throw new Error('It did not end');
  }

  async function rows({ id }: Inventory, outcome?: RowOutcome): Promise<InventoryRow[]> {
    return (
      await server.as(member)(inventoryApi.rows, {
        params: { id },
        query: { limit: 200, ...(outcome && { outcome }) },
      })
    ).items;
  }

  async function find(name: string) {
    const { items } = await server.as(member)(plantApi.assets, { query: { search: name } });
    return items.find((asset) => asset.name === name);
  }

  const page = (id: string) => server.as(member)(plantApi.asset, { params: { id } });

  async function everything() {
    const { assets } = JSON.parse(await file('/api/plant/assets.json')) as {
      assets: { site: { id: string } }[];
    };
    return assets.filter((asset) => asset.site.id === site);
  }

  async function file(url: string): Promise<string> {
    const answer = await server.app.inject({ url, headers: { 'x-test-actor': JSON.stringify(member) } });
    assert.equal(answer.statusCode, 200);
    return answer.body;
  }

  /** As a capture would tell of it. */
  async function seenInCapture({
    macs,
    addresses,
    serial,
  }: {
    macs: string[];
    addresses: string[];
    serial: string | null;
  }): Promise<string> {
    const { capture } = await server.as(member)(captureApi.begin, {
      body: { site, name: 'x.pcap', size: 1 },
    });
    return server.database.as(member, async (tx) => {
      const time = Date.parse('2026-03-02T08:00:00Z') * 1000;
      const assets = await server.house.plant.learn(tx, {
        owner: member.organisation!,
        site,
        capture: capture.id,
        devices: [
          {
            id: 'd',
            addresses,
            macs,
            vlans: [],
            protocols: [],
            roles: [],
            level: 'unknown',
            firstSeen: time,
            lastSeen: time,
            packets: 1,
            bytes: 1,
            facts: serial ? [{ field: 'serial', value: serial, certainty: 'stated', protocol: 's7' }] : [],
          } as never,
        ],
      });
      return assets.get('d')!;
    });
  }
});

const refusedAs = (code: string) => (error: Refusal) => error.status === 409 && error.told.code === code;

/** A workbook as spreadsheets write it (ECMA-376), as small as it can be. */

/** A few kilobytes that unpack to hundreds of megabytes. */
function bomb({ claims }: { claims?: number } = {}): Buffer {
  const part = Buffer.alloc(64 << 20, ' ');
  const deflated = deflateRawSync(part);
  const parts = Array.from({ length: 5 }, (_, n) => ({
    name: `xl/worksheets/sheet${n + 1}.xml`,
    content: claims ? part.subarray(0, claims) : part,
    deflated,
  }));
  return zip([
    ...Object.entries(bookOf(1)).map(([name, content]) => ({ name, content: Buffer.from(content) })),
    ...parts,
  ]);
}

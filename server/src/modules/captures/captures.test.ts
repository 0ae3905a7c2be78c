import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';

import { auditApi, captureApi, jobApi, type Location, plantApi, type Route } from '@busbar/contract';

import { hex } from '../../../../engines/dissect/src/testing/hex.ts';
import { Wire } from '../../../../engines/dissect/src/testing/wire.ts';
import type { Actor } from '../../platform/actor.ts';
import { analysed, sendCapture } from '../../testing/sending.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const shared = process.env['BUSBAR_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');

const writeRegister = hex`
  0007  transaction
  0000  protocol
  0006  length
  11  unit
  06  write single register
  0001  address
  05aa  value
`;
const refusal = hex`
  0008  transaction
  0000  protocol
  0003  length
  11  unit
  86  write single register, exception
  02  illegal data address
`;
const refusedWrite = hex`
  0008  transaction
  0000  protocol
  0006  length
  11  unit
  06  write single register
  ffff  address
  0001  value
`;

/** Somebody writes two registers of a controller and is refused the second. */
const capture = Wire.speaking({ on: 'tcp', at: [502] }, [
  ['request', writeRegister],
  ['reply', writeRegister],
  ['request', refusedWrite],
  ['reply', refusal],
]).pcap();

describe('captures', () => {
  let server: TestServer;
  let member: Actor;
  let stranger: Actor;
  let administrator: Actor;
  before(async () => {
    server = await startTestServer({ work: true });
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MAD');
    administrator = await (await server.organisation('CERT', 'cert')).person('ADM');
  });
  after(() => server.close());

  it('become devices, conversations and operations', async () => {
    const { id, job, summary, engine } = await shown('plant.pcap', capture);
    assert.equal(job.state, 'done');
    assert.ok(engine);
    assert.deepEqual(
      [
        summary?.packets,
        summary?.devices,
        summary?.conversations,
        summary?.operations,
        summary?.dangerousMessages,
      ],
      [4, 2, 1, 1, 2],
    );
    assert.deepEqual(summary?.protocols, [{ name: 'modbus', messages: 4 }]);

    const devices = await call(captureApi.devices, id);
    assert.deepEqual(devices.items.map(({ name }) => name).toSorted(), ['192.0.2.1', '192.0.2.2']);
    const { items: conversations } = await call(captureApi.conversations, id);
    const [talk] = conversations;
    assert.deepEqual(
      [talk?.from.address, talk?.to.address, talk?.protocol, talk?.port, talk?.packets, talk?.messages],
      ['192.0.2.1', '192.0.2.2', 'modbus', 502, 4, 4],
    );
    const { items: operations } = await call(captureApi.operations, id);
    const [write] = operations;
    assert.deepEqual(
      [
        write?.access,
        write?.dangerous,
        write?.count,
        write?.refused,
        write?.source.address,
        write?.target.address,
      ],
      ['write', true, 2, 1, '192.0.2.1', '192.0.2.2'],
    );
    assert.equal(write?.samples.at(-1)?.refused?.text, 'illegal data address');
    assert.ok(write?.techniques.some(({ id, name }) => id === 'T0836' && name === 'Modify Parameter'));
    const counts = await call(captureApi.counts, id);
    assert.deepEqual(counts['ics_frames'], { modbus: 4 });
  });

  it('are found by what was done, to whom, and in words', async () => {
    const { id } = await shown('plant.pcap', capture);
    const find = async (query: object) =>
      (await server.as(member)(captureApi.operations, { params: { id }, query })).items.length;
    assert.equal(
      await find({ dangerous: 'true', technique: 'T0836', access: 'write', search: 'WRITE 192.0.2.2' }),
      1,
    );
    assert.equal(await find({ dangerous: 'false' }), 0);
    assert.equal(await find({ search: '100%' }), 0);
    assert.equal(await find({ technique: 'T9999' }), 0);
  });

  it('are drawn with who reaches past a level or out of the plant', async () => {
    const { id } = await shown('plant.pcap', capture);
    const { devices, lines, leftOut } = await call(captureApi.map, id);
    assert.deepEqual([devices.length, lines.length, leftOut], [2, 1, 0]);
    // 192.0.2.0/24 is nobody's own network.
    assert.deepEqual([lines[0]?.dangerous, lines[0]?.unexpected], [true, true]);
  });

  describe('show any message again', () => {
    for (const [kind, bytes] of [
      ['plain', capture],
      ['packed', gzipSync(capture)],
    ] as const) {
      it(`field by field (${kind})`, async () => {
        const { id } = await shown(`${kind}.pcap`, bytes);
        const { items } = await call(captureApi.operations, id);
        const at = items[0]!.samples[0]!.at;
        const message = await server.as(member)(captureApi.message, {
          params: { id, packet: at.packet },
          query: { at: JSON.stringify(at) },
        });
        assert.equal(message.bytes, Buffer.from(writeRegister).toString('hex'));
        assert.equal(message.dissector, 'modbus');
        assert.deepEqual(
          message.layers[0]?.fields.slice(0, 3).map(({ name }) => name),
          ['Ethernet', 'IPv4', 'TCP'],
        );
      });

      it(`by the number of its packet alone (${kind})`, async () => {
        const { id } = await shown(`${kind}.pcap`, bytes);
        const packet = await server.as(member)(captureApi.message, { params: { id, packet: 3 } });
        assert.ok(packet.bytes.endsWith(Buffer.from(refusedWrite).toString('hex')));
        await assert.rejects(server.as(member)(captureApi.message, { params: { id, packet: 99 } }), {
          status: 404,
        });
      });

      it(`but nothing that is none (${kind})`, async () => {
        const { id } = await shown(`${kind}.pcap`, bytes);
        const at: Location = {
          packet: 1,
          time: 0,
          pieces: [[1e15, 100]],
          frame: [1e15, 100],
          linkType: 1,
          dissector: 'modbus',
          direction: 'request',
        };
        const open = (changed: object) =>
          server.as(member)(captureApi.message, {
            params: { id, packet: 1 },
            query: { at: JSON.stringify({ ...at, ...changed }) },
          });
        await assert.rejects(open({}), { status: 404 });
        await assert.rejects(open({ frame: [24, 54], pieces: [[24, 1e12]] }), { status: 400 });
        await assert.rejects(open({ frame: [24, 54], dissector: '__proto__' }), { status: 400 });
        await assert.rejects(open({ frame: [-24, 54] }), { status: 400 });
      });
    }
  });

  describe('that are broken', () => {
    it('are analysed up to the break, and say so', async () => {
      const { job, summary } = await shown('broken.pcap', capture.subarray(0, capture.length - 7));
      assert.equal(job.state, 'done');
      assert.equal(summary?.packets, 3);
      assert.deepEqual(
        summary?.problems.map(({ code }) => code),
        ['cut-off'],
      );
    });

    for (const [name, bytes, code, says] of [
      ['empty.pcap', new Uint8Array(0), 'empty-file', /empty/],
      ['page.pcap', Buffer.from('<!doctype html><p>Please sign in'), 'not-a-capture', /HTML/],
      ['archive.pcap', Buffer.from('PK\x03\x04 and so on, and on'), 'not-a-capture', /zip.*[Uu]npack/],
      ['text.pcapng', Buffer.from('hello, I am a text file and no capture'), 'not-a-capture', /text/],
    ] as const) {
      it(`by being none are refused by content: ${name}`, async () => {
        const { id, job, summary } = await shown(name, bytes);
        assert.deepEqual([job.state, job.problem?.code, summary], ['failed', code, null]);
        assert.match(job.problem!.text, says);
        assert.deepEqual((await call(captureApi.devices, id)).items, []);
        await assert.rejects(call(captureApi.exportJson, id), { status: 409 });
      });
    }

    it('have any name', async () => {
      const { name } = await shown('../../etc/passwd', capture);
      assert.equal(name, '../../etc/passwd');
    });
  });

  describe('that are analysed again', () => {
    it('keep their devices, and what people said of them', async () => {
      const { id } = await shown('again.pcap', capture);
      const before = await call(captureApi.devices, id);
      const asset = before.items[0]!.asset;
      await server.as(member)(plantApi.correct, { params: { id: asset }, body: { name: 'Pump 3' } });
      await server.as(member)(captureApi.analyse, { params: { id } });
      await assert.rejects(server.as(member)(captureApi.analyse, { params: { id } }), { status: 409 });
      await analysed(server, member, id);
      const again = await call(captureApi.devices, id);
      assert.deepEqual(ids(again.items), ids(before.items));
      assert.equal(again.items.find((device) => device.asset === asset)?.name, 'Pump 3');
      assert.equal((await call(captureApi.operations, id)).total, 1);
    });
  });

  describe('go out', () => {
    it('as they came, never to be shown in place', async () => {
      const { id } = await shown('out "of" plant.pcap', capture);
      const answer = await raw(`/api/captures/${id}/original`);
      assert.deepEqual(answer.rawPayload, Buffer.from(capture));
      assert.match(
        String(answer.headers['content-disposition']),
        /^attachment; filename="out _of_ plant.pcap"/,
      );
      assert.match(String(answer.headers['content-security-policy']), /sandbox/);
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    });

    it('as the report of the engine, and as tables', async () => {
      const { id } = await shown('report.pcap', capture);
      const report = await raw(`/api/captures/${id}/report.json`);
      assert.equal((report.json() as { packets: number }).packets, 4);
      for (const [table, lines] of [
        ['devices', 3],
        ['conversations', 2],
        ['operations', 2],
        ['warnings', 1],
      ] as const) {
        const answer = await raw(`/api/captures/${id}/${table}.csv`);
        assert.equal(answer.body.trimEnd().split('\r\n').length, lines, table);
      }
      assert.equal((await raw(`/api/captures/${id}/secrets.csv`)).statusCode, 400);
    });
  });

  describe('that are removed', () => {
    it('take with them what was seen only in them, and leave their hash in the ledger', async () => {
      const owner = await (await server.organisation('Delta Motors', 'operator')).person('MAD');
      const first = await analysed(server, owner, (await sendCapture(server, owner, 'one.pcap', capture)).id);
      const { items } = await server.as(owner)(plantApi.assets);
      await server.as(owner)(plantApi.accept, { body: { assets: [items[0]!.id] } });

      await server.as(owner)(captureApi.remove, { params: { id: first.id } });
      const left = await server.as(owner)(plantApi.assets);
      assert.deepEqual(ids(left.items), [items[0]!.id]);
      await assert.rejects(server.as(owner)(captureApi.get, { params: { id: first.id } }), { status: 404 });
      const { items: lines } = await server.as(owner)(auditApi.accesses, {
        query: { object: first.id, action: 'capture removed' },
      });
      assert.equal(lines[0]?.details['sha256'], first.evidence.sha256);
    });

    it('stop being analysed', async () => {
      const { id } = await sendCapture(server, member, 'going.pcap', capture);
      await server.as(member)(captureApi.remove, { params: { id } });
      const { items } = await server.as(member)(jobApi.list, { query: { limit: 200 } });
      const job = items.find(({ subject }) => subject.id === id);
      assert.ok(job && ['cancelled', 'done'].includes(job.state));
    });
  });

  describe('are their owner’s alone', () => {
    it('for another organisation they are not there', async () => {
      const { id } = await shown('secret.pcap', capture);
      assert.deepEqual((await server.as(stranger)(captureApi.list)).items, []);
      for (const route of Object.values(captureApi)) {
        if (!route.path.includes(':id')) continue;
        const path = (of: string) =>
          route.path.replace(':id', of).replace(':packet', '1').replace(':table', 'devices');
        const ask = async (of: string) => {
          const body = route === captureApi.claimHash ? { sha256: 'a'.repeat(64) } : undefined;
          const { status, body: said } = await server.send(stranger)(route.method, path(of), body);
          return [status, { ...(said as object), instance: '' }];
        };
        assert.deepEqual(await ask(id), await ask(crypto.randomUUID()), route.path);
        assert.equal((await ask(id))[0], 404, route.path);
      }
    });

    it('the administrator sees neither them nor their names', async () => {
      await shown('secret.pcap', capture);
      await assert.rejects(server.as(administrator)(captureApi.list), { status: 403 });
      const { items } = await server.as(administrator)(jobApi.list, { query: { limit: 200 } });
      assert.ok(items.length > 0);
      assert.ok(items.every(({ subject }) => subject.name === ''));
    });

    it('every look at them is in the ledger', async () => {
      const { id } = await shown('looked.pcap', capture);
      await call(captureApi.devices, id);
      await raw(`/api/captures/${id}/original`);
      const { items } = await server.as(member)(auditApi.accesses, { query: { object: id, limit: 200 } });
      const actions = new Set(items.map(({ action }) => action));
      for (const action of [
        'capture announced',
        'evidence stored',
        'capture analysed',
        'capture read',
        'capture devices listed',
        'evidence downloaded',
      ])
        assert.ok(actions.has(action), action);
    });
  });

  describe('of others', () => {
    const missing =
      !existsSync(join(shared, 'data/captures')) && 'no captures of others here (BUSBAR_SHARED)';
    for (const [path, keys] of [
      ['EmreEkin+ICS-Pcaps/LocalPCAP/ReadCoil.pcap', ['modbus_request', 'modbus_response']],
      [
        'w3h+icsmaster/pcap/s7/s7comm_varservice_libnodavedemo_bench.pcap',
        ['s7comm_function', 's7comm_rosctr'],
      ],
      ['ITI+ICS-Security-Tools/pcaps/ModbusTCP/mb2.pcap', ['s7comm_function', 'cip_service', 'pn_dcp']],
    ] as const) {
      it(`show the counts of the reference: ${path}`, { skip: missing }, async () => {
        const file = join(shared, 'data/captures/captures', path);
        const { id, evidence } = await shown(path.split('/').at(-1)!, readFileSync(file));
        const truth = join(shared, 'data/captures/groundtruth', `${evidence.sha256!.slice(0, 16)}.json`);
        const expected = JSON.parse(readFileSync(truth, 'utf8')) as Record<string, unknown>;
        const counts = await call(captureApi.counts, id);
        for (const key of ['packets', ...keys]) assert.deepEqual(counts[key], expected[key], key);
      });
    }
  });

  const ids = (items: readonly { id?: string; asset?: string }[]) =>
    items.map(({ id, asset }) => String(asset ?? id)).toSorted();

  async function shown(name: string, bytes: Uint8Array) {
    return analysed(server, member, (await sendCapture(server, member, name, bytes)).id);
  }

  function call<Query, Body, Reply>(
    route: Route<{ id: string }, Query, Body, Reply>,
    id: string,
  ): Promise<Reply> {
    return server.as(member)(route as Route<{ id: string }, object, Body, Reply>, { params: { id } });
  }

  function raw(url: string) {
    return server.app.inject({ url, headers: { 'x-test-actor': JSON.stringify(member) } });
  }
});

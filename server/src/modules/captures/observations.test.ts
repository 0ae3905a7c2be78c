import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';

import { auditApi, captureApi, observationApi, type Route } from '@busbar/contract';

import { hex } from '../../../../engines/dissect/src/testing/hex.ts';
import { ethernet, ipv4, join, u16, udp, Wire } from '../../../../engines/dissect/src/testing/wire.ts';
import type { Actor } from '../../platform/actor.ts';
import { analysed, sendCapture } from '../../testing/sending.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const program = Buffer.from('ORGANIZATION_BLOCK OB 1\n'.repeat(30).slice(0, 600), 'latin1');
const SECRET = 'tr0ub4dor&3';

/** Somebody brings a program by TFTP, signs in by FTP, and sets a register three times. */
function capture(): Uint8Array {
  const tftp = new Wire({ on: 'udp', at: [69] });
  const file = join(u16(2), Buffer.from('../plc7/main.awl\0octet\0'));
  tftp.say('request', file);
  const piece = (number: number, bytes: Uint8Array) =>
    tftp.add(
      ethernet(
        'request',
        0x0800,
        ipv4('request', 17, udp([49_152, 2_001], join(u16(3), u16(number), bytes))),
      ),
    );
  const taken = (number: number) =>
    tftp.add(ethernet('reply', 0x0800, ipv4('reply', 17, udp([2_001, 49_152], join(u16(4), u16(number))))));
  taken(0);
  piece(1, program.subarray(0, 512));
  taken(1);
  piece(2, program.subarray(512));
  taken(2);
  const ftp = Wire.speaking({ on: 'tcp', at: [21] }, [
    ['reply', Buffer.from('220 PLC ready\r\n')],
    ['request', Buffer.from('USER service\r\n')],
    ['reply', Buffer.from('331 password\r\n')],
    ['request', Buffer.from(`PASS ${SECRET}\r\n`)],
    ['reply', Buffer.from('230 ok\r\n')],
  ]);
  const write = (value: number) => join(hex`0007 0000 0006 11 06 000B`, u16(value));
  const modbus = Wire.speaking({ on: 'tcp', at: [502] }, [
    ['request', write(20)],
    ['reply', write(20)],
    ['request', write(80)],
    ['reply', write(80)],
    ['request', write(50)],
    ['reply', write(50)],
  ]);
  // A pcap is a header and records, one after another.
  return Buffer.concat([tftp.pcap(), ftp.pcap().subarray(24), modbus.pcap().subarray(24)]);
}

describe('a capture', () => {
  let server: TestServer;
  let member: Actor;
  let stranger: Actor;
  before(async () => {
    server = await startTestServer({ work: true });
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MEM');
  });
  after(() => server.close());

  const send = async (name: string, bytes: Uint8Array) =>
    analysed(server, member, (await sendCapture(server, member, name, bytes)).id);
  const list = <Query, Reply>(route: Route<{ id: string }, Query, unknown, Reply>, id: string, query = {}) =>
    server.as(member)(route as Route<{ id: string }, object, unknown, Reply>, { params: { id }, query });

  it('tells the quantities of the process: what somebody set, and within what', async () => {
    const { id, summary } = await send('values.pcap', capture());
    const { items, total } = await list(observationApi.variables, id);
    assert.equal(summary?.variables, total);
    const register = items.find(({ protocol }) => protocol === 'modbus')!;
    assert.deepEqual(
      [register.sets, register.setRange, register.last, register.device.address],
      [3, [20, 80], 50, '192.0.2.2'],
    );
    assert.deepEqual(
      register.points.map(([, value]) => value),
      [20, 80, 50],
    );
    assert.equal((await list(observationApi.variables, id, { search: register.name })).items.length, 1);
    assert.equal((await list(observationApi.variables, id, { search: 'no such tag' })).items.length, 0);
  });

  for (const [kind, bytes] of [
    ['plain', capture()],
    ['packed', gzipSync(capture())],
  ] as const) {
    it(`gives back a file that was carried over, to the byte (${kind})`, async () => {
      const { id, summary } = await send(`${kind}.pcap`, bytes);
      const { items } = await list(observationApi.transfers, id);
      const [file] = items;
      assert.deepEqual(
        [summary?.transfers, items.length, file?.way, file?.bytes, file?.complete],
        [1, 1, 'to', 600, true],
      );
      const answer = await server.app.inject({
        url: `/api/captures/${id}/transfers/${file!.id}/content`,
        headers: { 'x-test-actor': JSON.stringify(member) },
      });
      assert.deepEqual(answer.rawPayload, program);
      assert.match(String(answer.headers['content-disposition']), /^attachment; filename="main.awl"/);
      assert.match(String(answer.headers['content-security-policy']), /sandbox/);
    });
  }

  it('tells who signed in readably, and nowhere with what', async () => {
    const { id } = await send('sign-in.pcap', capture());
    const { items } = await list(observationApi.credentials, id);
    const [signIn] = items;
    assert.deepEqual(
      [items.length, signIn?.user, signIn?.secret, signIn?.protocol],
      [1, 'service', SECRET.length, 'ftp'],
    );
    const report = await server.app.inject({
      url: `/api/captures/${id}/report.json`,
      headers: { 'x-test-actor': JSON.stringify(member) },
    });
    assert.ok(report.body.includes('service') && !report.body.includes(SECRET));
  });

  it('shows all this to its owner alone, and leaves a line of who took a file', async () => {
    const { id } = await send('mine.pcap', capture());
    const { items } = await list(observationApi.transfers, id);
    const { content: _content, ...lists } = observationApi;
    for (const route of Object.values(lists))
      await assert.rejects(server.as(stranger)(route as typeof lists.transfers, { params: { id } }), {
        status: 404,
      });
    const url = `/api/captures/${id}/transfers/${items[0]!.id}/content`;
    const as = (actor: Actor) =>
      server.app.inject({ url, headers: { 'x-test-actor': JSON.stringify(actor) } });
    assert.equal((await as(stranger)).statusCode, 404);
    assert.equal((await as(member)).statusCode, 200);
    const authoriser = await (await server.organisation('Nordwasser 2', 'operator')).person('MAD');
    assert.equal((await as(authoriser)).statusCode, 404);
    const trail = await server.as(member)(auditApi.accesses, {
      query: { action: 'carried file downloaded', object: id },
    });
    assert.equal(trail.items.length, 1);
  });

  it('forgets what an earlier analysis found', async () => {
    const { id } = await send('again.pcap', capture());
    await server.as(member)(captureApi.analyse, { params: { id } });
    await analysed(server, member, id);
    assert.equal((await list(observationApi.transfers, id)).total, 1);
    assert.equal((await list(observationApi.credentials, id)).total, 1);
  });
});

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';

import {
  type AnalysisTool,
  caseApi,
  evidenceApi,
  IncidentReport,
  type RunParams,
  timelineApi,
} from '@busbar/contract';

import { contentAt, expertWitness } from '../../../../engines/artefacts/src/testing/expert-witness.ts';
import type { Actor } from '../../platform/actor.ts';
import { tar, zip } from '../../testing/documents.ts';
import { refused } from '../../testing/refused.ts';
import { sender } from '../../testing/sending.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

/** Harmless, and taken for malware by every scanner: the test file of EICAR, put together here so that this file is not. */
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!', '$H+H*'].join('');

describe('a hostile file', { timeout: 300_000 }, () => {
  let server: TestServer;
  let analyst: Actor;
  let member: Actor;
  let id: string;

  before(async () => {
    server = await startTestServer({ work: true });
    analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
    member = await (await server.organisation('Delta Motors', 'operator')).person('MEM');
    const { reference } = await server.as(member)(caseApi.report, {
      body: IncidentReport.parse({
        danger: 'no',
        control: 'yes',
        sees: 'x',
        limit: 'analyse',
        naming: 'member',
      }),
    });
    const { items } = await server.as(analyst)(caseApi.list, { query: { search: reference } });
    id = items[0]!.id;
    await server.as(analyst)(caseApi.move, { params: { id }, body: { to: 'triaged' } });
  });
  after(() => server.close());

  it('is what its first bytes say, whatever it is called', async () => {
    const html = '<html><script>alert(1)</script>';
    const files: readonly [name: string, content: string | Buffer, type: string][] = [
      ['network.pcap', zipOf('a.txt'), 'zip'],
      ['report.pdf', `%PDF-1.4\n${html}`, 'pdf'],
      ['notes.txt', html, 'html'],
      ['drawing.png', '<svg onload="alert(1)"/>', 'html'],
      ['readme.txt', 'MZ\x90\0', 'program'],
      ['empty.raw', '', 'empty'],
      ['scan.txt', eicar, 'text'],
      ['capture.bin', Buffer.from('\x5e\x2aM\x18\0\0\0\0\x28\xb5\x2f\xfd', 'latin1'), 'zstd'],
      ['noise.zip', Buffer.concat([Buffer.of(0), randomBytes(99)]), 'unknown'],
    ];
    for (const [name, content, type] of files)
      assert.deepEqual([name, (await send(name, content)).type], [name, type]);
  });

  it('leaves as bytes to be kept, never to be shown, whatever its name would have', async () => {
    for (const [name, content] of [
      ['../../etc/cron.d/x.html', '<script>alert(1)</script>'],
      ['/absolute.svg', '<svg onload="alert(1)"/>'],
      ['eicar.com', eicar],
    ] as const) {
      const file = await send(name, content);
      const answer = await server.app.inject({
        url: `/api/cases/${id}/evidence/${file.id}/original?purpose=look`,
        headers: { 'x-test-actor': JSON.stringify(analyst) },
      });
      assert.equal(answer.rawPayload.toString(), content);
      const { 'content-disposition': disposition, ...headers } = answer.headers;
      assert.match(String(disposition), /^attachment/);
      assert.doesNotMatch(String(disposition), /[\r\n\u202e]|\.\.\/|filename="?\//);
      assert.deepEqual(
        [headers['content-type'], headers['x-content-type-options'], headers['set-cookie']],
        ['application/octet-stream', 'nosniff', undefined],
      );
    }
    for (const name of ['line\r\nSet-Cookie: a=b.txt', 'invoice\u202efdp.exe', 'nul\0.txt'])
      await assert.rejects(send(name, eicar), refused(400, 'not-understood'));
  });

  it('that is an archive is listed and never unpacked: what is wrong with each entry, the worst first', async () => {
    const zeros = Buffer.alloc(4 << 20);
    const file = await send(
      'backup.zip',
      zip([
        { name: 'ok.txt', content: Buffer.from('fine') },
        { name: '../../etc/passwd', content: Buffer.from('x') },
        { name: 'invoice.pdf.exe', content: Buffer.from('MZ') },
        { name: 'inner.zip', content: zipOf('deeper.zip') },
        { name: 'deep.zip', content: nested(50) },
        { name: 'locked.doc', content: Buffer.from('x'), encrypted: true },
        { name: 'zeros.bin', content: zeros, deflated: deflateRawSync(zeros, { level: 9 }) },
      ]),
    );
    const { notes, run } = await read(file.id, 'archive-contents');
    assert.deepEqual(
      notes.map(({ code }) => code),
      ['archive-listed', 'archive-bomb'],
    );
    const { items } = await server.as(analyst)(timelineApi.list, {
      params: { id },
      query: { run, state: 'suggested', limit: 50 },
    });
    assert.deepEqual(Object.fromEntries(items.map(({ what }) => [what.params['name'], what.code])), {
      'ok.txt': 'archived',
      '../../etc/passwd': 'archived.outside',
      'invoice.pdf.exe': 'archived.disguised',
      'inner.zip': 'archived.nested',
      'deep.zip': 'archived.nested',
      'locked.doc': 'archived.encrypted',
      'zeros.bin': 'archived.bomb',
    });

    const escaping = await send(
      'x.tar',
      await tar({ '../../root/.ssh/keys': Buffer.from('x'), 'a.txt': Buffer.from('y') }),
    );
    assert.ok((await read(escaping.id, 'archive-contents')).codes.includes('archived.outside'));
  });

  it('that is cut or lies about itself is read as far as it goes, and the program stays up', async () => {
    const whole = zipOf('a.txt', 'b.txt', 'c.txt');
    const cut = await send('cut.zip', whole.subarray(0, whole.length - 30));
    assert.equal((await read(cut.id, 'archive-contents')).problem, 'not-for-this-tool');
    const torn = Buffer.from(whole);
    torn.writeUInt16LE(99, torn.length - 12);
    const claims = await read((await send('claims.zip', torn)).id, 'archive-contents');
    assert.deepEqual(
      claims.notes.map(({ code }) => code),
      ['archive-listed', 'archive-torn'],
    );

    // A packet that claims 2 GB, and one that was cut in the middle of its head.
    const head = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');
    const lying = Buffer.concat([
      head,
      Buffer.from('00000000000000000000008000000080', 'hex'),
      randomBytes(60),
    ]);
    for (const [name, content] of [
      ['lying.pcap', lying],
      ['cut.pcap', Buffer.concat([head, Buffer.of(1, 2, 3)])],
      ['noise.pcap', Buffer.concat([head, randomBytes(5000)])],
    ] as const) {
      const { state, notes } = await read((await send(name, content)).id, 'network-capture');
      assert.deepEqual([name, state, notes.length > 0], [name, 'done', true]);
    }
  });

  it('that is an image of a disk is read by its parts, and told whole, other than it was, or not all of it', async () => {
    const medium = randomBytes(512 * 400);
    const header =
      '1\nmain\nc\tn\ta\te\tt\tav\tov\tm\nC-17\tHMI-1\tPanel\tJ. Doe\x7f\t\t6.19\tWindows 7\t2026 11 20 3 41 9\n';
    const [whole] = expertWitness(medium, { compress: 'every other', header });
    const found = async (name: string, bytes: Uint8Array, params: RunParams = {}) => {
      const told = await read((await send(name, Buffer.from(bytes))).id, 'disk-image', params);
      return { ...told, notes: told.notes.map(({ code }) => code) };
    };
    const sound = await found('panel.txt', whole!, { utcOffset: 180 });
    assert.deepEqual(sound.notes, ['image-read', 'image-verified', 'image-verified']);
    const taken = sound.items.find(({ what }) => what.code === 'image.taken')!;
    assert.equal(taken.from, '2026-11-20T00:41:09.000Z');
    assert.deepEqual(taken.what.params, {
      case: 'C-17',
      evidence: 'HMI-1',
      description: 'Panel',
      examiner: 'J. Doe\ufffd',
      notes: '–',
      software: '6.19',
      system: 'Windows 7',
    });
    const md5 = createHash('md5').update(medium).digest('hex');
    assert.ok(sound.items.some(({ what }) => what.code === 'image.hash.verified' && what.text.includes(md5)));
    // Notes lie outside of the seal of the case.
    const { rows } = await server.owner.query('select notes::text from case_run where id = $1', [sound.run]);
    assert.doesNotMatch(rows[0].notes, /Doe|C-17|HMI-1/);

    const other = Uint8Array.from(whole!);
    other[contentAt(other, 'sectors') + 5000]! ^= 1;
    const differs = await found('other.E01', other);
    assert.deepEqual(differs.notes, ['image-read', 'image-differs', 'image-differs', 'image-damaged']);
    assert.ok(
      differs.codes.some((code) => code.startsWith('image.fault.chunk-')),
      differs.codes.join(),
    );
    const [first] = expertWitness(medium, { segments: 2 });
    const part = await found('part.E01', first!);
    assert.deepEqual(part.notes, ['image-read', 'image-not-stored', 'image-not-stored', 'image-segments']);
    const raw = Buffer.alloc(1024);
    raw.writeUInt16LE(0xaa55, 510);
    assert.equal((await found('raw.E01', raw)).problem, 'not-for-this-tool');
  });

  it('is kept as often as it is sent, and is read by the tools for what it is alone', async () => {
    const [one, other] = [await send('a.bin', 'the same'), await send('b.bin', 'the same')];
    assert.equal(one.sha256, other.sha256);
    assert.notEqual(one.id, other.id);
    const disguised = await send('network.pcap', zipOf('a.txt'));
    await assert.rejects(read(disguised.id, 'network-capture'), refused(409, 'tool-not-for-this'));
  });

  async function send(name: string, content: string | Buffer) {
    const bytes = Buffer.from(content);
    const { evidence, upload } = await server.as(member)(evidenceApi.begin, {
      params: { id },
      body: { name, size: bytes.length, note: '' },
    });
    const door = sender(server, member);
    if (bytes.length > 0) assert.equal((await door.patch(upload, 0, bytes)).status, 204);
    else await door.ask(upload);
    return server.as(member)(evidenceApi.get, { params: { id, evidence: evidence.id } });
  }

  async function read(evidence: string, tool: AnalysisTool, runParams: RunParams = {}) {
    const asked = await server.as(analyst)(evidenceApi.run, {
      params: { id },
      body: { evidence, tool, params: runParams },
    });
    const params = { id, run: asked.id };
    const run = await until('the run has ended', async () => {
      const now = await server.as(analyst)(evidenceApi.getRun, { params });
      return now.state !== 'running' && now;
    });
    const { items } = await server.as(analyst)(timelineApi.list, {
      params: { id },
      query: { run: asked.id, limit: 50 },
    });
    return {
      run: asked.id,
      state: run.state,
      notes: run.notes,
      problem: run.problem?.code,
      items,
      codes: items.map(({ what }) => what.code),
    };
  }
});

const zipOf = (...names: string[]): Buffer =>
  Buffer.from(zip(names.map((name) => ({ name, content: Buffer.from(name) }))));

/** A zip in a zip in a zip, so deep. */
const nested = (deep: number): Buffer =>
  Array.from({ length: deep }).reduce<Buffer>(
    (inner) => Buffer.from(zip([{ name: 'inner.zip', content: inner }])),
    zipOf('x'),
  );

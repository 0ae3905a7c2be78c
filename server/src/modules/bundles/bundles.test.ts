import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import {
  apis,
  type Bundle,
  bundleHead,
  type BundleManifest,
  bundleTypes,
  MOST_REPORTED,
  MOST_SHARED,
  type Refusal,
  urlOf,
} from '@busbar/contract';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';

import type { Actor } from '../../platform/actor.ts';
import {
  bundleOf,
  encryptedTo,
  type File,
  manifestOf,
  oneWrite as capture,
  openedBundle,
  reportOf,
  sendBundle,
  shareOf,
} from '../../testing/bundles.ts';
import { refused } from '../../testing/refused.ts';
import { analysed, sendCapture } from '../../testing/sending.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('bundles of a field kit', () => {
  let server: TestServer;
  let member: Actor;
  let stranger: Actor;
  let authoriser: Actor;
  let analyst: Actor;
  let recipient: string;
  const report: File = {
    name: 'plant.pcap.json',
    type: bundleTypes.report,
    bytes: encode(reportOf(capture)),
  };

  before(async () => {
    server = await startTestServer({ work: true });
    analyst = await (await server.organisation('CERT for Industry', 'cert')).person('ANA');
    const nordwasser = await server.organisation('Nordwasser', 'operator');
    member = await nordwasser.person('MEM');
    authoriser = await nordwasser.person('MAD');
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MEM');
  });
  after(() => server.close());

  it('are encrypted to one public key of the CERT, made when somebody first asks', async () => {
    // More at once than there are connections.
    const asked = await Promise.all(
      Array.from({ length: 60 }, () => server.as(null)(apis.bundles.recipient)),
    );
    ({ recipient } = asked[0]!);
    assert.match(recipient, /^age1[0-9a-z]{58}$/);
    assert.deepEqual(new Set(asked.map((one) => one.recipient)), new Set([recipient]));
    const { rows } = await server.owner.query('select sealed from bundle_secret');
    assert.equal(rows.length, 1);
    assert.doesNotMatch(rows[0].sealed.toString('latin1'), /AGE-SECRET-KEY/);
  });

  it('bring a report that stands where an analysed capture stands, with the same counts', async () => {
    const bundle = await brought(await sealed([report]));
    assert.deepEqual(
      bundle.files.map(({ name, outcome }) => [name, outcome]),
      [['plant.pcap.json', 'new']],
    );
    const of = { params: { id: bundle.files[0]!.capture! } };
    const call = server.as(member);
    const brief = await call(apis.captures.get, of);
    const here = await analysed(
      server,
      member,
      (await sendCapture(server, member, 'plant.pcap', capture)).id,
    );
    assert.deepEqual(brief.summary, here.summary);
    assert.equal(brief.name, 'plant.pcap');
    assert.equal(brief.bundle?.id, bundle.id);
    assert.equal(brief.engine, '0.9.0');
    assert.deepEqual(
      await call(apis.captures.counts, of),
      await call(apis.captures.counts, { params: { id: here.id } }),
    );
    const { items: devices } = await call(apis.captures.devices, { ...of, query: { limit: 50 } });
    assert.deepEqual(devices.map(({ name }) => name).toSorted(), ['192.0.2.1', '192.0.2.2']);
    const { items: operations } = await call(apis.captures.operations, { ...of, query: { limit: 50 } });
    assert.deepEqual(
      operations.map(({ code }) => code),
      ['modbus.write-register'],
    );
  });

  it('leave custody: who brought it, the hash of the bundle and of each file', async () => {
    const bytes = await sealed([{ ...report, bytes: encode(reportOf(capture, { comments: ['custody'] })) }]);
    const bundle = await brought(bytes);
    assert.equal(bundle.sha256, sha256(bytes));
    const linesOf = async (object: string) => {
      const asked = { query: { object, limit: 50 } };
      return (await server.as({ ...member, roles: ['MAD'] })(apis.audit.accesses, asked)).items;
    };
    const [file] = bundle.files;
    const lines = [...(await linesOf(bundle.id)), ...(await linesOf(file!.capture!))];
    const imported = lines.find(({ action }) => action === 'bundle imported');
    assert.equal(imported?.person.id, member.person);
    assert.equal(imported?.details['sha256'], bundle.sha256);
    assert.equal(imported?.details['hashes'], file!.sha256);
    const stored = lines.filter(({ action }) => action === 'evidence stored');
    assert.equal(stored.length, 2);
    assert.deepEqual(
      new Set(stored.map(({ details }) => details['sha256'])),
      new Set([bundle.sha256, file!.sha256]),
    );
  });

  it('may bring packets, which are analysed here, and other files, which are kept', async () => {
    const bundle = await brought(
      await sealed([
        { name: 'slice.pcap', type: bundleTypes.capture, bytes: capture },
        { name: 'notes.txt', type: 'text/plain', bytes: encode('seen at night') },
      ]),
    );
    const [slice, notes] = bundle.files;
    assert.equal((await analysed(server, member, slice!.capture!)).summary?.packets, 2);
    assert.equal(notes!.capture, null);
    const content = async (place: number, of = bundle.id, actor = member) =>
      (await server.send(actor)('GET', `/api/bundles/${of}/file?place=${place}`, undefined)) as {
        status: number;
        body: string;
      };
    assert.equal((await content(1)).body, 'seen at night');
    const again = await brought(
      await sealed([{ name: 'again.txt', type: 'text/plain', bytes: encode('seen at night') }]),
    );
    assert.equal((await content(0, again.id)).body, 'seen at night');
    assert.equal((await content(2)).status, 404);
    assert.equal((await content(1, bundle.id, stranger)).status, 404);
  });

  const slice: File = { name: 'capture.pcapng', type: bundleTypes.capture, bytes: oneMore(capture) };
  const told = (hash = sha256(slice.bytes)) => ({
    file: 'capture.pcapng' as const,
    sha256: hash,
    bytes: slice.bytes.length,
    packets: 2,
    of: 2,
    cut: 1,
    replaced: 8,
    zeroed: 4,
  });

  it('show what somebody ticked of a capture, under which names, and the packets that it tells of', async () => {
    const share = shareOf({ slice: told() });
    const bundle = await brought(await sealed([share, slice]));
    assert.equal(bundle.files[0]!.capture, null);
    const shown = (id: string, place = 0, language: 'en' | 'ru' = 'en', actor = member) =>
      server.as(actor)(apis.bundles.share, { params: { id }, query: { place, language } });
    const { report, packets } = await shown(bundle.id);
    const { findings, ...rest } = JSON.parse(share.bytes.toString());
    assert.deepEqual(report, { ...rest, findings: [{ ...findings[0], title: report.findings[0]!.title }] });
    assert.equal(packets, (await analysed(server, member, bundle.files[1]!.capture!)).id);
    const titles = [report, (await shown(bundle.id, 0, 'ru')).report].map((one) => one.findings[0]!.title);
    assert.match(titles[0]!, /told to stop/);
    assert.match(titles[1]!, /[а-я]/);
    // Known from before it is shown from there; packets of another hash are not the ones it tells of.
    const again = await brought(await sealed([share]));
    assert.equal(again.files[0]!.outcome, 'known');
    assert.equal((await shown(again.id)).packets, null);
    const other = await brought(await sealed([shareOf({ slice: told('ab'.repeat(32)) }), slice]));
    assert.equal((await shown(other.id)).packets, null);
    for (const asked of [
      () => shown(bundle.id, 1),
      () => shown(bundle.id, 2),
      () => shown(bundle.id, 0, 'en', stranger),
    ])
      await assert.rejects(asked(), (error: Refusal) => error.status === 404);
  });

  it('show what was shared before shares had a type of their own, and no other JSON of that name', async () => {
    const old = { ...shareOf({ madeAt: '2026-11-19T08:00:00.000Z' }), type: 'application/json' };
    const shown = (id: string) =>
      server.as(member)(apis.bundles.share, { params: { id }, query: { place: 0, language: 'en' } });
    assert.equal(
      (await shown((await brought(await sealed([old]))).id)).report.madeAt,
      '2026-11-19T08:00:00.000Z',
    );
    for (const other of [
      { ...old, bytes: encode('{"pumps": 3}') },
      { ...old, bytes: new Uint8Array(MOST_SHARED + 1) },
      { ...old, name: 'other.json' },
    ]) {
      const { id } = await brought(await sealed([other]));
      await assert.rejects(shown(id), refused(404, 'not-found'));
    }
  });

  it('show the CERT what was shared once the member consents to just that, and neither packets nor other files', async () => {
    const share = shareOf({ madeAt: '2026-11-21T08:00:00.000Z' });
    const notes: File = { name: 'notes.txt', type: 'text/plain', bytes: encode('for us alone') };
    const bundle = await brought(
      await sealed([{ ...report, bytes: encode(reportOf(capture, { comments: ['kept'] })) }, notes, share]),
    );
    const hidden = await brought(await sealed([{ ...notes, bytes: encode('for nobody') }]));
    const plant = { id: member.organisation! };
    const listed = async () =>
      (await server.as(analyst)(apis.consents.shares, { params: plant, query: { limit: 50 } })).items;
    const read = (place: number, id = bundle.id, actor = analyst) =>
      server.as(actor)(apis.consents.share, {
        params: { ...plant, bundle: id },
        query: { place, language: 'en' },
      });
    const terms = { purpose: 'Advice', caseRef: '', warnings: true, packets: false, days: 5 };
    const { id } = await server.as(authoriser)(apis.consents.give, { body: { ...terms, shares: false } });
    const closed = [listed, () => read(2)];
    for (const asked of closed) await assert.rejects(asked(), refused(404, 'not-found'));

    const given = await server.as(authoriser)(apis.consents.give, { body: { ...terms, shares: true } });
    assert.deepEqual(given.parts, ['devices', 'warnings', 'shares']);
    const items = await listed();
    assert.equal(
      items.some((one) => one.id === hidden.id),
      false,
    );
    assert.deepEqual(items.find((one) => one.id === bundle.id)?.shares, [
      { place: 2, name: 'report.json', size: share.bytes.length },
    ]);
    const { report: told, packets, visibility } = await read(2);
    assert.deepEqual([told.madeAt, told.findings[0]?.source?.name], ['2026-11-21T08:00:00.000Z', 'qkzw']);
    assert.deepEqual([packets, visibility.owner], [null, 'Nordwasser']);
    for (const asked of [
      () => read(0),
      () => read(1),
      () => read(0, hidden.id),
      () => read(2, bundle.id, stranger),
      () => server.as(analyst)(apis.bundles.share, { params: bundle, query: { place: 2, language: 'en' } }),
      () => server.as(analyst)(apis.bundles.get, { params: bundle }),
      () => server.as(analyst)(apis.captures.get, { params: { id: bundle.files[0]!.capture! } }),
    ])
      await assert.rejects(asked(), (error: Refusal) => [403, 404].includes(error.status));
    const { items: log } = await server.as(authoriser)(apis.consents.accesses);
    assert.deepEqual(
      log
        .filter(({ action }) => action.includes('share'))
        .map(({ action, person, object }) => [action, person.name, object.id])
        .at(0),
      ['share read by consent', analyst.name, bundle.id],
    );
    const { says } = await server.as(authoriser)(apis.consents.readers);
    assert.match(says.map(({ text }) => text).join('\n'), /reads what was shared of captures until/);

    const narrower = { to: 'narrowed', shares: false } as const;
    await server.as(authoriser)(apis.consents.answer, { params: given, body: narrower });
    for (const asked of closed) await assert.rejects(asked(), refused(404, 'not-found'));
    await server.as(authoriser)(apis.consents.answer, { params: { id }, body: { to: 'withdrawn' } });
  });

  it('show the CERT the packets that went along with a share by a consent to them, and no other packets', async () => {
    const share = shareOf({ madeAt: '2026-11-22T08:00:00.000Z', slice: told() });
    const other: File = { name: 'other.pcapng', type: bundleTypes.capture, bytes: oneMore(slice.bytes) };
    const bundle = await brought(await sealed([other, share, slice]));
    const untold = await brought(
      await sealed([shareOf({ madeAt: '2026-11-23T08:00:00.000Z', slice: told('cd'.repeat(32)) }), slice]),
    );
    const plant = { id: member.organisation! };
    const shown = async (place: number, id = bundle.id) =>
      server.as(analyst)(apis.consents.share, {
        params: { ...plant, bundle: id },
        query: { place, language: 'en' },
      });
    const fetched = async (id = bundle.id, place = 1, actor = analyst) => {
      const url = urlOf(apis.consents.packets, {
        params: { ...plant, bundle: id },
        query: { place, language: 'en' as const },
      });
      const answer = await server.app.inject({ url, headers: { 'x-test-actor': JSON.stringify(actor) } });
      return answer.statusCode === 200 ? answer.rawPayload : answer.statusCode;
    };
    const give = (parts: { shares: boolean; packets: boolean }) =>
      server.as(authoriser)(apis.consents.give, {
        body: { purpose: 'Advice', caseRef: '', warnings: false, days: 5, ...parts },
      });
    const { id } = await give({ shares: true, packets: false });
    assert.deepEqual([(await shown(1)).packets, await fetched()], [null, 404]);
    await assert.rejects(give({ shares: false, packets: true }), refused(400, 'packets-without-shares'));

    const given = await give({ shares: true, packets: true });
    assert.deepEqual(given.parts, ['devices', 'shares', 'packets']);
    const fileOf = bundle.files[2]!;
    assert.equal((await shown(1)).packets, fileOf.capture);
    assert.deepEqual(await fetched(), Buffer.from(slice.bytes));
    assert.equal((await shown(0, untold.id)).packets, null);
    assert.deepEqual(
      [await fetched(untold.id, 0), await fetched(bundle.id, 0), await fetched(bundle.id, 2)],
      [404, 404, 404],
    );
    assert.ok([403, 404].includes((await fetched(bundle.id, 1, stranger)) as number));
    for (const { capture: of } of [bundle.files[0]!, fileOf])
      await assert.rejects(server.as(analyst)(apis.captures.get, { params: { id: of! } }), (error: Refusal) =>
        [403, 404].includes(error.status),
      );
    const { items: log } = await server.as(authoriser)(apis.consents.accesses);
    const done = log.find(({ action }) => action === 'shared packets downloaded');
    assert.deepEqual(
      [done?.person.name, done?.object.id, done?.object.name],
      [analyst.name, bundle.id, 'report.json: capture.pcapng'],
    );
    const { says } = await server.as(authoriser)(apis.consents.readers);
    assert.match(says.map(({ text }) => text).join('\n'), /reads the packets that went along until/);

    const less = (body: object) =>
      server.as(authoriser)(apis.consents.answer, {
        params: given,
        body: { to: 'narrowed', ...body } as never,
      });
    assert.deepEqual((await less({ packets: false })).parts, ['devices', 'shares']);
    assert.deepEqual([(await shown(1)).packets, await fetched()], [null, 404]);
    const again = await give({ shares: true, packets: true });
    const answered = await server.as(authoriser)(apis.consents.answer, {
      params: again,
      body: { to: 'narrowed', shares: false },
    });
    assert.deepEqual(answered.parts, ['devices']);
    assert.equal(await fetched(), 404);
    for (const one of [id, given.id, again.id])
      await server.as(authoriser)(apis.consents.answer, { params: { id: one }, body: { to: 'withdrawn' } });
  });

  it('are told, and not taken twice', async () => {
    const bytes = await sealed([{ ...report, bytes: encode(reportOf(capture, { comments: ['twice'] })) }]);
    const first = await brought(bytes);
    const before = await captures();
    const second = await brought(bytes);
    assert.deepEqual(
      second.files.map(({ outcome, capture: where, before: known }) => [outcome, where, known?.id]),
      [['known', first.files[0]!.capture, first.id]],
    );
    const at = await Promise.all([1, 2, 3].map(() => send(bytes)));
    for (const id of at) assert.equal((await ended(id)).files[0]!.outcome, 'known');
    assert.equal(await captures(), before);
  });

  it('are taken anew once what came of them was removed', async () => {
    const bytes = await sealed([{ ...report, bytes: encode(reportOf(capture, { comments: ['anew'] })) }]);
    const first = await brought(bytes);
    await server.as(member)(apis.captures.remove, { params: { id: first.files[0]!.capture! } });
    assert.equal((await brought(bytes)).files[0]!.outcome, 'new');
  });

  it('have no packets to show, to analyse again or to hand out, and say where they are', async () => {
    const { files } = await brought(await sealed([report]));
    const id = files[0]!.capture!;
    for (const asked of [
      () => server.as(member)(apis.captures.message, { params: { id, packet: 1 } }),
      () => server.as(member)(apis.captures.analyse, { params: { id } }),
      () => server.as(member)(apis.captures.download, { params: { id } }),
    ])
      await assert.rejects(asked(), (error: Refusal) => error.told.code === 'packets-elsewhere');
  });

  it('are nobody else’s to see', async () => {
    const bundle = await brought(await sealed([report]));
    await assert.rejects(
      server.as(stranger)(apis.bundles.get, { params: { id: bundle.id } }),
      (error: Refusal) => error.status === 404,
    );
    assert.equal((await server.as(stranger)(apis.bundles.list, { query: { limit: 50 } })).items.length, 0);
  });

  describe('are refused in words, and nothing of them is kept', () => {
    const bad: [what: string, code: string, make: () => Promise<Uint8Array>][] = [
      ['altered', 'bundle-damaged', async () => flipped(await sealed([report]), -200)],
      ['altered in its head', 'bundle-damaged', async () => flipped(await sealed([report]), 150)],
      ['cut', 'bundle-damaged', async () => (await sealed([large()])).subarray(0, 70_000)],
      ['cut where a piece ends', 'bundle-damaged', async () => (await sealed([large()])).subarray(0, -1)],
      ['encrypted to another CERT', 'bundle-not-for-us', async () => sealed([report], {}, await otherCert())],
      [
        'made by a kit of another member',
        'bundle-of-others',
        () => sealed([report], { member: { id: stranger.organisation!, name: 'Elmira Grid' } }),
      ],
      [
        'made in the future',
        'bundle-from-the-future',
        () => sealed([report], { madeAt: '2099-01-01T00:00:00Z' }),
      ],
      ['of a form that nobody knows', 'bundle-format-unknown', () => sealed([report], { format: 2 as 1 })],
      ['with a huge size told', 'bundle-sizes', () => sealed([report], { size: 2 ** 50 })],
      [
        'with more reports than are read at once',
        'reports-too-large',
        () => sealed([report, { ...report, name: 'other.json' }], { size: MOST_REPORTED / 2 + 1 }),
      ],
      ['with less told than is there', 'bundle-sizes', () => sealed([report], { size: 1 })],
      ['with another hash told', 'bundle-file-differs', () => sealed([report], { sha256: 'ab'.repeat(32) })],
      ...[
        '../../etc/passwd',
        '/etc/passwd',
        String.raw`..\..\boot.ini`,
        'C:evil',
        '.bashrc',
        'nul.txt',
        'a\u202egnp.exe',
        'a\0b',
      ].map((name): [string, string, () => Promise<Uint8Array>] => [
        `with the name ${JSON.stringify(name)}`,
        'bundle-names',
        () => sealed([{ ...report, name }]),
      ]),
      ['with one name twice', 'bundle-names', () => sealed([report, { ...report, name: 'PLANT.pcap.json' }])],
      ['with a manifest that claims to be huge', 'bundle-not-understood', () => hugeManifest()],
      ['of something else', 'bundle-none', () => encrypted(encode('just a letter to the CERT'))],
      ['not encrypted', 'bundle-not-encrypted', async () => encode('{"format": 1}')],
      ['with a header without an end', 'bundle-damaged', async () => endless()],
      ['empty', 'empty-file', async () => new Uint8Array()],
      ['with a report that is none', 'report-not-understood', () => reporting('{"packets": 3}')],
      ['with a report as deep as memory', 'report-not-understood', () => reporting('['.repeat(5_000_000))],
      [
        'with a report that unfolds in a field',
        'report-not-understood',
        () => reporting(reportOf(capture, { comments: ['x'.repeat(1_000_000)] })),
      ],
      ['with a share that is none', 'report-not-understood', () => sharing('{"format":"busbar-share-1"}')],
      ['with a share as deep as memory', 'report-not-understood', () => sharing('['.repeat(MOST_SHARED))],
      ['with a share too large to show', 'report-too-large', () => sharing(' '.repeat(MOST_SHARED + 1))],
      [
        'with a report that holds more than the engine writes',
        'report-not-understood',
        () => reporting(reportOf(capture, { counts: { ...countsOf(), ics_frames: { modbus: 'many' } } })),
      ],
    ];
    for (const [what, code, make] of bad)
      it(`${what}: ${code}`, async () => {
        const before = await laidDown();
        const id = await send(await make());
        const job = await failed(id);
        assert.equal(job?.problem?.code, code);
        assert.match(job!.problem!.text, /[.;:] /, 'says what to do');
        assert.deepEqual(await laidDown(), before);
        await server.as(member)(apis.bundles.remove, { params: { id } });
      });
  });

  async function laidDown() {
    const { rows } = await server.owner.query(
      `select (select count(*) from capture) as captures, (select count(*) from bundle_file) as files,
        (select count(*) from evidence where purpose <> 'bundle') as evidence,
        (select count(*) from blob where doomed_at is null and id not in (select blob_id from evidence where blob_id is not null)) as blobs`,
    );
    return rows;
  }

  async function captures(): Promise<number> {
    return (await server.owner.query('select from capture')).rowCount!;
  }

  const send = (bytes: Uint8Array) => sendBundle(server, member, bytes);

  async function failed(id: string) {
    const bundle = await settled(id);
    assert.equal(bundle.job?.state, 'failed', bundle.state);
    return bundle.job;
  }

  async function ended(id: string): Promise<Bundle> {
    const bundle = await settled(id);
    assert.equal(bundle.job?.state, 'done', bundle.job?.problem?.text ?? bundle.state);
    return bundle;
  }

  const settled = (id: string) => openedBundle(server, member, id);

  const brought = async (bytes: Uint8Array) => ended(await send(bytes));

  const reporting = (json: string) => sealed([{ ...report, bytes: encode(json) }]);

  const sharing = (json: string) => sealed([{ ...shareOf(), bytes: encode(json) }]);

  async function hugeManifest(): Promise<Uint8Array> {
    const head = bundleHead(manifestOf([report], recipient));
    new DataView(head.buffer).setUint32(14, 0xffff_ffff);
    return encrypted(head);
  }

  const encrypted = (clear: Uint8Array) => encryptedTo(recipient, clear);

  async function sealed(
    files: readonly File[],
    lie: Partial<BundleManifest> & { size?: number; sha256?: string } = {},
    to = recipient,
  ): Promise<Uint8Array> {
    const { size, sha256: hash, ...rest } = lie;
    const honest = manifestOf(files, recipient);
    return bundleOf(files, to, {
      ...honest,
      ...rest,
      files: honest.files.map((file) => ({
        ...file,
        ...(size !== undefined && { size }),
        ...(hash && { sha256: hash }),
      })),
    });
  }
});

/** The same packets once more: another file. */
function oneMore(pcap: Uint8Array) {
  return Buffer.concat([pcap, pcap.subarray(24)]);
}

const otherCert = async () => identityToRecipient(await generateX25519Identity());

const large = (): File => ({
  name: `${randomUUID()}.bin`,
  type: 'application/octet-stream',
  bytes: new Uint8Array(150_000),
});

/** As long as one likes, and never a line. */
const endless = () => Buffer.from(`age-encryption.org/v1\n${'a'.repeat(3_000_000)}`);

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const altered = Uint8Array.from(bytes);
  const place = at < 0 ? altered.length + at : at;
  altered[place]! ^= 1;
  return altered;
}

const countsOf = () => (JSON.parse(reportOf(capture)) as { counts: object }).counts;
function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  apis,
  caseApi,
  type EvidenceFile,
  evidenceApi,
  guestApi,
  IncidentReport,
  type ObservationState,
  timelineApi,
} from '@busbar/contract';
import { sql } from 'kysely';

import { type Actor, founder, holderOf } from '../../platform/actor.ts';
import { oneFileOf } from '../../platform/one-file.ts';
import { closeCase, fallDue } from '../../testing/purge.ts';
import { refused } from '../../testing/refused.ts';
import { meanwhile } from '../../testing/meanwhile.ts';
import { sender } from '../../testing/sending.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';
import { analyseApart } from './analysing.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const report = (limit: 'advise' | 'analyse') =>
  IncidentReport.parse({ danger: 'no', control: 'partly', sees: 'Two pumps stopped at 02:41', limit });

/** What a packet filter wrote: the engineering workstation reaches a controller at 02:41, somebody outside comes in before. */
const firewallLog = Buffer.from(
  [
    '2026-11-20 02:30:12 fw ACCEPT SRC=203.0.113.9 DST=10.1.0.5 PROTO=TCP DPT=3389',
    '2026-11-20 02:41:07 fw ACCEPT SRC=10.1.0.5 DST=10.1.0.11 PROTO=TCP DPT=102',
    '2026-11-20 02:41:09 fw ACCEPT SRC=10.1.0.5 DST=10.1.0.11 PROTO=TCP DPT=102',
    '2026-11-20 02:44:00 fw DROP SRC=10.1.0.5 DST=10.1.0.12 PROTO=TCP DPT=502',
    '2026-11-20 02:45:00 kalibrierung: Pumpe 2 \u202egestoppt',
  ].join('\n'),
);

describe('evidence of a case', { timeout: 300_000 }, () => {
  let server: TestServer;
  let analyst: Actor;
  let other: Actor;
  let lead: Actor;
  let member: Actor;
  let colleague: Actor;
  let authoriser: Actor;
  let stranger: Actor;
  let vendor: Actor;
  let holder: Actor;
  /** Of somebody without an account, and of the member. */
  let open: string;
  let own: string;

  before(async () => {
    server = await startTestServer({ work: true });
    const cert = await server.organisation('CERT', 'cert');
    [analyst, other, lead] = [await cert.person('ANA'), await cert.person('ANA'), await cert.person('LEAD')];
    const plant = await server.organisation('Delta Motors', 'operator');
    [member, colleague] = [await plant.person('MEM'), await plant.person('MEM')];
    authoriser = await plant.person('MAD');
    vendor = await (await server.organisation('Fenix HMI', 'vendor')).person('VEN');
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MAD');
    await server.as(null)(caseApi.report, { body: report('analyse') });
    await server.as(member)(caseApi.report, { body: { ...report('analyse'), naming: 'member' } });
    const { items } = await server.as(analyst)(caseApi.list, {});
    open = items.find(({ naming }) => naming === 'anonymous')!.id;
    own = items.find(({ naming }) => naming === 'member')!.id;
    holder = holderOf(open);
    for (const id of [open, own])
      await server.as(analyst)(caseApi.move, { params: { id }, body: { to: 'triaged' } });
  });
  after(() => server.close());

  it('comes from whoever holds the words of a receipt, at the second door, through five cuts', async () => {
    const bytes = randomBytes(400_000);
    const { evidence, upload } = await begin(holder, open, 'memory.raw', bytes.length);
    const door = upload.replace('/api/uploads', '/report/follow/uploads');
    const cuts = Array.from({ length: 5 }, () => Math.floor(Math.random() * bytes.length)).sort(
      (a, b) => a - b,
    );
    let at = 0;
    for (const cut of [...cuts, bytes.length]) {
      assert.equal((await sender(server, holder).ask(door)).offset, at);
      assert.equal((await sender(server, holder).patch(door, at, bytes.subarray(at, cut))).status, 204);
      at = cut;
    }
    const told = await claim(holder, open, evidence.id, sha256(bytes));
    assert.deepEqual(
      [told.state, told.sha256, told.claimed, told.type],
      ['quarantined', sha256(bytes), sha256(bytes), 'unknown'],
    );
    await assert.rejects(
      claim(holder, open, evidence.id, sha256(Buffer.from('x'))),
      refused(409, 'hash-told'),
    );
  });

  it('is there for the team, the holder and the owner, and for nobody else', async () => {
    const file = await send(member, own, 'project.zip', Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1'));
    assert.equal(file.type, 'zip');
    for (const actor of [member, analyst]) assert.equal((await get(actor, own, file.id)).id, file.id);
    for (const actor of [stranger, other, holder])
      await assert.rejects(get(actor, own, file.id), refused(404, 'not-found'));
    await assert.rejects(get(lead, own, file.id), refused(409, 'case-not-joined'));
    await assert.rejects(get(analyst, open, file.id), refused(404, 'not-found'));
    const rows = await Promise.all(
      [other, lead, stranger].map((actor) =>
        server.database.as(actor, async (tx) => [
          ...(await tx.selectFrom('case_evidence').select('id').execute()),
          ...(await tx.selectFrom('evidence').select('id').execute()),
          ...(await tx.selectFrom('blob').select('id').execute()),
        ]),
      ),
    );
    assert.deepEqual(rows, [[], [], []]);
  });

  it('is added by all who work on the case, not by its reporter alone, and a guest sees his own', async () => {
    for (const actor of [colleague, analyst])
      assert.equal(
        (await get(actor, own, (await send(actor, own, 'more.bin', randomBytes(50))).id)).mine,
        true,
      );
    await asGuest(own, vendor);
    const his = await send(vendor, own, 'of-the-vendor.bin', randomBytes(50));
    assert.deepEqual(await listed(vendor), [[his.id, 'guest', vendor.name, true]]);
    await assert.rejects(send(stranger, own, 'x.bin', randomBytes(50)), refused(404, 'not-found'));
  });

  it('of a guest is his part and no more: what he gave, what he was given, and what the CERT did with his', async () => {
    const expert = await (await server.organisation('Hydra Controls', 'vendor')).person('VEN');
    await asGuest(own, expert);
    const his = await send(expert, own, 'notes.bin', randomBytes(60));
    const given = await send(member, own, 'for-guests.bin', randomBytes(70));
    await send(member, own, 'not-for-guests.bin', randomBytes(70));
    for (const { id } of [his, given]) await move(analyst, id, 'available');
    for (const { id } of [his, given])
      await server.as(analyst)(evidenceApi.share, {
        params: { id: own, evidence: id },
        body: { shared: true },
      });
    // Another guest reads it, and neither learns whose it is nor goes on with it.
    const mine = [his.id, 'guest', expert.name, true];
    const ofMember = [given.id, 'member', null, false];
    assert.deepEqual(await listed(expert), [ofMember, mine]);
    assert.deepEqual((await listed(vendor)).slice(0, 2), [ofMember, [his.id, 'guest', null, false]]);
    const name = (await listed(analyst)).find(([id]) => id === his.id)?.[2];
    assert.equal(name, expert.name);
    await get(member, own, his.id);

    const custody = (actor: Actor, evidence: string) => custodyOf(actor, own, evidence);
    const told = (await custody(expert, his.id)).filter(({ organisation }) => organisation.name === 'CERT');
    assert.ok(told.some(({ action }) => action === 'evidence shared'));
    assert.ok(told.every(({ person, reason }) => person.name === '' && reason === null));
    for (const { details } of told) assert.deepEqual(details, {});
    for (const line of [...(await custody(expert, his.id)), ...(await custody(vendor, his.id))])
      assert.notEqual(line.organisation.name, 'Delta Motors');
    assert.deepEqual(
      (await custody(vendor, given.id)).filter(({ person }) => person.id !== vendor.person),
      [],
    );
    const log = await server.as(expert)(apis.audit.ofCase, { params: { id: own }, query: { limit: 200 } });
    assert.ok(log.items.some(({ action, object }) => action === 'evidence shared' && object.id === his.id));
    assert.ok(log.items.every(({ person }) => person.id === null || person.id === expert.person));

    // For another organisation he is nobody here, and when his part is over, too.
    const elsewhere: Actor = { ...expert, organisation: stranger.organisation };
    const rows = (actor: Actor) =>
      server.database.as(actor, (tx) => tx.selectFrom('case_evidence').select('id').execute());
    assert.deepEqual(await rows(elsewhere), []);
    assert.equal((await rows(expert)).length, 2);
    await server.as(expert)(guestApi.leave, { params: { id: own } });
    assert.deepEqual(await rows(expert), []);
    await assert.rejects(send(expert, own, 'late.bin', randomBytes(9)), refused(404, 'not-found'));
  });

  it('is held by the CERT, apart for each case, and leaves no name in the ledger', async () => {
    const bytes = randomBytes(2000);
    const files = [
      await send(member, own, 'geheim-eins.bin', bytes),
      await send(holder, open, 'geheim-zwei.bin', bytes),
    ];
    const { rows } = await server.owner.query(
      `select distinct b.address, o.name from evidence e join blob b on b.id = e.blob_id join organisation o on o.id = b.owner_id
       where e.subject_id = any ($1)`,
      [files.map(({ id }) => id)],
    );
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['CERT', 'CERT'],
    );
    const { rows: lines } = await server.owner.query(
      `select 1 from audit_event e where to_jsonb(e)::text like '%geheim-%'
       union all select 1 from case_evidence e where encode(sealed, 'escape') like '%geheim-%'`,
    );
    assert.deepEqual(lines, []);
  });

  it('of strangers has bounds for a report and for a day; a member has not', async () => {
    await setLimits({ report: { files: 40, bytes: 1e7, day: 1e12 } });
    await assert.rejects(begin(holder, open, 'large.raw', 1e7), refused(413, 'report-full'));
    await setLimits({ report: { files: 1, bytes: 1e9, day: 1e12 } });
    await assert.rejects(begin(holder, open, 'one-more.raw', 1), refused(413, 'report-full'));
    await setLimits({ report: { files: 40, bytes: 1e9, day: 5 } });
    await assert.rejects(begin(holder, open, 'one-more.raw', 6), refused(413, 'report-full'));
    await begin(member, own, 'member.raw', 1e7);
    await setLimits({ quota: 1e7 });
    await assert.rejects(begin(member, own, 'member.raw', 1e7), refused(413, 'quota-exceeded'));
    await setLimits({});
  });

  it('that a stranger began and left gives its room back; what goes on stays', async () => {
    const [left, goesOn] = [await begin(holder, open, 'a', 10), await begin(holder, open, 'b', 10)];
    await server.owner.query(
      `update evidence set created_at = now() - interval '4 days' where subject_id = $1`,
      [left.evidence.id],
    );
    await server.house.uploads.sweep();
    assert.equal((await get(holder, open, left.evidence.id)).state, 'removed');
    assert.equal((await get(holder, open, goesOn.evidence.id)).state, 'receiving');
  });

  it('that lies there whole is brought to its end without being sent again, however old it is, and past one that is lost', async () => {
    const bytes = randomBytes(2000);
    const spool = join(server.config.data, 'spool', analyst.organisation!);
    const sent = [];
    await server.owner.query('alter table blob add constraint full_disk check (false) not valid');
    for (const name of ['lost.raw', 'whole.raw']) {
      const { evidence, upload } = await begin(holder, open, name, bytes.length);
      assert.equal((await sender(server, holder).patch(upload, 0, bytes)).status, 500);
      sent.push({ id: evidence.id, file: join(spool, `${upload.split('/').at(-1)}.part`) });
    }
    await server.owner.query('alter table blob drop constraint full_disk');
    const [lost, whole] = sent;
    const again = await startTestServer({ data: server.config.data, databaseUrl: server.config.databaseUrl });
    try {
      await writeFile(lost!.file, randomBytes(2100));
      const stateOf = async ({ id }: { id: string }) => (await get(holder, open, id)).state;
      await again.house.uploads.sweep();
      assert.equal(await stateOf(whole!), 'receiving', 'whoever brought it may still be at it');
      for (const { file } of sent) await utimes(file, new Date(), new Date(Date.now() - 2 * 3_600_000));
      await server.owner.query(
        `update evidence set created_at = now() - interval '4 days' where subject_id = $1`,
        [whole!.id],
      );
      await again.house.uploads.sweep();
      assert.deepEqual([await stateOf(lost!), await stateOf(whole!)], ['receiving', 'quarantined']);
      assert.equal((await get(holder, open, whole!.id)).sha256, sha256(bytes));
      const lying = async () => (await readdir(spool)).filter((name) => lost!.file.endsWith(name)).length;
      assert.equal(await lying(), 1);
      // As a purge does.
      await server.owner.query(`update evidence set key_id = null where subject_id = $1`, [lost!.id]);
      await again.house.uploads.sweep();
      assert.equal(await lying(), 0);
    } finally {
      await again.close();
    }
  });

  it('is not swept away by a program that starts anew while it is on its way', async () => {
    const bytes = randomBytes(3000);
    const { evidence, upload } = await begin(holder, open, 'on-its-way.raw', bytes.length);
    await sender(server, holder).patch(upload, 0, bytes.subarray(0, 1000));
    await server.house.uploads.recover();
    const { data, databaseUrl } = server.config;
    const again = await startTestServer({ data, databaseUrl });
    try {
      assert.equal((await sender(again, holder).ask(upload)).offset, 1000);
      assert.equal((await sender(again, holder).patch(upload, 1000, bytes.subarray(1000))).status, 204);
    } finally {
      await again.close();
    }
    assert.equal((await get(holder, open, evidence.id)).sha256, sha256(bytes));
  });

  it('leaves the house as an attachment, to whom it may, for a purpose that its custody keeps', async () => {
    const bytes = Buffer.from('<!doctype html><script>alert(1)</script>');
    const file = await send(member, own, 'page<\u4e2d>.html', bytes);
    assert.equal(file.type, 'html');
    const download = async (actor: Actor, purpose?: string) =>
      server.app.inject({
        url: `/api/cases/${own}/evidence/${file.id}/original${purpose ? `?purpose=${purpose}` : ''}`,
        headers: { 'x-test-actor': JSON.stringify(actor) },
      });
    assert.equal((await download(analyst)).statusCode, 400);
    assert.equal((await download(member, 'compare')).json().code, 'evidence-not-available');
    const answer = await download(analyst, 'reverse%20engineering');
    assert.deepEqual(answer.rawPayload, bytes);
    assert.match(String(answer.headers['content-disposition']), /^attachment/);
    assert.deepEqual(
      ['content-type', 'x-content-type-options', 'content-security-policy'].map(
        (name) => answer.headers[name],
      ),
      ['application/octet-stream', 'nosniff', "sandbox; default-src 'none'"],
    );
    await move(analyst, file.id, 'available');
    assert.equal((await download(member, 'compare')).statusCode, 200);
    await move(analyst, file.id, 'sealed', 'Goes to the court');
    assert.equal((await download(analyst, 'once more')).json().code, 'evidence-sealed');
    await assert.rejects(move(analyst, file.id, 'available', 'no'), refused(403, 'evidence-not-yours'));
    await assert.rejects(
      server.database.as(analyst, (tx) =>
        tx.updateTable('case_evidence').set({ handling: 'available' }).where('id', '=', file.id).execute(),
      ),
      /sealed/,
    );

    const items = await custodyOf(member, own, file.id);
    const said = items.map(({ action, reason }) => (reason ? `${action}: ${reason}` : action)).toReversed();
    assert.ok(said.includes('evidence announced') && said.includes('evidence stored'));
    assert.ok(said.includes('evidence downloaded: reverse engineering'), said.join());
    assert.ok(said.includes('evidence moved: Goes to the court'));
    assert.equal(items.find(({ action }) => action === 'evidence stored')!.details['sha256'], sha256(bytes));
    // The ledger outlives the case, so no reason stands in it as it was written.
    const { rowCount } = await server.owner.query(
      `select from audit_event e where e::text like any ('{%reverse engineering%,%Goes to the court%}')`,
    );
    assert.equal(rowCount, 0);
  });

  describe('is read by tools', () => {
    let log: EvidenceFile;
    before(async () => {
      log = await send(member, own, 'firewall.log', firewallLog);
    });

    it('that say the same of the same bytes, suggest once, and wait for a person', async () => {
      const first = await run(own, log.id);
      const second = await run(own, log.id);
      assert.equal(first.state, 'done');
      assert.equal(second.output!.sha256, first.output!.sha256);
      assert.deepEqual(second.repeats, { run: first.id, same: true });
      const program = await readFile(await oneFileOf('server/src/modules/evidence/analyser-process.ts'));
      assert.ok(!program.includes(resolve('.')), 'it is the same wherever it is made');
      for (const { program: ran } of [first, second])
        assert.deepEqual(ran, { sha256: sha256(program), runtime: `Node.js ${process.version}` });
      assert.deepEqual([second.counts!.suggested, second.counts!.known], [0, first.counts!.suggested]);
      const answer = await server.app.inject({
        url: `/api/cases/${own}/runs/${first.id}/output.json`,
        headers: { 'x-test-actor': JSON.stringify(analyst) },
      });
      assert.equal(sha256(answer.rawPayload), first.output!.sha256);

      const { items, counts } = await seen({});
      assert.deepEqual([counts.accepted, counts.suggested], [0, items.length]);
      const flows = items
        .filter(({ kind }) => kind === 'flow')
        .map(({ from, what, count, techniques, place }) => ({
          at: from!.slice(11, 19),
          code: what.code,
          where: what.params['where'],
          count,
          techniques: techniques.map(({ id }) => id),
          place,
        }));
      assert.deepEqual(flows, [
        {
          at: '02:30:12',
          code: 'flow.allowed',
          where: 'tcp 3389',
          count: 1,
          techniques: ['T0822'],
          place: 'line 1',
        },
        { at: '02:41:07', code: 'flow.allowed', where: 'tcp 102', count: 2, techniques: [], place: 'line 2' },
        { at: '02:44:00', code: 'flow.denied', where: 'tcp 502', count: 1, techniques: [], place: 'line 4' },
      ]);
      assert.deepEqual(
        items.filter(({ kind }) => kind === 'indicator').map(({ addresses }) => addresses),
        [['203.0.113.9']],
      );
      assert.ok(items.every(({ what }) => !what.text.includes('\u202e')));
    });

    it('for the team alone, and not where the reporter lets it only advise', async () => {
      await assert.rejects(
        server.as(member)(evidenceApi.run, {
          params: { id: own },
          body: { evidence: log.id, tool: 'text-log', params: {} },
        }),
        refused(403, 'role-not-allowed'),
      );
      await assert.rejects(
        server.as(analyst)(evidenceApi.run, {
          params: { id: own },
          body: { evidence: log.id, tool: 'archive-contents', params: {} },
        }),
        refused(409, 'tool-not-for-this'),
      );
      await setLimit('advise');
      const asked = server.as(analyst)(evidenceApi.run, {
        params: { id: own },
        body: { evidence: log.id, tool: 'text-log', params: {} },
      });
      await assert.rejects(asked, refused(403, 'analysis-not-allowed'));
      await setLimit('analyse');
    });

    it('for as long as is enough for its size, and no longer, whatever progress they make', async () => {
      async function* forEver() {
        for (;;) {
          yield Buffer.concat([firewallLog, Buffer.from('\n')]);
          await sleep(50);
        }
      }
      const watched = { signal: new AbortController().signal, onProgress: () => {} };
      const question = { tool: 'text-log', version: '1', params: {}, detections: [] } as const;
      const endless = { size: Number.MAX_SAFE_INTEGER, read: forEver };
      const began = performance.now();
      await assert.rejects(analyseApart(question, endless, watched, 2000), { code: 'run-too-long' });
      assert.ok(performance.now() - began < 20_000);
    });

    it('and what is accepted stands in the timeline, where the clock of its source says', async () => {
      const { items } = await seen({ search: '10.1.0.11' });
      assert.equal(items.length, 1);
      const ids = items.map(({ id }) => id);
      const decide = (to: 'accepted' | 'suggested') =>
        server.as(analyst)(timelineApi.decide, { params: { id: own }, body: { ids, to } });
      assert.deepEqual((await decide('accepted')).changed, ids);
      assert.deepEqual((await decide('accepted')).changed, []);
      const before = (await seen({ state: 'accepted' })).items[0]!;
      assert.equal(before.decided!.by, analyst.name);

      const clock = { offset: -3600, uncertainty: 30, reason: 'Compared with the time server' };
      const { moved } = await server.as(analyst)(evidenceApi.setClock, {
        params: { id: own, evidence: log.id },
        body: clock,
      });
      assert.equal(moved, (await seen({ evidence: log.id })).items.length);
      const after = (await seen({ state: 'accepted' })).items[0]!;
      assert.equal(Date.parse(before.from!) - Date.parse(after.from!), 3_600_000);
      assert.deepEqual([after.shift, after.uncertainty], [-3600, 30]);
      assert.equal((await seenBy(member, { state: 'accepted' })).items[0]!.decided!.by, null);
      assert.deepEqual((await decide('suggested')).changed, ids);
      await decide('accepted');
    });
  });

  it('is told by people, too: the team to the timeline, a member to the team', async () => {
    const note = (actor: Actor, body: { what: string; from?: string; to?: string; assets?: string[] }) =>
      server.as(actor)(timelineApi.note, {
        params: { id: own },
        body: { kind: 'note', precision: 'minute', ...body },
      });
    const ours = await note(analyst, { what: 'Shift saw the pumps stop', from: '2026-11-20T01:42:00Z' });
    assert.deepEqual([ours.state, ours.precision, ours.by], ['accepted', 'minute', analyst.name]);
    assert.equal((await note(member, { what: 'The HMI showed them running' })).state, 'suggested');
    await assert.rejects(
      note(analyst, { what: 'x', from: '2026-11-20T02:00:00Z', to: '2026-11-20T01:00:00Z' }),
      refused(400, 'time-order'),
    );
    await assert.rejects(note(stranger, { what: 'x' }), refused(404, 'not-found'));
    await assert.rejects(
      note(analyst, { what: 'x', assets: [crypto.randomUUID()] }),
      refused(404, 'not-found'),
    );
  });

  it('speaks for and against what may have happened', async () => {
    const { hypothesis } = await server.as(analyst)(timelineApi.suppose, {
      params: { id: own },
      body: { statement: 'Somebody came in by remote desktop' },
    });
    const [one] = (await seen({ state: 'accepted' })).items;
    const weigh = (observation: string, weighs: 'for' | 'against' | null, why?: string) =>
      server.as(analyst)(timelineApi.weigh, {
        params: { id: own, hypothesis },
        body: { observation, weighs, ...(why && { why }) },
      });
    await weigh(one!.id, 'for');
    await assert.rejects(weigh(crypto.randomUUID(), 'for'), refused(404, 'not-found'));
    const read = async () =>
      (await server.as(analyst)(timelineApi.hypotheses, { params: { id: own } })).items[0]!.arguments;
    assert.deepEqual(
      (await read()).map(({ weighs }) => weighs),
      ['for'],
    );
    await assert.rejects(weigh(one!.id, null), refused(400, 'not-understood'));
    await weigh(one!.id, null, 'It was our own remote maintenance');
    const [gone] = await read();
    assert.deepEqual(
      [gone!.weighs, gone!.withdrawn!.by, gone!.withdrawn!.why],
      ['for', analyst.name, 'It was our own remote maintenance'],
    );
    await assert.rejects(weigh(one!.id, null, 'Twice'), refused(404, 'not-found'));
    await weigh(one!.id, 'against');
    assert.deepEqual(
      (await read()).map(({ weighs, withdrawn }) => [weighs, withdrawn!.why, withdrawn!.again!.by]),
      [['against', 'It was our own remote maintenance', analyst.name]],
    );
    await weigh(one!.id, null, 'Not that either');
    const [after] = await read();
    assert.deepEqual([after!.withdrawn!.why, after!.withdrawn!.again], ['Not that either', null]);
  });

  it('of which five thousand things were seen is paged by its times, whatever is looked for', async () => {
    const lines = Array.from(
      { length: 5000 },
      (_, at) =>
        `2026-11-21T${String(Math.floor(at / 3600)).padStart(2, '0')}:${String(Math.floor(at / 60) % 60).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}Z word${'abcdefghij'[at % 10]}${'klmnopqrst'[Math.floor(at / 10) % 10]}${'uvwxyzabcd'[Math.floor(at / 100) % 10]}${'efghijklmn'[Math.floor(at / 1000)]}`,
    );
    const file = await send(holder, open, 'many.log', Buffer.from(lines.join('\n')));
    assert.equal((await run(open, file.id)).counts!.suggested, 5000);
    const began = performance.now();
    let after: string | undefined;
    const times: string[] = [];
    for (let pages = 0; pages < 3; pages++) {
      const page = await server.as(analyst)(timelineApi.list, {
        params: { id: open },
        query: { limit: 200, state: 'suggested', ...(after && { after }) },
      });
      times.push(...page.items.map(({ from }) => from!));
      after = page.next!;
    }
    const took = (performance.now() - began) / 3;
    assert.deepEqual(times, times.toSorted());
    assert.equal(new Set(times).size, 600);
    const found = await server.as(analyst)(timelineApi.list, {
      params: { id: open },
      query: { search: 'wordjtdi', limit: 200 },
    });
    assert.deepEqual([found.items.length, found.next], [1, null]);
    console.log(`      a page of 200 of 5,000: ${Math.round(took)} ms`);
  });

  it('is decided on by thousands in one press, which is taken back as one', async () => {
    const list = (query: { state: ObservationState; technique?: string }) =>
      server.as(analyst)(timelineApi.list, { params: { id: open }, query: { limit: 200, ...query } });
    const decide = (body: {
      ids?: string[];
      matching?: { state: ObservationState; count: number };
      to: ObservationState;
    }) => server.as(analyst)(timelineApi.decide, { params: { id: open }, body });
    const undo = (decision: string | null) =>
      server.as(analyst)(timelineApi.undo, { params: { id: open, decision: decision! } });
    const before = (await list({ state: 'suggested' })).counts;
    const count = (await list({ state: 'suggested' })).fits!;
    assert.equal(count, before.suggested);
    assert.ok(count >= 5000);
    for (const other of [count - 1, count + 1])
      await assert.rejects(
        decide({ matching: { state: 'suggested', count: other }, to: 'accepted' }),
        refused(409, 'changed-meanwhile'),
      );
    assert.deepEqual((await list({ state: 'suggested' })).counts, before, 'nothing of it was decided');

    const began = performance.now();
    const { changed, decision } = await decide({ matching: { state: 'suggested', count }, to: 'accepted' });
    console.log(`      ${count} observations accepted: ${Math.round(performance.now() - began)} ms`);
    assert.equal(changed.length, count);
    // What somebody decided on since is his.
    const [first, second] = (await list({ state: 'accepted' })).items;
    await decide({ ids: [first!.id], to: 'rejected' });
    // What somebody decided and took back stands as it stood, as hers whose decision it was; and goes back with that.
    await server.as(analyst)(caseApi.bring, { params: { id: open }, body: { person: other.person! } });
    const his = await server.as(other)(timelineApi.decide, {
      params: { id: open },
      body: { ids: [second!.id], to: 'rejected' },
    });
    await server.as(other)(timelineApi.undo, { params: { id: open, decision: his.decision! } });
    const again = (await list({ state: 'accepted' })).items.find(({ id }) => id === second!.id);
    assert.deepEqual(again!.decided, second!.decided);
    assert.equal((await undo(decision)).changed.length, count - 1);
    const after = (await list({ state: 'suggested' })).counts;
    assert.deepEqual(after, { ...before, suggested: count - 1, rejected: before.rejected + 1 });
    await assert.rejects(undo(decision), refused(404, 'not-found'));
    await assert.rejects(
      server.as(member)(timelineApi.undo, { params: { id: open, decision: decision! } }),
      refused(403, 'role-not-allowed'),
    );

    const ids = (await list({ state: 'suggested' })).items.map(({ id }) => id);
    const classify = (shows: boolean, of = ids) =>
      server.as(analyst)(timelineApi.classify, {
        params: { id: open },
        body: { ids: of, technique: 'T0859', shows },
      });
    await classify(true, ids.slice(0, 1));
    assert.deepEqual((await classify(true)).changed.toSorted(), ids.slice(1).toSorted());
    assert.equal((await list({ state: 'suggested', technique: 'T0859' })).fits, ids.length);
    await classify(false);
    assert.equal((await list({ state: 'suggested', technique: 'T0859' })).fits, 0);

    // Marks of somebody who did not see what stands there by now.
    const mark = (body: {
      techniques?: string[];
      assets?: { add: string[]; remove: string[] };
      revision?: number;
    }) => server.as(analyst)(timelineApi.mark, { params: { id: open, observation: second!.id }, body });
    const { revision } = await mark({});
    const marked = await mark({ techniques: ['T0831'], revision });
    assert.equal(marked.revision, revision + 1);
    await assert.rejects(mark({ techniques: ['T0859'], revision }), refused(409, 'changed-meanwhile'));
    await assert.rejects(
      mark({ assets: { add: [], remove: [] }, revision }),
      refused(409, 'changed-meanwhile'),
    );
    await classify(true, [second!.id]);
    await assert.rejects(
      mark({ techniques: [], revision: marked.revision }),
      refused(409, 'changed-meanwhile'),
      'whoever marks many at once changes it, too',
    );
    const last = await mark({ techniques: ['T0859', 'T0831'], revision: marked.revision + 1 });
    assert.deepEqual(last.techniques.map(({ id }) => id).toSorted(), ['T0831', 'T0859']);
  });

  it('that fits while a colleague decides otherwise stays as he decided', async () => {
    const note = await server.as(member)(timelineApi.note, {
      params: { id: own },
      body: { kind: 'indicator', precision: 'minute', what: 'An address nobody knows' },
    });
    const matching = { state: 'suggested', kind: 'indicator' } as const;
    const { fits } = await server.as(analyst)(timelineApi.list, { params: { id: own }, query: matching });
    const settled = await meanwhile(
      server,
      analyst,
      (tx) =>
        sql`update case_observation set state = 'rejected', decided_by = ${analyst.person}, decided_name = 'x', decided_at = now()
          where id = ${note.id}`.execute(tx),
      () =>
        server.as(analyst)(timelineApi.decide, {
          params: { id: own },
          body: { matching: { ...matching, count: fits! }, to: 'accepted' },
        }),
    );
    assert.ok(settled.status === 'rejected' && refused(409, 'changed-meanwhile')(settled.reason));
    const { rows } = await server.owner.query('select state from case_observation where id = $1', [note.id]);
    assert.deepEqual(rows, [{ state: 'rejected' }]);
  });

  it('goes with the key of its case, while a tool reads it and a file is on its way; its custody stays', async () => {
    const lines = Array.from({ length: 400_000 }, (_, at) => `2026-11-22T00:00:00Z late line ${at}\n`);
    const file = await send(holder, open, 'late.log', Buffer.from(lines.join('')));
    await move(analyst, file.id, 'available', undefined, open);
    await move(analyst, file.id, 'sealed', 'Geheimer Grund', open);
    await move({ ...analyst, roles: ['LEAD'] }, file.id, 'available', 'Doch lesen', open);
    const onItsWay = await begin(holder, open, 'half.raw', 2000);
    await sender(server, holder).patch(onItsWay.upload, 0, randomBytes(1000));
    await closeCase(server, analyst, open);
    const asked = await server.as(analyst)(evidenceApi.run, {
      params: { id: open },
      body: { evidence: file.id, tool: 'text-log', params: {} },
    });
    const stateOfJob = async () =>
      (await server.owner.query(`select state from job where subject_id = $1`, [asked.id])).rows[0].state;
    await until('the tool reads', async () => (await stateOfJob()) === 'running');
    await fallDue(server, open);
    await server.house.retention.tick();

    assert.equal(await stateOfJob(), 'cancelled');
    const { rows } = await server.owner.query(
      `select (select count(*)::int from data_key where case_id = $1) as keys,
         (select count(*)::int from case_observation where case_id = $1) as seen,
         (select count(*)::int from case_run where id = $2 and output_id is not null) as outputs,
         (select count(*)::int from blob where case_id = $1 and key_id is not null) as readable`,
      [open, asked.id],
    );
    assert.deepEqual(rows[0], { keys: 0, seen: 0, outputs: 0, readable: 0 });
    assert.equal(
      (await sender(server, holder).patch(onItsWay.upload, 1000, randomBytes(1000))).problem,
      'purged',
    );
    const left = await get(analyst, open, file.id);
    assert.deepEqual([left.name, left.state, left.sha256], ['', 'purged', file.sha256]);
    const custody = await custodyOf(analyst, open, file.id);
    assert.ok(custody.some(({ action }) => action === 'evidence stored'));
    assert.deepEqual(
      custody.filter(({ action }) => action === 'evidence moved').map(({ reason }) => reason),
      [null, null, null],
    );
    await assert.rejects(
      server.as(analyst)(evidenceApi.download, {
        params: { id: open, evidence: file.id },
        query: { purpose: 'x' },
      }),
      refused(410, 'purged'),
    );
  });

  const begin = (actor: Actor, id: string, name: string, size: number) =>
    server.as(actor)(evidenceApi.begin, { params: { id }, body: { name, size, note: '' } });
  const get = (actor: Actor, id: string, evidence: string) =>
    server.as(actor)(evidenceApi.get, { params: { id, evidence } });
  const claim = (actor: Actor, id: string, evidence: string, hash: string) =>
    server.as(actor)(evidenceApi.claimHash, { params: { id, evidence }, body: { sha256: hash } });
  const move = (actor: Actor, evidence: string, to: 'available' | 'sealed', reason?: string, id = own) =>
    server.as(actor)(evidenceApi.move, {
      params: { id, evidence },
      body: { to, ...(reason && { reason }) },
    });
  const custodyOf = async (actor: Actor, id: string, evidence: string) =>
    (await server.as(actor)(evidenceApi.custody, { params: { id, evidence }, query: { limit: 100 } })).items;

  /** What time does by itself: the date has come, and its owner was told so a week ago. */
  async function send(actor: Actor, id: string, name: string, bytes: Buffer): Promise<EvidenceFile> {
    const { evidence, upload } = await begin(actor, id, name, bytes.length);
    assert.equal((await sender(server, actor).patch(upload, 0, bytes)).status, 204);
    return claim(actor, id, evidence.id, sha256(bytes));
  }

  async function run(id: string, evidence: string) {
    const asked = await server.as(analyst)(evidenceApi.run, {
      params: { id },
      body: { evidence, tool: 'text-log', params: {} },
    });
    const read = () => server.as(analyst)(evidenceApi.getRun, { params: { id, run: asked.id } });
    await until('the run has ended', async () => (await read()).state !== 'running');
    return read();
  }

  const seenBy = (actor: Actor, query: object) =>
    server.as(actor)(timelineApi.list, { params: { id: own }, query: { limit: 200, ...query } });
  const seen = (query: object) => seenBy(analyst, query);

  async function asGuest(id: string, guest: Actor) {
    const { id: participant } = await server.as(authoriser)(guestApi.invite, {
      params: { id },
      body: {
        role: 'vendor',
        name: 'Guest',
        email: `${crypto.randomUUID()}@guest.example`,
        home: 'Home',
        language: 'en',
        note: '',
      },
    });
    const { path } = await server.as(authoriser)(guestApi.link, { params: { id, participant } });
    const params = { token: path.split('/').at(-1)! };
    await server.as(guest)(guestApi.answer, { params, body: { accept: true } });
  }

  async function listed(actor: Actor) {
    const { items } = await server.as(actor)(evidenceApi.list, { params: { id: own }, query: {} });
    return items.map(({ id, addedBy, mine }) => [id, addedBy.as, addedBy.name, mine]);
  }

  const setLimit = (limit: 'advise' | 'analyse') =>
    server.as(member)(caseApi.allow, { params: { id: own }, body: { limit } });

  async function setLimits(value: object) {
    await server.database.as(founder, (tx) =>
      tx
        .insertInto('setting')
        .values({ name: 'evidence', value: JSON.stringify(value) as never })
        .onConflict((known) => known.column('name').doUpdateSet({ value: JSON.stringify(value) as never }))
        .execute(),
    );
  }
});

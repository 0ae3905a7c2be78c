import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { caseApi, evidenceApi, IncidentReport, retentionApi } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { MortalSender } from '../../testing/mortal-sender.ts';
import { closeCase } from '../../testing/purge.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

/** How often each of the tests kills; more with BUSBAR_KILLS. */
const kills = Number(process.env['BUSBAR_KILLS'] ?? 3);
/** Bytes of the file that is broken off, in whole pieces; five gigabytes, say, with BUSBAR_UPLOAD=5368709120. */
const uploadSize = Number(process.env['BUSBAR_UPLOAD'] ?? 24 << 20);
const runKills = Math.max(2, Math.round(kills / 4));
const PIECE = 1 << 20;
const LINES = 150_000;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What happens to files of a case when the program is killed; the one that is asked afterwards is another. */
describe('evidence of a case, while the program is killed with -9,', { timeout: 600_000 }, () => {
  let witness: TestServer;
  let mortal: MortalSender;
  let analyst: Actor;
  let member: Actor;
  let authoriser: Actor;
  let administrator: Actor;

  before(async () => {
    witness = await startTestServer();
    const cert = await witness.organisation('CERT', 'cert');
    [analyst, administrator] = [await cert.person('ANA'), await cert.person('ADM')];
    const plant = await witness.organisation('Delta Motors', 'operator');
    [member, authoriser] = [await plant.person('MEM'), await plant.person('MAD')];
    mortal = new MortalSender(witness, member);
    await mortal.live();
  });
  after(async () => {
    await mortal.die();
    await witness.close();
  });

  it(`loses no acknowledged byte of ${uploadSize / PIECE} MiB broken off near its end, and is in custody once (${kills} kills)`, async (test) => {
    const id = await opened();
    const { evidence, upload } = await begin(id, 'memory.raw', uploadSize);
    const nearlyAll = Math.floor((uploadSize * 49) / 50);
    let acknowledged = 0;
    for (let kill = 1; kill <= kills; kill++) {
      const rest = nearlyAll - acknowledged;
      const told = await sendPieces(
        upload,
        acknowledged,
        kill === kills ? nearlyAll : acknowledged + Math.random() * rest,
      );
      await mortal.live();
      const { offset } = await mortal.head(upload);
      test.diagnostic(`killed; ${told} bytes were acknowledged, ${offset} are there`);
      assert.ok(offset >= told, `${offset} of ${told} acknowledged bytes`);
      acknowledged = offset;
    }
    assert.ok(acknowledged >= nearlyAll - PIECE);
    assert.equal(await sendPieces(upload, acknowledged), uploadSize);
    const hash = createHash('sha256');
    for (let at = 0; at < uploadSize; at += PIECE) hash.update(piece(at));
    const sum = hash.digest('hex');
    const file = await claim(id, evidence.id, sum);
    assert.deepEqual([file.state, file.sha256], ['quarantined', sum]);
    assert.deepEqual(await custody(id, evidence.id), [
      'evidence announced',
      'evidence stored',
      'evidence hash told',
    ]);
  });

  it(`stores what a tool found once, whenever the worker dies (${runKills} kills)`, async (test) => {
    const id = await opened();
    const log = await sent(id, 'firewall.log');
    const asked = await ask(id, log);
    for (let kill = 0; kill < runKills; kill++) {
      await until('the tool reads', async () => (await run(id, asked)).job?.state === 'running');
      await sleep(Math.random() * 800);
      await mortal.die();
      test.diagnostic(
        `killed; the run is ${(await run(id, asked)).state}, ${await counted(id)} things were seen`,
      );
      await mortal.live();
    }
    const first = await ended(id, asked);
    assert.equal(first.state, 'done');
    assert.equal(first.counts!.suggested, await counted(id));
    assert.ok(first.counts!.suggested > 0);
    assert.equal((await custody(id, log)).filter((action) => action === 'analysis run done').length, 1);
    const again = await ended(id, await ask(id, log));
    assert.deepEqual(again.repeats, { run: first.id, same: true });
    assert.deepEqual([again.counts!.suggested, await counted(id)], [0, first.counts!.suggested]);
    const { rows } = await witness.owner.query(
      `select id from blob b where case_id = $1 and doomed_at is null
         and not exists (select from evidence e where e.blob_id = b.id)
         and not exists (select from case_run r where r.output_id = b.id)`,
      [id],
    );
    assert.deepEqual(rows, []);
  });

  it('is destroyed with its case whole or not at all, while a tool reads it and a file is on its way', async (test) => {
    const id = await opened();
    const log = await sent(id, 'firewall.log');
    const half = await begin(id, 'half.raw', 2 * PIECE);
    await mortal.patch(half.upload, 0, randomBytes(PIECE), PIECE);
    await closeCase(witness, analyst, id);
    const { purges } = await witness.as(member)(retentionApi.askPurge, {
      params: { id },
      body: { reason: 'Asked to forget' },
    });
    await witness.as(authoriser)(retentionApi.decidePurge, {
      params: { id, purge: purges[0]!.id },
      body: { to: 'approved' },
    });

    for (const table of ['data_key', 'audit_event']) {
      const asked = await reading(id, log);
      await witness.owner.query(`begin; lock table ${table} in share mode`);
      void purge(id).catch(() => {});
      await until(`the purge waits for ${table}`, async () => {
        const { rows } = await witness.database.app.query(
          `select from pg_stat_activity where wait_event_type = 'Lock' and query like $1 and datname = current_database()`,
          [table === 'data_key' ? 'delete from "data_key"%' : 'insert into "audit_event"%'],
        );
        return rows.length > 0;
      });
      await mortal.die();
      await witness.owner.query('commit');
      assert.deepEqual(await left(id), there);
      assert.equal((await run(id, asked)).state, 'cancelled');
      await mortal.live();
    }

    await reading(id, log);
    const answered = purge(id).then(
      () => true,
      () => false,
    );
    await sleep(Math.random() * 600);
    await mortal.die();
    const isTold = await answered;
    await mortal.live();
    const after = await left(id);
    test.diagnostic(
      `killed; ${isTold ? 'acknowledged' : 'not answered'}, ${after.keys ? 'there' : 'destroyed'}`,
    );
    assert.deepEqual(after, !isTold && after.keys ? there : gone);
    if (after.keys) await purge(id);
    assert.deepEqual(await left(id), gone);
    assert.ok((await custody(id, log)).includes('evidence stored'));
    assert.equal(await mortal.patch(half.upload, PIECE, randomBytes(PIECE), PIECE), PIECE);
    const { whole } = await witness.house.audit.verify();
    assert.equal(whole, true);
  });

  async function opened(): Promise<string> {
    const { reference } = await witness.as(member)(caseApi.report, {
      body: IncidentReport.parse({
        danger: 'no',
        control: 'partly',
        sees: 'It stands',
        limit: 'analyse',
        naming: 'member',
      }),
    });
    const { items } = await witness.as(analyst)(caseApi.list, { query: { search: reference } });
    const { id } = items[0]!;
    await witness.as(analyst)(caseApi.move, { params: { id }, body: { to: 'triaged' } });
    return id;
  }

  const begin = (id: string, name: string, size: number) =>
    mortal.call(evidenceApi.begin, { params: { id }, body: { name, size, note: '' } });
  const claim = (id: string, evidence: string, sum: string) =>
    mortal.call(evidenceApi.claimHash, { params: { id, evidence }, body: { sha256: sum } });

  /** Sends from here on; the program is killed while it takes what lies at `death`. Tells up to where it acknowledged. */
  async function sendPieces(upload: string, from: number, death = Infinity): Promise<number> {
    let dying: Promise<void> | undefined;
    let at = from;
    while (at < uploadSize) {
      const end = at - (at % PIECE) + PIECE;
      const sending = mortal.patch(upload, at, piece(at), PIECE);
      if (end > death) dying ??= sleep(Math.random() * 30).then(() => mortal.die());
      const told = await sending;
      if (told < end) break;
      at = told;
    }
    // Nothing may be left to send: what was to be killed has arrived, and it dies all the same.
    if (death < Infinity) dying ??= mortal.die();
    await dying;
    return at;
  }

  async function sent(id: string, name: string): Promise<string> {
    const bytes = longLog();
    const { evidence, upload } = await begin(id, name, bytes.length);
    await mortal.patch(upload, 0, bytes, 8 * PIECE);
    assert.equal((await claim(id, evidence.id, sha256(bytes))).state, 'quarantined');
    return evidence.id;
  }

  async function ask(id: string, evidence: string): Promise<string> {
    const body = { evidence, tool: 'text-log', params: {} } as const;
    return (await mortal.as(analyst)(evidenceApi.run, { params: { id }, body })).id;
  }

  const run = (id: string, of: string) =>
    witness.as(analyst)(evidenceApi.getRun, { params: { id, run: of } });

  async function reading(id: string, evidence: string): Promise<string> {
    const asked = await ask(id, evidence);
    await until('the tool reads', async () => (await run(id, asked)).job?.state === 'running');
    return asked;
  }

  const ended = (id: string, of: string) =>
    until(
      'the run has ended',
      async () => {
        const now = await run(id, of);
        return now.state !== 'running' && now;
      },
      120,
    );

  const purge = (id: string) => mortal.as(administrator)(retentionApi.purge, { params: { id } });

  /** Custody as it was written, the oldest first. */
  async function custody(id: string, evidence: string): Promise<string[]> {
    const params = { id, evidence };
    const { items } = await witness.as(analyst)(evidenceApi.custody, { params, query: { limit: 100 } });
    return items
      .map(({ action }) => action)
      .filter((action) => !action.endsWith('read'))
      .toReversed();
  }

  const counted = async (id: string) =>
    (await witness.owner.query(`select count(*)::int from case_observation where case_id = $1`, [id])).rows[0]
      .count as number;

  async function left(id: string) {
    const { rows } = await witness.owner.query(
      `select (select count(*)::int from data_key where case_id = $1) as keys,
         (select count(*)::int from case_retention where case_id = $1 and purged_at is not null) as tombstones,
         (select count(*)::int from case_purge where case_id = $1 and state = 'executed') as executed,
         (select count(*)::int from audit_event where object_id = $1 and action = 'case purged') as lines,
         (select count(*)::int from blob where case_id = $1 and key_id is not null) > 0 as readable`,
      [id],
    );
    return rows[0] as typeof there;
  }
});

const there = { keys: 1, tombstones: 0, executed: 0, lines: 0, readable: true };
const gone = { keys: 0, tombstones: 1, executed: 1, lines: 1, readable: false };

const block = randomBytes(PIECE);
/** From here to the end of its piece: each is another. */
function piece(at: number): Buffer {
  block.writeDoubleBE(Math.floor(at / PIECE));
  return block.subarray(at % PIECE);
}

/** What a firewall says in a night: every few lines something that was not there before. */
function longLog(): Buffer {
  const lines = Array.from({ length: LINES }, (_, at) => {
    const second = new Date(Date.UTC(2026, 10, 20) + at * 100).toISOString();
    return `${second} fw ACCEPT SRC=10.1.0.5 DST=10.1.${at % 7}.${at % 11} PROTO=TCP DPT=${100 + (at % 13)}`;
  });
  return Buffer.from(lines.join('\n'));
}

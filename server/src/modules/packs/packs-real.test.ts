import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { apis } from '@busbar/contract';
import { sql } from 'kysely';

import { needsRealAdvisories } from '../../testing/documents.ts';
import { bringPack, installPack, makePack, setUpCert } from '../../testing/packs.ts';
import { realLibrary } from '../../testing/real-library.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('a pack of two thousand real advisories', { ...needsRealAdvisories, timeout: 900_000 }, () => {
  let maker: TestServer;
  let taker: TestServer;
  before(async () => {
    const { config } = await realLibrary();
    maker = await startTestServer({ from: config, work: true, still: true });
    taker = await startTestServer({ work: true, still: true });
  });
  after(() => Promise.all([maker?.close(), taker?.close()]));

  it('brings each of them to another instance, the same to the byte', async (test) => {
    const there = await setUpCert(maker, (await realLibrary()).analyst.organisation!);
    const here = await setUpCert(taker, 'CERT of the island');
    await taker.as(here.lead)(apis.packKeys.accept, {
      body: { publicKey: there.key.publicKey, fingerprint: there.key.fingerprint },
    });
    const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
      const [begun, busy] = [performance.now(), process.cpuUsage()];
      const done = await work();
      const { user, system } = process.cpuUsage(busy);
      const seconds = (value: number) => value.toFixed(1);
      test.diagnostic(
        `${what}: ${seconds((user + system) / 1e6)} s of work, ${seconds((performance.now() - begun) / 1000)} s by the clock`,
      );
      return done;
    };
    const { bytes } = await timed('made', () => makePack(maker, there.lead));
    const { id, changes, refused } = await timed('sent and checked', () =>
      bringPack(taker, here.lead, bytes),
    );
    assert.equal(refused, null);
    const installed = await timed('installed', () => installPack(taker, here.lead, id));
    const { rows: made } = await maker.owner.query(`select counts from made_pack`);
    test.diagnostic(
      `${made[0].counts.documents} documents, ${(made[0].counts.bytes / 1e6).toFixed(1)} MB, packed ${(bytes.length / 1e6).toFixed(1)} MB`,
    );
    for (const told of [changes, installed.changes])
      assert.equal(told.find(({ kind }) => kind === 'archive')!.added, made[0].counts.documents);
    const hashes = (server: TestServer) =>
      server.database.look(server.visitor, async (tx) => {
        const { rows } = await sql<{ line: string }>`
          select v.version || encode(v.sha256, 'hex') as line from advisory a join advisory_version v on v.advisory_id = a.id and v.version = a.version
          where a.label = 'CLEAR' order by 1`.execute(tx);
        return rows.map(({ line }) => line);
      });
    const wanted = await hashes(maker);
    assert.ok(wanted.length > 1900, `${wanted.length} are for everybody`);
    assert.deepEqual(await hashes(taker), wanted);
  });
});

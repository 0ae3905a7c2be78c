import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';

import { auditApi, caseApi, IncidentReport, plantApi } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import type { Config } from '../../platform/config.ts';
import { sendCapture } from '../../testing/sending.ts';
import { masterKey, startTestServer, testConfig, type TestServer } from '../../testing/test-server.ts';
import { forget, makeBackup, writePurges } from './backup-service.ts';
import { restore, verifyBackup } from './restore-service.ts';

const SECRET = 'Kesselhaus Nord steht seit dem Morgen';

describe('a backup', () => {
  let server: TestServer;
  let member: Actor;
  let lead: Actor;
  let folder: string;
  let blobs: { id: string; key_id: string; address: string }[];
  const bytes = [randomBytes(2_500_000), randomBytes(1_200_000)];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'busbar-backup-'));
    server = await startTestServer();
    const nordwasser = await server.organisation('Nordwasser', 'operator');
    member = await nordwasser.person('MAD');
    lead = await (await server.organisation('CERT', 'cert')).person('LEAD');
    await server.as(member)(caseApi.report, {
      body: IncidentReport.parse({ danger: 'no', control: 'yes', sees: SECRET, naming: 'member' }),
    });
    for (const [at, each] of bytes.entries()) await sendCapture(server, member, `${at}.pcap`, each);
    const { rows } = await server.owner.query('select id, key_id, address from blob order by size desc');
    blobs = rows;
    assert.equal(blobs.length, 2);
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const place = (name: string) => ({ to: join(folder, name), keys: join(folder, `${name}.keys`) });
  const made = async (name: string) => {
    const at = place(name);
    await makeBackup(server.config, at);
    return at;
  };
  const tried = async ({ to, keys }: { to: string; keys: string }) =>
    verifyBackup(to, keys, () => {}, await testConfig());
  const back = async ({ to, keys }: { to: string; keys: string }, purges: string[] = []) => {
    const config = await testConfig();
    const report = await restore(config, { from: to, keys, purges });
    return { report, server: await startOver(config) };
  };

  it('taken while people write is one moment, and comes back whole', async () => {
    const at = place('whole');
    let writing = true;
    const writes = (async () => {
      let count = 0;
      for (; writing; count++)
        await server.as(member)(plantApi.addSite, {
          body: { name: `Site ${count}`, sector: 'water', country: 'DE', process: '' },
        } as never);
      return count;
    })();
    const report = await makeBackup(server.config, at);
    writing = false;
    assert.ok((await writes) > 0);
    assert.deepEqual([report.evidence, report.damaged], [2, []]);

    const restored = await back(at);
    assert.equal(restored.report.chain.whole, true);
    const { items } = await restored.server.as(member)(caseApi.list, { query: { view: 'all' } });
    const found = await restored.server.as(member)(caseApi.get, { params: { id: items[0]!.id } });
    assert.equal(found.sees, SECRET);
    for (const [at, blob] of blobs.entries())
      assert.ok((await read(restored.server, member, blob.id)).equals(bytes[at]!));
    // Each line of the ledger is of something that is there, and nothing is there without its line.
    const { rows } = await restored.server.owner.query(
      `select (select count(*) from site where name like 'Site %')::int as sites, (select count(*) from audit_event where action = 'site added')::int as lines`,
    );
    assert.equal(rows[0].sites, rows[0].lines);
    // It goes on where it stood.
    await restored.server.as(lead)(auditApi.verify);
    assert.equal((await restored.server.as(lead)(auditApi.verify)).whole, true);
    await restored.server.close();
  });

  it('alone opens nothing: no word and no key is in it, and no word in its keys', async () => {
    const { to, keys } = await made('alone');
    const { rows } = await server.owner.query('select wrapped from data_key');
    const files = readdirSync(to, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    assert.ok(files.length > 50);
    for (const file of files) {
      const content = readFileSync(join(file.parentPath, file.name));
      for (const hidden of [SECRET, 'Nordwasser', member.name, server.config.masterKey.text])
        assert.ok(!content.includes(hidden), `${hidden} in ${file.name}`);
      for (const { wrapped } of rows) assert.ok(!content.includes(wrapped), `a key in ${file.name}`);
    }
    assert.ok(!readFileSync(keys, 'utf8').includes(SECRET));
    await assert.rejects(
      makeBackup(server.config, { to: place('other').to, keys: join(place('other').to, 'k') }),
      /must not lie/,
    );
  });

  it('is tried as a whole: one byte changed anywhere is found and named', async () => {
    const { to, keys } = await made('tried');
    const good = await tried({ to, keys });
    assert.deepEqual([good.broken, good.damaged, good.chain.whole, good.evidence], [[], [], true, 2]);

    const evidence = readdirSync(join(to, 'evidence'), { recursive: true, encoding: 'utf8' }).find((name) =>
      name.includes('.'),
    )!;
    const undo = [flip(join(to, 'tables', '0003'), 40), flip(join(to, 'evidence', evidence), 1_100_000)];
    assert.deepEqual((await tried({ to, keys })).broken.toSorted(), [evidence, 'tables/0003'].sort());
    await assert.rejects(back({ to, keys }), /not what was written/);
    for (const each of undo) each();
    flip(join(to, 'manifest'), 100);
    await assert.rejects(tried({ to, keys }), /not what was written/);
  });

  it('does not bring back what was purged after it', async () => {
    const features = async (of: TestServer) =>
      (await of.owner.query('select count(*)::int as count from case_feature')).rows[0].count;
    assert.ok((await features(server)) > 0);
    const at = await made('before-purge');
    const gone = blobs[0]!.key_id;
    await server.owner.query('delete from data_key where id = $1 or case_id is not null', [gone]);
    const list = join(folder, 'purges.json');
    assert.equal(await writePurges(server.config, list), 2);

    const { report, server: restored } = await back(at, [list]);
    assert.equal(report.purged, 2);
    // Nor what was worked out of a case, and stands in its rows without a seal.
    assert.equal(await features(restored), 0);
    await assert.rejects(read(restored, member, blobs[0]!.id), { status: 410 });
    const { rows } = await restored.owner.query(
      `select (select count(*) from data_key where id = $1)::int as keys, (select count(*) from key_tombstone)::int as stones`,
      [gone],
    );
    assert.deepEqual(rows[0], { keys: 0, stones: 2 });
    await restored.close();

    const older = join(folder, 'older.json');
    writeFileSync(
      older,
      JSON.stringify({ format: 'busbar purges 1', at: '2020-01-01T00:00:00Z', purges: [] }),
    );
    await assert.rejects(back(at, [older]), /older than the backup/);

    assert.equal(await forget(server.config, [at.keys]), 2);
    assert.ok(!readFileSync(at.keys, 'utf8').includes(`"id":"${gone}"`));
    assert.equal((await tried(at)).broken.length, 0);
  });

  it('is restored into an empty instance only', async () => {
    const at = place('whole');
    const stranger = await startTestServer();
    await stranger.organisation('Somebody', 'operator');
    await assert.rejects(
      restore(stranger.config, { from: at.to, keys: at.keys, purges: [] }),
      /people in this instance/,
    );
    await stranger.close();
    await assert.rejects(makeBackup(server.config, at), /already/);
    await assert.rejects(back({ to: at.to, keys: place('alone').keys }), /another backup/);
  });

  it('that is killed is begun again with the same words, and copies no evidence twice', async () => {
    const at = place('killed');
    const copies: string[] = [];
    for (const step of [`evidence ${member.organisation}`, 'keys']) {
      copies.push(...(await killedAt(step, { config: server.config, backup: at })));
      await assert.rejects(tried(at), /broken off/);
    }
    await makeBackup(server.config, at);
    assert.equal((await back(at)).report.evidence, 2);
    // One is begun twice: the first kill came before its last byte was there.
    assert.ok(copies.filter((step) => step.startsWith('evidence')).length <= 3, copies.join());
  });

  it('that is killed while it comes back does not start, and comes back at the second try', async () => {
    const at = place('whole');
    for (const step of ['evidence', 'commit']) {
      const config = await testConfig();
      const asked = { from: at.to, keys: at.keys, purges: [] };
      await killedAt(step, { config, restore: asked });
      await assert.rejects(startOver(config), /was broken off/);
      const { chain, rows } = await restore(config, asked);
      assert.ok(chain.whole && rows > 0);
      const whole = await startOver(config);
      assert.equal((await whole.as(member)(caseApi.list, { query: { view: 'all' } })).items.length, 1);
      await whole.close();
    }
  });

  it('keeps what it reads from being swept away under its hands', async () => {
    const holder = server.owner;
    await holder.query(`select pg_advisory_lock(hashtext('busbar takes evidence away'))`);
    const { rows } = await holder.query('select id from blob order by size limit 1');
    await holder.query(`update evidence set blob_id = null where blob_id = $1`, [rows[0].id]);
    await holder.query(`update blob set doomed_at = now() - interval '1 day' where id = $1`, [rows[0].id]);
    assert.equal(await server.house.blobs.sweep(), 0);
    await holder.query(`select pg_advisory_unlock(hashtext('busbar takes evidence away'))`);
    assert.equal(await server.house.blobs.sweep(), 1);
  });
});

/** Starts over a database and a folder that are there already, with the same key. */
async function startOver(config: Config): Promise<TestServer> {
  return startTestServer(config);
}

async function read(server: TestServer, actor: Actor, blob: string): Promise<Buffer> {
  const stored = await server.database.as(actor, (tx) => server.house.blobs.open(tx, blob));
  const parts: Buffer[] = [];
  for await (const part of stored!.read()) parts.push(part);
  return Buffer.concat(parts);
}

function flip(file: string, at: number): () => void {
  const content = readFileSync(file);
  content[at]! ^= 1;
  writeFileSync(file, content);
  return () => {
    content[at]! ^= 1;
    writeFileSync(file, content);
  };
}

/** Runs it in a process of its own and kills that with -9 when it tells this step. Returns what it told till then. */
async function killedAt(step: string, asked: object): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../testing/mortal-backup.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  child.stdin.end(JSON.stringify({ ...asked, key: masterKey.text }));
  const told: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    told.push(line);
    if (!line.startsWith(step)) continue;
    child.kill('SIGKILL');
    break;
  }
  const [code] = (await gone) as [number | null];
  assert.equal(code, null, `it ended by itself before ${step}: ${told.join(', ')}`);
  return told;
}

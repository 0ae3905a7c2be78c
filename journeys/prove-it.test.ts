import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { after, before, describe, it } from 'node:test';

import { apis, IncidentReport } from '@busbar/contract';

import type { Actor } from '../server/src/platform/actor.ts';
import { startTestServer, type TestServer } from '../server/src/testing/test-server.ts';

/** An auditor with a shell: the chain, one byte of it, its end, a backup and a second machine. */
describe('prove it', () => {
  let server: TestServer;
  let member: Actor;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'busbar-prove-'));
    server = await startTestServer();
    await server.organisation('CERT', 'cert');
    member = await (await server.organisation('Delta Motors', 'operator')).person('MAD');
    await server.as(member)(apis.cases.report, {
      body: IncidentReport.parse({ danger: 'no', control: 'yes', sees: 'Line 2 stands', naming: 'member' }),
    });
    await server.house.audit.publish('2026-01-01');
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const busbar = async (...words: string[]) => {
    const { data, databaseUrl, masterKey } = server.config;
    const key = join(folder, 'master.key');
    writeFileSync(key, masterKey.text);
    const env = { ...process.env, BUSBAR_MASTER_KEY_FILE: key, BUSBAR_DATA: data, DATABASE_URL: databaseUrl };
    return run(words, env);
  };

  it('backs up, tries the backup, and brings it to a second machine', async () => {
    const [to, keys, purges, second] = ['backup', 'keys', 'purges', 'second'].map((name) =>
      join(folder, name),
    );
    assert.match((await busbar('backup', '--to', to!, '--keys', keys!)).said, /Backed up/);
    assert.match((await busbar('backup', 'purges', '--to', purges!)).said, /0 keys/);
    const elsewhere = { ...process.env, BUSBAR_DATA: second };
    const unsaid = await run(['restore', to!, '--keys', keys!], elsewhere);
    assert.deepEqual([unsaid.code, /must not come back/.test(unsaid.said)], [2, true]);
    const restored = await run(['restore', to!, '--keys', keys!, '--purges', purges!], elsewhere);
    assert.equal(restored.code, 0, restored.said);
    assert.match((await run(['audit', 'verify'], elsewhere)).said, /^Whole/);
  });

  it('names the first number that is not what was written, and an end that was cut off', async () => {
    assert.match((await busbar('audit', 'verify')).said, /^Whole/);
    const { rows } = await server.owner.query('select seq, event_id from audit_link order by seq limit 1');
    await tamper(`update audit_event set action = action || 'x' where id = '${rows[0].event_id}'`);
    const flipped = await busbar('audit', 'verify');
    assert.deepEqual([flipped.code, flipped.said.includes(`Broken at number ${rows[0].seq}:`)], [1, true]);
    await tamper(`update audit_event set action = rtrim(action, 'x') where id = '${rows[0].event_id}'`);
    await tamper('delete from audit_link where seq = (select max(seq) from audit_link)');
    assert.equal((await busbar('audit', 'verify')).code, 1);
  });

  async function tamper(statement: string): Promise<void> {
    await server.owner.query(
      `set session_replication_role = replica; ${statement}; set session_replication_role = origin`,
    );
  }
});

async function run(words: string[], env: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../cli/src/busbar.ts'), ...words], {
    env,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, said };
}

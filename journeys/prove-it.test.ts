import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { apis, type CaseState, IncidentReport } from '@busbar/contract';
import type { Browser, Page } from 'playwright-core';

import type { Actor } from '../server/src/platform/actor.ts';
import { configFrom } from '../server/src/platform/config.ts';
import { logTo } from '../server/src/platform/log.ts';
import { start } from '../server/src/server.ts';
import { analysed, sendCapture } from '../server/src/testing/sending.ts';
import { smallPlant } from './captures.ts';
import { type House, openBrowser, openHouse, pageOf, patiently, says, withoutNetwork } from './house.ts';

/** J9: what an administrator and an auditor can show to whoever does not believe it. */
describe('prove it', { timeout: 300_000 }, () => {
  let house: House;
  let browser: Browser;
  let folder: string;
  let member: Actor;
  let analyst: Actor;
  let pages: Record<'administrator' | 'lead' | 'member', Page>;
  let live: { id: string; reference: string };
  let due: { id: string; reference: string };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'busbar-prove-'));
    house = await openHouse();
    const cert = await house.organisation('CERT', 'cert');
    const delta = await house.organisation('Delta Motors', 'operator');
    member = await delta.person('MAD');
    analyst = await cert.person('ANA');
    live = await reported('Line 2 stands');
    due = await reported('A drive hums');
    browser = await openBrowser();
    pages = {
      administrator: await pageOf(browser, house, await cert.person('ADM')),
      lead: await pageOf(browser, house, await cert.person('LEAD')),
      member: await pageOf(browser, house, member),
    };
  });
  after(async () => {
    await browser?.close();
    await house?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('an administrator finds no case, until a lead lets him in and its owner sees it', async () => {
    const { administrator, lead, member: owner } = pages;
    const answer = await administrator.goto(`${house.address}/cases/${live.id}`);
    const nowhere = await administrator.goto(`${house.address}/cases/${crypto.randomUUID()}`);
    assert.deepEqual([answer!.status(), nowhere!.status()], [404, 404]);

    await administrator.goto(`${house.address}/break-glass`);
    await administrator.getByLabel('Reference').fill(live.reference);
    await administrator.getByLabel('Why it must be').fill('The room does not open for its owner');
    await administrator.getByRole('button', { name: 'Ask to look into a case' }).click();
    await says(administrator, /waits for a lead/);
    assert.equal(await administrator.getByRole('button', { name: 'Let in' }).count(), 0);
    await lead.goto(`${house.address}/break-glass`);
    await lead.getByRole('button', { name: 'Let in' }).click();
    await says(lead, /may look now/);

    await administrator.goto(`${house.address}/cases/${live.id}`);
    await says(administrator, /Line 2 stands/);
    await owner.goto(`${house.address}/cases/${live.id}`);
    await owner.getByRole('main').getByRole('link', { name: 'Access log' }).click();
    await says(owner, /ADM \S+, an administrator, may read this case/);
    await says(owner, /The room does not open for its owner[^]*Read a case/);
  });

  it('a chain that is whole says so', async () => {
    await verified(/The chain is whole/);
  });

  it('a backup is tried by a canary, and whatever was purged after it stays unreadable where it is restored', async () => {
    const [to, keys, purges, second] = ['backup', 'keys', 'purges', 'second'].map((name) =>
      join(folder, name),
    ) as [string, string, string, string];
    assert.match((await busbar('backup', '--to', to, '--keys', keys)).said, /Backed up/);
    const canary = await busbar('canary', to, '--keys', keys);
    assert.match(
      canary.said,
      /^0 found: markers in \d\d+ columns.* [1-9]\d* letters and messages to programs/m,
    );

    for (const state of ['triaged', 'containing', 'recovering', 'monitoring', 'closed'] as const)
      await moved(due.id, state);
    await timePasses(due.id);
    await house.house.retention.tick();
    const { member: owner } = pages;
    // Its line gets its number a moment later.
    await patiently(async () => {
      await owner.goto(`${house.address}/cases/${due.id}/retention`);
      const said = await owner.getByRole('main').innerText();
      assert.match(said, /What was here was destroyed[^]*says the same \(line \d+\)/);
    });
    await owner.goto(`${house.address}/cases/${due.id}`);
    assert.doesNotMatch(await owner.locator('body').innerText(), /A drive hums/);

    assert.match((await busbar('backup', 'purges', '--to', purges)).said, /1 keys/);
    const elsewhere = { BUSBAR_DATA: second };
    assert.match((await run(['restore', to, '--keys', keys], elsewhere)).said, /must not come back/);
    const restored = await run(['restore', to, '--keys', keys, '--purges', purges], elsewhere);
    assert.match(restored.said, /1 keys were purged since and stay destroyed[^]*chain is whole/);
    const purpose = { serve: true, work: false, pages: false };
    const other = await start(
      configFrom({}, { data: second }),
      logTo('silent'),
      purpose,
      () => async () => member,
    );
    try {
      const read = (id: string) => other.app.inject({ url: `/api/cases/${id}` });
      assert.match((await read(live.id)).body, /Line 2 stands/);
      const gone = await read(due.id);
      assert.equal(gone.statusCode, 410);
      assert.doesNotMatch(gone.body, /hums/);
    } finally {
      await other.close();
    }
  });

  it('without a network all goes on but what others publish, and nobody outside is asked', async () => {
    const { lead, member: owner } = pages;
    const network = withoutNetwork();
    const outside: string[] = [];
    browser.contexts().forEach((context) =>
      context.on('request', (request) => {
        if (!request.url().startsWith(house.address)) outside.push(request.url());
      }),
    );
    try {
      const { problems } = await house.as(analyst)(apis.sources.look, {
        body: { address: 'https://feeds.example/feed.xml' } as never,
      });
      assert.deepEqual(
        problems.map(({ code }) => code),
        ['name-unknown'],
      );
      const { id, reference } = await reported('The line to the world is cut');
      await lead.goto(`${house.address}/cases`);
      await says(lead, new RegExp(reference));
      await moved(id, 'triaged');
      await owner.goto(`${house.address}/cases/${id}`);
      await owner.getByLabel('Write').fill('We see it ourselves');
      await owner.getByRole('button', { name: 'Send', exact: true }).click();
      await says(owner, /We see it ourselves/);
      const capture = await sendCapture(house, member, 'small.pcap', smallPlant);
      assert.equal((await analysed(house, member, capture.id)).job.state, 'done');
      await owner.goto(`${house.address}/captures/${capture.id}/devices`);
      await says(owner, /They speak modbus/);
      await verified(/The chain is whole/);
    } finally {
      network.over();
    }
    assert.deepEqual([...network.tried], ['feeds.example']);
    assert.deepEqual(outside, []);
  });

  it('one byte that was changed is named by its number, and so is an end that was cut off', async () => {
    const { rows } = await house.owner.query(
      'select seq, event_id from audit_link order by seq limit 1 offset 2',
    );
    const [{ seq, event_id: event }] = rows as [{ seq: number; event_id: string }];
    await tamper(`update audit_event set action = action || 'x' where id = '${event}'`);
    await verified(new RegExp(`The chain is broken at number ${seq}[^]*changed after it was written`));
    assert.match((await busbar('audit', 'verify')).said, new RegExp(`Broken at number ${seq}:`));
    await tamper(`update audit_event set action = rtrim(action, 'x') where id = '${event}'`);
    await verified(/The chain is whole/);

    const head = (await house.house.audit.publish('2026-01-01'))!;
    await tamper(
      `delete from audit_event e using audit_link l where l.event_id = e.id and l.seq >= ${head.seq};
       delete from audit_link where seq >= ${head.seq}`,
    );
    await verified(new RegExp(`broken at number ${head.seq}[^]*The end of the chain was cut off`));
  });

  async function reported(sees: string): Promise<{ id: string; reference: string }> {
    const { reference } = await house.as(member)(apis.cases.report, {
      body: IncidentReport.parse({ danger: 'no', control: 'yes', sees, naming: 'member' }),
    });
    const { items } = await house.as(member)(apis.cases.list, { query: { search: reference } });
    return { id: items[0]!.id, reference };
  }

  const moved = (id: string, to: CaseState) =>
    house.as(analyst)(apis.cases.move, { params: { id }, body: { to, reason: 'It runs again' } });

  /** Two years, and the week since its owner was told. */
  async function timePasses(id: string): Promise<void> {
    await tamper(
      `update case_retention set ended_on = ended_on - 4000, announced_at = now() - interval '8 days' where case_id = '${id}'`,
    );
  }

  async function verified(verdict: RegExp): Promise<void> {
    const { administrator } = pages;
    await administrator.goto(`${house.address}/audit`);
    await administrator.getByRole('button', { name: 'Verify the chain now' }).click();
    await says(administrator, verdict);
  }

  async function tamper(statement: string): Promise<void> {
    await house.owner.query(
      `set session_replication_role = replica; ${statement}; set session_replication_role = origin`,
    );
  }

  function busbar(...words: string[]) {
    const { data, databaseUrl, masterKey } = house.config;
    const key = join(folder, 'master.key');
    writeFileSync(key, masterKey.text, { mode: 0o600 });
    return run(words, { BUSBAR_MASTER_KEY_FILE: key, BUSBAR_DATA: data, DATABASE_URL: databaseUrl });
  }
});

async function run(
  words: string[],
  env: Record<string, string | undefined>,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../cli/src/busbar.ts'), ...words], {
    env: { ...process.env, ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, said };
}

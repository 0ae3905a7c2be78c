import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';

import { apis, IncidentReport } from '@busbar/contract';
import type { Browser, BrowserContext, Page } from 'playwright-core';

import { addFile } from './case-steps.ts';
import { listen, openBrowser, openHouse, says } from './house.ts';

/** From an empty instance to an administrator who signs in with a passkey, as the browser itself makes it. */
describe('the first set-up', () => {
  const password = 'seven quiet turbines hum';
  let house: Awaited<ReturnType<typeof openHouse>>;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: readonly string[];

  before(async () => {
    house = await openHouse();
    browser = await openBrowser();
    context = await browser.newContext({ locale: 'en-GB' });
    complaints = listen(context);
    page = await context.newPage();
    // A security key of the browser's own, that always finds a finger.
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('is offered on the first page, beside the demo', async () => {
    await page.goto(house.address);
    const words = await page.locator('main').innerText();
    assert.match(words, /set up/i);
    assert.match(words, /demo/i);
  });

  it('wants the code that the program printed', async () => {
    await fillIn('0000-0000');
    await page.getByText('Step 1 of').waitFor();
    assert.match(await page.locator('main').innerText(), /not the (code|one) that/);
  });

  it('makes the CERT and its administrator, who must add a passkey before anything opens', async () => {
    await fillIn((await house.house.system.setUpCode())!);
    await page.waitForURL(/\/me/);
    await page.goto(`${house.address}/members`);
    assert.match(page.url(), /\/me/);
    await says(page, /Add a passkey to go on/);
  });

  it('takes a passkey, and then opens', async () => {
    await page.goto(`${house.address}/me`);
    await page.getByLabel('Name of this passkey').fill('Key of the duty room');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('Key of the duty room', { exact: true }).waitFor();
    await page.goto(`${house.address}/members`);
    assert.match(await page.locator('main').innerText(), /Tomas Berg/);
  });

  it('lets the passkey sign in again, without name or password', async () => {
    await context.clearCookies();
    await page.goto(`${house.address}/sign-in`);
    await page.getByRole('button', { name: /passkey/i }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    await page.goto(`${house.address}/members`);
    assert.match(await page.locator('main').innerText(), /Tomas Berg/);
  });

  it('asks for passkeys of all who read what others confided, and says who has none', async () => {
    await says(page, /open their work with a passkey alone[^]*All of them have one/);
    await page.getByRole('button', { name: 'Let authenticator apps do again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Let authenticator apps do again' }).click();
    await says(page, /may use an authenticator app/);
    await page.getByRole('button', { name: 'Ask for passkeys' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Ask for passkeys' }).click();
    await says(page, /open their work with a passkey alone/);
  });

  describe('ten minutes later', () => {
    const purpose = 'The alarm of last night';
    const question = () => page.getByRole('dialog', { name: 'Is it still you?' });
    const give = () => page.getByRole('button', { name: 'Give consent unasked' });
    let file: string;

    before(async () => {
      const operator = await house.organisation('Delta Motors', 'operator');
      const { rows } = await house.owner.query<{ id: string }>(
        `insert into membership (person_id, organisation_id, roles)
         select id, $1, '{MEM,MAD}' from person where name = 'Tomas Berg' returning person_id as id`,
        [operator.id],
      );
      await house.owner.query(
        `insert into auth.acting select s.id, m.id from auth.session s, membership m where m.organisation_id = $1`,
        [operator.id],
      );
      const holder = { ...(await operator.person('MEM', 'MAD')), person: rows[0]!.id };
      const { reference } = await house.as(holder)(apis.cases.report, {
        body: IncidentReport.parse({
          danger: 'no',
          control: 'yes',
          sees: 'A message on the panel',
          limit: 'analyse',
          naming: 'member',
        }),
      });
      const cert = await house.owner.query<{ id: string }>(
        `select id from organisation where 'cert' = any (kinds)`,
      );
      const analyst = await house.known(cert.rows[0]!.id, '').person('ANA');
      const { items } = await house.as(holder)(apis.cases.list, { query: { search: reference } });
      const params = { id: items[0]!.id };
      await house.as(analyst)(apis.cases.move, { params, body: { to: 'triaged' } });
      await page.goto(`${house.address}/cases/${params.id}/evidence`);
      await page.getByLabel('Note').fill('What the panel showed');
      await addFile(page, 'panel.txt', Buffer.from('E-STOP 14:02'));
      file = page.url();
      const evidence = file.split('/').at(-1)!;
      await house.as(analyst)(apis.evidence.move, {
        params: { ...params, evidence },
        body: { to: 'available' },
      });
    });
    beforeEach(() => house.owner.query(`update auth.session set "provedAt" = now() - interval '10 minutes'`));

    it('asks once more before a consent; whoever cancels has everything as it was', async () => {
      await page.goto(`${house.address}/who-sees`);
      await page.getByText('Give consent unasked').first().click();
      await page.getByLabel('What for').fill(purpose);
      await give().click();
      await question().waitFor();
      await page.keyboard.press('Escape');
      await says(page, /nothing was done/);
      assert.equal(await page.getByLabel('What for').inputValue(), purpose);
      assert.equal(await focused(), 'Give consent unasked');
      const { rows } = await house.owner.query('select from consent');
      assert.deepEqual(rows, []);
    });

    it('takes the passkey, and does what was asked', async () => {
      await give().press('Enter');
      await question().waitFor();
      assert.equal(await focused(), 'Show my passkey');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: purpose }).waitFor();
      const { rows } = await house.owner.query(`select state from consent`);
      assert.equal(rows.length, 1);
    });

    it('asks before a file of evidence is fetched, and fetches it then', async () => {
      await page.goto(file);
      await page.getByLabel('What do you need it for?').fill('To look at it again');
      await page.getByRole('button', { name: 'Download raw evidence' }).click();
      await question().getByRole('button', { name: 'Cancel' }).click();
      assert.equal(page.url(), file);
      await page.getByRole('button', { name: 'Download raw evidence' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        question().getByRole('button', { name: 'Show my passkey' }).click(),
      ]);
      assert.equal(download.suggestedFilename(), 'panel.txt');
    });

    const focused = () => page.evaluate<string>('document.activeElement.textContent');
  });

  it('goes without a complaint of the browser', () => {
    assert.deepEqual(
      complaints.filter((text) => !/status of 4\d\d/.test(text)),
      [],
    );
  });

  /** The three steps, each on a page of its own that works without scripts as well. */
  async function fillIn(code: string): Promise<void> {
    await page.goto(`${house.address}/set-up`);
    const steps: Record<string, string>[] = [
      { code, name: 'ICS CERT of Somewhere', shortName: 'S-CERT', country: 'DE' },
      { phone: '+49 30 555 0111', email: 'cert@somewhere.example' },
      { adminName: 'Tomas Berg', adminEmail: 'tomas@somewhere.example', password },
    ];
    for (const [n, values] of steps.entries()) {
      await page.getByText(`Step ${n + 1} of`).waitFor();
      for (const [name, value] of Object.entries(values))
        await page.locator(`[name="${name}"]:visible`).fill(value);
      await page.getByRole('button', { name: n < 2 ? 'Continue' : 'Set up', exact: true }).click();
    }
    await page.waitForLoadState('networkidle');
  }
});

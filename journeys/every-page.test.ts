import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';

import AxeBuilder from '@axe-core/playwright';
import { apis } from '@busbar/contract';
import type { Browser, Page } from 'playwright-core';

import routes from '../portal/routes.ts';
import { bringReport } from '../server/src/testing/bundles.ts';
import { smallPlant } from './captures.ts';
import { actorCalled, type House, listen, openBrowser, openDemo, patiently, signedIn } from './house.ts';
import { outOfReach } from './out-of-reach.ts';

const languages = ['en', 'ru', 'zh'] as const;
const widths = [1280, 360] as const;

/** By whom a page is looked at: somebody of the demo who has something to see there. */
const readers = {
  visitor: null,
  lead: 'Lena Vogt',
  analyst: 'Arjun Mehta',
  operator: 'Katrin Sommer',
  administrator: 'Tomas Berg',
  finder: 'Robin Fisk',
  authority: 'Anna Kowalska',
  vendor: 'Carlos Ruiz',
} as const;
type Reader = keyof typeof readers;

/** Each page of routes.ts, and who looks at it. What begins with a colon is found in the demo. */
const pages: Record<string, Reader> = {
  '': 'operator',
  report: 'visitor',
  'report/follow': 'visitor',
  'report/follow/case': 'visitor',
  'report/follow/access': 'visitor',
  'report/claim': 'operator',
  cases: 'analyst',
  'cases/:id': 'operator',
  'cases/:id/plant': 'operator',
  'cases/:id/timeline': 'analyst',
  'cases/:id/evidence': 'operator',
  'cases/:id/evidence/:evidence': 'operator',
  'cases/:id/runs/:run': 'analyst',
  'cases/:id/access': 'operator',
  access: 'operator',
  'cases/:id/retention': 'operator',
  retention: 'operator',
  'break-glass': 'lead',
  'cases/:id/tasks': 'operator',
  'cases/:id/tasks/:task': 'operator',
  'cases/:id/measures': 'operator',
  'cases/:id/deadlines': 'operator',
  'cases/:id/notices/:notice': 'operator',
  notices: 'authority',
  'notices/:id': 'authority',
  authorities: 'administrator',
  analyse: 'visitor',
  'report/follow/consents': 'visitor',
  'report/follow/report': 'visitor',
  'cases/:id/report': 'analyst',
  'cases/:id/report/translations/:language': 'analyst',
  'cases/:id/learning': 'analyst',
  'cases/:id/learning/editions': 'analyst',
  'cases/:id/reports/:version': 'operator',
  'cases/:id/letters': 'analyst',
  'cases/:id/consents': 'operator',
  findings: 'operator',
  'cases/:id/people': 'analyst',
  'cases/:id/step': 'analyst',
  'cases/:id/part': 'vendor',
  'cases/invited/:token': 'visitor',
  search: 'visitor',
  'set-up': 'visitor',
  'sign-in': 'visitor',
  'sign-in/code': 'visitor',
  acting: 'operator',
  me: 'operator',
  'me/totp': 'operator',
  'invitation/:code?': 'visitor',
  members: 'operator',
  organisations: 'lead',
  keys: 'operator',
  plant: 'operator',
  'captures/:id': 'operator',
  'captures/:id/unusual': 'operator',
  'captures/:id/devices': 'operator',
  'captures/:id/map': 'operator',
  'captures/:id/conversations': 'operator',
  'captures/:id/operations': 'operator',
  'captures/:id/values': 'operator',
  'captures/:id/files': 'operator',
  'captures/:id/warnings': 'operator',
  'captures/:id/problems': 'operator',
  'captures/:id/messages/:packet': 'operator',
  'captures/:id/report': 'operator',
  zones: 'operator',
  'zones/devices': 'operator',
  'zones/crossing': 'operator',
  'zones/:id': 'operator',
  assets: 'operator',
  'assets/:id': 'operator',
  'assets/:id/merge/:other': 'operator',
  'assets/add': 'operator',
  'assets/same': 'operator',
  'who-sees': 'operator',
  plants: 'analyst',
  'plants/:id': 'analyst',
  'plants/:id/devices/:asset': 'analyst',
  'plants/:id/shares/:bundle/shared/:place': 'analyst',
  'assets/import': 'operator',
  'assets/import/:id': 'operator',
  bundles: 'operator',
  'bundles/:id': 'operator',
  'bundles/:id/shared/:place': 'operator',
  kits: 'operator',
  detections: 'visitor',
  names: 'administrator',
  warnings: 'operator',
  'warnings/assumptions': 'operator',
  'warnings/:id': 'operator',
  alerts: 'operator',
  'alerts/settings': 'operator',
  'alerts/:id': 'operator',
  reach: 'lead',
  radar: 'lead',
  'radar/:id': 'lead',
  vulnerabilities: 'analyst',
  'vulnerabilities/:ref': 'analyst',
  'vulnerabilities/:ref/decide': 'analyst',
  verdicts: 'lead',
  'verdicts/:id': 'lead',
  advisories: 'visitor',
  'advisories/import': 'lead',
  'advisories/:id': 'visitor',
  checks: 'finder',
  'checks/:id': 'finder',
  'check-invitations': 'lead',
  releases: 'lead',
  'releases/:id': 'lead',
  'releases/:id/deliveries': 'lead',
  'signing-keys': 'administrator',
  published: 'visitor',
  'published/:id': 'visitor',
  subscriptions: 'operator',
  'subscriptions/confirm/:token': 'visitor',
  'subscriptions/:token': 'visitor',
  webhooks: 'operator',
  mail: 'administrator',
  verify: 'visitor',
  rfc2350: 'visitor',
  drafts: 'analyst',
  'drafts/:id': 'analyst',
  'drafts/:id/translate/:language': 'analyst',
  'drafts/:id/documents': 'analyst',
  'drafts/:id/changes': 'analyst',
  'drafts/:id/about': 'analyst',
  packs: 'administrator',
  'packs/made': 'lead',
  'packs/keys': 'lead',
  'packs/:id': 'lead',
  proposals: 'operator',
  'proposals/:id': 'operator',
  sources: 'analyst',
  'sources/add': 'analyst',
  'sources/:id': 'analyst',
  'sources/:id/runs': 'analyst',
  'sources/:id/settings': 'analyst',
  jobs: 'operator',
  audit: 'operator',
  '*': 'visitor',
};

/** Said of an address that is none, which is no fault of its page. */
const expected = /the server responded with a status of 404/;

/** Of the pages as they are: what a machine can see of whether a customer could use them. */
describe('every page', () => {
  let house: House;
  let browser: Browser;
  /** Of each reader, a page whose scripts run and one without scripts: both are read. */
  const open = new Map<Reader, { readonly alive: Page; readonly still: Page; readonly heard: string[] }>();
  /** What stands for the part of an address that begins with a colon, by the part before it. */
  let found: Record<string, string>;

  before(async () => {
    house = await openDemo();
    found = await findOne();
    browser = await openBrowser();
    for (const [reader, name] of Object.entries(readers) as [Reader, string | null][]) {
      const context = name ? (await signedIn(browser, house, name)).context : await browser.newContext();
      const still = await browser.newContext({
        javaScriptEnabled: false,
        storageState: await context.storageState(),
      });
      open.set(reader, {
        heard: listen(context) as string[],
        alive: await context.newPage(),
        still: await still.newPage(),
      });
    }
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('of the routes is among those looked at', () => {
    assert.deepEqual(Object.keys(pages).sort(), pagesOf(routes).sort());
  });

  it('is made by a React that does not check itself at every element, however it is started', () => {
    const program = readFileSync(new URL('../portal/build/server/index.js', import.meta.url), 'utf8');
    assert.doesNotMatch(program, /\bfrom\s?['"]react(?:-dom\/server)?['"]|react[\w-]*\.development/);
  });

  for (const [at, [path, reader]] of Object.entries(pages).entries())
    it(`/${path}: fits a phone and a desk, is accessible, by keyboard too, and whole in every language`, async () => {
      const wrong: string[] = [];
      const { alive, still, heard } = open.get(reader)!;
      heard.length = 0;
      // In one language as one reader has it, the next page as another; markup and parts are shared.
      const judged = { language: languages[at % languages.length], width: widths[at % widths.length] };
      for (const language of languages) {
        const page = language === judged.language ? alive : still;
        await page.context().addCookies([{ name: 'busbar_lang', value: language, url: house.address }]);
        await page.goto(`${house.address}/${addressOf(path)}`);
        // As wide as the page before was left.
        for (const width of page.viewportSize()?.width === widths[1] ? widths.toReversed() : widths) {
          await page.setViewportSize({ width, height: 800 });
          const say = (what: string) => wrong.push(`${language}, ${width} px: ${what}`);
          const wider = Number(
            await page.evaluate(
              'document.documentElement.scrollWidth - document.documentElement.clientWidth',
            ),
          );
          if (wider > 0) say(`${wider} px wider than the screen`);
          // Whoever is frightened is on any page: the desk and the telephone are on all of them.
          for (const way of ['/report', 'tel:'])
            if ((await page.locator(`a[href^="${way}"]`).count()) === 0) say(`no way to ${way}`);
          for (const key of keysIn(await page.locator('body').innerText()))
            say(`the key ${key} instead of words`);
          if (page === alive && width === judged.width)
            for (const fault of [...(await violations(page)), ...(await outOfReach(page))]) say(fault);
        }
      }
      wrong.push(...heard.filter((words) => !expected.test(words)));
      assert.deepEqual(wrong, []);
    });

  function addressOf(path: string): string {
    return path
      .replace('*', 'nothing-here')
      .replace(
        /(\w[\w-]*)\/:\w+\??/g,
        (_, of: string) => `${of}/${found[of] ?? assert.fail(`Nothing for ${of}`)}`,
      );
  }

  async function findOne(): Promise<Record<string, string>> {
    const [lead, analyst, operator, finder] = await Promise.all(
      (['lead', 'analyst', 'operator', 'finder'] as const).map(async (one) =>
        house.as(await actorCalled(house, readers[one])),
      ),
    );
    // The plants of the demo are read and compared by jobs; others take in its tables and sources, and let releases out.
    await patiently(async () => {
      const { items } = await operator!(apis.captures.list);
      assert.ok(items.length > 0 && items.every(({ job }) => job?.state === 'done'));
      const filled = await Promise.all([
        operator!(apis.warnings.list),
        operator!(apis.inventories.list),
        lead!(apis.radar.list),
        lead!(apis.published.list),
      ]);
      assert.ok(filled.every((list) => list.items.length > 0));
    }, 60_000);
    const first = ({ items }: { items: readonly { id: string }[] }) => items[0]!.id;
    const radar = await lead!(apis.radar.list);
    const plant = (await analyst!(apis.consents.plants, { query: { open: 'true' } })).items.find(
      ({ state }) => state === 'granted',
    )!.owner.id;
    const ministry = house.as(await actorCalled(house, readers.authority));
    const responded = await analyst!(apis.cases.list, { query: { search: 'stopped by themselves' } });
    const devices = await analyst!(apis.consents.assets, { params: { id: plant } });
    return {
      invitation: 'ABCD',
      invited: 'no-such-link',
      captures: first(await operator!(apis.captures.list)),
      messages: '5',
      assets: first(await operator!(apis.plant.assets)),
      zones: (await operator!(apis.zones.plan, { params: { id: first(await operator!(apis.plant.sites)) } }))
        .conduits[0]!.id,
      merge: (await operator!(apis.plant.assets)).items[1]!.id,
      plants: plant,
      devices: first(devices),
      import: first(await operator!(apis.inventories.list)),
      shared: '0',
      bundles: await bringReport(house, await actorCalled(house, readers.operator), smallPlant),
      // Of the plant that is open to analysts.
      shares: await bringReport(house, await actorCalled(house, 'Ines Roth'), smallPlant),
      warnings: first(await operator!(apis.warnings.list)),
      cases: first(responded),
      reports: '1',
      evidence: first(await operator!(apis.evidence.list, { params: { id: first(responded) } })),
      runs: first(await analyst!(apis.evidence.runs, { params: { id: first(responded) } })),
      tasks: first(await analyst!(apis.casework.tasks, { params: { id: first(responded) } })),
      // What the ministry received is what the member sent, under the same name.
      notices: first(await ministry(apis.deadlines.received)),
      alerts: first(await operator!(apis.alerts.list)),
      radar: first(radar),
      vulnerabilities: radar.items[0]!.vulnerabilities[0]!.ref,
      verdicts: first(await lead!(apis.vulnerabilities.verdicts)),
      advisories: first(await lead!(apis.advisories.list)),
      checks: first(await finder!(apis.invitedChecks.mine)),
      confirm: 'no-such-link',
      subscriptions: 'no-such-link',
      releases: first(await lead!(apis.releases.list)),
      published: first(await lead!(apis.published.list)),
      drafts: first(await analyst!(apis.publications.list, { query: { state: 'draft' } })),
      translate: 'ru',
      translations: 'ru',
      packs: (await lead!(apis.packs.begin, { body: { name: 'pack.tar.zst', size: 1000 } })).pack,
      proposals: first(await operator!(apis.publications.proposals)),
      sources: first(await analyst!(apis.sources.list)),
    };
  }
});

/** WCAG 2.2 AA, as far as axe can tell; what it calls minor or moderate is for people to judge. */
async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    // Pages hold no pages of others; the other mode opens a window of its own for each.
    .setLegacyMode(true)
    // What is right need not be described: a third of the time.
    .options({ resultTypes: ['violations'] })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help} (${nodes
          .slice(0, 3)
          .map(({ target }) => target.join(' '))
          .join('; ')})`,
    );
}

const keys = new Set(
  Object.keys(
    JSON.parse(readFileSync(new URL('../portal/messages/en/pages.json', import.meta.url), 'utf8')) as object,
  ).filter((key) => key.includes('.')),
);

/** Names of messages that stand where their words should. */
const keysIn = (words: string): string[] =>
  (words.match(/[\w-]+(?:\.[\w-]+)+/g) ?? []).filter((word) => keys.has(word));

interface Routed {
  readonly path?: string | undefined;
  readonly index?: boolean | undefined;
  readonly file: string;
  readonly children?: readonly Routed[] | undefined;
}

/** Addresses that show something; those of a `.ts` file only do something. */
function pagesOf(routes: readonly Routed[], above = ''): string[] {
  return routes.flatMap(({ path, file, children }) => {
    const here = [above, path].filter(Boolean).join('/');
    if (children) return pagesOf(children, here);
    return file.endsWith('.tsx') && !file.includes('/ui/') ? [here] : [];
  });
}

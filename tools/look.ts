import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import type { Page } from 'playwright-core';

/**
 * Looks at pages as readers do: phone and desktop, day and night, every language; with axe, and with what the
 * browser complains about. Pictures go to .cache/look.
 *
 *   node tools/look.ts http://127.0.0.1:8080 / /plant --cookie session=… --language en,ru --theme light --axe
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cookie: { type: 'string', multiple: true, default: [] },
    language: { type: 'string', default: 'en,ru,zh' },
    theme: { type: 'string', default: 'light,dark' },
    size: { type: 'string', default: 'phone,desktop' },
    out: { type: 'string', default: join(import.meta.dirname, '../.cache/look') },
    axe: { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
    scripts: { type: 'string', default: 'on' },
  },
});
const [base, ...paths] = positionals;
if (!base || paths.length === 0) {
  console.error('Say where and what: node tools/look.ts http://127.0.0.1:8080 / /plant');
  process.exit(2);
}

const sizes: Record<string, { width: number; height: number }> = {
  phone: { width: 390, height: 844 },
  small: { width: 360, height: 740 },
  desktop: { width: 1440, height: 900 },
};

// The bundled browser brings its own libraries only when it believes to be on a build machine.
process.env['VERCEL'] = '1';
process.env['TMPDIR'] ??= await mkdtemp(join(tmpdir(), 'look-'));
const { default: chromium } = await import('@sparticuz/chromium');
const { chromium: playwright } = await import('playwright-core');
// It also brings its own, Latin fonts; a page is looked at with those of the system.
delete process.env['FONTCONFIG_PATH'];
const { AxeBuilder } = await import('@axe-core/playwright');

const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: [
    '--no-sandbox',
    '--headless=shell',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--font-render-hinting=none',
  ],
  headless: true,
});
await mkdir(values.out, { recursive: true });
let complaints = 0;

for (const size of values.size.split(',')) {
  for (const theme of values.theme.split(',')) {
    for (const language of values.language.split(',')) {
      const viewport = sizes[size];
      if (!viewport) throw new Error(`There is no size ${size}; there are ${Object.keys(sizes).join(', ')}`);
      const context = await browser.newContext({
        viewport,
        colorScheme: theme === 'dark' ? 'dark' : 'light',
        deviceScaleFactor: 1,
        javaScriptEnabled: values.scripts === 'on',
        timezoneId: 'Europe/Berlin',
        reducedMotion: 'reduce',
      });
      await context.addCookies(
        [`busbar_lang=${language}`, ...values.cookie].map((pair) => {
          const at = pair.indexOf('=');
          return { name: pair.slice(0, at), value: pair.slice(at + 1), url: base };
        }),
      );
      for (const path of paths) {
        const page = await context.newPage();
        const name = `${path.replaceAll(/[^\w]+/g, '_').replace(/^_|_$/g, '') || 'home'}.${size}.${theme}.${language}`;
        await look(page, path, name);
        await page.close();
      }
      await context.close();
    }
  }
}
await browser.close();
console.log(complaints === 0 ? 'No complaints.' : `${complaints} complaints.`);
process.exitCode = complaints === 0 ? 0 : 1;

async function look(page: Page, path: string, name: string): Promise<void> {
  const complain = (words: string) => {
    complaints++;
    console.log(`${name}: ${words}`);
  };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complain(message.text().slice(0, 400));
  });
  page.on('pageerror', (error) => complain(error.message.slice(0, 400)));
  await page.goto(base + path, { waitUntil: 'load' });
  // Faces are fetched once text asks for them, the Chinese one in many pieces.
  await page.evaluate(`document.fonts.ready`);
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(values.out, `${name}.png`), fullPage: values.whole });
  if (values.print)
    await page.pdf({ path: join(values.out, `${name}.pdf`), preferCSSPageSize: true, printBackground: true });
  const wider = await page
    .evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    .catch(() => 0);
  if (Number(wider) > 0) complain(`the page is ${String(wider)} px wider than the screen`);
  if (!values.axe) return;
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  for (const violation of violations) {
    complain(
      `${violation.id}: ${violation.help} — ${violation.nodes
        .slice(0, 3)
        .map((node) => `${node.target.join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`)
        .join(' | ')}`,
    );
  }
}

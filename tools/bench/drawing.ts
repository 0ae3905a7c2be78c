import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * How many frames a browser draws of a plant of 3,000 devices while somebody drags and zooms it for two seconds each.
 * Needs a portal built by `npm run sample -w portal`. Counts are printed and not judged: machines differ.
 *
 *   node tools/bench/drawing.ts [devices] [picture.png]
 */
const [devices = '3000', picture] = process.argv.slice(2);
const port = 20_000 + (process.pid % 20_000);
const portal = spawn(process.execPath, [join(import.meta.dirname, '../../portal/dev/serve.ts')], {
  env: { ...process.env, PORT: String(port), DEVICES: devices },
  stdio: ['ignore', 'pipe', 'inherit'],
});
await new Promise((resolve) => portal.stdout.once('data', resolve));

// The bundled browser brings its own libraries only when it believes to be on a build machine.
process.env['VERCEL'] = '1';
process.env['TMPDIR'] ??= mkdtempSync(join(tmpdir(), 'drawing-'));
const { default: chromium } = await import('@sparticuz/chromium');
const { chromium: playwright } = await import('playwright-core');
delete process.env['FONTCONFIG_PATH'];
const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: ['--no-sandbox', '--headless=shell', '--disable-gpu', '--disable-dev-shm-usage'],
  headless: true,
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => console.error(error.message));
  page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
  await page.goto(`http://127.0.0.1:${port}/zones`, { waitUntil: 'load' });
  const canvas = page.locator('.map-canvas');
  await page.waitForSelector('.map-canvas[data-drawn]', { timeout: 60_000 });
  await canvas.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await canvas.boundingBox())!;
  const [left, top] = [x + width / 2, y + height / 2];
  const told = async () => ({
    frames: Number(await canvas.getAttribute('data-frames')),
    drawn: Number(await canvas.getAttribute('data-drawn')),
  });
  const during = async (name: string, work: (step: number) => Promise<void>) => {
    const before = (await told()).frames;
    const end = performance.now() + 2000;
    for (let step = 0; performance.now() < end; step++) await work(step);
    const { frames, drawn } = await told();
    console.log(`${name}: ${frames - before} frames in 2 s, ${drawn} devices in the last`);
  };
  console.log(`${devices} devices, all in sight: ${(await told()).drawn} drawn`);
  if (picture) await page.screenshot({ path: picture });
  await page.mouse.move(left, top - height / 2 + 4);
  await page.mouse.down();
  await during('dragging all', (step) => page.mouse.move(left + (step % 40) * 4, top + (step % 30) * 4));
  await page.mouse.up();
  await canvas.focus();
  await page.mouse.move(left, top);
  await during('zooming in and out', (step) => page.mouse.wheel(0, step % 40 < 20 ? -60 : 60));
  await page.keyboard.press('0');
  await page.keyboard.press('Home');
  await page.mouse.move(left - width / 2 + 8, top + height / 2 - 8);
  await page.mouse.down();
  await during('dragging near', (step) => page.mouse.move(left + (step % 40) * 4, top + (step % 30) * 4));
  await page.mouse.up();
  await during('from device to device', async () => page.keyboard.press('ArrowRight'));
  if (picture) await page.screenshot({ path: picture.replace(/\.png$/, '-near.png') });
} finally {
  await browser.close();
  portal.kill();
}

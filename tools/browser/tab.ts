import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';

import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';

import { freePort, openBrowser } from '../../journeys/house.ts';
import type { Asked } from '../../portal/here/work.ts';

const worker = fileURLToPath(new URL('../../portal/here/worker.ts', import.meta.url));

export interface TabReading {
  /** The report as JSON, or why there is none. */
  readonly told: string;
  readonly packets: number;
  /** Until the worker has read its program and hears. */
  readonly loaded: number;
  /** From the question to the answer: reading, dissecting, and handing the report over. */
  readonly seconds: number;
}

/** A tab of a browser with the worker that the portal reads captures with, and nothing around it. */
export async function openTab(): Promise<{
  read(file: string): Promise<TabReading>;
  close(): Promise<void>;
}> {
  const script = await bundled();
  const port = await freePort();
  const server: Server = createServer(({ url }, answer) => {
    if (url === '/worker.js') answer.setHeader('content-type', 'text/javascript').end(script);
    else
      answer.setHeader('content-type', 'text/html').end('<!doctype html><title>x</title><input type=file>');
  }).listen(port, '127.0.0.1');
  const browser: Browser = await openBrowser();
  const page: Page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  return {
    async read(file) {
      await page.locator('input').setInputFiles(file);
      return page.evaluate(reading) as Promise<TabReading>;
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** But for the file, which is in the page: typed, for the script below is not. */
const question: Omit<Extract<Asked, { do: 'analyse' }>, 'file'> = { do: 'analyse', brought: [] };

/** Runs in the page. */
const reading = `new Promise((done, failed) => {
  const worker = new Worker('/worker.js', { type: 'module' });
  const since = (then) => (performance.now() - then) / 1000;
  const made = performance.now();
  let [began, loaded] = [0, 0];
  const end = (told, packets = 0) => {
    const seconds = since(began);
    worker.terminate();
    done({ told, packets, loaded, seconds });
  };
  worker.onerror = (event) => failed(new Error(event.message));
  worker.onmessage = ({ data }) => {
    if (data.said === 'hashed') {
      loaded = since(made);
      began = performance.now();
      worker.postMessage({ ...${JSON.stringify(question)}, file: document.querySelector('input').files[0] });
    }
    if (data.said === 'report' && data.whole) end(JSON.stringify(data.report), data.report.packets);
    if (data.said === 'refused') end(data.text);
    if (data.said === 'failed') failed(new Error(data.text));
  };
  worker.postMessage({ do: 'hash', key: '', file: new File([], '') });
})`;

async function bundled(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry: worker, formats: ['es'] } },
  });
  const [first] = [made].flat() as { output: { code: string }[] }[];
  return first!.output[0]!.code;
}

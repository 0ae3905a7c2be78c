import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Analysis, NotACapture } from '@busbar/dissect';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';

import { hex } from '../engines/dissect/src/testing/hex.ts';
import { Wire } from '../engines/dissect/src/testing/wire.ts';
import { freePort, openBrowser, sharedData } from './house.ts';

const engine = fileURLToPath(new URL('../engines/dissect/src/index.ts', import.meta.url));
const LARGEST = 3_000_000;

/** Reads whatever capture it is sent, as a page would have it done: apart, in pieces of its own size. */
const worker = `
import { Analysis } from './engine.js';
self.onmessage = async ({ data }) => {
  const bytes = new Uint8Array(await (await fetch(data)).arrayBuffer());
  try {
    const analysis = new Analysis({ strict: true });
    for (let at = 0; at < bytes.length; at += 65521) analysis.push(bytes.subarray(at, at + 65521));
    self.postMessage(JSON.stringify(analysis.finish()));
  } catch (error) {
    self.postMessage(error.name + ': ' + error.message);
  }
};`;

describe('the engine', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  const captures = new Map<string, Uint8Array>([['made.pcap', madeCapture()]]);
  before(async () => {
    const script = await bundled();
    const port = await freePort();
    server = createServer(({ url = '/' }, answer) => {
      const capture = captures.get(decodeURIComponent(url.slice('/captures/'.length)));
      if (url === '/') answer.setHeader('content-type', 'text/html').end('<!doctype html><title>x</title>');
      else if (url === '/engine.js') answer.setHeader('content-type', 'text/javascript').end(script);
      else if (url === '/worker.js') answer.setHeader('content-type', 'text/javascript').end(worker);
      else if (capture) answer.end(capture);
      else answer.writeHead(404).end();
    }).listen(port, '127.0.0.1');
    browser = await openBrowser();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  it('tells the same in a tab of a browser as it does here', async () => {
    const told = await inTheTab('made.pcap');
    assert.equal(told, here(captures.get('made.pcap')!));
    assert.match(told, /"code":"modbus.write-register"/);
  });

  it('tells the same of captures of others, to the letter', async (t) => {
    const folder = join(sharedData, 'captures/captures');
    if (!existsSync(folder)) return t.skip('the shared captures are not here');
    const files = globSync('**/*.{pcap,pcapng,cap}', { cwd: folder }).sort();
    const some = files.filter(
      (file, place) => place % 9 === 0 && statSync(join(folder, file)).size < LARGEST,
    );
    assert.ok(some.length > 20);
    for (const file of some) {
      captures.set(file, readFileSync(join(folder, file)));
      assert.equal(await inTheTab(file), here(captures.get(file)!), file);
      captures.delete(file);
    }
  });

  function inTheTab(name: string): Promise<string> {
    return page.evaluate(
      `new Promise((told, failed) => {
        const worker = new Worker('/worker.js', { type: 'module' });
        worker.onmessage = ({ data }) => { worker.terminate(); told(data); };
        worker.onerror = (event) => failed(new Error(event.message));
        worker.postMessage('/captures/' + ${JSON.stringify(encodeURIComponent(name))});
      })`,
    );
  }
});

function here(bytes: Uint8Array): string {
  try {
    const analysis = new Analysis({ strict: true });
    analysis.push(bytes);
    return JSON.stringify(analysis.finish());
  } catch (error) {
    if (error instanceof NotACapture) return `${error.name}: ${error.message}`;
    throw error;
  }
}

async function bundled(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry: engine, formats: ['es'] } },
  });
  const [first] = [made].flat() as { output: { code: string }[] }[];
  return first!.output[0]!.code;
}

function madeCapture(): Uint8Array {
  const write = hex`0007 0000 0006 11 06 0001 05AA`;
  return Wire.speaking({ on: 'tcp', at: [502] }, [
    ['request', write],
    ['reply', write],
  ]).pcap();
}

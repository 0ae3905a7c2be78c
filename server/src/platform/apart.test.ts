import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';

import { answerApart } from './apart.ts';
import { Problem } from './problem.ts';

const hog = 'server/src/testing/hog-process.ts';
const reaching = 'server/src/testing/reaching-process.ts';
const told = (code: string) => () => new Problem(422, code, 'Cut it into pieces');

describe('a program that works apart', { timeout: 60_000 }, () => {
  const tell = (script: string, said: number) =>
    answerApart(
      { script },
      (async function* () {
        yield Buffer.from(String(said));
      })(),
      {
        signal: new AbortController().signal,
        onProgress: () => {},
        tooMuch: told('too-much'),
        stalled: told('stalled'),
        mostResident: 300 << 20,
      },
    );

  it('answers with the memory that it is given, and is ended when it holds more outside of its heap', async () => {
    assert.deepEqual(JSON.parse(String(await tell(hog, 64))), { held: 8 });
    await assert.rejects(tell(hog, 4000), { status: 422, code: 'too-much' });
  });

  it('reaches no network, no other file, no program and no environment', async () => {
    const open = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(open, 'listening');
    try {
      const { port } = open.address() as AddressInfo;
      const denied = 'ERR_ACCESS_DENIED';
      assert.deepEqual(JSON.parse(String(await tell(reaching, port))), {
        network: denied,
        file: denied,
        writing: denied,
        program: denied,
        thread: denied,
        environment: 0,
      });
    } finally {
      open.close();
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { answerApart, confinement } from './apart.ts';
import { Problem } from './problem.ts';

const script = 'server/src/testing/hog-process.ts';
const confined = confinement([script], 'engines/dissect', []);
const said = (code: string) => () => new Problem(422, code, 'Cut it into pieces');

describe('a program that works apart', { timeout: 60_000 }, () => {
  const take = (megabytes: number) =>
    answerApart(
      confined,
      script,
      (async function* () {
        yield Buffer.from(String(megabytes));
      })(),
      {
        signal: new AbortController().signal,
        onProgress: () => {},
        tooMuch: said('too-much'),
        stalled: said('stalled'),
        mostResident: 300 << 20,
      },
    );

  it('answers with the memory that it is given, and is ended when it holds more outside of its heap', async () => {
    assert.deepEqual(JSON.parse(String(await take(64))), { held: 8 });
    await assert.rejects(take(4000), { status: 422, code: 'too-much' });
  });
});

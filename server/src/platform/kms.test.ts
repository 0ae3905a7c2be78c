import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { IncidentReport, caseApi } from '@busbar/contract';

import { startTestServer } from '../testing/test-server.ts';
import { type KeyWrapper, masterKeyWrapper } from './keys.ts';
import { MasterKey } from './config.ts';
import { kmsWrapper } from './kms.ts';

/** Somebody's KMS: its key is its own, a context is bound, and every start and every question stands in a file. */
const service = `
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const key = createHash('sha256').update('never leaves').digest();
const log = (word) => appendFileSync(process.env.KMS_LOG, word + '\\n');
const bytes = (word) => Buffer.from(word, 'base64');
log('start');
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, context, word] = line.split(' ');
  log(verb);
  try {
    if (verb === 'wrap') {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bytes(context));
      const wrapped = Buffer.concat([nonce, cipher.update(bytes(word)), cipher.final(), cipher.getAuthTag()]);
      console.log('ok ' + wrapped.toString('base64'));
    } else {
      const wrapped = bytes(word);
      const opened = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, 12)).setAAD(bytes(context)).setAuthTag(wrapped.subarray(-16));
      console.log('ok ' + Buffer.concat([opened.update(wrapped.subarray(12, -16)), opened.final()]).toString('base64'));
    }
  } catch {
    console.log('no such key in this context');
  }
}`;

describe('a KMS that wraps keys and gives its own to nobody', { timeout: 60_000 }, () => {
  const master = masterKeyWrapper(new MasterKey(new Uint8Array(32).fill(7)));
  let [folder, log, command] = ['', '', ''];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'busbar-kms-'));
    log = join(folder, 'log');
    writeFileSync(join(folder, 'kms.mjs'), service);
    command = `KMS_LOG=${log} exec ${process.execPath} ${join(folder, 'kms.mjs')}`;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const asked = (word: string) =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line === word).length;

  it('opens what it wrapped in its context only, all at once and in their order, and what the master key wrapped before', async () => {
    const kms = kmsWrapper(command, master);
    const keys = Array.from({ length: 50 }, () => randomBytes(32));
    const wrapped = await Promise.all(keys.map((key, at) => kms.wrap(key, `owner ${at}`)));
    const opened = await Promise.all(wrapped.map((each, at) => kms.unwrap(each, `owner ${at}`)));
    assert.deepEqual(opened, keys);
    assert.equal(asked('start'), 1);

    const questions = asked('unwrap');
    assert.deepEqual(await kms.unwrap(wrapped[0]!, 'owner 0'), keys[0]);
    assert.equal(asked('unwrap'), questions, 'what it unwrapped is remembered');

    await assert.rejects(kms.unwrap(wrapped[0]!, 'owner 1'), /refused: such key in this context/);
    const old = await master.wrap(keys[0]!, 'owner 0');
    assert.deepEqual(await kms.unwrap(old, 'owner 0'), keys[0]);
    await assert.rejects(master.unwrap(wrapped[0]!, 'owner 0'), /set BUSBAR_KMS_COMMAND/);
  });

  it('is told of a program that ends, is silent, babbles or gives the key back, and is asked again afterwards', async () => {
    const key = randomBytes(32);
    const says: readonly (readonly [string, RegExp])[] = [
      ['exit 3', /ended with 3/],
      ['sleep 60', /gave no answer within 300 ms/],
      ['echo hello; sleep 60', /no answer/],
      ['echo "no quota"; sleep 60', /refused: quota/],
      ['tr "\\\\n" "x" < /dev/zero', /characters in a line/],
      [`echo "ok ${key.toString('base64')}"; sleep 60`, /as it was/],
      // It says yes to everything, and keeps nothing.
      [
        'while read -r line; do echo "ok AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="; done',
        /does not open what it wrapped/,
      ],
    ];
    for (const [program, expected] of says)
      await assert.rejects(kmsWrapper(program, master, 300).wrap(key, 'owner'), expected, program);

    // One that takes its time for each of many is not silent.
    const slow = kmsWrapper(
      `while read -r word context wrapped; do sleep 0.1; echo "ok $wrapped"; done`,
      master,
      600,
    );
    const wrapped = Array.from({ length: 12 }, (_, at) => Buffer.from(`busbar-kms:${at}`));
    assert.deepEqual(
      (await Promise.all(wrapped.map((each) => slow.unwrap(each, 'owner')))).map(String),
      wrapped.map((_, at) => String(at)),
    );

    const flag = join(folder, 'mended');
    const mended = kmsWrapper(`test -e ${flag} || exit 1; ${command}`, master);
    await assert.rejects(mended.wrap(key, 'owner'), /ended with 1/);
    writeFileSync(flag, '');
    assert.deepEqual(await mended.unwrap(await mended.wrap(key, 'owner'), 'owner'), key);
  });

  it('holds the keys of cases: without it none of them opens, whatever the master key is', async () => {
    const server = await startTestServer({ kms: command, still: true });
    try {
      const operator = await server.organisation('Nordwasser', 'operator');
      await server.organisation('CERT', 'cert');
      const member = await operator.person('MAD');
      const { reference } = await server.as(member)(caseApi.report, {
        body: IncidentReport.parse({
          danger: 'no',
          control: 'yes',
          sees: 'It stopped at night',
          naming: 'member',
        }),
      });
      const { items } = await server.as(member)(caseApi.list, { query: { search: reference } });
      const room = await server.as(member)(caseApi.get, { params: { id: items[0]!.id } });
      assert.match(JSON.stringify(room), /It stopped at night/);
      const { rows } = await server.owner.query<{ wrapped: Buffer; owner_id: string; id: string }>(
        'select * from data_key where case_id is not null',
      );
      const opens = (wrapper: KeyWrapper) =>
        wrapper.unwrap(rows[0]!.wrapped, `${rows[0]!.owner_id} ${rows[0]!.id}`);
      await assert.rejects(opens(master));
      assert.equal((await opens(kmsWrapper(command, master))).length, 32);
    } finally {
      await server.close();
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { TracedReader } from '../../bytes/traced-reader.ts';
import type { Direction } from '../../dissector.ts';
import {
  CLIENT,
  conversation,
  credentialsOf,
  factsOf,
  operationsOf,
  SERVER,
  text,
} from '../../testing/conversation.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join } from '../../testing/wire.ts';
import { niagaraFox } from './fox.ts';

const frame = (head: string, ...lines: string[]) => text(`fox ${head}\n{\n${[...lines, '};;'].join('\n')}\n`);

/** As nmap asks and a station answers; the capture of icsmaster has the same. */
const hello = frame(
  'a 1 -1 fox hello',
  'fox.version=s:1.0',
  'id=i:1',
  'app.name=s:Workbench',
  'app.version=s:3.7.44',
);
const station = frame(
  'a 0 -1 fox hello',
  'fox.version=s:1.0',
  'hostName=s:jace#2d;7',
  'app.name=s:Station',
  'app.version=s:3.5.41.1',
  'vm.name=s:J9',
  'vm.version=s:2.3',
  'os.name=s:QNX',
  'os.version=s:6.3.2',
  'station.name=s:Legion_HQ_V4',
  'hostId=s:Qnx-NPM6-0000',
  'brandId=s:vykon',
  'sysInfo=o:bog 12[<a>\n};;\n</a>]',
);
const challenge = frame('a 1 -1 fox challenge', 'method=s:digest-md5', 'nonce=b:4[ab\n;]');
const login = frame('a 2 -1 fox login', 'username=s:admin', 'credentials=b:6[S3cret]');
const invoked = frame('s 3 7 station invoke', 'ord=s:station:|slot:/Drivers/Pump', 'action=s:override');

const talk = (...parts: [Direction, Uint8Array][]) => conversation([niagaraFox], parts);

describe('Niagara Fox', () => {
  keepsItsPromises(niagaraFox, [
    { request: hello, reply: frame('a 0 -1 fox hello', 'fox.version=s:1.0', 'info=o:bog 3[<a>]') },
    { request: login, reply: challenge },
    { request: invoked, reply: text('fox r 2 7 station invoke\n;;\n') },
  ]);

  it('learns who is who from how they say hello', () => {
    const report = talk(['request', hello], ['reply', station]);
    assert.deepEqual(factsOf(report, SERVER), [
      'name jace-7',
      'firmware 3.5.41.1',
      'software Station 3.5.41.1',
      'software J9 2.3',
      'os QNX 6.3.2',
      'station Legion_HQ_V4',
      'description brand vykon',
      'vendor Tridium',
      'product Niagara Station',
      'serial Qnx-NPM6-0000',
    ]);
    assert.ok(factsOf(report, CLIENT).includes('software Workbench 3.7.44'));
  });

  it('reads past binary content that looks like the end of a frame', () => {
    const report = talk(['reply', join(station, challenge)]);
    assert.deepEqual(report.malformed, []);
    assert.equal(report.conversations[0]!.messages, 2);
  });

  it('tells who logs in, how, and never with what', () => {
    const rejected = frame('a 2 -1 fox rejected');
    const report = talk(['reply', challenge], ['request', login], ['reply', rejected]);
    assert.deepEqual(credentialsOf(report), ['Niagara Fox digest-md5 admin 6']);
    assert.deepEqual(operationsOf(report), ['1 × niagara-fox.log-in: log in as admin by digest-md5']);
    assert.equal(report.operations[0]!.refused[0]!.code, 'niagara-fox.rejected');
    assert.ok(!JSON.stringify(report).includes('S3cret'));
    const traced = new TracedReader(login);
    niagaraFox.read(traced, { direction: 'request' });
    const tree = JSON.stringify(traced.finish());
    assert.ok(tree.includes('secret') && !tree.includes('S3cret') && !tree.includes('533363726574'));
  });

  it('tells what is invoked, and that it failed', () => {
    const report = talk(['request', invoked], ['reply', text('fox e 2 7 station invoke\n;;\n')]);
    assert.deepEqual(operationsOf(report), [
      '1 × niagara-fox.invoke: invoke override of station:|slot:/Drivers/Pump',
    ]);
    assert.equal(report.operations[0]!.refused[0]!.code, 'niagara-fox.failed');
  });

  it('learns a station from a real capture', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/fox/fox_info.pcap');
    if (!report) return;
    assert.equal((report.counts['ics_frames'] as Record<string, number>)['niagara-fox'], 3);
    assert.ok(factsOf(report, '106.68.88.119').includes('station Legion_HQ_V4'));
    assert.ok(factsOf(report, '10.1.3.4').includes('os Windows XP 5.1'));
  });
});

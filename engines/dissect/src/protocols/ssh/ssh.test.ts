import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { LOST, NOT_OURS, OURS } from '../../dissector.ts';
import {
  anomaliesOf,
  CLIENT,
  conversation,
  factsOf,
  operationsOf,
  SERVER,
  shownOf,
  text,
} from '../../testing/conversation.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { ssh } from './ssh.ts';

const client = text('SSH-2.0-PuTTY_Release_0.78\r\n');
const server = text('SSH-2.0-OpenSSH_8.2p1 Ubuntu-4ubuntu0.5\r\n');
const encrypted = new Uint8Array(64).fill(0x9c);

describe('SSH', () => {
  keepsItsPromises(ssh, [{ request: client, reply: server }]);

  it('tells who opens a shell, and what both sides run', () => {
    const report = conversation(
      [ssh],
      [
        ['reply', server],
        ['request', client],
        ['request', encrypted],
      ],
    );
    assert.deepEqual(operationsOf(report), ['1 × ssh.connect: open a remote shell with PuTTY_Release_0.78']);
    assert.deepEqual(report.operations[0]!.techniques, ['T0886']);
    assert.deepEqual(factsOf(report, CLIENT), ['software PuTTY_Release_0.78']);
    assert.deepEqual(factsOf(report, SERVER), [
      'software OpenSSH_8.2p1 Ubuntu-4ubuntu0.5',
      'os Ubuntu Linux',
    ]);
  });

  it('is shown field by field', () => {
    assert.deepEqual(shownOf(ssh, server, 'reply'), [
      'identification (RFC 4253, 4.2)',
      ' protocol: SSH-',
      ' version of the protocol: 2.0',
      ' separator: -',
      ' software: OpenSSH_8.2p1',
      ' comments: Ubuntu-4ubuntu0.5',
    ]);
    assert.deepEqual(shownOf(ssh, text('SSH-two\n')), ['identification (RFC 4253, 4.2)', ' line: SSH-two']);
  });

  it('notices version 1, and not a server that speaks both', () => {
    const anomalies = (version: string) =>
      anomaliesOf(conversation([ssh], [['reply', text(`SSH-${version}-x\n`)]]));
    assert.deepEqual(anomalies('1.5'), [['ssh.old-version', { version: '1.5' }]]);
    assert.deepEqual(anomalies('1.99'), []);
  });

  it('is known anywhere by its banner, and takes what is encrypted as it comes', () => {
    assert.equal(ssh.recognises(server, 0, server.length, false), OURS);
    assert.equal(ssh.recognises(encrypted, 0, encrypted.length, true), NOT_OURS);
    assert.notEqual(ssh.messageLength!(encrypted, 0, encrypted.length), LOST);
  });
});

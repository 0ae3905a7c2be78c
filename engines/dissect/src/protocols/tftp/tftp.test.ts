import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { conversation, operationsOf, shownOf, text } from '../../testing/conversation.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { ethernet, ipv4, join, u16, udp, Wire } from '../../testing/wire.ts';
import { kindOfFile } from '../files/kinds.ts';
import { tftp } from './tftp.ts';

const request = (code: number, file: string, ...options: string[]) =>
  join(u16(code), ...[file, 'octet', ...options].flatMap((word) => [text(word), [0]]));
const data = (block: number, length: number) => join(u16(3), u16(block), new Uint8Array(length).fill(block));
const notFound = join(u16(5), u16(1), text('File not found\0'));

/** The server chooses a port of its own for each file. */
function carried(...blocks: Uint8Array[]) {
  const wire = new Wire({ on: 'udp', at: [69] });
  wire.say('request', request(2, 'plc5_firmware.upd'));
  const port = 49_152;
  wire.add(ethernet('reply', 0x0800, ipv4('reply', 17, udp([2_001, port], join(u16(4), u16(0))))));
  for (const block of blocks)
    wire.add(ethernet('request', 0x0800, ipv4('request', 17, udp([port, 2_001], block))));
  const analysis = new Analysis({ dissectors: [tftp], strict: true });
  analysis.push(wire.pcap());
  return analysis.finish();
}

describe('TFTP', () => {
  keepsItsPromises(tftp, [{ request: request(1, 'config.cfg', 'blksize', '1024'), reply: notFound }]);

  it('tells who fetches or sends which file, and why not', () => {
    const report = conversation(
      [tftp],
      [
        ['request', request(2, 'plc5.upd')],
        ['reply', notFound],
      ],
    );
    assert.deepEqual(operationsOf(report), ['1 × tftp.write-file: send the file plc5.upd']);
    assert.equal(report.operations[0]!.refused[0]!.code, 'tftp.file-not-found');
  });

  it('is shown field by field', () => {
    assert.deepEqual(shownOf(tftp, request(1, 'config.cfg', 'blksize', '1024')), [
      'read (RFC 1350, 5, figure 5-1)',
      ' operation: 1, read',
      ' file: config.cfg',
      ' mode: octet, octets as they are',
      ' options (RFC 2347)',
      '  option: blksize',
      '  value: 1024',
    ]);
    assert.deepEqual(shownOf(tftp, notFound, 'reply'), [
      'error (RFC 1350, 5, figure 5-4)',
      ' operation: 5, error',
      ' error: 1, file not found',
      ' message: File not found',
    ]);
  });

  it('follows the file to the port where the server receives it', () => {
    const { transfers } = carried(data(1, 512), data(1, 512), data(2, 512), data(3, 100));
    assert.deepEqual(
      transfers.map(({ name, kind, way, bytes, complete }) => [name, kind, way, bytes, complete]),
      [['plc5_firmware.upd', 'firmware', 'to', 1_124, true]],
    );
  });

  it('begins with block 1', () => {
    assert.deepEqual(carried(data(0, 100)).transfers, []);
  });

  it('does not call a file whole of which a block is missing', () => {
    const { transfers } = carried(data(1, 512), data(3, 100));
    assert.equal(transfers[0]!.complete, false);
  });

  it('takes files for what their names say', () => {
    const kinds = ['FW_V2.upd', 'line3.s7p', 'startup-config', 'readme.txt'].map(kindOfFile);
    assert.deepEqual(kinds, ['firmware', 'program', 'configuration', 'file']);
  });
});

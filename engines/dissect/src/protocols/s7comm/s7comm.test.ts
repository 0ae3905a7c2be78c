import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import type { Direction } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises, type Sample } from '../../testing/promises.ts';
import { Wire } from '../../testing/wire.ts';
import { cotp } from '../iso/cotp.ts';
import { addressOf } from './items.ts';
import { s7comm } from './s7comm.ts';

const setup = {
  request: hex`
    32 01 0000 0001 0008 0000  job 1
    F0 00 0001 0001 01E0       set up communication, 480 bytes
  `,
  reply: hex`32 03 0000 0001 0008 0000 0000 F0 00 0001 0001 00F0`,
};

const readWord = {
  request: hex`
    32 01 0000 0002 000E 0000  job 2
    04 01                      read, one item
    12 0A 10                   S7ANY
    05 0001                    INT, one
    000A 84 000020             DB10, byte 4
  `,
  reply: hex`
    32 03 0000 0002 0002 0006 0000
    04 01
    FF 04 0010 FFFE            success, 16 bits: -2
  `,
};

const writeWord = {
  request: hex`
    32 01 0000 0003 000E 0006
    05 01                      write
    12 0A 10 05 0001 000A 84 000020
    00 04 0010 0007            7
  `,
  reply: hex`32 03 0000 0003 0002 0001 0000 05 01 FF`,
};

const writeSeveral = {
  request: hex`
    32 01 0000 0004 001A 000E
    05 02
    12 0A 10 01 0001 0000 82 000002  Q0.2
    12 0A 10 08 0001 0001 84 000040  DB1.DBD8, REAL
    00 03 0001 01 00                 a bit and a fill byte
    00 07 0004 41480000              12.5
  `,
  reply: hex`32 03 0000 0004 0002 0002 0000 05 02 FF 05`,
};

const refusedJob = {
  request: hex`32 01 0000 0005 0010 0000 29 0000000000 09 505F50524F4752414D`,
  reply: hex`32 03 0000 0005 0000 0000 8104`,
};

const insert = {
  request: hex`
    32 01 0000 0006 001A 0000
    28 000000000000FD          program invocation service
    000A 01 00                 argument: one block
    3041303030303150           0A00001P: DB1
    05 5F494E5345              _INSE
  `,
  reply: hex`32 03 0000 0006 0001 0000 0000 28`,
};

const requestDownload = {
  request: hex`
    32 01 0000 0007 0020 0000
    1A 00 0000 00000000
    09 5F30413030303130 50     _0A00010P: DB10
    0D 31 303030323136 303030313030  216 bytes to load, 100 of code
  `,
  reply: hex`32 03 0000 0007 0001 0000 0000 1A`,
};

const startUpload = {
  request: hex`
    32 01 0000 0008 0012 0000
    1D 00 0000 00000000
    09 5F3038303030303141      _0800001A: OB1
  `,
  reply: hex`
    32 03 0000 0008 0010 0000 0000
    1D 00 0100 00000007
    07 30303030323136          216 bytes
  `,
};

const readModule = {
  request: hex`
    32 07 0000 0009 0008 0008
    000112 04 11 44 01 00      request, CPU functions, read list
    FF 09 0004 0011 0000       list 0x0011
  `,
  reply: hex`
    32 07 0000 0009 000C 0044
    000112 08 12 84 01 01 00 00 0000
    FF 09 0040
    0011 0000 001C 0002        two records of 28 bytes
    0001 36455337203331352D32454831342D30414230 20 00C0 0003 0001
    0007 2020202020202020202020202020202020202020 00C0 5603 0207
  `,
};

const setClock = {
  request: hex`
    32 07 0000 000A 0008 000E
    000112 04 11 47 02 00
    FF 09 000A
    00 19 16 02 08 23 08 10 00 02
  `,
  reply: hex`32 07 0000 000A 000C 0004 000112 08 12 87 02 01 00 00 0000 0A 00 0000`,
};

const samples: Sample[] = [
  setup,
  readWord,
  writeWord,
  writeSeveral,
  refusedJob,
  insert,
  requestDownload,
  startUpload,
  readModule,
  setClock,
];

const wrap = (message: Uint8Array) => {
  const length = message.length + 7;
  return Uint8Array.from([3, 0, length >> 8, length & 0xff, 2, 0xf0, 0x80, ...message]);
};

const read = (bytes: Uint8Array, direction: Direction = 'request') =>
  s7comm.read(new ByteReader(bytes), { direction });

function analysed(...exchanges: { request?: Uint8Array; reply?: Uint8Array }[]) {
  const wire = new Wire({ on: 'tcp', at: [102] });
  for (const { request, reply } of exchanges) {
    if (request) wire.say('request', wrap(request));
    if (reply) wire.say('reply', wrap(reply));
  }
  const analysis = new Analysis({ dissectors: [cotp, s7comm], strict: true });
  analysis.push(wire.pcap());
  return analysis.finish();
}

const sampleOf = (...exchanges: Parameters<typeof analysed>) =>
  analysed(...exchanges).operations[0]!.samples[0]!;

const written = (...exchanges: Parameters<typeof analysed>) =>
  analysed(...exchanges).operations.find(({ code }) => code === 's7comm.write')!.samples[0]!.params;

describe('S7comm', () => {
  keepsItsPromises(s7comm, samples, { dissectors: [cotp], wrap });

  it('counts messages by type, function and subfunction', () => {
    const { counts } = analysed(readWord, refusedJob, insert, readModule);
    const of = (key: string) => ({ ...(counts[key] as object) });
    assert.deepEqual(of('s7comm_rosctr'), { job: 3, ack_data: 3, userdata: 2 });
    assert.deepEqual(of('s7comm_function'), {
      'ack_data:0x04': 1,
      'ack_data:0x28': 1,
      'job:0x04': 1,
      'job:0x28': 1,
      'job:0x29': 1,
    });
    assert.deepEqual(of('s7comm_userdata'), { 'type4/group4/sub1': 1, 'type8/group4/sub1': 1 });
    assert.deepEqual(of('s7comm_pi_service'), { _INSE: 1, P_PROGRAM: 1 });
  });

  it('tells what was read, by the address the engineers use, and its value', () => {
    const { text, params } = sampleOf(readWord);
    assert.deepEqual(params, { items: ['DB10.DBW4'], types: ['INT'], values: [-2] });
    assert.equal(text, 'read DB10.DBW4 (-2)');
  });

  it('tells what a write changed, from which value, even when another station had read it', () => {
    const { operations } = analysed(readWord, writeWord);
    const write = operations.find(({ code }) => code === 's7comm.write')!;
    assert.equal(write.dangerous, true);
    assert.equal(write.samples[0]!.text, 'write DB10.DBW4 := 7 (was -2)');
  });

  it('finds the value before in the middle of a longer read', () => {
    const longer = {
      request: hex`32 01 0000 0002 000E 0000 04 01 12 0A 10 02 0008 000A 84 000010`,
      reply: hex`32 03 0000 0002 0002 000C 0000 04 01 FF 04 0040 0000 0102 0304 0506`,
    };
    assert.deepEqual(written(longer, writeWord)['before'], [0x0102]);
  });

  it('does not take the value of another data block for the one before', () => {
    const elsewhere = {
      request: hex`32 01 0000 0002 000E 0000 04 01 12 0A 10 05 0001 000B 84 000020`,
      reply: readWord.reply,
    };
    assert.equal(written(elsewhere, writeWord)['before'], undefined);
  });

  it('does not guess a value before of which only a part was read', () => {
    const shorter = {
      request: hex`32 01 0000 0002 000E 0000 04 01 12 0A 10 02 0003 000A 84 000010`,
      reply: hex`32 03 0000 0002 0002 0007 0000 04 01 FF 04 0018 0000 01`,
    };
    assert.equal(written(shorter, writeWord)['before'], undefined);
  });

  it('knows what was written as well as what was read', () => {
    const again = {
      request: hex`32 01 0000 0009 000E 0006 05 01 12 0A 10 05 0001 000A 84 000020 00 04 0010 0009`,
      reply: hex`32 03 0000 0009 0002 0001 0000 05 01 FF`,
    };
    const { operations } = analysed(readWord, writeWord, again);
    const [first, second] = operations.find(({ code }) => code === 's7comm.write')!.samples;
    assert.deepEqual([first!.params['before'], second!.params['before']], [[-2], [7]]);
  });

  it('does not believe a write that the device refused', () => {
    const refused = { request: writeWord.request, reply: hex`32 03 0000 0003 0002 0001 0000 05 01 03` };
    const { operations } = analysed(readWord, refused, writeWord);
    const [, second] = operations.find(({ code }) => code === 's7comm.write')!.samples;
    assert.deepEqual(second!.params['before'], [-2]);
  });

  it('does not tell the value before when a part of it was written since', () => {
    const bit = {
      request: hex`32 01 0000 0009 000E 0005 05 01 12 0A 10 01 0001 000A 84 000021 00 03 0001 01`,
      reply: hex`32 03 0000 0009 0002 0001 0000 05 01 FF`,
    };
    const { operations } = analysed(readWord, bit, writeWord);
    const [, second] = operations.find(({ code }) => code === 's7comm.write')!.samples;
    assert.equal(second!.params['before'], undefined);
  });

  it('tells writes to outputs from writes to memory', () => {
    const [operation] = analysed(writeSeveral).operations;
    assert.equal(operation!.code, 's7comm.write-outputs');
    assert.ok(operation!.techniques.includes('T0835'));
    const { params, refused } = operation!.samples[0]!;
    assert.deepEqual(params['items'], ['Q0.2', 'DB1.DBD8']);
    assert.deepEqual(params['values'], [true, 12.5]);
    assert.equal(refused!.code, 's7comm.address-out-of-range');
    assert.deepEqual(params['results'], ['success', 'address out of range']);
  });

  it('counts refusals also of writes that nobody keeps a sample of', () => {
    const again = Array.from({ length: 40 }, () => writeSeveral);
    const [operation] = analysed(...again).operations;
    assert.equal(operation!.count, 40);
    assert.deepEqual(operation!.refused, [
      { code: 's7comm.address-out-of-range', text: 'address out of range', params: {}, count: 40 },
    ]);
  });

  it('tells a stop, and why it was refused', () => {
    const [operation] = analysed(refusedJob).operations;
    assert.equal(operation!.code, 's7comm.stop');
    assert.deepEqual(operation!.techniques, ['T0858']);
    assert.deepEqual(operation!.refused, [
      { code: 's7comm.function-not-implemented', text: 'function not implemented', params: {}, count: 1 },
    ]);
  });

  it('tells which blocks are activated, downloaded and uploaded, and who does that', () => {
    const { operations, devices } = analysed(insert, requestDownload, startUpload);
    assert.deepEqual(
      operations.map(({ code, samples: [sample] }) => [code, sample!.text]),
      [
        ['s7comm.activate-blocks', 'activate DB1'],
        ['s7comm.download', 'download DB10 (216 bytes)'],
        ['s7comm.upload', 'upload OB1 (216 bytes)'],
      ],
    );
    const station = devices.find(({ addresses }) => addresses[0] === '192.0.2.1')!;
    assert.equal(station.roles[0]!.role, 'engineering');
  });

  it('lets the controller ask for the parts of a download, and still says who downloads', () => {
    const part = {
      reply: hex`32 01 0000 1D3B 0012 0000 1B 00 0000 00000000 09 5F3041303030313050`,
      request: hex`32 03 0000 1D3B 0002 0008 0000 1B 00 0004 00FB 70700101`,
    };
    const wire = new Wire({ on: 'tcp', at: [102] });
    wire.say('request', wrap(requestDownload.request));
    wire.say('reply', wrap(requestDownload.reply));
    wire.say('reply', wrap(part.reply));
    wire.say('request', wrap(part.request));
    const analysis = new Analysis({ dissectors: [cotp, s7comm], strict: true });
    analysis.push(wire.pcap());
    const operation = analysis.finish().operations.at(-1)!;
    assert.equal(operation.code, 's7comm.download-part');
    assert.equal(operation.source.address, '192.0.2.1');
    assert.deepEqual(operation.samples[0]!.params, { block: 'DB10', bytes: 4, more: false });
  });

  it('learns what a controller is from its status lists', () => {
    const { devices } = analysed(readModule);
    const { facts } = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    assert.deepEqual(
      facts.filter(({ protocol }) => protocol === 's7comm').map(({ field, value }) => [field, value]),
      [
        ['orderNumber', '6ES7 315-2EH14-0AB0'],
        ['hardware', '3'],
        ['firmware', 'V3.2.7'],
        ['vendor', 'Siemens'],
      ],
    );
  });

  it('joins an answer that comes in several messages, and counts one question', () => {
    const first = {
      request: readModule.request,
      reply: hex`
        32 07 0000 0009 000C 0028
        000112 08 12 84 01 05 D6 01 0000    more follows
        FF 09 0024
        0011 0000 001C 0002
        0001 36455337203331352D32454831342D30414230 20 00C0 0003 0001
      `,
    };
    const second = {
      request: hex`32 07 0000 000B 000C 0004 000112 08 12 44 01 05 00 00 0000 0A 00 0000`,
      reply: hex`
        32 07 0000 000B 000C 0020
        000112 08 12 84 01 05 D6 00 0000
        FF 09 001C
        0007 2020202020202020202020202020202020202020 00C0 5603 0207
      `,
    };
    const { operations, devices } = analysed(first, second);
    assert.equal(operations[0]!.count, 1);
    const { facts } = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    assert.ok(facts.some(({ field, value }) => field === 'firmware' && value === 'V3.2.7'));
  });

  it('tells to which time a clock is set', () => {
    assert.equal(sampleOf(setClock).text, 'set the clock to 2016-02-08 23:08:10.000');
  });

  it('tells the new mode when a controller reports it', () => {
    const stopped = { reply: hex`32 07 0000 0000 000C 0004 000112 08 12 00 00 00 00 00 0000 FF 09 0000` };
    assert.equal(sampleOf(stopped).text, 'controller goes to STOP');
  });

  it('tells what a variable table modifies', () => {
    const modify = {
      request: hex`
        32 07 0000 6803 000C 0044
        000112 08 12 41 08 00 00 00 0000
        FF 09 0040
        0014 0028
        0000 0001 0001 0006 0001 0001 0001 0001 0001 0200
        0003
        03 01 0000 0000            MD0
        02 01 0000 0004            MW4
        10 01 0000 0008            I8.1
        00 09 0004 4133851F
        00 09 0002 DEAD
        00 09 0001 01 00
      `,
    };
    assert.deepEqual(sampleOf(modify).params, {
      items: ['MD0', 'MW4', 'I8.1'],
      values: ['4133851f', 'dead', '01'],
    });
  });

  it('never shows a password', () => {
    const password = {
      request: hex`
        32 07 0000 000C 0008 000C
        000112 04 11 45 01 00
        FF 09 0008 64640B0A2F2E2D2C
      `,
    };
    assert.deepEqual(sampleOf(password).params, {});
  });

  it('writes addresses as the engineers do', () => {
    const at = (area: number, size: number, start: number, count = 1, block = 0) =>
      addressOf({ area, block, start, count, size }, false);
    assert.equal(at(0x84, 1, 4 * 8 + 2, 1, 10), 'DB10.DBX4.2');
    assert.equal(at(0x83, 1, 20 * 8), 'M20.0');
    assert.equal(at(0x81, 4, 4 * 8), 'IW4');
    assert.equal(at(0x80, 4, 256 * 8), 'PIW256');
    assert.equal(addressOf({ area: 0x80, block: 0, start: 2048, count: 1, size: 4 }, true), 'PQW256');
    assert.equal(at(0x1d, 0x1d, 5), 'T5');
    assert.equal(at(0x1c, 0x1c, 5, 3), 'C5–C7');
    assert.equal(at(0x84, 2, 0, 20, 1), 'P#DB1.DBX0.0 BYTE 20');
    assert.equal(at(0x83, 2, 8 * 8, 4), 'P#M 8.0 BYTE 4');
  });

  it('names symbols of S7-1200 by their place in the tree', () => {
    const symbol = hex`
      32 01 0000 0002 001A 0000
      04 01
      12 16 B2 FF 8A0E 0001 4A1F2C3D 20000009 20000002 20000001 00
    `;
    const { body } = read(symbol);
    assert.equal(body.kind === 'items' && body.items[0]!.address, 'DB1.9.2.1 (symbol 4a1f2c3d)');
  });

  it('names the field that a lying length runs into', () => {
    const lying = hex`32 03 0000 0002 0002 0006 0000 04 01 FF 04 0100 FFFE`;
    assert.throws(() => read(lying, 'reply'), new Malformed('value', 18, 'needs 32 bytes, 2 left'));
    const { malformed } = analysed({ request: readWord.request, reply: lying });
    assert.equal(malformed[0]!.field, 'value');
  });

  it('shows in the field tree what the answer itself does not say', () => {
    const reader = new TracedReader(readWord.reply);
    s7comm.read(reader, { direction: 'reply', context: { items: 'DB10.DBW4' } });
    assert.equal(reader.finish().at(-1)!.remark, 'DB10.DBW4');
  });

  it('reads what comes without its question', () => {
    const { malformed, operations } = analysed({ reply: readWord.reply });
    assert.deepEqual(malformed, []);
    assert.deepEqual(operations, []);
  });
});

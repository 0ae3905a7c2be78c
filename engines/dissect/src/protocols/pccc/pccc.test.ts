import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import type { Report } from '../../analysis/report.ts';
import { NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises, type Sample } from '../../testing/promises.ts';
import { join, u16, u32, Wire } from '../../testing/wire.ts';
import { cip } from '../cip/cip.ts';
import { enip } from '../enip/enip.ts';
import { cspv4 } from './cspv4.ts';
import { pccc } from './pccc.ts';

/** Protected typed logical read of three integers of a MicroLogix (1770-6.5.16, 7-17). */
const readIntegers = {
  request: hex`
    0F 00 0100      command, status, transaction
    A2              function: protected typed logical read with three address fields
    06              size
    07 89 02 00     file 7, type N, element 2, sub-element 0
  `,
  reply: hex`4F 00 0100 0500 FBFF 3412`,
};

const writeInteger = {
  request: hex`
    0F 00 0200
    AA              function: protected typed logical write with three address fields
    02
    07 89 03 00     N7:3
    2A00            42
  `,
  reply: hex`4F 00 0200`,
};

const writeRefused = {
  request: hex`0F 00 0300 AA 02 07 89 03 00 6300`,
  reply: hex`
    4F F0 0300
    0B              extended status: access denied
  `,
};

const readTimer = {
  request: hex`0F 00 0400 A2 06 04 86 00 00`,
  reply: hex`
    4F 00 0400
    00C0            EN and TT
    6400            preset
    1F00            accumulated
  `,
};

const writePreset = {
  request: hex`0F 00 0500 AA 02 04 86 00 01 C800`,
  reply: hex`4F 00 0500`,
};

/** Protected typed logical write with mask (1770-6.5.16, 7-19). */
const setBit = {
  request: hex`
    0F 00 0600 AB
    02 03 85 01 00  B3:1
    2000            mask: bit 5
    2000            set
  `,
  reply: hex`4F 00 0600`,
};

const readFloat = {
  request: hex`0F 00 0700 A2 04 08 8A 00 00`,
  reply: hex`4F 00 0700 0000C841`,
};

const readString = {
  request: hex`0F 00 0800 A2 54 09 8D 00 00`,
  reply: join(hex`4F 00 0800 0500 5550 504D 0031`, new Uint8Array(76)),
};

/** Of a PLC-5, at a logical binary address (1770-6.5.16, 13-12). */
const readWords = {
  request: hex`
    0F 00 0900
    01              function: word range read
    0000 0200       packet offset, total
    06 07 0A        levels: file 7, element 10
    04              size
  `,
  reply: hex`4F 00 0900 0700 0800`,
};

const readPlc5Float = {
  request: hex`0F 00 0A00 01 0000 0200 06 08 00 04`,
  reply: hex`4F 00 0A00 C841 0000`,
};

/** At a logical ASCII address, of type and size. */
const typedRead = {
  request: hex`
    0F 00 0B00
    68              function: typed read
    0000 0200       packet offset, total
    00 24 4E31303A35 00  address: N10:5
    0200            elements
  `,
  reply: hex`
    4F 00 0B00
    99 09 05        array of 5 bytes
    42              integers of 2 bytes
    0100 0200
  `,
};

const typedWrite = {
  request: hex`0F 00 0C00 67 0000 0100 06 07 05 42 0900`,
  reply: hex`4F 00 0C00`,
};

const modify = {
  request: hex`
    0F 00 0D00
    26              function: read modify write
    06 00 0F        levels: file 0, element 15
    FEFF 0200       AND, OR
  `,
  reply: hex`4F 00 0D00`,
};

const stop = { request: hex`0F 00 0E00 80 01`, reply: hex`4F 00 0E00` };
const run = { request: hex`0F 00 0F00 80 06`, reply: hex`4F 00 0F00` };

const beginDownload = { request: hex`0F 00 1000 50`, reply: hex`4F 00 1000` };
const writeMemory = (at: number) => ({
  request: join(hex`0F 00`, u16(at), hex`18`, u16(at).reverse(), hex`0000 DEADBEEF`),
  reply: join(hex`4F 00`, u16(at)),
});
const endDownload = { request: hex`0F 00 1300 52`, reply: hex`4F 00 1300` };

/** A ladder file of an SLC 500: its type is none of the data table. */
const readLadder = {
  request: hex`0F 00 1400 A2 04 02 22 00 00`,
  reply: hex`4F 00 1400 01020304`,
};
const openFile = { request: hex`0F 00 1500 81 03 0200 22`, reply: hex`4F 00 1500 0700` };
const writeFile = { request: hex`0F 00 1600 AF 04 0700 0000 22 0A0B0C0D`, reply: hex`4F 00 1600` };
const closeFile = { request: hex`0F 00 1700 82 0700`, reply: hex`4F 00 1700` };

/** From a MicroLogix 1100 (1770-6.5.16, chapters 7 and 10). */
const diagnosticStatus = {
  request: hex`06 00 1800 03`,
  reply: hex`46 00 1800 00 EE 4A B9 21 313736332D4C4543202020`,
};

const plc2Bits = {
  request: hex`05 00 1900 2100 01 80`,
  reply: hex`45 00 1900`,
};

const samples: Sample[] = [
  readIntegers,
  writeInteger,
  writeRefused,
  readTimer,
  writePreset,
  setBit,
  readFloat,
  readString,
  readWords,
  readPlc5Float,
  typedRead,
  typedWrite,
  modify,
  stop,
  beginDownload,
  writeMemory(0x100),
  endDownload,
  readLadder,
  openFile,
  writeFile,
  closeFile,
  diagnosticStatus,
  plc2Bits,
];

/** In Execute PCCC of CIP, in SendRRData of EtherNet/IP. */
function inCip(message: Uint8Array): Uint8Array {
  const isReply = message.length > 0 && (message[0]! & 0x40) !== 0;
  const service = isReply ? hex`CB 00 00 00` : hex`4B 02 2067 2401`;
  const data = join(service, hex`07 0100 78563412`, message);
  const packet = join(hex`0200 0000 0000 B200`, u16(data.length).reverse(), data);
  return join(
    [0x6f, 0],
    u16(packet.length + 6).reverse(),
    hex`0B000200 00000000`,
    // The context is the transaction, so that every request is an exchange of its own.
    [message[2] ?? 0, message[3] ?? 0],
    new Uint8Array(6),
    hex`00000000 00000000 0000`,
    packet,
  );
}

function inCspv4(message: Uint8Array): Uint8Array {
  const mode = message.length > 0 && (message[0]! & 0x40) !== 0 ? 2 : 1;
  const routing = hex`00 05 00 00`;
  return join(
    [mode, 7],
    u16(routing.length + message.length),
    hex`00000001 00000000`,
    new Uint8Array(16),
    routing,
    message,
  );
}

function analysed(exchanges: readonly Sample[], wrap = inCip, carrier = enip.carriers[0]!): Report {
  const wire = new Wire(carrier);
  for (const { request, reply } of exchanges) {
    wire.say('request', wrap(request));
    if (reply) wire.say('reply', wrap(reply));
  }
  const analysis = new Analysis({ strict: true });
  analysis.push(wire.pcap());
  return analysis.finish();
}

const operationsOf = ({ operations }: Report) => operations.filter(({ code }) => code.startsWith('pccc.'));
const textsOf = (report: Report) =>
  operationsOf(report).flatMap(({ samples: told }) => told.map(({ text }) => text));
const variablesOf = ({ variables }: Report) =>
  variables.map(({ name, last, sets }) => `${name} ${sets > 0 ? 'set to' : 'is'} ${last.value}`);

describe('PCCC in CIP', () => {
  keepsItsPromises(pccc, samples, { dissectors: [enip, cip], wrap: inCip });
});

describe('CSPv4', () => {
  const connects = (mode: number) => join([mode, 1, 0, 0], u32(mode === 2 ? 7 : 0), new Uint8Array(20));

  keepsItsPromises(
    cspv4,
    [
      { request: connects(1), reply: connects(2) },
      { request: inCspv4(readIntegers.request), reply: inCspv4(readIntegers.reply) },
      { request: inCspv4(writeInteger.request), reply: inCspv4(writeInteger.reply) },
    ],
    { within: [pccc] },
  );

  it('is recognised on other ports by the message within, never by a connect alone', () => {
    const elsewhere = (message: Uint8Array) => cspv4.recognises(message, 0, message.length, false);
    assert.equal(elsewhere(inCspv4(readIntegers.request)), OURS);
    assert.equal(elsewhere(inCspv4(readIntegers.reply)), OURS);
    assert.equal(elsewhere(connects(1)), NOT_OURS);
    const changes: [number, number][] = [
      [0, 2],
      [1, 1],
      [3, 0],
      [8, 1],
      [31, 2],
      [32, 0x9f],
    ];
    for (const [at, byte] of changes) {
      const changed = inCspv4(readIntegers.request);
      changed[at] = byte;
      assert.equal(elsewhere(changed), NOT_OURS, `octet ${at}`);
    }
    assert.deepEqual(textsOf(analysed([readIntegers], inCspv4, { on: 'tcp', at: [40_000] })), [
      'read N7:2 (got 5, -5, 4660)',
    ]);
  });
});

describe('PCCC in CSPv4', () => {
  keepsItsPromises(pccc, samples.slice(0, 3), { dissectors: [cspv4], wrap: inCspv4 });

  it('is found behind the way to another network', () => {
    const routed = (message: Uint8Array) => {
      const bytes = inCspv4(join(new Uint8Array(11), message));
      bytes[0] = (message[0]! & 0x40) !== 0 ? 2 : 1;
      bytes[31] = 1;
      return bytes;
    };
    assert.deepEqual(textsOf(analysed([readIntegers], routed, cspv4.carriers[0])), [
      'read N7:2 (got 5, -5, 4660)',
    ]);
  });
});

describe('PCCC', () => {
  it('tells values by the addresses practitioners write', () => {
    assert.deepEqual(textsOf(analysed([readIntegers, readFloat, readString])), [
      'read N7:2 (got 5, -5, 4660)',
      'read F8:0 (got 25)',
      'read ST9:0 (got PUMP1)',
    ]);
    assert.deepEqual(variablesOf(analysed([readIntegers, readFloat])), [
      'N7:2 is 5',
      'N7:3 is -5',
      'N7:4 is 4660',
      'F8:0 is 25',
    ]);
  });

  it('tells what was there before a write', () => {
    const report = analysed([readIntegers, writeInteger, writeInteger]);
    const texts = textsOf(report).filter((text) => text.startsWith('write'));
    assert.deepEqual(texts, ['write 42 to N7:3 (was -5)', 'write 42 to N7:3 (was 42)']);
    assert.ok(variablesOf(report).includes('N7:3 set to 42'));
  });

  it('does not take a refused write for a value', () => {
    const report = analysed([readIntegers, writeRefused, writeInteger]);
    assert.ok(textsOf(report).includes('write 42 to N7:3 (was -5)'), textsOf(report).join());
    const [write] = operationsOf(report).filter(({ code }) => code === 'pccc.write');
    assert.equal(write!.refused[0]!.code, 'pccc.access-denied');
    assert.deepEqual(variablesOf(analysed([writeRefused])), []);
  });

  it('takes timers apart into flags, preset and accumulated value', () => {
    const report = analysed([readTimer, writePreset]);
    assert.deepEqual(textsOf(report), [
      'write 200 to T4:0.PRE (was 100)',
      'read T4:0 (got EN=1, TT=1, DN=0, 100, 31)',
    ]);
    assert.deepEqual(variablesOf(report).toSorted(), [
      'T4:0.ACC is 31',
      'T4:0.DN is 0',
      'T4:0.EN is 1',
      'T4:0.PRE set to 200',
      'T4:0.TT is 1',
    ]);
  });

  it('tells which bits a mask changes', () => {
    const report = analysed([setBit, modify, plc2Bits]);
    assert.deepEqual(variablesOf(report).toSorted(), [
      'B3:1/5 set to 1',
      'O:017/0 set to 0',
      'O:017/1 set to 1',
      'PLC-2 0:16/15 set to 0',
      'PLC-2 0:16/8 set to 1',
    ]);
  });

  it('reads addresses and data of a PLC-5', () => {
    assert.deepEqual(textsOf(analysed([readWords, readPlc5Float, typedRead, typedWrite])), [
      'write 9 to N7:5',
      'read N7:10 (got 7, 8)',
      'read F8:0 (got 25)',
      'read N10:5 (got 1, 2)',
    ]);
  });

  it('tells a stop from a start', () => {
    const report = analysed([stop, run]);
    assert.deepEqual(
      operationsOf(report).map(({ code, techniques }) => [code, techniques]),
      [
        ['pccc.stop', ['T0858']],
        ['pccc.start', ['T0858']],
      ],
    );
    assert.ok(analysed([stop]).detections.some(({ id }) => id === 'controller-stopped'));
  });

  it('hands on a program on its way to a controller', () => {
    const { transfers } = analysed([beginDownload, writeMemory(0x100), writeMemory(0x104), endDownload]);
    assert.deepEqual(
      transfers.map(({ way, kind, name, bytes, complete }) => [way, kind, name, bytes, complete]),
      [['to', 'program', 'processor memory', 8, true]],
    );
  });

  it('tells files of the program from files of data, by type and by tag', () => {
    const report = analysed([readLadder, openFile, writeFile, closeFile]);
    assert.deepEqual(textsOf(report), [
      'write 4 bytes of file 2 of type 0x22',
      'read 4 bytes of file 2 of type 0x22',
      'open file 2 of type 0x22 (to read and write)',
      'close file 2 of type 0x22',
    ]);
    const transfers = report.transfers.map(({ way, name, bytes, complete }) => ({
      [way]: [name, bytes, complete],
    }));
    assert.deepEqual(Object.assign({}, ...transfers), {
      from: ['file 2 of type 0x22', 4, true],
      to: ['file 2 of type 0x22', 4, true],
    });
  });

  it('learns what a processor is from its diagnostic status', () => {
    const { devices } = analysed([diagnosticStatus]);
    const device = devices.find(({ addresses }) => addresses.includes('192.0.2.2'))!;
    assert.ok(device.facts.some(({ field, value }) => field === 'product' && value === '1763-LEC'));
  });
});

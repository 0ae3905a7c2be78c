import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { Wire } from '../../testing/wire.ts';
import { iec104 } from './iec104.ts';

const start = {
  request: hex`
    68 04  start, length
    07     STARTDT, activation
    00 0000
  `,
  reply: hex`68 04 0B 00 0000`,
};

const interrogation = {
  request: hex`
    68 0E
    0000 0000  send and receive sequence
    64         C_IC_NA_1
    01         one object
    06         activation
    00         originator
    0A00       common address 10
    000000     object address
    14         station
  `,
  reply: hex`68 0E 0000 0200 64 01 07 00 0A00 000000 14`,
};

const values = hex`
  68 13 0200 0200
  0B         M_ME_NB_1
  82         sequence of two objects
  14         interrogated by station
  00 0A00
  640000     object address 100
  2C01 00    300, good
  D4FE 80    -300, invalid
`;

const spontaneous = hex`
  68 19 0400 0200
  24         M_ME_TF_1
  01 03      spontaneous
  00 0A00
  C80000     object address 200
  0000 4841  12.5
  00
  E803 1E 0A 6F 0B 17  2023-11-15 10:30:01.000
`;

const select = {
  request: hex`
    68 0E 0200 0400
    2D         C_SC_NA_1
    01 06 00 0A00
    881300     object address 5000
    81         select, on
  `,
  reply: hex`68 0E 0600 0400 2D 01 07 00 0A00 881300 81`,
};
const execute = {
  request: hex`68 0E 0400 0600 2D 01 06 00 0A00 881300 01`,
  reply: hex`68 0E 0800 0600 2D 01 47 00 0A00 881300 01`,
};

const setPoint = {
  request: hex`
    68 12 0600 0A00
    32         C_SE_NC_1
    01 06 00 0A00
    701700     object address 6000
    0000 2842  42
    00
  `,
  reply: hex`68 12 0A00 0800 32 01 07 00 0A00 701700 0000 2842 00`,
};

const reset = {
  request: hex`
    68 0E 0800 0C00
    69         C_RP_NA_1
    01 06 00 0A00
    000000
    01         general reset
  `,
};

const fileReady = {
  request: hex`
    68 13 0A00 0C00
    78         F_FR_NA_1
    01 0D 00 0A00
    010000     object address
    0200       file 2
    001000     4096 octets
    00         ready
  `,
};

const samples = [
  start,
  interrogation,
  { request: select.request, reply: values },
  { request: execute.request, reply: spontaneous },
  setPoint,
  reset,
  fileReady,
  { request: fileMessage(6, 125, '02 00 01 02 AA BB') },
  { request: fileMessage(7, 123, '02 00 01 03 65') },
];

function analysed(...exchanges: { request?: Uint8Array; reply?: Uint8Array }[]) {
  const parts = exchanges.flatMap(({ request, reply }): [Direction, Uint8Array][] => [
    ...(request ? [['request', request] as [Direction, Uint8Array]] : []),
    ...(reply ? [['reply', reply] as [Direction, Uint8Array]] : []),
  ]);
  const analysis = new Analysis({ dissectors: [iec104], strict: true });
  analysis.push(Wire.speaking({ on: 'tcp', at: [2404] }, parts).pcap());
  return analysis.finish();
}

const read = (bytes: Uint8Array) => iec104.read(new ByteReader(bytes), { direction: 'request' });

/** A single command, number `send` of its connection. */
function command(send: number, address: number): Uint8Array {
  return execute.request
    .with(2, send << 1)
    .with(12, address & 0xff)
    .with(13, address >> 8);
}

/** A message of file transfer, number `send` of its side, about IOA 1 of station 10. */
function fileMessage(send: number, type: number, content: string): Uint8Array {
  const object = Uint8Array.from(content.split(' '), (octet) => Number.parseInt(octet, 16));
  const head = [0x68, 13 + object.length, send << 1, 0, 0, 0, type, 1, 13, 0, 10, 0, 1, 0, 0];
  return Uint8Array.from([...head, ...object]);
}

/** A file of five octets in two sections, which the controlling station asks for. */
function fetching(checksum: number): { request?: Uint8Array; reply?: Uint8Array }[] {
  const told = (send: number, type: number, content: string) => ({ reply: fileMessage(send, type, content) });
  const asks = (send: number, type: number, content: string) => ({
    request: fileMessage(send, type, content),
  });
  return [
    asks(0, 122, '02 00 00 01'),
    told(0, 120, '02 00 05 00 00 00'),
    told(1, 121, '02 00 01 03 00 00 00'),
    told(2, 125, '02 00 01 02 01 02'),
    told(3, 125, '02 00 01 01 03'),
    told(4, 123, '02 00 01 03 06'),
    asks(1, 124, '02 00 01 03'),
    told(5, 121, '02 00 02 02 00 00 00'),
    told(6, 125, '02 00 02 02 04 05'),
    told(7, 123, '02 00 02 03 09'),
    asks(2, 124, '02 00 02 03'),
    told(8, 123, `02 00 02 01 ${checksum.toString(16)}`),
    asks(3, 124, '02 00 02 01'),
  ];
}

describe('IEC 60870-5-104', () => {
  keepsItsPromises(iec104, samples);

  it('reads values, also those that follow one address in sequence', () => {
    assert.deepEqual(read(values).asdu!.objects, [
      { address: 100, value: 300 },
      { address: 101, value: -300, doubtful: true },
    ]);
    assert.deepEqual(read(spontaneous).asdu!.objects, [
      { address: 200, value: 12.5, time: '2023-11-15 10:30:01.000' },
    ]);
  });

  it('counts formats, types and causes', () => {
    const { counts } = analysed(start, interrogation);
    assert.deepEqual({ ...(counts['iec104_apci'] as object) }, { I: 2, U: 2 });
    assert.deepEqual({ ...(counts['iec104_typeid_cot'] as object) }, { '100/6': 1, '100/7': 1 });
    assert.deepEqual({ ...(counts['iec104_u'] as object) }, { 1: 1, 2: 1 });
  });

  it('tells what an interrogation brought', () => {
    const told = analysed(interrogation, { reply: values }).operations[0]!;
    assert.equal(told.code, 'iec104.interrogate');
    assert.equal(told.samples[0]!.text, 'interrogate station 10: station');
    assert.deepEqual(told.samples[0]!.params['values'], ['IOA 100 = 300', 'IOA 101 = -300 (doubtful)']);
  });

  it('tells what a station reports as its own doing', () => {
    const [operation] = analysed({ reply: spontaneous }).operations;
    assert.equal(operation!.source.address, '192.0.2.2');
    assert.equal(
      operation!.samples[0]!.text,
      'station 10 reports (IOA 200 = 12.5 at 2023-11-15 10:30:01.000): spontaneous',
    );
  });

  it('tells commands, whether they select or execute, and whether the station agreed', () => {
    const [operation] = analysed(select, execute).operations;
    assert.equal(operation!.dangerous, true);
    assert.deepEqual(
      operation!.samples.map(({ text }) => text),
      ['select IOA 5000 := on at station 10', 'execute IOA 5000 := on at station 10'],
    );
    assert.deepEqual(operation!.refused, [
      { code: 'iec104.negative-confirmation', text: 'negative confirmation', params: {}, count: 1 },
    ]);
  });

  it('tells the value that was commanded before', () => {
    const again = { request: setPoint.request.with(2, 8).with(18, 0x43) };
    const [operation] = analysed(setPoint, again).operations;
    assert.equal(operation!.samples[1]!.text, 'execute IOA 6000 := 168 (before: 42) at station 10');
  });

  it('takes for a value what a station confirmed, or what nobody saw it answer', () => {
    const setsOf = (...exchanges: Parameters<typeof analysed>) =>
      analysed(...exchanges).variables.map(({ name, sets }) => `${name} × ${sets}`);
    const terminated = setPoint.reply.with(2, 0x0c).with(8, 10);
    assert.deepEqual(setsOf(select, execute), [], 'refused');
    assert.deepEqual(setsOf({ request: execute.request }), ['CA 10 IOA 5000 × 1']);
    assert.deepEqual(setsOf(setPoint, { reply: terminated }), ['CA 10 IOA 6000 × 1']);
    assert.deepEqual(setsOf({ request: setPoint.request }, { reply: terminated }), ['CA 10 IOA 6000 × 1']);
    assert.deepEqual(setsOf({ request: setPoint.request.with(8, 0x86) }), [], 'a test');
    const again = { request: execute.request.with(2, 8) };
    assert.equal(analysed(execute, again).operations[0]!.samples[1]!.params['before'], undefined);
  });

  it('tells a reset, a stop, and who else starts transfer', () => {
    const codes = analysed(reset, { request: hex`68 04 13 00 0000` }).operations.map(({ code }) => code);
    assert.deepEqual(codes.sort(), ['iec104.reset-process', 'iec104.stop-transfer']);
    const wire = Wire.speaking({ on: 'tcp', at: [2404] }, [['request', start.request]]);
    const other = Uint8Array.from(wire.packets[0]!.bytes);
    // Another address of IPv4, at the source.
    other[29]! ^= 0x40;
    wire.add(other);
    const analysis = new Analysis({ dissectors: [iec104], strict: true });
    analysis.push(wire.pcap());
    assert.deepEqual(
      analysis
        .finish()
        .operations.map(({ code }) => code)
        .sort(),
      ['iec104.start-transfer', 'iec104.start-transfer-another'],
    );
  });

  it('tells parameters that are activated', () => {
    const activate = hex`68 0E 0000 0000 71 01 06 00 0A00 640000 03`;
    const [operation] = analysed({ request: activate }).operations;
    assert.deepEqual([operation!.code, operation!.dangerous], ['iec104.activate-parameter', true]);
  });

  it('puts the sections of a file together, and tells when both sides said that this was all', () => {
    const { transfers, anomalies } = analysed(...fetching(0x0f));
    const [{ name, way, device, bytes, complete, pieces }] = transfers as [(typeof transfers)[number]];
    assert.deepEqual(
      [name, way, device.address, bytes, complete],
      ['station 10, IOA 1, file 2', 'from', '192.0.2.2', 5, true],
    );
    assert.equal(pieces.length, 3);
    assert.deepEqual(anomalies, []);
  });

  it('tells a file that is not all there, and a checksum that is not right', () => {
    const [{ complete }] = analysed(...fetching(0x0f).slice(0, -1)).transfers as unknown as [
      { complete: boolean },
    ];
    assert.equal(complete, false);
    assert.deepEqual(analysed(...fetching(0x10)).anomalies[0]!.samples[0]!.params, {
      file: 2,
      expected: 0x10,
      actual: 0x0f,
    });
  });

  it('tells a file that is sent to a station', () => {
    const segment = fileMessage(0, 125, '02 00 01 02 AA BB');
    const [{ way, device, other }] = analysed(fileReady, { request: segment }).transfers as unknown as [
      { way: string; device: { address: string }; other: { address: string } },
    ];
    assert.deepEqual([way, device.address, other.address], ['to', '192.0.2.2', '192.0.2.1']);
  });

  it('reads file transfer', () => {
    const [operation] = analysed(fileReady).operations;
    assert.equal(operation!.code, 'iec104.file-transfer');
    assert.equal(operation!.samples[0]!.params['file'], 2);
    assert.equal(operation!.samples[0]!.params['octets'], 4096);
  });

  it('notices commands to one object after the other', () => {
    const sweep = Array.from({ length: 8 }, (_, i) => ({ request: command(i, 1_000 + i) }));
    const told = analysed(...sweep).operations.find(({ code }) => code === 'iec104.command-sweep')!;
    assert.equal(
      told.samples[0]!.text,
      'commands to objects 1000 to 1007 of station 10, one after the other',
    );
    const calm = analysed(...sweep.slice(1)).operations;
    assert.ok(!calm.some(({ code }) => code === 'iec104.command-sweep'));
  });

  it('notices who addresses what is not there', () => {
    const tries = Array.from({ length: 5 }, (_, i) => {
      const request = command(i, 100 * i + 1);
      return { request, reply: request.with(8, 0x6f) };
    });
    const { operations, devices } = analysed(...tries);
    assert.ok(operations.some(({ code }) => code === 'iec104.tries-objects'));
    const single = operations.find(({ code }) => code === 'iec104.single-command')!;
    assert.deepEqual(single.refused, [
      { code: 'iec104.unknown-object-address', text: 'unknown object address', params: {}, count: 5 },
    ]);
    assert.equal(devices.find(({ addresses }) => addresses[0] === '192.0.2.1')!.roles[0]!.role, 'scanner');
  });

  it('notices a message that was put into the sequence', () => {
    const { anomalies } = analysed({ request: command(0, 1) }, { request: command(5, 1) });
    assert.equal(anomalies[0]!.code, 'iec104.sequence-broken');
    assert.deepEqual(anomalies[0]!.samples[0]!.params, { expected: 1, actual: 5 });
  });

  it('is recognised by content where nobody expects it, and only then', () => {
    for (const bytes of [start.request, values, spontaneous, select.request]) {
      assert.equal(iec104.recognises(bytes, 0, bytes.length, false), OURS);
    }
    const wrong = values.with(7, 0x83);
    assert.equal(iec104.recognises(wrong, 0, wrong.length, false), NOT_OURS);
    assert.equal(iec104.recognises(hex`68 04 01 00 0200`, 0, 6, false), NOT_OURS);
  });

  it('names the field that is missing', () => {
    const short = hex`68 0C 0000 0000 64 01 06 00 0A00 0000`;
    assert.throws(() => read(short), new Malformed('object address', 12, 'needs 3 bytes, 2 left'));
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readMessage } from '../../analysis/read-message.ts';
import { crc16HighFirst } from '../../bytes/crc16.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import type { Context } from '../../dissector.ts';
import { canFrame, onBus, survivesDamage } from '../../testing/bus.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { sentences, told } from '../../testing/shared.ts';
import { join } from '../../testing/wire.ts';
import { can } from '../can/can.ts';
import { canopen } from './canopen.ts';

const started = canFrame(0x702, hex`00`);
const alive = canFrame(0x702, hex`05`);
const start = canFrame(0x000, hex`01 02`);
const stop = canFrame(0x000, hex`02 00`);
/** CiA 301, 7.2.4.3.3: two octets of the control word, at once. */
const write = canFrame(0x602, hex`2B 4060 00 0F00 0000`);
const written = canFrame(0x582, hex`60 4060 00 0000 0000`);
const read = canFrame(0x602, hex`40 4160 00 0000 0000`);
const answered = canFrame(0x582, hex`4B 4160 00 3706 0000`);
/** The name of the device, longer than one frame. */
const readName = [
  canFrame(0x602, hex`40 0810 00 0000 0000`),
  canFrame(0x582, hex`41 0810 00 0A00 0000`),
  canFrame(0x602, hex`60 00 0000 0000 0000`),
  canFrame(0x582, hex`00 53 6572 766F 2050`),
  canFrame(0x602, hex`70 00 0000 0000 0000`),
  canFrame(0x582, hex`19 31 3200 0000 0000`),
];
const refused = canFrame(0x582, hex`80 4060 00 2200 0008`);
const outputs = canFrame(0x202, hex`01 FF`);
const inputs = canFrame(0x182, hex`2A`);
const emergency = canFrame(0x082, hex`1043 01 0000 0000 00`);

const client = (data: ArrayLike<number>) => canFrame(0x602, join(data, new Uint8Array(8 - data.length)));
const server = (data: ArrayLike<number>) => canFrame(0x582, join(data, new Uint8Array(8 - data.length)));
const little = (value: number, octets: number) =>
  Array.from({ length: octets }, (_, i) => (value >> (8 * i)) & 0xff);
/** CiA 301, 7.2.4.3.10: seven octets each, numbered from 1; the first octet of the last one has its highest bit set. */
const segments = (value: Uint8Array) =>
  Array.from({ length: Math.ceil(value.length / 7) }, (_, i) => {
    const isLast = (i + 1) * 7 >= value.length;
    return join([(isLast ? 0x80 : 0) + i + 1], value.subarray(i * 7, i * 7 + 7));
  });
const ends = (value: Uint8Array, checksum = crc16HighFirst(0, value, 0, value.length)) =>
  join([0xc1 | (((7 - (value.length % 7)) % 7) << 2)], little(checksum, 2));

/** 7.2.4.3.9 to 7.2.4.3.12: checksums, the size is told. */
const blockWrite = (object: readonly number[], value: Uint8Array, checksum?: number) => [
  client([0xc6, ...object, ...little(value.length, 4)]),
  server([0xa4, ...object, 127]),
  ...segments(value).map(client),
  server([0xa2, segments(value).length, 127]),
  client(ends(value, checksum)),
  server([0xa1]),
];
/** 7.2.4.3.13 to 7.2.4.3.16. */
const blockRead = (object: readonly number[], value: Uint8Array) => [
  client([0xa4, ...object, 127, 0]),
  server([0xc6, ...object, ...little(value.length, 4)]),
  client([0xa3]),
  ...segments(value).map(server),
  client([0xa2, segments(value).length, 127]),
  server(ends(value)),
  client([0xa1]),
];
const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
/** Enough to see that CANopen is spoken. */
const awake = [started, alive, start];
const NAME = [0x08, 0x10, 0];
const PROGRAM = [0x50, 0x1f, 1];
const TEXT = [0x00, 0x60, 0];

const shown = (report: ReturnType<typeof onBus>) =>
  report.operations
    .filter(({ code }) => code.startsWith('canopen.'))
    .flatMap(({ samples }) => samples.map(({ text }) => text));
const factsOf = ({ devices }: ReturnType<typeof onBus>, address: string) =>
  devices
    .find(({ addresses }) => addresses.includes(address))!
    .facts.map(({ field, value }) => `${field}: ${value}`);

describe('CANopen', () => {
  keepsItsPromises(
    canopen,
    [
      { request: start, reply: started },
      { request: write, reply: written },
      { request: read, reply: answered },
      { request: readName[0]!, reply: readName[1]! },
      { request: write, reply: refused },
    ],
    { dissectors: [can] },
  );

  it('tells objects that are read and written, with values and what they were before', () => {
    const again = canFrame(0x602, hex`2B 4060 00 0600 0000`);
    const report = onBus(started, write, written, read, answered, again, written);
    assert.deepEqual(
      shown(report).toSorted((a, b) => a.localeCompare(b)),
      [
        'node 2 has started',
        'read object 0x6041, status word subindex 0 (got 1591)',
        'write 15 to object 0x6040, control word subindex 0',
        'write 6 to object 0x6040, control word subindex 0 (was 15)',
      ],
    );
    const word = report.variables.find(({ name }) => name.startsWith('0x6040'))!;
    assert.deepEqual([word.device.address, word.sets, word.last.value], ['canopen:2', 2, 6]);
  });

  it('gives the reason of an abort, and takes no value from it', () => {
    const report = onBus(started, write, refused);
    const operation = report.operations.find(({ code }) => code === 'canopen.write-object')!;
    assert.equal(operation.refused[0]!.code, 'canopen.device-state');
    assert.deepEqual(report.variables, []);
  });

  it('puts values together that come in segments', () => {
    assert.deepEqual(factsOf(onBus(started, alive, start, ...readName), 'canopen:2'), ['product: Servo P12']);
  });

  it('takes a write in segments for the value once the node has got the last of them', () => {
    const first = client([0x21, 0x00, 0x60, 0, 2, 0, 0, 0]);
    const [taken, last, lastTaken] = [server([0x60, 0x00, 0x60, 0]), client([0x0b, 7, 1]), server([0x20])];
    const sets = (...frames: Uint8Array[]) =>
      onBus(...awake, ...frames).variables.map(({ last: { value } }) => value);
    assert.deepEqual(sets(first, taken, last, lastTaken), [263]);
    assert.deepEqual(sets(first, taken, last, server([0x80, 0x00, 0x60, 0, 0x30, 0, 9, 6])), []);
    assert.deepEqual(sets(first, taken, last), [263], 'nobody saw an answer');
    assert.deepEqual(sets(first, taken), []);
  });

  it('puts values together that come in blocks', () => {
    const report = onBus(
      ...awake,
      ...blockRead(NAME, ascii('Servo P12, axis 3')),
      ...blockWrite(TEXT, ascii('fast')),
    );
    assert.deepEqual(factsOf(report, 'canopen:2'), ['product: Servo P12, axis 3']);
    assert.deepEqual(shown(report), [
      'write 1953718630 to object 0x6000 subindex 0',
      'node 2 has started',
      'start node 2',
      'read object 0x1008, device name subindex 0 (got Servo P12, axis 3)',
    ]);
    assert.equal(report.variables[0]!.last.value, 1_953_718_630);
    assert.deepEqual(report.anomalies, []);
  });

  it('puts blocks together of which segments were lost and came again', () => {
    const value = ascii('a name of more than three segments');
    const [one, two, three, four, five] = segments(value).map(client) as Uint8Array[];
    const [begin, begun, ...rest] = blockWrite(TEXT, value);
    const again = [four!, five!].map((frame, i) => frame.with(8, (i === 1 ? 0x80 : 0) + i + 1));
    const taken = (count: number) => server([0xa2, count, 127]);
    const lossy = [
      begin!,
      begun!,
      one!,
      two!,
      three!,
      four!,
      five!,
      taken(3),
      ...again,
      taken(2),
      ...rest.slice(-2),
    ];
    assert.ok(
      shown(onBus(...awake, ...lossy)).some((text) => text.includes('a name of more than three segments')),
    );
    // Of what the node got, the third is not in the capture.
    const torn = [begin!, begun!, one!, two!, four!, five!, taken(5), ...rest.slice(-2)];
    assert.ok(!shown(onBus(...awake, ...torn)).some((text) => text.includes('a name')));
  });

  it('hands on a program that comes in blocks, and nothing of what fills the last segment', () => {
    const program = Uint8Array.from({ length: 3_000 }, (_, i) => i % 251);
    const size = program.length;
    const frames = [client([0xc2, ...PROGRAM, ...little(size, 4)]), server([0xa0, ...PROGRAM, 127])];
    for (let at = 0; at < size; at += 127 * 7) {
      const block = segments(program.subarray(at, at + 127 * 7));
      const isLast = at + 127 * 7 >= size;
      block.forEach((segment, i) => frames.push(client(segment.with(0, isLast ? segment[0]! : i + 1))));
      frames.push(server([0xa2, block.length, 127]));
    }
    frames.push(client(ends(program)), server([0xa1]));
    const { transfers, operations, file } = onBus(...awake, ...frames);
    const [{ name, way, kind, bytes, complete, pieces }] = transfers as [(typeof transfers)[number]];
    assert.deepEqual(
      [name, way, kind, bytes, complete],
      ['0x1f50, program data', 'to', 'program', size, true],
    );
    const content = pieces.flatMap(([at, length]) => [...file.subarray(at, at + length)]);
    assert.deepEqual(content, [...program]);
    assert.deepEqual(operations.find(({ code }) => code === 'canopen.write-program')!.techniques, ['T0843']);
    assert.equal(onBus(...awake, ...frames.slice(0, -1)).transfers[0]!.complete, false);
  });

  it('tells a checksum of a block transfer that is not right, and a value that was refused for it', () => {
    const frames = blockWrite(TEXT, ascii('fast'), 1);
    assert.deepEqual(
      onBus(...awake, ...frames).anomalies.map(({ code }) => code),
      ['canopen.checksum-wrong'],
    );
    const refusal = server([0x80, ...TEXT, ...little(0x0504_0004, 4)]);
    const report = onBus(...awake, ...frames.slice(0, -1), refusal);
    assert.equal(
      report.operations.find(({ code }) => code === 'canopen.write-object')!.refused[0]!.code,
      'canopen.checksum-error',
    );
    assert.deepEqual(report.variables, []);
  });

  it('tells who is started and stopped', () => {
    const report = onBus(start, stop);
    assert.deepEqual(shown(report), ['stop all nodes', 'start node 2']);
    const { techniques, dangerous } = report.operations.find(({ code }) => code === 'canopen.stop-node')!;
    assert.deepEqual([techniques, dangerous], [['T0858'], true]);
  });

  it('takes data of the process for what it is once it is clear that CANopen is spoken', () => {
    assert.deepEqual(onBus(outputs, inputs).variables, []);
    const report = onBus(started, alive, start, outputs, inputs);
    assert.deepEqual(
      report.variables.map(({ name, sets, last }) => [name, sets, last.value]),
      [
        ['RPDO1 octet 0', 1, 1],
        ['RPDO1 octet 1', 1, 255],
        ['TPDO1 octet 0', 0, 42],
      ],
    );
  });

  it('tells of emergencies and of nodes that change their state', () => {
    const stopped = canFrame(0x702, hex`04`);
    const { anomalies } = onBus(started, alive, alive, stopped, emergency);
    assert.deepEqual(
      anomalies.map(({ code, samples: [sample] }) => [code, sample!.params]),
      [
        ['canopen.state-changed', { before: 'operational', state: 'stopped' }],
        ['canopen.emergency', { errors: '0x4310', what: 'temperature' }],
      ],
    );
  });

  it('is not seen in frames of others', () => {
    const others = [canFrame(0x3e8, hex`0102030405060708`), canFrame(0x620, hex`10 50 45 00 00 00 00 00`)];
    assert.equal((onBus(...others).counts['ics_frames'] as Record<string, number>)['canopen'], undefined);
  });

  it('shows every field of a frame', async () => {
    const report = onBus(write);
    const { at } = report.operations.find(({ code }) => code === 'canopen.write-object')!.samples[0]!;
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at);
    const { dissector, fields } = tree.messages.at(-1)!;
    assert.equal(dissector, 'canopen');
    assert.match(JSON.stringify(fields), /control word/);
  });

  it('shows a segment of a block as one, which only those before it tell', () => {
    const [segment] = segments(ascii('slower than that')).map(client) as Uint8Array[];
    const treeOf = (context?: Context) => {
      const reader = new TracedReader(segment!);
      canopen.read(reader, { direction: 'request', context });
      return JSON.stringify(reader.finish());
    };
    assert.match(treeOf({ block: 1 }), /sequence number/);
    assert.doesNotMatch(treeOf(), /sequence number/);
  });

  it('survives damage', () => {
    survivesDamage([write, answered, readName[3]!, stop, emergency]);
    survivesDamage([...awake, ...blockWrite(TEXT, ascii('fast enough')).slice(0, 3)]);
  });

  it('reads a capture of a drive', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/CANopen/CANopen.pcap');
    if (!report) return;
    assert.deepEqual(report.malformed, []);
    assert.deepEqual(sentences(report, /^canopen\.(reset|stop|write|start)/), [
      '1 × reset all nodes',
      '1 × stop node 99',
      '1 × write 1717859169 to object 0x6200 subindex 1',
      '1 × start node 66',
      '1 × start all nodes',
    ]);
    const attempt = report.operations.find(({ code }) => code === 'canopen.write-object')!;
    assert.equal(attempt.refused[0]!.code, 'canopen.object-does-not-exist');
  });
});

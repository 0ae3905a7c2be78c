import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import type { Direction } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { ethernet, ipv4, join, u16, udp, Wire } from '../../testing/wire.ts';
import { LOST, NOT_OURS, OURS } from '../../dissector.ts';
import { modbus } from './modbus.ts';

const readRegisters = {
  request: hex`
    0001  transaction
    0000  protocol
    0006  length
    11    unit
    03    function: read holding registers
    006B  address
    0003  quantity
  `,
  reply: hex`
    0001 0000 0009 11
    03    function: read holding registers
    06    byte count
    022B 0000 0064
  `,
};

const writeRegister = {
  request: hex`
    0004 0000 0006 11
    06    function: write register
    006C  address
    0007  value
  `,
  reply: hex`0004 0000 0006 11 06 006C 0007`,
};

const writeRefused = {
  request: hex`
    0002 0000 0006 11
    06    function: write register
    0001  address
    0003  value
  `,
  reply: hex`
    0002 0000 0003 11
    86    function: write register, exception
    02    illegal data address
  `,
};

const writeCoils = {
  request: hex`
    0005 0000 0009 11
    0F    function: write coils
    0013  address
    000A  quantity
    02    byte count
    CD01  states
  `,
  reply: hex`0005 0000 0006 11 0F 0013 000A`,
};

const whoAreYou = {
  request: hex`0003 0000 0005 FF 2B 0E 01 00`,
  reply: hex`
    0003 0000 001A FF
    2B    function: encapsulated interface
    0E 01 01 00 00
    03    object count
    00 05 5075 6D70 73    vendor: Pumps
    01 03 5034 30         product code: P40
    02 04 7631 2E32       revision: v1.2
  `,
};

const readFile = {
  request: hex`
    0006 0000 000A 11
    14    function: read file record
    07    byte count
    06 0004 0001 0002
  `,
  reply: hex`0006 0000 0009 11 14 06 05 06 0DFE 0020`,
};

const listenOnly = { request: hex`0007 0000 0006 11 08 0004 0000` };

/** Unity Pro takes the reservation and begins to read the program: after a capture of it. */
const reserve = {
  request: hex`
    0008 0000 000E 00
    5A    function: UMAS
    00    reservation
    10    take reservation
    434C 0000  client
    05 50432D3137  workstation: PC-17
  `,
  reply: hex`0008 0000 0005 00 5A 00 FE 01`,
};

const samples = [
  readRegisters,
  writeRegister,
  writeRefused,
  writeCoils,
  whoAreYou,
  readFile,
  listenOnly,
  reserve,
];

const read = (bytes: Uint8Array, direction: Direction) => modbus.read(new ByteReader(bytes), { direction });

function analysed(...exchanges: { request?: Uint8Array; reply?: Uint8Array }[]) {
  const wire = new Wire({ on: 'tcp', at: [502] });
  for (const { request, reply } of exchanges) {
    if (request) wire.say('request', request);
    if (reply) wire.say('reply', reply);
  }
  const analysis = new Analysis({ dissectors: [modbus], strict: true });
  analysis.push(wire.pcap());
  return analysis.finish();
}

describe('Modbus', () => {
  keepsItsPromises(modbus, samples);

  it('reads the values of registers', () => {
    assert.deepEqual(read(readRegisters.reply, 'reply').body, {
      kind: 'registers',
      values: [0x022b, 0, 0x64],
    });
  });

  it('counts requests and replies by function, and exceptions by reason', () => {
    const { counts } = analysed(readRegisters, writeRefused);
    assert.deepEqual(
      { ...(counts['modbus_request'] as object) },
      {
        '3:read_holding_registers': 1,
        '6:write_single_register': 1,
      },
    );
    assert.deepEqual({ ...(counts['modbus_exception'] as object) }, { 2: 1 });
  });

  it('tells which registers were asked for and what they were worth', () => {
    const [operation] = analysed(readRegisters).operations;
    assert.equal(operation!.code, 'modbus.read-holding-registers');
    assert.deepEqual(operation!.samples[0]!.params, {
      unit: 17,
      address: 107,
      quantity: 3,
      values: [555, 0, 100],
    });
  });

  it('tells what a write changed, from which value', () => {
    const [operation] = analysed(readRegisters, writeRegister).operations;
    assert.equal(operation!.dangerous, true);
    assert.equal(operation!.samples[0]!.text, 'write register 108 := 7 (was 0), unit 17');
  });

  it('tells why the device refused', () => {
    const [operation] = analysed(writeRefused).operations;
    assert.deepEqual(operation!.refused, [
      { code: 'modbus.illegal-data-address', text: 'illegal data address', params: {}, count: 1 },
    ]);
    assert.equal(operation!.samples[0]!.refused!.code, 'modbus.illegal-data-address');
    assert.equal(operation!.samples[0]!.text, 'write register 1 := 3, unit 17');
  });

  it('takes the silence of a device that is made to listen only for no refusal', () => {
    const silent = { ...listenOnly, reply: hex`0007 0000 0003 11 88 0b` };
    const { operations, detections } = analysed(silent);
    assert.deepEqual(operations[0]!.refused, []);
    assert.equal(detections.find(({ id }) => id === 'device-muted')!.severity, 'high');
  });

  it('tells the number of a reason that nobody has a name for', () => {
    const [operation] = analysed({ ...writeRefused, reply: writeRefused.reply.with(8, 0x7f) }).operations;
    const refusal = { code: 'modbus.unknown-status', text: 'status 0x7f', params: { status: '0x7f' } };
    assert.deepEqual(operation!.refused, [{ ...refusal, count: 1 }]);
  });

  it('joins no reply to the request of another connection, whatever their numbers', () => {
    const wire = new Wire({ on: 'udp', at: [502] });
    for (let transaction = 0; transaction < 0x1_0000; transaction++) {
      const asked = join(u16(transaction), writeRefused.request.subarray(2));
      wire.add(ethernet('request', 0x0800, ipv4('request', 17, udp([49_152, 502], asked))));
      const refused = join(u16(transaction), writeRefused.reply.subarray(2));
      wire.add(ethernet('reply', 0x0800, ipv4('reply', 17, udp([502, 49_153], refused))));
    }
    const analysis = new Analysis({ dissectors: [modbus], strict: true });
    analysis.push(wire.pcap());
    const { operations, counts } = analysis.finish();
    assert.deepEqual({ ...(counts['modbus_exception'] as object) }, { 2: 0x1_0000 });
    assert.deepEqual(operations[0]!.refused, []);
  });

  it('learns what a device is when the device says so', () => {
    const { devices } = analysed(whoAreYou);
    const facts = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!.facts;
    assert.deepEqual(
      facts.map(({ field, value, certainty }) => [field, value, certainty]),
      [
        ['vendor', 'Pumps', 'stated'],
        ['orderNumber', 'P40', 'stated'],
        ['firmware', 'v1.2', 'stated'],
      ],
    );
    assert.equal(facts[0]!.at!.packet, 2);
  });

  it('knows an engineering station by the reservation it takes', () => {
    const { devices } = analysed(reserve);
    const station = devices.find(({ addresses }) => addresses[0] === '192.0.2.1')!;
    assert.deepEqual(station.names, ['PC-17']);
    assert.equal(station.roles[0]!.role, 'engineering');
  });

  it('reads what UMAS answers in the light of what was asked', () => {
    const request = hex`0009 0000 0004 00 5A 00 02`;
    const reply = hex`
      0009 0000 0027 00 5A 00 FE
      10FF       range
      5A010100   identifier
      0000       model
      7002       firmware
      0000       patch
      2700       internal version
      0900       hardware
      08000000   crash code
      0E         length
      3134302043505520333131203130  name
    `;
    const { devices } = analysed({ request, reply });
    const { facts } = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    assert.ok(facts.some(({ field, value }) => field === 'product' && value === '140 CPU 311 10'));
    assert.ok(facts.some(({ field, value }) => field === 'firmware' && value === '2.70'));
  });

  it('notices who tries out functions', () => {
    const tries = [0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47].map((code, i) => ({
      request: Uint8Array.of(1, i, 0, 0, 0, 2, 1, code),
      reply: Uint8Array.of(1, i, 0, 0, 0, 3, 1, code | 0x80, 1),
    }));
    const { operations, devices } = analysed(...tries);
    const sweep = operations.find(({ code }) => code === 'modbus.function-sweep')!;
    assert.equal(sweep.source.address, '192.0.2.1');
    assert.equal(sweep.count, 1);
    assert.deepEqual(sweep.samples[0]!.params, { tried: [0x41, 0x42, 0x43, 0x44, 0x45] });
    assert.equal(devices.find(({ addresses }) => addresses[0] === '192.0.2.1')!.roles[0]!.role, 'scanner');
    assert.ok(!analysed(...tries.slice(3)).operations.some(({ code }) => code === 'modbus.function-sweep'));
  });

  it('knows a gateway by the devices that answer behind it', () => {
    const other = readRegisters.reply.with(6, 0x12);
    const { devices } = analysed(readRegisters, { reply: other });
    const roles = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!.roles;
    assert.ok(roles.some(({ role }) => role === 'gateway'));
  });

  it('points at bytes that do not belong to the message', () => {
    const { anomalies } = analysed({ request: hex`0001 0000 0008 11 03 006B 0003 DEAD` });
    assert.equal(anomalies[0]!.code, 'modbus.surplus-bytes');
    assert.deepEqual(anomalies[0]!.samples[0]!.params, { surplus: 2, function: 3 });
    assert.equal(anomalies[0]!.samples[0]!.offset, 12);
  });

  it('names the field that a lying byte count runs into', () => {
    const lying = hex`0001 0000 0005 11 03 04 022B`;
    assert.throws(() => read(lying, 'reply'), new Malformed('value', 11, 'needs 2 bytes, 0 left'));
    const [finding] = analysed({ request: readRegisters.request, reply: lying }).malformed;
    assert.equal(finding!.field, 'value');
    assert.equal(finding!.samples[0]!.offset, 11);
  });

  it('says where the bytes stop being Modbus', () => {
    assert.equal(modbus.messageLength!(hex`0001 0000 0001 1103`, 0, 8), LOST);
    assert.throws(
      () => read(hex`0001 0010 0002 11 03`, 'request'),
      new Malformed('protocol', 2, 'is 16, must be 0'),
    );
  });

  it('remembers where each field was when the reading is traced', () => {
    const reader = new TracedReader(readRegisters.request);
    modbus.read(reader, { direction: 'request' });
    assert.deepEqual(reader.fields.at(-1)!.children!.at(-1), {
      field: 'quantity',
      offset: 10,
      length: 2,
      value: 3,
    });
  });

  it('is found on a port where nobody expects it', () => {
    const wire = new Wire({ on: 'tcp', at: [12_345] });
    wire.say('request', readRegisters.request);
    wire.say('reply', readRegisters.reply);
    const analysis = new Analysis({ dissectors: [modbus], strict: true });
    analysis.push(wire.pcap());
    assert.deepEqual(analysis.finish().counts['ics_frames'], { modbus: 2 });
  });

  const writes: [string, Uint8Array][] = [
    ['a register', writeRegister.request],
    ['by a mask', hex`0004 0000 0008 11 16 0004 00F2 0025`],
    ['registers, and reads', hex`0004 0000 000D 11 17 0003 0006 000E 0001 02 00FF`],
    ['nothing yet: UMAS reserves the controller', hex`0004 0000 0008 00 5A 00 10 1A2B 0000`],
    ['nothing: UMAS is done', hex`0004 0000 0004 00 5A 01 FE`],
  ];
  for (const [name, message] of writes) {
    it(`is found there by what writes ${name}, when it is whole`, () => {
      assert.equal(modbus.recognises(message, 0, message.length, false), OURS);
      assert.equal(modbus.recognises(message, 0, message.length - 1, false), NOT_OURS);
    });
  }
});

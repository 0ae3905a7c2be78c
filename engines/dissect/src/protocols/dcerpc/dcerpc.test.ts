import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { type Direction, type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { assertSound, told } from '../../testing/shared.ts';
import { join, Wire } from '../../testing/wire.ts';
import { dcerpc } from './dcerpc.ts';
import { functionName } from './interfaces.ts';
import { uuidText } from './uuid.ts';

const bind = hex`
  05 00 0B 03 10000000  bind, whole, little-endian
  4800 0000 01000000    72 bytes, no authentication, call 1
  D016 D016 00000000
  01 000000             one context
  0000 01 00
  81BB7A36 4498 F135 AD32 98F038001003 0200 0000  svcctl
  045D888A EB1C C911 9FE8 08002B104860 0200 0000  NDR
`;
const bound = hex`
  05 00 0C 03 10000000 3C00 0000 01000000
  D016 D016 A3FC0B00
  0400 31333500 0000    the port, and padding
  01 000000
  0000 0000 045D888A EB1C C911 9FE8 08002B104860 0200 0000
`;
const notAccepted = hex`
  05 00 0C 03 10000000 3C00 0000 01000000
  D016 D016 A3FC0B00 0400 31333500 0000
  01 000000
  0200 0100 00000000 0000 0000 0000 000000000000 0000 0000  the interface is not offered
`;

const createService = hex`
  05 00 00 03 10000000 2000 0000 02000000
  08000000 0000 0C00  context 0, RCreateServiceW
  4142434445464748
`;
const created = hex`05 00 02 03 10000000 1C00 0000 02000000 04000000 0000 00 00 00000000`;
const denied = hex`05 00 03 03 10000000 2000 0000 02000000 20000000 0000 00 00 05000000 00000000`;

/** In two pieces. */
const pieces = [
  hex`05 00 00 01 10000000 1C00 0000 03000000 08000000 0000 1300 41424344`,
  hex`05 00 00 02 10000000 1C00 0000 03000000 04000000 0000 1300 45464748`,
] as const;

/** 192.0.2.1 signs in with NTLM: PLANT\eve from HMI7. */
const signIn = hex`
  05 00 10 03 10000000 8000 6400 04000000 00000000
  0A 02 00 00 00000000          NTLM, connect
  4E544C4D53535000 03000000
  0000 0000 40000000            LM
  1800 1800 40000000            NT: 24 bytes
  0500 0500 58000000            domain
  0300 0300 5D000000            user
  0400 0400 60000000            workstation
  0000 0000 64000000 00000000
  000102030405060708090A0B0C0D0E0F1011121314151617
  504C414E54 657665 484D4937
`;

/** To the endpoint mapper, without a connection. */
const lookUp = hex`
  04 00 20 00 10 00 00 00             request, idempotent, little-endian
  00000000000000000000000000000000    no object
  0883AFE1 1F5D C911 91A4 08002B14A0FA
  01020304 0506 0708 090A 0B0C0D0E0F10
  00000000 03000000 07000000 0200     sequence 7, ept_lookup
  FFFF FFFF 0400 0000 00 00
  00000000
`;
const faulted = hex`
  04 03 08 00 10 00 00 00
  00000000000000000000000000000000
  0883AFE1 1F5D C911 91A4 08002B14A0FA
  01020304 0506 0708 090A 0B0C0D0E0F10
  00000000 03000000 07000000 0200
  FFFF FFFF 0400 0000 00 00
  0200011C
`;

function analysed(
  parts: [Direction, Uint8Array][],
  carrier = { on: 'tcp', at: [135] },
  more: Dissector[] = [],
) {
  const analysis = new Analysis({ dissectors: [dcerpc, ...more], strict: true });
  analysis.push(Wire.speaking(carrier, parts).pcap());
  return analysis.finish();
}

/** Whoever is inside: hears whole messages for the service control manager. */
function listener(heard: number[]): Dissector<void> {
  return {
    name: 'inner',
    title: 'Inner',
    reference: '',
    industrial: true,
    carriers: [{ on: 'dcerpc', at: [0x367abb81] }],
    claims: [],
    recognises: (_bytes, _start, _end, expected) => (expected ? OURS : NOT_OURS),
    read: () => undefined,
    begin: () => ({ message: (_here, _bytes, start, end) => void heard.push(end - start) }),
  };
}

describe('DCE/RPC over connections', () => {
  keepsItsPromises(dcerpc, [
    { request: bind, reply: bound },
    { request: createService, reply: created },
    { request: signIn },
  ]);

  it('knows interfaces by their UUID, in either byte order', () => {
    assert.equal(uuidText(bind, 32, true), '367abb81-9844-35f1-ad32-98f038001003');
    assert.equal(functionName(uuidText(bind, 32, true), 12), 'RCreateServiceW');
    assert.equal(uuidText(bind, 32, false), '81bb7a36-4498-f135-ad32-98f038001003');
  });

  it('tells who creates a service, and whether that was allowed', () => {
    const { operations } = analysed([
      ['request', bind],
      ['reply', bound],
      ['request', createService],
      ['reply', denied],
    ]);
    const create = operations.find(({ code }) => code === 'dcerpc.change-service')!;
    assert.equal(create.samples[0]!.text, 'create, change or delete a service: RCreateServiceW of svcctl');
    assert.deepEqual(
      create.refused.map(({ code }) => code),
      ['dcerpc.access-denied'],
    );
    assert.equal(create.dangerous, true);
  });

  it('tells which interface was asked for in vain', () => {
    const [operation] = analysed([
      ['request', bind],
      ['reply', notAccepted],
    ]).operations;
    assert.equal(operation!.samples[0]!.text, 'connect to svcctl');
    assert.equal(operation!.refused[0]!.text, 'abstract syntax not supported');
  });

  it('calls a context by its number when its bind was not seen', () => {
    const [operation] = analysed([['request', createService]]).operations;
    assert.deepEqual(operation!.samples[0]!.params, { interface: 'context 0', function: '12' });
  });

  it('tells who signs in, and keeps the answer to itself', () => {
    const report = analysed([['request', signIn]]);
    assert.deepEqual(
      report.credentials.map(({ scheme, user }) => [scheme, user]),
      [['NTLM', 'PLANT\\eve']],
    );
    assert.ok(!JSON.stringify(report).includes('0001020304050607'));
  });

  it('hands on whole messages, put together behind the header of the first', () => {
    const heard: number[] = [];
    const whole: [Direction, Uint8Array][] = [
      ['request', bind],
      ['request', createService],
      ['request', pieces[0]],
      ['request', pieces[1]],
    ];
    analysed(whole, { on: 'tcp', at: [135] }, [listener(heard)]);
    assert.deepEqual(heard, [32, 28 + 4]);
  });

  it('hands on nothing that is encrypted', () => {
    const sealed = hex`
      05 00 00 03 10000000 3000 0800 02000000
      08000000 0000 0C00
      4142434445464748
      0A 06 00 00 00000000 0102030405060708  NTLM, privacy
    `;
    const heard: number[] = [];
    const { operations } = analysed(
      [
        ['request', bind],
        ['request', sealed],
      ],
      { on: 'tcp', at: [135] },
      [listener(heard)],
    );
    assert.deepEqual(heard, []);
    assert.ok(operations.some(({ code }) => code === 'dcerpc.change-service'));
  });

  it('counts a packet for itself only when nobody is inside', () => {
    const { counts } = analysed(
      [
        ['request', bind],
        ['request', createService],
      ],
      { on: 'tcp', at: [135] },
      [listener([])],
    );
    assert.deepEqual(counts['ics_frames'], { dcerpc: 1, inner: 1 });
  });

  it('is recognised on any port, but not by zeros', () => {
    assert.equal(dcerpc.recognises(bind, 0, bind.length, false), OURS);
    const zeros = bind.slice();
    zeros[4] = 0;
    assert.equal(dcerpc.recognises(zeros, 0, zeros.length, false), NOT_OURS);
  });
});

describe('DCE/RPC without connections', () => {
  keepsItsPromises({ ...dcerpc, carriers: [{ on: 'udp', at: [34_964] }] }, [
    { request: lookUp, reply: faulted },
  ]);

  it('tells who asks the endpoint mapper, and that there is no such function', () => {
    const [operation] = analysed(
      [
        ['request', lookUp],
        ['reply', faulted],
      ],
      { on: 'udp', at: [34_964] },
    ).operations;
    assert.equal(operation!.code, 'dcerpc.map-endpoint');
    assert.equal(operation!.refused[0]!.code, 'dcerpc.function-out-of-range');
  });

  it('is taken for itself on any port only when its length is that of the datagram', () => {
    assert.equal(dcerpc.recognises(lookUp, 0, lookUp.length, false), OURS);
    const longer = join(lookUp, [0]);
    assert.equal(dcerpc.recognises(longer, 0, longer.length, false), NOT_OURS);
    assert.equal(dcerpc.recognises(longer, 0, longer.length, true), OURS);
  });

  it('shows interface and function by name', () => {
    const reader = new TracedReader(lookUp);
    dcerpc.read(reader, { direction: 'request' });
    const tree = JSON.stringify(reader.finish());
    assert.ok(tree.includes('e1af8308-5d1f-11c9-91a4-08002b14a0fa, endpoint mapper'));
    assert.ok(tree.includes('ept_lookup'));
  });
});

describe('DCE/RPC in captures', () => {
  it('calls of a distributed control system, begun before the capture', (t) => {
    const report = told(t, 'ITI+ICS-Security-Tools/pcaps/ModbusTCP/mb2.pcap');
    if (!report) return;
    assertSound(report, /dcerpc/, 'mb2.pcap');
    assert.ok(report.operations.some(({ code }) => code === 'dcerpc.call'));
  });

  it('a scanner that asks for interfaces where Modbus should be', (t) => {
    const report = told(t, 'zeek+zeek/testing/btest/Traces/modbus/modbus-and-non-modbus-p502.pcap');
    if (!report) return;
    const [bound] = report.operations.filter(({ code }) => code === 'dcerpc.bind');
    assert.equal(bound!.samples[0]!.text, 'connect to endpoint mapper');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { assertSound, told } from '../../testing/shared.ts';
import { ethernet, join, Wire } from '../../testing/wire.ts';
import { NOT_OURS } from '../../dissector.ts';
import { ethercat } from './ethercat.ts';
import { stateName } from './registers.ts';

const ON = { on: 'ethertype', at: [0x88a4] };
const [APWR, FPRD, FPWR, BRD, BWR, LRW] = [2, 4, 5, 7, 8, 12];
const little = (value: number) => [value & 0xff, (value >>> 8) & 0xff];

interface Datagram {
  readonly command: number;
  readonly position: number;
  readonly register: number;
  readonly data: ArrayLike<number>;
  readonly counter?: number;
}

function frame(index: number, ...datagrams: readonly Datagram[]): Uint8Array {
  const body = join(
    ...datagrams.map(({ command, position, register, data, counter = 0 }, i) =>
      join(
        [command, index],
        little(position),
        little(register),
        little(data.length | (i < datagrams.length - 1 ? 0x8000 : 0)),
        [0, 0],
        data,
        little(counter),
      ),
    ),
  );
  return join(little(body.length | 0x1000), body);
}

/** A master, and its frames when they come back: the first slave has marked the address of the sender. */
class Segment {
  readonly wire = new Wire(ON);
  #index = 0;

  /** `answer`: what comes back; without it the frame is lost. */
  exchange(datagram: Datagram, answer?: ArrayLike<number>, counter = 1): this {
    const index = this.#index++;
    this.#add(0x04, frame(index, datagram));
    if (answer) this.#add(0x06, frame(index, { ...datagram, data: answer, counter }));
    return this;
  }

  /** From the station with this octet at the end of its address. */
  foreign(station: number, datagram: Datagram): this {
    const bytes = ethernet('request', 0x88a4, frame(200, datagram));
    bytes[11] = station;
    this.wire.add(bytes);
    return this;
  }

  #add(first: number, payload: Uint8Array): void {
    const bytes = ethernet('request', 0x88a4, payload);
    bytes.fill(0xff, 0, 6);
    bytes[6] = first;
    this.wire.add(bytes);
  }

  analysed() {
    const analysis = new Analysis({ dissectors: [ethercat], strict: true });
    analysis.push(this.wire.pcap());
    return analysis.finish();
  }
}

const SLAVE = 0x1001;
const state = (value: number) => ({ command: FPWR, position: SLAVE, register: 0x0120, data: little(value) });
const status = { command: FPRD, position: SLAVE, register: 0x0130, data: [0, 0] };
const mail = (data: Uint8Array) => ({ command: FPWR, position: SLAVE, register: 0x1000, data });
const fetch = (size: number) => ({
  command: FPRD,
  position: SLAVE,
  register: 0x1080,
  data: new Uint8Array(size),
});

const download = hex`
  0A00 0000 00 13              10 bytes, CoE, counter 1
  0020 2F 6060 00 08000000     SDO request: download 0x6060, 1 byte, 8
`;
const downloaded = hex`0A00 0000 00 13 0030 60 6060 00 00000000`;
const upload = hex`0A00 0000 00 23 0020 40 0810 00 00000000`;
const name = hex`
  1000 0000 00 23
  0030 41 0810 00 06000000     upload, 6 bytes
  454C31303134                 EL1014
`;
const aborted = hex`0A00 0000 00 13 0030 80 6060 00 02000106`;

const writeFile = hex`
  1200 0000 00 14              18 bytes, FoE
  02 00 78563412               write, password
  616C6C2E656677 0000000000    all.efw
`;
const packet = (size: number, number: number) =>
  join(little(size + 6), hex`0000 00 24 03 00`, little(number), [0, 0], new Uint8Array(size).fill(0xee));
const noFile = hex`0600 0000 00 14 05 00 02800000`;

const byText = (one: unknown, other: unknown) => (String(one) < String(other) ? -1 : 1);

describe('EtherCAT', () => {
  keepsItsPromises(ethercat, [
    {
      request: frame(0, state(4), { command: BRD, position: 0, register: 0x0130, data: [0, 0] }),
      reply: frame(1, { ...status, data: [0x11, 0], counter: 1 }),
    },
    { request: frame(2, mail(download)), reply: frame(3, { ...fetch(22), data: name, counter: 1 }) },
    { request: frame(4, mail(writeFile)) },
  ]);

  it('does not take the answer to somebody else who has its port', () => {
    const dns = hex`1C 10 81 80 0001 0001 0000 0000 03777777 00 0001 0001 C00C 0001`;
    assert.equal(ethercat.recognises(dns, 0, dns.length, true), NOT_OURS);
  });

  it('counts every datagram by its command, as it goes out and as it comes back', () => {
    const { counts } = new Segment().exchange(state(4), little(4)).exchange(status, little(4)).analysed();
    assert.deepEqual({ ...(counts['ethercat_cmd'] as object) }, { 4: 2, 5: 2 });
  });

  it('tells who requests a state, once for both ways of the frame, and which it was before', () => {
    const { operations } = new Segment().exchange(status, little(8)).exchange(state(1), little(1)).analysed();
    assert.equal(operations[0]!.count, 1);
    assert.deepEqual(operations[0]!.techniques, ['T0858']);
    assert.deepEqual(operations[0]!.samples[0]!.params, {
      slave: '0x1001',
      state: 'Init',
      before: 'Operational',
    });
  });

  it('tells what no slave took', () => {
    const { operations } = new Segment().exchange(state(1), little(1), 0).analysed();
    assert.deepEqual(
      operations[0]!.refused.map(({ code }) => code),
      ['ethercat.no-slave-took-it'],
    );
  });

  it('tells the states of all slaves at once apart', () => {
    assert.equal(stateName(0x19), 'Init and Operational');
    assert.equal(stateName(0x12), 'Pre-Operational');
    assert.equal(stateName(0), 'state 0');
  });

  it('notices a slave that leaves Operational with an error, and why', () => {
    const { anomalies } = new Segment()
      .exchange(status, little(8))
      .exchange({ ...status, data: new Uint8Array(6) }, hex`1400 0000 1B00`)
      .analysed();
    assert.deepEqual(
      anomalies.map(({ code, samples }) => [code, samples[0]!.params]),
      [
        ['ethercat.slave-error', { slave: '0x1001', state: 'Safe-Operational' }],
        ['ethercat.left-operational', { slave: '0x1001', state: 'Safe-Operational' }],
        ['ethercat.status-code', { slave: '0x1001', why: 'sync manager watchdog' }],
      ],
    );
  });

  it('tells objects written and read, with values and what they were', () => {
    const { operations, variables } = new Segment()
      .exchange(mail(download), download)
      .exchange(fetch(16), downloaded)
      .exchange(mail(download.with(12, 9)), download)
      .analysed();
    const { count, samples, techniques } = operations[0]!;
    assert.deepEqual([count, techniques], [2, ['T0836']]);
    assert.equal(
      samples[1]!.text,
      'write object 0x6060, mode of operation subindex 0 of slave 0x1001: 9 (was 8)',
    );
    assert.deepEqual(
      variables.map(({ name: title, sets, last }) => [title, sets, last.value]),
      [['slave 0x1001 0x6060.0', 2, 9]],
    );
  });

  it('does not call a value set that the slave refused', () => {
    const { operations, variables } = new Segment()
      .exchange(mail(download), download)
      .exchange(fetch(16), aborted)
      .analysed();
    assert.equal(operations[0]!.refused[0]!.text, 'object is read only');
    assert.deepEqual(variables, []);
    assert.deepEqual(new Segment().exchange(mail(download), download, 0).analysed().variables, []);
  });

  it('does not take the beginning of a value for the whole', () => {
    const first = hex`0D00 0000 00 13 0020 21 0020 01 08000000 010203`;
    const { operations, variables } = new Segment().exchange(mail(first), first).analysed();
    assert.equal(operations[0]!.samples[0]!.params['value'], undefined);
    assert.deepEqual(variables, []);
  });

  it('puts values together that come in segments', () => {
    const begins = hex`0C00 0000 00 13 0020 21 0020 01 04000000 0102`;
    const taken = hex`0A00 0000 00 13 0030 60 0020 01 00000000`;
    const last = hex`0A00 0000 00 23 0020 0B 0304 0000000000`;
    const lastTaken = hex`0A00 0000 00 23 0030 20 00000000000000`;
    const segment = () =>
      new Segment().exchange(mail(begins), begins).exchange(fetch(16), taken).exchange(mail(last), last);
    assert.deepEqual(
      segment()
        .exchange(fetch(16), lastTaken)
        .analysed()
        .variables.map(({ name: title, sets, last: { value } }) => [title, sets, value]),
      [['slave 0x1001 0x2000.1', 1, 0x0403_0201]],
    );
    const refusal = hex`0A00 0000 00 23 0030 80 0020 01 02000106`;
    assert.deepEqual(segment().exchange(fetch(16), refusal).analysed().variables, []);
  });

  it('hands on a program that comes in segments', () => {
    const begins = hex`0A00 0000 00 13 0020 21 501F 01 D0070000`;
    const parts = [0, 1].map((i) =>
      join(little(1_003), hex`0000 00 23 0020`, [i], new Uint8Array(1_000).fill(i)),
    );
    const segment = new Segment().exchange(mail(begins), begins);
    for (const part of parts) segment.exchange(mail(part), part);
    const { transfers } = segment.exchange(fetch(16), hex`0A00 0000 00 23 0030 20 00000000000000`).analysed();
    assert.deepEqual(
      transfers.map(({ name: title, kind, way, bytes, complete }) => [title, kind, way, bytes, complete]),
      [['slave 0x1001: 0x1f50, program data', 'program', 'to', 2_000, true]],
    );
  });

  it('learns names of slaves, which have no address of their own', () => {
    const { devices } = new Segment().exchange(mail(upload), upload).exchange(fetch(22), name).analysed();
    const facts = devices.flatMap((device) => device.facts.map(({ field, value }) => `${field} ${value}`));
    assert.ok(facts.includes('module slave 0x1001: EL1014'));
  });

  it('follows firmware on its way to a slave, and keeps the password to itself', () => {
    const report = new Segment()
      .exchange(mail(writeFile), writeFile)
      .exchange(mail(packet(40, 1)), packet(40, 1))
      .exchange(mail(packet(8, 2)), packet(8, 2))
      .analysed();
    assert.deepEqual(report.operations[0]!.techniques, ['T0839']);
    assert.deepEqual(
      report.transfers.map(({ name: title, bytes, complete }) => [title, bytes, complete]),
      [['slave 0x1001: all.efw', 48, true]],
    );
    assert.deepEqual(
      report.credentials.map(({ scheme, secret }) => [scheme, secret]),
      [['FoE password', 4]],
    );
    const reader = new TracedReader(frame(4, mail(writeFile)));
    ethercat.read(reader, { direction: 'request' });
    assert.ok(!JSON.stringify(reader.finish()).includes('78563412'));
  });

  it('tells a file that the slave refused', () => {
    const { operations, transfers } = new Segment()
      .exchange(mail(writeFile), writeFile)
      .exchange(mail(packet(40, 1)), packet(40, 1))
      .exchange(fetch(12), noFile)
      .analysed();
    assert.equal(operations[0]!.refused[0]!.code, 'ethercat.access-denied');
    assert.equal(transfers[0]!.complete, false);
  });

  it('tells the process image by slave, as the master told the FMMUs', () => {
    const outputs = {
      command: FPWR,
      position: SLAVE,
      register: 0x0600,
      data: hex`00000000 0100 00 07 0011 00 02 01 000000`,
    };
    const inputs = {
      command: FPWR,
      position: SLAVE,
      register: 0x0610,
      data: hex`01000000 0100 00 07 8011 00 01 01 000000`,
    };
    const image = (data: number[]) => ({ command: LRW, position: 0, register: 0, data });
    const { variables } = new Segment()
      .exchange(outputs, outputs.data)
      .exchange(inputs, inputs.data)
      .exchange(image([5, 0]), [5, 7], 3)
      .exchange(image([6, 0]), [6, 7], 3)
      .analysed();
    assert.deepEqual(
      variables
        .map(({ name: title, sets, changes, last }) => [title, sets, changes, last.value])
        .toSorted(byText),
      [
        ['slave 0x1001 IB 0', 0, 0, 7],
        ['slave 0x1001 QB 0', 2, 1, 6],
      ],
    );
  });

  it('tells a second master, and does not take a frame that comes back for one', () => {
    const one = new Segment().exchange(state(4), little(4)).exchange(state(4), little(4), 0);
    assert.ok(!one.analysed().operations.some(({ code }) => code === 'ethercat.another-master'));
    assert.equal(one.analysed().devices.filter(({ roles }) => roles.length > 0).length, 1);
    const { operations } = one
      .foreign(0x77, { command: BWR, position: 0, register: 0x0120, data: [1, 0] })
      .analysed();
    const another = operations.find(({ code }) => code === 'ethercat.another-master')!;
    assert.deepEqual(another.techniques, ['T0848']);
    assert.ok(another.source.device!.includes('77'));
  });

  it('knows a slave by the address it was given', () => {
    const { operations } = new Segment()
      .exchange({ command: APWR, position: 0xffff, register: 0x0010, data: little(SLAVE) }, little(SLAVE))
      .exchange({ command: APWR, position: 0xffff, register: 0x0120, data: little(2) }, little(2))
      .analysed();
    const request = operations.find(({ code }) => code === 'ethercat.set-state')!;
    assert.equal(request.samples[0]!.params['slave'], '0x1001');
  });

  it('reads what a segment of five slaves is made of', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/EtherCat/ethercat.part1.pcap');
    if (!report) return;
    assertSound(report, /ethercat/, 'ethercat.part1.pcap');
    const modules = report.devices.flatMap(({ facts }) =>
      facts.filter(({ field }) => field === 'module').map(({ value }) => value),
    );
    assert.deepEqual(modules.toSorted(), [
      'slave 0x1000: Beckhoff EK1100',
      'slave 0x1001: Beckhoff EL1014',
      'slave 0x1002: Beckhoff EL2004',
      'slave 0x1003: Beckhoff EL3102',
      'slave 0x1004: Beckhoff EL4132',
    ]);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { type Direction } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { ethernet, ipv4, join, u16, udp, Wire } from '../../testing/wire.ts';
import { dcerpc } from '../dcerpc/dcerpc.ts';
import { accepted, agreed, iocr, relation, reply, request, submodule } from './io-encode.ts';
import { profinetIo } from './io.ts';
import { mrp } from './mrp.ts';
import { profinetRt } from './real-time.ts';

const dissectors = [profinetRt, profinetIo, dcerpc, mrp];
const ON_WIRE = { on: 'ethertype', at: [0x8892] };
const [RUN, STOP, PROBLEM] = [0x35, 0x25, 0x15];

/** Three bytes of data and their status, padding as on the wire, and then how the provider is. */
function cyclic(frame: number, values: readonly number[], counter: number, status = RUN): Uint8Array {
  const data = new Uint8Array(40);
  data.set(values);
  return join(u16(frame), data, u16(counter), [status, 0]);
}

/** A device tells its controller that a wire of channel 3 of slot 1 is broken. */
const alarm = hex`
  FC01 0001 0002 11 11 FFFF FFFE 0022  high priority, data
  0001 001E 01 00                      AlarmNotificationHigh
  0001 00000000 0001 0001              diagnosis, slot 1.1
  00000032 00000001 A800               sequence 0
  8000 0003 0800 0006                  line break
`;
/** RTA error: aborted, for the watchdog of the consumer expired. */
const abort = hex`FE01 0002 0001 14 01 FFFF FFFE 0004 CF 81 FD 05`;

const delay = hex`
  FF40
  0000000000000000 00000000 001C 00 00 00000000
  0C06 00099143E068
  0000
`;

const connection = (): [Direction, Uint8Array][] => [
  ['request', request(0, 0, relation(), iocr(1, 0x8001, 2), iocr(2, 0xffff, 1), submodule(2, 1))],
  ['reply', reply(0, 0, [0, 0, 0, 0], accepted, agreed(1, 0x8001), agreed(2, 0x8002))],
];

/** What was agreed upon over UDP, and then frames on Ethernet. */
function wireOf(parts: readonly (readonly [Direction, Uint8Array])[], connects = true): Wire {
  const wire = new Wire(ON_WIRE);
  for (const [direction, payload] of connects ? connection() : []) {
    const ports: [number, number] = direction === 'request' ? [49_152, 34_964] : [34_964, 49_152];
    wire.add(ethernet(direction, 0x0800, ipv4(direction, 17, udp(ports, payload))));
  }
  for (const [direction, payload] of parts) wire.say(direction, payload);
  return wire;
}

function analysed(wire: Wire) {
  const analysis = new Analysis({ dissectors, strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

const fromDevice = (values: readonly number[], counter: number, status = RUN) =>
  ['reply', cyclic(0x8001, values, counter, status)] as const;
const fromController = (values: readonly number[], counter: number, status = RUN) =>
  ['request', cyclic(0x8002, values, counter, status)] as const;

const byText = (one: unknown, other: unknown) => (String(one) < String(other) ? -1 : 1);

describe('PROFINET real-time', () => {
  keepsItsPromises(profinetRt, [
    { request: cyclic(0x8002, [1, 0x80], 0), reply: cyclic(0x8001, [1, 2, 0x80], 32) },
    { request: abort },
    { request: delay },
  ]);

  it('counts cyclic data and alarms for PROFINET IO, and time for PTCP', () => {
    const { counts } = analysed(
      wireOf(
        [
          ['reply', cyclic(0x8001, [], 1)],
          ['reply', abort],
          ['reply', delay],
        ],
        false,
      ),
    );
    assert.deepEqual(counts['ics_frames'], { 'profinet-rt': 3, 'profinet-io': 2, 'profinet-ptcp': 1 });
  });

  it('tells inputs and outputs by slot, where they were agreed upon', () => {
    const { variables } = analysed(
      wireOf([
        fromDevice([1, 2, 0x80], 0),
        fromDevice([1, 7, 0x80], 128),
        fromDevice([1, 7, 0x80], 256),
        fromController([9, 0x80], 0),
      ]),
    );
    assert.deepEqual(
      variables.map(({ name, changes, sets, last }) => [name, changes, sets, last.value]).toSorted(byText),
      [
        ['slot 1.1 IB 0', 0, 0, 1],
        ['slot 1.1 IB 1', 1, 0, 7],
        ['slot 1.1 QB 0', 0, 1, 9],
      ],
    );
    // Not told again while it stays as it is.
    assert.equal(variables.find(({ name }) => name === 'slot 1.1 IB 0')!.count, 1);
    assert.deepEqual([...new Set(variables.map(({ device }) => device.address))], ['192.0.2.2']);
  });

  it('takes outputs that change with every cycle for what a controller does all day', () => {
    const cycles = Array.from({ length: 100 }, (_, i) => fromController([i & 1, 0x80], i * 128));
    const { variables, detections } = analysed(wireOf(cycles));
    assert.deepEqual([variables[0]!.sets, variables[0]!.changes], [100, 99]);
    assert.deepEqual(
      detections.map(({ id }) => id).filter((id) => /point|many/.test(id)),
      [],
    );
  });

  it('tells a provider that goes to STOP, once', () => {
    const { operations, anomalies } = analysed(
      wireOf(
        [
          fromController([], 0),
          fromController([], 128, STOP),
          fromController([], 256, STOP),
          fromController([], 384),
        ],
        false,
      ),
    );
    const stop = operations.find(({ code }) => code === 'profinet-rt.stop')!;
    assert.deepEqual([stop.count, stop.techniques], [1, ['T0858']]);
    assert.deepEqual(
      anomalies.map(({ code, count }) => [code, count]),
      [['profinet-rt.stopped', 1]],
    );
  });

  it('does not call it a change of mode when it was in STOP from the beginning', () => {
    const { operations } = analysed(wireOf([fromController([], 0, STOP)], false));
    assert.ok(!operations.some(({ code }) => code === 'profinet-rt.stop'));
  });

  it('notices a station with a problem, and data that become bad', () => {
    const { anomalies } = analysed(
      wireOf([fromDevice([1, 2, 0x80], 0), fromDevice([1, 2, 0x00], 128, PROBLEM)]),
    );
    assert.deepEqual(anomalies.map(({ code }) => code).toSorted(), [
      'profinet-rt.data-bad',
      'profinet-rt.problem',
    ]);
  });

  it('notices another station that sends the frames of a provider', () => {
    const wire = wireOf([fromDevice([1, 2, 0x80], 0)]);
    const frame = ethernet('reply', 0x8892, cyclic(0x8001, [9, 9, 0x80], 32));
    frame[11] = 0x99;
    wire.add(frame);
    const { anomalies } = analysed(wire);
    assert.equal(anomalies[0]!.code, 'profinet-rt.second-provider');
  });

  it('notices frames of the past, and takes the counter over its end for what it is', () => {
    const codes = (...counters: number[]) =>
      analysed(
        wireOf(
          counters.map((counter) => fromDevice([], counter)),
          false,
        ),
      ).anomalies.map(({ code }) => code);
    assert.deepEqual(codes(65_408, 0, 128), []);
    assert.deepEqual(codes(128, 256, 128), ['profinet-rt.counter-back']);
  });

  it('puts alarms in words', () => {
    const { operations } = analysed(wireOf([['reply', alarm]], false));
    assert.equal(operations[0]!.code, 'profinet-rt.alarm');
    assert.deepEqual(operations[0]!.samples[0]!.params, {
      alarm: 'diagnosis',
      slot: 1,
      subslot: 1,
      faults: ['channel 3: line break'],
    });
  });

  it('tells why a connection was aborted', () => {
    const [operation] = analysed(wireOf([['reply', abort]], false)).operations;
    assert.equal(operation!.samples[0]!.text, 'abort the connection: consumer watchdog expired');
  });

  it('lets go of a device whose connection was aborted', () => {
    const another = (wire: Wire) => {
      const [[, payload]] = connection() as [[Direction, Uint8Array]];
      const frame = ethernet('request', 0x0800, ipv4('request', 17, udp([49_152, 34_964], payload)));
      frame[29] = 9;
      wire.add(frame);
      return analysed(wire).operations.some(({ code }) => code === 'profinet-io.connect-another');
    };
    assert.equal(another(wireOf([])), true);
    assert.equal(another(wireOf([['reply', abort]])), false);
  });

  it('reads frames over UDP too', () => {
    const wire = Wire.speaking({ on: 'udp', at: [0x8892] }, [
      ['request', cyclic(0xc001, [1], 0)],
      ['request', cyclic(0xc001, [1], 128, STOP)],
    ]);
    const { counts, anomalies } = analysed(wire);
    assert.deepEqual(counts['ics_frames'], { 'profinet-rt': 2, 'profinet-io': 2 });
    assert.equal(anomalies[0]!.code, 'profinet-rt.stopped');
  });

  it('shows data by slot to whoever reads a frame again', async () => {
    const { anomalies, file } = analysed(wireOf([fromDevice([1, 2, 0x80], 0, PROBLEM)]));
    const { at } = anomalies[0]!.samples[0]!;
    const tree = await readMessage((from, count) => file.subarray(from, from + count), at, dissectors);
    assert.ok(JSON.stringify(tree).includes('slot 1.1, provider status'));
  });

  it('shows the elements of precision time', () => {
    const reader = new TracedReader(delay);
    profinetRt.read(reader, { direction: 'request' });
    assert.ok(JSON.stringify(reader.finish()).includes('delay parameters'));
  });

  it('tells how a release ends cyclic data', (t) => {
    const report = told(t, 'cisagov+icsnpp-profinet-io-cm/testing/traces/profinet_io_cm_mixed_1.pcap');
    if (!report) return;
    const reasons = report.operations
      .filter(({ code }) => code === 'profinet-rt.abort')
      .map(({ samples }) => samples[0]!.params['why']);
    assert.deepEqual(reasons.toSorted(byText), ['instance closed', 'release received']);
  });
});

describe('MRP', () => {
  const domain = 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF';
  const common = Buffer.from(`01120001${domain}0000`, 'hex');
  const test = (state: number, manager = 1) =>
    join(hex`0001 02 12 8000`, [2, 0, 0, 0, 0, manager], hex`0000`, u16(state), hex`0000 00000000`, common);
  const linkDown = join(hex`0001 04 0C 020000000002 0000 0064 0000`, common);
  const topology = join(hex`0001 03 0A 8000 020000000001 000A`, common);
  const inRing = (...parts: [Direction, Uint8Array][]) => {
    const analysis = new Analysis({ dissectors: [mrp], strict: true });
    analysis.push(Wire.speaking({ on: 'ethertype', at: [0x88e3] }, parts).pcap());
    return analysis.finish();
  };

  keepsItsPromises(mrp, [{ request: topology }, { request: linkDown }]);

  it('notices a ring that opens, once', () => {
    const { anomalies } = inRing(
      ['request', test(1)],
      ['request', test(0)],
      ['request', test(0)],
      ['request', test(1)],
    );
    assert.deepEqual(
      anomalies.map(({ code, count }) => [code, count]),
      [['mrp.ring-open', 1]],
    );
  });

  it('notices a link that is down, and a second manager', () => {
    const { anomalies } = inRing(['request', test(1)], ['reply', linkDown], ['reply', test(1, 2)]);
    assert.deepEqual(anomalies.map(({ code }) => code).toSorted(), ['mrp.link-down', 'mrp.second-manager']);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../analysis/analysis.ts';
import { operationKinds } from '../analysis/operation-kinds.ts';
import type { Report } from '../analysis/report.ts';
import { compare } from '../baseline/compare.ts';
import { learn } from '../baseline/baseline.ts';
import { type Dissector, type Here, NOT_OURS, OURS, type TransferKind } from '../dissector.ts';
import { lldp } from '../protocols/lldp/lldp.ts';
import { type Host, Plant } from '../testing/plant.ts';
import { POINTS, points } from '../testing/points.ts';

const PLC = 10;
const HMI = 20;
const ENGINEER = 30;
const SCRIPT = 40_002;
const BEGIN = 0xb6;

const kinds = new Map(operationKinds().map((kind) => [kind.code, kind]));

/** What a message of the script tells. */
interface Line {
  readonly tell: (here: Here, operation: (code: string) => number) => void;
  readonly from: Host;
  readonly to: Host;
  /** Seconds before it. */
  readonly after: number;
}

type Where = Partial<Omit<Line, 'tell'>>;
const line = (tell: Line['tell'], where: Where = {}): Line => ({
  tell,
  from: HMI,
  to: PLC,
  after: 1,
  ...where,
});

/** An operation as its dissector has it. */
const does = (code: string, where?: Where) =>
  line((here, operation) => void here.operation(operation(code)), where);
const isRefused = (code: string, where?: Where) =>
  line((here, operation) => {
    here.refuse(here.operation(operation(code)), { code: 'script.no', text: 'no', params: {} });
  }, where);
const says = (code: string) => line((here) => here.anomaly(code, 'field', 0));
const signsIn = (user: string) => line((here) => here.credentials('script', user, 8));
const carries = (kind: TransferKind, way: 'to' | 'from', name: string) =>
  line((here) => here.transfer(here.target, way, kind, name).add(here, Uint8Array.of(BEGIN, 0), 0, 2));
const times = (count: number, make: (i: number) => Line) => Array.from({ length: count }, (_, i) => make(i));

/** Tells what its messages name by their number, so that a test needs no capture of each protocol. */
function script(name: string, lines: readonly Line[]): Dissector {
  return {
    name,
    title: name,
    reference: 'for tests',
    industrial: true,
    carriers: [{ on: 'tcp', at: [SCRIPT] }],
    claims: [],
    roles: { asked: { role: 'controller', certainty: 'inferred', because: 'script.answers' } },
    recognises: (bytes, start, _end, expected) => (expected && bytes[start] === BEGIN ? OURS : NOT_OURS),
    messageLength: (_bytes, start, end) => (end - start >= 2 ? 2 : 0),
    read: (reader) => reader.bytes(2, 'message'),
    begin(capture) {
      const numbers = new Map<string, number>();
      const operation = (code: string) => {
        const number = numbers.get(code) ?? capture.operation(kinds.get(code)!);
        numbers.set(code, number);
        return number;
      };
      return {
        message(here, bytes, start) {
          if (here.direction === 'request') lines[bytes[start + 1]!]!.tell(here, operation);
        },
      };
    },
  };
}

function reportOf(lines: readonly Line[], name = 'script'): Report {
  const plant = new Plant();
  for (const [i, { from, to, after }] of lines.entries()) {
    plant.wait(after);
    plant.asks(from, to, SCRIPT, Uint8Array.of(BEGIN, i), Uint8Array.of(BEGIN, i));
  }
  return analysed(plant, script(name, lines));
}

function analysed(plant: Plant, ...spoken: Dissector[]): Report {
  const analysis = new Analysis({ strict: true, dissectors: spoken });
  analysis.push(plant.pcap());
  return analysis.finish();
}

const idsOf = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

/** Enough stations of another network behind one hardware address to tell that it is a router's. */
const beyondRouter = times(9, (i) => does('s7comm.read', { from: [192, 168, 7, i + 1] }));

/** What shows it, and what comes close and does not. */
const scenes: readonly (readonly [id: string, shows: readonly Line[], not: readonly Line[]])[] = [
  ['accounts-changed', [does('dcerpc.change-account')], [does('dcerpc.list-accounts')]],
  [
    'commands-to-many',
    times(5, (i) => does('iec104.single-command', { to: PLC + i })),
    times(4, (i) => does('iec104.single-command', { to: PLC + i })),
  ],
  [
    'connected-and-switched',
    [
      does('iec104.start-transfer'),
      does('iec104.interrogate'),
      ...times(10, () => does('iec104.single-command')),
    ],
    [
      does('iec104.start-transfer'),
      does('iec104.interrogate'),
      ...times(9, () => does('iec104.single-command')),
    ],
  ],
  [
    'controlled-from-beyond-router',
    [...beyondRouter, does('s7comm.write', { from: [192, 168, 7, 9] })],
    [...beyondRouter, does('s7comm.write')],
  ],
  ['controller-reports-mode', [does('s7comm.mode-changed')], [does('s7comm.stop')]],
  ['credentials-guessed', [does('opcua.guesses-credentials')], [does('opcua.activate-anonymous')]],
  ['device-probed', [does('modbus.unit-sweep')], [does('iec104.command-sweep')]],
  [
    'controller-memory-read',
    times(20, () => does('umas.read-memory')),
    times(20, (i) => does('umas.read-memory', { after: i === 10 ? 60 : 1 })),
  ],
  ['io-image-read', [does('umas.monitor')], [does('modbus.read-coils')]],
  ['reporting-changed', [does('mms.write-control-block')], [does('mms.enable-reports')]],
  ['factory-reset', [does('dcp.factory-reset')], [does('dcp.set-name')]],
  ['file-by-tftp', [does('tftp.read-file')], [does('ftp.retrieve')]],
  [
    'firmware-file-carried',
    [carries('firmware', 'to', 'any.bin')],
    [carries('firmware', 'from', 'any.bin'), carries('program', 'to', 'OB1')],
  ],
  [
    'firmware-updated',
    [...times(3, () => does('cip.update-firmware')), does('cip.reset')],
    [...times(2, () => does('cip.update-firmware')), does('cip.reset')],
  ],
  ['goose-not-from-publisher', [says('goose.second-publisher')], [says('sv.second-publisher')]],
  ['io-provider-stopped', [does('profinet-rt.stop')], [does('profinet-io.release')]],
  ['network-service-rivals', [says('stp.root-changed')], [says('stp.topology-changed')]],
  [
    'password-guessing',
    times(3, () => isRefused('s7comm.password')),
    [isRefused('s7comm.password'), does('s7comm.password'), isRefused('s7comm.password')],
  ],
  ['password-list-tried', times(5, (i) => signsIn(`user ${i}`)), times(5, (i) => signsIn(`user ${i % 4}`))],
  [
    'program-made-permanent',
    [does('s7comm.download'), does('s7comm.copy-ram-to-rom')],
    [does('s7comm.copy-ram-to-rom'), does('s7comm.download')],
  ],
  [
    'project-file-carried',
    [carries('file', 'from', 'C:\\Line 4\\Line 4.zap16')],
    [carries('file', 'from', 'Line 4.txt')],
  ],
  ['remote-execution', [does('http.winrm')], [does('dcerpc.list-accounts')]],
  ['safety-system-touched', [does('tristation.allocate-program')], [does('tristation.upload-program')]],
  ['messages-injected', [says('iec104.sequence-broken')], [says('iec104.surplus-bytes')]],
  ['second-station-of-one-name', [says('profinet-rt.second-provider')], [says('profinet-rt.stopped')]],
  ['device-reports-fault', [says('canopen.emergency')], [says('dnp3.device-restarted')]],
  ['weak-protection', [says('snmp.default-community')], [says('dnp3.events-lost')]],
  ['samples-not-from-publisher', [says('sv.second-publisher')], [says('sv.samples-missing')]],
];

describe('each detection', () => {
  for (const [id, shows, not] of scenes) {
    it(`${id} is found where it is to be seen, and not where something comes close`, () => {
      assert.ok(idsOf(reportOf(shows).detections).includes(id));
      assert.ok(!idsOf(reportOf(not).detections).includes(id));
    });
  }

  it('file-to-controller is about those who carry files, and where to', () => {
    const found = (way: 'to' | 'from', name: string) =>
      idsOf(reportOf([carries('file', way, 'any')], name).detections).includes('file-to-controller');
    assert.deepEqual([found('to', 'smb'), found('from', 'smb'), found('to', 'script')], [true, false, false]);
  });
});

describe('each difference', () => {
  const unusual = (calm: Report, today: Report) => idsOf(compare(learn(calm), today));

  it('baseline-new-question: two who talked ask what they never did', () => {
    const calm = reportOf([does('s7comm.read')]);
    assert.deepEqual(unusual(calm, reportOf([does('s7comm.read'), does('s7comm.list-blocks')])), [
      'baseline-new-question',
    ]);
  });

  it('baseline-new-user: somebody else signs in', () => {
    const calm = reportOf([signsIn('operator')]);
    assert.deepEqual(unusual(calm, reportOf([signsIn('admin')])), ['baseline-new-user']);
    assert.deepEqual(unusual(calm, calm), []);
  });

  it('baseline-identity-changed: a device calls itself otherwise', () => {
    const named = (name: string) => reportOf([line((here) => here.fact(here.target, 'name', name))]);
    assert.deepEqual(unusual(named('Line 4'), named('Line 5')), ['baseline-identity-changed']);
  });

  it('baseline-new-talk: two who are known talk in another way, and nothing of the plant', () => {
    const talking = (...ports: number[]) => {
      const plant = new Plant();
      for (const port of [POINTS, ...ports]) plant.asks(HMI, PLC, port, Uint8Array.of(0xb5, 1, 1));
      return analysed(plant, points);
    };
    assert.deepEqual(unusual(talking(), talking(9_999)), ['baseline-new-talk']);
    assert.deepEqual(unusual(talking(9_999), talking()), []);
  });

  it('baseline-reading-outside: a value that nobody sets is far from where it ever was', () => {
    const readings = (...values: number[]) => {
      const tell = (value: number) => line((here) => here.variableNamed(here.target, 'level', value));
      return reportOf(values.map(tell));
    };
    const calm = readings(...Array.from({ length: 40 }, (_, i) => 50 + (i % 10)));
    assert.deepEqual(unusual(calm, readings(55, 62)), []);
    assert.deepEqual(unusual(calm, readings(55, 95)), ['baseline-reading-outside']);
  });

  it('baseline-new-device-heard: somebody is there who talks to all and to nobody', () => {
    const heard = (...hosts: number[]) => {
      const plant = new Plant();
      plant.asks(HMI, PLC, POINTS, Uint8Array.of(0xb5, 1, 1));
      for (const host of hosts) {
        const frame = [0x88, 0xcc, 2, 7, 4, 2, 0, 0, 0, 0, host, 4, 2, 7, 0x31, 6, 2, 0, 120, 0, 0];
        plant.add(Uint8Array.from([1, 0x80, 0xc2, 0, 0, 0x0e, 2, 0, 0, 0, 0, host, ...frame]));
      }
      return analysed(plant, lldp, points);
    };
    const ids = unusual(heard(ENGINEER), heard(ENGINEER, 77));
    assert.ok(ids.includes('baseline-new-device-heard') && !ids.includes('baseline-new-device'));
    assert.deepEqual(unusual(heard(ENGINEER), heard(ENGINEER)), []);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../analysis/analysis.ts';
import { readMessage } from '../analysis/read-message.ts';
import { CLIENT_PORT, type Host, Plant } from '../testing/plant.ts';
import { POINTS, points } from '../testing/points.ts';
import { dissectors } from '../registry.ts';
import { told } from '../testing/shared.ts';
import type { Detected } from './detect.ts';
import type { Detection } from './detection.ts';

const PLC = 10;
const HMI = 20;
const ENGINEER = 30;
const STRANGER = 66;

describe('operations', () => {
  it('are detected by what they do, with the messages as evidence', async () => {
    const plant = new Plant();
    umas(plant, ENGINEER, 'stop');
    const file = plant.pcap();
    const [stopped] = of(detected(file), 'controller-stopped');
    assert.deepEqual([stopped!.source!.address, stopped!.target!.address], ['10.0.0.30', '10.0.0.10']);
    assert.deepEqual([stopped!.severity, stopped!.count, stopped!.refused], ['high', 1, 0]);
    const [{ at, text }] = stopped!.evidence as [Detected['evidence'][number]];
    assert.equal(text, 'stop PLC');
    const tree = await readMessage((offset, length) => file.subarray(offset, offset + length), at);
    assert.equal(tree.messages.at(-1)!.dissector, 'modbus');
  });

  it('tell how often the device said no', () => {
    const plant = new Plant();
    for (let i = 0; i < 3; i++) write(plant, HMI, 7, i);
    write(plant, HMI, 9999, 1, false);
    const [commanded] = of(detected(plant.pcap()), 'process-commanded');
    assert.deepEqual([commanded!.count, commanded!.refused], [4, 1]);
    assert.equal(of(detected(plant.pcap()), 'dangerous-refused')[0]!.count, 1);
  });

  it('that the device refused every time are less grave than those it obeyed', () => {
    const muted = (...obeyed: boolean[]) => {
      const plant = new Plant();
      for (const done of obeyed) {
        transaction++;
        const pdu = Uint8Array.of(8, 0, 4, 0, 0);
        plant.asks(STRANGER, PLC, 502, mbap(pdu), done ? mbap(pdu) : mbap(Uint8Array.of(0x88, 1)));
      }
      const [{ severity, count, refused }] = of(detected(plant.pcap()), 'device-muted') as [Detected];
      return [severity, count, refused];
    };
    assert.deepEqual(muted(false, false), ['medium', 2, 2]);
    assert.deepEqual(muted(true, false), ['high', 2, 1]);
  });

  it('on connections that were there before the capture are no sweep', () => {
    const sweep = (flags: number) => {
      const plant = new Plant();
      for (let host = 100; host < 140; host++)
        plant.tcp(STRANGER, host, 49_000, 80, new Uint8Array(0), flags);
      return of(detected(plant.pcap()), 'address-sweep').length;
    };
    const [SYN, FIN_ACK] = [0x02, 0x11];
    assert.deepEqual([sweep(SYN), sweep(FIN_ACK)], [1, 0]);
  });

  it('that merely read are no reason to worry', () => {
    const plant = new Plant();
    for (let i = 0; i < 200; i++) read(plant.wait(1), HMI, i);
    assert.deepEqual(detected(plant.pcap()), []);
  });

  it('are a rate only when enough come within the time', () => {
    const writes = (seconds: number) => {
      const plant = new Plant();
      for (let i = 0; i < 1_200; i++) write(plant.wait(seconds), HMI, 7, 5);
      return of(detected(plant.pcap()), 'write-flood');
    };
    assert.deepEqual(writes(0.02), []);
    const [flood] = writes(0.004);
    assert.equal(flood!.count, 1_200);
    assert.ok(flood!.evidence.length > 0 && flood!.evidence.length <= 16);
  });

  it('that are refused one after another are somebody trying', () => {
    const plant = new Plant();
    for (let code = 1; code < 8; code++) {
      transaction++;
      const request = Uint8Array.of(code, 0, 0, 0, 1);
      plant.asks(STRANGER, PLC, 502, mbap(request), mbap(Uint8Array.of(code | 0x80, 1)));
    }
    assert.equal(of(detected(plant.pcap()), 'functions-tried-out')[0]!.source!.address, '10.0.0.66');
    const slowly = new Plant();
    for (let code = 1; code < 8; code++) {
      transaction++;
      const request = Uint8Array.of(code, 0, 0, 0, 1);
      slowly.wait(30).asks(STRANGER, PLC, 502, mbap(request), mbap(Uint8Array.of(code | 0x80, 1)));
    }
    assert.deepEqual(of(detected(slowly.pcap()), 'functions-tried-out'), []);
  });
});

describe('a second master', () => {
  it('is who begins to write where another one has written for a while', () => {
    const plant = new Plant();
    for (let i = 0; i < 10; i++) write(plant.wait(5), HMI, 7, i);
    write(plant, STRANGER, 7, 99);
    const found = of(detected(plant.pcap()), 'second-controlling-station');
    assert.deepEqual(
      found.map(({ source }) => source!.address),
      ['10.0.0.66'],
    );
  });

  it('is nobody where two have written from the beginning', () => {
    const plant = new Plant();
    for (let i = 0; i < 10; i++) {
      write(plant.wait(5), HMI, 7, i);
      write(plant, ENGINEER, 8, i);
    }
    assert.deepEqual(of(detected(plant.pcap()), 'second-controlling-station'), []);
  });
});

describe('a sequence', () => {
  it('is told step by step, and says it better than its parts', () => {
    const plant = new Plant();
    umas(plant, ENGINEER, 'stop');
    read(plant, ENGINEER, 4);
    umas(plant, ENGINEER, 'begin-download');
    umas(plant, ENGINEER, 'download-block');
    const all = detected(plant.pcap());
    const [replaced] = of(all, 'program-replaced-while-stopped');
    assert.deepEqual(
      replaced!.evidence.map(({ step, code }) => [step, code]),
      [
        [1, 'umas.stop'],
        [2, 'umas.begin-download'],
      ],
    );
    assert.equal(all[0], replaced, 'the gravest comes first');
    assert.deepEqual([...of(all, 'controller-stopped'), ...of(all, 'program-changed')], []);
  });

  it('is none in another order, by different senders, or too late', () => {
    const none = (tell: (plant: Plant) => void) => {
      const plant = new Plant();
      tell(plant);
      assert.deepEqual(of(detected(plant.pcap()), 'program-replaced-while-stopped'), []);
    };
    none((plant) => {
      umas(plant, ENGINEER, 'begin-download');
      umas(plant, ENGINEER, 'stop');
    });
    none((plant) => {
      umas(plant, ENGINEER, 'stop');
      umas(plant, STRANGER, 'begin-download');
    });
    none((plant) => {
      umas(plant, ENGINEER, 'stop');
      umas(plant.wait(7_200), ENGINEER, 'begin-download');
    });
  });

  it('begins with the latest first step that still fits', () => {
    const plant = new Plant();
    umas(plant, ENGINEER, 'stop');
    umas(plant.wait(1_700), ENGINEER, 'stop');
    umas(plant.wait(1_700), ENGINEER, 'begin-download');
    assert.equal(of(detected(plant.pcap()), 'program-replaced-while-stopped').length, 1);
  });

  it('does not count a step the device said no to', () => {
    const steps = [{ codes: ['modbus.write-coil'] }, { codes: ['modbus.write-register'] }];
    const detection = { ...anything, seen: { sequence: { within: 60, steps } } };
    const tried = (obeyed: boolean) => {
      const plant = new Plant();
      plant.asks(HMI, PLC, 502, mbap(coil(1)), mbap(obeyed ? coil(1) : Uint8Array.of(0x85, 2)));
      write(plant, HMI, 3, 3);
      return detected(plant.pcap(), [detection]).length;
    };
    assert.deepEqual([tried(true), tried(false)], [1, 0]);
  });

  it('may need a step several times, and may be made by several', () => {
    const steps = [{ codes: ['modbus.write-coil'], count: 3 }, { codes: ['modbus.write-register'] }];
    const detection = { ...anything, seen: { sequence: { between: 'target', within: 60, steps } } } as const;
    const after = (coils: number) => {
      const plant = new Plant();
      for (let i = 0; i < coils; i++) plant.asks(HMI, PLC, 502, mbap(coil(i)), mbap(coil(i)));
      write(plant, STRANGER, 3, 3);
      return detected(plant.pcap(), [detection]);
    };
    assert.deepEqual(after(2), []);
    assert.deepEqual(
      after(3).map(({ source, target, count }) => [source, target!.address, count]),
      [[null, '10.0.0.10', 1]],
    );
  });
});

describe('process variables', () => {
  it('that are switched to and fro are detected, slow ones are not', () => {
    const toggled = (seconds: number) => {
      const plant = new Plant();
      for (let i = 0; i < 90; i++) set(plant.wait(seconds), HMI, 7, i % 2);
      return of(detected(plant.pcap()), 'point-toggled');
    };
    assert.deepEqual(toggled(0.5), []);
    const [found] = toggled(0.1);
    assert.deepEqual([found!.source!.address, found!.params['variables']], ['10.0.0.20', ['point 7']]);
  });

  it('that one station sets one after another are somebody trying out', () => {
    const set60 = (seconds: number) => {
      const plant = new Plant();
      for (let i = 0; i < 60; i++) set(plant.wait(seconds), HMI, i, 1);
      return of(detected(plant.pcap()), 'many-points-set');
    };
    assert.deepEqual(set60(1), []);
    assert.equal(set60(0.05)[0]!.params['different'], 60);
  });
});

describe('the network', () => {
  it('tells who knocks at many doors', () => {
    const plant = new Plant();
    for (let host = 100; host < 140; host++) plant.knocks(STRANGER, host, 502);
    for (let port = 1; port < 30; port++) plant.knocks(STRANGER, PLC, port);
    const all = detected(plant.pcap());
    assert.equal(of(all, 'address-sweep')[0]!.params['targets'], 41);
    assert.equal(of(all, 'port-sweep')[0]!.target!.address, '10.0.0.10');
    assert.equal(of(all, 'port-sweep')[0]!.evidence[0]!.at.dissector, 'frame');
  });

  it('tells of bytes that somebody put into a connection', () => {
    const plant = new Plant();
    write(plant, HMI, 7, 5);
    plant.again(HMI, PLC, CLIENT_PORT, 502, mbap(register(7, 99)));
    assert.equal(of(detected(plant.pcap()), 'connection-tampered')[0]!.source!.address, '10.0.0.20');
    const honest = new Plant();
    write(honest, HMI, 7, 5);
    honest.again(HMI, PLC, CLIENT_PORT, 502, mbap(register(7, 5)));
    assert.deepEqual(of(detected(honest.pcap()), 'connection-tampered'), []);
  });

  it('tells who comes from the Internet, but not whom a plant numbers like it', () => {
    const from = (host: Host, to: Host) => {
      const plant = new Plant();
      read(plant, host, 1, to);
      return of(detected(plant.pcap()), 'controller-reached-from-internet');
    };
    assert.equal(from([93, 184, 216, 34], PLC).length, 1);
    assert.deepEqual(from([141, 81, 0, 10], [141, 81, 0, 24]), []);
    assert.deepEqual(from(HMI, PLC), []);
  });

  it('tells who works on a controller by remote access', () => {
    const plant = new Plant();
    read(plant, HMI, 1);
    plant.asks(STRANGER, PLC, 3389, new Uint8Array(300), new Uint8Array(300));
    plant.asks(STRANGER, ENGINEER, 3389, new Uint8Array(300), new Uint8Array(300));
    const found = of(detected(plant.pcap()), 'remote-access-to-controller');
    assert.deepEqual(
      found.map(({ target }) => target!.address),
      ['10.0.0.10'],
    );
  });

  it('tells of a newcomer at a controller', () => {
    const plant = new Plant();
    for (let i = 0; i < 90; i++) read(plant.wait(1), HMI, 1);
    read(plant, STRANGER, 1);
    const found = of(detected(plant.pcap()), 'newcomer-at-controller');
    assert.deepEqual(
      found.map(({ source }) => source!.address),
      ['10.0.0.66'],
    );
  });
});

describe('bounds', () => {
  it('of what is followed at once are kept and counted', () => {
    const steps = [{ codes: ['modbus.write-register'] }, { codes: ['modbus.write-coil'] }];
    const analysis = new Analysis({
      detections: [{ ...anything, seen: { sequence: { within: 60, steps } } }],
    });
    const plant = new Plant();
    for (let i = 0; i < 5_000; i++) write(plant, [10, 1, i >> 8, i & 255], 7, 1);
    analysis.push(plant.pcap());
    assert.equal(analysis.finish().dropped['watched'], 5_000 - 4_096);
  });
});

describe('real captures', () => {
  it('of a stop show one, and of an address set by DCP show that', (t) => {
    const stop = told(t, 'w3h+icsmaster/pcap/s7/snap7_s300_stop.pcapng');
    const address = told(t, 'w3h+icsmaster/pcap/profinet/ChangeIPUsingDCP.pcap');
    if (!stop || !address) return;
    assert.deepEqual(
      stop.detections.map(({ id }) => id),
      ['controller-stopped'],
    );
    assert.ok(address.detections.some(({ id }) => id === 'network-settings-changed'));
  });
});

const words = { en: 'something', ru: 'что-нибудь', zh: '某件事情' };
const anything = {
  id: 'anything',
  title: words,
  why: words,
  next: words,
  severity: 'low',
  certainty: 'stated',
  techniques: [],
} as const satisfies Omit<Detection, 'seen'>;

function detected(file: Uint8Array, detections?: readonly Detection[]): readonly Detected[] {
  const analysis = new Analysis({
    strict: true,
    dissectors: [...dissectors, points],
    ...(detections && { detections }),
  });
  analysis.push(file);
  return analysis.finish().detections;
}

const of = (all: readonly Detected[], id: string) => all.filter((one) => one.id === id);

let transaction = 0;

/** MBAP header, unit 1. */
function mbap(pdu: Uint8Array): Uint8Array {
  return Uint8Array.of(0, transaction & 0xff, 0, 0, 0, pdu.length + 1, 1, ...pdu);
}

const register = (address: number, value: number) =>
  Uint8Array.of(6, address >> 8, address & 0xff, value >> 8, value & 0xff);
const coil = (address: number) => Uint8Array.of(5, 0, address, 0xff, 0);

function write(plant: Plant, from: Host, address: number, value: number, obeyed = true): void {
  transaction++;
  const pdu = register(address, value);
  plant.asks(from, PLC, 502, mbap(pdu), mbap(obeyed ? pdu : Uint8Array.of(0x86, 2)));
}

function read(plant: Plant, from: Host, address: number, to: Host = PLC): void {
  transaction++;
  const request = mbap(Uint8Array.of(3, address >> 8, address & 0xff, 0, 1));
  plant.asks(from, to, 502, request, mbap(Uint8Array.of(3, 2, 0, 5)));
}

const umasCodes = {
  stop: [0x41, 0xff, 0],
  'begin-download': [0x30, 0, 1],
  'download-block': [0x31, 0, 1, 1, 0],
};

/** Modbus function 90, session 0; answered with 0xfe: done. */
function umas(plant: Plant, from: Host, what: keyof typeof umasCodes): void {
  transaction++;
  const reply = mbap(Uint8Array.of(0x5a, 0, 0xfe));
  plant.asks(from, PLC, 502, mbap(Uint8Array.of(0x5a, 0, ...umasCodes[what])), reply);
}

function set(plant: Plant, from: Host, point: number, value: number): void {
  plant.asks(from, PLC, POINTS, Uint8Array.of(0xb5, point, value));
}

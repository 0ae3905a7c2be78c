import type { Zone } from '@busbar/contract';

import { Chance } from './chance.ts';
import * as say from './messages.ts';
import { speakModbus, type Step } from './modbus-peers.ts';
import { type Connection, type Station, Traffic } from './traffic.ts';

/** A device of a made-up plant, as it says itself what it is. */
interface DemoDevice extends Station {
  readonly says:
    | { readonly by: 'modbus'; readonly vendor: string; readonly product: string; readonly revision?: string }
    | {
        readonly by: 's7';
        readonly order: string;
        readonly firmware: readonly [number, number, number];
        readonly name: string;
      }
    | {
        readonly by: 'cip';
        readonly vendor: number;
        readonly product: string;
        readonly revision: readonly [number, number];
        readonly serial: number;
      }
    | { readonly by: 'lldp'; readonly name: string; readonly description: string };
}

export interface DemoPlant {
  readonly organisation: string;
  readonly site: {
    readonly name: string;
    readonly sector: string;
    readonly country: string;
    readonly process: string;
  };
  /** A morning as it should be, learnt as usual. */
  readonly calm?: DemoCapture;
  readonly capture: DemoCapture;
  readonly zones?: readonly DemoZone[];
  readonly conduits?: readonly {
    name: string;
    joins: readonly string[];
    protocols: string[];
    note: string;
  }[];
}

/** Part of a plant that is protected alike, by the networks its devices are in. */
export type DemoZone = { readonly networks: readonly string[] } & Pick<
  Zone,
  'name' | 'level' | 'safetyImpact' | 'exposure' | 'slTarget' | 'slAchieved' | 'note'
>;

export interface DemoCapture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const NOWHERE = '02:00:5e:00:53:01';
const aurum = (product: string, revision?: string) =>
  ({ by: 'modbus', vendor: 'Aurum Controls', product, ...(revision && { revision }) }) as const;
const fenix = (product: string, revision?: string) =>
  ({ by: 'modbus', vendor: 'Fenix HMI', product, ...(revision && { revision }) }) as const;

/** The plants of the three operators, each with an ordinary morning and what should not have happened in it. */
export async function plants(): Promise<DemoPlant[]> {
  return [await waterworks(), await pressShop(), await substation()];
}

/** Nordwasser: pumps under Aurum controllers; one is read by nobody's version, and somebody comes in from outside. */
async function waterworks(): Promise<DemoPlant> {
  return {
    organisation: 'Nordwasser',
    site: {
      name: 'Waterworks North',
      sector: 'water',
      country: 'DE',
      process: 'Lifts, treats and pumps drinking water for 210,000 people',
    },
    calm: { name: 'pump-hall-2026-09-07.pcap', bytes: await pumpHall('2026-09-07', 'calm') },
    capture: { name: 'pump-hall-2026-09-14.pcap', bytes: await pumpHall('2026-09-14', 'visited') },
    zones: [
      {
        name: 'Control room',
        networks: ['10.20.20.0/24', '10.20.30.0/24'],
        level: 'supervision',
        safetyImpact: 'marginal',
        exposure: 'controlled',
        slTarget: [2, 2, 2, 1, 2, 1, 2],
        slAchieved: [1, 1, 2, 1, 1, 1, 2],
        note: 'Staffed day and night',
      },
      {
        name: 'Pump hall',
        networks: ['10.20.10.0/24'],
        level: 'control',
        safetyImpact: 'critical',
        exposure: 'small',
        slTarget: [2, 2, 3, 1, 3, 1, 3],
        slAchieved: [1, 0, 1, 0, 1, 0, 2],
        note: 'Without pumps the upper districts have water for six hours',
      },
      {
        name: 'Field instruments',
        networks: ['10.99.1.0/24'],
        level: 'field',
        safetyImpact: 'negligible',
        exposure: 'small',
        slTarget: [1, 1, 2, 0, 1, 1, 2],
        slAchieved: null,
        note: '',
      },
    ],
    conduits: [
      {
        name: 'C1 Control room – Pump hall',
        joins: ['Control room', 'Pump hall'],
        protocols: [],
        note: 'Firewall fw-1; the shift reads and sets levels through it',
      },
    ],
  };
}

async function pumpHall(day: string, morning: 'calm' | 'visited'): Promise<Uint8Array> {
  const traffic = new Traffic(day);
  const chance = new Chance(1);
  const controllers: DemoDevice[] = [
    ...row(6, '10.20.10.', 11, '02:a0:10:00:00:', () => aurum('AX-300', '4.30')),
    ...row(4, '10.20.10.', 31, '02:a0:10:00:01:', () => aurum('AX-300', '4.36')),
    ...row(3, '10.20.10.', 41, '02:a0:10:00:02:', () => aurum('AX-500')),
  ];
  const panels = row(3, '10.20.20.', 21, '02:f0:20:00:00:', () => fenix('FX-Panel 12', '3.1.2'));
  const switches = row(4, '10.20.10.', 2, '02:5c:10:00:00:', (n) => ({
    by: 'lldp',
    name: `sw-pump-${n}`,
    description: 'Nordbruk NX-2016, Version 7.2.1',
  }));
  const historian: Station = { ip: '10.20.30.5', mac: '02:d0:30:00:00:05' };
  const scada: Station = { ip: '10.20.20.10', mac: '02:d0:20:00:00:10' };
  const remote: Station = { ip: '203.0.113.77', mac: NOWHERE };

  introduce(traffic, scada, [...controllers, ...panels, ...switches]);
  await poll(traffic, chance, scada, controllers, 12);
  await poll(traffic, chance, historian, controllers.slice(0, 5), 4);
  for (const [n, panel] of panels.entries())
    await poll(traffic, chance, panel, controllers.slice(n * 3, n * 3 + 3), 4);

  traffic.wait(240_000);
  const visited = controllers[2]!;
  if (morning === 'visited') {
    const intruder = traffic.connect(remote, visited, 502);
    exchange(intruder, say.whoAreYou(1), say.iAm(1, 'Aurum Controls', 'AX-300', '4.30'));
    await carryOut(traffic, intruder, [
      { read: 100, count: 8, holding: [640, 635, 12, 0, 1, 1, 0, 50] },
      ...[900, 1200, 0].map((value) => ({ register: 104, value })),
      { coil: 12, on: false },
    ]);
    intruder.ask(say.listenOnly(7));
    intruder.ask(say.restartCommunication(8));
    fetchProject(traffic, remote, panels[0]!);
  }
  // The shift sets the level it wants, as every morning.
  const levels = morning === 'calm' ? [620, 650] : [640];
  await carryOut(
    traffic,
    traffic.connect(scada, visited, 502),
    levels.map((value) => ({ register: 104, value })),
  );
  return traffic.pcap();
}

async function carryOut(traffic: Traffic, link: Connection, steps: readonly Step[]): Promise<void> {
  for (const turn of await speakModbus(steps)) {
    exchange(link, ...turn);
    traffic.wait(4000);
  }
}

/** By FTP (RFC 959), with a password that everybody on the wire can read. */
function fetchProject(traffic: Traffic, client: Station, panel: Station): void {
  const file = 'PUMPHALL.FXP';
  const dataPort = 50_021;
  const control = traffic.connect(client, panel, 21);
  control.answer(say.line('220 FX-Panel 12 FTP server ready'));
  exchange(control, say.line('USER service'), say.line('331 Password required'));
  exchange(control, say.line('PASS fenix12'), say.line('230 Logged in'));
  exchange(control, say.line('TYPE I'), say.line('200 Type set to I'));
  const place = [...panel.ip.split('.'), dataPort >> 8, dataPort & 0xff].join(',');
  exchange(control, say.line('PASV'), say.line(`227 Entering Passive Mode (${place})`));
  const carried = traffic.connect(client, panel, dataPort);
  exchange(control, say.line(`RETR ${file}`), say.line('150 Opening data connection'));
  const project = say.project(file);
  for (let at = 0; at < project.length; at += 1400) carried.answer(project.subarray(at, at + 1400));
  control.answer(say.line('226 Transfer complete'));
}

/** Delta Motors: a press line; an engineering workstation that nobody sat at stops a controller and loads a block. */
async function pressShop(): Promise<DemoPlant> {
  const traffic = new Traffic('2026-09-14');
  const chance = new Chance(2);
  const presses = row(5, '10.30.10.', 11, '02:51:10:00:00:', (n) => ({
    by: 's7',
    order: '6ES7 315-2EH14-0AB0',
    firmware: [3, 2, 6],
    name: `press-line-${n}`,
  }));
  const robots = row(6, '10.30.10.', 51, '02:c1:10:00:00:', (n) => ({
    by: 'cip',
    vendor: 1,
    product: '1756-L61/B LOGIX5561',
    revision: [20, 11],
    serial: 0x4000_1000 + n,
  }));
  const panels = row(4, '10.30.20.', 21, '02:f0:30:00:00:', (n) =>
    fenix('FX-Panel 12', n > 2 ? '3.3.0' : '3.1.2'),
  );
  const switches = row(3, '10.30.10.', 2, '02:5c:30:00:00:', (n) => ({
    by: 'lldp',
    name: `sw-press-${n}`,
    description: 'Nordbruk NX-2016, Version 7.0.4',
  }));
  const scada: Station = { ip: '10.30.20.10', mac: '02:d0:30:20:00:10' };
  const engineering: Station = { ip: '10.30.20.66', mac: '02:e0:30:20:00:66' };

  introduce(traffic, scada, [...presses, ...robots, ...panels, ...switches]);
  for (const press of presses) {
    const link = openS7(traffic, scada, press);
    for (let n = 0; n < 20; n++) {
      traffic.wait(500);
      exchange(link, say.s7Read(10 + n, 10, 4), say.s7Value(10 + n, 800 + chance.between(0, 40)));
    }
  }

  traffic.wait(1_260_000);
  const target = presses[1]!;
  const link = openS7(traffic, engineering, target);
  exchange(link, say.s7Stop(3), say.s7Done(3, 0x29));
  traffic.wait(2000);
  const block = '0800001';
  exchange(link, say.s7RequestDownload(4, block), say.s7Done(4, 0x1a));
  link.answer(say.s7Download(5, block));
  link.ask(say.s7Block(5, new Uint8Array(202).fill(0x70)));
  link.answer(say.s7DownloadEnded(6, block));
  link.ask(say.s7Done(6, 0x1c));
  exchange(link, say.s7Activate(7, `${block}P`), say.s7Done(7, 0x28));
  exchange(link, say.s7Start(8), say.s7Done(8, 0x28));
  exchange(link, say.s7Write(9, 10, 4, 2400), say.s7Written(9));
  return {
    organisation: 'Delta Motors',
    site: {
      name: 'Press shop 2',
      sector: 'automotive',
      country: 'CZ',
      process: 'Presses and joins car bodies, 900 a day',
    },
    capture: { name: 'press-line-night-shift.pcap', bytes: traffic.pcap() },
  };
}

/** Elmira Grid: a substation with gateways of an older make; a calm morning. */
async function substation(): Promise<DemoPlant> {
  const traffic = new Traffic('2026-09-14');
  const chance = new Chance(3);
  const controllers = [
    ...row(8, '10.40.10.', 11, '02:a0:40:00:00:', () => aurum('AX-500', '2.08')),
    ...row(4, '10.40.10.', 41, '02:b0:40:00:00:', () => ({
      by: 'modbus',
      vendor: 'Polar Gateway Systems',
      product: 'PG-20',
      revision: '1.9.0',
    })),
  ] satisfies DemoDevice[];
  const switches = row(4, '10.40.10.', 2, '02:5c:40:00:00:', (n) => ({
    by: 'lldp',
    name: `sw-bay-${n}`,
    description: 'Nordbruk NX-2016, Version 7.2.1',
  }));
  const scada: Station = { ip: '10.40.20.10', mac: '02:d0:40:20:00:10' };
  introduce(traffic, scada, [...controllers, ...switches]);
  await poll(traffic, chance, scada, controllers, 15);
  return {
    organisation: 'Elmira Grid',
    site: {
      name: 'Substation East',
      sector: 'electric power',
      country: 'SE',
      process: 'Feeds four districts at 110 kV',
    },
    capture: { name: 'bay-1-to-12.pcap', bytes: traffic.pcap() },
  };
}

function row(
  count: number,
  network: string,
  first: number,
  mac: string,
  says: (n: number) => DemoDevice['says'],
): DemoDevice[] {
  return Array.from({ length: count }, (_, n) => ({
    ip: `${network}${first + n}`,
    mac: `${mac}${(first + n).toString(16).padStart(2, '0')}`,
    says: says(n + 1),
  }));
}

/** Everybody is asked who he is, in his own protocol. */
function introduce(traffic: Traffic, asking: Station, devices: readonly DemoDevice[]): void {
  traffic.frame('01:0e:cf:00:00:00', asking.mac, 0x8892, say.dcpIdentifyAll());
  for (const device of devices) {
    const { says } = device;
    if (says.by !== 'lldp' && sameNetwork(asking, device)) traffic.arp(asking, device);
    switch (says.by) {
      case 'modbus':
        exchange(
          traffic.connect(asking, device, 502),
          say.whoAreYou(1),
          say.iAm(1, says.vendor, says.product, says.revision),
        );
        break;
      case 's7': {
        traffic.frame(asking.mac, device.mac, 0x8892, say.dcpIdentity(says.name, 'S7-300', device.ip));
        exchange(
          openS7(traffic, asking, device),
          say.s7WhoAreYou(2),
          say.s7IAm(2, says.order, says.firmware),
        );
        break;
      }
      case 'cip':
        traffic.udp(asking, device, 50_000, 44_818, say.listIdentity());
        traffic.udp(
          device,
          asking,
          44_818,
          50_000,
          say.identity(device.ip, says.vendor, says.product, says.revision, says.serial),
        );
        break;
      case 'lldp':
        traffic.frame(
          '01:80:c2:00:00:0e',
          device.mac,
          0x88cc,
          say.lldp(device.mac, says.name, says.description, device.ip, true),
        );
    }
  }
}

async function poll(
  traffic: Traffic,
  chance: Chance,
  asking: Station,
  devices: readonly Station[],
  rounds: number,
): Promise<void> {
  const links = [];
  for (const device of devices) {
    const steps = Array.from({ length: rounds }, () => ({
      read: 100,
      count: 8,
      holding: Array.from({ length: 8 }, () => chance.between(600, 700)),
    }));
    links.push({ link: traffic.connect(asking, device, 502), turns: await speakModbus(steps) });
  }
  for (let round = 0; round < rounds; round++) {
    traffic.wait(1000);
    for (const { link, turns } of links) exchange(link, ...turns[round]!);
  }
}

function openS7(traffic: Traffic, client: Station, server: Station) {
  const link = traffic.connect(client, server, 102);
  exchange(link, say.cotpRequest(), say.cotpConfirm());
  exchange(link, say.s7Setup(1), say.s7SetupDone(1));
  return link;
}

function exchange(link: Connection, request: Uint8Array, reply: Uint8Array): void {
  link.ask(request);
  link.answer(reply);
}

const sameNetwork = (one: Station, other: Station) =>
  one.ip.split('.').slice(0, 3).join('.') === other.ip.split('.').slice(0, 3).join('.');

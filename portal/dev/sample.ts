import type { Me, Send } from '@busbar/contract';

import {
  radar,
  radarCounts,
  radarPage,
  verdictPage,
  verdicts,
  vulnerabilities,
  vulnerabilityPage,
} from './sample-vulnerabilities.ts';
import { devices as mapDevices, lines as mapLines, message } from '../pages/ui/sample.ts';
import { watchedFor } from './sample-detections.ts';
import { sampleAccesses } from './sample-accesses.ts';
import { sampleCases } from './sample-cases.ts';
import { sampleLetters, sampleMailbox } from './sample-mailbox.ts';
import { sampleEvidence } from './sample-evidence.ts';
import { sampleRetention } from './sample-retention.ts';
import { sampleCasework } from './sample-casework.ts';
import { searchAnswer } from './sample-search.ts';
import { crossingOf, drawingOf, zoneOf, zonesOf } from './sample-zones.ts';

/**
 * Made-up answers for looking at pages without a service behind them: `npm run sample -w portal`.
 * Tests do not use it; they go through the real service.
 */
type Answer = { status: number; body: unknown };

const uuid = (place: number) => `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`;
const ago = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 9, 0, 0) - seconds * 1000).toISOString();
const told = (code: string, text: string, params: object = {}) => ({ code, params, text });

const kit = (isReady: boolean) => ({
  id: uuid(isReady ? 92 : 93),
  label: isReady ? 'AMBER' : 'CLEAR',
  advisories: isReady ? 1904 : 1872,
  program: '0.1.0',
  size: 13_204_331,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  madeAt: ago(isReady ? 900 : 1_300_000),
  by: 'Ida Sommer',
  isReady,
});

const bundle = (state: 'imported' | 'receiving') => ({
  id: uuid(state === 'imported' ? 90 : 91),
  name: state === 'imported' ? 'busbar-2026-11-26-9f86d081.age' : 'busbar-2026-11-27-1b2b0b82.age',
  site: { id: uuid(1), name: 'Waterworks' },
  state,
  job:
    state === 'imported'
      ? null
      : {
          ...job('failed'),
          kind: 'import-bundle',
          subject: { kind: 'bundle', id: uuid(91), name: 'busbar-2026-11-27-1b2b0b82.age' },
          problem: told('bundle-damaged', 'The bundle was altered or cut on its way'),
        },
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  size: 1_204_331,
  by: 'Ida Sommer',
  at: ago(86_400),
  importedAt: state === 'imported' ? ago(86_000) : null,
  madeAt: state === 'imported' ? ago(100_000) : null,
  program: state === 'imported' ? '0.1.0' : null,
  files:
    state === 'imported'
      ? [
          {
            name: 'dosing-line-night-shift.pcap.gz.json',
            type: 'application/vnd.busbar.analysis+json',
            size: 1_104_331,
            sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
            outcome: 'new',
            capture: uuid(21),
            before: null,
          },
          {
            name: 'intake.pcapng.json',
            type: 'application/vnd.busbar.analysis+json',
            size: 99_120,
            sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
            outcome: 'known',
            capture: uuid(20),
            before: { id: uuid(90), name: 'busbar-2026-11-20-77aa01bc.age' },
          },
          {
            name: 'report.json',
            type: 'application/vnd.busbar.share+json',
            size: 41_330,
            sha256: '81b637d8fcd2c6da6359e6963113a1170de795e4b725b84d1e0b4cfd9ec58ce9',
            outcome: 'new',
            capture: null,
            before: null,
          },
        ]
      : [],
});

const inventory = (state: 'read' | 'imported') => ({
  id: uuid(state === 'read' ? 70 : 71),
  name: state === 'read' ? 'Inventar 2026.xlsx' : 'Pumpwerk Süd.csv',
  site: { id: uuid(1), name: 'Waterworks' },
  state,
  job: null,
  by: 'Ida Sommer',
  at: ago(state === 'read' ? 120 : 86_400),
  importedAt: state === 'read' ? null : ago(86_000),
  counts: { new: 31, changed: 4, known: 112, left: 3 },
});

const inventoryReading = {
  format: 'csv',
  encoding: 'windows-1252',
  separator: ';',
  headerRow: 1,
  columns: [
    { title: 'Gerätename', field: 'name', samples: ['Pumpe 1', 'Pumpe 2', 'Rechen'] },
    { title: 'IP-Adresse', field: 'address', samples: ['10.1.0.11', '10.1.0.12', '10.1.0.20'] },
    { title: 'Hersteller', field: 'vendor', samples: ['Siemens', 'Siemens', 'Phoenix Contact'] },
    {
      title: 'Bestellnummer',
      field: 'orderNumber',
      samples: ['6ES7 511-1AK02-0AB0', '6ES7 511-1AK02-0AB0', ''],
    },
    { title: 'Ausgabestand', field: 'firmware', samples: ['V2.8.1', 'V2.8.3', 'V1.2'] },
    { title: 'Firmware', field: 'hardware', samples: ['FS 03', 'FS 04', '2'] },
    { title: 'Werk', field: 'site', samples: ['Nordwerk', 'Waterwork', 'Nordwerk'] },
    { title: 'Zone', field: 'zone', samples: ['Zelle 1', 'Filter', 'Zelle 1'] },
    { title: 'Inbetriebnahme', field: null, samples: ['2019-04-01', '2019-04-01', ''] },
  ],
  rows: 150,
  notes: [told('columns-swapped', 'Exchanged')],
  places: [
    { site: null, name: 'Nordwerk', like: null, rows: 61 },
    { site: 'Nordwerk', name: 'Zelle 1', like: null, rows: 20 },
    { site: null, name: 'Waterwork', like: 'Waterworks', rows: 1 },
    { site: 'Waterworks', name: 'Filter', like: 'Filters', rows: 12 },
  ],
};

const inventoryRows = [
  {
    row: 2,
    outcome: 'changed',
    asset: { id: uuid(2), name: 'Pumpe 1' },
    says: { name: 'Pumpe 1', address: '10.1.0.11', vendor: 'Siemens', orderNumber: '6ES7 511-1AK02-0AB0' },
    changes: [{ field: 'firmware', from: 'V2.8.1', to: 'V2.8.3' }],
    notes: [],
  },
  {
    row: 3,
    outcome: 'new',
    asset: null,
    says: { name: 'Rechen', address: '10.1.0.20', vendor: 'Phoenix Contact', firmware: 'V1.2' },
    changes: [],
    notes: [told('formula', 'A formula', { field: 'description' })],
  },
  {
    row: 4,
    outcome: 'left',
    asset: null,
    says: { name: 'Rechen 2', serial: 'SN-4711' },
    changes: [],
    notes: [told('same-serial', 'Twice', { value: 'SN-4711', row: 3 })],
  },
  {
    row: 5,
    outcome: 'known',
    asset: { id: uuid(3), name: 'HMI Leitstand' },
    says: { name: 'HMI Leitstand', address: '10.1.0.30' },
    changes: [],
    notes: [],
  },
];

const visibility = {
  scope: 'org',
  label: 'AMBER+STRICT',
  owner: 'Nordwasser',
  people: 7,
  organisations: ['Nordwasser'],
};
const consent = (state: string, n: number) => ({
  id: uuid(n),
  owner: { id: uuid(1), name: 'Nordwasser' },
  reader: { id: uuid(79), name: 'Demo CERT' },
  only: state === 'narrowed' ? 'Arjun Mehta' : null,
  parts: state === 'narrowed' ? ['devices', 'shares', 'packets'] : ['devices', 'warnings'],
  purpose: 'To see which controllers the remote maintenance reaches',
  caseRef: n % 2 ? '' : 'INC-2026-0042',
  state,
  until: ago(-900_000),
  requestedBy: 'Arjun Mehta',
  at: ago(9000),
  steps: [
    {
      state: 'requested',
      parts: ['devices', 'warnings'],
      until: ago(-900_000),
      person: 'Arjun Mehta',
      organisation: 'Demo CERT',
      reason: '',
      at: ago(9000),
    },
  ],
});
const organisation = { id: uuid(1), name: 'Nordwasser', kinds: ['operator'] };
const site = { id: uuid(2), name: 'Waterworks North' };

export const member: Me = {
  person: {
    id: uuid(3),
    name: 'Ida Sommer',
    email: 'ida@nordwasser.example',
    language: null,
    timezone: null,
  },
  acting: {
    id: uuid(4),
    organisation: { ...organisation, kinds: ['operator'] },
    roles: ['MEM', 'MAD'],
    since: ago(9e6),
  },
  memberships: [
    {
      id: uuid(4),
      organisation: { ...organisation, kinds: ['operator'] },
      roles: ['MEM', 'MAD'],
      since: ago(9e6),
    },
    {
      id: uuid(5),
      organisation: { id: uuid(6), name: 'CERT for Industry', kinds: ['cert'] },
      roles: ['ANA', 'LEAD'],
      since: ago(8e6),
    },
  ],
  roles: ['MEM', 'MAD'],
  secondFactor: { passkeys: 1, totp: true, recoveryCodesLeft: 8 },
  mustAddSecondFactor: false,
  mustUsePasskey: false,
  proved: true,
};
export const visitor: Me = {
  person: null,
  acting: null,
  memberships: [],
  roles: ['PUB'],
  secondFactor: null,
  mustAddSecondFactor: false,
  mustUsePasskey: false,
  proved: true,
};
export const lead: Me = { ...member, acting: member.memberships[1]!, roles: ['ANA', 'LEAD', 'ADM'] };

const instance = (state: 'empty' | 'ready') => ({
  state,
  demo: state === 'ready',
  staffMustUsePasskey: state === 'ready',
  version: '0.1.0',
  cert:
    state === 'ready'
      ? {
          name: 'CERT for Industry of Elbonia',
          shortName: 'ICS-CERT EB',
          country: 'DE',
          phone: '+49 30 5550 0112',
          email: 'cert@example.org',
          url: 'https://cert.example.org',
        }
      : null,
  demoAccounts:
    state === 'ready'
      ? [
          {
            name: 'Ida Sommer',
            email: 'ida@nordwasser.example',
            password: 'look-around-please',
            organisation: 'Nordwasser',
            roles: ['MEM', 'MAD'],
          },
          {
            name: 'Ana Lyst',
            email: 'ana@cert.example',
            password: 'look-around-please',
            organisation: 'CERT for Industry',
            roles: ['ANA'],
          },
          {
            name: 'Lea Dern',
            email: 'lea@cert.example',
            password: 'look-around-please',
            organisation: 'CERT for Industry',
            roles: ['LEAD'],
          },
        ]
      : [],
});

const job = (state: string, more: object = {}) => ({
  id: uuid(50),
  kind: 'analyse-capture',
  subject: { kind: 'capture', id: uuid(20), name: 'intake-2026-11-20.pcapng' },
  state,
  step: null,
  done: 0,
  total: null,
  attempt: 1,
  problem: null,
  createdAt: ago(120),
  startedAt: ago(100),
  endedAt: state === 'running' ? null : ago(40),
  ...more,
});

const capture = (place: number, more: object = {}) => ({
  id: uuid(20 + place),
  site,
  name: [
    'intake-2026-11-20.pcapng',
    'dosing-line-night-shift.pcap.gz',
    'mirror-port-sw3.pcap',
    'analysed-last-year.pcap',
    'calm-sunday.pcapng',
  ][place],
  evidence: {
    id: uuid(30 + place),
    state: 'stored',
    size: 734_003_200 * (place + 1),
    received: 734_003_200 * (place + 1),
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    uploadedBy: 'Ida Sommer',
    uploadedAt: ago(3600 * (place + 1)),
  },
  bundle: null,
  job: job('done'),
  engine: '0.1.0',
  summary: {
    format: 'pcapng',
    packets: 1_283_441,
    bytes: 711_204_331,
    firstSeen: ago(10_000),
    lastSeen: ago(3_100),
    devices: 13,
    conversations: 48,
    operations: 4,
    dangerousMessages: 57,
    variables: 40,
    transfers: 1,
    credentials: 1,
    detections: { critical: 1, high: 1, medium: 0, low: 1, info: 3 },
    warnings: 6,
    protocols: [
      { name: 'S7comm', messages: 401_220 },
      { name: 'Modbus/TCP', messages: 188_120 },
      { name: 'EtherNet/IP', messages: 61_003 },
      { name: 'PROFINET DCP', messages: 412 },
    ],
    problems:
      place === 0
        ? [
            told(
              'capture.cut-off',
              'The file breaks off in the middle of packet 1,283,442; everything before it was read.',
              { packet: 1_283_442 },
            ),
          ]
        : [],
  },
  ...more,
});

const captures = [
  capture(0),
  capture(1, { job: job('running', { done: 180_000_000, total: 1_468_006_400 }), summary: null }),
  capture(2, {
    job: job('failed', {
      problem: told(
        'capture.not-a-capture',
        'This file is not a network capture: it looks like a zip archive. Unpack it and upload what is inside.',
      ),
    }),
    summary: null,
  }),
  capture(3),
  capture(4),
];
captures[3]!.summary!.detections = null!;

const products = [
  ['Siemens', 'SIMATIC S7-1500 CPU 1511-1 PN', '6ES7511-1AK02-0AB0', 'V2.8.3'],
  ['Schneider Electric', 'Modicon M340', 'BMXP342020', 'V3.20'],
  ['Rockwell Automation', 'ControlLogix 5580', '1756-L85E', '33.011'],
  ['Siemens', 'SIMATIC HMI TP1200 Comfort', '6AV2124-0MC01-0AX0', null],
  ['WAGO', 'PFC200', '750-8212', '03.10.08(22)'],
  [null, null, null, null],
] as const;
const roleOf = ['controller', 'controller', 'controller', 'hmi', 'io', 'unknown'] as const;
const assets = Array.from({ length: 420 }, (_, place) => {
  const from = mapDevices[place % mapDevices.length]!;
  const [vendor, product, orderNumber, firmware] = products[place % products.length]!;
  return {
    id: uuid(1000 + place),
    site,
    state: place % 9 === 0 ? 'proposed' : place % 31 === 0 ? 'dismissed' : 'accepted',
    name: place < mapDevices.length ? from.name : `${from.name}-${place}`,
    role: place < mapDevices.length ? from.role : roleOf[place % 6],
    level: from.level,
    vendor,
    product,
    model: null,
    orderNumber,
    firmware,
    hardware: null,
    network: from.zone,
    zone: null,
    software: null,
    slot: null,
    cpe: null,
    purl: null,
    criticality: place % 4 === 0 ? 'high' : null,
    serial: orderNumber && `S V-${place}A20${place}`,
    addresses: [`192.168.${10 + (place % 3)}.${10 + (place % 240)}`],
    macs: [`00:1b:1b:${String(place % 99).padStart(2, '0')}:0a:1f`],
    protocols: ['S7comm', 'PROFINET DCP', 'LLDP'].slice(0, 1 + (place % 3)),
    certainty: (['stated', 'inferred', 'guessed'] as const)[place % 3],
    firstSeen: ago(10_000),
    lastSeen: ago(3_000),
    warnings: place % 5 === 0 ? (place % 4) + 1 : 0,
  };
});

const devices = assets
  .slice(0, mapDevices.length)
  .map(({ id, site: _site, hardware: _hardware, ...asset }, place) => ({
    ...asset,
    asset: id,
    zone: mapDevices[place]!.zone,
    toldBy: 4711 + place,
    packets: 10_000 * (place + 1),
  }));
const idOf = new Map(mapDevices.map((device, place) => [device.id, assets[place]!.id]));

const party = (place: number) => ({
  asset: assets[place]!.id,
  name: assets[place]!.name,
  address: assets[place]!.addresses[0],
});
const location = (packet: number) => ({
  packet,
  time: 1_795_142_467_318_000 + packet,
  pieces: [[1_024_000 + packet, 18]],
  frame: [1_024_000 + packet - 54, 72],
  linkType: 1,
  dissector: 'modbus',
  direction: 'request',
});

const during = { firstSeen: '2026-11-20T06:00:00.000Z', lastSeen: '2026-11-20T07:00:00.000Z' };
const began = Date.parse(during.firstSeen) * 1000;
const variables = Array.from({ length: 40 }, (_, place) => ({
  id: uuid(5000 + place),
  device: party(1),
  protocol: 'modbus',
  name: `4${String(place + 1).padStart(4, '0')}`,
  count: 3600,
  sets: place < 3 ? 12 - place : 0,
  changes: 40 - place,
  first: 20,
  last: 20 + place,
  range: [12, 80 + place],
  setRange: place < 3 ? [20, 80] : null,
  ...during,
  points: Array.from({ length: 40 - place }, (__, i) => [
    began + i * 80_000_000,
    Math.round(46 + 34 * Math.sin(i / 4 + place)),
  ]),
}));
const transfers = [
  {
    id: uuid(5100),
    device: party(1),
    other: party(0),
    protocol: 's7comm',
    way: 'to',
    kind: 'program',
    name: 'OB1',
    bytes: 18_244,
    complete: true,
    ...during,
    at: location(918),
  },
];
const credentials = [
  {
    id: uuid(5200),
    source: party(0),
    target: party(2),
    protocol: 'snmp',
    scheme: 'community',
    user: '',
    secret: 6,
    count: 42,
    ...during,
    at: location(77),
  },
];

const words: Record<string, Record<'en' | 'ru' | 'zh', object>> = {
  'program-replaced-while-stopped': {
    en: {
      title: 'A controller was stopped and its program was changed',
      why: 'This is how a controller is given other orders. What it did before cannot be relied on any more.',
      now: 'Ask who is at the engineering station. If nobody is, put the plant under manual control and cut the sender off.',
      check: 'An analyst compares the program in the controller with the released one.',
    },
    ru: {
      title: 'Контроллер остановили и изменили его программу',
      why: 'Так контроллеру дают другие указания. На его прежнее поведение больше нельзя полагаться.',
      now: 'Узнайте, кто за инженерной станцией. Если никто, переведите установку на ручное управление и отключите отправителя.',
      check: 'Аналитик сравнивает программу в контроллере с утверждённой.',
    },
    zh: {
      title: '控制器被停止且程序被更改',
      why: '这是让控制器执行其他指令的方式，其先前行为不再可信。',
      now: '确认谁在使用工程师站。若无人，转为手动控制并将发送方断网。',
      check: '分析人员将控制器中的程序与发布版本比对。',
    },
  },
  'values-swept': {
    en: {
      title: 'One station wrote many different values within seconds',
      why: 'No operator types that fast. It is a program that tries what happens.',
      now: 'Watch the process by hand, and take the station off the network if nobody knows it.',
      check: 'An analyst looks at which values were written and whether the process followed.',
    },
    ru: {
      title: 'Одна станция за секунды записала много разных значений',
      why: 'Ни один оператор так быстро не печатает. Это программа, которая пробует, что получится.',
      now: 'Следите за процессом вручную; если станцию никто не знает, отключите её от сети.',
      check: 'Аналитик смотрит, какие значения записаны и откликнулся ли процесс.',
    },
    zh: {
      title: '一个站点在数秒内写入了许多不同数值',
      why: '没有操作员能输入得这么快，这是程序在试探。',
      now: '人工监视工艺；若无人认识该站点，将其断网。',
      check: '分析人员查看写入了哪些数值，工艺是否随之变化。',
    },
  },
  'device-fingerprinted': {
    en: {
      title: 'A device was asked who it is',
      why: 'Engineers and inventories do so; so does whoever looks for a way in.',
      now: 'No action by itself.',
      check: 'An analyst checks who asked, and what followed.',
    },
    ru: {
      title: 'Устройство спросили, кто оно',
      why: 'Так делают инженеры и инвентаризация — и те, кто ищет путь внутрь.',
      now: 'Само по себе действий не требует.',
      check: 'Аналитик проверяет, кто спрашивал и что последовало.',
    },
    zh: {
      title: '有人查询设备身份',
      why: '工程师和资产盘点会这样做，寻找入口者也会。',
      now: '单独出现无需处置。',
      check: '分析人员核查查询者及后续操作。',
    },
  },
  'baseline-new-operation': {
    en: {
      title: 'Somebody commands a device who never did before',
      why: 'Who commands what is fixed in a plant for years.',
      now: 'Ask the shift whether this was them. If not, put the device under local control.',
      check: 'An analyst looks for how the sender came into the network.',
    },
    ru: {
      title: 'Устройством командует тот, кто раньше этого не делал',
      why: 'Кто чем командует, в установке не меняется годами.',
      now: 'Спросите смену, они ли это. Если нет, переведите устройство на местное управление.',
      check: 'Аналитик ищет, как отправитель попал в сеть.',
    },
    zh: {
      title: '从未下达过命令者正在命令设备',
      why: '谁命令什么，在工厂里多年不变。',
      now: '询问当班人员是否为其所为；若否，将设备转为就地控制。',
      check: '分析人员查找发送方如何进入网络。',
    },
  },
  'baseline-device-vanished': {
    en: {
      title: 'A device that was always there is silent',
      why: 'It failed, was taken out, or was put out of service.',
      now: 'See whether it runs.',
      check: 'An analyst checks that the capture was taken at the same place as before.',
    },
    ru: {
      title: 'Устройство, которое было всегда, молчит',
      why: 'Оно отказало, его сняли или вывели из работы.',
      now: 'Проверьте, работает ли оно.',
      check: 'Аналитик проверяет, что запись сделана в той же точке.',
    },
    zh: {
      title: '一直在线的设备没有通信',
      why: '设备故障、被拆除或被置于停用。',
      now: '确认其是否运行。',
      check: '分析人员核查抓包位置与先前是否相同。',
    },
  },
};
const detection = (place: number, code: string, severity: string, more: object = {}) => ({
  id: uuid(5300 + place),
  code,
  severity,
  certainty: place === 1 ? 'inferred' : 'stated',
  techniques: [{ id: 'T0858', name: 'Change Operating Mode' }],
  source: party(3),
  target: party(7),
  count: 2 + place,
  refused: 0,
  firstSeen: ago(8_000 - place * 100),
  lastSeen: ago(4_000 - place * 100),
  params: {},
  evidence: [],
  ...more,
});
const evidence = (step: number | null, packet: number, code: string, text: string, params: object = {}) => ({
  step,
  what: told(code, text, params),
  refused: null,
  at: location(packet),
});
const detections = [
  detection(0, 'program-replaced-while-stopped', 'critical', {
    techniques: [
      { id: 'T0858', name: 'Change Operating Mode' },
      { id: 'T0889', name: 'Modify Program' },
    ],
    evidence: [
      evidence(1, 4711, 's7comm.stop', 'Stop the controller'),
      evidence(2, 4741, 's7comm.download', 'Download block OB1', { block: 'OB1' }),
    ],
  }),
  detection(1, 'values-swept', 'high', {
    count: 1204,
    refused: 12,
    params: { variables: '40001, 40002, 40003, 40005', different: 64 },
    evidence: Array.from({ length: 9 }, (_, n) =>
      evidence(null, 5000 + n, 'modbus.write-register', `write register ${n} := ${n * 100}`, {
        address: n,
        value: n * 100,
        before: n,
        unit: 1,
      }),
    ),
  }),
  detection(2, 'baseline-device-vanished', 'low', { source: null }),
  ...[3, 4, 5].map((place) =>
    detection(place, 'device-fingerprinted', 'info', {
      target: party(place + 4),
      evidence: [evidence(null, 70 + place, 'modbus.identify', 'ask who it is')],
    }),
  ),
];
const differences = [
  detection(0, 'baseline-new-operation', 'high', {
    params: { operation: 'Write single register' },
    evidence: [
      evidence(null, 604, 'modbus.write-register', 'write register 104 := 900', {
        address: 104,
        value: 900,
        before: 640,
        unit: 1,
      }),
    ],
  }),
  detection(1, 'baseline-device-vanished', 'low', {
    source: null,
    params: { role: 'controller', name: 'pump-7' },
  }),
];
const baseline = {
  captures: [
    { capture: uuid(21), name: 'dosing-line-2026-10-04.pcap.gz', learntAt: ago(9e6), learntBy: 'Ida Sommer' },
    { capture: null, name: 'calm-sunday.pcapng', learntAt: ago(8e6), learntBy: 'Jan Brook' },
  ],
  seconds: 93_600,
  devices: 41,
  talks: 96,
  operations: 318,
  variables: 1204,
  users: 2,
};

const operation = (
  place: number,
  code: string,
  text: string,
  access: string,
  techniques: [string, string][],
  params: object,
) => ({
  id: uuid(300 + place),
  code,
  what: told(code, text, params),
  protocol: code.startsWith('modbus') ? 'Modbus/TCP' : 'S7comm',
  access,
  dangerous: access !== 'read',
  techniques: techniques.map(([id, name]) => ({ id, name })),
  source: party(3),
  target: party(7 + (place % 3)),
  count: 3 + place * 17,
  refused: place === 2 ? 2 : 0,
  firstSeen: ago(8_000 - place * 100),
  lastSeen: ago(4_000 - place * 100),
  samples: [0, 1, 2].map((sample) => ({
    what: told(code, text, { ...params, address: 100 + sample }),
    at: location(4711 + place * 10 + sample),
    refused: null,
  })),
});
const operations = [
  operation(
    0,
    's7comm.stop',
    'Stop the controller',
    'control',
    [
      ['T0858', 'Change Operating Mode'],
      ['T0816', 'Device Restart/Shutdown'],
    ],
    {},
  ),
  operation(
    1,
    's7comm.download',
    'Download a block into the controller',
    'program',
    [['T0843', 'Program Download']],
    { block: 'OB1' },
  ),
  operation(
    2,
    'modbus.write-registers',
    'Write registers',
    'write',
    [['T0855', 'Unauthorized Command Message']],
    { quantity: 2, unit: 1 },
  ),
  operation(
    3,
    'modbus.write-coil',
    'Switch an output',
    'write',
    [['T0855', 'Unauthorized Command Message']],
    { value: 'on' },
  ),
];

const advisory = (place: number) => ({
  id: uuid(500 + place),
  publisher: place % 2 ? 'Aurum Controls PSIRT' : 'Fenix HMI ProductCERT',
  trackingId: `${place % 2 ? 'AUR' : 'FNX'}-2026-${String(12 + place).padStart(4, '0')}`,
  version: '3',
  title: [
    'Denial of service in the web server of Aurum AX-300 controllers',
    'Hard-coded credentials in Fenix Panel Runtime before 4.35',
    'Missing authentication for critical function in the engineering protocol of AX-300 and AX-500 families',
    'Multiple vulnerabilities in the embedded TCP/IP stack',
    'Path traversal in the project import of Fenix Designer',
  ][place % 5],
  vendors: [place % 2 ? 'Aurum Controls' : 'Fenix HMI'],
  cves: ['CVE-2026-10412', 'CVE-2026-10413'].slice(0, 1 + (place % 2)),
  severity: (['critical', 'high', 'medium', 'low', 'unknown'] as const)[place % 5],
  score: [9.8, 7.5, 5.3, 3.1, null][place % 5],
  label: 'CLEAR',
  status: 'final',
  publishedAt: ago(86_400 * (place + 3)),
  updatedAt: ago(86_400 * (place + 1)),
  hasFix: place % 3 !== 0,
  myMatches: place % 4 === 0 ? 3 : 0,
});
const advisories = Array.from({ length: 60 }, (_, place) => advisory(place));

const remedies = [
  {
    kind: 'mitigation',
    text: 'Block port 102/tcp at the border of the control zone, except for the engineering workstation.\n\nThis can be done during operation.',
    restart: null,
    url: null,
    products: ['AX-300 < 4.35'],
  },
  {
    kind: 'workaround',
    text: '- Switch off the web server where it is not needed.\n- Set the mode switch to RUN and keep the key.',
    restart: null,
    url: null,
    products: [],
  },
  {
    kind: 'vendor_fix',
    text: 'Update to V4.35 or later.',
    restart: null,
    url: 'https://psirt.aurum.example/downloads',
    products: ['AX-300 < 4.35'],
  },
];

const warning = (place: number) => {
  const asset = assets[place % 40]!;
  const { id, trackingId, title, publisher, severity, score, cves, publishedAt, hasFix } =
    advisories[place % 20]!;
  const certainty = (['exact', 'likely', 'unsure'] as const)[place % 3];
  return {
    id: uuid(700 + place),
    asset,
    advisory: { id, trackingId, title, publisher, severity, score, cves, publishedAt, hasFix },
    product: 'AX-300 < 4.35',
    certainty,
    because: [
      told('vendor-alias', 'Vendor “Aurum” is a name of Aurum Controls', {
        written: 'Aurum',
        vendor: 'Aurum Controls',
      }),
      told('model-equal', 'Model AX-300 is named in the advisory', { model: 'AX-300' }),
      certainty === 'unsure'
        ? told('version-unknown', 'The firmware version is not known')
        : told('version-below', 'Firmware 4.3 is below 4.35', { version: '4.3', bound: '4.35' }),
    ],
    lookUp:
      certainty === 'unsure'
        ? [
            told(
              'read-firmware',
              'the firmware version, in the web page of the controller under “Device information”',
              { vendor: 'Aurum' },
            ),
          ]
        : [],
    urgency: (['immediate', 'out-of-cycle', 'scheduled', 'scheduled', 'defer'] as const)[
      Math.floor(place / 6) % 5
    ],
    ssvc: null,
    state: 'new',
    stateReason: null,
    since: ago(86_400),
    due: place % 4 === 0 ? '2026-12-14' : null,
    assignee: place % 4 === 0 ? { id: uuid(3), name: 'Ida Sommer' } : null,
    secondContact: null,
    acceptedUntil: null,
  };
};
const colleagues = [
  { id: uuid(3), name: 'Ida Sommer' },
  { id: uuid(4), name: 'Jonas Weber' },
];
const step = (more: object) => ({
  what: 'state',
  state: 'new',
  urgency: 'scheduled',
  certainty: 'exact',
  version: '2',
  at: ago(86_400),
  by: '',
  reason: null,
  told: [],
  ...more,
});
const ground = (
  point: string,
  value: string,
  assumed: boolean,
  because: object,
  otherwise: object[] = [],
) => ({
  point,
  value,
  assumed,
  because,
  otherwise,
});
const decision = {
  inputs: [
    ground(
      'exploitation',
      'active',
      false,
      told('exploitation-active', '', { vulnerability: 'CVE-2026-30001', publisher: 'CISA KEV' }),
      [{ value: 'none', urgency: 'scheduled' }],
    ),
    ground('exposure', 'controlled', true, told('exposure-level', '', { level: 'control' }), [
      { value: 'open', urgency: 'immediate' },
    ]),
    ground(
      'automatable',
      'yes',
      false,
      told('automatable-yes', '', {
        vulnerability: 'CVE-2026-30001',
        publisher: 'Aurum Controls PSIRT',
        vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
      }),
    ),
    ground('safetyImpact', 'critical', false, told('safety-zone', '', { name: 'Filters' })),
    ground('missionImpact', 'supportCrippled', true, told('mission-unknown', '')),
  ],
};
const measure = (place: number, safe: string, because: string, text: string, more: object = {}) => ({
  kind: safe === 'no' ? 'vendor_fix' : 'mitigation',
  text,
  restart: null,
  url: safe === 'no' ? 'https://psirt.aurum.example/downloads' : null,
  products: [],
  key: `measure-${place}`,
  safe,
  because: told(because, ''),
  fits: true,
  chosen: null,
  done: null,
  ...more,
});
const measures = [
  measure(1, 'yes', 'safe-around-device', 'Block 102/tcp at the conduit to the office network.', {
    chosen: { at: ago(4000), by: 'Ida Sommer' },
  }),
  measure(2, 'yes', 'safe-watches', 'Monitor connections to port 102 for unknown addresses.', {
    chosen: { at: ago(4000), by: 'Ida Sommer' },
    done: { at: ago(2000), by: 'Jonas Weber' },
  }),
  measure(3, 'unknown', 'safe-changes-device', 'Disable the web server where it is not needed.'),
  measure(4, 'no', 'safe-installs', 'Update to V4.35 or later.'),
  measure(5, 'yes', 'safe-people', 'Do not open project files from e-mails.', { fits: false }),
];
const shared = {
  bundle: { id: uuid(90), name: 'busbar-2026-11-26-9f86d081.age' },
  name: 'report.json',
  packets: uuid(21),
  report: {
    format: 'busbar-share-1',
    madeAt: ago(100_000),
    engine: '0.1.0',
    capture: { name: null, packets: 184_221, firstSeen: ago(130_000), lastSeen: ago(101_000) },
    pseudonyms: { vendors: true, times: true },
    devices,
    findings: detections.map(({ techniques, ...one }) => ({
      ...one,
      techniques: techniques.map(({ id }) => id),
    })),
    warnings: [],
    slice: {
      file: 'capture.pcapng',
      sha256: '81b637d8fcd2c6da6359e6963113a1170de795e4b725b84d1e0b4cfd9ec58ce9',
      bytes: 12_004_112,
      packets: 90_110,
      of: 184_221,
      cut: 1_204,
      replaced: 1_904_332,
      zeroed: 88_031,
    },
  },
  visibility,
};

const warnings = Array.from({ length: 26 }, (_, place) => warning(place));

const urgencies = ['immediate', 'out-of-cycle', 'scheduled', 'defer'];
const alerts = Array.from({ length: 9 }, (_, place) => ({
  id: uuid(960 + place),
  advisory: warning(place).advisory,
  urgency: urgencies[Math.min(3, Math.floor(place / 2))],
  devices: [12, 1, 40, 3][place % 4]!,
  open: [12, 1, 22, 0][place % 4]!,
  state: ['sent', 'queued', 'seen', 'acknowledged', 'bounced', 'keyExpired'][place % 6],
  unseen: place < 3,
  createdAt: ago(3600 * (place + 1) ** 2),
  reachedAt: place === 1 ? null : ago(3500 * (place + 1) ** 2),
  acknowledged: place % 3 === 2 ? { at: ago(1800), by: 'Jonas Weber' } : null,
}));
const alertPage = (alert: (typeof alerts)[number]) => ({
  ...alert,
  warnings: warnings.slice(0, 12).map(({ id, asset, state }, place) => ({
    id,
    asset: asset.name,
    site: asset.site.name,
    state,
    due: place % 3 === 0 ? '2026-12-18' : null,
  })),
  readers: [
    { name: 'Ida Sommer', state: 'seen', sendAt: null, seenAt: ago(900), acknowledgedAt: null },
    { name: 'Jonas Weber', state: 'keyExpired', sendAt: null, seenAt: null, acknowledgedAt: null },
    { name: 'Mira Kant', state: 'queued', sendAt: ago(-40_000), seenAt: null, acknowledgedAt: null },
    { name: 'Otto Raab', state: 'bounced', sendAt: null, seenAt: null, acknowledgedAt: null },
  ],
});
const alertSettings = {
  mine: { atOnce: true, digest: 'daily', hour: 7, weekday: 1, zone: 'Europe/Berlin' },
  organisation: {
    atOnce: true,
    digest: 'daily',
    hour: 7,
    weekday: 1,
    zone: 'Europe/Berlin',
    remindHours: 4,
    secondContact: null,
  },
  people: [
    { id: uuid(3), name: 'Ida Sommer' },
    { id: uuid(991), name: 'Jonas Weber' },
  ],
  mail: true,
  key: 'none',
  calendar: { names: false, createdAt: ago(86_400 * 12), readAt: ago(2400) },
};
const reach = Array.from({ length: 7 }, (_, place) => {
  const organisations = [214, 61, 38, 22, 11, 7, 5][place]!;
  const some = (part: number) =>
    part < 5
      ? { from: 0, to: 4 }
      : organisations - part < 5
        ? { from: organisations - 4, to: organisations }
        : { from: part, to: part };
  const delivered = organisations - [9, 2, 0, 6, 1, 0, 0][place]!;
  return {
    advisory: warning(place).advisory,
    organisations,
    devices: [4180, 620, null, 90, 30, 0, null][place],
    delivered: some(delivered),
    seen: some(Math.floor(delivered * 0.8)),
    acknowledged: some(Math.floor(delivered * 0.55)),
    unreached: some(organisations - delivered),
  };
});

const release = (state: string, outcome: string) => ({
  id: uuid(state === 'blocked' ? 92 : 91),
  subject: { kind: 'publication', id: uuid(93) },
  kind: 'advisory',
  ref: 'ADV-QSN5-P8WG',
  version: '1',
  title: 'Aurum AX-300: a packet to port 102 stops the controller',
  label: 'CLEAR',
  scope: 'public',
  state,
  outcome,
  proposer: 'Arjun Mehta',
  reviewed: false,
  createdAt: ago(7200),
  sendAt: null,
  sentAt: null,
});
const releasePage = {
  ...release('proposed', 'warning'),
  snapshot: 'ab'.repeat(32),
  manifest: 'busbar release 1\n',
  artefacts: [
    { id: uuid(94), name: 'page/adv/en.json', type: 'application/json', size: 2048, sha256: 'cd'.repeat(32) },
  ],
  texts: [
    {
      language: 'en',
      title: 'Aurum AX-300: a packet to port 102 stops the controller',
      summary: 'Firmware before **4.35** can be stopped from the network.',
      body: '# What to do\n\nLet only the engineering station reach port 102/tcp.',
      basedOn: null,
    },
  ],
  audience: { scope: 'public', label: 'CLEAR', organisations: [], members: 8, people: 11 },
  checks: [
    { name: 'label', outcome: 'passed', findings: [], answer: null },
    {
      name: 'addresses',
      outcome: 'warning',
      findings: [
        {
          outcome: 'warning',
          told: told('address-found', '“10.20.30.40” reads like an address.', { address: '10.20.30.40' }),
          where: 'en text',
        },
      ],
      answer: null,
    },
  ],
  people: {
    authors: [{ id: uuid(95), name: 'Arjun Mehta' }],
    proposer: { id: uuid(95), name: 'Arjun Mehta' },
    reviewer: null,
    approver: null,
  },
  review: null,
  reason: null,
  mayDo: ['check', 'review', 'withdraw', 'reject'],
};
const published = {
  id: uuid(90),
  kind: 'advisory',
  ref: 'ADV-XJ1Q-5QN8',
  version: '1',
  title: 'Fenix FX-Panel 7: a project file from a stranger runs programs on the panel',
  summary: 'The panel opens project files without asking where they come from.',
  languages: ['en'],
  label: 'CLEAR',
  scope: 'public',
  publishedAt: ago(3600),
  recalledAt: null,
};
const signingKey = {
  id: uuid(96),
  fingerprint: 'AC329EAE80ADED29EE06DA195A77B5152F564851',
  userIds: ['CERT for Industry <cert@cert.example>'],
  algorithm: 'eddsaLegacy ed25519Legacy',
  publicKey: '',
  madeAt: ago(9e6),
  expiresAt: ago(-5e7),
  state: 'active',
  revokedReason: null,
  warning: null,
};
const source = (place: number, changes: object) => ({
  id: uuid(900 + place),
  name: '',
  kind: 'csaf-provider',
  address: `https://psirt.vendor${place}.example/.well-known/csaf/provider-metadata.json`,
  hosts: [`psirt.vendor${place}.example`],
  local: false,
  licence: '',
  reliability: 'B',
  maxTlp: 'CLEAR',
  fingerprints: ['8F5F267907B2C4559DB360DB2294BA7D2B2298B1'],
  mustBeSigned: true,
  everyMinutes: 240,
  state: 'on',
  standing: 'working',
  addedAt: ago(9e6),
  lastRunAt: ago(3600),
  lastSuccessAt: ago(3600),
  lastNewAt: ago(200_000),
  failingSince: null,
  nextAt: ago(-10_800),
  empty: false,
  problem: null,
  concerns: [],
  documents: 0,
  withErrors: 0,
  items: 0,
  job: job('done', { kind: 'fetch-source' }),
  pack: null,
  ...changes,
});
const packSigner = {
  fingerprint: signingKey.fingerprint,
  userIds: ['CERT of the Coast <cert@coast.example>'],
  publicKey: '-----BEGIN PGP PUBLIC KEY BLOCK-----',
};
const packChange = (place: number, source: string, kind: string, changes: object) => ({
  source,
  kind,
  address: `https://source${place}.example`,
  id: uuid(900 + place),
  isNew: false,
  holds: 0,
  before: 0,
  added: null,
  updated: null,
  unchanged: null,
  held: null,
  problems: [],
  ...changes,
});
const pack = (place: number, changes: object) => ({
  id: uuid(960 + place),
  name: `busbar-pack-00${12 - place}-2026-11-0${9 - place}.tar.zst`,
  size: 9_412_000,
  state: 'installed',
  job: null,
  broughtAt: ago(place * 86_400 + 4000),
  number: 12 - place,
  maker: 'CERT of the Coast',
  tlp: 'CLEAR',
  madeAt: ago(place * 86_400 + 90_000),
  since: 11 - place,
  signer: packSigner,
  refused: null,
  changes: [
    packChange(0, 'Aurum Controls PSIRT', 'csaf-provider', {
      holds: 38,
      before: 412,
      added: 11,
      updated: 24,
      unchanged: 1,
      held: 2,
    }),
    packChange(1, 'Exploited vulnerabilities', 'kev', { holds: 1_419, before: 1_412, isNew: place > 1 }),
    packChange(2, 'Exploit probability', 'epss', { holds: 301_560, before: 301_204 }),
  ],
  leftOut: [],
  installedAt: ago(place * 86_400 + 3000),
  installedBy: 'Mara Kessel',
  ...changes,
});
const notInstalled = { installedAt: null, installedBy: null };
const packs = [
  pack(0, { ...notInstalled, state: 'ready' }),
  pack(1, {
    leftOut: [
      {
        name: 'https://psirt.vendor0.example/white/2026/ac-2026-031.json',
        why: told('signature-wrong', 'The signature does not fit the document, which is held back'),
      },
    ],
  }),
  pack(2, {
    ...notInstalled,
    state: 'refused',
    number: null,
    maker: null,
    tlp: null,
    madeAt: null,
    since: null,
    changes: [],
    refused: told('pack-key-unknown', 'The pack is signed by a key that nobody here has accepted', {
      fingerprint: signingKey.fingerprint,
    }),
  }),
];
const madePack = (place: number, changes: object = {}) => ({
  id: uuid(970 + place),
  number: 4 - place,
  tlp: place === 2 ? 'GREEN' : 'CLEAR',
  since: place === 0 ? 3 : null,
  job: null,
  requestedAt: ago(place * 600_000 + 3000),
  requestedBy: 'Mara Kessel',
  madeAt: ago(place * 600_000 + 2980),
  fingerprint: signingKey.fingerprint,
  size: 9_412_000,
  sha256: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
  counts: { sources: 6, documents: 2_009, entries: 302_979, bytes: 241_000_000 },
  canDownload: true,
  ...changes,
});
const packKey = {
  ...packSigner,
  id: null,
  state: 'good',
  expiresAt: ago(-5e7),
  addedAt: null,
  addedBy: null,
};
const sources = [
  source(0, {
    name: 'Aurum Controls PSIRT',
    reliability: 'A',
    documents: 412,
    withErrors: 4,
    licence: 'CC BY 4.0, name Aurum Controls',
    concerns: [
      told('key-expires', 'The key runs out', {
        fingerprint: '0123456789ABCDEF0123456789ABCDEF01234567',
        on: ago(-12 * 86_400).slice(0, 10),
      }),
    ],
  }),
  source(1, {
    name: 'Exploited vulnerabilities',
    kind: 'kev',
    address: 'https://catalogue.example/kev.json',
    items: 1_412,
    fingerprints: [],
    mustBeSigned: false,
  }),
  source(2, {
    name: 'Exploit probability',
    kind: 'epss',
    address: 'https://scores.example/epss.csv.gz',
    items: 301_204,
    reliability: 'B',
    fingerprints: [],
  }),
  source(3, {
    name: 'Fenix HMI',
    standing: 'down',
    failingSince: ago(3.1e6),
    lastSuccessAt: ago(3.2e6),
    documents: 58,
    problem: told(
      'became-html',
      'At https://fenix.example/feed.json there is a web page where a list should be',
      { url: 'https://fenix.example/feed.json' },
    ),
    concerns: [
      told('became-html', 'At https://fenix.example/feed.json there is a web page where a list should be', {
        url: 'https://fenix.example/feed.json',
      }),
    ],
  }),
  source(4, {
    name: 'Carried in by hand',
    kind: 'archive',
    address: 'folder:carried-in',
    hosts: [],
    state: 'off',
    standing: 'off',
    nextAt: null,
    documents: 31,
  }),
  source(5, {
    name: 'News of plant security',
    kind: 'feed',
    address: 'https://news.example/rss',
    items: 240,
    reliability: 'C',
    empty: true,
  }),
];
const sourceDocument = (place: number, changes: object) => ({
  id: uuid(950 + place),
  source: { id: uuid(900), name: 'Aurum Controls PSIRT' },
  url: `https://psirt.vendor0.example/white/2026/aur-2026-00${place}.json`,
  title: 'Header of a request stops AX-300 controllers',
  publisher: 'Aurum Controls PSIRT',
  trackingId: `AUR-2026-00${place}`,
  version: '3',
  label: 'CLEAR',
  advisory: uuid(300 + place),
  listed: ago(90_000),
  retrievedAt: ago(3600 * (place + 1)),
  size: 48_120,
  sha256: 'ab'.repeat(32),
  hash: 'right',
  signature: 'right',
  signedBy: '8F5F267907B2C4559DB360DB2294BA7D2B2298B1',
  outcome: 'added',
  problems: [],
  pack: null,
  ...changes,
});
const sourceDocuments = [
  sourceDocument(0, {
    pack: { id: uuid(961), number: 11, maker: 'CERT of the Coast', madeAt: ago(176_400) },
  }),
  sourceDocument(1, {
    outcome: 'held',
    signature: 'wrong',
    advisory: null,
    title: 'Password of the service account of AX-500 is known',
    problems: [told('signature-wrong', 'The signature does not fit the document, which is held back.')],
  }),
  sourceDocument(2, {
    outcome: 'conflict',
    problems: [told('same-version-differs', 'Other content', { trackingId: 'AUR-2026-002', version: '3' })],
  }),
  sourceDocument(3, {
    outcome: 'missed',
    title: null,
    trackingId: null,
    version: null,
    label: null,
    size: null,
    advisory: null,
    hash: 'unchecked',
    signature: 'unchecked',
    problems: [
      told('nothing-there', '', {
        host: 'psirt.vendor0.example',
        path: '/white/2026/aur-2026-003.json',
        status: 404,
      }),
    ],
  }),
  sourceDocument(4, { outcome: 'updated', hash: 'unchecked' }),
];
const sourceItems = [1, 2, 3].map((place) => ({
  id: uuid(970 + place),
  source: { id: uuid(905), name: 'News of plant security' },
  kind: 'feed',
  externalId: `n${place}`,
  title: place === 2 ? '<script>alert(1)</script> is only text' : 'Water utility ran by hand for two days',
  summary: 'Operators went back to manual control after remote access was abused.',
  link: `https://news.example/${place}`,
  cves: ['CVE-2026-10412'],
  publishedAt: ago(70_000 * place),
  retrievedAt: ago(3600),
  sha256: 'ab'.repeat(32),
}));
const run = (place: number, changes: object) => ({
  id: uuid(980 + place),
  job: job('done', { kind: 'fetch-source' }),
  startedAt: ago(14_400 * (place + 1)),
  endedAt: ago(14_400 * (place + 1) - 41),
  listed: 412,
  fetched: 3,
  added: 1,
  updated: 2,
  unchanged: 0,
  held: 0,
  missed: 0,
  problems: [],
  ...changes,
});
const runs = [
  run(0, {
    job: job('running', {
      kind: 'fetch-source',
      step: told('fetching-documents', 'Fetching what is new'),
      done: 120,
      total: 412,
    }),
    endedAt: null,
  }),
  run(1, {
    held: 1,
    missed: 1,
    problems: [told('key-not-pinned', '', { fingerprint: '1DB67F9B8AEFA6EED0D2B76E3ECA2A2BD5B0B7F1' })],
  }),
  run(2, {}),
];

/** Of a file of names; its English is what no page of ours shows. */
const nameFault = (code: string, params: object, place = '', line: number | null = null) => ({
  code,
  params,
  text: code,
  place,
  line,
});

const list = (items: unknown[]) => ({ items, next: null, total: items.length });

const refusedAddress = told('address-refused', '', { said: '550 5.1.1 no such mailbox' });
const subscription = {
  id: uuid(96),
  address: 'ida@nordwasser.example',
  language: 'en',
  kinds: ['advisory', 'earlyWarning'],
  vendors: ['Aurum Controls'],
  minSeverity: 'high',
  state: 'on',
  offReason: null,
  createdAt: ago(9e5),
};
const deliveries = (['sent', 'sent', 'failed', 'givenUp'] as const).map((state, place) => ({
  id: uuid(1200 + place),
  channel: place === 1 ? 'webhook' : 'mail',
  kind: 'published',
  recipient: place === 1 ? 'https://tickets.nordwasser.example/busbar' : `reader${place}@example.org`,
  organisation: place < 2 ? 'Nordwasser' : null,
  language: 'en',
  state,
  form: state === 'sent' ? 'open' : null,
  attempts: place,
  nextAt: state === 'failed' ? ago(-600) : null,
  sentAt: state === 'sent' ? ago(3600) : null,
  reason:
    state === 'failed'
      ? told('address-later', '', { said: '451 come back later' })
      : state === 'givenUp'
        ? refusedAddress
        : null,
}));
const checkInvitation = {
  id: uuid(95),
  subject: { kind: 'release', id: uuid(90) },
  title: 'Aurum AX-300: a packet to port 102 stops the controller',
  note: 'You found a similar fault last year: could this text prepare an attack?',
  consented: false,
  person: 'Robin Fisk',
  organisation: 'Independent finders',
  invitedBy: 'Lena Vogt',
  createdAt: ago(7200),
  until: ago(-600_000),
  state: 'open',
};

const accesses = sampleAccesses(uuid, ago);
const kept = sampleRetention(uuid, ago);
const caseworkAt = sampleCasework(uuid, ago);
const {
  lines: cases,
  found: caseFound,
  holders: caseHeld,
  receipt,
  investigation,
  consents: caseConsents,
  participation,
  part: casePart,
  related: caseRelated,
} = sampleCases(uuid, ago);

const inCase = sampleEvidence(uuid, ago);

const concerns = {
  items: [
    {
      id: uuid(880),
      kind: 'site',
      name: assets[0]!.site.name,
      site: assets[0]!.site,
      device: null,
      by: 'Ida Sommer',
      at: ago(3000),
    },
    ...assets.slice(0, 2).map((asset, place) => ({
      id: uuid(881 + place),
      kind: 'device',
      name: asset.name,
      site: null,
      device: asset,
      by: 'Ida Sommer',
      at: ago(2900),
    })),
    {
      id: uuid(885),
      kind: 'words',
      name: 'The modem in the old pump house',
      site: null,
      device: null,
      by: null,
      at: ago(2500),
    },
  ],
  told: [{ device: assets[3]!, observations: 2 }],
  parts: ['devices', 'warnings'],
};

export function sample({ me, state }: { me: Me; state: 'empty' | 'ready' }): Send {
  return async (method, url) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const answer = (body: unknown): Answer => ({ status: 200, body });
    const path = pathname
      .replace(/[0-9a-f-]{36}/, ':id')
      .replace(/(evidence|runs)\/[0-9a-f-]{36}/, '$1/:id')
      .replace(/messages\/\d+/, 'messages/:n');
    const language = (searchParams.get('language') ?? 'en') as 'en' | 'ru' | 'zh';
    const inWords = (found: { code: string }[]) =>
      found.map((one) => ({ ...one, ...words[one.code]?.[language] }));
    const signedIn = me.person !== null;
    const public_ = [
      '/api/me',
      '/api/instance',
      '/api/advisories',
      '/api/advisories/:id',
      '/api/advisories/:id/changes',
      '/api/advisories/vendors',
      '/api/audit/heads',
      '/api/audit/numbers',
      '/api/vulnerabilities',
      '/api/search',
      '/api/subscriptions',
      '/api/subscription-links/:id',
      '/api/reports',
      '/api/receipts',
      // Who follows a report by its words has no account.
      '/api/cases',
      '/api/cases/:id',
      '/api/cases/:id/consents',
      '/api/cases/:id/evidence',
      '/api/reports/:id/accesses',
      '/api/case-consents',
    ];
    if (
      !signedIn &&
      !public_.includes(path) &&
      !path.startsWith('/api/vulnerabilities/') &&
      !path.startsWith('/api/case-invitations/') &&
      !path.startsWith('/api/auth')
    )
      return problem(401, 'signed-out', 'Sign in first.');
    if (path === '/api/sources/look')
      return answer({
        kind: 'csaf-provider',
        name: 'Aurum Controls PSIRT',
        address: 'https://psirt.vendor0.example/.well-known/csaf/provider-metadata.json',
        hosts: ['psirt.vendor0.example', 'keys.example'],
        fingerprints: ['8F5F267907B2C4559DB360DB2294BA7D2B2298B1'],
        mustBeSigned: true,
        count: 2,
        problems: [],
      });
    if (path === '/api/reports') return answer(receipt);
    if (path.startsWith('/api/case-invitations/')) return answer(participation);
    if (path === '/api/receipts') return answer({ case: uuid(801), token: 'sample' });
    if (path === '/api/cases/:id/seen') return answer({});
    if (method !== 'GET')
      return path === '/api/audit/verify'
        ? answer({})
        : problem(409, 'sample', 'This is the sample: nothing can be changed here.');
    const work = caseworkAt(path, pathname.split('/').at(-1)!);
    if (work) return answer(work);
    if (path.startsWith('/api/vulnerabilities/'))
      return answer(vulnerabilityPage(path.slice('/api/vulnerabilities/'.length), me.roles.includes('LEAD')));
    switch (path) {
      case '/api/search':
        return answer(
          searchAnswer(
            { q: searchParams.get('q') ?? '', kind: searchParams.get('kind') },
            { publication: published.id, vulnerability: vulnerabilities[0]!.id, advisory: advisories[0]!.id },
            (days) => ago(86_400 * days),
          ),
        );
      case '/api/cases':
        return answer(list(cases));
      case '/api/retention':
        return answer(list(kept.lines));
      case '/api/cases/:id/retention':
        return answer(pathname.includes(uuid(803)) ? kept.gone : kept.kept);
      case '/api/break-glass':
        return answer(list(kept.kept.breakGlass));
      case '/api/cases/:id/facts':
        return answer(investigation.facts);
      case '/api/cases/:id/fact-sources':
        return answer(investigation.sources);
      case '/api/cases/:id/report':
        return answer(investigation.report);
      case '/api/cases/:id/reports/1':
        return answer(investigation.version);
      case '/api/cases/:id/exercises':
        return answer(investigation.exercises);
      case '/api/cases/:id/learning':
        return answer(investigation.learning);
      case '/api/cases/:id/report/translations/ru':
      case '/api/cases/:id/report/translations/zh':
        return answer(investigation.translations);
      case '/api/findings':
        return answer(investigation.findings);
      case '/api/cases/:id/consents':
        return answer(caseConsents);
      case '/api/case-consents':
        return answer(list(caseConsents.items));
      case '/api/cases/:id/related':
        return answer(caseRelated);
      case '/api/cases/:id/colleagues':
        return answer({ items: [{ person: uuid(842), name: 'Mei Lin' }] });
      case '/api/cases/:id/pulse':
        return answer({ pulse: 'sample' });
      case '/api/cases/:id/part':
        return answer(casePart);
      case '/api/cases/:id':
        // The second waits at the desk: its next step may be that it becomes a part of another.
        if (signedIn && pathname.includes(uuid(802))) return answer({ ...caseFound, ...cases[1] });
        return answer(signedIn ? caseFound : caseHeld);
      case '/api/cases/:id/evidence':
        return answer(list(inCase.files));
      case '/api/cases/:id/evidence/:id':
        return answer(inCase.files[0]);
      case '/api/cases/:id/evidence/:id/custody':
        return answer(list(inCase.custody));
      case '/api/cases/:id/runs':
        return answer(list([inCase.run]));
      case '/api/cases/:id/runs/:id':
        return answer(inCase.run);
      case '/api/cases/:id/concerns':
        return answer({ ...concerns, plant: me.acting?.organisation.id });
      case '/api/cases/:id/concerns/candidates':
        return answer({
          sites: [assets[0]!.site],
          devices: assets.slice(4, 12),
          more: true,
        });
      case '/api/cases/:id/observations':
        return answer({
          ...list(inCase.observations),
          fits: inCase.observations.length,
          counts: inCase.counts,
          techniques: inCase.techniques,
        });
      case '/api/cases/:id/hypotheses':
        return answer({ items: inCase.hypotheses });
      case '/api/vulnerabilities':
        return answer(list(vulnerabilities));
      case '/api/verdicts':
        return answer(list(verdicts));
      case '/api/verdicts/:id':
        return answer(verdictPage(pathname.split('/').at(-1)!));
      case '/api/radar':
        return answer({ ...list(radar), counts: radarCounts });
      case '/api/radar/:id':
        return answer(radarPage(pathname.split('/').at(-1)!));
      case '/api/me':
        return answer(me);
      case '/api/instance':
        return answer(instance(state));
      case '/api/plant':
        return answer({
          assets: { accepted: 361, proposed: 47 },
          warnings: { open: 26, exact: 9, likely: 9, unsure: 8 },
          captures: 3,
          visibility,
        });
      case '/api/sites':
        return answer({
          items: [
            {
              ...site,
              sector: 'water',
              country: 'DE',
              process: 'Intake, filtration and dosing of drinking water for 240,000 people.',
              revision: 1,
              assets: 420,
              captures: 3,
            },
          ],
        });
      case '/api/captures':
        return answer(list(captures));
      case '/api/captures/:id': {
        const found = captures.find(({ id }) => pathname.endsWith(id));
        return found
          ? answer({ ...found, visibility })
          : problem(404, 'not-found', 'There is no such capture.');
      }
      case '/api/captures/:id/devices':
        return answer(list(devices));
      case '/api/captures/:id/conversations':
        return answer(
          list(
            mapLines.map((line, place) => ({
              id: uuid(400 + place),
              from: party(mapDevices.findIndex(({ id }) => id === line.from)),
              to: party(mapDevices.findIndex(({ id }) => id === line.to)),
              protocol: line.protocols[0],
              transport: 'tcp',
              port: 502,
              packets: line.packets,
              bytes: line.packets * 88,
              messages: Math.ceil(line.packets / 2),
              firstSeen: ago(9000),
              lastSeen: ago(4000),
            })),
          ),
        );
      case '/api/sites/:id/zones':
        return answer({ ...zonesOf(site, assets), visibility });
      case '/api/sites/:id/drawing':
        return answer(drawingOf(assets, Number(process.env['DEVICES'] ?? 120)));
      case '/api/sites/:id/crossings':
        return answer(crossingOf(site, assets));
      case '/api/zones/:id':
        return answer({ ...zoneOf(site, assets, pathname.split('/').at(-1)!), visibility });
      case '/api/captures/:id/map':
        return answer({
          devices: devices.map(
            ({ asset, name, role, level, zone, vendor, product, warnings: count, addresses }) => ({
              asset,
              name,
              role,
              level,
              zone,
              vendor,
              product,
              warnings: count,
              addresses,
            }),
          ),
          lines: mapLines.map(({ from, to, ...line }) => ({
            ...line,
            from: idOf.get(from),
            to: idOf.get(to),
            crossesZones: true,
          })),
          leftOut: 0,
        });
      case '/api/captures/:id/operations':
        return answer(list(searchParams.get('dangerous') === 'true' ? operations : operations));
      case '/api/captures/:id/anomalies':
        return answer(
          list([
            {
              id: uuid(900),
              what: told('modbus.length-mismatch', 'The byte count says 4, but 5 bytes follow', {
                said: 4,
                found: 5,
              }),
              protocol: 'Modbus/TCP',
              count: 12,
              at: location(4711),
            },
          ]),
        );
      case '/api/captures/:id/detections':
        return answer(list(inWords(detections)));
      case '/api/captures/:id/differences':
        if (pathname.includes(uuid(23)))
          return problem(409, 'analysed-before', 'This capture was analysed by an earlier version.');
        return answer({
          ...list(pathname.includes(uuid(24)) ? [] : inWords(differences)),
          learnt: pathname.includes(uuid(24)) ? 0 : 2,
          isLearnt: false,
        });
      case '/api/sites/:id/baseline':
        return answer(baseline);
      case '/api/captures/:id/variables':
        return answer(list(variables));
      case '/api/captures/:id/transfers':
        return answer(list(transfers));
      case '/api/captures/:id/credentials':
        return answer(list(credentials));
      case '/api/captures/:id/counts':
        return answer({ packets: 1_283_441, arp: 1204, modbus_request: { '3': 81_002, '16': 57 } });
      case '/api/captures/:id/messages/:n':
        return answer(message);
      case '/api/assets':
        return answer({ ...list(assets.slice(0, Number(searchParams.get('limit') ?? 50))), visibility });
      case '/api/assets/:id/cases':
        return answer({ items: cases.slice(0, 1) });
      case '/api/assets/:id': {
        const asset = assets.find(({ id }) => pathname.endsWith(id));
        if (!asset) return problem(404, 'not-found', 'There is no such device.');
        const fact = (
          place: number,
          field: string,
          value: string,
          holds: boolean,
          source: 'capture' | 'person' | 'import',
          certainty = 'stated',
        ) => ({
          id: uuid(800 + place),
          field,
          value,
          holds,
          certainty,
          protocol: source === 'capture' ? 'S7comm' : null,
          source,
          capture:
            source === 'capture'
              ? { id: uuid(20), name: 'intake-2026-11-20.pcapng', packet: 4711 + place }
              : null,
          inventory: source === 'import' ? { id: uuid(70), name: 'Inventar 2026.xlsx', row: 14 } : null,
          person: source === 'person' ? 'Ida Sommer' : null,
          at: ago(5000 - place),
        });
        return answer({
          ...asset,
          facts: [
            fact(0, 'vendor', 'Siemens', true, 'capture'),
            fact(1, 'product', 'CPU 1511-1 PN', true, 'capture'),
            fact(2, 'firmware', 'V2.8.3', true, 'person'),
            fact(3, 'firmware', 'V2.8.1', false, 'capture'),
            fact(4, 'role', 'controller', true, 'capture', 'inferred'),
            fact(5, 'vendor', 'Siemens AG', false, 'capture', 'guessed'),
            fact(6, 'orderNumber', '6ES7 511-1AK02-0AB0', true, 'import'),
          ],
          captures: [
            {
              id: uuid(20),
              name: 'intake-2026-11-20.pcapng',
              firstSeen: ago(9000),
              lastSeen: ago(3000),
              packets: 120_400,
            },
          ],
          merges: [{ id: uuid(90), name: 'PLC_old', by: 'Ida Sommer', at: ago(4000) }],
          sources: [
            { kind: 'capture', id: uuid(20), name: 'intake-2026-11-20.pcapng', facts: 5 },
            { kind: 'inventory', id: uuid(70), name: 'Inventar 2026.xlsx', facts: 1 },
          ],
          same: [{ other: assets[6], because: [told('same-serial', 'Same', { value: 'S V-0A2000' })] }],
          talksTo: [3, 4, 6].map((place) => ({
            id: assets[place]!.id,
            name: assets[place]!.name,
            address: assets[place]!.addresses[0],
            protocol: 'S7comm',
            outgoing: place === 4,
            packets: 1000 * place,
          })),
          visibility,
        });
      }
      case '/api/assets/same':
        return answer({
          items: [
            {
              one: assets[0],
              other: assets[6],
              because: [told('same-serial', 'Same', { value: 'S V-0A2000' })],
            },
            {
              one: assets[1],
              other: assets[7],
              because: [told('same-mac', 'Same', { value: '00:1b:1b:01:0a:1f' })],
            },
          ],
          visibility,
        });
      case '/api/product-names':
        return answer({
          items: [
            { vendor: 'Siemens', product: 'SIMATIC S7-1500' },
            { vendor: 'Siemens', product: 'SIMATIC S7-1500 Software Controller' },
          ],
        });
      case '/api/plant/readers':
        return answer({
          says: [
            told('own', '7 people of Nordwasser', { people: 7, owner: 'Nordwasser' }),
            told('counts', 'CERT: only counts', { least: 5 }),
          ],
          readers: ['Katrin Sommer', 'Jonas Weber'].map((person) => ({
            person,
            organisation: 'Nordwasser',
            reads: [{ part: 'devices', until: null }],
          })),
          visibility,
        });
      case '/api/plant/accesses':
        return answer(
          list([
            {
              id: uuid(77),
              seq: 12,
              at: ago(3000),
              person: { id: uuid(78), name: 'Arjun Mehta' },
              organisation: { id: uuid(79), name: 'Demo CERT' },
              action: 'asset read by consent',
              kind: 'read',
              by: 'person',
              object: { kind: 'asset', id: assets[0]!.id, name: assets[0]!.name },
              reason: null,
              details: {},
            },
          ]),
        );
      case '/api/consents':
        return answer(list([consent('requested', 60), consent('narrowed', 61), consent('withdrawn', 62)]));
      case '/api/plants':
        return answer(list([consent('granted', 63), consent('requested', 60), consent('expired', 64)]));
      case '/api/plants/:id/assets':
        return answer({
          ...list(assets.slice(0, 20)),
          parts: ['devices', 'warnings'],
          visibility: { ...visibility, scope: 'orgs', people: 9, organisations: ['Nordwasser', 'Demo CERT'] },
        });
      case '/api/plants/:id/warnings':
        return answer(list(warnings.slice(0, 3)));
      case '/api/bundle-recipient':
        return answer({
          cert: 'CERT for Industry',
          recipient: `age1${'q9w4z7'.repeat(9)}q9w4`,
          madeAt: ago(8_640_000),
        });
      case '/api/bundles':
        return answer({ ...list([bundle('imported'), bundle('receiving')]), visibility });
      case '/api/bundles/:id':
        return answer({ ...bundle(pathname.endsWith(uuid(91)) ? 'receiving' : 'imported'), visibility });
      case '/api/bundles/:id/share':
        return answer({ ...shared, report: { ...shared.report, findings: inWords(shared.report.findings) } });
      case '/api/detections/detections.json':
        return answer({ format: 'busbar detections 1', detections: [] });
      case '/api/taught-names':
        return answer({
          items: [
            { file: 'festo.yaml', label: 'CLEAR', vendors: 0, families: 3, faults: [] },
            { file: 'ours.yaml', label: 'AMBER', vendors: 4, families: 0, faults: [] },
            {
              file: 'wrong.yaml',
              label: null,
              vendors: 0,
              families: 0,
              faults: [
                nameFault('vendor-of-ours', { name: 'Siemens' }, 'vendors.aliases', 4),
                nameFault('fits-too-much', { pattern: 'A*', fewest: 3 }, 'families.numbers', 9),
                nameFault('missing', {}, 'families.names', 9),
                nameFault('too-large', { most: 1_048_576 }),
              ],
            },
          ],
        });
      case '/api/detections':
        return answer({ items: watchedFor(language) });
      case '/api/kits':
        return answer(list([kit(true), kit(false)]));
      case '/api/inventories':
        return answer({ ...list([inventory('read'), inventory('imported')]), visibility });
      case '/api/inventories/:id':
        return answer({
          ...inventory(pathname.endsWith(uuid(71)) ? 'imported' : 'read'),
          reading: inventoryReading,
          places: true,
          visibility,
        });
      case '/api/inventories/:id/rows':
        return answer(list(inventoryRows));
      case '/api/alerts':
        return answer(list(alerts));
      case '/api/alerts/summary':
        return answer({ unseen: 3, urgent: 2, unread: 1 });
      case '/api/alerts/settings':
        return answer(alertSettings);
      case '/api/me/head-mail':
        return answer({ wanted: false, mail: true });
      case '/api/alerts/:id':
        return answer(alertPage(alerts.find(({ id }) => pathname.endsWith(id)) ?? alerts[0]!));
      case '/api/reach':
        return answer({ ...list(reach), total: reach.length });
      case '/api/reach/silent':
        return answer({
          items: [
            { id: uuid(981), name: 'Kalten Quarries', people: 0, lastSeenAt: null },
            { id: uuid(982), name: 'Osterau Gas Storage', people: 2, lastSeenAt: ago(140 * 86_400) },
          ],
        });
      case '/api/warnings/colleagues':
        return answer({ items: colleagues });
      case '/api/warnings/assumptions':
        return answer({
          sites: [
            {
              id: uuid(60),
              name: 'Wasserwerk Nord',
              exposure: null,
              safetyImpact: 'marginal',
              devices: 40,
              warnings: 26,
              zones: [
                {
                  id: uuid(61),
                  name: 'Filters',
                  exposure: 'small',
                  safetyImpact: 'critical',
                  devices: 12,
                  warnings: 9,
                },
              ],
            },
          ],
        });
      case '/api/warnings':
        return answer(list(searchParams.has('asset') ? warnings.slice(0, 3) : warnings));
      case '/api/warnings/:id':
        return answer({
          ...(warnings.find(({ id }) => pathname.endsWith(id)) ?? warnings[2]),
          decision,
          remedies,
          measures,
          vulnerabilities: [
            {
              state: 'affected',
              certainty: 'exact',
              product: 'AX-300 < 4.35',
              because: [
                told('model-equal', '', { model: 'AX-300', name: 'AX-300' }),
                told('version-in-range', '', { version: '4.3', range: '<4.35' }),
                told('stated-affected', ''),
              ],
              lookUp: [],
              fixes: ['Update to V4.35 or later.'],
              vulnerabilities: [
                {
                  cve: 'CVE-2026-30001',
                  title: 'A request without sign-in stops the controller',
                  severity: 'high',
                  score: 8.6,
                  name: 'CVE-2026-30001',
                  remediation: 'done',
                  marked: true,
                },
                {
                  cve: 'CVE-2026-30002',
                  title: 'A fixed password',
                  severity: 'critical',
                  score: 9.8,
                  name: 'CVE-2026-30002',
                  remediation: 'notRemediated',
                  marked: false,
                },
              ],
            },
            {
              state: 'unsure',
              certainty: 'unsure',
              product: 'AX-300 < 4.20',
              because: [told('condition-open', '', { condition: 'only if the web server is switched on' })],
              lookUp: [told('check-condition', '', { condition: 'only if the web server is switched on' })],
              fixes: ['Update to V4.20 or later.'],
              vulnerabilities: [
                {
                  cve: 'CVE-2026-30003',
                  title: 'Script in the web server',
                  severity: 'medium',
                  score: 5.4,
                  name: 'CVE-2026-30003',
                  remediation: 'notRemediated',
                  marked: false,
                },
              ],
            },
            {
              state: 'notAffected',
              certainty: 'exact',
              product: 'AX-300 < 4.2',
              because: [told('version-outside-range', '', { version: '4.3', range: '<4.2' })],
              lookUp: [],
              fixes: [],
              vulnerabilities: [
                {
                  cve: 'CVE-2026-30004',
                  title: 'Long names of files',
                  severity: 'low',
                  score: 3.1,
                  name: 'CVE-2026-30004',
                  remediation: null,
                  marked: false,
                },
              ],
            },
          ],
          detection: ['A connection to port 102 that carries a function code above 0x7f.'],
          colleagues,
          history: [
            step({}),
            step({
              what: 'decision',
              urgency: 'out-of-cycle',
              at: ago(8000),
              told: [told('urgency-changed', '', { from: 'scheduled', to: 'out-of-cycle' })],
            }),
            step({
              what: 'plan',
              at: ago(4000),
              by: 'Ida Sommer',
              told: [
                told('assigned', '', { name: 'Ida Sommer' }),
                told('due-set', '', { due: '2026-12-14' }),
              ],
            }),
          ],
          equal: 11,
          equalInState: 9,
        });
      case '/api/publications':
        return answer(list([]));
      case '/api/releases':
        return answer(list([release('proposed', 'warning'), release('blocked', 'blocked')]));
      case '/api/releases/:id':
        return answer(releasePage);
      case '/api/published':
        return answer(list([published]));
      case '/api/published/:id':
        return answer({
          ...published,
          recallReason: null,
          current: true,
          texts: releasePage.texts,
          vulnerabilities: ['CVE-2026-90001'],
          files: [],
          versions: [{ id: uuid(90), version: '1', publishedAt: ago(3600), recalledAt: null }],
        });
      case '/api/releases/:id/deliveries':
        return answer({
          ...list(deliveries),
          counts: { queued: 0, sent: 2, failed: 1, givenUp: 1, withdrawn: 0 },
          finding: false,
        });
      case '/api/subscriptions':
        return answer({
          items: [subscription, { ...subscription, id: uuid(97), state: 'off', offReason: refusedAddress }],
          mail: true,
          key: {
            fingerprint: signingKey.fingerprint,
            userIds: ['Ida Sommer <ida@nordwasser.example>'],
            expiresAt: ago(-3e7),
            state: 'usable',
          },
        });
      case '/api/subscription-links/:id':
        return answer(subscription);
      case '/api/webhooks':
        return answer({
          items: [
            {
              ...subscription,
              name: 'Ticket system',
              url: 'https://tickets.nordwasser.example/busbar',
              maxTlp: 'GREEN',
              state: 'off',
              offReason: told('webhook-answered', '', { host: 'tickets.nordwasser.example', status: 500 }),
              lastSentAt: ago(90_000),
            },
          ],
        });
      case '/api/mail':
        return answer({
          on: true,
          server: 'mail.cert.example:465',
          encrypted: true,
          from: 'advisories@cert.example',
          signedBy: signingKey.fingerprint,
          reachable: true,
          problem: null,
          waiting: 3,
          failing: 1,
        });
      case '/api/mailbox':
        return answer(sampleMailbox(ago));
      case '/api/cases/:id/letters':
        return answer(sampleLetters(uuid, ago, caseFound));
      case '/api/checks':
        return answer({ items: [checkInvitation] });
      case '/api/checks/:id':
        return answer({
          ...checkInvitation,
          cert: 'CERT for Industry',
          verdict: null,
          release: {
            ref: 'ADV-7K3F-Q2XA',
            version: '1',
            label: 'CLEAR',
            snapshot: releasePage.snapshot,
            texts: releasePage.texts,
            checks: releasePage.checks,
          },
        });
      case '/api/check-invitations':
        return answer(list([checkInvitation]));
      case '/api/checkers':
        return answer({
          items: [
            {
              person: uuid(3),
              name: 'Robin Fisk',
              organisation: { id: uuid(98), name: 'Independent finders' },
            },
          ],
        });
      case '/api/signing-keys':
        return answer({ items: [signingKey] });
      case '/api/verification':
        return answer({ known: false, file: null });
      case '/api/advisories':
        return answer({ items: advisories, next: 'more', total: 409 });
      case '/api/advisories/vendors':
        return answer({
          items: [
            { name: 'Aurum Controls', advisories: 204 },
            { name: 'Fenix HMI', advisories: 205 },
          ],
        });
      case '/api/advisories/:id': {
        const found = advisories.find(({ id }) => pathname.endsWith(id)) ?? advisories[0]!;
        return answer({
          ...found,
          summary:
            'The web server of the controllers does not check the length of a header field. An attacker who can reach port 80/tcp can stop the controller; it must then be restarted by hand at the cabinet.',
          notes: [
            {
              title: 'Recommended practices',
              category: 'general',
              text: 'Control networks should not be reachable from the internet.',
            },
          ],
          remedies,
          vulnerabilities: [
            {
              cve: 'CVE-2026-10412',
              cwe: { id: 'CWE-787', name: 'Out-of-bounds Write' },
              title: 'Length of a header field is not checked',
              text: 'A crafted request leads to a stop of the controller.',
              scores: [
                {
                  version: '3.1',
                  vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
                  base: 7.5,
                  severity: 'high',
                },
              ],
              affected: ['AX-300 < 4.35', 'AX-300 SIL < 4.35'],
              fixed: ['AX-300 4.35'],
              notAffected: ['AX-500'],
            },
          ],
          products: [
            {
              name: 'AX-300 < 4.35',
              vendor: 'Aurum Controls',
              product: 'AX-300',
              versions: '< 4.35',
              orderNumbers: ['AX300-1AK02', 'AX300-2AK02'],
            },
            {
              name: 'AX-300 SIL < 4.35',
              vendor: 'Aurum Controls',
              product: 'AX-300 SIL',
              versions: '< 4.35',
              orderNumbers: [],
            },
          ],
          references: [
            { title: 'Advisory on the site of the vendor', url: 'https://psirt.aurum.example/AUR-2026-0012' },
          ],
          history: [
            { version: '1', at: ago(864_000), summary: 'First publication' },
            { version: '3', at: ago(86_400), summary: 'Mitigation changed' },
          ],
          problems: [],
          visibility: {
            scope: 'public',
            label: 'CLEAR',
            owner: 'CERT for Industry',
            people: 0,
            organisations: [],
          },
        });
      }
      case '/api/imports':
        return answer(
          list([
            {
              id: uuid(60),
              name: 'csaf-2026-11.tar.gz',
              job: job('done', { kind: 'import-advisories' }),
              added: 391,
              updated: 12,
              unchanged: 1606,
              refused: [
                { name: 'index.html', why: told('not-json', 'This is a web page, not a CSAF document.') },
              ],
              at: ago(7200),
            },
          ]),
        );
      case '/api/advisories/:id/changes':
        return answer({
          since: { version: '2', receivedAt: ago(9 * 24 * 3600) },
          matters: true,
          changes: [
            {
              matters: true,
              told: {
                code: 'range-changed',
                params: {
                  vulnerability: 'CVE-2026-10412',
                  product: 'Aurum Controls AX-300',
                  status: 'known_affected',
                  from: '< 4.34',
                  to: '< 4.35',
                },
                text: 'CVE-2026-10412: Aurum Controls AX-300 is known_affected in < 4.35; it was < 4.34.',
              },
            },
            {
              matters: true,
              told: {
                code: 'remedy-added',
                params: {
                  vulnerability: 'CVE-2026-10412',
                  category: 'vendor_fix',
                  text: 'Update to V4.35 or later.',
                },
                text: 'CVE-2026-10412: added (vendor_fix): Update to V4.35 or later.',
              },
            },
            {
              matters: false,
              told: { code: 'references-changed', params: {}, text: 'References were added or removed.' },
            },
          ],
          more: 0,
        });
      case '/api/advisories/:id/conversion':
        return answer({
          converted: true,
          notes: [
            {
              error: true,
              path: '/product_tree/branches/0/branches/0/branches/1/name',
              told: {
                code: 'open-range-left',
                params: { value: '>= 4.0' },
                text: 'The version range >= 4.0 has no end, which CSAF 2.1 does not allow. Write where it ends.',
              },
            },
            {
              error: false,
              path: '/document/distribution',
              told: {
                code: 'label-default',
                params: {},
                text: 'There was no label; it became TLP:CLEAR. Check that this may be read by all.',
              },
            },
          ],
          more: 0,
        });
      case '/api/advisories/:id/validation':
        return answer({
          csaf: '2.0',
          valid: false,
          errors: 1,
          warnings: 1,
          informations: 0,
          findings: [
            {
              section: '6.1.1',
              severity: 'error',
              path: '/vulnerabilities/0/product_status/known_affected/3',
              told: {
                code: '6.1.1',
                params: { id: 'CSAFPID-0009' },
                text: 'No product has the id CSAFPID-0009; define it in the product tree or correct the id.',
              },
            },
            {
              section: '6.2.11',
              severity: 'warning',
              path: '/document/references',
              told: {
                code: '6.2.11',
                params: { file: 'ac-2026-014.json' },
                text: 'No reference to itself has a https URL that ends with ac-2026-014.json; add where the document will be found',
              },
            },
          ],
        });
      case '/api/packs':
        return answer(list(packs));
      case '/api/packs/:id':
        return answer(packs.find(({ id }) => pathname.endsWith(id)) ?? packs[0]);
      case '/api/made-packs':
        return answer(
          list([
            madePack(0),
            madePack(1, {
              madeAt: null,
              size: null,
              sha256: null,
              counts: null,
              canDownload: false,
              job: job('failed', {
                kind: 'make-pack',
                problem: told('pack-nothing-new', 'Nothing has changed since pack 2', { number: 2 }),
              }),
            }),
            madePack(2),
          ]),
        );
      case '/api/pack-keys/look':
        return answer(packKey);
      case '/api/pack-keys':
        return answer({
          items: [
            packKey,
            {
              ...packKey,
              fingerprint: '0123456789ABCDEF0123456789ABCDEF01234567',
              userIds: ['CERT of the Island <cert@island.example>'],
              id: uuid(980),
              state: 'expired',
              expiresAt: ago(86_400),
              addedAt: ago(9e6),
              addedBy: 'Mara Kessel',
            },
          ],
        });
      case '/api/sources/origins/:id':
        return answer({ items: [sourceDocuments[0], sourceDocuments[2]] });
      case '/api/sources':
        return answer(
          list(searchParams.has('concerning') ? sources.filter((one) => one.concerns.length > 0) : sources),
        );
      case '/api/sources/:id':
        return answer(sources.find(({ id }) => pathname.endsWith(id)) ?? sources[0]);
      case '/api/sources/:id/documents':
        return answer(list(sourceDocuments));
      case '/api/sources/:id/items':
        return answer(list(sourceItems));
      case '/api/sources/:id/runs':
        return answer(list(runs));
      case '/api/members':
        return answer(
          list(
            ['Ida Sommer', 'Jan Brook', 'Mara Kessel'].map((name, place) => ({
              id: uuid(70 + place),
              person: {
                id: place === 0 ? uuid(3) : uuid(80 + place),
                name,
                email: `${name.split(' ')[0]!.toLowerCase()}@nordwasser.example`,
              },
              roles: place ? ['MEM'] : ['MEM', 'MAD'],
              since: ago(9e6),
              lastSeen: place === 2 ? null : ago(place * 4000),
              secondFactor: place !== 2,
              passkey: place === 0,
            })),
          ),
        );
      case '/api/invitations':
        return answer(
          list([
            {
              id: uuid(90),
              email: 'ole@nordwasser.example',
              name: 'Ole Rand',
              organisation: { id: uuid(1), name: 'Nordwasser' },
              roles: ['MEM'],
              invitedBy: 'Ida Sommer',
              createdAt: ago(3600),
              expiresAt: ago(-500_000),
              state: 'open',
            },
          ]),
        );
      case '/api/invitations/ABCD':
        return answer({
          id: uuid(90),
          email: 'ole@nordwasser.example',
          name: 'Ole Rand',
          organisation: { id: uuid(1), name: 'Nordwasser' },
          roles: ['MEM'],
          invitedBy: 'Ida Sommer',
          createdAt: ago(3600),
          expiresAt: ago(-500_000),
          state: 'open',
        });
      case '/api/organisations':
        return answer(
          list(
            ['Nordwasser', 'Delta Motors', 'Elmira Grid'].map((name, place) => ({
              id: uuid(1 + place),
              name,
              kinds: ['operator'],
              country: 'DE',
              sectors: ['water'],
              state: 'active',
              since: ago(9e6),
            })),
          ),
        );
      case '/api/keys':
        return answer({
          items: [
            {
              id: uuid(95),
              name: 'SIEM import',
              start: 'bb_7Kq2',
              maxTlp: 'GREEN',
              createdAt: ago(9e5),
              expiresAt: ago(-6e6),
              lastUsed: ago(300),
            },
          ],
        });
      case '/api/jobs':
        return answer(
          list([
            captures[1]!.job,
            job('done', { id: uuid(51) }),
            job('failed', {
              id: uuid(52),
              problem: told(
                'capture.not-a-capture',
                'This file is not a network capture: it looks like a zip archive. Unpack it and upload what is inside.',
              ),
            }),
          ]),
        );
      case '/api/audit/heads':
        return answer(
          list([
            {
              day: '2026-11-22',
              seq: 48_113,
              hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
              publishedAt: ago(33_000),
            },
            {
              day: '2026-11-21',
              seq: 31_007,
              hash: '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
              publishedAt: ago(120_000),
            },
          ]),
        );
      case '/api/audit/numbers':
        return answer({
          items: [
            ['2026-10', 31, 30, 2_460, 12, 1, 1, 4],
            ['2026-09', 4, 4, 840, 3, 0, 0, 0],
            ['2026-08', 0, 0, null, 1, 0, 0, 2],
          ].map(([month, reports, answered, firstAnswer, releases, recalls, breakGlass, purges]) => ({
            month,
            reports,
            answered,
            firstAnswer,
            releases,
            recalls,
            breakGlass,
            purges,
          })),
        });
      case '/api/audit/verify':
        return answer({
          whole: true,
          events: 48_310,
          pending: 2,
          head: { seq: 48_308, hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
          broken: null,
          headsChecked: 2,
          tookMs: 412,
        });
      case '/api/audit/accesses':
      case '/api/cases/:id/accesses':
        return answer(list(accesses));
      case '/api/reports/:id/accesses':
        return answer(
          list(accesses.map((line) => ({ ...line, person: { id: null, name: '' }, reason: null }))),
        );
      case '/api/auth/passkey/list-user-passkeys':
        return answer([{ id: 'p', name: 'Work laptop', createdAt: ago(9e6) }]);
      case '/api/auth/list-sessions':
        return answer([
          { id: 's', userAgent: 'Firefox 145 on Linux', createdAt: ago(9000), updatedAt: ago(100) },
        ]);
      default:
        return problem(404, 'not-found', `The sample has no answer for ${path}.`);
    }
  };
}

function problem(status: number, code: string, title: string): Answer {
  return {
    status,
    body: { type: 'about:blank', status, title, code, params: {}, instance: 'req-sample-0001' },
  };
}

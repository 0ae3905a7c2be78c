/** A plant in three zones, with one that is proposed and one way in that nobody expects. */

interface Place {
  id: string;
  name: string;
}
interface Device {
  id: string;
  name: string;
  role: string | undefined;
  level: string;
  product: string | null;
  addresses: readonly string[];
  warnings: number;
}

const id = (n: number) => `00000000-0000-4000-8000-0000000f${String(n).padStart(4, '0')}`;
const at = '2026-11-20T06:14:00.000Z';

const blank = {
  state: 'accepted',
  safetyImpact: null,
  exposure: null,
  slTarget: null,
  slAchieved: null,
  protocols: [] as string[],
  outside: false,
  note: '',
  connects: [] as Place[],
  devices: 0,
  warnings: 0,
  place: null,
};

const zones = [
  {
    ...blank,
    id: id(1),
    kind: 'zone',
    name: 'Control room',
    level: 'supervision',
    safetyImpact: 'marginal',
    exposure: 'controlled',
    slTarget: [2, 2, 2, 1, 2, 1, 2],
    slAchieved: [1, 1, 2, 1, 1, 1, 2],
    devices: 14,
    warnings: 9,
  },
  {
    ...blank,
    id: id(2),
    kind: 'zone',
    name: 'Dosing and filtration',
    level: 'control',
    safetyImpact: 'critical',
    exposure: 'small',
    slTarget: [2, 2, 3, 1, 3, 1, 3],
    slAchieved: [1, 0, 1, 0, 1, 0, 2],
    note: 'Chlorine is dosed here',
    devices: 61,
    warnings: 17,
  },
  { ...blank, id: id(3), kind: 'zone', name: 'Field instruments', level: 'field', devices: 30, warnings: 2 },
];

const conduits = [
  {
    ...blank,
    id: id(4),
    kind: 'conduit',
    level: 'unknown',
    name: 'C1 Control room – Dosing',
    protocols: ['modbus', 's7comm'],
    connects: zones.slice(0, 2).map(placeOf),
  },
  {
    ...blank,
    id: id(5),
    kind: 'conduit',
    level: 'unknown',
    name: 'C2 Dosing – Field',
    connects: zones.slice(1).map(placeOf),
  },
];

const told = (code: string, text: string, params = {}) => ({ code, params, text });
const unexpected = {
  proposal: 'outside',
  zones: zones.slice(0, 2).map(placeOf),
  outside: true,
  conduit: null,
  name: told('outside', 'Remote maintenance'),
  protocols: ['modbus', 'ftp'],
  packets: 412,
  devices: 3,
  lastSeen: at,
  unwanted: false,
  reasons: [
    told('outside', 'It comes from outside'),
    told('dangerous', 'Some of it changes or stops devices'),
    told('conduit', 'No conduit joins these zones'),
  ],
};
const proposal = {
  proposal: 'operations 192.168.20.0/24',
  joins: null,
  name: told('operations', 'Operations 192.168.20.0/24', { network: '192.168.20.0/24' }),
  level: 'operations',
  devices: 9,
  roles: [
    { role: 'server', count: 6 },
    { role: 'historian', count: 3 },
  ],
  reasons: [
    told('network', '9 devices are in 192.168.20.0/24', { count: 9, network: '192.168.20.0/24' }),
    told('levels', 'The same network holds devices of other levels'),
  ],
};

export function zonesOf(site: Place, _assets: readonly Device[]) {
  const here = <Row extends object>(rows: readonly Row[]) => rows.map((row) => ({ ...row, site }));
  return {
    site,
    zones: here(zones),
    conduits: here(conduits),
    proposals: [proposal],
    unexpected: [unexpected],
    unplaced: 15,
  };
}

export function zoneOf(site: Place, assets: readonly Device[], wanted: string) {
  const zone = [...zones, ...conduits].find((one) => one.id === wanted) ?? zones[1]!;
  return { ...zone, site, talks: zone.kind === 'conduit' ? crossingOf(site, assets).talks : [] };
}

export function crossingOf(_site: Place, assets: readonly Device[]) {
  const talks = assets.slice(2, 5).map((asset, n) => ({
    id: id(20 + n),
    capture: { id: id(30), name: 'pump-hall-2026-11-20.pcap' },
    from: { asset: assets[0]!.id, name: '203.0.113.40', address: '203.0.113.40' },
    to: { asset: asset.id, name: asset.name, address: asset.addresses[0]! },
    protocol: n === 0 ? 'ftp' : 'modbus',
    port: n === 0 ? 21 : 502,
    packets: 90 * (n + 1),
    firstSeen: at,
    lastSeen: at,
  }));
  return { conduit: unexpected, talks };
}

/** As many devices as wanted: more than there are in the list of devices stand for others like them. */
export function drawingOf(assets: readonly Device[], count: number) {
  const devices = Array.from({ length: count }, (_, n) => {
    const from = assets[n % assets.length]!;
    const zone = n % 8 === 0 ? null : zones[n % 3]!.id;
    return {
      id: n < assets.length ? from.id : id(1000 + n),
      name: n < assets.length ? from.name : `${from.name}-${n}`,
      role: from.role,
      level: from.level,
      product: from.product ?? '',
      addresses: n === 0 ? ['203.0.113.40'] : from.addresses,
      zone,
      proposal: zone === null && n % 16 === 8 ? proposal.proposal : null,
      outside: n === 0,
      warnings: from.warnings,
    };
  });
  const lines = devices.slice(1).flatMap(({ id: to }, n) =>
    n % 3 === 0
      ? [
          {
            from: devices[n % 7 === 0 ? 0 : Math.floor(n / 3)]!.id,
            to,
            protocols: ['modbus'],
            packets: 40 + n,
            dangerous: n % 49 === 0,
            unexpected: n % 7 === 0,
          },
        ]
      : [],
  );
  return { devices, lines: lines.filter(({ from, to }) => from !== to), leftOut: 0 };
}

function placeOf({ id: zone, name }: Place): Place {
  return { id: zone, name };
}

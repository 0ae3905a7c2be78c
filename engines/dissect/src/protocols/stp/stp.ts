import { type ByteReader, u16At, u32At } from '../../bytes/byte-reader.ts';
import { macText } from '../../network/endpoints.ts';
import { type Dissector, type Here, NOT_OURS, OURS, type Session } from '../../dissector.ts';

/** IEEE 802.1D: the service access point of bridges; and PVST, Cisco's own, one tree for each VLAN. */
const BRIDGES = 0x42;
const PVST = 0x00000c_010b;

// IEEE 802.1D-2004, 9.3.
const CONFIGURATION = 0x00;
const RAPID = 0x02;
const TOPOLOGY_CHANGE = 0x80;
const kinds: Record<number, string> = {
  [CONFIGURATION]: 'configuration',
  [RAPID]: 'rapid or multiple',
  [TOPOLOGY_CHANGE]: 'topology change',
};
const ROOT = 5;
const BRIDGE = 17;
const MOST_TREES = 4_096;

export interface StpMessage {
  readonly kind: number;
  /** Priority and MAC address; empty for a notice of a topology change. */
  readonly root: string;
  readonly bridge: string;
}

export const stp: Dissector<StpMessage> = {
  name: 'stp',
  title: 'Spanning tree',
  reference: 'IEEE 802.1D-2004, clause 9; IEEE 802.1Q',
  industrial: false,
  carriers: [
    { on: 'llc', at: [BRIDGES] },
    { on: 'snap', at: [PVST] },
  ],
  claims: [],
  recognises: (bytes, start, end, expected) =>
    expected && end - start >= 4 && u16At(bytes, start) === 0 && bytes[start + 3]! in kinds ? OURS : NOT_OURS,
  read: readStp,
  begin: () => new StpSession(),
};

function readStp(reader: ByteReader): StpMessage {
  reader.open('BPDU', 'IEEE 802.1D, 9.3');
  reader.constant16(0, 'protocol');
  reader.u8('version', { 0: 'STP', 2: 'RSTP', 3: 'MSTP', 4: 'SPB' });
  const kind = reader.u8('type', kinds);
  if (kind === TOPOLOGY_CHANGE) {
    reader.close();
    if (reader.remaining > 0) reader.skip(reader.remaining, 'padding');
    return { kind, root: '', bridge: '' };
  }
  const flags = reader.u8('flags');
  reader.bits(flags, 0x01, 'topology change');
  reader.bits(flags, 0x0c, 'role of the port', { 1: 'alternate or backup', 2: 'root', 3: 'designated' });
  const root = readIdentifier(reader, 'root');
  reader.u32('cost of the path to the root');
  const bridge = readIdentifier(reader, 'bridge');
  reader.u16('port');
  for (const field of ['message age', 'maximum age', 'hello time', 'forward delay']) {
    reader.u16(field, (value) => `${value / 256} s`);
  }
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'further versions');
  return { kind, root, bridge };
}

function readIdentifier(reader: ByteReader, field: string): string {
  reader.open(field, 'IEEE 802.1D, 9.2.5');
  const word = reader.u16('priority');
  const priority = reader.bits(word, 0xf000, 'priority') << 12;
  reader.bits(word, 0x0fff, 'VLAN or instance');
  const mac = reader.bytes(6, 'MAC address');
  reader.close();
  const text = macText(u32At(mac, 0), u16At(mac, 4));
  reader.remark(text);
  return `${priority} ${text}`;
}

class StpSession implements Session {
  /** The root, by who tells it and for which VLAN. */
  readonly #roots = new Map<string, string>();

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const { kind, root, bridge } = readStp(here.reader.reset(bytes, start, end));
    if (kind === TOPOLOGY_CHANGE) return;
    here.role(here.source, 'switch', 'stated', 'stp.bridge');
    if (root === bridge) here.fact(here.source, 'description', `root of the spanning tree, priority ${root}`);
    const tree = `${here.source} ${u16At(bytes, start + BRIDGE) & 0xfff}`;
    const before = this.#roots.get(tree);
    if (before === root || (before === undefined && this.#roots.size >= MOST_TREES)) return;
    this.#roots.set(tree, root);
    if (before !== undefined) here.anomaly('stp.root-changed', 'root', ROOT, { before, root });
  }
}

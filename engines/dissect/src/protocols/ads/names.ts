// Beckhoff Information System: ADS/AMS specification; TwinCAT ADS, index groups and offsets; AdsDef of Beckhoff's own AdsLib.

export const READ_DEVICE_INFO = 1;
export const READ = 2;
export const WRITE = 3;
export const READ_STATE = 4;
export const WRITE_CONTROL = 5;
export const ADD_NOTIFICATION = 6;
export const DELETE_NOTIFICATION = 7;
export const NOTIFICATION = 8;
export const READ_WRITE = 9;
export const LAST_COMMAND = READ_WRITE;

export const commands: Record<number, string> = {
  [READ_DEVICE_INFO]: 'ReadDeviceInfo',
  [READ]: 'Read',
  [WRITE]: 'Write',
  [READ_STATE]: 'ReadState',
  [WRITE_CONTROL]: 'WriteControl',
  [ADD_NOTIFICATION]: 'AddDeviceNotification',
  [DELETE_NOTIFICATION]: 'DeleteDeviceNotification',
  [NOTIFICATION]: 'DeviceNotification',
  [READ_WRITE]: 'ReadWrite',
};

/** State flags of the AMS header. */
export const RESPONSE = 0x0001;
export const ADS_COMMAND = 0x0004;

/** ADSSTATE. */
export const RESET = 2;
export const SHUTDOWN = 12;
export const states: Record<number, string> = {
  0: 'invalid',
  1: 'idle',
  [RESET]: 'reset',
  3: 'init',
  4: 'start',
  5: 'run',
  6: 'stop',
  7: 'save configuration',
  8: 'load configuration',
  9: 'power failure',
  10: 'power good',
  11: 'error',
  [SHUTDOWN]: 'shutdown',
  13: 'suspend',
  14: 'resume',
  15: 'config',
  16: 'reconfig',
  17: 'stopping',
};

/** Well-known AMS ports. */
const ports: Record<number, string> = {
  1: 'router',
  100: 'logger',
  110: 'event logger',
  200: 'real-time',
  290: 'trace',
  300: 'I/O',
  400: 'SPS',
  500: 'NC',
  501: 'NC SAF',
  511: 'NC SVB',
  550: 'NC instance',
  600: 'ISG',
  700: 'CNC',
  800: 'PLC',
  801: 'PLC runtime 1',
  811: 'PLC runtime 2',
  821: 'PLC runtime 3',
  831: 'PLC runtime 4',
  850: 'PLC 3',
  851: 'PLC 3 runtime 1',
  852: 'PLC 3 runtime 2',
  853: 'PLC 3 runtime 3',
  854: 'PLC 3 runtime 4',
  900: 'camshaft controller',
  950: 'CAM tool',
  10000: 'system service',
  10201: 'scope',
};

/** `PLC runtime 1 (801)`. */
export function portName(port: number): string {
  const name = ports[port];
  return name === undefined ? `port ${port}` : `${name} (${port})`;
}

export const MEMORY_BYTES = 0x4020;
export const MEMORY_BITS = 0x4021;
export const HANDLE_BY_NAME = 0xf003;
export const VALUE_BY_NAME = 0xf004;
export const VALUE_BY_HANDLE = 0xf005;
export const RELEASE_HANDLE = 0xf006;
export const INFO_BY_NAME = 0xf007;
export const INFO_BY_NAME_EX = 0xf009;
export const SYMBOL_UPLOAD = 0xf00b;
export const INPUT_BYTES = 0xf020;
export const INPUT_BITS = 0xf021;
export const OUTPUT_BYTES = 0xf030;
export const OUTPUT_BITS = 0xf031;
export const SUM_READ = 0xf080;
export const SUM_WRITE = 0xf081;
export const SUM_READ_WRITE = 0xf082;

/** Index groups of the system service. */
export const FILE_OPEN = 120;
export const FILE_CLOSE = 121;
export const FILE_READ = 122;
export const FILE_WRITE = 123;
export const FILE_DELETE = 131;
export const FILE_RENAME = 132;
export const FILE_FIND = 133;
export const REGISTRY = 200;
export const START_PROCESS = 500;
export const CHANGE_NET_ID = 600;
export const TARGET_DESCRIPTION = 700;
export const ADD_ROUTE = 801;
export const DELETE_ROUTE = 802;
export const LIST_ROUTES = 803;

export const groups: Record<number, string> = {
  100: 'open or create',
  101: 'open for reading',
  102: 'open for writing',
  110: 'create file',
  111: 'close handle',
  [FILE_OPEN]: 'file open',
  [FILE_CLOSE]: 'file close',
  [FILE_READ]: 'file read',
  [FILE_WRITE]: 'file write',
  124: 'file seek',
  125: 'file tell',
  126: 'file get line',
  127: 'file put line',
  130: 'end of file',
  [FILE_DELETE]: 'file delete',
  [FILE_RENAME]: 'file rename',
  [FILE_FIND]: 'file find',
  [REGISTRY]: 'registry, HKEY_LOCAL_MACHINE',
  400: 'time services',
  [START_PROCESS]: 'start process',
  [CHANGE_NET_ID]: 'change AMS Net Id',
  [TARGET_DESCRIPTION]: 'target description',
  701: 'IP helper',
  702: 'IP host name',
  [ADD_ROUTE]: 'add route',
  [DELETE_ROUTE]: 'delete route',
  [LIST_ROUTES]: 'list routes',
  [MEMORY_BYTES]: 'PLC memory, bytes',
  [MEMORY_BITS]: 'PLC memory, bits',
  0x4025: 'size of PLC memory',
  0x4030: 'retained data',
  0x4040: 'data area',
  0xf000: 'symbol table',
  0xf001: 'symbol name',
  0xf002: 'symbol value',
  [HANDLE_BY_NAME]: 'symbol handle by name',
  [VALUE_BY_NAME]: 'symbol value by name',
  [VALUE_BY_HANDLE]: 'symbol value by handle',
  [RELEASE_HANDLE]: 'release symbol handle',
  [INFO_BY_NAME]: 'symbol information by name',
  0xf008: 'symbol version',
  [INFO_BY_NAME_EX]: 'symbol information by name, extended',
  0xf00a: 'symbol download',
  [SYMBOL_UPLOAD]: 'symbol upload',
  0xf00c: 'symbol upload information',
  0xf00e: 'data type upload',
  0xf00f: 'symbol upload information 2',
  0xf010: 'symbol notification',
  [INPUT_BYTES]: 'inputs, bytes',
  [INPUT_BITS]: 'inputs, bits',
  0xf025: 'size of inputs',
  [OUTPUT_BYTES]: 'outputs, bytes',
  [OUTPUT_BITS]: 'outputs, bits',
  0xf035: 'size of outputs',
  0xf040: 'clear inputs',
  0xf050: 'clear outputs',
  0xf060: 'inputs and outputs',
  [SUM_READ]: 'sum of reads',
  [SUM_WRITE]: 'sum of writes',
  [SUM_READ_WRITE]: 'sum of read-writes',
  0xf083: 'sum of reads, extended',
  0xf084: 'sum of reads, extended 2',
  0xf085: 'sum of subscriptions',
  0xf086: 'sum of cancelled subscriptions',
  0xf100: 'device data',
};

/** An address as an engineer writes it; what has none is told by its numbers. */
export function placeName(group: number, offset: number): string {
  switch (group) {
    case MEMORY_BYTES:
      return `%MB${offset}`;
    case MEMORY_BITS:
      return bitName('%MX', offset);
    case INPUT_BYTES:
      return `%IB${offset}`;
    case INPUT_BITS:
      return bitName('%IX', offset);
    case OUTPUT_BYTES:
      return `%QB${offset}`;
    case OUTPUT_BITS:
      return bitName('%QX', offset);
    default:
      return `16#${group.toString(16).toUpperCase()}:16#${offset.toString(16).toUpperCase()}`;
  }
}

function bitName(area: string, offset: number): string {
  return `${area}${Math.floor(offset / 8)}.${offset % 8}`;
}

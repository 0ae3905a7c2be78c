// Siemens never published S7comm. What these tables say was learnt in the open: the works of T. Wiens
// (Wireshark's s7comm), D. Nardella (Snap7) and T. Hergenhahn (libnodave), and the STEP 7 manuals where they
// describe the same codes: "System Software for S7-300/400, System and Standard Functions" (A5E00709327).

export const JOB = 1;
export const ACK = 2;
export const ACK_DATA = 3;
export const USERDATA = 7;

export const messageTypes: Record<number, string> = {
  [JOB]: 'job',
  [ACK]: 'ack',
  [ACK_DATA]: 'ack_data',
  [USERDATA]: 'userdata',
};

export const READ = 0x04;
export const WRITE = 0x05;
export const REQUEST_DOWNLOAD = 0x1a;
export const DOWNLOAD_BLOCK = 0x1b;
export const DOWNLOAD_ENDED = 0x1c;
export const START_UPLOAD = 0x1d;
export const UPLOAD = 0x1e;
export const END_UPLOAD = 0x1f;
export const SERVICE = 0x28;
export const STOP = 0x29;
export const SETUP = 0xf0;

export const functions: Record<number, string> = {
  0x00: 'CPU services',
  [READ]: 'read variables',
  [WRITE]: 'write variables',
  [REQUEST_DOWNLOAD]: 'request download',
  [DOWNLOAD_BLOCK]: 'download block',
  [DOWNLOAD_ENDED]: 'download ended',
  [START_UPLOAD]: 'start upload',
  [UPLOAD]: 'upload',
  [END_UPLOAD]: 'end upload',
  [SERVICE]: 'program invocation service',
  [STOP]: 'stop',
  [SETUP]: 'set up communication',
};

/** How many units of what, in the items of read and write. */
export interface TransportSize {
  readonly name: string;
  /** Of one, in bytes; 0 for a bit. */
  readonly width: number;
}

export const BIT = 0x01;
export const CHAR = 0x03;
export const REAL = 0x08;
export const COUNTER = 0x1c;
export const TIMER = 0x1d;

export const transportSizes: Record<number, TransportSize> = {
  [BIT]: { name: 'BOOL', width: 0 },
  0x02: { name: 'BYTE', width: 1 },
  [CHAR]: { name: 'CHAR', width: 1 },
  0x04: { name: 'WORD', width: 2 },
  0x05: { name: 'INT', width: 2 },
  0x06: { name: 'DWORD', width: 4 },
  0x07: { name: 'DINT', width: 4 },
  [REAL]: { name: 'REAL', width: 4 },
  0x09: { name: 'DATE', width: 2 },
  0x0a: { name: 'TIME_OF_DAY', width: 4 },
  0x0b: { name: 'TIME', width: 4 },
  0x0c: { name: 'S5TIME', width: 2 },
  0x0f: { name: 'DATE_AND_TIME', width: 8 },
  [COUNTER]: { name: 'COUNTER', width: 2 },
  [TIMER]: { name: 'TIMER', width: 2 },
  0x1e: { name: 'IEC_COUNTER', width: 4 },
  0x1f: { name: 'IEC_TIMER', width: 4 },
  0x20: { name: 'HS_COUNTER', width: 4 },
};

export const PERIPHERY = 0x80;
export const INPUTS = 0x81;
export const OUTPUTS = 0x82;
export const FLAGS = 0x83;
export const DATA = 0x84;
export const INSTANCE = 0x85;

export const areas: Record<number, string> = {
  0x03: 'system information (S7-200)',
  0x05: 'system flags (S7-200)',
  0x06: 'analog inputs (S7-200)',
  0x07: 'analog outputs (S7-200)',
  [COUNTER]: 'counters',
  [TIMER]: 'timers',
  0x1e: 'IEC counters (S7-200)',
  0x1f: 'IEC timers (S7-200)',
  [PERIPHERY]: 'periphery',
  [INPUTS]: 'inputs',
  [OUTPUTS]: 'outputs',
  [FLAGS]: 'flags',
  [DATA]: 'data block',
  [INSTANCE]: 'instance data block',
  0x86: 'local data',
  0x87: 'local data of the caller',
};

/** How the engineers write the areas that have no letters of their own below. */
export const areaLetters: Record<number, string> = {
  0x03: 'SI',
  0x05: 'SF',
  0x06: 'AI',
  0x07: 'AO',
  [INPUTS]: 'I',
  [OUTPUTS]: 'Q',
  [FLAGS]: 'M',
  0x86: 'L',
  0x87: 'V',
};

/** What stands before data; decides whether its length is in bits. */
export const dataSizes: Record<number, string> = {
  0x00: 'none',
  0x03: 'bit',
  0x04: 'byte, word, dword',
  0x05: 'integer',
  0x06: 'double integer',
  0x07: 'real',
  0x09: 'octet string',
};

export const DONE = 0xff;

export const returnCodes: Record<number, string> = {
  0x00: 'reserved',
  0x01: 'hardware error',
  0x03: 'access not allowed',
  0x05: 'address out of range',
  0x06: 'data type not supported',
  0x07: 'data type inconsistent',
  0x0a: 'object does not exist',
  [DONE]: 'success',
};

export const PUSH = 0;
export const REQUEST = 4;
export const RESPONSE = 8;

export const userdataTypes: Record<number, string> = {
  [PUSH]: 'indication',
  [REQUEST]: 'request',
  [RESPONSE]: 'response',
};

export const MODE = 0;
export const PROGRAMMER = 1;
export const CYCLIC = 2;
export const BLOCKS = 3;
export const CPU = 4;
export const SECURITY = 5;
export const BLOCK_SEND = 6;
export const TIME = 7;
export const NC = 15;

export const groups: Record<number, string> = {
  [MODE]: 'mode transition',
  [PROGRAMMER]: 'programmer commands',
  [CYCLIC]: 'cyclic services',
  [BLOCKS]: 'block functions',
  [CPU]: 'CPU functions',
  [SECURITY]: 'security',
  [BLOCK_SEND]: 'block send and receive',
  [TIME]: 'time functions',
  [NC]: 'NC programming',
};

export const modes: Record<number, string> = {
  0x00: 'STOP',
  0x01: 'warm restart',
  0x02: 'RUN',
  0x03: 'hot restart',
  0x04: 'HOLD',
  0x06: 'cold restart',
  0x09: 'RUN redundant',
  0x0b: 'LINK-UP',
  0x0c: 'UPDATE',
};

export const subfunctions: Record<number, Record<number, string>> = {
  [MODE]: modes,
  [PROGRAMMER]: {
    0x01: 'block status',
    0x02: 'variable status',
    0x03: 'output I stack',
    0x04: 'output B stack',
    0x05: 'output L stack',
    0x06: 'measure time',
    0x07: 'force selection',
    0x08: 'modify variables',
    0x09: 'force',
    0x0a: 'breakpoint',
    0x0b: 'exit HOLD',
    0x0c: 'memory reset',
    0x0d: 'disable job',
    0x0e: 'enable job',
    0x0f: 'delete job',
    0x10: 'read job list',
    0x11: 'read job',
    0x12: 'replace job',
    0x13: 'block status 2',
    0x16: 'flash LED',
  },
  [CYCLIC]: {
    0x01: 'cyclic transfer',
    0x02: 'cyclic transfer of all',
    0x03: 'change driven transfer',
    0x04: 'end cyclic transfer',
    0x05: 'change driven, modify',
    0x07: 'record, data',
  },
  [BLOCKS]: {
    0x01: 'list blocks',
    0x02: 'list blocks of type',
    0x03: 'block information',
  },
  [CPU]: {
    0x01: 'read system status list',
    0x02: 'message service',
    0x03: 'diagnostic message',
    0x05: 'ALARM_8 indication',
    0x06: 'NOTIFY indication',
    0x07: 'lock alarms',
    0x08: 'unlock alarms',
    0x09: 'SCAN indication',
    0x0b: 'acknowledge alarm',
    0x0c: 'alarm was acknowledged',
    0x0d: 'alarms were locked',
    0x0e: 'alarms were unlocked',
    0x11: 'ALARM_SQ indication',
    0x12: 'ALARM_S indication',
    0x13: 'query alarms',
    0x16: 'NOTIFY_8 indication',
  },
  [SECURITY]: {
    0x01: 'password',
    0x02: 'clear password',
  },
  [TIME]: {
    0x01: 'read clock',
    0x02: 'set clock',
    0x03: 'read clock (following)',
    0x04: 'set clock (following)',
  },
  [NC]: {
    0x01: 'request download',
    0x02: 'download block',
    0x03: 'continue download',
    0x04: 'download ended',
    0x06: 'start upload',
    0x07: 'upload',
    0x08: 'continue upload',
  },
};

/** Block types by the digit that stands for them in names and lists. */
export const blockTypes: Record<string, string> = {
  '8': 'OB',
  A: 'DB',
  B: 'SDB',
  C: 'FC',
  D: 'SFC',
  E: 'FB',
  F: 'SFB',
};

/** The same in the header of a block. */
export const blockKinds: Record<number, string> = {
  0x08: 'OB',
  0x0a: 'DB',
  0x0b: 'SDB',
  0x0c: 'FC',
  0x0d: 'SFC',
  0x0e: 'FB',
  0x0f: 'SFB',
};

export const languages: Record<number, string> = {
  0x01: 'STL',
  0x02: 'LAD',
  0x03: 'FBD',
  0x04: 'SCL',
  0x05: 'DB',
  0x06: 'GRAPH',
  0x07: 'SDB',
  0x08: 'CPU-DB',
  0x11: 'SDB (after overall reset)',
  0x12: 'SDB (routing)',
  0x29: 'encrypted',
};

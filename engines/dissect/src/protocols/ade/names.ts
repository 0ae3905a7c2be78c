/** What all names of services begin with. */
export const PREFIX = 'Ade.Remoting.Services.';

/** Numbers of services as controllers give them to an engineering tool that asks in its usual order. */
export const usual: Readonly<Record<number, string>> = {
  1: 'IProConOSControlService',
  2: 'IDataAccessService',
  3: 'IDeviceInfoService',
};

export const startModes: Readonly<Record<number, string>> = { 1: 'cold', 2: 'warm', 3: 'hot' };

export const STATE = 0x4002;

export const attributes: Readonly<Record<number, string>> = {
  0x0: 'manufacturer',
  0x1: 'product',
  0x2: 'processor',
  0x3: 'hardware version',
  0x4: 'firmware version',
  0x5: 'data size',
  0x6: 'retained data size',
  0x7: 'program size',
  0x8: 'image size',
  0x9: 'heap size',
  0xa: 'timer resolution',
  0xb: 'runtime version',
  0xc: 'runtime type',
  0xd: 'threading type',
  0xe: 'schedule interval',
  0xf: 'thread priorities',
  0x10: 'additional image files',
  0x11: 'download of changes',
  0x12: 'built-in linker',
  0x13: 'signature of the core library',
  0x14: 'programming model',
  0x4000: 'free data',
  0x4001: 'free program',
  [STATE]: 'state',
  0x4003: 'source on the controller',
  0x4004: 'running',
  0x4005: 'free retained data',
  0x4006: 'identity',
  0x4007: 'domain',
  0x4008: 'image on the controller',
  0x4009: 'checksum of retained data',
  0x400a: 'hash of variables',
  0x400b: 'checksum of metadata',
  0x400c: 'checksum of code',
  0x400d: 'image time',
  0x400e: 'boot project',
  0x400f: 'stop on string errors',
  0x4010: 'late online changes',
  0x4011: 'execution in flash',
  0x4012: 'code address',
  0x4013: 'data address',
  0x4014: 'ticks',
  0x4015: 'microticks',
  0x4016: 'logic analyser',
  0x4e20: 'clock',
};

/** The lowest octet of the state. */
export const states: Readonly<Record<number, string>> = {
  0: 'on',
  1: 'loading',
  2: 'starting',
  3: 'running',
  4: 'halt requested',
  5: 'halted',
  6: 'stopping',
  7: 'stopped',
  8: 'resetting',
};

/** The other bits of the state. */
export const marks: Readonly<Record<number, string>> = {
  0x100: 'has a master',
  0x200: 'is the master',
  0x400: 'hot start possible',
  0x800: 'errors',
  0x1000: 'source available',
  0x2000: 'call stack available',
  0x4000: 'breakpoint set',
  0x8000: 'call stack changed',
  0x100_0000: 'forces changed',
  0x200_0000: 'forces present',
};

/** Of objects. */
export const types: Readonly<Record<number, string>> = {
  0x01: 'void',
  0x02: 'boolean',
  0x03: 'character',
  0x04: 'signed, 8 bits',
  0x05: 'unsigned, 8 bits',
  0x06: 'signed, 16 bits',
  0x07: 'unsigned, 16 bits',
  0x08: 'signed, 32 bits',
  0x09: 'unsigned, 32 bits',
  0x0a: 'signed, 64 bits',
  0x0b: 'unsigned, 64 bits',
  0x0c: 'real, 32 bits',
  0x0d: 'real, 64 bits',
  0x0e: 'text',
  0x0f: 'pointer',
  0x13: 'text, UTF-8',
  0x14: 'array',
  0x1a: 'text, ANSI',
  0x1c: 'object',
  0x1e: 'text, UTF-16',
};

export const DONE = 200;
/** More of it follows: nobody said no. */
export const UNFINISHED = 600;

/** Those of calls for data that say no. */
export const refused: Readonly<Record<number, string>> = {
  400: 'error',
  401: 'not attached',
  500: 'illegal',
};

/** What calls for data return first of all. */
export const statuses: Readonly<Record<number, string>> = {
  ...refused,
  [DONE]: 'success',
  [UNFINISHED]: 'not finished',
};

// EPSG DS 301 V1.3.0, appendix 3 (constants).
export const SOC = 1;
export const PREQ = 3;
export const PRES = 4;
export const SOA = 5;
export const ASND = 6;
export const LAST_TYPE = 0x0d;
export const types: Readonly<Record<number, string>> = {
  [SOC]: 'SoC, start of cycle',
  [PREQ]: 'PReq, poll request',
  [PRES]: 'PRes, poll response',
  [SOA]: 'SoA, start of asynchronous',
  [ASND]: 'ASnd, asynchronous',
  7: 'AMNI, active managing node',
  [LAST_TYPE]: 'AInv, asynchronous invite',
};

export const IDENT_RESPONSE = 1;
export const STATUS_RESPONSE = 2;
export const NMT_REQUEST = 3;
export const NMT_COMMAND = 4;
export const SDO = 5;
export const services: Readonly<Record<number, string>> = {
  0: 'none',
  [IDENT_RESPONSE]: 'identification',
  [STATUS_RESPONSE]: 'status',
  [NMT_REQUEST]: 'NMT request',
  [NMT_COMMAND]: 'NMT command',
  [SDO]: 'SDO',
  6: 'synchronization',
  0xff: 'unspecified',
};

/** 7.1.4: NMT states of managing (M) and controlled (C) nodes have the same codes. */
export const OPERATIONAL = 0xfd;
export const STOPPED = 0x4d;
const states: Readonly<Record<number, string>> = {
  0x00: 'Off',
  0x19: 'Initialising',
  0x29: 'Reset Application',
  0x39: 'Reset Communication',
  0x79: 'Reset Configuration',
  0x1c: 'Not Active',
  0x1d: 'Pre-Operational 1',
  0x5d: 'Pre-Operational 2',
  0x6d: 'Ready to Operate',
  [OPERATIONAL]: 'Operational',
  [STOPPED]: 'Stopped',
  0x1e: 'Basic Ethernet',
};

export function stateName(state: number): string {
  return states[state] ?? `state ${state}`;
}

export const START = 0x21;
export const STOP = 0x22;
export const RESET_NODE = 0x28;
export const SOFTWARE_RESET = 0x2b;
export const START_GROUP = 0x41;
export const STOP_GROUP = 0x42;
export const RESET_GROUP = 0x48;
/** 7.3.1.2, table of NMT commands. */
const commands: Readonly<Record<number, string>> = {
  0x20: 'IdentRequest',
  [START]: 'StartNode',
  [STOP]: 'StopNode',
  0x23: 'EnterPreOperational2',
  0x24: 'EnableReadyToOperate',
  [RESET_NODE]: 'ResetNode',
  0x29: 'ResetCommunication',
  0x2a: 'ResetConfiguration',
  [SOFTWARE_RESET]: 'SwReset',
  0x2c: 'GoToStandby',
  [START_GROUP]: 'StartNodeEx',
  [STOP_GROUP]: 'StopNodeEx',
  0x43: 'EnterPreOperational2Ex',
  0x44: 'EnableReadyToOperateEx',
  [RESET_GROUP]: 'ResetNodeEx',
  0x49: 'ResetCommunicationEx',
  0x4a: 'ResetConfigurationEx',
  0x4b: 'SwResetEx',
  0x62: 'NetHostNameSet',
  0x63: 'FlushArpEntry',
  0x80: 'PublishConfiguredNodes',
  0x90: 'PublishActiveNodes',
  0x91: 'PublishPreOperational1',
  0x92: 'PublishPreOperational2',
  0x93: 'PublishReadyToOperate',
  0x94: 'PublishOperational',
  0x95: 'PublishStopped',
  0xa0: 'PublishEmergencyNew',
  0xb0: 'PublishTime',
  0xff: 'InvalidService',
};

export function commandName(command: number): string {
  return commands[command] ?? `command ${command}`;
}

export function isStart(command: number): boolean {
  return command === START || command === START_GROUP;
}

export function isStop(command: number): boolean {
  return command === STOP || command === STOP_GROUP;
}

export function isReset(command: number): boolean {
  return (
    (command >= RESET_NODE && command <= SOFTWARE_RESET) ||
    (command >= RESET_GROUP && command <= RESET_GROUP + 3)
  );
}

const WRITE_BY_INDEX = 1;
const READ_BY_INDEX = 2;
const WRITE_ALL = 3;
const READ_ALL = 4;
export const FILE_WRITE = 0x20;
export const FILE_READ = 0x21;
const WRITE_SEVERAL = 0x31;
const READ_SEVERAL = 0x32;
/** 6.3.2.4.2. */
export const sdoCommands: Readonly<Record<number, string>> = {
  0: 'none',
  [WRITE_BY_INDEX]: 'write by index',
  [READ_BY_INDEX]: 'read by index',
  [WRITE_ALL]: 'write all by index',
  [READ_ALL]: 'read all by index',
  5: 'write by name',
  6: 'read by name',
  [FILE_WRITE]: 'write a file',
  [FILE_READ]: 'read a file',
  [WRITE_SEVERAL]: 'write several by index',
  [READ_SEVERAL]: 'read several by index',
  0x70: 'longest segment',
};

export function isWriting(command: number): boolean {
  return command === WRITE_BY_INDEX || command === WRITE_ALL || command === WRITE_SEVERAL || command === 5;
}

export function isReading(command: number): boolean {
  return command === READ_BY_INDEX || command === READ_ALL || command === READ_SEVERAL || command === 6;
}

export function hasIndex(command: number): boolean {
  return command >= WRITE_BY_INDEX && command <= READ_ALL;
}

/** 4.5: node numbers that are not simply somebody. */
export const MANAGING = 0xf0;
export const BROADCAST = 0xff;

export function nodeName(node: number): string {
  if (node === MANAGING) return '240 (managing node)';
  return node === BROADCAST ? 'all' : String(node);
}

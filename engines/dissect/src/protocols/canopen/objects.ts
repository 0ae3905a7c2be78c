// CiA 301, 7.5.2 (communication profile), CiA 402-2 (drives) and CiA 302-3 (program download); as EtherCAT and POWERLINK take them over.
export const DEVICE_NAME = 0x1008;
export const HARDWARE_VERSION = 0x1009;
export const SOFTWARE_VERSION = 0x100a;
export const IDENTITY = 0x1018;
const PROGRAM = 0x1f50;
const PROGRAM_CONTROL = 0x1f51;

const names: Readonly<Record<number, string>> = {
  0x1000: 'device type',
  0x1001: 'error register',
  0x1003: 'error history',
  0x1006: 'cycle length',
  [DEVICE_NAME]: 'device name',
  [HARDWARE_VERSION]: 'hardware version',
  [SOFTWARE_VERSION]: 'software version',
  0x1010: 'store parameters',
  0x1011: 'restore default parameters',
  [IDENTITY]: 'identity',
  0x1020: 'verify configuration',
  0x1030: 'interface group',
  0x10f1: 'error settings',
  0x1c00: 'sync manager types',
  0x1c12: 'outputs assigned',
  0x1c13: 'inputs assigned',
  0x1c32: 'synchronization of outputs',
  0x1c33: 'synchronization of inputs',
  [PROGRAM]: 'program data',
  [PROGRAM_CONTROL]: 'program control',
  0x1f52: 'date of the software',
  0x1f81: 'assignment of nodes',
  0x1f82: 'feature flags',
  0x1f93: 'node identifier',
  0x1f99: 'timeout of basic Ethernet',
  0x1f9e: 'reset command',
  0x6040: 'control word',
  0x6041: 'status word',
  0x605a: 'quick stop option',
  0x6060: 'mode of operation',
  0x6061: 'mode of operation, actual',
  0x6064: 'position, actual',
  0x6065: 'following error window',
  0x606c: 'velocity, actual',
  0x6071: 'target torque',
  0x6072: 'maximum torque',
  0x607a: 'target position',
  0x607d: 'software position limits',
  0x607f: 'maximum velocity',
  0x6081: 'profile velocity',
  0x6098: 'homing method',
  0x60ff: 'target velocity',
};

/** `0x6040, control word`. */
export function objectName(index: number): string {
  const name = names[index] ?? rangeName(index);
  const number = `0x${index.toString(16).padStart(4, '0')}`;
  return name === undefined ? number : `${number}, ${name}`;
}

function rangeName(index: number): string | undefined {
  if (index >= 0x1400 && index < 0x1600) return 'receive PDO parameters';
  if (index >= 0x1600 && index < 0x1800) return 'receive PDO mapping';
  if (index >= 0x1800 && index < 0x1a00) return 'transmit PDO parameters';
  if (index >= 0x1a00 && index < 0x1c00) return 'transmit PDO mapping';
  return undefined;
}

export function isProgram(index: number): boolean {
  return index === PROGRAM || index === PROGRAM_CONTROL;
}

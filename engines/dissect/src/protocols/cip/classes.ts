/**
 * Classes by number: CIP Volume 1, table 5-1.1. From 0x64 on they are the vendor's own: here those of Logix
 * controllers that their vendor names (Logix 5000 Controllers Data Access, 1756-PM020) or their use gives away.
 */
export const classNames: Readonly<Record<number, string>> = {
  0x01: 'Identity',
  0x02: 'Message Router',
  0x03: 'DeviceNet',
  0x04: 'Assembly',
  0x05: 'Connection',
  0x06: 'Connection Manager',
  0x07: 'Register',
  0x08: 'Discrete Input Point',
  0x09: 'Discrete Output Point',
  0x0a: 'Analog Input Point',
  0x0b: 'Analog Output Point',
  0x0e: 'Presence Sensing',
  0x0f: 'Parameter',
  0x10: 'Parameter Group',
  0x12: 'Group',
  0x1d: 'Discrete Input Group',
  0x1e: 'Discrete Output Group',
  0x1f: 'Discrete Group',
  0x20: 'Analog Input Group',
  0x21: 'Analog Output Group',
  0x22: 'Analog Group',
  0x23: 'Position Sensor',
  0x24: 'Position Controller Supervisor',
  0x25: 'Position Controller',
  0x26: 'Block Sequencer',
  0x27: 'Command Block',
  0x28: 'Motor Data',
  0x29: 'Control Supervisor',
  0x2a: 'AC/DC Drive',
  0x2b: 'Acknowledge Handler',
  0x2c: 'Overload',
  0x2d: 'Softstart',
  0x2e: 'Selection',
  0x30: 'S-Device Supervisor',
  0x31: 'S-Analog Sensor',
  0x32: 'S-Analog Actuator',
  0x33: 'S-Single Stage Controller',
  0x34: 'S-Gas Calibration',
  0x35: 'Trip Point',
  0x37: 'File',
  0x38: 'S-Partial Pressure',
  0x39: 'Safety Supervisor',
  0x3a: 'Safety Validator',
  0x3b: 'Safety Discrete Output Point',
  0x3c: 'Safety Discrete Output Group',
  0x3d: 'Safety Discrete Input Point',
  0x3e: 'Safety Discrete Input Group',
  0x3f: 'Safety Dual Channel Output',
  0x40: 'S-Sensor Calibration',
  0x41: 'Event Log',
  0x42: 'Motion Device Axis',
  0x43: 'Time Sync',
  0x44: 'Modbus',
  0x45: 'Originator Connection List',
  0x46: 'Modbus Serial Link',
  0x47: 'Device Level Ring',
  0x48: 'QoS',
  0x49: 'Safety Analog Input Point',
  0x4a: 'Safety Analog Input Group',
  0x4b: 'Safety Dual Channel Analog Input',
  0x4c: 'SERCOS III Link',
  0x4d: 'Target Connection List',
  0x4e: 'Base Energy',
  0x4f: 'Electrical Energy',
  0x50: 'Non-Electrical Energy',
  0x51: 'Base Switch',
  0x52: 'SNMP',
  0x53: 'Power Management',
  0x54: 'RSTP Bridge',
  0x55: 'RSTP Port',
  0x56: 'PRP/HSR Protocol',
  0x57: 'PRP/HSR Nodes Table',
  0x58: 'Safety Feedback',
  0x59: 'Safety Dual Channel Feedback',
  0x5a: 'Safety Stop Functions',
  0x5b: 'Safety Limit Functions',
  0x5c: 'Power Curtailment',
  0x5d: 'CIP Security',
  0x5e: 'EtherNet/IP Security',
  0x5f: 'Certificate Management',
  0x64: 'Program Name',
  0x67: 'PCCC',
  0x68: 'Program',
  0x6b: 'Symbol',
  0x6c: 'Template',
  0x6d: 'Routine',
  0x70: 'Task',
  0x8b: 'Wall Clock Time',
  0x8e: 'Controller',
  0xa1: 'Nonvolatile Storage (firmware)',
  0xa6: 'DH+ Channel',
  0xac: 'Program Change',
  0xf0: 'ControlNet',
  0xf1: 'ControlNet Keeper',
  0xf2: 'ControlNet Scheduling',
  0xf3: 'Connection Configuration',
  0xf4: 'Port',
  0xf5: 'TCP/IP Interface',
  0xf6: 'Ethernet Link',
  0xf7: 'CompoNet Link',
  0xf8: 'CompoNet Repeater',
};

export const IDENTITY = 0x01;
export const MESSAGE_ROUTER = 0x02;
export const CONNECTION_MANAGER = 0x06;
export const FILE = 0x37;
export const SAFETY_SUPERVISOR = 0x39;
export const SAFETY_VALIDATOR = 0x3a;
export const MODBUS = 0x44;
export const PROGRAM_NAME = 0x64;
export const PCCC = 0x67;
export const PROGRAM = 0x68;
export const MAP = 0x69;
export const DATA_TABLE = 0x6a;
export const SYMBOL = 0x6b;
export const TEMPLATE = 0x6c;
export const ROUTINE = 0x6d;
export const TASK = 0x70;
export const MEMORY = 0x72;
export const IO_CONNECTION = 0x7e;
export const WALL_CLOCK = 0x8b;
export const CONTROLLER = 0x8e;
export const FIRMWARE = 0xa1;
/** Over a connection to it PCCC reaches stations of a DH+ network. */
export const DH_PLUS = 0xa6;
export const PROGRAM_CHANGE = 0xac;
export const DATA_COLLECTION = 0xb2;
export const CONNECTION_CONFIGURATION = 0xf3;
export const TCP_IP = 0xf5;
export const ETHERNET_LINK = 0xf6;

/** `Assembly (0x04)`; `class 0x370` when nobody named it. */
export function className(classId: number): string {
  const name = classNames[classId];
  const code = `0x${classId.toString(16).padStart(2, '0')}`;
  return name ? `${name} (${code})` : `class ${code}`;
}

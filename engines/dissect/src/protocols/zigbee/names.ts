import { hex4 } from './numbers.ts';

export const profileNames: Record<number, string> = {
  0x0000: 'device profile',
  0x0101: 'industrial plant monitoring',
  0x0104: 'home automation',
  0x0105: 'building automation',
  0x0107: 'telecom automation',
  0x0108: 'health care',
  0x0109: 'smart energy',
  0xa1e0: 'Green Power',
  0xc05e: 'light link',
};

/** Table 2-48 and following: requests; answers have bit 15 set. */
const deviceProfile: Record<number, string> = {
  0x0000: 'network address',
  0x0001: 'extended address',
  0x0002: 'node descriptor',
  0x0003: 'power descriptor',
  0x0004: 'simple descriptor',
  0x0005: 'active endpoints',
  0x0006: 'matching endpoints',
  0x0013: 'device announcement',
  0x0015: 'system server discovery',
  0x001f: 'parent announcement',
  0x0020: 'end device bind',
  0x0021: 'bind',
  0x0022: 'unbind',
  0x0031: 'neighbour table',
  0x0032: 'routing table',
  0x0033: 'binding table',
  0x0034: 'leave',
  0x0036: 'permit joining',
  0x0038: 'network update',
  0x0039: 'enhanced network update',
};

export function deviceProfileNames(cluster: number): string {
  const name = deviceProfile[cluster & 0x7fff] ?? hex4(cluster & 0x7fff);
  return cluster & 0x8000 ? `${name}, answer` : name;
}

/** Zigbee Cluster Library, tables of 3 to 15. */
const clusters: Record<number, string> = {
  0x0000: 'Basic',
  0x0001: 'Power configuration',
  0x0003: 'Identify',
  0x0004: 'Groups',
  0x0005: 'Scenes',
  0x0006: 'On/off',
  0x0007: 'On/off switch configuration',
  0x0008: 'Level control',
  0x0009: 'Alarms',
  0x000a: 'Time',
  0x000c: 'Analog input',
  0x000d: 'Analog output',
  0x000e: 'Analog value',
  0x000f: 'Binary input',
  0x0010: 'Binary output',
  0x0011: 'Binary value',
  0x0012: 'Multistate input',
  0x0013: 'Multistate output',
  0x0014: 'Multistate value',
  0x0019: 'Over-the-air upgrade',
  0x0020: 'Poll control',
  0x0101: 'Door lock',
  0x0102: 'Window covering',
  0x0200: 'Pump configuration and control',
  0x0201: 'Thermostat',
  0x0202: 'Fan control',
  0x0204: 'Thermostat user interface',
  0x0300: 'Colour control',
  0x0400: 'Illuminance measurement',
  0x0402: 'Temperature measurement',
  0x0403: 'Pressure measurement',
  0x0404: 'Flow measurement',
  0x0405: 'Relative humidity measurement',
  0x0406: 'Occupancy sensing',
  0x0500: 'IAS zone',
  0x0501: 'IAS ancillary control',
  0x0502: 'IAS warning',
  0x0700: 'Price',
  0x0701: 'Demand response and load control',
  0x0702: 'Metering',
  0x0703: 'Messaging',
  0x0800: 'Key establishment',
  0x0b04: 'Electrical measurement',
  0x1000: 'Light link commissioning',
};

export function clusterName(cluster: number): string {
  return clusters[cluster] ?? hex4(cluster);
}

/** Commands that a client sends, by cluster × 256 + command. */
const clusterCommands: Record<number, string> = {
  0x0003_00: 'identify',
  0x0004_00: 'add group',
  0x0004_03: 'remove group',
  0x0004_04: 'remove all groups',
  0x0005_05: 'recall scene',
  0x0006_00: 'off',
  0x0006_01: 'on',
  0x0006_02: 'toggle',
  0x0006_40: 'off with effect',
  0x0006_42: 'on for a time',
  0x0008_00: 'move to level',
  0x0008_01: 'move',
  0x0008_02: 'step',
  0x0008_03: 'stop',
  0x0008_04: 'move to level, with on/off',
  0x0008_05: 'move, with on/off',
  0x0008_06: 'step, with on/off',
  0x0101_00: 'lock door',
  0x0101_01: 'unlock door',
  0x0102_00: 'open',
  0x0102_01: 'close',
  0x0102_02: 'stop',
  0x0102_05: 'go to lift percentage',
  0x0201_00: 'raise or lower setpoint',
  0x0502_00: 'start warning',
  0x0502_01: 'squawk',
};

export function commandName(cluster: number, command: number): string {
  return clusterCommands[cluster * 256 + command] ?? `command ${command}`;
}

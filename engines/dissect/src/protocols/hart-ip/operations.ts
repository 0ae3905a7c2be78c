import { type OperationRow, operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
const kind = operationsOf('hart-ip');

const OF = 'of {tag}';
const PARAMETER = ['configure', '!', 'T0836', 'T0832'] as const;
const read: OperationRow = ['read', 'Read values', `read ${OF}: {values}`, 'read'];
const identify: OperationRow = ['identify', 'Read identity', `ask who {tag} is`, 'identify', 'T0888'];
const configuration: OperationRow = ['read-configuration', 'Read configuration', `{command} ${OF}`, 'read'];
const burst: OperationRow = ['configure-burst', 'Configure burst mode', `{command} ${OF}`, ...PARAMETER];

/** Universal Command Specification (HCF_SPEC-127) and Common Practice Command Specification (HCF_SPEC-151), by number. */
const rows: Readonly<Record<number, OperationRow>> = {
  0: identify,
  1: read,
  2: read,
  3: read,
  6: [
    'write-polling-address',
    'Write polling address',
    `set the polling address ${OF} to {address}`,
    ...PARAMETER,
  ],
  7: configuration,
  8: configuration,
  9: read,
  11: identify,
  12: ['read-message', 'Read message', `read the message ${OF}: {message}`, 'read'],
  13: identify,
  14: configuration,
  15: configuration,
  16: identify,
  17: ['write-message', 'Write message', `write the message ${OF}: {message}`, 'configure', '!', 'T0836'],
  18: ['write-tag', 'Write tag', `write tag {name} to {tag}`, ...PARAMETER],
  19: [
    'write-assembly-number',
    'Write final assembly number',
    `write final assembly number {value} to {tag}`,
    'configure',
    '!',
    'T0836',
  ],
  20: identify,
  21: identify,
  22: ['write-tag', 'Write tag', `write tag {name} to {tag}`, ...PARAMETER],
  33: read,
  34: ['write-damping', 'Write damping', `set the damping ${OF} to {value} s`, ...PARAMETER],
  35: ['write-range', 'Write range', `set the range ${OF} to {values}`, ...PARAMETER],
  36: [
    'set-upper-range',
    'Set upper range value',
    `take the present value ${OF} for the upper end of its range`,
    ...PARAMETER,
  ],
  37: [
    'set-lower-range',
    'Set lower range value',
    `take the present value ${OF} for the lower end of its range`,
    ...PARAMETER,
  ],
  38: [
    'reset-changed-flag',
    'Reset configuration changed flag',
    `reset the flag ${OF} that its configuration changed`,
    'configure',
    '!',
    'T0872',
  ],
  40: [
    'fix-current',
    'Fixed current mode',
    `fix the loop current ${OF} at {value} mA`,
    'control',
    '!',
    'T0831',
    'T0836',
  ],
  41: ['self-test', 'Self-test', `start a self-test ${OF}`, 'control', '!', 'T0814'],
  42: ['reset-device', 'Reset device', `reset {tag}`, 'control', '!', 'T0816'],
  43: ['set-zero', 'Set zero', `take the present value ${OF} for zero`, 'configure', '!', 'T0831', 'T0836'],
  44: ['write-units', 'Write units', `set the unit ${OF} to {unit}`, ...PARAMETER],
  45: [
    'trim-zero',
    'Trim loop current zero',
    `trim the zero of the loop current ${OF}: {value} mA`,
    'configure',
    '!',
    'T0831',
    'T0836',
  ],
  46: [
    'trim-gain',
    'Trim loop current gain',
    `trim the gain of the loop current ${OF}: {value} mA`,
    'configure',
    '!',
    'T0831',
    'T0836',
  ],
  47: [
    'write-transfer-function',
    'Write transfer function',
    `set the transfer function ${OF} to {value}`,
    ...PARAMETER,
  ],
  48: ['read-status', 'Read additional status', `read the status ${OF}`, 'read', 'T0868'],
  50: configuration,
  51: ['write-configuration', 'Write configuration', `{command} ${OF}`, ...PARAMETER],
  52: ['set-zero', 'Set zero', `take the present value ${OF} for zero`, 'configure', '!', 'T0831', 'T0836'],
  53: ['write-units', 'Write units', `set the unit ${OF} to {unit}`, ...PARAMETER],
  54: configuration,
  55: ['write-damping', 'Write damping', `set the damping ${OF} to {value} s`, ...PARAMETER],
  59: ['write-configuration', 'Write configuration', `{command} ${OF}`, ...PARAMETER],
  71: ['lock', 'Lock device', `lock or unlock {tag}`, 'configure', '!', 'T0814'],
  72: ['squawk', 'Squawk', `let {tag} make itself noticed`, 'other'],
  73: ['find', 'Find device', `find the device that was made ready to be found`, 'identify', 'T0846'],
  74: identify,
  75: identify,
  76: configuration,
  77: ['send-to-subdevice', 'Send command to sub-device', `send a command through {tag}`, 'other'],
  79: [
    'write-variable',
    'Write device variable',
    `fix {items} ${OF} at {value}`,
    'control',
    '!',
    'T0831',
    'T0836',
  ],
  84: identify,
  89: ['set-clock', 'Set clock', `set the clock ${OF}`, 'configure', '!', 'T0836'],
  90: configuration,
  95: configuration,
  103: burst,
  104: burst,
  105: configuration,
  106: ['flush', 'Flush delayed responses', `flush delayed responses ${OF}`, 'other'],
  107: burst,
  108: burst,
  109: burst,
};

/** For those that share an operation, and for the field tree. */
export const commandNames: Readonly<Record<number, string>> = {
  ...Object.fromEntries(Object.entries(rows).map(([code, [, title]]) => [code, title.toLowerCase()])),
  0: 'read unique identifier',
  1: 'read primary variable',
  2: 'read loop current and percent of range',
  3: 'read dynamic variables',
  7: 'read loop configuration',
  8: 'read classifications of dynamic variables',
  9: 'read device variables with status',
  11: 'read unique identifier by tag',
  13: 'read tag, descriptor, date',
  14: 'read information of the primary transducer',
  15: 'read device information',
  16: 'read final assembly number',
  20: 'read long tag',
  21: 'read unique identifier by long tag',
  22: 'write long tag',
  33: 'read device variables',
  50: 'read assignments of dynamic variables',
  51: 'write assignments of dynamic variables',
  54: 'read information of a device variable',
  59: 'write number of response preambles',
  74: 'read capabilities of the I/O system',
  75: 'poll sub-device',
  76: 'read lock state',
  84: 'read identity of a sub-device',
  90: 'read clock',
  95: 'read communication statistics',
  103: 'write burst period',
  104: 'write burst trigger',
  105: 'read burst configuration',
  107: 'write burst variables',
  108: 'write burst command',
  109: 'burst mode on or off',
};

const made = new Map<string, OperationKind>();
function once(row: OperationRow): OperationKind {
  const one = made.get(row[0]) ?? kind(...row);
  made.set(row[0], one);
  return one;
}

export const operations: Readonly<Record<number, OperationKind>> = Object.fromEntries(
  Object.entries(rows).map(([code, row]) => [code, once(row)]),
);

export const unknownCommand = kind('unknown-command', 'Other command', `command {command} to {tag}`, 'other');

/** HCF_SPEC-085, 10: what is said beside commands. */
export const openSession = kind('open-session', 'Open a session', 'open a session', 'other');
export const readAudit = kind(
  'read-audit-log',
  'Read the audit log',
  'read the audit log: who was connected',
  'read',
  'T0888',
);
export const published = kind('published', 'Values published', `{tag} publishes {values}`, 'other');

import type { OperationKind } from '../../dissector.ts';

/**
 * UMAS has no public standard. Codes as several independent implementations name them, checked against a capture of
 * Unity Pro. Names are from the side of the controller: what UMAS calls upload (0x30–0x32) writes the controller,
 * what it calls download (0x33–0x35) reads the program out of it.
 */
export const umasOperations: Readonly<Record<number, OperationKind>> = {
  0x01: kind('initialise', 'Initialise communication', 'other'),
  0x02: kind('read-id', 'Read PLC identification', 'identify', ['T0888']),
  0x03: kind('read-project', 'Read project information', 'identify', ['T0888']),
  0x04: kind('read-plc-status', 'Read PLC information', 'identify', ['T0888', 'T0868']),
  0x06: kind('read-card', 'Read memory card information', 'identify', ['T0888']),
  0x0a: kind('repeat', 'Repeat (echo)', 'other'),
  0x10: danger(
    'take-reservation',
    'Take PLC reservation',
    'control',
    ['T0855', 'T0827'],
    ' as {workstation}',
  ),
  0x11: danger('release-reservation', 'Release PLC reservation', 'control', ['T0855', 'T0827']),
  0x12: kind('keep-alive', 'Keep reservation alive', 'other'),
  0x20: kind(
    'read-memory',
    'Read memory block',
    'read',
    ['T0888', 'T0877', 'T0801'],
    `${range()} (got {data})`,
  ),
  0x21: danger('write-memory', 'Write memory block', 'write', ['T0836', 'T0835'], `${range()}: {data}`),
  0x22: kind('read-variables', 'Read variables', 'read', ['T0801', 'T0877'], ' {items} (got {values})'),
  0x23: danger(
    'write-variables',
    'Write variables',
    'write',
    ['T0836', 'T0835'],
    ' {items} := {values} (was {before})',
  ),
  0x24: kind(
    'read-registers',
    'Read coils and registers',
    'read',
    ['T0801', 'T0877'],
    ': {length} bytes of {kind} at {offset} (got {data})',
  ),
  0x25: danger('write-registers', 'Write coils and registers', 'write', ['T0836', 'T0835']),
  0x26: kind('read-dictionary', 'Read dictionary', 'read', ['T0861'], ' of block {block} from {offset}'),
  0x30: danger('begin-download', 'Begin program download', 'program', ['T0843', 'T0889']),
  0x31: danger('download-block', 'Download program block', 'program', ['T0843', 'T0889'], ' {block}'),
  0x32: danger('end-download', 'End program download', 'program', ['T0843', 'T0889']),
  0x33: danger('begin-upload', 'Begin program upload', 'program', ['T0845']),
  0x34: danger('upload-block', 'Upload program block', 'program', ['T0845'], ' {block}'),
  0x35: danger('end-upload', 'End program upload', 'program', ['T0845']),
  0x39: kind('read-ethernet', 'Read Ethernet module data', 'identify', ['T0888']),
  0x40: danger('start', 'Start PLC', 'control', ['T0858']),
  0x41: danger('stop', 'Stop PLC', 'control', ['T0858']),
  0x50: kind('monitor', 'Monitor PLC', 'read', ['T0801', 'T0877']),
  0x58: kind('check', 'Check PLC', 'read'),
  0x70: kind('read-io', 'Read I/O object', 'read', ['T0877']),
  0x71: danger('write-io', 'Write I/O object', 'write', ['T0836', 'T0835']),
  0x73: kind('read-module-status', 'Read module status', 'read', ['T0888']),
};

export const unknownUmas: OperationKind = {
  ...kind('unknown-function', 'Unknown UMAS function', 'other', [], ' {function}'),
};

function kind(
  name: string,
  title: string,
  access: OperationKind['access'],
  techniques: string[] = [],
  more = '',
): OperationKind {
  return {
    code: `umas.${name}`,
    title,
    text: `${title.replace(/^[A-Z](?=[a-z])/, (c) => c.toLowerCase())}${more}`,
    access,
    techniques,
  };
}

function danger(...about: Parameters<typeof kind>): OperationKind {
  return { ...kind(...about), dangerous: true };
}

function range(): string {
  return ': {length} bytes at {offset} of block {block}';
}

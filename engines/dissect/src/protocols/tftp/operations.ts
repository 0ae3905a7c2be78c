import type { OperationKind } from '../../dissector.ts';

/** RFC 1350, 5. Techniques: ATT&CK for ICS 18.1. */
export const READ_FILE: OperationKind = {
  code: 'tftp.read-file',
  title: 'Read file',
  text: 'fetch the file {file}',
  access: 'read',
  techniques: ['T0893'],
};

export const WRITE_FILE: OperationKind = {
  code: 'tftp.write-file',
  title: 'Write file',
  text: 'send the file {file}',
  access: 'write',
  dangerous: true,
  techniques: ['T0867', 'T0857'],
};

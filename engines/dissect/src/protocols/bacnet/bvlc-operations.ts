import type { OperationKind } from '../../dissector.ts';

/** ANSI/ASHRAE 135-2020, J.2, by function. Techniques: ATT&CK for ICS 18.1. */
export const bvlcOperations: Readonly<Record<number, OperationKind>> = {
  0x01: {
    code: 'bvlc.write-broadcast-table',
    title: 'Write broadcast distribution table',
    text: 'have broadcasts of other networks go to {entries} and nobody else',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836', 'T0804'],
  },
  0x02: {
    code: 'bvlc.read-broadcast-table',
    title: 'Read broadcast distribution table',
    text: 'ask where broadcasts go (to {entries})',
    access: 'identify',
    techniques: ['T0840'],
  },
  0x05: {
    code: 'bvlc.register-foreign-device',
    title: 'Register foreign device',
    text: 'be sent the broadcasts of a network for {seconds} s',
    access: 'configure',
    techniques: ['T0846'],
  },
  0x06: {
    code: 'bvlc.read-foreign-devices',
    title: 'Read foreign device table',
    text: 'ask which foreign devices are sent broadcasts (these: {entries})',
    access: 'identify',
    techniques: ['T0840'],
  },
  0x08: {
    code: 'bvlc.delete-foreign-device',
    title: 'Delete foreign device',
    text: 'have no more broadcasts sent to {entries}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0804'],
  },
};

import type { OperationKind } from '../../dissector.ts';
import { DATA_OFF, DATA_ON, EXTENDED } from './frame.ts';

const STREAM = 'stream {stream}';

/** IEEE C37.118.2-2011, 6.6, by command. Techniques: ATT&CK for ICS 18.1. */
export const operations: Readonly<Record<number, OperationKind>> = {
  [DATA_OFF]: {
    code: 'c37118.data-off',
    title: 'Data off',
    text: `stop the data of ${STREAM}`,
    access: 'control',
    dangerous: true,
    techniques: ['T0815', 'T0804'],
  },
  [DATA_ON]: {
    code: 'c37118.data-on',
    title: 'Data on',
    text: `start the data of ${STREAM}`,
    access: 'control',
  },
  3: {
    code: 'c37118.send-header',
    title: 'Send header',
    text: `ask for the header of ${STREAM}`,
    access: 'identify',
  },
  4: {
    code: 'c37118.send-configuration-1',
    title: 'Send configuration 1',
    text: `ask what ${STREAM} can measure`,
    access: 'identify',
  },
  5: {
    code: 'c37118.send-configuration-2',
    title: 'Send configuration 2',
    text: `ask what ${STREAM} measures`,
    access: 'identify',
  },
  6: {
    code: 'c37118.send-configuration-3',
    title: 'Send configuration 3',
    text: `ask what ${STREAM} measures, in full`,
    access: 'identify',
  },
  [EXTENDED]: {
    code: 'c37118.extended',
    title: 'Extended command',
    text: `send ${STREAM} a command of its maker's`,
    access: 'other',
  },
};

export const unknownCommand: OperationKind = {
  code: 'c37118.unknown-command',
  title: 'Unknown command',
  text: `command {command} to ${STREAM}`,
  access: 'other',
};

export const measurements: OperationKind = {
  code: 'c37118.measurements',
  title: 'Measurements received',
  text: `measurements of ${STREAM} ({frequencies} Hz)`,
  access: 'read',
};

import type { OperationKind } from '../../dissector.ts';

const AT = 'outstation {outstation}';

/** IEEE 1815-2012, 4.4, by function code. Techniques: ATT&CK for ICS 18.1. */
export const operations: Readonly<Record<number, OperationKind>> = {
  1: {
    code: 'dnp3.read',
    title: 'Read',
    text: `read {objects} of ${AT}`,
    access: 'read',
    techniques: ['T0801'],
  },
  2: {
    code: 'dnp3.write',
    title: 'Write',
    text: `write {objects} ({values}) at ${AT}`,
    access: 'write',
    dangerous: true,
    techniques: ['T0836'],
  },
  3: {
    code: 'dnp3.select',
    title: 'Select',
    text: `select {commands} (was {before}) at ${AT}`,
    access: 'control',
    dangerous: true,
    techniques: ['T0855'],
  },
  4: {
    code: 'dnp3.operate',
    title: 'Operate',
    text: `operate {commands} (was {before}) at ${AT} (selected {selectedBefore} ms before)`,
    access: 'control',
    dangerous: true,
    techniques: ['T0855'],
  },
  5: {
    code: 'dnp3.direct-operate',
    title: 'Direct operate',
    text: `operate {commands} (was {before}) at ${AT}, without selecting it first`,
    access: 'control',
    dangerous: true,
    techniques: ['T0855'],
  },
  6: {
    code: 'dnp3.direct-operate-no-reply',
    title: 'Direct operate, no reply',
    text: `operate {commands} (was {before}) at ${AT}, without selecting it first or waiting for a reply`,
    access: 'control',
    dangerous: true,
    techniques: ['T0855'],
  },
  7: { code: 'dnp3.freeze', title: 'Freeze counters', text: `freeze {objects} of ${AT}`, access: 'control' },
  8: {
    code: 'dnp3.freeze-no-reply',
    title: 'Freeze counters, no reply',
    text: `freeze {objects} of ${AT}, no reply wanted`,
    access: 'control',
  },
  9: {
    code: 'dnp3.freeze-and-clear',
    title: 'Freeze and clear counters',
    text: `freeze and clear {objects} of ${AT}`,
    access: 'control',
    dangerous: true,
    techniques: ['T0836'],
  },
  10: {
    code: 'dnp3.freeze-and-clear-no-reply',
    title: 'Freeze and clear counters, no reply',
    text: `freeze and clear {objects} of ${AT}, no reply wanted`,
    access: 'control',
    dangerous: true,
    techniques: ['T0836'],
  },
  11: {
    code: 'dnp3.freeze-at-time',
    title: 'Freeze counters at a time',
    text: `freeze {objects} of ${AT} at a time`,
    access: 'control',
  },
  12: {
    code: 'dnp3.freeze-at-time-no-reply',
    title: 'Freeze counters at a time, no reply',
    text: `freeze {objects} of ${AT} at a time, no reply wanted`,
    access: 'control',
  },
  13: {
    code: 'dnp3.cold-restart',
    title: 'Cold restart',
    text: `restart ${AT}, cold (back after {delay})`,
    access: 'control',
    dangerous: true,
    techniques: ['T0816'],
  },
  14: {
    code: 'dnp3.warm-restart',
    title: 'Warm restart',
    text: `restart ${AT}, warm (back after {delay})`,
    access: 'control',
    dangerous: true,
    techniques: ['T0816'],
  },
  15: {
    code: 'dnp3.initialize-data',
    title: 'Initialize data',
    text: `initialize {objects} of ${AT}`,
    access: 'control',
    dangerous: true,
    techniques: ['T0836'],
  },
  16: {
    code: 'dnp3.initialize-application',
    title: 'Initialize application',
    text: `initialize applications of ${AT} ({values})`,
    access: 'control',
    dangerous: true,
    techniques: ['T0858', 'T0881'],
  },
  17: {
    code: 'dnp3.start-application',
    title: 'Start application',
    text: `start applications of ${AT} ({values})`,
    access: 'control',
    dangerous: true,
    techniques: ['T0858', 'T0881'],
  },
  18: {
    code: 'dnp3.stop-application',
    title: 'Stop application',
    text: `stop applications of ${AT} ({values})`,
    access: 'control',
    dangerous: true,
    techniques: ['T0858', 'T0881'],
  },
  19: {
    code: 'dnp3.save-configuration',
    title: 'Save configuration',
    text: `save the configuration of ${AT}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0836', 'T0889'],
  },
  20: {
    code: 'dnp3.enable-unsolicited',
    title: 'Enable unsolicited responses',
    text: `let ${AT} report {objects} of its own accord`,
    access: 'configure',
  },
  21: {
    code: 'dnp3.disable-unsolicited',
    title: 'Disable unsolicited responses',
    text: `forbid ${AT} to report {objects} of its own accord`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0804', 'T0878'],
  },
  22: {
    code: 'dnp3.assign-class',
    title: 'Assign classes',
    text: `assign classes to points of ${AT}: {objects}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0836', 'T0878'],
  },
  23: {
    code: 'dnp3.measure-delay',
    title: 'Measure delay',
    text: `measure the delay to ${AT} ({delay})`,
    access: 'other',
  },
  24: {
    code: 'dnp3.record-time',
    title: 'Record current time',
    text: `let ${AT} note the time for setting its clock`,
    access: 'configure',
  },
  25: {
    code: 'dnp3.open-file',
    title: 'Open file',
    text: `open {file} of ${AT} ({mode})`,
    access: 'read',
    dangerous: true,
    techniques: ['T0893'],
  },
  26: {
    code: 'dnp3.close-file',
    title: 'Close file',
    text: `close file {handle} of ${AT} ({file})`,
    access: 'other',
  },
  27: {
    code: 'dnp3.delete-file',
    title: 'Delete file',
    text: `delete {file} of ${AT}`,
    access: 'write',
    dangerous: true,
    techniques: ['T0809'],
  },
  28: {
    code: 'dnp3.file-information',
    title: 'Ask about a file',
    text: `ask about {file} of ${AT}`,
    access: 'read',
    techniques: ['T0893'],
  },
  29: {
    code: 'dnp3.authenticate-file',
    title: 'Sign in for files',
    text: `sign in for files of ${AT} as {user}, with a password in clear`,
    access: 'authenticate',
    dangerous: true,
    techniques: ['T0867', 'T0893'],
  },
  30: {
    code: 'dnp3.abort-file',
    title: 'Abort file transfer',
    text: `abort the transfer of file {handle} of ${AT} ({file})`,
    access: 'control',
    dangerous: true,
    techniques: ['T0867'],
  },
  31: {
    code: 'dnp3.activate-configuration',
    title: 'Activate configuration',
    text: `activate configuration {file} of ${AT}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0836', 'T0889'],
  },
  32: {
    code: 'dnp3.authentication',
    title: 'Authentication',
    text: `authentication with ${AT}: {authentication} (answer: {answer})`,
    access: 'authenticate',
  },
  33: {
    code: 'dnp3.authentication-no-reply',
    title: 'Authentication, no reply',
    text: `authentication with ${AT}: {authentication}, no reply wanted`,
    access: 'authenticate',
  },
};

/** What is written decides what it does, by object group. */
export const writes: Readonly<Record<number, OperationKind>> = {
  34: {
    code: 'dnp3.write-deadband',
    title: 'Write deadbands',
    text: `set deadbands {values} of ${AT}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
  50: {
    code: 'dnp3.write-time',
    title: 'Set the clock',
    text: `set the clock of ${AT} to {time}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
  70: {
    code: 'dnp3.write-file',
    title: 'Write file',
    text: `write block {block} of file {handle} of ${AT}, {octets} bytes ({file})`,
    access: 'program',
    dangerous: true,
    techniques: ['T0867', 'T0836'],
  },
  80: {
    code: 'dnp3.write-indications',
    title: 'Clear internal indications',
    text: `write internal indications {values} of ${AT}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
};

export const readFile: OperationKind = {
  code: 'dnp3.read-file',
  title: 'Read file',
  text: `read block {block} of file {handle} of ${AT} ({octets} bytes) ({file})`,
  access: 'read',
  techniques: ['T0893'],
};

export const openForWriting: OperationKind = {
  code: 'dnp3.open-file-for-writing',
  title: 'Open file for writing',
  text: `open {file} of ${AT} ({mode})`,
  access: 'write',
  dangerous: true,
  techniques: ['T0867'],
};

export const broadcastOperate: OperationKind = {
  code: 'dnp3.broadcast-operate',
  title: 'Operate at all outstations',
  text: 'operate {commands} at all outstations at once (broadcast {outstation})',
  access: 'control',
  dangerous: true,
  techniques: ['T0855', 'T0806'],
};

export const unknownFunction: OperationKind = {
  code: 'dnp3.unknown-function',
  title: 'Unknown function',
  text: `function {function} at ${AT}`,
  access: 'other',
};

/** From the outstation to the master. */
export const unsolicited: OperationKind = {
  code: 'dnp3.unsolicited',
  title: 'Unsolicited response',
  text: `${AT} reports of its own accord to master {master} ({values})`,
  access: 'other',
};

export const unsolicitedUnexpected: OperationKind = {
  code: 'dnp3.unsolicited-unexpected',
  title: 'Unsolicited response from or to a stranger',
  text: `${AT} reports of its own accord to master {master} ({values}); on this connection neither asked the other before, though others did`,
  access: 'other',
  dangerous: true,
  techniques: ['T0856'],
};

export const LINK_RESET: OperationKind = {
  code: 'dnp3.reset-link',
  title: 'Reset link states',
  text: 'reset the link from {source} to {destination}',
  access: 'other',
};

export const LINK_STATUS: OperationKind = {
  code: 'dnp3.link-status',
  title: 'Request link status',
  text: 'ask whether {destination} is there',
  access: 'other',
};

export const addressSweep: OperationKind = {
  code: 'dnp3.address-sweep',
  title: 'Trying out addresses',
  text: 'look for outstations; no answer from {tried}',
  access: 'identify',
  dangerous: true,
  techniques: ['T0846', 'T0888'],
};

export const functionSweep: OperationKind = {
  code: 'dnp3.function-sweep',
  title: 'Trying out functions',
  text: 'try out functions, of which the outstation does not have {tried}',
  access: 'identify',
  dangerous: true,
  techniques: ['T0846', 'T0888'],
};

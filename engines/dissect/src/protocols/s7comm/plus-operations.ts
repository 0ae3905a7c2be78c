import type { OperationKind } from '../../dissector.ts';

export const createObject: OperationKind = {
  code: 's7comm-plus.create-object',
  title: 'Create an object',
  text: 'create {object}',
  access: 'other',
};

/** An object of a class that programs are made of. */
export const downloadBlock: OperationKind = {
  code: 's7comm-plus.download-block',
  title: 'Download a block',
  text: 'download {blocks}',
  access: 'program',
  dangerous: true,
  techniques: ['T0843', 'T0889'],
};

/** Only data blocks are known by their numbers. */
export const deleteBlock: OperationKind = {
  code: 's7comm-plus.delete-block',
  title: 'Delete a block',
  text: 'delete {blocks}',
  access: 'program',
  dangerous: true,
  techniques: ['T0889', 'T0809'],
};

export const openSession: OperationKind = {
  code: 's7comm-plus.open-session',
  title: 'Open a session',
  text: 'open a session as {software}',
  access: 'other',
};

export const subscribe: OperationKind = {
  code: 's7comm-plus.subscribe',
  title: 'Subscribe',
  text: 'subscribe to changes: {name}',
  access: 'read',
  techniques: ['T0801'],
};

export const setOperatingState: OperationKind = {
  code: 's7comm-plus.set-operating-state',
  title: 'Request an operating state',
  text: 'request operating state {state}',
  access: 'control',
  dangerous: true,
  techniques: ['T0858'],
};

export const logIn: OperationKind = {
  code: 's7comm-plus.log-in',
  title: 'Answer the challenge of a session',
  text: 'prove to know the password',
  access: 'authenticate',
  techniques: ['T0859'],
};

/** By function code, of requests. */
export const plusOperations: Readonly<Record<number, OperationKind>> = {
  0x04bb: {
    code: 's7comm-plus.explore',
    title: 'Explore objects',
    text: 'explore {object}',
    access: 'read',
    techniques: ['T0861'],
  },
  0x04ca: createObject,
  0x04d4: {
    code: 's7comm-plus.delete-object',
    title: 'Delete an object',
    text: 'delete {object}',
    access: 'other',
  },
  0x04f2: {
    code: 's7comm-plus.set-variable',
    title: 'Set a variable',
    text: 'set {items} := {values}',
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  0x0542: {
    code: 's7comm-plus.set-variables',
    title: 'Set several variables',
    text: 'set {items} := {values}',
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  0x054c: {
    code: 's7comm-plus.get-variables',
    title: 'Get several variables',
    text: 'read {items}: {values}',
    access: 'read',
  },
  0x056b: {
    code: 's7comm-plus.invoke',
    title: 'Invoke a function',
    access: 'control',
    dangerous: true,
    techniques: ['T0871'],
  },
  0x0586: {
    code: 's7comm-plus.get-streamed',
    title: 'Get variables, streamed',
    text: 'read {items}, streamed: {values}',
    access: 'read',
    techniques: ['T0845'],
  },
};

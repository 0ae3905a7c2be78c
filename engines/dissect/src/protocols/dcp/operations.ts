import type { OperationKind } from '../../dissector.ts';

export const operations = {
  identifyAll: {
    code: 'dcp.identify-all',
    title: 'Ask all stations who they are',
    access: 'identify',
    techniques: ['T0846'],
  },
  identify: {
    code: 'dcp.identify',
    title: 'Look for a station',
    text: 'look for a station ({station})',
    access: 'identify',
  },
  get: {
    code: 'dcp.get',
    title: 'Get parameters of a station',
    text: 'get {options}',
    access: 'identify',
  },
  setAddress: {
    code: 'dcp.set-ip',
    title: 'Set the IP address',
    text: 'set the IP address to {address}, mask {mask}, gateway {gateway} (was {before})',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836', 'T0814'],
  },
  setName: {
    code: 'dcp.set-name',
    title: 'Set the name of the station',
    text: 'set the name to {station} (was {before})',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836', 'T0814'],
  },
  signal: {
    code: 'dcp.flash',
    title: 'Let the station flash',
    access: 'identify',
  },
  reset: {
    code: 'dcp.factory-reset',
    title: 'Reset to factory settings',
    text: 'reset to factory settings: {mode}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0816', 'T0809', 'T0814'],
  },
  set: {
    code: 'dcp.set',
    title: 'Set other parameters',
    text: 'set {options}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
} as const satisfies Record<string, OperationKind>;

export type OperationName = keyof typeof operations;

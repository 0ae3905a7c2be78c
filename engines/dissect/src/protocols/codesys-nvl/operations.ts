import type { OperationKind } from '../../dissector.ts';

export const publish: OperationKind = {
  code: 'codesys-nvl.publish',
  title: 'Publish network variables',
  text: 'publish {variables} variables of list {list} (value {value})',
  access: 'other',
};

export const ask: OperationKind = {
  code: 'codesys-nvl.ask',
  title: 'Ask for network variables',
  text: 'ask for {variables} variables of list {list} (variable {index})',
  access: 'read',
};

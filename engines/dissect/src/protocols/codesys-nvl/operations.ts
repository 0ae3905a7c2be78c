import type { OperationKind } from '../../dissector.ts';

export const publish: OperationKind = {
  code: 'codesys-nvl.publish',
  title: 'Publish network variables',
  text: 'publish {variables} variables of list {list}',
  access: 'other',
};

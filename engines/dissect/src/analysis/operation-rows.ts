import type { OperationKind } from '../dissector.ts';

/** A line of a table: what follows the access are techniques, and `!` where it is dangerous. */
export type OperationRow = readonly [
  name: string,
  title: string,
  text: string,
  access: OperationKind['access'],
  ...marks: string[],
];

/** For protocols whose operations are a long table: makes a kind of each of its lines. */
export function operationsOf(protocol: string): (...row: OperationRow) => OperationKind {
  return (name, title, text, access, ...marks) => {
    const techniques = marks.filter((mark) => mark !== '!');
    return {
      code: `${protocol}.${name}`,
      title,
      text,
      access,
      ...(marks.includes('!') && { dangerous: true }),
      ...(techniques.length > 0 && { techniques }),
    };
  };
}

import {
  choice,
  explicit,
  latin1,
  mapped,
  nothing,
  octets,
  recursive,
  sequence,
  sequenceOf,
  type Type,
  unsigned,
} from '../../bytes/asn1.ts';
import * as ber from '../../bytes/ber.ts';
import { hexOf } from './data.ts';
import { objectName } from './object-name.ts';
import { typeSpecification, typeSpecificationTags } from './types.ts';

export const address = choice({
  0x80: mapped(unsigned(), (number) => `#${number}`),
  0x81: latin1,
  0x82: mapped(octets, hexOf),
});
export const addressTags = [0x80, 0x81, 0x82];

// AlternateAccess: which part of a variable is meant.
const indexRange = mapped(
  sequence([0x80, 'lowIndex', unsigned()], [0x81, 'numberOfElements', unsigned()]),
  ({ lowIndex = 0, numberOfElements = 0 }) =>
    `[${lowIndex}..${lowIndex + Math.max(0, numberOfElements - 1)}]`,
);
const component = mapped(latin1, (name) => `$${name}`);
const index = mapped(unsigned(), (number) => `[${number}]`);
const allElements = mapped(nothing, () => '[]');

const selection: Readonly<Record<number, Type<string>>> = {
  0xa0: mapped(
    sequence(
      [
        [0x80, 0x81, 0xa2, 0x83],
        'accessSelection',
        choice({ 0x80: component, 0x81: index, 0xa2: indexRange, 0x83: allElements }),
      ],
      [ber.SEQUENCE, 'alternateAccess', recursive((): Type<string> => alternateAccess)],
    ),
    ({ accessSelection = '', alternateAccess: inner = '' }) => accessSelection + inner,
  ),
  0x81: component,
  0x82: index,
  0xa3: indexRange,
  0x84: allElements,
};
const selectionTags = Object.keys(selection).map(Number);

/** Which part of a variable: `$stVal`, `[3]`. Several parts are said one after the other. */
export const alternateAccess: Type<string> = mapped(
  sequenceOf(
    choice({
      ...selection,
      0xa5: mapped(
        sequence([0x80, 'componentName', latin1], [selectionTags, 'access', choice(selection)]),
        ({ access = '' }) => access,
      ),
    }),
    'selection',
  ),
  (parts) => parts.join(','),
);

export const scatteredAccess: Type<string> = mapped(
  sequenceOf(
    sequence(
      [0x80, 'componentName', latin1],
      [0xa1, 'variableSpecification', explicit(recursive((): Type<string> => variableSpecification))],
      [0xa2, 'alternateAccess', alternateAccess],
    ),
    'component',
  ),
  (parts) => `{${parts.map(({ variableSpecification: part = '' }) => part).join(', ')}}`,
);

export const variableSpecification: Type<string> = choice({
  0xa0: explicit(objectName),
  0xa1: explicit(address),
  0xa2: mapped(
    sequence(
      [addressTags, 'address', address],
      [typeSpecificationTags, 'typeSpecification', typeSpecification],
    ),
    ({ address: place = '' }) => place,
  ),
  0xa3: scatteredAccess,
  0x84: mapped(nothing, () => 'invalidated'),
});
export const variableSpecificationTags = [0xa0, 0xa1, 0xa2, 0xa3, 0x84];

/** Names of variables, each with the part that is meant. */
export const listOfVariable: Type<string[]> = sequenceOf(
  mapped(
    sequence(
      [variableSpecificationTags, 'variableSpecification', variableSpecification],
      [0xa5, 'alternateAccess', alternateAccess],
    ),
    ({ variableSpecification: name = '', alternateAccess: part = '' }) => name + part,
  ),
  'variable',
);

/** What is read, written or reported: variables one by one, or those of a list with a name. */
export interface Access {
  readonly variables?: readonly string[];
  readonly list?: string;
}

export const variableAccess: Type<Access> = choice({
  0xa0: mapped(listOfVariable, (variables): Access => ({ variables })),
  0xa1: mapped(explicit(objectName), (list): Access => ({ list })),
});
export const variableAccessTags = [0xa0, 0xa1];

import {
  choice,
  explicit,
  integer,
  latin1,
  mapped,
  nothing,
  recursive,
  sequence,
  sequenceOf,
  type Type,
  unsigned,
} from '../../bytes/asn1.ts';
import * as ber from '../../bytes/ber.ts';
import { objectName } from './object-name.ts';

/** What a variable is made of: names of components, or nothing more to tell. Arrays are told by their element. */
export interface Shape {
  /** As a person reads it: `integer 32`. */
  readonly title: string;
  readonly components?: ReadonlyMap<string, Shape>;
}

const leaf = (title: string) => (): Shape => ({ title });
const sized =
  (title: string) =>
  (size: number): Shape => ({ title: `${title} ${Math.abs(size)}` });

const nested = recursive((): Type<Shape> => typeSpecification);

const array = mapped(
  sequence(
    [0x80, 'packed', nothing],
    [0x81, 'numberOfElements', unsigned()],
    [0xa2, 'elementType', explicit(nested)],
  ),
  ({ numberOfElements = 0, elementType }): Shape => ({
    title: `array of ${numberOfElements} ${elementType?.title ?? ''}`,
  }),
);

const structure = mapped(
  sequence(
    [0x80, 'packed', nothing],
    [
      0xa1,
      'components',
      sequenceOf(
        sequence([0x80, 'componentName', latin1], [0xa1, 'componentType', explicit(nested)]),
        'component',
      ),
    ],
  ),
  ({ components = [] }): Shape => ({
    title: 'structure',
    components: new Map(
      components.map(({ componentName, componentType }, i) => [
        componentName ?? String(i),
        componentType ?? { title: '' },
      ]),
    ),
  }),
);

const typeName = mapped(explicit(objectName), (title): Shape => ({ title }));

const floatingPoint = mapped(
  sequence([ber.INTEGER, 'formatWidth', unsigned()], [ber.INTEGER, 'exponentWidth', unsigned()]),
  ({ formatWidth = 0 }): Shape => ({ title: `floating-point ${formatWidth}` }),
);

const types: Readonly<Record<number, Type<Shape>>> = {
  0xa0: typeName,
  0xa1: array,
  0xa2: structure,
  0x83: mapped(nothing, leaf('boolean')),
  0x84: mapped(integer(), sized('bit-string')),
  0x85: mapped(unsigned(), sized('integer')),
  0x86: mapped(unsigned(), sized('unsigned')),
  0xa7: floatingPoint,
  0xa8: mapped(nothing, leaf('real')),
  0x89: mapped(integer(), sized('octet-string')),
  0x8a: mapped(integer(), sized('visible-string')),
  0x8b: mapped(nothing, leaf('generalized-time')),
  0x8c: mapped(nothing, leaf('binary-time')),
  0x8d: mapped(unsigned(), sized('bcd')),
  0x8f: mapped(nothing, leaf('objId')),
  0x90: mapped(integer(), sized('mMSString')),
  0x91: mapped(nothing, leaf('utc-time')),
};

export const typeSpecification: Type<Shape> = choice(types);

export const typeSpecificationTags = Object.keys(types).map(Number);

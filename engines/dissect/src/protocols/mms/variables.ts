import {
  boolean,
  choice,
  explicit,
  integer,
  latin1,
  mapped,
  nothing,
  sequence,
  sequenceOf,
  type Type,
  unsigned,
  type ValueOf,
} from '../../bytes/asn1.ts';
import { type Data, data, dataTags } from './data.ts';
import { address, listOfVariable, scatteredAccess, variableAccess, variableAccessTags } from './names.ts';
import { objectName, objectNameTags } from './object-name.ts';
import { typeSpecification, typeSpecificationTags } from './types.ts';

/** Why a variable was not read or written: ISO 9506-2, 14.6. */
export const dataAccessErrors: Readonly<Record<number, string>> = {
  0: 'object invalidated',
  1: 'hardware fault',
  2: 'temporarily unavailable',
  3: 'object access denied',
  4: 'object undefined',
  5: 'invalid address',
  6: 'type unsupported',
  7: 'type inconsistent',
  8: 'object attribute inconsistent',
  9: 'object access unsupported',
  10: 'object non-existent',
  11: 'object value invalid',
};

export interface Failure {
  readonly failure: number;
}
export type Result = Data | Failure;

export function isFailure(result: Result): result is Failure {
  return typeof result === 'object' && 'failure' in result;
}

const failure: Type<Failure> = mapped(integer(dataAccessErrors), (code) => ({ failure: code }));
const accessResults = sequenceOf(
  choice({ 0x80: failure as Type<Result>, ...Object.fromEntries(dataTags.map((tag) => [tag, data])) }),
  'accessResult',
) as Type<Result[]>;

// ISO 9506-2, section 14.
export const readRequest = sequence(
  [0x80, 'specificationWithResult', boolean],
  [0xa1, 'variableAccessSpecification', explicit(variableAccess)],
);
export type ReadRequest = ValueOf<typeof readRequest>;

export const readResponse = sequence(
  [0xa0, 'variableAccessSpecification', explicit(variableAccess)],
  [0xa1, 'listOfAccessResult', accessResults],
);
export type ReadResponse = ValueOf<typeof readResponse>;

export const writeRequest = sequence(
  [variableAccessTags, 'variableAccessSpecification', variableAccess],
  [0xa0, 'listOfData', sequenceOf(data, 'data')],
);
export type WriteRequest = ValueOf<typeof writeRequest>;

/** One for each variable; undefined where it was written. */
export const writeResponse: Type<(Failure | undefined)[]> = sequenceOf(
  choice({
    0x80: failure as Type<Failure | undefined>,
    0x81: mapped(nothing, (): Failure | undefined => undefined),
  }),
  'result',
);

export const informationReport = sequence(
  [variableAccessTags, 'variableAccessSpecification', variableAccess],
  [0xa0, 'listOfAccessResult', accessResults],
);
export type InformationReport = ValueOf<typeof informationReport>;

export const attributesRequest = explicit(choice({ 0xa0: explicit(objectName), 0xa1: explicit(address) }));
export const attributesResponse = sequence(
  [0x80, 'mmsDeletable', boolean],
  [0xa1, 'address', explicit(address)],
  [0xa2, 'typeSpecification', explicit(typeSpecification)],
  // IEC 61850-8-1: the access control list, and what the variable is for.
  [0xa3, 'accessControlList', latin1],
  [0x84, 'meaning', latin1],
);
export type AttributesResponse = ValueOf<typeof attributesResponse>;

export const defineVariable = sequence(
  [0xa0, 'variableName', explicit(objectName)],
  [0xa1, 'address', explicit(address)],
  [0xa2, 'typeSpecification', explicit(typeSpecification)],
);
export const defineScattered = sequence(
  [0xa0, 'scatteredAccessName', explicit(objectName)],
  [0xa1, 'scatteredAccessDescription', scatteredAccess],
);
export const scatteredResponse = sequence(
  [0x80, 'mmsDeletable', boolean],
  [0xa1, 'scatteredAccessDescription', scatteredAccess],
);

export const defineList = sequence(
  [objectNameTags, 'variableListName', objectName],
  [0xa0, 'listOfVariable', listOfVariable],
);
export type DefineList = ValueOf<typeof defineList>;
export const listResponse = sequence(
  [0x80, 'mmsDeletable', boolean],
  [0xa1, 'listOfVariable', listOfVariable],
);
export type ListResponse = ValueOf<typeof listResponse>;

const scopes = { 0: 'specific', 1: 'aa-specific', 2: 'domain', 3: 'vmd' };
export const deleteByName = sequence(
  [0x80, 'scopeOfDelete', integer(scopes)],
  [0xa1, 'listOfName', sequenceOf(objectName, 'name')],
  [0x82, 'domainName', latin1],
);
export const deleted = sequence([0x80, 'numberMatched', unsigned()], [0x81, 'numberDeleted', unsigned()]);

export const defineType = sequence(
  [objectNameTags, 'typeName', objectName],
  [typeSpecificationTags, 'typeSpecification', typeSpecification],
);
export const typeResponse = sequence(
  [0x80, 'mmsDeletable', boolean],
  [typeSpecificationTags, 'typeSpecification', typeSpecification],
);

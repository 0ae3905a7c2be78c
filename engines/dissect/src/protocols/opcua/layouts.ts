import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type BuiltIn, builtIn, type Read, readArray } from './builtin.ts';
import { enumerations } from './enumerations.ts';
import { services } from './services.ts';
import { structures } from './structures.ts';

const layouts = { ...services, ...structures };

type Layouts = typeof layouts;
export type LayoutName = keyof Layouts;

/** What a structure becomes when it is read; its fields and their types are those of the tables. */
export type Structure<Name extends LayoutName> = {
  readonly [Field in keyof Layouts[Name]]: Layouts[Name][Field] extends string
    ? ValueOf<Layouts[Name][Field]>
    : never;
};

type ValueOf<Type extends string> = Type extends `${infer Element}[]`
  ? readonly ValueOf<Element>[]
  : Type extends keyof BuiltIn
    ? BuiltIn[Type]
    : Type extends LayoutName
      ? Structure<Type>
      : number;

/** OPC 10000-6, 5.2.6: the fields, one after the other. */
export function readStructure<Name extends LayoutName>(
  reader: ByteReader,
  name: Name,
  depth: number,
): Structure<Name> {
  const structure: Record<string, unknown> = {};
  for (const { field, read } of fieldsOf(name)) structure[field] = read(reader, field, depth);
  return structure as Structure<Name>;
}

interface Field {
  readonly field: string;
  readonly read: Read;
}

const known = new Map<LayoutName, readonly Field[]>();

/** Made of the table when it is first needed: structures may contain what stands below them. */
function fieldsOf(name: LayoutName): readonly Field[] {
  let fields = known.get(name);
  if (!fields) {
    const types: readonly (readonly [string, string])[] = Object.entries(layouts[name]);
    fields = types.map(([field, type]) => ({ field, read: readerOf(type) }));
    known.set(name, fields);
  }
  return fields;
}

function readerOf(type: string): Read {
  if (type.endsWith('[]')) {
    const read = readerOf(type.slice(0, -2));
    return (reader, field, depth) => readArray(reader, field, read, depth);
  }
  if (type in builtIn) return builtIn[type as keyof BuiltIn];
  if (type in enumerations) {
    const names = enumerations[type as keyof typeof enumerations];
    return (reader, field) => reader.i32le(field, names);
  }
  return (reader, field, depth) => {
    reader.open(field, '5.2.6');
    const structure = readStructure(reader, type as LayoutName, depth);
    reader.close();
    return structure;
  };
}

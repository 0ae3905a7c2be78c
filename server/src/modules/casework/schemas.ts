import { Law, Playbook } from '@busbar/contract';
import { z } from 'zod';

/** The shapes of data files as JSON Schema, by the names they have in docs. */
export function caseworkSchemas(): Record<string, object> {
  return {
    'playbook.schema.json': z.toJSONSchema(Playbook, { io: 'input' }),
    'clock.schema.json': named(z.toJSONSchema(Law, { io: 'input' })),
  };
}

/** In a file, a line of a form may be the name of one in `fields.yaml`. */
function named<Schema>(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map((one: unknown) => named(one)) as Schema;
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      name === 'fields' ? withNames(value as { items: object }) : named(value as unknown),
    ]),
  ) as Schema;
}

const withNames = (list: { items: object }) => ({
  ...list,
  items: { anyOf: [{ type: 'string' }, list.items] },
});

import { type AnyRoute, urlOf } from '@busbar/contract';
import { z } from 'zod';

const fillers: Record<string, string> = { packet: '1', table: 'devices', version: '1' };

/** An address of an operation: with this id for `:id`, and the other one wherever another is asked for. */
export function exampleUrl(route: AnyRoute, id: string = crypto.randomUUID(), other = id): string {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  const query = exampleOf(z.toJSONSchema(route.query, { io: 'input', unrepresentable: 'any' }));
  return urlOf(route, {
    params: Object.fromEntries(names.map((name) => [name, fillers[name] ?? (name === 'id' ? id : other)])),
    query: query as object,
  });
}

/** A body that the operation understands: the least that its shape asks for. */
export function exampleBody(route: AnyRoute): unknown {
  if (route.method === 'GET' || route.method === 'DELETE') return undefined;
  return exampleOf(z.toJSONSchema(route.body, { io: 'input', unrepresentable: 'any' }));
}

type Schema = z.core.JSONSchema.BaseSchema;

function exampleOf(schema: Schema): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return exampleOf(either[0] as Schema);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, exampleOf(schema.properties![name] as Schema)]),
      );
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => exampleOf(schema.items as Schema));
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return exampleText(schema);
  }
}

function exampleText({ format, pattern, minLength = 1 }: Schema): string {
  if (format === 'uuid') return crypto.randomUUID();
  if (format === 'email') return 'somebody@example.org';
  if (format === 'uri') return 'https://example.org/';
  if (format === 'date-time') return '2026-01-01T00:00:00Z';
  const guesses = ['a'.repeat(minLength), 'DE', 'a'.repeat(64), '1'];
  return guesses.find((text) => !pattern || new RegExp(pattern, 'u').test(text)) ?? '';
}

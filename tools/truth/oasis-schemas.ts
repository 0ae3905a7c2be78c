import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** The JSON schemas of OASIS as another program understands them: the judge of our own description. */
export function oasisSchemas(dataDir: string): {
  readonly ajv: Ajv2020;
  readonly csaf: Readonly<Record<'2.0' | '2.1', (document: unknown) => boolean>>;
} {
  const base = join(dataDir, 'standards/csaf/oasis');
  const ajv = new Ajv2020({ strict: false, multipleOfPrecision: 6 });
  addFormats.default(ajv);
  beStrict(ajv);
  for (const [id, file] of Object.entries(referenced)) ajv.addSchema(readSchema(join(base, file)), id);
  // A dialect of its own, of which only the definitions are asked for.
  const { $defs } = readSchema(join(base, 'csaf_2.1/json_schema/extension-metaschema.json'));
  ajv.addSchema({ $defs }, 'https://docs.oasis-open.org/csaf/csaf/v2.1/schema/extension-metaschema.json');
  const schema20 = readSchema(join(base, 'csaf_2.0/json_schema/csaf_json_schema.json'));
  const schema21 = readSchema(join(base, 'csaf_2.1/json_schema/csaf.json'));
  ajv.addSchema(schema21, 'https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json');
  return { ajv, csaf: { '2.0': ajv.compile(schema20), '2.1': ajv.compile(schema21) } };
}

/** The formats of ajv-formats allow things that their RFCs do not. */
function beStrict(ajv: Ajv2020): void {
  const lax = (name: string) => (ajv.formats[name] as { validate?: (text: string) => boolean }).validate!;
  const [dateTime, uri] = [lax('date-time'), ajv.formats['uri'] as (text: string) => boolean];
  // RFC 3339: applications may use a blank in place of the T and the like, the grammar does not have it.
  ajv.addFormat('date-time', (text) => /^[^ ]+(?:z|[+-]\d\d:\d\d)$/i.test(text) && dateTime(text));
  // RFC 3986: a path does not begin with two slashes, so what follows them is an authority, and a port is digits.
  ajv.addFormat(
    'uri',
    (text) =>
      !/^[^:/?#]+:\/\/(?:[^/?#@]*@)?[^/?#@:[]*:\d*[^/?#@\d][^/?#@]*(?:[/?#]|$)/.test(text) && uri(text),
  );
}

/** Without the names of itself and of its dialect: the dialects are many, and we ask for none of their differences. */
export function readSchema(file: string): Record<string, unknown> {
  const {
    $schema: _,
    $id: _$id,
    id: _id,
    ...schema
  } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return schema;
}

const referenced = {
  'https://www.first.org/cvss/cvss-v2.0.json': 'csaf_2.1/referenced_schema/first/cvss-v2.0.json',
  'https://www.first.org/cvss/cvss-v3.0.json': 'csaf_2.1/referenced_schema/first/cvss-v3.0.json',
  'https://www.first.org/cvss/cvss-v3.1.json': 'csaf_2.1/referenced_schema/first/cvss-v3.1.json',
  'https://www.first.org/cvss/cvss-v4.0.json': 'csaf_2.1/referenced_schema/first/cvss-v4.0.json',
  'https://certcc.github.io/SSVC/data/schema/v2/SelectionList_2_0_0.schema.json':
    'csaf_2.1/referenced_schema/certcc/SelectionList_2_0_0.schema.json',
  'https://docs.oasis-open.org/csaf/csaf/v2.1/schema/extension-content.json':
    'csaf_2.1/json_schema/extension-content.json',
};

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

import { sharedData } from './shared.ts';

const oasis = join(sharedData, 'standards/csaf/oasis');

/** The schemas of the standard, from the shared data; formats and meta schemas are of no use to these tests. */
export function oasisSchema(csaf: '2.0' | '2.1', name: 'csaf' | 'provider' | 'aggregator'): ValidateFunction {
  const folder = join(oasis, `csaf_${csaf}`);
  const fileOf = (one: string) =>
    csaf === '2.1' ? `json_schema/${one}.json` : `json_schema/${one}_json_schema.json`;
  const idOf = (one: string) =>
    csaf === '2.1'
      ? `https://docs.oasis-open.org/csaf/csaf/v2.1/schema/${one}.json`
      : `https://docs.oasis-open.org/csaf/csaf/v2.0/${one}_json_schema.json`;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const add = (file: string, id: string) => {
    const {
      $schema: _schema,
      id: _id,
      $id: _newId,
      ...schema
    } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    ajv.addSchema(schema, id);
  };
  for (const version of csaf === '2.1' ? ['2.0', '3.0', '3.1', '4.0'] : ['2.0', '3.0', '3.1'])
    add(`referenced_schema/first/cvss-v${version}.json`, `https://www.first.org/cvss/cvss-v${version}.json`);
  if (csaf === '2.1') {
    const ssvc = 'https://certcc.github.io/SSVC/data/schema/v2/SelectionList_2_0_0.schema.json';
    add('referenced_schema/certcc/SelectionList_2_0_0.schema.json', ssvc);
    // It is made of vocabularies that this validator does not have; nothing of ours uses extensions.
    ajv.addSchema({ $defs: { content_schema_t: {} } }, idOf('extension-metaschema'));
    add(fileOf('extension-content'), idOf('extension-content'));
  }
  for (const one of ['csaf', 'provider', 'aggregator']) add(fileOf(one), idOf(one));
  return ajv.getSchema(idOf(name))!;
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { TaughtNames } from '@busbar/contract';
import { z } from 'zod';

import { caseworkSchemas } from '../server/src/modules/casework/schemas.ts';

/** Prints the schemas of playbooks, laws and names to docs, for editors of those who write such files: `node tools/casework-schemas.ts`. */
for (const [name, schema] of Object.entries({
  ...caseworkSchemas(),
  'names.schema.json': z.toJSONSchema(TaughtNames, { io: 'input' }),
}))
  writeFileSync(join(import.meta.dirname, '../docs', name), `${JSON.stringify(schema, null, 2)}\n`);

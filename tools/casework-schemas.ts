import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { caseworkSchemas } from '../server/src/modules/casework/schemas.ts';

/** Prints the schemas of playbooks and laws to docs, for editors of those who write such files: `node tools/casework-schemas.ts`. */
for (const [name, schema] of Object.entries(caseworkSchemas()))
  writeFileSync(join(import.meta.dirname, '../docs', name), `${JSON.stringify(schema, null, 2)}\n`);

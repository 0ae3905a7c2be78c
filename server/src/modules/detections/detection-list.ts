import { readFileSync } from 'node:fs';

import type { Detection } from '@busbar/dissect';
import { type AnySchemaObject, Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';

// How detections travel between instances: a JSON file with those of one instance in it, each as
// docs/detections.schema.json has it.

const format = 'busbar detections 1';

/** What one list may hold: each is looked for in every capture. */
const most = 500;

const List = z.object({ format: z.literal(format), detections: z.array(z.unknown()).max(most) });

export const listOf = (detections: readonly Detection[]): string =>
  `${JSON.stringify({ format, detections }, null, 1)}\n`;

export interface ReadList {
  readonly detections: readonly Detection[];
  /** Those that this version of the program does not understand, by their id as far as they have one. */
  readonly foreign: readonly string[];
}

/** Undefined where it is no such list. Of two of one id the later counts. */
export function detectionsIn(value: unknown): ReadList | undefined {
  const { data } = List.safeParse(value);
  if (!data) return undefined;
  const known = new Map<string, Detection>();
  const foreign: string[] = [];
  for (const one of data.detections)
    if (isDetection(one)) known.set(one.id, one);
    else foreign.push(z.object({ id: z.string() }).safeParse(one).data?.id ?? '?');
  return { detections: [...known.values()], foreign };
}

let valid: ((value: unknown) => boolean) | undefined;

function isDetection(value: unknown): value is Detection {
  valid ??= new Ajv2020({ strictTypes: false, strictRequired: false }).compile(
    JSON.parse(
      readFileSync(new URL('../../../../docs/detections.schema.json', import.meta.url), 'utf8'),
    ) as AnySchemaObject,
  );
  return valid(value);
}

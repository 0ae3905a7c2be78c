import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { Law, NoticeField, Playbook, type PlaybookFile } from '@busbar/contract';
import { parse } from 'yaml';
import { z } from 'zod';

import { Calendar, weekendsOnly } from './calendar.ts';

// Playbooks and laws change faster than code, and practitioners write them: files with a schema, those that come with
// Busbar beside this one, and those of an instance in its folders `playbooks` and `clocks`.

export interface Broken {
  readonly file: string;
  /** In a sentence, for whoever wrote the file. */
  readonly why: string;
}

export interface LawFile {
  readonly law: Law;
  readonly calendar: Calendar;
  readonly sha256: string;
  readonly from: 'busbar' | 'instance';
}

/** Enough for a playbook of sixty steps in three languages; what is longer is none. */
const mostBytes = 256 * 1024;
const mostFiles = 200;

/**
 * Reads what can be chosen, anew each time: a file that somebody puts into the folder of the instance is there at once.
 * A file of the instance takes the place of one of the same id; one that does not fit is named with what is wrong.
 */
export function dataFiles(folder: string) {
  const ours = (kind: string) => join(import.meta.dirname, kind);
  const theirs = (kind: string) => join(folder, kind);
  const fixed = { playbooks: lazily(() => readPlaybooks('busbar')), laws: lazily(() => readLaws('busbar')) };

  return {
    async playbooks(): Promise<{ items: PlaybookFile[]; broken: Broken[] }> {
      const [known, own] = await Promise.all([fixed.playbooks(), readPlaybooks('instance')]);
      return {
        items: merged(known.items, own.items, ({ id }) => id),
        broken: [...known.broken, ...own.broken],
      };
    },

    async laws(): Promise<{ items: LawFile[]; broken: Broken[] }> {
      const [known, own] = await Promise.all([fixed.laws(), readLaws('instance')]);
      return {
        items: merged(known.items, own.items, ({ law }) => law.id),
        broken: [...known.broken, ...own.broken],
      };
    },

    /** The days on which nobody works, as they are known now. */
    async calendarOf({ holidays }: Law): Promise<Calendar> {
      return (await calendars()).get(holidays ?? '') ?? weekendsOnly;
    },
  };

  async function readPlaybooks(from: 'busbar' | 'instance') {
    const read = await filesIn(from === 'busbar' ? ours('playbooks') : theirs('playbooks'), Playbook);
    return {
      items: read.items.map(({ value, sha256 }) => ({ ...value, sha256, from })),
      broken: read.broken,
    };
  }

  async function readLaws(from: 'busbar' | 'instance') {
    const fields = new Map((await fieldsOf(ours('clocks'))).map((field) => [field.id, field]));
    const known = await calendars();
    const read = await filesIn(
      from === 'busbar' ? ours('clocks') : theirs('clocks'),
      lawWith(fields, known),
      ['fields.yaml'],
    );
    return {
      items: read.items.map(({ value, sha256 }) => ({
        law: value,
        calendar: known.get(value.holidays ?? '') ?? weekendsOnly,
        sha256,
        from,
      })),
      broken: read.broken,
    };
  }

  async function calendars(): Promise<Map<string, Calendar>> {
    const [known, own] = await Promise.all([
      filesIn(ours('calendars'), Calendar),
      filesIn(theirs('calendars'), Calendar),
    ]);
    return new Map([...known.items, ...own.items].map(({ value }) => [value.id, value]));
  }
}

async function fieldsOf(folder: string): Promise<NoticeField[]> {
  return z.array(NoticeField).parse(parse(await readFile(join(folder, 'fields.yaml'), 'utf8')));
}

/** A law may name lines of forms that others have, too; what it names must be there, and so must its calendar and zone. */
function lawWith(fields: ReadonlyMap<string, NoticeField>, calendars: ReadonlyMap<string, Calendar>) {
  const named = (some: unknown): unknown =>
    Array.isArray(some)
      ? some.map((one: unknown) => (typeof one === 'string' ? (fields.get(one) ?? one) : one))
      : some;
  return z.preprocess(
    (file) => {
      const law = file as { stages?: { fields?: unknown; meanwhile?: { fields?: unknown } }[] } | null;
      for (const stage of Array.isArray(law?.stages) ? law.stages : []) {
        stage.fields = named(stage.fields);
        if (stage.meanwhile) stage.meanwhile.fields = named(stage.meanwhile.fields);
      }
      return law;
    },
    Law.refine(({ holidays }) => holidays === undefined || calendars.has(holidays), {
      path: ['holidays'],
      message: 'must be the id of a file in the folder calendars',
    })
      .refine(({ zone }) => isZone(zone), { path: ['zone'], message: 'must be a zone as IANA names it' })
      .refine(({ stages }) => stagesFit(stages), {
        path: ['stages'],
        message: 'must have distinct ids, and run from events or from stages above them',
      }),
  );
}

function stagesFit(stages: Law['stages']): boolean {
  const known = new Set<string>();
  for (const { id, from, meanwhile } of stages) {
    if (typeof from === 'object' && !known.has(from.sent)) return false;
    for (const one of [id, ...(meanwhile ? [meanwhile.id] : [])]) {
      if (known.has(one)) return false;
      known.add(one);
    }
  }
  return true;
}

export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return /^[A-Z]/.test(zone);
  } catch {
    return false;
  }
}

async function filesIn<Shape>(folder: string, shape: z.ZodType<Shape>, except: readonly string[] = []) {
  const names = await readdir(folder).catch(() => []);
  const items: { value: Shape; sha256: string }[] = [];
  const broken: Broken[] = [];
  const files = names.filter((name) => /\.ya?ml$/.test(name) && !except.includes(name)).toSorted();
  for (const file of files.slice(0, mostFiles)) {
    const { value, why, sha256 } = await readOne(join(folder, file), shape);
    if (why === undefined) items.push({ value: value!, sha256 });
    else broken.push({ file, why });
  }
  return { items, broken };
}

async function readOne<Shape>(path: string, shape: z.ZodType<Shape>) {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) return { why: `is larger than ${mostBytes} bytes`, sha256: '' };
    const bytes = await readFile(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    // Few aliases, so that a small file cannot become a large one.
    const { data, error } = shape.safeParse(parse(bytes.toString('utf8'), { maxAliasCount: 20 }));
    return error ? { why: z.prettifyError(error).slice(0, 1000), sha256 } : { value: data, sha256 };
  } catch (error) {
    return { why: (error as Error).message.slice(0, 1000), sha256: '' };
  }
}

function merged<Item>(known: readonly Item[], own: readonly Item[], idOf: (item: Item) => string): Item[] {
  const replaced = new Set(own.map(idOf));
  return [...known.filter((item) => !replaced.has(idOf(item))), ...own];
}

function lazily<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}

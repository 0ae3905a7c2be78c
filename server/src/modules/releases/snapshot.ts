import type { ConsentBound, PublishedText, Scope, SubjectKind, Tlp, Told } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';

/** Something that can leave. It freezes itself, and is told what became of it. */
export interface Subject {
  readonly kind: SubjectKind;
  /** Everything that would go out, as it is in this transaction. Refuses what is not there with `notFound`. */
  snapshot(tx: Db, id: string): Promise<Snapshot>;
  /** What may change while a snapshot waits: checks ask for it again. */
  standing(tx: Db, id: string): Promise<Standing>;
  /** Refuses what is not there with `notFound`. */
  titleOf(tx: Db, id: string): Promise<string>;
  // In the transaction of what it tells of. Whatever refuses here refuses the whole.

  /** `at` is its minute, or null for now. */
  approved?(tx: Db, id: string, person: string, at: Date | null): Promise<void>;
  /** The approval was taken back; by nobody where it did not pass its checks any more. */
  held?(tx: Db, id: string, person: string | null, reason: string): Promise<void>;
  released?(tx: Db, id: string, version: string, left: Left): Promise<void>;
  recalled?(tx: Db, id: string, person: string, reason: string): Promise<void>;
  /** Nothing of it is out any more, whoever recalled it: the gate, or the subject itself. */
  takenBack?(
    tx: Db,
    id: string,
    back: Pick<Left, 'actor' | 'release' | 'ref'> & { reason: string },
  ): Promise<void>;
}

/** What has left: the very bytes, and for whom. */
export interface Left extends Pick<Snapshot, 'ref' | 'label' | 'scope' | 'audience' | 'files'> {
  readonly release: string;
  /** In whose name it is done. */
  readonly actor: Actor;
}

export interface Snapshot extends Standing {
  /** advisory, early warning, guidance … */
  readonly kind: string;
  readonly ref: string;
  readonly version: string;
  readonly title: string;
  readonly label: Tlp;
  readonly scope: Scope;
  readonly audience: readonly string[];
  /** Everybody who wrote in this version; of a generated text nobody, and then whoever proposes it. */
  readonly authors: readonly string[];
  /** The language of the original first. */
  readonly texts: readonly PublishedText[];
  /** What goes out besides pages and PDF, such as the CSAF document. */
  readonly files: readonly File[];
  readonly parts: readonly Part[];
  /** What the validator says of the documents among the files. */
  readonly validator: readonly {
    readonly severity: 'error' | 'warning';
    readonly where: string;
    readonly told: Told;
  }[];
}

export interface Standing {
  /** Facts that decide, in words, which fewer than two people have checked, or on which they disagree. */
  readonly claims: { readonly unchecked: readonly string[]; readonly disputed: readonly string[] };
  /** RFC 3339. */
  readonly embargoUntil: string | null;
  /** What others gave for it, and whether they still agree that it leaves. */
  readonly lent: readonly (Pick<Part, 'name'> & { readonly consent: Part['consent'] | ConsentBound })[];
}

/** Something of somebody that went into it. */
export interface Part {
  readonly name: string;
  readonly label: Tlp;
  readonly scope: Scope;
  readonly audience: readonly string[];
  /** Whether its owner agreed that it leaves; `own` needs nobody's leave. */
  readonly consent: 'own' | 'granted' | 'missing';
}

export interface File {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Every text that would leave, each with its place. */
export function* textsOf({ texts, files }: Pick<Snapshot, 'texts' | 'files'>): Generator<Passage> {
  for (const { language, title, summary, body } of texts) {
    yield { where: `${language} title`, text: title };
    yield { where: `${language} summary`, text: summary };
    yield { where: `${language} text`, text: body };
  }
  for (const { name, type, bytes } of files) {
    const text = Buffer.from(bytes).toString('utf8');
    if (type === 'application/json') yield* stringsOf(JSON.parse(text), `${name}#`);
    else if (type.startsWith('text/')) yield { where: name, text };
  }
}

export interface Passage {
  readonly where: string;
  readonly text: string;
}

function* stringsOf(value: unknown, pointer: string): Generator<Passage> {
  if (typeof value === 'string') yield { where: pointer, text: value };
  else if (value && typeof value === 'object')
    for (const [key, inner] of Object.entries(value))
      yield* stringsOf(inner, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

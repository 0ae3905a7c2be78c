import {
  type Clock,
  type CustodyLine,
  type EvidenceFile,
  type FileAnswer,
  type FileState,
  movesOfFile,
  type Paging,
} from '@busbar/contract';

import { type Actor, founder } from '../../platform/actor.ts';
import type { Trace } from '../../platform/audit.ts';
import { asFile } from '../../platform/blobs.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { DataKey, Keys } from '../../platform/keys.ts';
import { conflict, forbidden, malformed, notFound } from '../../platform/problem.ts';
import { writeCursor } from '../../platform/search.ts';
import type { Completed, Evidence, Uploads, Within } from '../../platform/uploads.ts';
import type { AuditService } from '../audit/audit-service.ts';
import type { CaseService, EnteredCase } from '../cases/case-service.ts';
import type { OpenedCase } from '../cases/opened-case-service.ts';
import * as store from './evidence-store.ts';
import type { FileRow, Handling } from './evidence-store.ts';
import { enoughBytes, typeOf } from './file-types.ts';
import { moveTimes } from './timeline-store.ts';

export interface EvidenceParts {
  readonly cases: CaseService;
  readonly audit: AuditService;
  readonly uploads: Uploads;
  readonly keys: Keys;
  certId(tx: Db): Promise<string | undefined>;
}

type InCase<Query = unknown, Body = unknown> = Ask<{ id: string }, Query, Body>;
type InCaseAsked = Pick<InCase, 'tx' | 'actor' | 'params'>;
type OfFile<Query = unknown, Body = unknown> = Ask<{ id: string; evidence: string }, Query, Body>;

/** What whoever added a file says of it. */
interface Said {
  readonly name: string;
  readonly note: string;
}

/** A file of a case that somebody may work on, with the key under which it lies. */
export interface OpenFile {
  readonly case: EnteredCase;
  readonly row: FileRow;
  readonly file: EvidenceFile;
  readonly key: DataKey;
}

export type EvidenceService = ReturnType<typeof evidenceService>;

/** Files of cases: how they come, who had them in hand, and how they leave. Their bytes are held by the CERT alone. */
export function evidenceService({ cases, audit, uploads, keys, certId }: EvidenceParts) {
  return {
    async list({ tx, actor, params, query, trail }: InCase<Paging>) {
      const entered = await cases.entered(tx, actor, params.id);
      trail.on(traceOf(entered));
      const rows = await store.listFiles(tx, entered.id, query);
      const last = rows.length === query.limit ? rows.at(-1) : undefined;
      return {
        items: await shown(
          { tx, actor },
          entered,
          rows,
          (await keys.ofCases(tx, [entered.id])).get(entered.id),
        ),
        next: last ? writeCursor(last.created_at.toISOString(), last.id) : null,
      };
    },

    async begin(ask: InCase<unknown, NewFile>) {
      const { file, upload } = await announced(ask);
      return { evidence: file, upload: uploads.addressOf(upload) };
    },

    /** Puts the bytes of a file that came in something else on the disk: all of them, before the first is brought. */
    async spool({ tx, actor, params }: InCaseAsked, bytes: Uint8Array): Promise<string> {
      return uploads.spool(tx, await withinOf(tx, await cases.entered(tx, actor, params.id)), bytes);
    },

    /**
     * Takes a file that came in something else, as the letter that names it says, in the transaction of that. Afterwards
     * `uploads.arrived` ends it as any other. What is too much, or there already, does not stay on the disk.
     */
    async bring(ask: InCase<unknown, NewFile>, from: Origin) {
      const forget = async () => uploads.forget({ id: from.spooled, owner: (await certId(ask.tx))! });
      const { file, upload } = await announced(ask, from).catch(async (error: unknown) => {
        await forget();
        throw error;
      });
      if (upload !== from.spooled) await forget();
      return { evidence: file.id, upload };
    },

    async get(ask: OfFile): Promise<EvidenceFile> {
      const { entered, row, key } = await found(ask);
      ask.trail.on(traceOf(entered, row.id));
      return one(ask, entered, row, key);
    },

    async claimHash(ask: OfFile<unknown, { sha256: string }>): Promise<EvidenceFile> {
      const { tx, params, body, trail } = ask;
      const { case: entered, row, file } = await opened(ask, params.evidence, store.lockFile);
      if (!file.mine) throw forbidden('evidence-not-yours', 'Whoever sent this file tells its hash');
      // What was compared once stays so: nobody spoils afterwards what he has given.
      if (file.claimed && file.claimed !== body.sha256)
        throw conflict(
          'hash-told',
          'The hash of this file was told before; send a changed file as a new one',
        );
      const { state } = await uploads.claim(tx, row.upload, body.sha256);
      trail.on(traceOf(entered, row.id, { claimed: body.sha256, state }));
      return (await opened(ask, row.id)).file;
    },

    async move(ask: OfFile<unknown, { to: FileState; reason?: string | undefined }>): Promise<EvidenceFile> {
      const { tx, actor, params, body, trail, afterCommit } = ask;
      const { case: entered, row, file, key } = await opened(ask, params.evidence, store.lockFile);
      const move = movesOfFile(file.state).find(({ to }) => to === body.to);
      if (!move)
        throw conflict(
          'evidence-move',
          `A file that is ${file.state} does not become ${body.to}; look at it anew`,
          { from: file.state, to: body.to },
        );
      if (!mayMove(actor, move.by, file))
        throw forbidden('evidence-not-yours', 'Only the team does this, and only a lead breaks a seal');
      if (move.reason && !body.reason)
        throw malformed('reason-needed', 'Say why; the reporter reads it', {}, [
          { path: 'reason', message: 'must say why' },
        ]);
      if (move.to === 'removed') {
        const gone = await uploads.remove(tx, row.upload);
        afterCommit(() => void (gone && uploads.forget(gone)));
      } else
        await store.changeFile(tx, row.id, {
          handling: move.to as Handling,
          is_shared: row.is_shared && move.to === 'available',
        });
      trail.on(
        traceOf(entered, row.id, {
          from: file.state,
          to: move.to,
          sha256: file.sha256,
          ...sealReason(key, row.id, body.reason),
        }),
      );
      return (await opened(ask, row.id)).file;
    },

    async share(ask: OfFile<unknown, { shared: boolean }>): Promise<EvidenceFile> {
      const { tx, params, body, trail } = ask;
      const { case: entered, row, file } = await opened(ask, params.evidence, store.lockFile);
      if (body.shared && file.state !== 'available')
        throw conflict('evidence-not-available', 'Look at what it is and make it available; then share it');
      await store.changeFile(tx, row.id, { is_shared: body.shared });
      trail.on(traceOf(entered, row.id, { shared: body.shared }));
      return (await opened(ask, row.id)).file;
    },

    async setClock(ask: OfFile<unknown, Clock & { reason: string }>) {
      const { tx, params, body, trail } = ask;
      const { case: entered, row, file, key } = await opened(ask, params.evidence, store.lockFile);
      await store.setClock(tx, row.id, body);
      const moved =
        body.offset === row.clock_offset ? 0 : await moveTimes(tx, entered.id, row.id, body.offset);
      trail.on(
        traceOf(entered, row.id, {
          from: file.clock.offset,
          to: body.offset,
          uncertainty: body.uncertainty,
          moved,
          ...sealReason(key, row.id, body.reason),
        }),
      );
      return { id: row.id, clock: { offset: body.offset, uncertainty: body.uncertainty }, moved };
    },

    async custody(ask: OfFile<Paging>) {
      const { entered, row, key } = await found(ask);
      ask.trail.on(traceOf(entered, row.id));
      return custodyOf(ask, row.id, key, ask.query);
    },

    async exportCustody(ask: OfFile): Promise<FileAnswer> {
      const { entered, row, key } = await found(ask);
      ask.trail.on(traceOf(entered, row.id));
      const { items } = await custodyOf(ask, row.id, key, { limit: MOST_EXPORTED });
      const content = {
        case: entered.reference,
        evidence: await one(ask, entered, row, key),
        custody: items.toReversed(),
      };
      return {
        name: `${entered.reference}.${row.id}.custody.json`,
        type: 'application/json',
        content: `${JSON.stringify(content, null, 2)}\n`,
      };
    },

    async download(ask: OfFile<{ purpose: string }>): Promise<FileAnswer> {
      const { tx, query, trail } = ask;
      const { case: entered, row, file, key } = await opened(ask, ask.params.evidence);
      if (file.state === 'sealed')
        throw conflict('evidence-sealed', 'This file is sealed and leaves nobody; a lead can break the seal');
      // Who has not vouched for it knows what he takes; to others it goes when somebody has.
      if (file.state === 'quarantined' && entered.as !== 'cert')
        throw conflict('evidence-not-available', 'The team has not looked at what it is yet; ask it to');
      const stored = await uploads.open(tx, row.upload);
      trail.on(
        traceOf(entered, row.id, {
          size: stored.size,
          sha256: file.sha256,
          ...sealReason(key, row.id, query.purpose),
        }),
      );
      return asFile(stored, file.name);
    },

    /** A file has arrived whole: what it is, its first bytes say. */
    completed: (async (tx, _actor, { id, subject }) => {
      const stored = await uploads.open(tx, id);
      const first: Buffer[] = [];
      for await (const piece of stored.read(0, enoughBytes)) first.push(piece);
      await store.changeFile(tx, subject.id, { type: typeOf(Buffer.concat(first)) });
      return undefined;
    }) satisfies Completed,

    /** For the tombstone of a case: how many files there were. */
    count: store.countFiles,

    /** For what works on files of cases: one that is there for the actor, with its key. */
    opened,

    /** Files of a case that facts may stand on, the newest first: all, or these. */
    async cited(
      tx: Db,
      { id, key }: Pick<OpenedCase, 'id' | 'key'>,
      ids?: readonly string[],
      matches?: (name: string) => boolean,
    ) {
      const listed = await store.listFiles(tx, id, { limit: matches ? MOST_SEARCHED : MOST_CITED, ids });
      const rows = matches
        ? listed.filter((row) => matches(openSaid(key, row.id, row.sealed).name)).slice(0, MOST_CITED)
        : listed;
      const evidence = await uploads.find(
        tx,
        rows.map(({ upload }) => upload),
      );
      return rows.flatMap((row) => {
        const { sha256 } = evidence.get(row.upload)!;
        const { name } = openSaid(key, row.id, row.sealed);
        return sha256 ? { id: row.id, name, sha256, at: row.created_at.toISOString() } : [];
      });
    },

    /** What the sources of these ids are called, and how their clocks go; nothing of those that are not for the actor. */
    async sources(tx: Db, key: DataKey, ids: readonly string[]): Promise<Map<string, Source>> {
      const rows = await store.sealedNames(tx, [...new Set(ids)]);
      return new Map(
        rows.map(({ id, sealed, clock_offset, clock_uncertainty }) => [
          id,
          { name: openSaid(key, id, sealed).name, offset: clock_offset, uncertainty: clock_uncertainty },
        ]),
      );
    },
  };

  async function announced(ask: InCase<unknown, NewFile>, from?: Origin) {
    const { tx, actor, params, body, trail, become } = ask;
    const entered = await cases.entered(tx, actor, params.id);
    const key = await keys.ofCase(tx, entered.id);
    const within = await withinOf(tx, entered);
    const id = key.idOf('case_evidence', actor, body);
    if (!(await store.findFile(tx, entered.id, id))) {
      await become(founder);
      await uploads.refuseTooMuchIn(tx, within, body.size);
      await become(actor);
    }
    const added = await store.insertFile(tx, {
      id,
      owner_id: within.custodian,
      case_id: entered.id,
      sealed: sealSaid(key, id, { name: body.name, note: body.note }),
      type: null,
      added_as: entered.as,
      person_id: actor.person,
      person_name: actor.person && actor.name,
    });
    if (!added) {
      const { file, row } = await opened(ask, id);
      trail.on(traceOf(entered, id, { size: body.size, again: true }));
      return { file, upload: row.upload };
    }
    // Its own name would stay in the ledger when the case is long purged.
    const upload = await uploads.announce(tx, actor, {
      purpose: 'evidence',
      within: { ...within, spooled: from?.spooled },
      subject: { id, name: entered.reference },
      size: body.size,
      sha256: body.sha256,
    });
    trail.on(
      traceOf(entered, id, {
        size: body.size,
        ...(from && { letter: from.letter, claimed: body.sha256, ...sealReason(key, id, from.words) }),
      }),
    );
    return { file: (await opened(ask, id)).file, upload: upload.id };
  }

  async function withinOf(tx: Db, entered: EnteredCase): Promise<Within> {
    return { case: entered.id, custodian: (await certId(tx))!, allowance: allowanceOf(entered) };
  }

  /** For reading what stays of it: also where the key of its case was destroyed, and nothing opens it any more. */
  async function found({ tx, actor, params }: OfFile) {
    const entered = await cases.entered(tx, actor, params.id);
    const row = (await store.findFile(tx, entered.id, params.evidence)) ?? missing();
    return { entered, row, key: (await keys.ofCases(tx, [entered.id])).get(entered.id) };
  }

  async function opened(
    { tx, actor, params }: Pick<Ask<{ id: string }>, 'tx' | 'actor' | 'params'>,
    id: string,
    find: typeof store.findFile = store.findFile,
  ): Promise<OpenFile> {
    const entered = await cases.entered(tx, actor, params.id);
    const row = (await find(tx, entered.id, id)) ?? missing();
    const key = await keys.ofCase(tx, entered.id);
    return { case: entered, row, key, file: await one({ tx, actor }, entered, row, key) };
  }

  async function one({ tx, actor }: Asked, entered: EnteredCase, row: FileRow, key: DataKey | undefined) {
    return (await shown({ tx, actor }, entered, [row], key))[0]!;
  }

  async function shown(
    { tx, actor }: Asked,
    entered: EnteredCase,
    rows: readonly FileRow[],
    key: DataKey | undefined,
  ) {
    const evidence = await uploads.find(
      tx,
      rows.map(({ upload }) => upload),
    );
    return rows.map((row) =>
      toFile(
        row,
        evidence.get(row.upload)!,
        key ? openSaid(key, row.id, row.sealed) : nothingSaid,
        entered,
        actor,
      ),
    );
  }

  async function custodyOf({ tx, actor }: Ask, id: string, key: DataKey | undefined, paging: Paging) {
    const { items, next } = await audit.ofObject(tx, actor, id, paging);
    return { items: items.map(({ object: _object, ...line }) => openReason(key, id, line)), next };
  }
}

const MOST_EXPORTED = 10_000;
const MOST_CITED = 200;
const MOST_SEARCHED = 10_000;

export interface Source {
  readonly name: string;
  /** In seconds. */
  readonly offset: number;
  readonly uncertainty: number;
}

type Asked = Pick<Ask, 'tx' | 'actor'>;

/** What a file came in, and what custody says of that. */
interface Origin {
  readonly spooled: string;
  readonly letter: string;
  readonly words: string;
}

interface NewFile {
  key?: string | undefined;
  name: string;
  size: number;
  sha256?: string | undefined;
  note: string;
}

const placeOf = (id: string) => `case_evidence.sealed ${id}`;
const sealSaid = (key: DataKey, id: string, said: Said) => key.seal(placeOf(id), JSON.stringify(said));
const openSaid = (key: DataKey, id: string, sealed: Buffer) =>
  JSON.parse(key.open(placeOf(id), sealed)) as Said;
const nothingSaid: Said = { name: '', note: '' };

/** The ledger is kept when the case is purged; what somebody gave as his reason goes with the case. */
const placeOfReason = (id: string) => `custody ${id}`;
const sealReason = (key: DataKey, id: string, reason: string | undefined) =>
  reason ? { sealedReason: key.seal(placeOfReason(id), reason).toString('base64') } : {};

function openReason(key: DataKey | undefined, id: string, line: CustodyLine): CustodyLine {
  const { sealedReason, ...details } = line.details;
  if (typeof sealedReason !== 'string') return line;
  const reason = key ? key.open(placeOfReason(id), Buffer.from(sealedReason, 'base64')) : null;
  return { ...line, details, reason };
}

/** Who reports without an account is a stranger, whoever he says he is. */
function allowanceOf({ as, lane }: EnteredCase): Within['allowance'] {
  if (as !== 'reporter') return null;
  return lane === 'slow' ? 'slow report' : 'report';
}

function mayMove({ roles }: Actor, by: 'team' | 'lead' | 'sender', { mine }: EvidenceFile): boolean {
  const isTeam = roles.some((role) => role === 'ANA' || role === 'LEAD');
  if (by === 'lead') return roles.includes('LEAD');
  return isTeam || (by === 'sender' && mine);
}

export const traceOf = (
  { id: caseId, reference, owner }: EnteredCase,
  id?: string,
  details: Record<string, unknown> = {},
): Trace => ({ kind: id ? 'evidence' : 'case', id: id ?? caseId, name: reference, owner, details });

function toFile(
  row: FileRow,
  evidence: Evidence,
  { name, note }: Said,
  entered: EnteredCase,
  actor: Actor,
): EvidenceFile {
  const isHis = row.person_id !== null && row.person_id === actor.person;
  // Who else works on the case, a guest is told by the threads that name him, and by nothing else.
  const isNamed = entered.as === 'guest' ? isHis : row.added_as !== 'cert' || entered.as === 'cert';
  return {
    id: row.id,
    name,
    note,
    state: stateOf(row, evidence),
    size: evidence.size,
    received: evidence.received,
    sha256: evidence.sha256,
    claimed: evidence.claimed,
    type: row.type,
    addedBy: { as: row.added_as, name: isNamed ? row.person_name : null },
    addedAt: row.created_at.toISOString(),
    mine: row.added_as === entered.as && (entered.as !== 'guest' || isHis),
    isShared: row.is_shared,
    clock: { offset: row.clock_offset, uncertainty: row.clock_uncertainty },
    observations: { suggested: row.suggested, accepted: row.accepted },
  };
}

function stateOf({ handling }: FileRow, { state, purged }: Evidence): FileState {
  if (state !== 'stored') return state;
  return purged ? 'purged' : handling;
}

function missing(): never {
  throw notFound('evidence');
}

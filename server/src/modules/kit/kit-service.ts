import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

import {
  type AdvisoryIndexFile,
  type Contact,
  type FileAnswer,
  type KitAbout,
  kitFile,
  type KitLabel,
  kitPolicy,
  type KitProgram,
  type MadeKit,
  type Paging,
  Tlp,
} from '@busbar/contract';

import { type Actor, onBehalfOf, visitor } from '../../platform/actor.ts';
import { asFile, type Blobs } from '../../platform/blobs.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask, Asker } from '../../platform/http.ts';
import type { Keys } from '../../platform/keys.ts';
import { conflict, notFound, Problem } from '../../platform/problem.ts';
import { version } from '../../platform/version.ts';
import type { BundleKeyService } from '../bundles/bundle-key-service.ts';
import type { DetectionService } from '../detections/detection-service.ts';
import type { SigningService } from '../signing/signing-service.ts';
import { findKit, insertKit, type KitRow, listKits } from './kit-store.ts';

export interface KitParts {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly signing: SigningService;
  readonly bundleKeys: BundleKeyService;
  readonly advisories: { index(asker: Asker, upTo: Tlp): Promise<FileAnswer> };
  readonly detections: Pick<DetectionService, 'inForce'>;
  readonly people: { names(tx: Db, ids: readonly (string | null)[]): Promise<Map<string, string>> };
  readonly origin: string;
  /** What kits are made of. */
  built(): Promise<KitProgram>;
  contact(tx: Db): Promise<Contact | null>;
  certId(tx: Db): Promise<string | undefined>;
  /** Of whoever acts. */
  organisationName(tx: Db): Promise<string>;
  organisationCalled(tx: Db, name: string): Promise<string | undefined>;
}

export interface Kit {
  readonly about: KitAbout;
  readonly file: Buffer;
  readonly sha256: string;
  /** Detached, armored, of the whole file: for whoever checks it before opening it. */
  readonly signature: string;
}

/** What somebody may read, up to a label. */
interface Readers {
  readonly as: Actor;
  readonly upTo: KitLabel;
}

const everybody: Readers = { as: visitor, upTo: 'CLEAR' };

export type KitService = ReturnType<typeof kitService>;

/** Field kits: what somebody may read, in one file that works where there is no network, signed as a release is. */
export function kitService({
  database,
  blobs,
  keys,
  signing,
  bundleKeys,
  advisories,
  detections,
  people,
  origin,
  built,
  contact,
  certId,
  organisationName,
  organisationCalled,
}: KitParts) {
  return {
    /** For everybody. */
    make: (parts: KitProgram) => madeAs(everybody, parts),

    /** By the hand of whoever has the machine. @param name of a member; without one it is for the CERT itself */
    async makeFor(parts: KitProgram, upTo: KitLabel, name: string | undefined): Promise<Kit> {
      if (name === undefined && upTo === 'CLEAR') return madeAs(everybody, parts);
      const cert = (await database.look(visitor, certId)) ?? noCert();
      const lead = onBehalfOf(cert, null, ['LEAD']);
      const named =
        name === undefined ? undefined : await database.look(lead, (tx) => memberCalled(tx, name));
      return madeAs({ as: named ? onBehalfOf(named, null, ['MEM']) : lead, upTo }, parts);
    },

    async list({ tx, query }: Ask<unknown, Paging>) {
      const rows = await listKits(tx, query);
      return { items: await shown(tx, rows), next: rows.length === query.limit ? rows.at(-1)!.id : null };
    },

    async makeHere({ body: { upTo }, trail, ...ask }: Ask<unknown, unknown, { upTo: KitLabel }>) {
      const row = await keep(ask, await built(), upTo);
      const { label, advisories: count, sha256 } = row;
      trail.on({
        ...traceOf(row),
        details: { label, advisories: count, sha256: sha256.toString('hex') },
      });
      return (await shown(ask.tx, [row]))[0]!;
    },

    keep,

    async file({ tx, params, trail }: Ask<{ id: string }>): Promise<FileAnswer> {
      const row = (await findKit(tx, params.id)) ?? missing();
      trail.on(traceOf(row));
      const stored = row.blob_id ? await blobs.open(tx, row.blob_id) : undefined;
      if (!stored)
        throw new Problem(
          410,
          'kit-gone',
          'Kits lie ready for a day, and this one is older. Make a new one: it also has the newer advisories',
        );
      return asFile(stored, nameOf(row), 'text/html');
    },

    async signature({ tx, params }: Ask<{ id: string }>): Promise<FileAnswer> {
      const row = (await findKit(tx, params.id)) ?? missing();
      return { name: `${nameOf(row)}.asc`, type: 'application/pgp-signature', content: row.signature };
    },
  };

  function madeAs({ as, upTo }: Readers, parts: KitProgram): Promise<Kit> {
    return database.as(as, (tx) =>
      make({ tx, actor: as, become: (other) => database.become(tx, other) }, parts, upTo),
    );
  }

  async function make(asker: Asker, parts: KitProgram, upTo: KitLabel): Promise<Kit> {
    const { content } = await advisories.index(asker, upTo);
    const packed = content as Uint8Array;
    const index = JSON.parse(gunzipSync(packed).toString('utf8')) as AdvisoryIndexFile;
    const { brought, label } = await detections.inForce(asker.tx, upTo);
    const { cert, key, signer, member } = await signed(asker);
    const { recipient } = await bundleKeys.recipient(asker);
    const about: KitAbout = {
      format: 1,
      version,
      madeAt: new Date().toISOString(),
      cert,
      origin,
      recipient,
      member,
      label: strictest([
        label,
        ...(index.names ? [index.names.label] : []),
        ...index.advisories.map((one) => one.label),
      ]),
      advisories: index.advisories.length,
      newest: index.advisories.map(({ publishedAt }) => publishedAt).reduce(later, ''),
      detections: brought,
      key: { fingerprint: key.fingerprint, userIds: key.userIds, publicKey: key.publicKey },
    };
    const pieces = {
      ...parts,
      policy: kitPolicy({ style: hashOf(parts.style, 'base64'), program: hashOf(parts.program, 'base64') }),
      about: JSON.stringify(about).replaceAll('<', String.raw`\u003c`),
      advisories: Buffer.from(packed).toString('base64'),
    };
    const file = Buffer.from(
      kitFile({
        ...pieces,
        signature: await signer.sign(Buffer.from(kitFile({ ...pieces, signature: '' }))),
      }),
    );
    return { about, file, sha256: hashOf(file, 'hex'), signature: await signer.sign(file) };
  }

  /** Makes one, and keeps it ready for a day: whoever fetches the file also wants its signature. */
  async function keep(asker: Asker, parts: KitProgram, upTo: KitLabel): Promise<KitRow> {
    const { tx, actor } = asker;
    const { about, file, sha256, signature } = await make(asker, parts, upTo);
    const [id, owner] = [crypto.randomUUID(), actor.organisation!];
    // The blob is announced apart from this, and its key must be there by then.
    const key = await database.apart(actor, (other) => keys.of(other, owner, 'plant'));
    await blobs.putDerived(actor, { id, owner, key, source: only(file) });
    return insertKit(tx, {
      id,
      owner_id: owner,
      label: about.label as KitLabel,
      advisories: about.advisories,
      program: about.version,
      size: file.length,
      sha256: Buffer.from(sha256, 'hex'),
      signature,
      blob_id: id,
      made_by: actor.person,
    });
  }

  async function signed({ tx, actor, become }: Asker) {
    await become(visitor);
    const id = (await certId(tx)) ?? noCert();
    await become(actor);
    const { organisation } = actor;
    const member =
      organisation === null || organisation === id
        ? null
        : { id: organisation, name: await organisationName(tx) };
    // As the lead, who signs what leaves the house.
    await become(onBehalfOf(id, null, ['LEAD']));
    const signer = await signing.signer(tx);
    const key = (await signing.find(tx, signer.keyId))!;
    const cert = (await contact(tx))!;
    await become(actor);
    return { cert, key, signer, member };
  }

  async function memberCalled(tx: Db, name: string): Promise<string> {
    const id = await organisationCalled(tx, name);
    if (id !== undefined) return id;
    throw conflict(
      'no-such-member',
      `There is no organisation called ${name}; write its name as the portal does`,
      { name },
    );
  }

  async function shown(tx: Db, rows: readonly KitRow[]): Promise<MadeKit[]> {
    const names = await people.names(
      tx,
      rows.map(({ made_by }) => made_by),
    );
    return rows.map((row) => ({
      id: row.id,
      label: row.label,
      advisories: row.advisories,
      program: row.program,
      size: row.size,
      sha256: row.sha256.toString('hex'),
      madeAt: row.made_at.toISOString(),
      by: names.get(row.made_by ?? '') ?? '',
      isReady: row.blob_id !== null,
    }));
  }
}

const nameOf = ({ made_at, label }: KitRow) =>
  `busbar-kit-${made_at.toISOString().slice(0, 10)}-${label.replace('+', '-')}.html`;

const traceOf = (row: KitRow) => ({ kind: 'kit', id: row.id, name: nameOf(row), owner: row.owner_id });

const strictest = (labels: readonly Tlp[]): Tlp =>
  Tlp.options.findLast((label) => labels.includes(label)) ?? 'CLEAR';

const later = (one: string, other: string) => (one > other ? one : other);

const hashOf = (content: string | Buffer, as: 'hex' | 'base64') =>
  createHash('sha256').update(content).digest(as);

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function noCert(): never {
  throw conflict('no-cert', 'Set the instance up first: a kit carries the name of the CERT');
}

function missing(): never {
  throw notFound('kit');
}

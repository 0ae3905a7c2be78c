import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

import {
  type AdvisoryIndexFile,
  type Contact,
  type FileAnswer,
  type KitAbout,
  kitFile,
  kitPolicy,
  type KitProgram,
  type Tlp,
} from '@busbar/contract';

import { onBehalfOf, visitor } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import { conflict } from '../../platform/problem.ts';
import { version } from '../../platform/version.ts';
import type { SigningService } from '../signing/signing-service.ts';

export interface KitParts {
  readonly database: Database;
  readonly signing: SigningService;
  readonly advisories: { index(tx: Db, upTo: Tlp): Promise<FileAnswer> };
  readonly origin: string;
  contact(tx: Db): Promise<Contact | null>;
  certId(tx: Db): Promise<string | undefined>;
}

export interface Kit {
  readonly about: KitAbout;
  readonly file: Buffer;
  readonly sha256: string;
  /** Detached, armored, of the whole file: for whoever checks it before opening it. */
  readonly signature: string;
}

/** Field kits: what everybody may read, in one file that works where there is no network, signed as a release is. */
export function kitService({ database, signing, advisories, origin, contact, certId }: KitParts) {
  return {
    async make(built: KitProgram): Promise<Kit> {
      const { content } = await database.look(visitor, (tx) => advisories.index(tx, 'CLEAR'));
      const packed = content as Uint8Array;
      const index = JSON.parse(gunzipSync(packed).toString('utf8')) as AdvisoryIndexFile;
      const { cert, key, signer } = await signed();
      const about: KitAbout = {
        format: 1,
        version,
        madeAt: new Date().toISOString(),
        cert,
        origin,
        advisories: index.advisories.length,
        newest: index.advisories.map(({ publishedAt }) => publishedAt).reduce(later, ''),
        key: { fingerprint: key.fingerprint, userIds: key.userIds, publicKey: key.publicKey },
      };
      const pieces = {
        ...built,
        policy: kitPolicy({ style: hashOf(built.style, 'base64'), program: hashOf(built.program, 'base64') }),
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
    },
  };

  async function signed() {
    const id = await database.look(visitor, certId);
    if (!id) throw conflict('no-cert', 'Set the instance up first: a kit carries the name of the CERT');
    // As the lead, who signs what leaves the house.
    return database.look(onBehalfOf(id, null, ['LEAD']), async (tx) => {
      const signer = await signing.signer(tx);
      return { cert: (await contact(tx))!, key: (await signing.find(tx, signer.keyId))!, signer };
    });
  }
}

const later = (one: string, other: string) => (one > other ? one : other);

const hashOf = (content: string | Buffer, as: 'hex' | 'base64') =>
  createHash('sha256').update(content).digest(as);

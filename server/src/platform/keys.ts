import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, randomUUID } from 'node:crypto';

import { type Generated, type Selectable, sql } from 'kysely';

import type { Actor } from './actor.ts';
import type { Config, MasterKey } from './config.ts';
import type { Db, Tables } from './database.ts';
import { isOfKms, kmsWrapper } from './kms.ts';
import { Problem } from './problem.ts';
import { openText, sealText } from './sealed.ts';

declare module './database.ts' {
  interface Tables {
    data_key: {
      id: string;
      owner_id: string;
      purpose: KeyPurpose | `case:${string}`;
      case_id: string | null;
      wrapped: Buffer;
      created_at: Generated<Date>;
    };
  }
}

export type KeyPurpose = 'plant' | 'imports' | 'packs';
type KeyRow = Selectable<Tables['data_key']>;

/** Wraps the keys of organisations and cases under one that never leaves it: the master key, or that of a KMS. */
export interface KeyWrapper {
  wrap(key: Uint8Array, context: string): Promise<Buffer>;
  unwrap(wrapped: Uint8Array, context: string): Promise<Buffer>;
}

/** What the settings say: a KMS where there is one, and the master key for what was wrapped before. */
export function wrapperOf({ masterKey, kms }: Pick<Config, 'masterKey' | 'kms'>): KeyWrapper {
  const byMaster = masterKeyWrapper(masterKey);
  return kms ? kmsWrapper(kms, byMaster) : byMaster;
}

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM (NIST SP 800-38D) under a key derived from the master key: nonce ‖ ciphertext ‖ tag. */
export function masterKeyWrapper(master: MasterKey): KeyWrapper {
  const kek = master.derive('wraps data keys');
  return {
    async wrap(key, context) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', kek, nonce).setAAD(Buffer.from(context));
      return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
    },
    async unwrap(wrapped, context) {
      if (isOfKms(wrapped))
        throw new Error('A KMS wrapped this key: set BUSBAR_KMS_COMMAND as it was, and try again');
      const decipher = createDecipheriv('aes-256-gcm', kek, wrapped.subarray(0, NONCE));
      decipher.setAAD(Buffer.from(context)).setAuthTag(wrapped.subarray(-TAG));
      return Buffer.concat([decipher.update(wrapped.subarray(NONCE, -TAG)), decipher.final()]);
    },
  };
}

/** A key in the clear. Everything sealed has one of its own, derived from it (HKDF-SHA-256, RFC 5869). */
export class DataKey {
  readonly id: string;
  readonly #secret: Buffer;
  #texts: Buffer | undefined;

  constructor(id: string, secret: Buffer) {
    this.id = id;
    this.#secret = secret;
  }

  sealing(blob: string): Buffer {
    return this.#derive(`seals ${blob}`);
  }

  /** The same content has the same address under this key, and none that anybody else could work out. */
  address(sha256: Uint8Array): string {
    return createHmac('sha256', this.#derive('addresses')).update(sha256).digest('hex');
  }

  /** @param place where it stands: `table.column` and the id of its row. Moved anywhere else, it does not open. */
  seal(place: string, text: string): Buffer {
    return sealText(this.#forTexts(), place, text);
  }

  /** Throws Damaged where it is not what was sealed for this place. */
  open(place: string, sealed: Uint8Array): string {
    return openText(this.#forTexts(), place, sealed);
  }

  /** One for all texts of a case: deriving costs more than opening one. */
  #forTexts(): Buffer {
    return (this.#texts ??= this.#derive('seals texts'));
  }

  /**
   * The id of what a form makes: the same words of the same person under the same key of a form make the same id, and
   * without a key each is another.
   * @param what it is, and where
   */
  idOf(what: string, { person, receipt }: Actor, form: { readonly key?: string | undefined }): string {
    if (!form.key) return randomUUID();
    const said = JSON.stringify([what, person ?? receipt ?? null, form]);
    const bytes = createHmac('sha256', this.#derive('ids of forms')).update(said).digest();
    bytes[6] = (bytes[6]! & 0x0f) | 0x80;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  #derive(use: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#secret, Buffer.alloc(0), use, 32));
  }
}

export type Keys = ReturnType<typeof keyring>;

export function keyring(wrapper: KeyWrapper) {
  /** A wrapped key moved to another owner or row does not open. */
  const context = (owner: string, id: string) => `${owner} ${id}`;
  const unwrapped = async (row: Pick<KeyRow, 'id' | 'owner_id' | 'wrapped'>) =>
    new DataKey(row.id, await wrapper.unwrap(row.wrapped, context(row.owner_id, row.id)));

  return {
    /** The key of an organisation for one purpose, made when first asked for. */
    async of(tx: Db, owner: string, purpose: KeyPurpose): Promise<DataKey> {
      const known = await find();
      if (known) return known;
      const id = randomUUID();
      const wrapped = await wrapper.wrap(randomBytes(32), context(owner, id));
      await tx
        .insertInto('data_key')
        .values({ id, owner_id: owner, purpose, wrapped })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return (await find())!;

      async function find() {
        const row = await tx
          .selectFrom('data_key')
          .select(['id', 'owner_id', 'wrapped'])
          .where('owner_id', '=', owner)
          .where('purpose', '=', purpose)
          .executeTakeFirst();
        return row && unwrapped(row);
      }
    },

    async open(tx: Db, owner: string, id: string | null): Promise<DataKey> {
      const row = id
        ? await tx
            .selectFrom('data_key')
            .select(['id', 'owner_id', 'wrapped'])
            .where('owner_id', '=', owner)
            .where('id', '=', id)
            .executeTakeFirst()
        : undefined;
      return unwrapped(row ?? purged());
    },

    /**
     * The key of a case that is about to be made: what it says is sealed first, the key is kept after the case.
     * @param custodian the CERT; it stays the key's owner whoever the case belongs to later
     */
    async forNewCase(caseId: string, custodian: string) {
      const [id, secret] = [randomUUID(), randomBytes(32)];
      const wrapped = await wrapper.wrap(secret, context(custodian, id));
      return {
        key: new DataKey(id, secret),
        async keep(tx: Db): Promise<void> {
          await tx
            .insertInto('data_key')
            .values({ id, owner_id: custodian, purpose: `case:${caseId}`, case_id: caseId, wrapped })
            .execute();
        },
      };
    },

    /**
     * The key of a case, for whom it opens. A purge waits until the transactions that asked for it have ended; who asks
     * after it finds no key, and nothing is sealed that could never be opened.
     */
    async ofCase(tx: Db, caseId: string): Promise<DataKey> {
      // A statement of its own: the key is looked up in what is there once the lock is held.
      await sql`select pg_advisory_xact_lock_shared(${lockOf(caseId)})`.execute(tx);
      return (await this.ofCases(tx, [caseId])).get(caseId) ?? purged();
    },

    /** To read several at once. Of what was purged, and of what does not open for the actor, there is none. */
    async ofCases(tx: Db, caseIds: readonly string[]): Promise<Map<string, DataKey>> {
      if (caseIds.length === 0) return new Map();
      const rows = await tx
        .selectFrom('data_key')
        .select(['id', 'owner_id', 'case_id', 'wrapped'])
        .where('case_id', 'in', caseIds)
        .execute();
      return new Map(
        await Promise.all(rows.map(async (row) => [row.case_id!, await unwrapped(row)] as const)),
      );
    },

    /** Waits for all who use the key of a case, and lets nobody begin before the transaction ends. */
    async reserve(tx: Db, caseId: string): Promise<void> {
      await sql`select pg_advisory_xact_lock(${lockOf(caseId)})`.execute(tx);
    },

    /** Destroys the key of a case that was reserved. The database lets it go with its tombstone only. */
    async destroy(tx: Db, caseId: string): Promise<void> {
      await tx.deleteFrom('data_key').where('case_id', '=', caseId).execute();
    },
  };
}

/** A whole row of data_key in the clear, for who has no policy to ask: a backup that is being tried. */
export async function openKey(
  wrapper: KeyWrapper,
  { id, owner_id, wrapped }: { id: string; owner_id: string; wrapped: Uint8Array },
): Promise<DataKey> {
  return new DataKey(id, await wrapper.unwrap(wrapped, `${owner_id} ${id}`));
}

const lockOf = (caseId: string) => sql`hashtextextended('key of case ' || ${caseId}::text, 0)`;

function purged(): never {
  throw new Problem(410, 'purged', 'The key of this was destroyed on purpose; it cannot be read again');
}

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, randomUUID } from 'node:crypto';

import type { Generated } from 'kysely';

import type { MasterKey } from './config.ts';
import type { Db } from './database.ts';
import { Problem } from './problem.ts';

declare module './database.ts' {
  interface Tables {
    data_key: {
      id: string;
      owner_id: string;
      purpose: KeyPurpose;
      wrapped: Buffer;
      created_at: Generated<Date>;
    };
  }
}

export type KeyPurpose = 'plant' | 'imports';

/** Wraps the keys of organisations under one that never leaves it: the master key today, a KMS or HSM tomorrow. */
export interface KeyWrapper {
  wrap(key: Uint8Array, context: string): Promise<Buffer>;
  unwrap(wrapped: Uint8Array, context: string): Promise<Buffer>;
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

  constructor(id: string, secret: Buffer) {
    this.id = id;
    this.#secret = secret;
  }

  sealing(blob: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#secret, Buffer.alloc(0), `seals ${blob}`, 32));
  }

  /** The same content has the same address under this key, and none that anybody else could work out. */
  address(sha256: Uint8Array): string {
    const key = Buffer.from(hkdfSync('sha256', this.#secret, Buffer.alloc(0), 'addresses', 32));
    return createHmac('sha256', key).update(sha256).digest('hex');
  }
}

export type Keys = ReturnType<typeof keyring>;

export function keyring(wrapper: KeyWrapper) {
  /** A wrapped key moved to another owner or row does not open. */
  const context = (owner: string, id: string) => `${owner} ${id}`;

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
          .select(['id', 'wrapped'])
          .where('owner_id', '=', owner)
          .where('purpose', '=', purpose)
          .executeTakeFirst();
        return row && new DataKey(row.id, await wrapper.unwrap(row.wrapped, context(owner, row.id)));
      }
    },

    async open(tx: Db, owner: string, id: string | null): Promise<DataKey> {
      const row = id
        ? await tx
            .selectFrom('data_key')
            .select('wrapped')
            .where('owner_id', '=', owner)
            .where('id', '=', id)
            .executeTakeFirst()
        : undefined;
      if (!row)
        throw new Problem(410, 'purged', 'The key of this was destroyed on purpose; it cannot be read again');
      return new DataKey(id!, await wrapper.unwrap(row.wrapped, context(owner, id!)));
    },

    /** What was sealed under the key is gone for good; its hashes and audit lines stay. */
    async purge(tx: Db, owner: string, id: string): Promise<void> {
      await tx.deleteFrom('data_key').where('owner_id', '=', owner).where('id', '=', id).execute();
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

import { randomUUID } from 'node:crypto';

import type { SigningKey, Told } from '@busbar/contract';
import * as openpgp from 'openpgp';

import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { KeyWrapper } from '../../platform/keys.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import {
  activeKey,
  findKey,
  insertKey,
  isKnown,
  listKeys,
  lockKey,
  markRevoked,
  sealedSecret,
  type SigningKeyRow,
} from './signing-store.ts';

export type SigningService = ReturnType<typeof signingService>;

/** Signs bytes with one key. Lives as long as one piece of work; the key in the clear is kept nowhere. */
export interface Signer {
  readonly keyId: string;
  /** Detached, armored, binary document signature (RFC 9580 section 5.2.1, type 0x00). */
  sign(bytes: Uint8Array): Promise<string>;
  /** Signed and encrypted to an armored public key in one message, armored (RFC 3156 section 6.2 wants it so in mail). */
  seal(bytes: Uint8Array, publicKey: string): Promise<string>;
}

export interface Contacts {
  cert(tx: Db): Promise<{ name: string; email: string } | null>;
}

const day = 86_400_000;
const warnBefore = 60 * day;

/** The OpenPGP keys of the CERT: made or imported here, sealed under the master key, and never shown again. */
export function signingService(wrapper: KeyWrapper, contacts: Contacts) {
  return {
    async list({ tx }: { tx: Db }) {
      return { items: (await listKeys(tx)).map(toSigningKey) };
    },

    async create(ask: Ask<unknown, unknown, { years: number }>): Promise<SigningKey> {
      const cert = await contacts.cert(ask.tx);
      if (!cert) throw conflict('no-cert', 'Set the instance up first: the key carries the name of the CERT');
      // ed25519 in the form of RFC 4880bis: every OpenPGP program of the last ten years reads it.
      const { privateKey } = await openpgp.generateKey({
        type: 'ecc',
        curve: 'ed25519Legacy',
        userIDs: [{ name: cert.name, email: cert.email }],
        keyExpirationTime: ask.body.years * 365 * 86_400,
        format: 'object',
      });
      return keep(ask, privateKey);
    },

    async import(
      ask: Ask<unknown, unknown, { privateKey: string; passphrase: string }>,
    ): Promise<SigningKey> {
      const key = await readPrivate(ask.body.privateKey, ask.body.passphrase);
      const { tx } = ask;
      if (await isKnown(tx, fingerprintOf(key)))
        throw conflict('key-known', 'This key is here already; make or import another one');
      return keep(ask, key);
    },

    async revoke({
      tx,
      params,
      body,
      trail,
    }: Ask<{ id: string }, unknown, { reason: Revocation }>): Promise<SigningKey> {
      const row = (await lockKey(tx, params.id)) ?? missing();
      if (row.state === 'revoked') throw conflict('key-revoked', 'This key was revoked before');
      const { publicKey } = await openpgp.revokeKey({
        key: await open(tx, row.id),
        reasonForRevocation: { flag: flags[body.reason], string: body.reason },
        format: 'object',
      });
      trail.on({
        kind: 'signing key',
        id: row.id,
        name: row.fingerprint,
        owner: row.owner_id,
        reason: body.reason,
      });
      return toSigningKey(await markRevoked(tx, row.id, body.reason, publicKey.armor()));
    },

    // What other modules ask for.

    async active(tx: Db): Promise<SigningKey | undefined> {
      const row = await activeKey(tx);
      return row && toSigningKey(row);
    },

    async find(tx: Db, id: string): Promise<SigningKey | undefined> {
      const row = await findKey(tx, id);
      return row && toSigningKey(row);
    },

    /** The active key, ready to sign. */
    async signer(tx: Db): Promise<Signer> {
      const row = await activeKey(tx);
      if (!row)
        throw conflict('no-signing-key', 'There is no active signing key. An administrator makes one first');
      const key = await open(tx, row.id);
      return {
        keyId: row.id,
        async sign(bytes) {
          const message = await openpgp.createMessage({ binary: bytes });
          return openpgp.sign({ message, signingKeys: key, detached: true, format: 'armored' });
        },
        async seal(bytes, publicKey) {
          return openpgp.encrypt({
            message: await openpgp.createMessage({ binary: bytes }),
            encryptionKeys: await openpgp.readKey({ armoredKey: publicKey }),
            signingKeys: key,
            format: 'armored',
          });
        },
      };
    },

    /** Every key that a letter to the CERT may be encrypted to, in the clear: retired ones, too, but none that leaked. */
    async openers(tx: Db): Promise<Uint8Array[]> {
      const rows = (await listKeys(tx)).filter(({ revoked_reason }) => revoked_reason !== 'compromised');
      return Promise.all(rows.map(async ({ id }) => (await open(tx, id)).write()));
    },

    verifies,
    hashOf,
    readPublic,
  };

  async function keep(
    { tx, actor, trail }: Ask<unknown, unknown, unknown>,
    key: openpgp.PrivateKey,
  ): Promise<SigningKey> {
    const id = randomUUID();
    const expires = await key.getExpirationTime();
    const row = await insertKey(
      tx,
      {
        id,
        owner_id: actor.organisation!,
        fingerprint: fingerprintOf(key),
        user_ids: key.getUserIDs(),
        algorithm: algorithmOf(key),
        public_key: key.toPublic().armor(),
        made_at: key.getCreationTime(),
        expires_at: expires instanceof Date ? expires : null,
        revoked_reason: null,
        added_by: actor.person,
      },
      await wrapper.wrap(key.write(), contextOf(id)),
    );
    trail.on({ kind: 'signing key', id, name: row.fingerprint, owner: row.owner_id });
    return toSigningKey(row);
  }

  async function open(tx: Db, id: string): Promise<openpgp.PrivateKey> {
    const sealed = (await sealedSecret(tx, id)) ?? missing();
    return openpgp.readPrivateKey({ binaryKey: await wrapper.unwrap(sealed, contextOf(id)) });
  }
}

type Revocation = 'superseded' | 'retired' | 'compromised';
/** RFC 9580 section 5.2.3.31. */
const flags: Record<Revocation, number> = { superseded: 1, compromised: 2, retired: 3 };

/** A sealed key moved to another row does not open. */
const contextOf = (id: string) => `signing key ${id}`;
const fingerprintOf = (key: openpgp.Key) => key.getFingerprint().toUpperCase();

function algorithmOf(key: openpgp.Key): string {
  const { algorithm, curve, bits } = key.getAlgorithmInfo() as {
    algorithm: string;
    curve?: string;
    bits?: number;
  };
  return [algorithm, curve ?? bits].filter(Boolean).join(' ');
}

/**
 * Was this signed by that key? Asked of the moment of signing: a key that has expired or was revoked since still
 * answers for what it signed; that it was revoked is told beside it.
 */
async function verifies(publicKey: string, bytes: Uint8Array, armored: string): Promise<boolean> {
  try {
    const key = await openpgp.readKey({ armoredKey: publicKey });
    key.revocationSignatures = [];
    const signature = await openpgp.readSignature({ armoredSignature: armored });
    const made = signature.packets[0]?.created ?? new Date();
    const { signatures } = await openpgp.verify({
      message: await openpgp.createMessage({ binary: bytes }),
      signature,
      verificationKeys: key,
      date: made,
    });
    await signatures[0]!.verified;
    return true;
  } catch {
    return false;
  }
}

/** The hash that a signature rests on, as mail names it (RFC 3156 section 5). */
async function hashOf(armored: string): Promise<string> {
  const { packets } = await openpgp.readSignature({ armoredSignature: armored });
  return `pgp-${openpgp.enums.read(openpgp.enums.hash, packets[0]!.hashAlgorithm!)}`;
}

/** Somebody's key to which one can encrypt today; a private one is refused and kept nowhere. */
async function readPublic(armored: string) {
  if (/PRIVATE KEY/.test(armored))
    throw malformed(
      'key-is-private',
      'This is your private key. Keep it to yourself, and export the public one: gpg --armor --export',
      {},
      [{ path: 'publicKey', message: 'is a private key' }],
    );
  const key = await openpgp.readKey({ armoredKey: armored }).catch(() => {
    throw malformed(
      'key-not-public',
      'This is no armored OpenPGP public key. Export it with: gpg --armor --export',
      {},
      [{ path: 'publicKey', message: 'is no armored public key' }],
    );
  });
  await key.getEncryptionKey().catch(() => {
    throw malformed(
      'key-cannot-encrypt',
      'Nothing can be encrypted to this key: it has expired, was revoked, or only signs. Give another one',
      {},
      [{ path: 'publicKey', message: 'cannot be encrypted to' }],
    );
  });
  const expires = await key.getExpirationTime();
  return {
    fingerprint: fingerprintOf(key),
    userIds: key.getUserIDs(),
    expiresAt: expires instanceof Date ? expires : null,
    armored: key.armor(),
  };
}

async function readPrivate(armored: string, passphrase: string): Promise<openpgp.PrivateKey> {
  const key = await openpgp.readPrivateKey({ armoredKey: armored }).catch(() => {
    throw malformed(
      'key-not-private',
      'This is no armored OpenPGP private key. Export it with: gpg --armor --export-secret-keys',
      {},
      [{ path: 'privateKey', message: 'is no armored private key' }],
    );
  });
  const clear = key.isDecrypted()
    ? key
    : await openpgp.decryptKey({ privateKey: key, passphrase }).catch(() => {
        throw malformed('key-passphrase-wrong', 'The passphrase does not open this key', {}, [
          { path: 'passphrase', message: 'does not open the key' },
        ]);
      });
  await clear.getSigningKey().catch(() => {
    throw malformed(
      'key-cannot-sign',
      'This key cannot sign: it has expired, was revoked, or is too weak. Import another one',
      {},
      [{ path: 'privateKey', message: 'cannot sign' }],
    );
  });
  return clear;
}

function toSigningKey(row: SigningKeyRow): SigningKey {
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    userIds: row.user_ids,
    algorithm: row.algorithm,
    publicKey: row.public_key,
    madeAt: row.made_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    state: row.state,
    revokedReason: row.revoked_reason,
    warning: row.state === 'active' ? warningOf(row.expires_at) : null,
  };
}

function warningOf(expires: Date | null): Told | null {
  if (!expires) return null;
  const left = expires.getTime() - Date.now();
  if (left > warnBefore) return null;
  if (left <= 0)
    return {
      code: 'key-expired',
      params: {},
      text: 'The key has expired, and nothing can be released. Make a new one',
    };
  const days = Math.ceil(left / day);
  return {
    code: 'key-expires',
    params: { days },
    text: `The key expires in ${days} days. Make a new one in time, so that readers can learn it`,
  };
}

function missing(): never {
  throw notFound('signing key');
}

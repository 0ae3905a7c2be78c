import type { PackKey, PackSigner } from '@busbar/contract';
import * as openpgp from 'openpgp';

import { line } from '../../platform/plain-text.ts';
import { malformed, Problem } from '../../platform/problem.ts';
import { altered, Manifest, packFormat } from './pack-file.ts';

/** A key whose packs are taken. Its owner, or we, may have revoked it since. */
export interface TrustedKey {
  readonly publicKey: string;
  readonly isRevoked: boolean;
}

/** Why a pack is refused, and whose it says that it is. */
export class PackRefused extends Problem {
  readonly signer: PackSigner | null;

  constructor({ status, code, message, params }: Problem, signer: PackSigner | null = null) {
    super(status, code, message, params);
    this.signer = signer;
  }
}

/** Of a text that nobody has vouched for yet, only as much is read as a pack of a large CERT has. */
const mostUnvouched = 16 << 20;

/** The manifest, if one of these keys signed it (RFC 9580 section 5.2) and holds now. Throws why not. */
export async function vouchedFor(
  bytes: Buffer,
  signature: string | null,
  trusted: readonly TrustedKey[],
  now: Date,
): Promise<Manifest> {
  if (!signature)
    throw malformed(
      'pack-unsigned',
      'The pack is not signed: nobody can say who made it. Ask whoever gave it to you for the signed one',
    );
  const found = await openpgp.readSignature({ armoredSignature: signature }).catch(() => undefined);
  const ids = found?.getSigningKeyIDs().map((id) => id.toHex()) ?? [];
  if (!found || ids.length === 0) throw altered();
  for (const one of trusted) {
    const key = await openpgp.readKey({ armoredKey: one.publicKey });
    if (!key.getKeyIDs().some((id) => ids.includes(id.toHex()))) continue;
    const signer = signerOf(key);
    if (!(await isSignedBy(key, bytes, found))) throw altered();
    const state = one.isRevoked ? 'revoked' : await stateOf(key, now);
    if (state !== 'good') throw new PackRefused(noMore[state](signer.fingerprint), signer);
    return understood(bytes);
  }
  throw await unknown(bytes, found);
}

const noMore = {
  revoked: (fingerprint: string) =>
    malformed(
      'pack-key-revoked',
      `The pack is signed by a key that was revoked (${fingerprint}). Ask its maker for one under the new key`,
      { fingerprint },
    ),
  expired: (fingerprint: string) =>
    malformed(
      'pack-key-expired',
      `The pack is signed by a key that has run out (${fingerprint}). Ask its maker for the renewed key, and accept it under Keys`,
      { fingerprint },
    ),
};

/** Nobody here knows the key. Whose it says that it is can be told if at least the pack fits it. */
async function unknown(bytes: Buffer, signature: openpgp.Signature): Promise<Problem> {
  const claimed = bytes.length > mostUnvouched ? undefined : Manifest.shape.key.safeParse(keyIn(bytes)).data;
  const key = claimed && (await openpgp.readKey({ armoredKey: claimed.publicKey }).catch(() => undefined));
  if (!key) return unknownKey(signature.getSigningKeyIDs()[0]!.toHex().toUpperCase(), null);
  if (!(await isSignedBy(key, bytes, signature))) return altered();
  const signer = signerOf(key);
  return unknownKey(signer.fingerprint, signer);
}

const unknownKey = (fingerprint: string, signer: PackSigner | null) =>
  new PackRefused(
    malformed(
      'pack-key-unknown',
      `The pack is signed by a key that nobody here has accepted (${fingerprint}). Ask its owner by another way for his fingerprint; if it is this one, accept the key, and check the pack again`,
      { fingerprint },
    ),
    signer,
  );

function keyIn(bytes: Buffer): unknown {
  try {
    return (JSON.parse(bytes.toString('utf8')) as { key?: unknown }).key;
  } catch {
    return undefined;
  }
}

function understood(bytes: Buffer): Manifest {
  let text: unknown;
  try {
    text = JSON.parse(bytes.toString('utf8'));
  } catch {
    text = undefined;
  }
  const { data } = Manifest.safeParse(text);
  if (data) return data;
  const { format } = (text ?? {}) as { format?: unknown };
  if (format === packFormat)
    throw malformed(
      'pack-not-understood',
      'Its maker has signed the pack, but its list is not written as this Busbar reads it: a newer Busbar made it. Update this one, or ask for a pack of an older one',
    );
  throw malformed(
    'pack-format-unknown',
    `This Busbar reads “${packFormat}”, and the pack is in another form (${line(String(format), 60) || '?'}). Update this Busbar, or ask for a pack of an older one`,
    { format: line(String(format), 60) || '?', known: packFormat },
  );
}

/** As of the moment of signing: whether the key holds now is asked apart, so that the reason can be told. */
async function isSignedBy(
  key: openpgp.Key,
  bytes: Uint8Array,
  signature: openpgp.Signature,
): Promise<boolean> {
  const asked = await openpgp.readKey({ armoredKey: key.armor() });
  asked.revocationSignatures = [];
  try {
    const { signatures } = await openpgp.verify({
      message: await openpgp.createMessage({ binary: bytes }),
      signature,
      verificationKeys: asked,
      date: signature.packets[0]?.created ?? new Date(),
    });
    await signatures[0]!.verified;
    return true;
  } catch {
    return false;
  }
}

export async function stateOf(key: openpgp.Key, now: Date): Promise<PackKey['state']> {
  if (await key.isRevoked(undefined, undefined, now)) return 'revoked';
  const expires = await key.getExpirationTime();
  return expires === null || (expires instanceof Date && expires <= now) ? 'expired' : 'good';
}

export const signerOf = (key: openpgp.Key): PackSigner => ({
  fingerprint: key.getFingerprint().toUpperCase(),
  userIds: key.getUserIDs().map((id) => line(id, 300)),
  publicKey: key.toPublic().armor(),
});

/** A key as somebody pastes it. */
export async function readKey(armored: string): Promise<openpgp.Key> {
  const field = [{ path: 'publicKey', message: 'is no armored public key' }];
  if (/PRIVATE KEY/.test(armored))
    throw malformed(
      'key-is-private',
      'This is a private key, which should be with nobody but its owner. Export the public one: gpg --armor --export',
      {},
      field,
    );
  return openpgp.readKey({ armoredKey: armored }).catch(() => {
    throw malformed(
      'key-not-public',
      'This is no armored OpenPGP public key. Export it with: gpg --armor --export',
      {},
      field,
    );
  });
}

export const expiryOf = async (key: openpgp.Key): Promise<string | null> => {
  const time = await key.getExpirationTime();
  return time instanceof Date ? time.toISOString() : null;
};

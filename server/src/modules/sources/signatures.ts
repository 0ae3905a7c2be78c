import type { SignatureVerdict } from '@busbar/contract';
import { createMessage, type Key, readKeys, readSignature, verify } from 'openpgp';

/** A public key that somebody has pinned by its fingerprint. */
export interface PinnedKey {
  /** Upper case hexadecimal, without spaces. */
  readonly fingerprint: string;
  readonly armored: string;
  /** ISO; null where it holds for ever, undefined where it was kept by an older program. */
  readonly expires?: string | null;
}

/** The keys in an armoured text; none where it holds none. */
export async function keysIn(armored: string): Promise<PinnedKey[]> {
  const keys = await readKeys({ armoredKeys: armored }).catch((): Key[] => []);
  return Promise.all(
    keys.map(async (key) => ({
      fingerprint: fingerprintOf(key),
      armored: key.toPublic().armor(),
      expires: await expiryOf(key),
    })),
  );
}

/**
 * What a detached signature (RFC 9580 section 5.2) says of these bytes. It is right when one of the keys made it and it
 * fits; keys that nobody pinned count for nothing.
 */
export async function judgeSignature(
  bytes: Uint8Array,
  armored: string,
  pinned: readonly PinnedKey[],
): Promise<{
  verdict: Exclude<SignatureVerdict, 'unchecked'>;
  by: string | null;
  /** The key that made it holds no longer since then. */
  expired?: string;
}> {
  try {
    const signature = await readSignature({ armoredSignature: armored });
    const keys = (await Promise.all(pinned.map(({ armored }) => readKeys({ armoredKeys: armored })))).flat();
    const ownerOf = (id: string) => keys.find((key) => key.getKeyIDs().some((known) => known.toHex() === id));
    const message = await createMessage({ binary: bytes });
    const { signatures } = await verify({ message, signature, verificationKeys: keys });
    let known: Key | undefined;
    for (const { keyID, verified } of signatures) {
      const owner = ownerOf(keyID.toHex());
      known ??= owner;
      const fits = await verified.catch(() => false);
      if (owner && fits) return { verdict: 'right', by: fingerprintOf(owner) };
    }
    if (signatures.length > 0 && !known)
      return { verdict: 'unknown-key', by: signatures[0]!.keyID.toHex().toUpperCase() };
    const expires = known && (await expiryOf(known));
    return {
      verdict: 'wrong',
      by: known ? fingerprintOf(known) : null,
      ...(expires && Date.parse(expires) < Date.now() && { expired: expires }),
    };
  } catch {
    // Not readable as a signature at all.
    return { verdict: 'wrong', by: null };
  }
}

async function expiryOf(key: Key): Promise<string | null> {
  const time = await key.getExpirationTime().catch(() => null);
  return time instanceof Date ? time.toISOString() : null;
}

const fingerprintOf = (key: Key) => key.getFingerprint().toUpperCase();

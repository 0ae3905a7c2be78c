import type { SignatureVerdict } from '@busbar/contract';
import { createMessage, type Key, readKeys, readSignature, verify } from 'openpgp';

/** A public key that somebody has pinned by its fingerprint. */
export interface PinnedKey {
  /** Upper case hexadecimal, without spaces. */
  readonly fingerprint: string;
  readonly armored: string;
}

/** The keys in an armoured text; none where it holds none. */
export async function keysIn(armored: string): Promise<PinnedKey[]> {
  const keys = await readKeys({ armoredKeys: armored }).catch((): Key[] => []);
  return keys.map((key) => ({ fingerprint: fingerprintOf(key), armored: key.toPublic().armor() }));
}

/**
 * What a detached signature (RFC 9580 section 5.2) says of these bytes. It is right when one of the keys made it and it
 * fits; keys that nobody pinned count for nothing.
 */
export async function judgeSignature(
  bytes: Uint8Array,
  armored: string,
  pinned: readonly PinnedKey[],
): Promise<{ verdict: Exclude<SignatureVerdict, 'unchecked'>; by: string | null }> {
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
    return { verdict: 'wrong', by: known ? fingerprintOf(known) : null };
  } catch {
    // Not readable as a signature at all.
    return { verdict: 'wrong', by: null };
  }
}

const fingerprintOf = (key: Key) => key.getFingerprint().toUpperCase();

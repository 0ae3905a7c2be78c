import type { LetterSignature } from '@busbar/contract';
import * as openpgp from 'openpgp';

/** Whose signatures are believed, and what opens letters to the CERT. */
export interface KeyRing {
  /** Ours, binary. */
  readonly secrets: readonly Uint8Array[];
  /** Armored: given by the person of this address. */
  readonly confirmed: readonly string[];
  /** Armored: it came with letters of this case. */
  readonly unconfirmed: readonly string[];
}

/** A key that came with a letter. */
export interface CameKey {
  readonly armored: string;
  readonly fingerprint: string;
}

/** What a letter may grow to when it is opened: data that expands without end ends here. */
const mostOpened = 64 << 20;
const bounds = { maxDecompressedMessageSize: mostOpened };

/** Opens what is encrypted to one of our keys; undefined when none fits, or it is not what it says. */
export async function decrypt(
  armored: string,
  ring: KeyRing,
): Promise<{ bytes: Uint8Array; signature: LetterSignature } | undefined> {
  const keys = await known(ring);
  try {
    const { data, signatures } = await openpgp.decrypt({
      message: await openpgp.readMessage({ armoredMessage: armored, config: bounds }),
      decryptionKeys: await Promise.all(
        ring.secrets.map((binaryKey) => openpgp.readPrivateKey({ binaryKey })),
      ),
      verificationKeys: keys.all,
      format: 'binary',
      config: bounds,
    });
    return { bytes: data as Uint8Array, signature: await judge(signatures, keys) };
  } catch {
    return undefined;
  }
}

/** @param signed the bytes that the signature stands beside (RFC 3156 section 5) */
export async function verify(signed: Uint8Array, armored: string, ring: KeyRing): Promise<LetterSignature> {
  const keys = await known(ring);
  try {
    const { signatures } = await openpgp.verify({
      message: await openpgp.createMessage({ binary: signed }),
      signature: await openpgp.readSignature({ armoredSignature: armored }),
      verificationKeys: keys.all,
    });
    return await judge(signatures, keys);
  } catch {
    return 'wrong';
  }
}

/** A text with its signature around it (RFC 9580 section 7). */
export async function verifyInline(
  armored: string,
  ring: KeyRing,
): Promise<{ text: string; signature: LetterSignature } | undefined> {
  const keys = await known(ring);
  try {
    const { data, signatures } = await openpgp.verify({
      message: await openpgp.readCleartextMessage({ cleartextMessage: armored }),
      verificationKeys: keys.all,
    });
    return { text: data, signature: await judge(signatures, keys) };
  } catch {
    return undefined;
  }
}

/** The key of this address, where one can encrypt to it. */
export async function publicKeyOf(
  key: { readonly armored: string } | { readonly binary: Uint8Array },
  address: string,
): Promise<CameKey | undefined> {
  try {
    const found =
      'armored' in key
        ? await openpgp.readKey({ armoredKey: key.armored })
        : await openpgp.readKey({ binaryKey: key.binary });
    const isHis = found.users.some(({ userID }) => userID?.email?.toLowerCase() === address);
    if (found.isPrivate() || !isHis) return undefined;
    await found.getEncryptionKey();
    return { armored: found.armor(), fingerprint: found.getFingerprint().toUpperCase() };
  } catch {
    return undefined;
  }
}

async function known({ confirmed, unconfirmed }: KeyRing) {
  const read = async (armored: readonly string[]) =>
    (
      await Promise.all(armored.map((armoredKey) => openpgp.readKey({ armoredKey }).catch(() => undefined)))
    ).filter((key) => key !== undefined);
  const [sure, unsure] = [await read(confirmed), await read(unconfirmed)];
  return { sure, unsure, all: [...sure, ...unsure] };
}

interface Signature {
  readonly keyID: openpgp.KeyID;
  readonly verified: Promise<boolean>;
}

type Known = Awaited<ReturnType<typeof known>>;

/** A key that is known for an address and did not sign makes the signature wrong, whoever made it. */
async function judge(
  signatures: readonly Signature[],
  { sure, unsure, all }: Known,
): Promise<LetterSignature> {
  const [signature] = signatures;
  if (!signature) return 'unsigned';
  const holds = await signature.verified.catch(() => false);
  const isOf = (keys: readonly openpgp.Key[]) => keys.some((key) => key.getKeys(signature.keyID).length > 0);
  if (holds && isOf(sure)) return 'signed';
  if (sure.length > 0) return 'wrong';
  if (holds && isOf(unsure)) return 'unconfirmed';
  return isOf(all) || unsure.length > 0 ? 'wrong' : 'unchecked';
}

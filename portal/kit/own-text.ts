import { type KitAbout, kitFile, type KitPieces } from '@busbar/contract';
import { bytesToHex } from '@noble/hashes/utils.js';
import { createMessage, readKey, readSignature, verify } from 'openpgp';

/** The file this page was opened from, put together again of what the browser read; a page may not read files. */
export function piecesIn(page: Document): KitPieces {
  const textOf = (id: string) => page.getElementById(id)?.textContent ?? '';
  return {
    policy: page.querySelector<HTMLMetaElement>('meta[http-equiv]')?.content ?? '',
    style: textOf('style'),
    noScript: page.querySelector('noscript')?.textContent ?? '',
    about: textOf('about'),
    advisories: textOf('advisories'),
    worker: textOf('worker'),
    signature: textOf('signature'),
    program: textOf('program'),
  };
}

export interface OwnCheck {
  readonly verdict: 'valid' | 'invalid';
  /** Of the whole file, as every computer tells it of a file. */
  readonly sha256: string;
  readonly size: number;
}

/**
 * Is the file what whoever holds the key signed? It finds what was damaged or altered on the way. Who alters a kit with intent
 * also alters what it says of itself: only the hash and the key, compared with what the CERT tells elsewhere, find that.
 */
export async function checkOwn(pieces: KitPieces, { key }: Pick<KitAbout, 'key'>): Promise<OwnCheck> {
  const bytes = encode(kitFile(pieces));
  const sha256 = bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  const signed = encode(kitFile({ ...pieces, signature: '' }));
  const valid = await isSigned(signed, pieces.signature, key.publicKey).catch(() => false);
  return { verdict: valid ? 'valid' : 'invalid', sha256, size: bytes.length };
}

/** By a key that was good at the time: kits are older than keys. */
async function isSigned(binary: Uint8Array, armoredSignature: string, armoredKey: string): Promise<boolean> {
  const signature = await readSignature({ armoredSignature });
  const { signatures } = await verify({
    message: await createMessage({ binary }),
    signature,
    verificationKeys: await readKey({ armoredKey }),
    date: signature.packets[0]?.created ?? new Date(),
  });
  return (await signatures[0]?.verified) ?? false;
}

const encode = (text: string) => new TextEncoder().encode(text);

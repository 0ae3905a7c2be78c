import { createHash } from 'node:crypto';

import { checkProvider, type ProviderReport, validate } from '@busbar/csaf';
import { type Key, readKey, readSignature } from 'openpgp';

import type { Fetcher } from '../../platform/fetcher.ts';
import { judgeSignature } from './signatures.ts';

/** As large as what the program takes in. */
const largest = 64 << 20;

export interface CheckWishes {
  /** On a network of ours: private addresses and plain http are allowed. */
  readonly local: boolean;
  /** Documents that are fetched at most. */
  readonly limit: number;
}

/**
 * Checks a CSAF provider against section 7 of the standard, as a stranger who may go to any public host. Takes a domain
 * or the address of a provider-metadata.json; what cannot be reached is in the report, nothing throws.
 */
export function providerCheck(
  fetcher: Fetcher,
  where: string,
  { local, limit }: CheckWishes,
): Promise<ProviderReport> {
  return checkProvider(where, {
    fetch: (url, { userAgent } = {}) =>
      fetcher.ask({
        url,
        userAgent,
        reach: { hosts: [URL.parse(url)?.host ?? ''], local },
        most: largest,
        within: 120_000,
      }),
    digest: async (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex'),
    verify: async (signature, bytes, keys) => {
      const pinned = await Promise.all(
        keys.map(async (armored) => ({ fingerprint: await fingerprintOf(armored), armored })),
      );
      const { verdict } = await judgeSignature(bytes, signature, pinned);
      if (verdict === 'right') return { valid: true, ...(await endOf(signature, keys)) };
      return {
        valid: false,
        reason: verdict === 'unknown-key' ? 'another key made it' : 'it does not fit the document',
      };
    },
    fingerprint: async (armored) => (await fingerprintOf(armored)) || undefined,
    validate: (document) =>
      validate(document, { most: 20 })
        .findings.filter(({ severity }) => severity === 'error')
        .map(({ path, message }) => `${path}: ${message}`),
    now: new Date().toISOString(),
    limit,
  });
}

const fingerprintOf = async (armoredKey: string) =>
  (await readKey({ armoredKey }).catch((): undefined => undefined))?.getFingerprint().toUpperCase() ?? '';

/** When the key that signed ends; nothing where it has no end. */
async function endOf(armoredSignature: string, keys: readonly string[]): Promise<{ until?: string }> {
  const ids = (await readSignature({ armoredSignature })).getSigningKeyIDs().map((id) => id.toHex());
  const read = await Promise.all(
    keys.map((armoredKey) => readKey({ armoredKey }).catch((): undefined => undefined)),
  );
  const signer = read.find((key): key is Key =>
    Boolean(key?.getKeyIDs().some((id) => ids.includes(id.toHex()))),
  );
  const end = await signer?.getExpirationTime();
  return end instanceof Date ? { until: end.toISOString() } : {};
}

import { generateX25519Identity, identityToRecipient } from 'age-encryption';

import { onBehalfOf, visitor } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Asker } from '../../platform/http.ts';
import type { KeyWrapper } from '../../platform/keys.ts';
import { conflict } from '../../platform/problem.ts';
import { bundleKey, insertBundleKey, sealedIdentity } from './bundle-store.ts';

interface Parts {
  readonly database: Database;
  readonly wrapper: KeyWrapper;
  certId(tx: Db): Promise<string | undefined>;
}

/** A sealed key moved to another CERT does not open. */
const contextOf = (cert: string) => `bundle key ${cert}`;

export type BundleKeyService = ReturnType<typeof bundleKeyService>;

/** The key to which people encrypt what they save for the CERT where there is no network: made when first asked for. */
export function bundleKeyService({ database, wrapper, certId }: Parts) {
  return {
    async recipient({ tx, actor, become }: Asker): Promise<{ recipient: string; madeAt: Date }> {
      const cert = await theCert(tx);
      const found = await bundleKey(tx, cert);
      if (found) return toKey(found);
      const key = await freshKey(cert);
      await become(asCert(cert));
      const made = await insertBundleKey(tx, key);
      await become(actor);
      return toKey(made);
    },

    /** In the clear, for one piece of work: kept nowhere. Undefined before anybody asked to whom to encrypt. */
    async identity(): Promise<string | undefined> {
      const cert = await database.look(visitor, theCert);
      const sealed = await database.look(asCert(cert), (tx) => sealedIdentity(tx, cert));
      return sealed && (await wrapper.unwrap(sealed, contextOf(cert))).toString('utf8');
    },
  };

  async function theCert(tx: Db): Promise<string> {
    const cert = await certId(tx);
    if (!cert) throw conflict('no-cert', 'Set the instance up first: a bundle is encrypted to its CERT');
    return cert;
  }

  async function freshKey(cert: string) {
    const identity = await generateX25519Identity();
    return {
      owner: cert,
      recipient: await identityToRecipient(identity),
      sealed: await wrapper.wrap(Buffer.from(identity), contextOf(cert)),
    };
  }
}

const toKey = ({ recipient, made_at: madeAt }: { recipient: string; made_at: Date }) => ({
  recipient,
  madeAt,
});

const asCert = (cert: string) => onBehalfOf(cert, null, ['LEAD']);

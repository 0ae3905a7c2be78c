import type { Contact } from '@busbar/contract';

import type { Db } from '../../platform/database.ts';
import { notFound } from '../../platform/problem.ts';
import type { Snapshot, Subject } from '../releases/release-service.ts';
import type { SigningService } from '../signing/signing-service.ts';
import { profileText } from './profile-text.ts';

export interface ProfileParts {
  readonly origin: string;
  readonly signing: SigningService;
  contact(tx: Db): Promise<Contact | null>;
  /** The organisation that this CERT is, of those the actor may see. */
  certId(tx: Db): Promise<string | undefined>;
}

const services = [
  'Advisories on vulnerabilities of industrial products, as pages, PDF and CSAF 2.0 and 2.1 (trusted provider)',
  'Early warning: which advisories concern which devices of a plant',
  'Analysis of captures of industrial network traffic',
  'Verification of everything published, by hash and signature',
];

/** The description of this CERT (RFC 2350). It leaves through the gate like everything else; its subject is the CERT itself. */
export function profileSubject({ origin, signing, contact, certId }: ProfileParts): Subject {
  return {
    kind: 'profile',
    async snapshot(tx, id): Promise<Snapshot> {
      const cert = await contact(tx);
      if (!cert || id !== (await certId(tx))) throw notFound('organisation');
      const day = new Date().toISOString().slice(0, 10);
      const version = new Date().toISOString().slice(0, 16).replace(/[-T:]/g, '');
      const text = profileText({ cert, origin, key: await signing.active(tx), day, version, services });
      return {
        kind: 'rfc2350',
        ref: 'rfc2350',
        version,
        title: `${cert.name}: RFC 2350`,
        label: 'CLEAR',
        scope: 'public',
        audience: [],
        // It is generated: whoever proposes it answers for it.
        authors: [],
        texts: [
          {
            language: 'en',
            title: `${cert.name}: RFC 2350`,
            summary: 'Who we are, whom we serve, how to reach us and how to check that it is us.',
            body: `\`\`\`\n${text}\`\`\`\n`,
            basedOn: null,
          },
        ],
        files: [{ name: 'rfc2350.txt', type: 'text/plain; charset=utf-8', bytes: Buffer.from(text) }],
        parts: [],
        validator: [],
        ...standing,
      };
    },
    standing: async () => standing,
    async titleOf(tx, id) {
      const cert = await contact(tx);
      if (!cert || id !== (await certId(tx))) throw notFound('organisation');
      return `${cert.name}: RFC 2350`;
    },
  };
}

const standing = { claims: { unchecked: [], disputed: [] }, embargoUntil: null, lent: [] };

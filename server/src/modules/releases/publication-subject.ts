import {
  Language,
  type PublicationSnapshot,
  publishedText,
  type SnapshotText,
  type Told,
} from '@busbar/contract';
import { type AdvisoryDraft, validate, type ValidationFinding } from '@busbar/csaf';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import { conflict } from '../../platform/problem.ts';
import type { PublicationService } from '../publications/publication-service.ts';
import { documentsOf, type Frame } from './publication-csaf.ts';
import type { File, Left, Part, Snapshot, Standing, Subject } from './snapshot.ts';

export interface PublicationNeeds {
  readonly publications: PublicationService;
  /** Who publishes, as CSAF names him. */
  publisher(tx: Db): Promise<AdvisoryDraft['publisher']>;
  /** Which of these claims two people have not checked, and on which they disagree, in words. */
  claims(tx: Db, ids: readonly string[]): Promise<Standing['claims']>;
  /** How far they may go: nothing made of them goes farther. */
  limits(tx: Db, ids: readonly string[]): Promise<readonly Omit<Part, 'consent'>[]>;
  /** The claims of the CERT among these go as far as the publication that stands on them. */
  open(tx: Db, ids: readonly string[], to: Pick<Snapshot, 'label' | 'scope'>): Promise<unknown>;
  /** They are the CERT's own again. */
  callBack(tx: Db, ids: readonly string[]): Promise<void>;
  addressOf: Frame['addressOf'];
  /** The library of advisories, with which plants are compared. */
  readonly library: {
    say(
      tx: Db,
      actor: Actor,
      said: {
        release: string;
        ref: string;
        document: Buffer;
        reach: Pick<Snapshot, 'label' | 'scope' | 'audience'>;
      },
    ): Promise<void>;
    /** Does nothing where it was not said. */
    unsay(tx: Db, actor: Actor, said: { release: string; ref: string; reason: string }): Promise<void>;
  };
}

/** A publication leaves when somebody has checked it; its text was closed by then, and stays closed. */
export function publicationSubject(needs: PublicationNeeds): Subject {
  const { publications, publisher, claims, addressOf, library } = needs;
  return {
    kind: 'publication',

    async snapshot(tx, id): Promise<Snapshot> {
      const { state, hands, ...now } = await publications.standing(tx, id);
      if (!['checked', 'inTranslation'].includes(state))
        throw conflict(
          'publication-not-checked',
          `It is ${state}. It goes to the release gate when somebody who did not write it has checked it`,
          { state },
        );
      const frozen = await publications.snapshot(tx, id);
      const files = documentsOf(frozen, {
        publisher: await publisher(tx),
        addressOf,
        before: await publications.published(tx, id),
        now: new Date().toISOString(),
      });
      return {
        kind: frozen.kind,
        ref: frozen.ref,
        version: String(frozen.version),
        title: original(frozen).title,
        label: frozen.label,
        scope: frozen.scope,
        audience: frozen.audience,
        authors: hands.filter(({ part }) => part === 'author').map(({ person_id }) => person_id),
        texts: textsOf(frozen),
        files,
        parts: (await needs.limits(tx, claimsOf(frozen))).map((part) => ({ ...part, consent: 'own' })),
        validator: files.flatMap(faultsOf),
        claims: await claims(tx, claimsOf(frozen)),
        embargoUntil: now.embargoUntil,
        lent: lentTo(now),
      };
    },

    async standing(tx, id): Promise<Standing> {
      const now = await publications.standing(tx, id);
      return {
        claims: await claims(tx, claimsOf(await publications.snapshot(tx, id))),
        embargoUntil: now.embargoUntil,
        lent: lentTo(now),
      };
    },

    titleOf: (tx, id) => publications.titleOf(tx, id),

    async approved(tx, id, person, at) {
      await publications.follow(tx, id, 'approved', { person });
      if (at) await publications.follow(tx, id, 'scheduled', { person, at });
    },
    held: (tx, id, person, reason) => publications.follow(tx, id, 'checked', { person, reason }),
    async released(tx, id, _version, left) {
      // First: whoever imports holds the library before he holds claims, and so do we.
      await toLibrary(tx, left);
      const frozen = await publications.snapshot(tx, id);
      await publications.follow(tx, id, 'published', { person: null });
      await needs.open(tx, claimsOf(frozen), frozen);
    },
    recalled: (tx, id, person, reason) => publications.recalled(tx, id, person, reason),
    async takenBack(tx, id, { actor, ...back }) {
      await library.unsay(tx, actor, back);
      await needs.callBack(tx, await publications.claimsOnlyOf(tx, id));
    },
  };

  /** Of the two documents the one that sources and packs would bring back: it is known by its bytes then. */
  async function toLibrary(tx: Db, { actor, release, ref, files, ...reach }: Left): Promise<void> {
    const document = files.find(({ name }) => name.startsWith('csaf/2.0/'));
    if (document)
      await library.say(tx, actor, { release, ref, document: Buffer.from(document.bytes), reach });
    // An earlier version may have been one for more people.
    else
      await library.unsay(tx, actor, { release, ref, reason: 'Its latest version goes out in another way.' });
  }
}

const lentTo = ({ lent }: { lent: { organisation: string; agrees: boolean } | null }): Standing['lent'] =>
  lent ? [{ name: lent.organisation, consent: lent.agrees ? 'granted' : 'missing' }] : [];

const original = (frozen: PublicationSnapshot): SnapshotText => frozen.languages[frozen.language]!;

const claimsOf = ({ products, vulnerabilities }: PublicationSnapshot): string[] => [
  ...new Set([
    ...products.flatMap(({ claim }) => (claim ? [claim] : [])),
    ...vulnerabilities.flatMap(({ claims }) => claims),
  ]),
];

/** The original first, then its translations. */
function textsOf({ languages, language }: PublicationSnapshot): Snapshot['texts'] {
  return Language.options
    .toSorted((a, b) => Number(b === language) - Number(a === language))
    .flatMap((one) => {
      const text = languages[one];
      return text ? [publishedText(one, text)] : [];
    });
}

/** The same documents while the text is still being written, with everything the validator says. */
export function documentsWithFindings(frozen: PublicationSnapshot, frame: Frame) {
  return documentsOf(frozen, frame).map(({ name, bytes }) => {
    const text = Buffer.from(bytes).toString('utf8');
    const { findings } = validate(JSON.parse(text), { most: 100 });
    return {
      name,
      text,
      findings: findings.map((finding) => ({
        severity: finding.severity,
        path: finding.path,
        told: toldOf(finding),
      })),
    };
  });
}

/** Mandatory tests stop it, recommended ones are to be answered; what the informative ones say, the editor has seen. */
function faultsOf({ name, bytes }: File): Snapshot['validator'] {
  const { findings } = validate(JSON.parse(Buffer.from(bytes).toString('utf8')), { most: 20 });
  return findings
    .filter(({ severity }) => severity !== 'information')
    .map((finding) => ({
      severity: finding.severity === 'error' ? 'error' : 'warning',
      where: `${name}#${finding.path}`,
      told: toldOf(finding),
    }));
}

function toldOf({ section, kind, params, message }: ValidationFinding): Told {
  return {
    code: kind ? `${section}.${kind}` : section,
    params: { ...params },
    text: `${section}: ${message}`,
  };
}

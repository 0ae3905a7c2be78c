import {
  type CheckName,
  type Contact,
  done,
  type FileAnswer,
  type Release,
  type releaseApi,
  type ReleaseMove,
  releaseMoves,
  type ReleasePage,
  type Route,
  type SubjectKind,
  type Tlp,
} from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { cancelJobsOf, type Jobs, type Work } from '../../platform/jobs.ts';
import { conflict, forbidden, malformed, notFound } from '../../platform/problem.ts';
import type { CaseConsentService } from '../consents/case-consent-service.ts';
import type { DeliveryService } from '../deliveries/delivery-service.ts';
import type { SigningService } from '../signing/signing-service.ts';
import { announcementOf } from './announcement.ts';
import { artefactsFor, broughtAlong, manifestFor, pagesIn, snapshotOf } from './artefacts.ts';
import { type Checked, checks, runChecks, worstOf } from './checks/checks.ts';
import { publish, recall } from './outbound-store.ts';
import {
  approverOf,
  artefactsOf,
  audienceOf,
  checksOf,
  deleteApproval,
  findRelease,
  holdSubject,
  insertApproval,
  insertRelease,
  insertReview,
  isWhole,
  lastSent,
  listReleases,
  lockRelease,
  manifestOf,
  memberNames,
  namesOf,
  type ReleaseRow,
  reviewOf,
  saveChecks,
  serialsAmong,
  setReleaseState,
} from './release-store.ts';
import { type Snapshot, type Subject, textsOf } from './snapshot.ts';

export type { File, Part, Snapshot, Standing, Subject } from './snapshot.ts';
export type ReleaseService = ReturnType<typeof releaseService>;

type AskOf<Name extends keyof typeof releaseApi> =
  (typeof releaseApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

export interface ReleaseParts {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly signing: SigningService;
  readonly origin: string;
  /** Mail and webhooks, which go out by this door like everything else. */
  readonly outgoing: DeliveryService['gate'];
  contact(tx: Db): Promise<Contact | null>;
  /** What others lent to it, item by item, and its being told what left. */
  readonly consents: Pick<CaseConsentService, 'lentTo' | 'left' | 'recalled'>;
}

/**
 * The one door out. Freezes a subject, has it checked, seen by a second person and approved by a third, and writes it
 * where the outside reads: now, or at its minute.
 */
export function releaseService(parts: ReleaseParts) {
  const { database, jobs, signing, origin, outgoing, contact, consents } = parts;
  const subjects = new Map<SubjectKind, Subject>();

  return {
    /** A module whose things leave says here how they are frozen. */
    lets(subject: Subject): void {
      subjects.set(subject.kind, subject);
    },

    async list({ tx, query }: AskOf<'list'>) {
      const rows = await listReleases(tx, query);
      return {
        items: rows.map((row) =>
          toRelease(row, {
            proposer: row.proposer ?? '',
            reviewed: Boolean(row.reviewed),
            outcome: row.outcome,
          }),
        ),
        next: rows.length === query.limit ? rows.at(-1)!.id : null,
      };
    },

    async get({ tx, params, actor, trail }: AskOf<'get'>): Promise<ReleasePage> {
      const row = (await findRelease(tx, params.id)) ?? missing();
      trail.on(traceOf(row));
      return pageOf(tx, row, actor);
    },

    async artefact({ tx, params, trail }: AskOf<'artefact'>): Promise<FileAnswer> {
      const row = (await findRelease(tx, params.id)) ?? missing();
      const file = (await artefactsOf(tx, row.id)).find(({ id }) => id === params.artefact) ?? missing();
      trail.on({ ...traceOf(row), details: { file: file.name } });
      return {
        name: file.name.split('/').at(-1)!,
        type: file.type,
        size: file.bytes.length,
        content: file.bytes,
      };
    },

    async propose({ tx, body: { subject }, actor, trail }: AskOf<'propose'>) {
      const before = await holdSubject(tx, subject.kind, subject.id);
      if (before && ['approved', 'scheduled'].includes(before.state))
        throw conflict(
          'release-approved',
          'A version of this is approved and waits for its minute. Take that approval back first',
        );
      const frozen = await subjectOf(subject.kind).snapshot(tx, subject.id);
      const snapshot = await withLent(tx, subject, frozen, new Date());
      if (before) await setReleaseState(tx, before.id, 'withdrawn');
      const row = await freeze(tx, actor, subject, snapshot);
      await settleChecks(tx, row, snapshot);
      trail.on(traceOf(row));
      return { id: row.id };
    },

    async check({ tx, params, trail }: AskOf<'check'>) {
      const row = await movable(tx, params.id, 'check');
      await settleChecks(tx, row, await thawed(tx, row, row.send_at ?? new Date()));
      trail.on(traceOf(row));
      return done;
    },

    /**
     * The answer is written in the name of whoever gives it. Where he is no member of the CERT, `keeper` keeps its books:
     * locks and states.
     */
    async review({ tx, params, body, actor, trail, become }: Reviewing, keeper: Actor = actor) {
      if (keeper !== actor) await become(keeper);
      const row = await movable(tx, params.id, 'review');
      named(row, body.snapshot);
      if (row.authors.includes(actor.person!))
        throw forbidden('reviewer-wrote', 'You wrote in this version; the second check is for somebody else');
      if (await reviewOf(tx, row.id))
        throw conflict('release-reviewed', 'Somebody has done the second check already');
      const unanswered = (await checksOf(tx, row.id))
        .filter(({ name, outcome }) => outcome === 'warning' && !body.answers[name])
        .map(({ name }) => name);
      if (unanswered.length > 0 && !body.couldHarm)
        throw malformed(
          'warnings-open',
          `Each warning needs an answer: ${unanswered.join(', ')}. Say why it may stand, or have the text changed`,
          { checks: unanswered.join(', ') },
          unanswered.map((name) => ({ path: `answers.${name}`, message: 'needs an answer' })),
        );
      if (keeper !== actor) await become(actor);
      await insertReview(tx, row, {
        reviewer: actor.person!,
        couldHarm: body.couldHarm,
        reason: body.reason,
        answers: body.answers as Partial<Record<CheckName, string>>,
      });
      if (keeper !== actor) await become(keeper);
      if (body.couldHarm) await setReleaseState(tx, row.id, 'blocked', { reason: body.reason });
      if (keeper !== actor) await become(actor);
      trail.on({ ...traceOf(row), reason: body.reason, details: { couldHarm: body.couldHarm } });
      return done;
    },

    /** What somebody outside may be invited to check. */
    async toBeReviewed(tx: Db, id: string, person: string): Promise<{ title: string; label: Tlp }> {
      const row = await movable(tx, id, 'review');
      if (row.authors.includes(person))
        throw forbidden('reviewer-wrote', 'You wrote in this version; the second check is for somebody else');
      if (await reviewOf(tx, row.id))
        throw conflict('release-reviewed', 'Somebody has done the second check already');
      return { title: row.title.slice(0, 300), label: row.label };
    },

    /** A release as whoever is invited to check it reads it: what would leave, and what the checks say. */
    async read(tx: Db, id: string) {
      const row = (await findRelease(tx, id)) ?? missing();
      const pages = pagesIn(await artefactsOf(tx, row.id));
      const review = await reviewOf(tx, row.id);
      return {
        ref: row.ref,
        version: row.version,
        label: row.label,
        snapshot: row.snapshot.toString('hex'),
        texts: row.facts.languages.map((language) => pages.find((page) => page.language === language)!),
        checks: toChecks(await checksOf(tx, row.id), review),
      };
    },

    async withdraw({ tx, params, trail }: AskOf<'withdraw'>) {
      const row = await movable(tx, params.id, 'withdraw');
      await setReleaseState(tx, row.id, 'withdrawn');
      trail.on(traceOf(row));
      return done;
    },

    async approve({ tx, params, body, actor, trail, afterCommit }: AskOf<'approve'>) {
      const row = await movable(tx, params.id, 'approve');
      named(row, body.snapshot);
      const at = body.sendAt ? new Date(body.sendAt) : null;
      if (at && at.getTime() < Date.now() - 60_000)
        throw malformed('send-at-past', 'That minute has passed. Choose one to come, or release it now', {}, [
          { path: 'sendAt', message: 'has passed' },
        ]);
      const review = await reviewOf(tx, row.id);
      refuseTwoHands(row, actor, review?.reviewer_id);
      if (!review)
        throw conflict(
          'release-not-reviewed',
          'The second check is missing. Somebody who did not write it does it first',
        );
      if (!(await isWhole(tx, row)))
        throw conflict(
          'release-changed',
          'What is stored is not what was proposed. Tell the administrator, and propose it anew',
        );
      const checked = await checkedNow(tx, row, await thawed(tx, row, at ?? new Date()), at ?? new Date());
      const open = checked.filter(
        ({ name, outcome }) => outcome === 'blocked' || (outcome === 'warning' && !review.answers[name]),
      );
      if (open.length > 0)
        throw conflict(
          'release-check-open',
          `It does not pass: ${open.map(({ name }) => name).join(', ')}. Have the checks asked again, and see what to do`,
          { checks: open.map(({ name }) => name).join(', ') },
        );
      await saveChecks(tx, row, checked);
      await insertApproval(tx, row, review.reviewer_id, actor.person!);
      await setReleaseState(tx, row.id, at ? 'scheduled' : 'approved', { send_at: at });
      await subjectOf(row.subject_kind).approved?.(tx, row.subject_id, actor.person!, at);
      await jobs.enqueue(tx, actor, {
        kind: 'send-release',
        subject: { kind: 'release', id: row.id, name: row.ref },
        ...(at && { at }),
      });
      trail.on({ ...traceOf(row), details: { snapshot: body.snapshot, sendAt: body.sendAt } });
      afterCommit(() => jobs.wake());
      return done;
    },

    async reject({ tx, params, body, trail }: AskOf<'reject'>) {
      const row = await movable(tx, params.id, 'reject');
      await setReleaseState(tx, row.id, 'rejected', { reason: body.reason });
      trail.on({ ...traceOf(row), reason: body.reason });
      return done;
    },

    async hold({ tx, params, body, actor, trail }: AskOf<'hold'>) {
      const row = await movable(tx, params.id, 'hold');
      await takeApprovalBack(tx, row, 'proposed', body.reason, actor.person);
      trail.on({ ...traceOf(row), reason: body.reason });
      return done;
    },

    async recall({ tx, params, body, actor, trail }: AskOf<'recall'>) {
      const row = await movable(tx, params.id, 'recall');
      await takeBack(tx, actor, row, body.reason);
      await subjectOf(row.subject_kind).recalled?.(tx, row.subject_id, actor.person!, body.reason);
      trail.on({ ...traceOf(row), reason: body.reason });
      return done;
    },

    /** The same, asked for by the subject itself, which knows. */
    async recallOf(tx: Db, actor: Actor, kind: SubjectKind, id: string, reason: string): Promise<void> {
      const row = await lastSent(tx, kind, id);
      if (!row) return;
      await takeBack(tx, actor, row, reason);
      await record(tx, 'release recalled', { ...traceOf(row), reason });
    },

    /** What is to leave, by its title; refused where it is not there. */
    async titleOf(tx: Db, kind: SubjectKind, id: string): Promise<string> {
      return subjectOf(kind).titleOf(tx, id);
    },

    /** Nobody moves what waits of these until the transaction ends. */
    async held(tx: Db, wanted: readonly Release['subject'][]): Promise<void> {
      for (const { kind, id } of wanted) await holdSubject(tx, kind, id);
    },

    /** What waits of these is checked again, now; what no longer passes is blocked, approved or not. */
    async askAgain(
      tx: Db,
      wanted: readonly Release['subject'][],
      why = 'Consent to something in it was taken back',
    ): Promise<void> {
      for (const { kind, id } of wanted) {
        const row = await holdSubject(tx, kind, id);
        if (!row) continue;
        const at = row.send_at ?? new Date();
        const snapshot = await thawed(tx, row, at);
        if (!isApproved(row)) {
          await settleChecks(tx, row, snapshot);
          continue;
        }
        const checked = await checkedNow(tx, row, snapshot, at);
        await saveChecks(tx, row, checked);
        if (!checked.some(({ name, outcome }) => name === 'consents' && outcome === 'blocked')) continue;
        await takeApprovalBack(tx, row, 'blocked', why, null);
        await record(tx, 'release blocked', traceOf(row));
      }
    },

    /** Sends one release: signs outside the transaction, asks everything once more inside it, and publishes once. */
    async work({ job, actor, progress }: Work) {
      progress({ code: 'signing', params: {}, text: 'Signing' }, 0, null);
      const ready = await database.as(actor, async (tx) => {
        const row = await findRelease(tx, job.subject);
        if (!row || !isApproved(row)) return undefined;
        const key = await signing.active(tx);
        return { files: await artefactsOf(tx, row.id), signer: key && (await signing.signer(tx)) };
      });
      const signed = await Promise.all(
        (ready?.files ?? []).map(async (file) => ({
          ...file,
          signature: (await ready?.signer?.sign(file.bytes)) ?? '',
        })),
      );
      return async (tx: Db) => {
        const row = await lockRelease(tx, job.subject);
        if (!row || !isApproved(row) || !ready) return;
        const checked = await checkedNow(tx, row, await thawed(tx, row, new Date()), new Date());
        await saveChecks(tx, row, checked);
        const { answers = {} } = (await reviewOf(tx, row.id)) ?? {};
        const stopped = checked.some(
          ({ name, outcome }) => outcome === 'blocked' || (outcome === 'warning' && !answers[name]),
        );
        if (stopped || !ready.signer) {
          await takeApprovalBack(tx, row, 'blocked', 'It no longer passed its checks at its minute', null);
          await record(tx, 'release blocked', traceOf(row));
          return;
        }
        const [first] = row.facts.languages;
        const summary = pagesIn(signed).find(({ language }) => language === first)?.summary ?? '';
        const before = await lastSent(tx, row.subject_kind, row.subject_id);
        await publish(tx, row, withoutMarks(summary), signed, ready.signer.keyId);
        // Who we are is looked up, and told to nobody.
        if (row.subject_kind === 'publication')
          await outgoing.announce(tx, announcementOf(row, signed, withoutMarks(summary), !before));
        const { members } = await audienceOf(tx, row, false);
        await consents.left(
          tx,
          { ...row, owner: row.owner_id },
          { kind: row.subject_kind, id: row.subject_id },
          members,
        );
        await setReleaseState(tx, row.id, 'sent', { sent_at: new Date() });
        const { id: release, ref, label, scope, audience } = row;
        await subjects.get(row.subject_kind)?.released?.(tx, row.subject_id, row.version, {
          release,
          ref,
          label,
          scope,
          audience,
          files: signed,
          actor,
        });
        await record(tx, 'release sent', traceOf(row));
      };
    },
  };

  function subjectOf(kind: SubjectKind): Subject {
    return subjects.get(kind) ?? missing();
  }

  async function freeze(
    tx: Db,
    actor: Actor,
    subject: { kind: SubjectKind; id: string },
    snapshot: Snapshot,
  ): Promise<ReleaseRow> {
    const publisher = (await contact(tx))?.name ?? '';
    const files = artefactsFor(snapshot, { publisher, origin });
    const authors = snapshot.authors.length > 0 ? [...snapshot.authors] : [actor.person!];
    const manifest = manifestFor({ ...snapshot, authors, subject, proposer: actor.person! }, files);
    const row = await insertRelease(
      tx,
      {
        owner_id: actor.organisation!,
        label: snapshot.label,
        scope: snapshot.scope,
        audience: [...snapshot.audience],
        subject_kind: subject.kind,
        subject_id: subject.id,
        kind: snapshot.kind,
        ref: snapshot.ref,
        version: snapshot.version,
        title: snapshot.title,
        snapshot: snapshotOf(manifest),
        authors,
        proposer_id: actor.person!,
        facts: {
          parts: snapshot.parts,
          validator: snapshot.validator,
          languages: snapshot.texts.map(({ language }) => language),
        },
        state: 'proposed',
      },
      files,
    );
    if (!(await isWhole(tx, row)))
      throw new Error('The database hashes a snapshot in another way than we do');
    return row;
  }

  /** A frozen snapshot with what may have changed since: its bytes as they are stored, claims and embargo of now. */
  async function thawed(tx: Db, row: ReleaseRow, at: Date): Promise<Snapshot> {
    const files = await artefactsOf(tx, row.id);
    const pages = pagesIn(files);
    const { parts, validator, languages } = row.facts;
    const now = {
      ...row,
      texts: languages.map((language) => pages.find((page) => page.language === language)!),
      files: broughtAlong(files),
      parts,
      validator,
      ...(await subjectOf(row.subject_kind).standing(tx, row.subject_id)),
    };
    return withLent(tx, { kind: row.subject_kind, id: row.subject_id }, now, at);
  }

  /** With the items of cases that are in it, and whether whoever they are from agrees that they leave then. */
  async function withLent(
    tx: Db,
    subject: { kind: SubjectKind; id: string },
    snapshot: Snapshot,
    at: Date,
  ): Promise<Snapshot> {
    const { kind, label, scope } = snapshot;
    return {
      ...snapshot,
      lent: [...snapshot.lent, ...(await consents.lentTo(tx, subject, { kind, label, scope, at }))],
    };
  }

  async function checkedNow(tx: Db, row: ReleaseRow, snapshot: Snapshot, at: Date): Promise<Checked[]> {
    const words = new Set<string>();
    for (const { text } of textsOf(snapshot))
      for (const [word] of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}./-]{4,60}[\p{L}\p{N}]/gu))
        if (/\d/.test(word)) words.add(word);
    const serials = await serialsAmong(tx, [...words]);
    return runChecks(snapshot, {
      at,
      origin,
      memberNames: await memberNames(tx),
      isSerial: (word) => serials.has(word),
      signingKey: await signing.active(tx),
    });
  }

  async function settleChecks(tx: Db, row: ReleaseRow, snapshot: Snapshot): Promise<void> {
    const checked = await checkedNow(tx, row, snapshot, row.send_at ?? new Date());
    await saveChecks(tx, row, checked);
    const review = await reviewOf(tx, row.id);
    const outcome = worstOf(checked.map((check) => check.outcome));
    await setReleaseState(tx, row.id, outcome === 'blocked' || review?.could_harm ? 'blocked' : 'proposed');
  }

  async function takeBack(tx: Db, actor: Actor, row: ReleaseRow, reason: string): Promise<void> {
    await setReleaseState(tx, row.id, 'recalled', { reason });
    await recall(tx, row.id, reason);
    await consents.recalled(tx, row.id);
    const { id, ref, owner_id: owner, label, scope, audience } = row;
    await outgoing.correct(tx, { id, owner, label, scope, audience }, reason);
    await subjectOf(row.subject_kind).takenBack?.(tx, row.subject_id, { actor, release: id, ref, reason });
  }

  async function takeApprovalBack(
    tx: Db,
    row: ReleaseRow,
    state: 'proposed' | 'blocked',
    reason: string,
    person: string | null,
  ): Promise<void> {
    await deleteApproval(tx, row.id);
    await subjectOf(row.subject_kind).held?.(tx, row.subject_id, person, reason);
    if (state === 'proposed') await cancelJobsOf(tx, row.id);
    await setReleaseState(tx, row.id, state, { send_at: null, reason });
  }

  async function pageOf(tx: Db, row: ReleaseRow, actor: Actor): Promise<ReleasePage> {
    const files = await artefactsOf(tx, row.id);
    const [review, approver, rows] = [
      await reviewOf(tx, row.id),
      await approverOf(tx, row.id),
      await checksOf(tx, row.id),
    ];
    const names = await namesOf(tx, [
      ...row.authors,
      row.proposer_id,
      ...(review ? [review.reviewer_id] : []),
      ...(approver ? [approver] : []),
    ]);
    const person = (id: string) => ({ id, name: names.get(id) ?? '' });
    return {
      ...toRelease(row, {
        proposer: person(row.proposer_id).name,
        reviewed: review !== undefined,
        outcome: worstOf(rows.map(({ outcome }) => outcome)),
      }),
      snapshot: row.snapshot.toString('hex'),
      manifest: await manifestOf(tx, row.id),
      artefacts: files.map(({ id, name, type, bytes, sha256 }) => ({
        id,
        name,
        type,
        size: bytes.length,
        sha256: sha256.toString('hex'),
      })),
      texts: row.facts.languages.map((language) =>
        pagesIn(files).find((page) => page.language === language)!,
      ),
      audience: await audienceOf(tx, row, actor.roles.includes('LEAD')),
      checks: toChecks(rows, review),
      people: {
        authors: row.authors.map(person),
        proposer: person(row.proposer_id),
        reviewer: review ? person(review.reviewer_id) : null,
        approver: approver ? person(approver) : null,
      },
      review:
        (review && {
          couldHarm: review.could_harm,
          reason: review.reason,
          at: review.at.toISOString(),
        }) ||
        null,
      reason: row.reason,
      mayDo: movesFor(row, actor, review?.reviewer_id),
    };
  }
}

type Reviewing = Pick<AskOf<'review'>, 'tx' | 'params' | 'body' | 'actor' | 'trail' | 'become'>;

/** In the order a reader wants the answers. */
function toChecks(
  rows: Awaited<ReturnType<typeof checksOf>>,
  review: Awaited<ReturnType<typeof reviewOf>>,
): ReleasePage['checks'] {
  const order = checks.map(({ name }) => name);
  return rows
    .toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
    .map(({ name, outcome, findings }) => ({
      name,
      outcome,
      findings,
      answer: review?.answers[name] ?? null,
    }));
}

/** The state table says which moves there are; nobody may do with a second hand what he did with the first. */
function movesFor(row: ReleaseRow, actor: Actor, reviewer: string | undefined): ReleaseMove[] {
  const me = actor.person!;
  const wrote = row.authors.includes(me);
  const fits: Partial<Record<ReleaseMove, boolean>> = {
    review: !wrote && reviewer === undefined,
    approve: !wrote && row.proposer_id !== me && reviewer !== undefined && reviewer !== me,
  };
  return releaseMoves
    .filter(({ from, role }) => from === row.state && (role === 'ANA' || actor.roles.includes('LEAD')))
    .map(({ move }) => move)
    .filter((move) => fits[move] ?? true);
}

async function movable(tx: Db, id: string, move: ReleaseMove): Promise<ReleaseRow> {
  const row = (await lockRelease(tx, id)) ?? missing();
  if (!releaseMoves.some((step) => step.move === move && step.from === row.state))
    throw conflict(
      'release-moved-on',
      `It is ${row.state} by now, so this cannot be done any more. Look at it again`,
      { state: row.state },
    );
  return row;
}

/** Who approves or checks says which bytes he saw. */
function named(row: ReleaseRow, snapshot: string): void {
  if (row.snapshot.toString('hex') !== snapshot)
    throw conflict(
      'release-other-snapshot',
      'This is another snapshot than the one you looked at. Look at this one first',
    );
}

/** The database holds the same line against races; this is the sentence for it. */
function refuseTwoHands(row: ReleaseRow, actor: Actor, reviewer: string | undefined): void {
  if (row.authors.includes(actor.person!))
    throw forbidden('approver-wrote', 'You wrote in this version; another lead approves it');
  if (row.proposer_id === actor.person)
    throw forbidden('approver-proposed', 'You proposed this release; another lead approves it');
  if (reviewer === actor.person)
    throw forbidden('approver-reviewed', 'You did the second check; another lead approves it');
}

/** For lists and feeds, which show plain text. */
const withoutMarks = (markdown: string) => markdown.replace(/[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}/g, '');

const isApproved = ({ state }: ReleaseRow) => state === 'approved' || state === 'scheduled';

const traceOf = ({ id, ref, version, owner_id }: ReleaseRow) => ({
  kind: 'release',
  id,
  name: `${ref} ${version}`,
  owner: owner_id,
});

function toRelease(
  row: ReleaseRow,
  { proposer, reviewed, outcome }: Pick<Release, 'proposer' | 'reviewed' | 'outcome'>,
): Release {
  return {
    id: row.id,
    subject: { kind: row.subject_kind, id: row.subject_id },
    kind: row.kind,
    ref: row.ref,
    version: row.version,
    title: row.title,
    label: row.label,
    scope: row.scope,
    state: row.state,
    outcome,
    proposer,
    reviewed,
    createdAt: row.created_at.toISOString(),
    sendAt: row.send_at?.toISOString() ?? null,
    sentAt: row.sent_at?.toISOString() ?? null,
  };
}

function missing(): never {
  throw notFound('release');
}

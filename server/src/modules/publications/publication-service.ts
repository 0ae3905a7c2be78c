import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import {
  type Block,
  BLOCKS_MOST,
  type BlockSave,
  changesBetween,
  done,
  type Language,
  mayDo,
  type Presence,
  type Publication,
  type PublicationChange,
  type PublicationDocument,
  publicationFindings,
  type PublicationKind,
  type PublicationLine,
  type PublicationMove,
  publicationMoves,
  type PublicationPart,
  type PublicationSearch,
  type PublicationSnapshot,
  type PublicationState,
  type PublicationVersion,
  type Role,
  type Saved,
  type Scope,
  scopesOf,
  textIn,
  type Tlp,
  type TranslationSave,
  type VersionBlock,
  type VulnerabilityPage,
} from '@busbar/contract';

import { type Actor } from '../../platform/actor.ts';
import { storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, forbidden, malformed, notFound } from '../../platform/problem.ts';
import { writeCursor } from '../../platform/search.ts';
import { acceptProposal, lentBy } from './proposal-service.ts';
import { blocksAbout, firstBlocks, type Start } from './publication-start.ts';
import * as store from './publication-store.ts';
import type { PublicationRow } from './publication-store.ts';

export type PublicationService = ReturnType<typeof publicationService>;

/** What publications need of others. */
export interface PublicationParts {
  /** What the board of claims knows of a vulnerability. Refuses one that is not there. */
  readonly about?: (tx: Db, ref: string) => Promise<VulnerabilityPage>;
  /** Decisive claims among these that two people have not agreed on; the board of claims knows. */
  readonly undecided?: (tx: Db, claims: readonly string[]) => Promise<readonly string[]>;
  /** The documents that this would go out as. `before` are its versions that went out, oldest first. */
  readonly documents?: (
    tx: Db,
    snapshot: PublicationSnapshot,
    before: readonly { version: number; at: string; note: string }[],
  ) => Promise<
    { name: string; text: string; findings: Omit<PublicationDocument['findings'][number], 'block'>[] }[]
  >;
  /** Tells the release gate to take back what it let out of this. */
  readonly recall?: (ask: Ask, publication: { id: string; ref: string; reason: string }) => Promise<void>;
}

type ById = { id: string };
/** Steps that only the release gate takes. */
export type GateStep = Extract<PublicationState, 'approved' | 'scheduled' | 'published' | 'checked'>;

/** A block that another hand changes, or its own after so long, is kept as it was. */
const FORMER_AFTER_MS = 10 * 60_000;

export function publicationService({ about, undecided, documents, recall }: PublicationParts = {}) {
  return {
    async list({ tx, query, actor }: Ask<unknown, PublicationSearch>) {
      const rows = await store.listPublications(tx, query, actor.person);
      const last = rows.length === query.limit ? rows.at(-1) : undefined;
      return {
        items: rows.map(toLine),
        next: last ? writeCursor(last.updated_at.toISOString(), last.id) : null,
      };
    },

    async create(
      {
        tx,
        body,
        actor,
        trail,
      }: Pick<
        Ask<
          unknown,
          unknown,
          {
            kind: PublicationKind;
            language: Language;
            title: string;
            proposal?: string | undefined;
            vulnerability?: string | undefined;
          }
        >,
        'tx' | 'body' | 'actor' | 'trail'
      >,
      start?: Start,
    ) {
      const { person, organisation } = atTheDesk(actor);
      const proposal = body.proposal === undefined ? undefined : await acceptProposal(tx, body.proposal);
      const row = await store.insertPublication(tx, {
        owner_id: organisation,
        ref: newRef(body.kind),
        kind: body.kind,
        language: body.language,
        created_by: person,
        proposal_id: proposal?.id ?? null,
        proposed_by: proposal?.organisation ?? null,
      });
      await store.takePart(tx, row, person, 'author');
      const editor = randomUUID();
      const known = body.vulnerability === undefined ? undefined : await about?.(tx, body.vulnerability);
      const blocks = [
        ...firstBlocks(body.kind, body.title, start ?? proposal?.content),
        ...(known ? blocksAbout(known) : []),
      ];
      for (const [n, content] of blocks.entries())
        await store.putBlock(tx, row, randomUUID(), {
          revision: 1,
          said: 1,
          place: n + 1,
          removed: false,
          content,
          person,
          editor,
        });
      await store.addStep(tx, row, { version: 1, state: 'draft', reason: null, person });
      trail.on({ kind: 'publication', id: row.id, name: row.ref, owner: row.owner_id });
      return { id: row.id, ref: row.ref };
    },

    async get({ tx, params, actor, trail }: Ask<ById>): Promise<Publication> {
      const row = await one(tx, params.id);
      trail.on({ kind: 'publication', id: row.id, name: row.ref, owner: row.owner_id });
      const [listed] = await store.listPublications(tx, { limit: 1 }, actor.person, row.id);
      const blocks = await store.blocksOf(tx, row.id, actor.person);
      const staff = await store.ownerNameAndStaff(tx, row.owner_id);
      const hands = await store.handsOf(tx, row.id, row.version);
      const steps = await store.stepsOf(tx, row.id);
      return {
        ...toLine(listed!),
        audience: row.release_audience,
        sectors: row.sectors,
        changeNote: row.change_note,
        proposedBy: row.proposed_by,
        embargo: row.embargo_until && {
          until: row.embargo_until.toISOString(),
          with: row.embargo_with,
        },
        hands: hands.map(({ person_id, name, part, at }) => ({
          person: person_id,
          name: name ?? '',
          part,
          at: at.toISOString(),
        })),
        blocks,
        findings: publicationFindings(row.kind, present(blocks)),
        history: steps.map(({ version, state, reason, at, name }) => ({
          version,
          state,
          reason,
          at: at.toISOString(),
          by: name ?? '',
        })),
        visibility: {
          scope: 'org',
          label: 'AMBER+STRICT',
          owner: staff.name,
          people: staff.people,
          organisations: [staff.name],
        },
      };
    },

    async describe({
      tx,
      params,
      body,
      trail,
    }: Ask<
      ById,
      unknown,
      {
        label?: Tlp | undefined;
        scope?: Scope | undefined;
        audience?: string[] | undefined;
        sectors?: string[] | undefined;
        changeNote?: string | undefined;
      }
    >) {
      const row = await held(tx, params.id);
      open(row, ['draft']);
      const label = body.label ?? row.release_label;
      // A narrower label takes along a scope that it does not allow.
      const widest = scopesOf(label);
      const scope = body.scope ?? (widest.includes(row.release_scope) ? row.release_scope : widest.at(-1)!);
      if (!widest.includes(scope))
        throw malformed('scope-not-allowed', `TLP:${label} does not go as far as "${scope}"`, {
          label,
          scope,
        });
      await store.updatePublication(tx, row.id, {
        release_label: label,
        release_scope: scope,
        ...(body.audience && { release_audience: body.audience }),
        ...(body.sectors && { sectors: body.sectors }),
        ...(body.changeNote !== undefined && { change_note: body.changeNote }),
      });
      trail.on({ kind: 'publication', id: row.id, name: row.ref, owner: row.owner_id, details: body });
      return done;
    },

    /** In whatever state: the gate asks again at its minute. */
    async embargo({
      tx,
      params,
      body,
      trail,
    }: Ask<ById, unknown, { until: string | null; with: string; reason: string }>) {
      const row = await held(tx, params.id);
      await store.updatePublication(tx, row.id, {
        embargo_until: body.until === null ? null : new Date(body.until),
        embargo_with: body.until === null ? '' : body.with,
      });
      trail.on({
        kind: 'publication',
        id: row.id,
        name: row.ref,
        owner: row.owner_id,
        reason: body.reason,
        details: { until: body.until, before: row.embargo_until?.toISOString() ?? null },
      });
      return done;
    },

    /** Different blocks merge by themselves. Of the same block nobody's words are overwritten unseen. */
    async save({
      tx,
      params,
      body,
      actor,
      trail,
    }: Ask<ById & { block: string }, unknown, BlockSave>): Promise<Saved> {
      const row = await held(tx, params.id);
      open(row, ['draft']);
      const person = await asAuthor(tx, row, actor);
      const { editor, base, content, removed } = body;
      const before = await store.findBlock(tx, row.id, params.block);
      let outcome: Saved['outcome'] = 'saved';
      if (!before) {
        if (base > 0) throw notFound('block');
        if ((await store.countBlocks(tx, row.id)) >= BLOCKS_MOST)
          throw conflict('too-many-blocks', `A publication has at most ${BLOCKS_MOST} blocks`, {
            most: BLOCKS_MOST,
          });
        await store.putBlock(tx, row, params.block, {
          revision: 1,
          said: 1,
          place: body.place ?? (await store.lastPlace(tx, row.id)) + 1,
          removed,
          content,
          person,
          editor,
        });
      } else {
        if (before.kind !== content.kind)
          throw conflict('block-kind-fixed', 'A block keeps its kind; add another block instead');
        const now = store.contentOf(before);
        const place = body.place ?? before.place;
        const saysTheSame = before.removed === removed && isDeepStrictEqual(now, content);
        const knows = base >= before.said || before.editor === editor;
        if (saysTheSame && place === before.place) {
          // Sent again, or two people had the same thought.
        } else if (saysTheSame || knows) {
          if (before.editor !== editor || Date.now() - before.at.getTime() > FORMER_AFTER_MS)
            await store.keepFormer(tx, row, before);
          const revision = before.revision + 1;
          await store.putBlock(tx, row, params.block, {
            revision,
            said: saysTheSame ? before.said : revision,
            place,
            removed,
            content,
            person,
            editor: saysTheSame ? before.editor : editor,
          });
        } else if (!(await store.wroteBefore(tx, row.id, params.block, editor, base, content))) {
          await store.setAside(tx, row, {
            block: params.block,
            language: null,
            base,
            content,
            person,
            editor,
          });
          outcome = 'aside';
        }
      }
      return saved({ tx, actor, trail }, row, params.block, outcome, body.settles);
    },

    async translate({
      tx,
      params,
      body,
      actor,
      trail,
    }: Ask<ById & { block: string; language: Language }, unknown, TranslationSave>): Promise<Saved> {
      const row = await held(tx, params.id);
      open(row, ['draft', 'inTranslation']);
      if (params.language === row.language)
        throw malformed(
          'language-of-original',
          'This is the language of the original: change the block itself',
        );
      const person = await asAuthor(tx, row, actor);
      const block = await store.findBlock(tx, row.id, params.block);
      if (!block || block.removed) throw notFound('block');
      const before = await store.findTranslation(tx, row.id, params.block, params.language);
      const { editor, base, heading, text } = body;
      let outcome: Saved['outcome'] = 'saved';
      // Only who had the present original beside him has translated the present original.
      const from =
        body.source >= block.said
          ? { heading: block.heading, text: block.text }
          : { heading: before?.from_heading ?? '', text: before?.from_text ?? '' };
      const same =
        before?.heading === heading &&
        before.text === text &&
        before.from_heading === from.heading &&
        before.from_text === from.text;
      if (!before || base >= before.revision || before.editor === editor) {
        if (!same)
          await store.putTranslation(
            tx,
            row,
            { block: block.id, ...from },
            {
              language: params.language,
              revision: (before?.revision ?? 0) + 1,
              heading,
              text,
              person,
              editor,
            },
          );
      } else if (!same) {
        const content = { ...store.contentOf(block), heading, text };
        await store.setAside(tx, row, {
          block: block.id,
          language: params.language,
          base,
          content,
          person,
          editor,
        });
        outcome = 'aside';
      }
      return saved({ tx, actor, trail }, row, params.block, outcome, body.settles);
    },

    async settle({ tx, params, trail }: Ask<ById & { variant: string }>) {
      const row = await held(tx, params.id);
      if ((await store.settleVariants(tx, row.id, [params.variant])) === 0) throw notFound('variant');
      trail.on({ kind: 'publication', id: row.id, name: row.ref, owner: row.owner_id });
      return done;
    },

    async presence({
      tx,
      params,
      body,
      actor,
    }: Ask<
      ById,
      unknown,
      {
        editor: string;
        block: string | null;
        known: { id: string; revision: number; translations: number; variants: number }[];
      }
    >): Promise<{
      others: Presence[];
      changed: Block[];
      state: PublicationState;
      version: number;
      findings: Publication['findings'];
    }> {
      const row = await one(tx, params.id);
      const { person } = atTheDesk(actor);
      const known = new Map(body.known.map((block) => [block.id, block]));
      const others = await store.beat(tx, row, body.editor, person, body.block);
      const news = (await store.revisionsOf(tx, row.id)).filter((now) => {
        const then = known.get(now.id);
        return (
          then?.revision !== now.revision ||
          then.translations !== now.translations ||
          then.variants !== now.variants
        );
      });
      const changed =
        news.length === 0
          ? []
          : await store.blocksOf(
              tx,
              row.id,
              actor.person,
              news.map(({ id }) => id),
            );
      const findings = publicationFindings(row.kind, present(await store.blocksOf(tx, row.id, actor.person)));
      return { others, changed, state: row.state, version: row.version, findings };
    },

    async move({
      tx,
      params,
      body,
      actor,
      trail,
    }: Ask<ById, unknown, { to: PublicationState; reason?: string | undefined }>) {
      const row = await held(tx, params.id);
      const move = moveOf(row, body.to);
      if (!mayDo(actor.roles.filter(isRole), move.action))
        throw forbidden('role-not-allowed', 'Your role does not do this', { action: move.action });
      if (move.reason && !body.reason)
        throw malformed('reason-needed', 'Say why; whoever wrote it will read it');
      const { person } = atTheDesk(actor);
      if (body.to === 'sourced') await mustBeWhole(tx, row);
      if (move.by === 'checker') {
        await mustBeDecided(tx, row);
        await mustBe(tx, row, person, 'checker');
      }
      // What was said of the text was said of the text as it stood.
      if (body.to === 'draft') await store.dropParts(tx, row.id, row.version, ['checker', 'approver']);
      await step(tx, row, body.to, person, body.reason ?? null);
      trail.on({
        kind: 'publication',
        id: row.id,
        name: row.ref,
        owner: row.owner_id,
        reason: body.reason,
        details: { from: row.state, to: body.to, version: row.version },
      });
      return { state: body.to };
    },

    async revise({ tx, params, actor, trail }: Ask<ById>) {
      const row = await held(tx, params.id);
      if (row.published_version === null || !['published', 'withdrawn'].includes(row.state))
        throw conflict(
          'not-published',
          'Only what is published has a next version; this one is still being written',
        );
      const { person } = atTheDesk(actor);
      const version = row.version + 1;
      await store.updatePublication(tx, row.id, { state: 'draft', version, change_note: '' });
      await store.addStep(tx, row, { version, state: 'draft', reason: null, person });
      trail.on({ kind: 'publication', id: row.id, name: row.ref, owner: row.owner_id, details: { version } });
      return { version };
    },

    async versions({ tx, params, trail }: Ask<ById>): Promise<{ items: PublicationVersion[] }> {
      const row = await one(tx, params.id);
      trail.on({ kind: 'publication', id: row.id, name: row.ref, owner: row.owner_id });
      const items = await store.versionsOf(tx, row.id);
      return {
        items: items.map(({ version, state, published_at, sha256, snapshot }) => ({
          version,
          state,
          publishedAt: published_at.toISOString(),
          sha256: sha256.toString('hex'),
          snapshot,
        })),
      };
    },

    async changes({
      tx,
      params,
      query,
      trail,
    }: Ask<ById, { from?: number | undefined; to?: number | undefined; language?: Language | undefined }>) {
      const row = await one(tx, params.id);
      trail.on({ kind: 'publication', id: row.id, name: row.ref, owner: row.owner_id });
      const from = query.from ?? (await lastBefore(tx, row));
      const language = query.language ?? row.language;
      return {
        from,
        to: query.to ?? row.version,
        items: changesBetween(
          from === null ? [] : await textOf(tx, row, from, language),
          await textOf(tx, row, query.to, language),
        ),
      };
    },

    async preview({ tx, params, trail }: Ask<ById>): Promise<PublicationSnapshot> {
      const row = await one(tx, params.id);
      trail.on({ kind: 'publication', id: row.id, name: row.ref, owner: row.owner_id });
      return snapshotOf(tx, row);
    },

    async documents({ tx, params, trail }: Ask<ById>): Promise<{ items: PublicationDocument[] }> {
      const row = await one(tx, params.id);
      trail.on({ kind: 'publication', id: row.id, name: row.ref, owner: row.owner_id });
      const snapshot = await snapshotOf(tx, row);
      const items = (await documents?.(tx, snapshot, await wentOut(tx, row.id))) ?? [];
      return {
        items: items.map(({ findings, ...document }) => ({
          ...document,
          findings: findings.map((one) => inOurWords(snapshot, one)),
        })),
      };
    },

    async withdraw(ask: Ask<ById, unknown, { reason: string; confirm: string }>) {
      const { tx, params, body, actor, trail } = ask;
      const row = await held(tx, params.id);
      if (row.published_version === null || row.state === 'withdrawn')
        throw conflict('not-published', 'There is nothing of this that readers have');
      if (body.confirm.trim().toUpperCase() !== row.ref)
        throw malformed('confirm-ref', `Type ${row.ref} to withdraw it`, { ref: row.ref }, [
          { path: 'confirm', message: row.ref },
        ]);
      await store.markVersions(tx, row.id, 'published', 'withdrawn');
      await step(tx, row, 'withdrawn', atTheDesk(actor).person, body.reason);
      await recall?.(ask, { id: row.id, ref: row.ref, reason: body.reason });
      trail.on({ kind: 'publication', id: row.id, name: row.ref, owner: row.owner_id, reason: body.reason });
      return done;
    },

    // What the release gate asks for.

    /** Everything of the present version that may leave the house. Throws 404 for who may not see it. */
    async snapshot(tx: Db, id: string): Promise<PublicationSnapshot> {
      return snapshotOf(tx, await one(tx, id));
    },

    /** Of the original, in its present version. */
    async titleOf(tx: Db, id: string): Promise<string> {
      const { languages, language } = await snapshotOf(tx, await one(tx, id));
      return languages[language]!.title;
    },

    /** Which version stands where; held until the transaction ends, so that nothing moves meanwhile. */
    async standing(tx: Db, id: string) {
      const { ref, version, state, owner_id, embargo_until, proposal_id } = await held(tx, id);
      const hands = await store.handsOf(tx, id, version);
      return {
        ref,
        version,
        state,
        owner: owner_id,
        hands,
        embargoUntil: embargo_until?.toISOString() ?? null,
        lent: proposal_id ? await lentBy(tx, proposal_id) : null,
      };
    },

    /** What went out of it before, oldest first. */
    published: wentOut,

    /** The claims that are out with it and with no other publication. */
    claimsOnlyOf: store.claimsOnlyOf,

    /** The gate took back what readers had of it. */
    async recalled(tx: Db, id: string, person: string, reason: string): Promise<void> {
      const row = await held(tx, id);
      await store.markVersions(tx, row.id, 'published', 'withdrawn');
      if (row.state === 'published') await step(tx, row, 'withdrawn', person, reason);
    },

    /**
     * Takes a version a step that only the gate takes. `person` approves and must have no other hand in it, or is null
     * for the program itself. What is published is frozen here as it went out.
     */
    async follow(
      tx: Db,
      id: string,
      to: GateStep,
      {
        person,
        reason = null,
        at = new Date(),
      }: { person: string | null; reason?: string | null; at?: Date },
    ): Promise<void> {
      const row = await held(tx, id);
      if (!publicationMoves.some((move) => move.from === row.state && move.to === to && move.by === 'gate'))
        throw conflict('move-not-open', `It is ${row.state} now and cannot become ${to}`, {
          state: row.state,
          to,
        });
      if (to === 'approved') {
        if (person === null) throw forbidden('role-not-allowed', 'A person approves', { action: '' });
        await mustBe(tx, row, person, 'approver');
      }
      if (to === 'checked') await store.dropParts(tx, row.id, row.version, ['approver']);
      if (to === 'published') {
        const snapshot = await snapshotOf(tx, row);
        await store.markVersions(tx, row.id, 'published', 'revised');
        await store.insertVersion(tx, row, snapshot, hashOf(snapshot), at);
        await store.updatePublication(tx, row.id, { published_version: row.version });
      }
      await step(tx, row, to, person, reason);
    },
  };

  async function mustBeDecided(tx: Db, row: PublicationRow): Promise<void> {
    if (!undecided) return;
    const claims = present(await store.blocksOf(tx, row.id, null)).flatMap(({ content }) =>
      content.kind === 'vulnerability'
        ? content.claims
        : content.kind === 'product' && content.claim
          ? [content.claim]
          : [],
    );
    const open = await undecided(tx, [...new Set(claims)]);
    if (open.length > 0)
      throw conflict(
        'claims-undecided',
        `${open.length} of its claims are not checked twice, or are disputed`,
        {
          count: open.length,
        },
      );
  }
}

async function wentOut(tx: Db, id: string): Promise<{ version: number; at: string; note: string }[]> {
  const versions = await store.versionsOf(tx, id);
  return versions
    .map(({ version, published_at, snapshot }) => ({
      version,
      at: published_at.toISOString(),
      note: snapshot.changeNote,
    }))
    .reverse();
}

/** The ids of products are those of their blocks: people know these by name. */
function inOurWords(
  snapshot: PublicationSnapshot,
  { told, ...finding }: Omit<PublicationDocument['findings'][number], 'block'>,
): PublicationDocument['findings'][number] {
  const named = snapshot.products.filter(({ id }) => told.text.includes(id));
  const inWords = (said: string) =>
    named.reduce(
      (words, { id, vendor, product, range }) =>
        words.replaceAll(id, `“${[vendor, product, range].filter(Boolean).join(' ')}”`),
      said,
    );
  const params = Object.entries(told.params).map(([name, value]) => [
    name,
    typeof value === 'string' ? inWords(value) : value,
  ]);
  return {
    ...finding,
    told: { ...told, params: Object.fromEntries(params), text: inWords(told.text) },
    block: blockAt(snapshot, finding.path) ?? named[0]?.id ?? null,
  };
}

/** Which block says what stands at a JSON pointer of a CSAF document. */
function blockAt({ vulnerabilities, languages, language }: PublicationSnapshot, path: string): string | null {
  const [, place] = /^\/vulnerabilities\/(\d+)/.exec(path) ?? [];
  if (place !== undefined) return vulnerabilities[Number(place)]?.id ?? null;
  if (path !== '/document/title') return null;
  return languages[language]?.blocks.find(({ content }) => content.kind === 'title')?.id ?? null;
}

async function one(tx: Db, id: string): Promise<PublicationRow> {
  return (await store.findPublication(tx, id)) ?? missing();
}

async function held(tx: Db, id: string): Promise<PublicationRow> {
  return (await store.lockPublication(tx, id)) ?? missing();
}

function open(row: PublicationRow, states: readonly PublicationState[]): void {
  if (!states.includes(row.state))
    throw conflict(
      'publication-not-open',
      'It is not a draft any more. Take it back to the draft to change it',
      {
        state: row.state,
      },
    );
}

/** Who writes becomes an author of this version, and can no longer check or approve it. */
async function asAuthor(tx: Db, row: PublicationRow, actor: Actor): Promise<string> {
  const { person } = atTheDesk(actor);
  await mustBe(tx, row, person, 'author');
  return person;
}

async function mustBe(tx: Db, row: PublicationRow, person: string, part: PublicationPart): Promise<void> {
  const has = await store.takePart(tx, row, person, part);
  if (has !== part)
    throw forbidden(
      'other-hand',
      `You are ${has} of this version and cannot be its ${part}: ask somebody who has no hand in it`,
      { has, part },
    );
}

function moveOf(row: PublicationRow, to: PublicationState): PublicationMove {
  const move = publicationMoves.find(
    (one) =>
      one.from === row.state &&
      one.to === to &&
      one.by !== 'gate' &&
      !(one.unpublished && row.published_version !== null),
  );
  if (!move)
    throw conflict('move-not-open', `It is ${row.state} now and cannot become ${to}`, {
      state: row.state,
      to,
    });
  return move;
}

async function mustBeWhole(tx: Db, row: PublicationRow): Promise<void> {
  const blocks = await store.blocksOf(tx, row.id, null);
  if (blocks.some(({ variants }) => variants.length > 0))
    throw conflict('variants-open', 'Two versions of a block wait for somebody to pick one');
  const wrong = publicationFindings(row.kind, present(blocks)).filter(({ level }) => level === 'error');
  if (wrong.length > 0)
    throw conflict('publication-findings', `Something is missing: ${wrong[0]!.told.text}`, {
      count: wrong.length,
      first: wrong[0]!.told.text,
    });
}

async function step(
  tx: Db,
  row: PublicationRow,
  state: PublicationState,
  person: string | null,
  reason: string | null,
): Promise<void> {
  await store.updatePublication(tx, row.id, { state });
  await store.addStep(tx, row, { version: row.version, state, reason, person });
}

/** Words that were put aside make an end of nothing. */
async function saved(
  { tx, actor, trail }: Pick<Ask, 'tx' | 'actor' | 'trail'>,
  row: PublicationRow,
  id: string,
  outcome: Saved['outcome'],
  settles: readonly string[],
): Promise<Saved> {
  if (outcome === 'saved') await store.settleVariants(tx, row.id, settles);
  await store.updatePublication(tx, row.id, {});
  trail.on({
    kind: 'publication',
    id: row.id,
    name: row.ref,
    owner: row.owner_id,
    details: { block: id, outcome },
  });
  const [block] = await store.blocksOf(tx, row.id, actor.person, [id]);
  return { outcome, block: block! };
}

async function lastBefore(tx: Db, row: PublicationRow): Promise<number | null> {
  const versions = await store.versionsOf(tx, row.id);
  return versions.find(({ version }) => version < row.version)?.version ?? null;
}

/** Of a version that went out; without one, of the working state. */
async function textOf(
  tx: Db,
  row: PublicationRow,
  version: number | undefined,
  language: Language,
): Promise<VersionBlock[]> {
  if (version === undefined || (version === row.version && row.published_version !== version))
    return textIn(language, row, await store.blocksOf(tx, row.id, null)).blocks;
  const found = (await store.versionsOf(tx, row.id)).find((one) => one.version === version);
  if (!found) throw notFound('version');
  const { languages, language: original } = found.snapshot;
  return (languages[language] ?? languages[original])?.blocks ?? [];
}

async function snapshotOf(tx: Db, row: PublicationRow): Promise<PublicationSnapshot> {
  const blocks = present(await store.blocksOf(tx, row.id, null));
  const contents = blocks.map(({ id, content }) => ({ id, content }));
  const languages = new Set([
    row.language,
    ...blocks.flatMap(({ translations }) => translations.map(({ language }) => language)),
  ]);
  return {
    ref: row.ref,
    kind: row.kind,
    version: row.version,
    label: row.release_label,
    scope: row.release_scope,
    audience: row.release_audience,
    language: row.language,
    sectors: row.sectors,
    languages: Object.fromEntries(
      [...languages].map((language) => [language, textIn(language, row, blocks)]),
    ),
    products: contents.flatMap(({ id, content }) => {
      if (content.kind !== 'product') return [];
      const { vendor, product, orderNumbers, range, status, claim } = content;
      return [{ id, vendor, product, orderNumbers, range, status, claim }];
    }),
    vulnerabilities: contents.flatMap(({ id, content }) => {
      if (content.kind !== 'vulnerability') return [];
      const { cve, cwe, heading: title, text, vectors, claims } = content;
      return [{ id, cve, cwe, title, text, vectors, claims }];
    }),
    references: contents.flatMap(({ content }) =>
      content.kind === 'reference' ? [{ title: content.heading, url: content.url }] : [],
    ),
    changes: await changesSince(tx, row, contents),
    changeNote: row.change_note,
  };
}

async function changesSince(
  tx: Db,
  row: PublicationRow,
  now: readonly VersionBlock[],
): Promise<PublicationChange[]> {
  const before = await lastBefore(tx, row);
  return before === null ? [] : changesBetween(await textOf(tx, row, before, row.language), now);
}

const present = (blocks: readonly Block[]) => blocks.filter(({ removed }) => !removed);

function hashOf(snapshot: PublicationSnapshot): Buffer {
  return createHash('sha256').update(storable(snapshot)).digest();
}

function toLine(row: store.PublicationListed): PublicationLine {
  return {
    id: row.id,
    ref: row.ref,
    kind: row.kind,
    title: row.title ?? '',
    version: row.version,
    publishedVersion: row.published_version,
    state: row.state,
    language: row.language,
    languages: row.languages ?? [],
    stale: row.stale,
    variants: row.variants,
    label: row.release_label,
    scope: row.release_scope,
    authors: row.authors ?? [],
    mine: row.mine,
    updatedAt: row.updated_at.toISOString(),
  };
}

const prefixes: Record<PublicationKind, string> = {
  advisory: 'ADV',
  earlyWarning: 'EWN',
  threatReport: 'THR',
  incidentNotice: 'INC',
  guidance: 'GUI',
  lesson: 'LES',
  statistics: 'STA',
  exerciseReport: 'EXR',
  rfc2350: 'RFC2350',
  policy: 'POL',
};

/** Forty random bits in the letters of Crockford's base 32, which nobody mistakes for one another on the telephone. */
function newRef(kind: PublicationKind): string {
  const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const random = Array.from(randomBytes(8), (byte) => letters[byte % 32]).join('');
  return `${prefixes[kind]}-${random.slice(0, 4)}-${random.slice(4)}`;
}

function atTheDesk({ person, organisation }: Actor): { person: string; organisation: string } {
  if (!person || !organisation) throw notFound('publication');
  return { person, organisation };
}

const isRole = (role: Role | 'FOUNDER'): role is Role => role !== 'FOUNDER';

function missing(): never {
  throw notFound('publication');
}

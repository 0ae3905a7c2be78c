import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import type {
  Claim,
  Fact,
  PublisherKind,
  Scope,
  Severity,
  Tlp,
  Verification,
  Vulnerability,
  VulnerabilityPage,
  VulnerabilitySearch,
  VulnerabilitySource,
} from '@busbar/contract';
import { type ClaimFact, claimsOfCsaf, read } from '@busbar/csaf';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import { line, plain } from '../../platform/plain-text.ts';
import { notFound } from '../../platform/problem.ts';
import { readCursor, writeCursor } from '../../platform/search.ts';
import {
  addClaims,
  addKeys,
  addSources,
  addVulnerabilities,
  aliasesOf,
  byKeys,
  callBack,
  type ClaimRow,
  claimsById,
  claimsOf,
  claimsOfFact,
  comparedOf,
  countFacts,
  currentOf,
  endSources,
  findVulnerability,
  holdClaims,
  join,
  letGo,
  listVulnerabilities,
  namelessOf,
  type NewClaim,
  type NewSource,
  refsKnown,
  relabel,
  removedSourcesOf,
  setStandings,
  type SourceRow,
  sourcesOf,
  sourcesById,
  sourcesOfAll,
  standingsOf,
  type StandingRow,
  supersede,
  supersededOf,
  threatsOf,
  updateSources,
  vulnerabilitiesById,
  type Wanted,
  type VulnerabilityRow,
  widen,
} from './claim-store.ts';
import { claimsToCarry } from './carried-claims.ts';
import { agreementOf, stated, type Stated } from './comparison.ts';
import { cameBack, documentsBehind, keepDocuments, relabelWay } from './derivation-store.ts';
import { countVerdicts, type VerdictRow, verdictsOf } from './verdict-store.ts';
import { toVerdict, verificationOfVerdict } from './verdict-words.ts';

export { type CarriedVulnerability, claimsIn, listOfClaims, saidOf } from './carried-claims.ts';

export type ClaimService = ReturnType<typeof claimService>;

/** A document as the library took it. */
export interface TakenAdvisory {
  readonly id: string;
  readonly label: Tlp;
  readonly scope: Scope;
  readonly audience: readonly string[];
  readonly publisher: string;
  readonly trackingId: string;
  readonly version: string;
  readonly title: string;
  readonly vendors: readonly string[];
  readonly updatedAt: Date;
  /** The CERT itself has released it. */
  readonly ours: boolean;
  /** gzip of its bytes. */
  readonly document: Buffer;
}

/** The same, of what lies in the library since then. */
export interface KeptAdvisory extends TakenAdvisory {
  readonly cves: readonly string[];
  readonly receivedAt: Date;
}

/** What a catalogue or another source says, already understood: a CVE record, a line of KEV. */
export interface TakenRecord extends Omit<TakenAdvisory, 'document' | 'ours'> {
  readonly publisherKind: PublisherKind;
  readonly url: string | null;
  readonly facts: readonly ClaimFact[];
  /** What is said as it stands on a board already; nothing where all of it is in `facts`. */
  readonly said: Pick<Spoken['of'][number], 'key' | 'lines'> | null;
  /** The source that brought it; nothing where somebody did. */
  readonly way: string | null;
}

/** What came of a document, for those who watch what comes in. */
export interface Arrival {
  readonly document: string;
  readonly isNew: boolean;
  readonly vulnerabilities: readonly string[];
  readonly severity: Severity;
  readonly score: number | null;
  readonly exploited: boolean;
  readonly summary: string;
  /** It is not of one mind with the other sources of what it speaks of. */
  readonly contradicts: boolean;
}

export interface ClaimParts {
  readonly advisories: { idsFor(tx: Db, search: string, most: number): Promise<readonly string[]> };
  readonly plant: {
    ofAdvisories(tx: Db, advisories: readonly string[]): Promise<VulnerabilityPage['devices']>;
    /** What is said of attacks, or of how they go, is no longer what it was. */
    threatsChanged(tx: Db, actor: Actor): Promise<void>;
  };
}

const mostClaimsShown = 3000;
const mostFactsShown = 400;
const mostFound = 1000;

/** What the board says of a claim to those who write and release: see `stateOf`. */
export interface ClaimState {
  /** Nothing while a second person has not answered, but for the first. */
  readonly value: string | null;
  readonly verification: Verification;
  readonly checkedBy: readonly string[];
  readonly disputed: boolean;
}

/** Who says what about which vulnerability, and where sources contradict one another. */
export function claimService({ advisories, plant }: ClaimParts) {
  return {
    async list(tx: Db, query: VulnerabilitySearch) {
      const words = query.search?.trim() ?? '';
      const isRef = /^(?:cve|vul)-[\w-]*$/i.test(words);
      return pageOf(tx, {
        ...query,
        ref: words && isRef ? words.toUpperCase() : undefined,
        documents: words && !isRef ? await advisories.idsFor(tx, words, mostFound) : undefined,
      });
    },

    /** For the search: what has a number that begins so, or what documents and sources speak of, the newest first. */
    among: pageOf,

    /** What each of these sources is found by. */
    searched: async (tx: Db, ids: readonly string[]) =>
      (await sourcesById(tx, ids)).map(({ owner_id: owner, updated_at: at, vendors: names, ...row }) => ({
        id: row.id,
        owner,
        label: row.label,
        scope: row.scope,
        audience: row.audience,
        language: '',
        ref: row.ref,
        title: row.title,
        numbers: [row.tracking_id],
        names,
        body: [],
        at,
      })),

    async get(tx: Db, ref: string): Promise<VulnerabilityPage> {
      const row = (await findVulnerability(tx, ref.toUpperCase())) ?? missing();
      const [item = missing()] = await told(tx, [row]);
      const sources = await sourcesOfAll(tx, [row.id]);
      const removed = await removedSourcesOf(tx, row.id);
      const claims = await claimsOf(tx, row.id, mostClaimsShown);
      const verdicts = await verdictsOf(tx, { vulnerability: row.id });
      const facts = factsOf(claims, verdicts.map(toVerdict));
      const past = await supersededOf(tx, row.id, 200);
      const advisoriesOf = sources.flatMap(({ kind, document_id }) =>
        kind === 'advisory' ? [document_id] : [],
      );
      return {
        ...item,
        aliases: (await aliasesOf(tx, row.id)).filter((key) => key !== row.ref && !key.includes('\n')),
        sourceList: [...sources.slice(0, 200), ...removed].map(toSource),
        facts: facts.slice(0, mostFactsShown),
        factsInAll: claims.length < mostClaimsShown ? facts.length : await countFacts(tx, row.id),
        timeline: timelineOf(claims, past),
        devices: [...(await plant.ofAdvisories(tx, advisoriesOf))],
        owner: await nameOf(tx, row.owner_id),
      };
    },

    // What the library and the sources tell.

    /**
     * In the transaction that takes the documents, a vulnerability's claims with each.
     *
     * @param way the source that brought them; nothing where somebody did
     */
    advisoriesTaken: (
      tx: Db,
      actor: Actor,
      taken: readonly TakenAdvisory[],
      way: string | null,
    ): Promise<Arrival[]> => inBatches(tx, actor, taken, (one) => spokenBy(one, [way])),

    /** The same for what is no document: one record is one source. */
    recordsTaken: (tx: Db, actor: Actor, records: readonly TakenRecord[]): Promise<Arrival[]> =>
      inBatches(tx, actor, records, spokenIn),

    /**
     * What lies here already is read by the rules of today. Nobody said anything new by that: what changes is as old as
     * the document, and no verdict is touched.
     */
    advisoriesReread: (
      tx: Db,
      actor: Actor,
      kept: readonly (KeptAdvisory & { readonly ways: readonly (string | null)[] })[],
    ): Promise<Arrival[]> =>
      inBatches(tx, actor, kept, (one) => spokenBy(one, one.ways, one.receivedAt), 'reread'),
    recordsReread: (tx: Db, actor: Actor, records: readonly TakenRecord[]): Promise<Arrival[]> =>
      inBatches(tx, actor, records, spokenIn, 'reread'),

    /** What the CERT stands for and has released under this label, for another one. */
    toCarry: claimsToCarry,

    /** A source that is no publisher of documents may be told of farther from now on, or less far. */
    async relabelled(
      tx: Db,
      owner: string,
      way: string,
      reach: { readonly label: Tlp; readonly scope: Scope },
    ): Promise<void> {
      await holdClaims(tx, owner);
      await widen(tx, await relabelWay(tx, owner, way, reach));
    },

    /** Those of these documents whose claims are not by the rules of today. */
    behind: documentsBehind,

    /** Documents that are here already came by another way as well. Gives back those whose claims had been withdrawn. */
    cameBack,

    /** Which of these CVEs it speaks of already. */
    known: async (tx: Db, actor: Actor, cves: readonly string[]): Promise<ReadonlySet<string>> =>
      new Set((await byKeys(tx, actor.organisation!, cves)).keys()),

    /** What is said of attacks by what these documents speak of, and of how they go. */
    threats: threatsOf,

    // What the radar, the publications and the gate ask for.

    /** Speaks of a CVE from now on, though nobody claims anything of it yet; gives back its id. Nobody finds it before it has a source. */
    async speakOf(tx: Db, actor: Actor, cve: string): Promise<string> {
      await holdClaims(tx, actor.organisation!);
      const ids = await vulnerabilitiesOf(
        tx,
        actor.organisation!,
        new Map([[cve, new Date().toISOString()]]),
      );
      return ids.get(cve)!;
    },

    find: (tx: Db, ref: string) => findVulnerability(tx, ref.toUpperCase()),
    byId: vulnerabilitiesById,
    /** Which of these the reader finds a page of. */
    readable: refsKnown,

    /** The vulnerabilities that documents speak of, with how many facts sources disagree about. */
    async ofDocuments(tx: Db, documents: readonly string[]) {
      const sources = (await sourcesOf(tx, documents)).filter(({ ended_at }) => ended_at === null);
      const ids = [...new Set(sources.map((source) => source.vulnerability_id))];
      const rows = new Map((await vulnerabilitiesById(tx, ids)).map((row) => [row.id, row]));
      const standings = await standingsOf(tx, ids);
      return Map.groupBy(
        sources.flatMap(({ document_id, vulnerability_id }) => {
          const row = rows.get(vulnerability_id);
          return row
            ? [
                {
                  document: document_id,
                  id: row.id,
                  ref: row.ref,
                  disagreeing: standings.get(row.id)?.disagreeing ?? 0,
                },
              ]
            : [];
        }),
        ({ document }) => document,
      );
    },

    /**
     * A document is about this vulnerability, says an analyst. What it spoke of without a CVE, and nobody has given a
     * verdict on, is this one from now on, also in its next version.
     */
    async attach(
      tx: Db,
      actor: Actor,
      vulnerability: string,
      document: Omit<
        NewSource,
        'id' | 'owner_id' | 'vulnerability_id' | 'attached' | 'retrieved_at' | 'ours'
      >,
    ): Promise<void> {
      const owner = actor.organisation!;
      await holdClaims(tx, owner);
      const sources = await sourcesOf(tx, [document.document_id]);
      const nameless = await namelessOf(
        tx,
        sources.map((source) => source.vulnerability_id).filter((id) => id !== vulnerability),
      );
      const there = sources.find((source) => source.vulnerability_id === vulnerability);
      if (nameless.length > 0 && !there) await join(tx, nameless[0]!, vulnerability);
      else if (!there)
        await addSources(tx, [
          {
            ...document,
            id: randomUUID(),
            owner_id: owner,
            vulnerability_id: vulnerability,
            attached: true,
            ours: false,
            retrieved_at: new Date().toISOString(),
          },
        ]);
      await widen(tx, [vulnerability]);
      await restand(tx, owner, [vulnerability, ...nameless]);
    },

    /**
     * Where claims stand: those of sources by how many publishers say the same, those of the CERT by who came to them.
     * The id of a claim of the CERT is that of its verdict, from the first answer on. Ids that are unknown or not for the
     * actor are left out.
     */
    async stateOf(tx: Db, ids: readonly string[]): Promise<Map<string, ClaimState>> {
      const states = new Map<string, ClaimState>();
      for (const row of await verdictsOf(tx, { ids })) states.set(row.id, stateOfVerdict(row));
      const rest = await claimsById(
        tx,
        ids.filter((id) => !states.has(id)),
      );
      for (const claim of rest) {
        const others = await claimsOfFact(tx, claim.vulnerability_id, claim.fact);
        states.set(claim.id, {
          value: claim.value,
          verification: claim.source_id === null ? claim.verification : verificationOf(claim, others),
          checkedBy: [],
          disputed: agreementOf(claim, others.map(comparable)) === 'disagree',
        });
      }
      return states;
    },

    /**
     * The facts of vulnerabilities on which an advisory stands or falls (which versions are affected and fixed, how
     * severe, whether exploited), each with the verdict of the CERT where there is one.
     */
    async decisive(
      tx: Db,
      vulnerabilities: readonly string[],
    ): Promise<(Fact & { vulnerability: string })[]> {
      const found: (Fact & { vulnerability: string })[] = [];
      for (const vulnerability of vulnerabilities) {
        const claims = await claimsOf(tx, vulnerability, mostClaimsShown);
        const verdicts = (await verdictsOf(tx, { vulnerability })).map(toVerdict);
        for (const fact of factsOf(claims, verdicts))
          if (isDecisive(fact)) found.push({ ...fact, vulnerability });
      }
      return found;
    },

    /**
     * For the release gate alone: lets claims of the CERT go as far as what is released. The database refuses what is
     * farther than the claims they rest on.
     */
    open: (tx: Db, ids: readonly string[], label: Tlp, scope: Scope) => letGo(tx, ids, label, scope),

    /** What was let go with a release that is recalled is the CERT's own again. */
    callBack,

    /** How far claims may go: those of the CERT as far as what they rest on, those of sources as far as these. */
    async limitsOf(tx: Db, ids: readonly string[]) {
      return (await claimsById(tx, ids)).map((claim) => {
        const ours = claim.source_id === null;
        return {
          name: line(`${claim.publisher}: ${claim.subject} ${claim.value}`, 200),
          label: ours ? claim.limit_label : claim.label,
          scope: ours ? claim.limit_scope : claim.scope,
          audience: ours ? [] : claim.audience,
        };
      });
    },

    /** Counts anew where facts stand, after a verdict. */
    restand,
  };

  async function pageOf(
    tx: Db,
    { after: cursor, ...wanted }: Omit<Wanted, 'after'> & { readonly after?: string | undefined },
  ) {
    const after = readCursor(cursor);
    const rows = await listVulnerabilities(tx, { ...wanted, after: after && { at: after[0], id: after[1] } });
    const last = rows.at(-1);
    return {
      items: await told(tx, rows),
      next: last && rows.length === wanted.limit ? writeCursor(last.newest_at.toISOString(), last.id) : null,
    };
  }

  async function inBatches<T>(
    tx: Db,
    actor: Actor,
    all: readonly T[],
    understand: (one: T) => Spoken | undefined,
    as: 'new' | 'reread' = 'new',
  ): Promise<Arrival[]> {
    const arrivals: Arrival[] = [];
    for (let at = 0; at < all.length; at += together) {
      const documents: Spoken[] = [];
      for (const one of all.slice(at, at + together)) {
        const spoken = understand(one);
        if (spoken) documents.push(spoken);
        // Reading one takes some milliseconds; others want to be served in between.
        await setImmediate();
      }
      arrivals.push(...(await take(tx, actor, documents, as)));
    }
    return arrivals;
  }

  async function take(
    tx: Db,
    actor: Actor,
    documents: readonly Spoken[],
    as: 'new' | 'reread',
  ): Promise<Arrival[]> {
    const owner = actor.organisation!;
    await holdClaims(tx, owner);
    await keepDocuments(
      tx,
      owner,
      documents.map(({ source, ways }) => ({ id: source.document_id, ways })),
    );
    const now = new Date().toISOString();
    const why = as === 'new' ? 'version' : 'reread';
    const ids = await vulnerabilitiesOf(
      tx,
      owner,
      new Map(documents.flatMap(({ source, of }) => of.map(({ key }) => [key, source.updated_at] as const))),
    );
    const before = await sourcesOf(
      tx,
      documents.map(({ source }) => source.document_id),
    );
    const places = new Map(before.map((row) => [placeOf(row), row]));
    const current = Map.groupBy(
      await currentOf(
        tx,
        before.map(({ id }) => id),
      ),
      ({ source_id }) => source_id!,
    );

    const fresh: NewSource[] = [];
    const changed: NewSource[] = [];
    const claims: NewClaim[] = [];
    const over: Parameters<typeof supersede>[1][number][] = [];
    const moved: Pick<ClaimRow, 'id' | 'label' | 'scope' | 'audience'>[] = [];
    const touched = new Map<string, Set<string>>();
    for (const { source, of, receivedAt } of documents) {
      const about = new Set<string>();
      touched.set(source.document_id, about);
      for (const { key, severity, score, exploited, lines } of of) {
        const vulnerability = ids.get(key)!;
        // Two of its names may mean the same vulnerability; the first speaks for it.
        if (about.has(vulnerability)) continue;
        about.add(vulnerability);
        const place = { document_id: source.document_id, vulnerability_id: vulnerability };
        const there = places.get(placeOf(place));
        places.delete(placeOf(place));
        const row: NewSource = {
          ...source,
          id: there?.id ?? randomUUID(),
          owner_id: owner,
          vulnerability_id: vulnerability,
          severity,
          score,
          exploited,
          retrieved_at: as === 'new' ? now : (there?.retrieved_at.toISOString() ?? receivedAt ?? now),
        };
        (there ? changed : fresh).push(row);
        const said = new Map(
          (there ? (current.get(there.id) ?? []) : []).map((claim) => [sayingOf(claim), claim]),
        );
        for (const one of lines) {
          const claim = newClaim(row, one);
          const same = said.get(sayingOf(claim));
          if (!same) claims.push(claim);
          else {
            said.delete(sayingOf(claim));
            if (isElsewhere(same, claim))
              moved.push({ id: same.id, label: claim.label, scope: claim.scope, audience: claim.audience });
          }
        }
        for (const { id } of said.values()) over.push({ id, by: source.version, why });
      }
    }
    // What documents no longer speak of at all.
    const gone = [...places.values()].filter(({ ended_at, attached }) => ended_at === null && !attached);
    const versions = new Map(documents.map(({ source }) => [source.document_id, source.version]));
    for (const { id, document_id } of gone)
      for (const claim of current.get(id) ?? [])
        over.push({ id: claim.id, by: versions.get(document_id)!, why });

    await supersede(tx, over);
    await relabel(tx, moved);
    await addSources(tx, fresh);
    await updateSources(tx, changed);
    await endSources(
      tx,
      gone.map(({ id }) => id),
    );
    await addClaims(tx, claims);
    const ended = new Set(over.map(({ id }) => id));
    const dropped = [...current.values()].flat().filter(({ id }) => ended.has(id));
    if ([...claims, ...dropped].some(isThreat)) await plant.threatsChanged(tx, actor);
    const all = [
      ...new Set([...touched.values()].flatMap((about) => [...about])),
      ...gone.map((row) => row.vulnerability_id),
    ];
    await widen(tx, all);
    const split = await restand(tx, owner, all);
    const old = new Set(before.map(({ document_id }) => document_id));
    return documents.map(({ source, of, summary }): Arrival => {
      const about = [...(touched.get(source.document_id) ?? [])];
      const scores = of.flatMap(({ score }) => (score === null ? [] : [score]));
      return {
        document: source.document_id,
        isNew: !old.has(source.document_id),
        vulnerabilities: about,
        severity: of.map(({ severity }) => severity).sort(bySeverity)[0] ?? 'unknown',
        score: scores.length > 0 ? Math.max(...scores) : null,
        exploited: of.some(({ exploited }) => exploited),
        summary,
        contradicts: about.some((id) => split.get(id)?.has(source.publisher)),
      };
    });
  }

  /** The vulnerabilities that are spoken of, by the key that is used and since when; what nobody has spoken of yet is added. */
  async function vulnerabilitiesOf(
    tx: Db,
    owner: string,
    wanted: ReadonlyMap<string, string>,
  ): Promise<Map<string, string>> {
    const ids = await byKeys(tx, owner, [...wanted.keys()]);
    const missing = [...wanted]
      .filter(([key]) => !ids.has(key))
      .map(([key, at]) => ({ key, at, id: randomUUID() }));
    await addVulnerabilities(
      tx,
      missing.map(({ key, at, id }) => ({
        id,
        owner_id: owner,
        ref: isCve(key) ? key : ownNumber(at),
        newest_at: at,
        label: 'AMBER+STRICT',
        scope: 'org',
      })),
    );
    await addKeys(
      tx,
      missing.map(({ key, id }) => ({ owner_id: owner, key, vulnerability_id: id })),
    );
    for (const { key, id } of missing) ids.set(key, id);
    return ids;
  }

  /** Gives back, for each vulnerability in which sources disagree, which publishers take part in that. */
  async function restand(tx: Db, owner: string, vulnerabilities: readonly string[]) {
    const split = new Map<string, Set<string>>();
    if (vulnerabilities.length === 0) return split;
    const rows = new Map<string, StandingRow>();
    const compared = Map.groupBy(await comparedOf(tx, vulnerabilities), (row) => row.vulnerability_id);
    const verdicts = await countVerdicts(tx, vulnerabilities);
    const before = await standingsOf(tx, vulnerabilities);
    for (const id of vulnerabilities) {
      let disagreeing = 0;
      for (const [, claims] of Map.groupBy(compared.get(id) ?? [], ({ fact }) => fact)) {
        const said = claims.map(({ publisher, value_key, ours }) => ({
          publisher,
          valueKey: value_key,
          ours,
        }));
        if (agreementOf(claims[0]!, said) !== 'disagree') continue;
        disagreeing++;
        const publishers = split.get(id) ?? new Set();
        for (const { publisher } of claims) publishers.add(publisher);
        split.set(id, publishers);
      }
      const now = {
        vulnerability_id: id,
        disagreeing,
        waiting: 0,
        disputed: 0,
        checked: 0,
        ...verdicts.get(id),
      };
      const old = before.get(id);
      const is = (row: StandingRow) => [row.disagreeing, row.waiting, row.disputed, row.checked].join();
      // Nearly all have nothing to count, and nothing is what no row says.
      if (old ? is(old) !== is(now) : is(now) !== '0,0,0,0') rows.set(id, now);
    }
    await setStandings(tx, owner, [...rows.values()]);
    return split;
  }

  async function told(tx: Db, rows: readonly VulnerabilityRow[]): Promise<Vulnerability[]> {
    const ids = rows.map(({ id }) => id);
    const sources = Map.groupBy(await sourcesOfAll(tx, ids), (source) => source.vulnerability_id);
    const standings = await standingsOf(tx, ids);
    return rows.map(({ id, ref, newest_at }) => {
      const own = othersFirst(sources.get(id) ?? []);
      const worst = own.reduce<SourceRow | undefined>(
        (one, other) => (!one || (other.score ?? -1) > (one.score ?? -1) ? other : one),
        undefined,
      );
      const standing = standings.get(id);
      return {
        id,
        ref,
        title: withoutRef(own[0]?.title ?? '', ref),
        vendors: [...new Set(own.flatMap(({ vendors }) => vendors))].slice(0, 20),
        sources: own.length,
        publishers: [...new Set(own.map(({ publisher }) => publisher))].slice(0, 20),
        severity: (worst?.severity ?? 'unknown') as Severity,
        score: worst?.score === undefined || worst.score === null ? null : Math.round(worst.score * 10) / 10,
        exploited: own.some(({ exploited }) => exploited),
        updatedAt: newest_at.toISOString(),
        standing: standing
          ? {
              disagreeing: standing.disagreeing,
              waiting: standing.waiting,
              disputed: standing.disputed,
              checked: standing.checked,
            }
          : null,
      };
    });
  }
}

/** It says whether there are attacks, or how one goes. */
const isThreat = ({ kind, aspect }: Pick<ClaimRow, 'kind' | 'aspect'>) =>
  (kind === 'exploitation' && aspect === 'state') || (kind === 'severity' && aspect.startsWith('CVSS '));

/** What a document says, sorted by what it speaks of. */
interface Spoken {
  readonly summary: string;
  readonly ways: readonly (string | null)[];
  /** When it came; nothing: now. */
  readonly receivedAt: string | undefined;
  readonly source: Omit<
    NewSource,
    'id' | 'owner_id' | 'vulnerability_id' | 'severity' | 'score' | 'exploited' | 'retrieved_at'
  >;
  readonly of: readonly {
    readonly key: string;
    readonly severity: Severity;
    readonly score: number | null;
    readonly exploited: boolean;
    readonly lines: readonly Stated[];
  }[];
}

const together = 100;
/** Of one document; it itself has them all. */
const mostVulnerabilities = 2000;
const mostLines = 20_000;

/** Catalogues begin a title with the number, which stands beside it wherever it is shown. */
const withoutRef = (title: string, ref: string) =>
  title.startsWith(ref) ? title.slice(ref.length).replace(/^[\s:–-]+/, '') || title : title;

/** Undefined for what was readable when it came and is not by the rules of today; the library says so at its place. */
function spokenBy(taken: TakenAdvisory, ways: Spoken['ways'], receivedAt?: Date): Spoken | undefined {
  const reading = read(gunzipSync(taken.document).toString('utf8'));
  if (!reading.ok) return undefined;
  const { document } = reading;
  const self = document.references.find(({ category, url }) => category === 'self' && url !== undefined);
  const said = spoken(
    taken,
    'advisory',
    publisherKindOf(document.publisher.category),
    self?.url ?? null,
    claimsOfCsaf(document).claims,
    document.vulnerabilities.flatMap(({ cve }) => (cve ? [cve.toUpperCase()] : [])),
    document.summary ?? '',
  );
  return { ...said, ways, receivedAt: receivedAt?.toISOString() };
}

function spokenOf(record: TakenRecord): Omit<Spoken, 'ways' | 'receivedAt'> {
  const { said, facts, publisherKind, url } = record;
  const own = spoken({ ...record, ours: false }, 'record', publisherKind, url, facts, [], '');
  if (!said) return own;
  const exploited = said.lines.some(
    ({ kind, valueKey }) => kind === 'exploitation' && valueKey === 'exploited',
  );
  return { ...own, of: [{ ...said, severity: 'unknown', score: null, exploited }, ...own.of] };
}

const spokenIn = (record: TakenRecord): Spoken => ({
  ...spokenOf(record),
  ways: [record.way],
  receivedAt: undefined,
});

function spoken(
  taken: Omit<TakenAdvisory, 'document'>,
  kind: 'advisory' | 'record',
  publisherKind: PublisherKind,
  url: string | null,
  facts: readonly ClaimFact[],
  named: readonly string[],
  summary: string,
): Omit<Spoken, 'ways' | 'receivedAt'> {
  const byVulnerability = new Map<string, ClaimFact[]>(named.map((name) => [name, []]));
  for (const fact of facts) {
    const list = byVulnerability.get(fact.vulnerability);
    if (list) list.push(fact);
    else byVulnerability.set(fact.vulnerability, [fact]);
  }
  let room = mostLines;
  return {
    summary: plain(summary).slice(0, 2000),
    source: {
      attached: false,
      label: taken.label,
      scope: taken.scope,
      audience: [...taken.audience],
      kind,
      document_id: taken.id,
      publisher: taken.publisher,
      publisher_kind: publisherKind,
      tracking_id: taken.trackingId,
      version: taken.version,
      title: taken.title,
      vendors: [...taken.vendors].slice(0, 50),
      url: url === null ? null : url.slice(0, 2000),
      updated_at: taken.updatedAt.toISOString(),
      ours: taken.ours,
    },
    of: [...byVulnerability].slice(0, mostVulnerabilities).map(([name, own]) => {
      const lines = stated(own).lines.slice(0, room);
      room -= lines.length;
      const score = worst(own);
      return {
        key: isCve(name) ? name : `${taken.publisher}\n${line(name, 300)}`,
        severity: severityOf(score),
        score,
        exploited: own.some(({ kind, value }) => kind === 'exploitation' && value.state === 'exploited'),
        lines,
      };
    }),
  };
}

const isCve = (text: string) => /^CVE-\d{4}-\d{4,19}$/.test(text);

/** Tells nothing but the year: numbers that count would tell how many there are. */
function ownNumber(at: string): string {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  return `VUL-${at.slice(0, 4)}-${Array.from(randomBytes(8), (byte) => digits[byte % 32]).join('')}`;
}

/** The publisher's category, CSAF 2.0 section 3.2.1.8.1. */
function publisherKindOf(category: string): PublisherKind {
  return (['vendor', 'coordinator', 'discoverer'] as const).find((kind) => kind === category) ?? 'other';
}

/** CVSS 2 counts only where nothing newer is given. */
function worst(facts: readonly ClaimFact[]): number | null {
  const scores = facts.flatMap(({ kind, value }) =>
    kind === 'severity' && 'base' in value && value.base !== undefined && value.base >= 0 && value.base <= 10
      ? [{ old: value.system === 'cvss2', base: value.base }]
      : [],
  );
  const newer = scores.filter(({ old }) => !old);
  const counted = (newer.length > 0 ? newer : scores).map(({ base }) => base);
  return counted.length > 0 ? counted.reduce((most, base) => Math.max(most, base)) : null;
}

/** Qualitative severity rating scale, CVSS v4.0 section 6 (the same as v3.1 section 5). */
function severityOf(score: number | null): Severity {
  if (score === null) return 'unknown';
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'none', 'unknown'];
const bySeverity = (a: Severity, b: Severity) => severities.indexOf(a) - severities.indexOf(b);

const placeOf = (row: Pick<SourceRow, 'document_id' | 'vulnerability_id'>) =>
  `${row.document_id} ${row.vulnerability_id}`;
/** A claim with the same is the same claim, whichever version of the document makes it. */
const sayingOf = (claim: Pick<ClaimRow, 'publisher' | 'fact' | 'value_key' | 'value'>) =>
  [claim.publisher, claim.fact, claim.value_key, claim.value].join('\n');

const isElsewhere = (was: ClaimRow, is: NewClaim) =>
  was.label !== is.label || was.scope !== is.scope || was.audience.join() !== is.audience.join();

function newClaim(source: NewSource, one: Stated): NewClaim {
  return {
    id: randomUUID(),
    owner_id: source.owner_id,
    label: source.label,
    scope: source.scope,
    audience: source.audience,
    limit_label: 'CLEAR',
    limit_scope: 'public',
    vulnerability_id: source.vulnerability_id,
    source_id: source.id,
    publisher: one.by ?? source.publisher,
    kind: one.kind,
    fact: one.fact,
    value_key: one.valueKey,
    aspect: one.aspect,
    subject: one.subject,
    value: one.value,
    quote: one.quote,
    pointer: one.pointer,
    version: source.version,
    ours: source.ours,
    retrieved_at: source.retrieved_at,
  };
}

/** By a verdict, or in a document that it released. */
const isOurs = ({ source_id, ours }: Pick<ClaimRow, 'source_id' | 'ours'>) => source_id === null || ours;

const comparable = (claim: ClaimRow) => ({
  publisher: claim.publisher,
  valueKey: claim.value_key,
  ours: isOurs(claim),
});

/** Facts on which sources disagree first, then what is decisive, then the rest. */
/** That the CERT repeats what others say is no word more. Where nobody else speaks, it is what there is. */
function othersFirst<Row extends { readonly ours: boolean }>(rows: readonly Row[]): readonly Row[] {
  const others = rows.filter(({ ours }) => !ours);
  return others.length > 0 ? others : rows;
}

function factsOf(claims: readonly ClaimRow[], verdicts: readonly Fact['verdict'][]): Fact[] {
  const grouped = Map.groupBy(claims, ({ fact }) => fact);
  // A fact that only an analyst speaks of so far.
  for (const verdict of verdicts) if (verdict && !grouped.has(verdict.fact)) grouped.set(verdict.fact, []);
  const facts = [...grouped].flatMap(([key, rows]): Fact[] => {
    const own = verdicts.filter((verdict) => verdict?.fact === key && verdict.state !== 'withdrawn');
    const verdict =
      own.find((one) => one!.state === 'waiting' || one!.state === 'disputed') ?? own[0] ?? null;
    const about = rows[0] ?? verdict;
    if (!about) return [];
    const ours = rows.find(({ source_id }) => source_id === null);
    const sources = othersFirst(rows.filter(({ source_id }) => source_id !== null));
    const groups = [...new Set(rows.map(({ value_key }) => value_key))];
    return [
      {
        key,
        kind: about.kind,
        aspect: about.aspect,
        subject: about.subject,
        agreement: agreementOf(about, rows.map(comparable)),
        claims: sources.map((claim) =>
          toClaim(claim, groups.indexOf(claim.value_key), verificationOf(claim, rows)),
        ),
        ours: ours
          ? {
              claim: ours.id,
              value: ours.value,
              verification: ours.verification,
              checks: ours.checks,
              at: ours.retrieved_at.toISOString(),
            }
          : null,
        verdict,
        changedSince:
          ours !== undefined &&
          sources.some((claim) => !isOurs(claim) && claim.retrieved_at > ours.retrieved_at),
      },
    ];
  });
  return facts.sort((a, b) => weightOf(a) - weightOf(b));
}

function weightOf({ agreement, verdict, kind }: Fact): number {
  if (verdict?.state === 'disputed') return 0;
  if (agreement === 'disagree') return 1;
  return (
    ['productStatus', 'exploitation', 'severity', 'weakness', 'mitigation', 'remedy', 'date'].indexOf(kind) +
    2
  );
}

function isDecisive({ kind, aspect, agreement }: Fact): boolean {
  if (kind === 'productStatus') return aspect === 'affected' || aspect === 'fixed';
  return (kind === 'severity' || kind === 'exploitation') && aspect !== 'epss' && agreement !== 'one';
}

/** Of what a source says: another publisher says the same, says otherwise, or there is no other. */
function verificationOf(claim: ClaimRow, all: readonly ClaimRow[]): Verification {
  // Documents of the CERT are made of what others say: they confirm nobody, and nobody confirms them.
  if (isOurs(claim)) return 'singleSource';
  const others = all.filter((other) => !isOurs(other) && other.publisher !== claim.publisher);
  if (others.some(({ value_key }) => value_key === claim.value_key)) return 'independentSource';
  return agreementOf(claim, all.map(comparable)) === 'disagree' ? 'disputed' : 'singleSource';
}

function stateOfVerdict(row: VerdictRow): ClaimState {
  const { state, first, second, third } = row;
  const answer =
    state === 'resolved' ? third : state === 'waiting' || state === 'checkedTwice' ? first : null;
  return {
    value: answer?.value ?? null,
    verification:
      state === 'disputed'
        ? 'disputed'
        : answer === null || state === 'waiting'
          ? 'unverified'
          : verificationOfVerdict(row),
    checkedBy: [row.opened_by, ...[second, third].flatMap((one) => (one ? [one.person] : []))],
    disputed: state === 'disputed',
  };
}

export function toClaim(claim: ClaimRow, group: number, verification: Verification): Claim {
  return {
    id: claim.id,
    source: claim.source_id,
    publisher: claim.publisher,
    value: claim.value,
    group,
    quote: claim.quote,
    pointer: claim.pointer,
    version: claim.version,
    label: claim.label,
    scope: claim.scope,
    retrievedAt: claim.retrieved_at.toISOString(),
    verification,
    corrects: claim.corrects_id,
  };
}

function toSource(row: SourceRow): VulnerabilitySource {
  return {
    id: row.id,
    advisory: row.kind === 'advisory' ? row.document_id : null,
    publisher: row.publisher,
    publisherKind: row.publisher_kind,
    trackingId: row.tracking_id,
    version: row.version,
    title: row.title,
    severity: row.severity,
    score: row.score === null ? null : Math.round(row.score * 10) / 10,
    url: row.url,
    label: row.label,
    updatedAt: row.updated_at.toISOString(),
    retrievedAt: row.retrieved_at.toISOString(),
    removedAt: row.removed_at?.toISOString() ?? null,
  };
}

/** What changed, newest first: beside what was said, what the same source says of it since then. */
function timelineOf(now: readonly ClaimRow[], past: readonly ClaimRow[]): VulnerabilityPage['timeline'] {
  const saidOf = ({ source_id, fact }: ClaimRow) => `${source_id} ${fact}`;
  const later = Map.groupBy(
    [...now, ...past].sort((a, b) => a.retrieved_at.getTime() - b.retrieved_at.getTime()),
    saidOf,
  );
  return past.map((was) => ({
    at: was.superseded_at!.toISOString(),
    kind: was.kind,
    aspect: was.aspect,
    subject: was.subject,
    publisher: was.publisher,
    version: was.superseded_by ?? '',
    why: was.superseded_why === 'removed' ? ('removed' as const) : ('changed' as const),
    before: was.value,
    after:
      was.superseded_why === 'removed'
        ? null
        : (later.get(saidOf(was))!.find((claim) => claim.retrieved_at > was.retrieved_at)?.value ?? null),
  }));
}

async function nameOf(tx: Db, organisation: string): Promise<string> {
  const row = await tx
    .selectFrom('organisation')
    .select('name')
    .where('id', '=', organisation)
    .executeTakeFirst();
  return row?.name ?? '';
}

function missing(): never {
  throw notFound('vulnerability');
}

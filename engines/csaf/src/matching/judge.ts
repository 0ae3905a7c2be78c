import { evaluate, everyOf, type Facts, type Finding, unique } from '../versions/evaluate.ts';
import type { Expression } from '../versions/expression.ts';
import { compareVersions, isWithin, parseVersion, type Version } from '../versions/version.ts';
import type { AdvisoryIndex, Entry } from './advisory-index.ts';
import type { KnownAsset } from './asset.ts';
import { type Identity, type Rule, rules } from './identity.ts';
import { lookUp, type LookUp, readVersion, reason, type Reason } from './reasons.ts';
import { whereToRead } from '../products/reading.ts';
import type { Found } from './recognise.ts';

export type Answer = 'affected' | 'notAffected' | 'unknown';
export type Certainty = 'exact' | 'likely' | 'unsure';

export interface Judgement {
  readonly verdict: Answer;
  /** How sure the verdict is. What is unknown is always unsure. */
  readonly certainty: Certainty;
  readonly because: readonly Reason[];
  /** What to look up so that the verdict becomes sure. */
  readonly lookUp: readonly LookUp[];
  /** By which rule and token the device was found, and through which product entry. */
  readonly path: {
    readonly rule: Rule;
    readonly token: string;
    readonly productId: string;
    readonly product: string;
    readonly range: string;
  };
}

/** What one advisory means for one device: the gravest of its vulnerabilities, and each of them. */
export interface Verdict extends Judgement {
  readonly advisory: number;
  readonly advisoryId: string;
  readonly vulnerabilities: readonly VulnerabilityVerdict[];
}

export interface VulnerabilityVerdict extends Judgement {
  readonly cve: string | undefined;
  /** What it is called where nobody numbered it. */
  readonly title: string | undefined;
  /** Every entry that was found to speak of the device, with what it alone says. */
  readonly entries: readonly (Judgement & { readonly productId: string })[];
}

const answers: readonly Answer[] = ['affected', 'unknown', 'notAffected'];
const certainties: readonly Certainty[] = ['exact', 'likely', 'unsure'];

/** The lower, the graver and the surer. */
export function gravity({ verdict, certainty }: Judgement): number {
  return answers.indexOf(verdict) * 3 + certainties.indexOf(certainty);
}

/** What one advisory says about a device that these entries of it speak of. */
export function judge(
  known: KnownAsset,
  index: AdvisoryIndex,
  position: number,
  found: readonly Found[],
  /** Whether to tell what each entry alone says, too. */
  eachEntry: boolean,
): Verdict {
  const advisory = index.advisories[position]!;
  const vulnerabilities: VulnerabilityVerdict[] = [];
  const cache = new Map<string, VulnerabilityVerdict>();
  const decidesPerVulnerability = found.some(({ entry }) => entry.asksVulnerability);
  for (const [number, { cve, title }] of advisory.vulnerabilities.entries()) {
    const spoken = found.filter(({ entry }) => entry.statuses.has(number));
    if (spoken.length === 0) continue;
    // Vulnerabilities of one advisory mostly list the same products with the same status; conditions on a CVE do not.
    const key = decidesPerVulnerability
      ? undefined
      : spoken.map(({ entry }) => entry.statusTexts.get(number)).join('\n');
    const same = key === undefined ? undefined : cache.get(key);
    const verdict = same
      ? { ...same, cve, title }
      : judgeVulnerability(known, spoken, number, { cve, title }, eachEntry);
    if (key !== undefined && !same) cache.set(key, verdict);
    vulnerabilities.push(verdict);
  }
  if (vulnerabilities.length === 0) {
    const { entry, identity } = mostParticular(found)[0]!;
    const silent = judgement('unknown', 'unsure', [...identity.because, reason('no-status')], [], {
      entry,
      identity,
    });
    return { ...silent, advisory: position, advisoryId: advisory.id, vulnerabilities: [] };
  }
  const { verdict, certainty, because, lookUp: toLookUp, path } = gravestOf(vulnerabilities);
  return {
    verdict,
    certainty,
    because,
    lookUp: toLookUp,
    path,
    advisory: position,
    advisoryId: advisory.id,
    vulnerabilities,
  };
}

function gravestOf<J extends Judgement>([first, ...others]: readonly J[]): J {
  let gravest = first!;
  for (const one of others) if (gravity(one) < gravity(gravest)) gravest = one;
  return gravest;
}

/** The more particular entry wins: a listed order number over its family, BMEP58*S over BMEP*. */
function mostParticular(found: readonly Found[]): readonly Found[] {
  if (found.length === 1) return found;
  const best = Math.min(...found.map(({ identity }) => rules.indexOf(identity.rule)));
  const atBest = found.filter(({ identity }) => identity.rule === rules[best]);
  if (rules[best] !== 'part-pattern') return atBest;
  const heaviest = Math.max(...atBest.map(({ identity }) => identity.weight));
  return atBest.filter(({ identity }) => identity.weight === heaviest);
}

function whereOf({ vendors, label, asset, orderNumbers, families }: KnownAsset): string | undefined {
  const names = [label, asset.product, asset.model, ...orderNumbers, ...families.map(({ name }) => name)];
  return whereToRead(
    vendors,
    names.filter((name) => name !== undefined),
  );
}

interface Said extends Found {
  readonly finding: Finding;
  readonly statement: 'affected' | 'notAffected' | 'fixed' | 'open';
  /** The entry speaks of another release train: the device runs a later or an earlier one. */
  readonly elsewhere: 'later' | 'earlier' | undefined;
}

function judgeVulnerability(
  known: KnownAsset,
  spoken: readonly Found[],
  vulnerability: number,
  { cve, title }: Pick<VulnerabilityVerdict, 'cve' | 'title'>,
  eachEntry: boolean,
): VulnerabilityVerdict {
  const where = () => whereOf(known);
  const facts = (entry: Entry): Facts => ({
    product: known.label,
    productName: entry.product.name,
    version: known.version,
    serial: known.asset.serial,
    hardware: known.hardware,
    swapped: known.swapped,
    cve,
    where,
  });
  const say = ({ entry, identity }: Found): Said => ({
    entry,
    identity,
    ...findingOf(known, entry, identity, facts(entry)),
    statement: statementOf(entry, vulnerability),
  });
  const all = joinTrains(spoken.map(say), known);
  const particular = new Set(mostParticular(spoken).map(({ entry }) => entry));
  const deciding = conclude(all.filter(({ entry }) => particular.has(entry)));
  return {
    cve,
    title,
    ...deciding,
    entries: eachEntry ? all.map((said) => ({ productId: said.entry.product.id, ...conclude([said]) })) : [],
  };
}

function statementOf(entry: Entry, vulnerability: number): Said['statement'] {
  const statuses = entry.statuses.get(vulnerability)!;
  if (statuses.includes('known_not_affected')) return 'notAffected';
  if (statuses.includes('fixed') || statuses.includes('first_fixed')) return 'fixed';
  if (statuses.some((status) => status.endsWith('_affected'))) return 'affected';
  return 'open';
}

function findingOf(
  known: KnownAsset,
  entry: Entry,
  identity: Identity,
  facts: Facts,
): Pick<Said, 'finding' | 'elsewhere'> {
  const range = entry.range;
  let finding = evaluate(entry.expression, facts, range);
  let elsewhere: Said['elsewhere'];
  const train = identity.rule === 'order-number' || identity.rule === 'identifier' ? undefined : entry.train;
  if (train) {
    const inTrain = isOfTrain(known, train) ? named : findTrain(train, facts, range);
    if (inTrain.truth === 'no')
      elsewhere = compareVersions(parseVersion(facts.version!)!, train)?.order === 1 ? 'later' : 'earlier';
    finding = elsewhere ? inTrain : everyOf([finding, inTrain]);
  }
  if (entry.product.hosted !== undefined) {
    finding = everyOf([
      finding,
      open(
        reason('part-of-another-product', { name: entry.product.hosted }),
        lookUp('check-condition', { condition: entry.product.hosted }),
      ),
    ]);
  }
  if (identity.rule === 'incomplete' && finding.truth === 'yes')
    finding = { ...finding, truth: 'unknown', lookUp: [...finding.lookUp, ...identity.lookUp] };
  return { finding, elsewhere };
}

/** "GT Designer3 Version1" says so itself, whatever the number of its update is. */
function isOfTrain({ nameVersion }: KnownAsset, train: Version): boolean {
  return nameVersion !== undefined && compareVersions(nameVersion, train)?.order === 0;
}

const named: Finding = { truth: 'yes', assumed: false, because: [], lookUp: [] };

function open(because: Reason, toLookUp: LookUp): Finding {
  return { truth: 'unknown', assumed: false, because: [because], lookUp: [toLookUp] };
}

function findTrain(train: Version, facts: Facts, range: string): Finding {
  const version = facts.version === undefined ? undefined : parseVersion(facts.version);
  if (!version)
    return open(
      reason('version-missing', { range: `${train.text} ${range}`.trim() }),
      readVersion(facts.product, facts.where?.()),
    );
  const told = { train: train.text, version: facts.version! };
  // "V15" as a name stands for 15.0 and 15.0 updates, and where "V15.1" has entries of its own, not for those.
  if (isWithin(version, train)) return { truth: 'yes', assumed: false, because: [], lookUp: [] };
  const compared = compareVersions(version, train);
  if (!compared)
    return open(
      reason('version-unreadable', { version: facts.version!, range: train.text }),
      lookUp('read-exact-version', { product: facts.product }),
    );
  return { truth: 'no', assumed: true, because: [reason('other-train', told)], lookUp: [] };
}

/**
 * Several entries of one product with only an upper bound ("< R510.2_HF14", "< R511.5_TCU4_HF4") are release
 * trains; taken one by one, the highest bound would swallow the fixed versions of the others.
 */
function joinTrains(all: readonly Said[], known: KnownAsset): readonly Said[] {
  if (all.length < 2) return all;
  const groups = new Map<string, Said[]>();
  for (const said of all) {
    if (said.statement !== 'affected' || !isUpperOnly(said.entry.expression)) continue;
    const key = `${said.entry.group}\n${said.identity.rule}\n${said.entry.orderNumbers.join()}`;
    groups.set(key, [...(groups.get(key) ?? []), said]);
  }
  const joined = new Map<Said, Finding>();
  for (const group of groups.values()) {
    if (group.length < 2 || new Set(group.map(({ entry }) => entry.range)).size < 2) continue;
    const trains: Expression = { is: 'trains', of: group.map(({ entry }) => entry.expression) };
    const first = group[0]!.entry;
    const facts: Facts = {
      product: known.label,
      productName: first.product.name,
      version: known.version,
      serial: known.asset.serial,
      hardware: known.hardware,
      swapped: known.swapped,
      cve: undefined,
    };
    const together = evaluate(trains, facts, group.map(({ entry }) => entry.range).join(' | '));
    for (const said of group)
      if (said.finding.truth === 'yes' && together.truth !== 'yes') joined.set(said, together);
  }
  return all.map((said) => (joined.has(said) ? { ...said, finding: joined.get(said)! } : said));
}

function isUpperOnly(expression: Expression): boolean {
  return expression.is === 'interval' && expression.lower === undefined && expression.component === undefined;
}

function conclude(all: readonly Said[]): Judgement {
  // What is stated to be fixed or not affected overrides a range that happens to cover it.
  const cleared = all.find(
    ({ statement, finding }) =>
      (statement === 'notAffected' || statement === 'fixed') && finding.truth === 'yes',
  );
  if (cleared)
    return sureOf(
      'notAffected',
      cleared,
      reason(cleared.statement === 'fixed' ? 'stated-fixed' : 'stated-not-affected'),
    );

  const claims = all.filter(({ statement }) => statement === 'affected');
  const byNameOnly = claims.filter(({ identity }) =>
    identity.because.some(({ code }) => code === 'order-number-missing'),
  );
  if (new Set(byNameOnly.map(({ finding }) => finding.truth)).size > 1) {
    const [first] = byNameOnly;
    return judgement(
      'unknown',
      'unsure',
      [...first!.identity.because, reason('entries-disagree')],
      first!.identity.lookUp,
      first!,
    );
  }
  const affected = best(claims.filter(({ finding }) => finding.truth === 'yes'));
  if (affected) return sureOf('affected', affected, reason('stated-affected'));

  const undecided = claims.filter(({ finding }) => finding.truth === 'unknown');
  const investigated = all.find(({ statement, finding }) => statement === 'open' && finding.truth !== 'no');
  if (undecided.length || investigated) {
    const list = undecided.length ? undecided : [investigated!];
    const first = list[0]!;
    return judgement(
      'unknown',
      'unsure',
      unique(
        list
          .flatMap(({ identity, finding }) => [...identity.because, ...finding.because])
          .concat(undecided.length ? [] : [reason('under-investigation')]),
      ),
      unique(list.flatMap(({ identity, finding }) => [...identity.lookUp, ...finding.lookUp])),
      first,
    );
  }

  const inTrain = claims.filter(({ elsewhere }) => elsewhere === undefined);
  if (inTrain.length) return sureOf('notAffected', best(inTrain)!);
  // Later than every train that is listed; what is earlier, nobody spoke of.
  if (claims.length && claims.every(({ elsewhere }) => elsewhere === 'later'))
    return sureOf('notAffected', claims[0]!);
  const silent = claims[0] ?? all[0]!;
  return judgement(
    'unknown',
    'unsure',
    [...silent.identity.because, ...silent.finding.because],
    [lookUp('read-advisory', { text: silent.entry.range })],
    silent,
  );
}

/** The finding that rests on the least. */
function best(all: readonly Said[]): Said | undefined {
  let found = all[0];
  for (const one of all)
    if (certainties.indexOf(certaintyOf(one)) < certainties.indexOf(certaintyOf(found!))) found = one;
  return found;
}

function certaintyOf({ identity, finding }: Said): Certainty {
  if (identity.certainty === 'exact' && finding.assumed) return 'likely';
  return identity.certainty;
}

function sureOf(verdict: Answer, said: Said, ...stated: Reason[]): Judgement {
  const { identity, finding } = said;
  return judgement(
    verdict,
    certaintyOf(said),
    [...identity.because, ...finding.because, ...stated],
    certaintyOf(said) === 'exact' ? [] : identity.lookUp,
    said,
  );
}

function judgement(
  verdict: Answer,
  certainty: Certainty,
  because: readonly Reason[],
  toLookUp: readonly LookUp[],
  { entry, identity }: Found,
): Judgement {
  return {
    verdict,
    certainty,
    because,
    lookUp: toLookUp,
    path: {
      rule: identity.rule,
      token: identity.token,
      productId: entry.product.id,
      product: entry.product.name.trim(),
      range: entry.range,
    },
  };
}

import { createHash } from 'node:crypto';

import { type Agreement, type ClaimKind, comparedKinds } from '@busbar/contract';
import {
  type ClaimFact,
  type ClaimProduct,
  type Expression,
  parseExpression,
  rangeInWords,
  repair,
  spaced,
  vendorKeys,
} from '@busbar/csaf';

import { line, plain } from '../../platform/plain-text.ts';

/**
 * By which rules claims are worked out of documents, here and in the engine. Whoever changes what comes of one raises
 * it: everything that lies in libraries is then read anew.
 */
export const derivationRules = 2;

/** One line of one source on the board: what of which thing it says, in words, and as what is compared. */
export interface Stated {
  readonly kind: ClaimKind;
  readonly aspect: string;
  readonly subject: string;
  /** Two sources with the same speak of the same thing. */
  readonly fact: string;
  readonly value: string;
  /** Two claims of a fact with the same say the same. */
  readonly valueKey: string;
  readonly quote: string;
  readonly pointer: string;
  /** Who within the document says so, where it is not its publisher. */
  readonly by: string | undefined;
}

/** Of one list of products; the document itself has them all. */
const mostProducts = 300;
/** Of one vulnerability in one document. */
const mostFacts = 1000;

/**
 * What a document says of one vulnerability, a line a fact: products with their versions, scores by their system. What
 * it says twice of the same thing stands on one line.
 */
export function stated(facts: readonly ClaimFact[]): { lines: Stated[]; left: number } {
  const lines = new Map<string, Gathered>();
  let left = 0;
  const put = (one: Stated) => {
    const key = `${one.by ?? ''}\n${one.fact}`;
    const same = lines.get(key);
    if (same) {
      same.values.add(one.value);
      same.keys.add(one.valueKey);
    } else if (lines.size < mostFacts)
      lines.set(key, { first: one, values: new Set([one.value]), keys: new Set([one.valueKey]) });
    else left++;
  };
  for (const fact of facts) {
    for (const one of linesOf(fact)) put(one);
    if (fact.kind === 'productStatus') left += Math.max(0, fact.subject.products.length - mostProducts);
  }
  return {
    left,
    lines: Array.from(lines.values(), ({ first, values, keys }) => ({
      ...first,
      value: line([...values].slice(0, 50).join(', '), 1000),
      valueKey: keyOf([...keys].sort().join(' ')),
    })),
  };
}

interface Gathered {
  readonly first: Stated;
  readonly values: Set<string>;
  readonly keys: Set<string>;
}

function* linesOf(claim: ClaimFact): Generator<Stated> {
  const common = {
    kind: claim.kind,
    subject: '',
    quote: plain(claim.quote).slice(0, 1000),
    pointer: line(claim.pointer, 300),
    by: claim.by === undefined ? undefined : line(claim.by, 200),
  };
  const about = (aspect: string, name: string, value: string, valueKey = value) => ({
    ...common,
    aspect,
    fact: keyOf(`${claim.kind}|${name}`),
    value: line(value, 1000),
    valueKey: normalised(valueKey),
  });
  switch (claim.kind) {
    case 'productStatus':
      for (const product of claim.subject.products.slice(0, mostProducts)) {
        const { subject, key } = productOf(product);
        const versions = product.versions.length > 0 ? product.versions : ['*'];
        for (const version of versions.slice(0, 100))
          yield {
            ...about(claim.value.status, `${claim.value.status}|${key}`, inWords(version), rangeKey(version)),
            subject,
          };
      }
      return;
    case 'severity': {
      const { value } = claim;
      if (value.system === 'word') yield about('word', 'word', value.severity);
      else if (value.system === 'ssvc') {
        const words = value.selections
          .map(({ point, values }) => `${point}: ${values.join(', ')}`)
          .join('; ');
        yield about('ssvc', 'ssvc', words);
      } else {
        const score = value.base === undefined ? (value.severity ?? '') : value.base.toFixed(1);
        const vector = value.vector?.replace(/^CVSS:[\d.]+\//, '') ?? '';
        const name = `CVSS ${line(value.version, 10)}`;
        yield about(name, name, vector ? `${score} ${vector}` : score, vector || score);
      }
      return;
    }
    case 'exploitation': {
      const { state, probability } = claim.value;
      if (state === 'predicted') {
        if (probability !== undefined)
          yield about('epss', 'epss', `${(probability * 100).toFixed(probability < 0.01 ? 2 : 1)} %`);
      } else if (state !== 'unclear') yield about('state', 'state', state);
      return;
    }
    case 'weakness':
      yield about('', '', `${claim.value.cwe} ${claim.value.name}`, claim.value.cwe);
      return;
    case 'date':
      yield about(claim.value.of, claim.value.of, claim.value.date.slice(0, 10));
      return;
    case 'remedy':
    case 'mitigation': {
      const { category, text, url } = claim.value;
      const words = line(`${text}${url ? ` ${url}` : ''}`, 1000);
      yield about(category, `${category}|${normalised(words).slice(0, 300)}`, words);
    }
  }
}

/** "Aurum Controls AX-300", and what it is compared by: "aurum|ax300". */
function productOf({ vendor, product, partOf }: ClaimProduct): { subject: string; key: string } {
  const maker = line(repair(vendor), 120);
  const name = line(repair(product), 200);
  const named = maker && !name.toLowerCase().startsWith(maker.toLowerCase()) ? `${maker} ${name}` : name;
  const host = partOf === undefined ? '' : line(repair(partOf), 200);
  const own = maker && name.toLowerCase().startsWith(maker.toLowerCase()) ? name.slice(maker.length) : name;
  return {
    subject: host ? `${named} (${host})` : named,
    key: [vendorKeys(maker)[0] ?? maker.toLowerCase(), compact(own), ...(host ? [compact(host)] : [])].join(
      '|',
    ),
  };
}

/** A value that a person typed, as what it is compared by. */
export function valueKeyOf(kind: ClaimKind, aspect: string, value: string): string {
  if (kind === 'productStatus')
    return keyOf(
      [
        ...new Set(
          value
            .split(/\s*,\s*/)
            .filter(Boolean)
            .map((one) => normalised(rangeKey(one))),
        ),
      ]
        .sort()
        .join(' '),
    );
  if (kind === 'weakness') return normalised(/\bCWE-\d+\b/i.exec(value)?.[0] ?? value);
  if (kind === 'severity' && aspect.startsWith('CVSS')) {
    const vector = /\b(?:AV:[NALP]\/\S+)/i.exec(value)?.[0];
    return normalised(vector ?? /\d+(?:\.\d+)?/.exec(value)?.[0] ?? value);
  }
  return normalised(value);
}

/** As written, but without the wrapping of VERS. */
const inWords = (version: string): string => spaced(rangeInWords(line(repair(version), 300))) || '*';

/** "< 4.35", "prior to 4.35" and "vers:generic/<4.35" are one value. What nobody can read begins with a question mark. */
function rangeKey(version: string): string {
  const expression = parseExpression(version.slice(0, 300));
  return canonical(expression) ?? `?${version}`;
}

const isReadable = (valueKey: string) => !/(?:^| )\?/.test(valueKey);

function canonical(expression: Expression): string | undefined {
  switch (expression.is) {
    case 'all':
      return '*';
    case 'exact':
      return `=${bare(expression.version.text)}`;
    case 'interval': {
      const { lower, upper, component } = expression;
      return [
        component ?? '',
        lower ? `${lower.inclusive ? '>=' : '>'}${bare(lower.version.text)}` : '',
        upper ? `${upper.inclusive ? '<=' : '<'}${bare(upper.version.text)}` : '',
      ].join('');
    }
    case 'any':
    case 'trains':
    case 'every': {
      const parts = expression.of.flatMap((part) => canonical(part) ?? []);
      if (parts.length < expression.of.length) return undefined;
      return `${expression.is}(${parts.sort().join(' ')})`;
    }
    default:
      return undefined;
  }
}

const bare = (version: string) =>
  version
    .trim()
    .toLowerCase()
    .replace(/^(?:version|ver\.?|v)\s*(?=\d)/, '');
const compact = (text: string) => text.toLowerCase().replace(/[\s\-_.,()/®™]+/g, '');
const normalised = (text: string) => keyOf(text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim());

/** What is too long to be a key ends in its hash: whoever writes documents must not make two of them meet. */
function keyOf(text: string): string {
  const one = plain(text);
  if (one.length <= 480) return one;
  const hash = createHash('sha256').update(one).digest('base64url');
  return `${one.slice(0, 430).toWellFormed()}…${hash}`;
}

/** How the sources of one fact stand to one another; what the CERT itself says is not counted. */
export function agreementOf(
  { kind, aspect }: { kind: ClaimKind; aspect: string },
  claims: readonly { readonly publisher: string; readonly valueKey: string; readonly ours: boolean }[],
): Agreement {
  const values = new Map<string, Set<string>>();
  for (const { publisher, valueKey, ours } of claims) {
    if (ours) continue;
    const own = values.get(publisher);
    if (own) own.add(valueKey);
    else values.set(publisher, new Set([valueKey]));
  }
  if (values.size < 2) return 'one';
  if (!comparedKinds.includes(kind) || aspect === 'epss') return 'agree';
  const all = Array.from(values.values(), (own) => [...own].sort());
  const differ = (some: readonly string[][]) => new Set(some.map((own) => own.join('\n'))).size > 1;
  if (!differ(all)) return 'agree';
  if (kind !== 'productStatus' || all.every((own) => own.every(isReadable))) return 'disagree';
  // Two texts that nobody can read are no contradiction; that they say the same is not known either.
  return differ(all.filter((own) => own.every(isReadable))) ? 'disagree' : 'unclear';
}

import type { VersionBlock } from './publication-changes.ts';
import { nameOf } from './publication-changes.ts';
import type { BlockContent, PublicationFinding, PublicationKind } from './publications.ts';

/** English sentences by code; the portal has them in every language. */
export const findingSentences = {
  'title-missing': 'It has no title.',
  'summary-missing': 'It has no summary: say in two sentences what it is about and for whom.',
  'impact-missing': 'Say what can happen to the process. That is what an operator asks first.',
  'no-product': 'No product is named, so nobody can be warned.',
  'no-mitigation': 'It does not say what to do until there is a fix.',
  'no-source': 'No claim and no reference stands behind it. Link a claim, or add a reference.',
  'vendor-missing': 'The vendor is missing.',
  'product-missing': 'The name of the product is missing.',
  'range-missing': 'Without a range it says that every version is meant.',
  contradiction: 'The same versions of {product} are said to be {status} elsewhere in it.',
  'cve-malformed': 'A CVE id looks like CVE-2026-12345.',
  'cwe-malformed': 'A CWE id looks like CWE-787.',
  'vector-malformed': 'This is no CVSS v3.1 or v4.0 vector: {vector}',
  'vulnerability-unnamed': 'Give the vulnerability its CVE id, or a heading until it has one.',
  'url-not-web': 'Only addresses that begin with https://, http:// or mailto: become links.',
  'heading-missing': 'A section needs a heading.',
  'text-missing': 'Nothing is said here yet.',
  'safe-unknown': 'Say whether it can be done while the plant runs.',
  'raw-html': 'HTML is not shown: write Markdown.',
} as const;
export type FindingCode = keyof typeof findingSentences;

const warnsOfPlants: readonly PublicationKind[] = ['advisory', 'earlyWarning'];
const tellsOfFacts: readonly PublicationKind[] = [
  'advisory',
  'earlyWarning',
  'threatReport',
  'incidentNotice',
  'statistics',
];

/** What is missing or wrong, beside the field it concerns. `blocks` are those that are not removed. */
export function publicationFindings(
  kind: PublicationKind,
  blocks: readonly VersionBlock[],
): PublicationFinding[] {
  return [...ofTheWhole(kind, blocks), ...blocks.flatMap(ofBlock), ...contradictions(blocks)];
}

/** What becomes a link, in Markdown and elsewhere. */
export const isLink = (url: string) => /^(https?:\/\/|mailto:)[^\s]+$/i.test(url);

function ofTheWhole(kind: PublicationKind, blocks: readonly VersionBlock[]): PublicationFinding[] {
  const has = (wanted: BlockContent['kind'], filled: (content: BlockContent) => string) =>
    blocks.some(({ content }) => content.kind === wanted && filled(content).trim() !== '');
  const found: PublicationFinding[] = [];
  if (!has('title', ({ heading }) => heading)) found.push(finding(null, 'title', 'error', 'title-missing'));
  if (!has('summary', ({ text }) => text)) found.push(finding(null, 'summary', 'error', 'summary-missing'));
  if (warnsOfPlants.includes(kind)) {
    if (!has('impact', ({ text }) => text)) found.push(finding(null, 'impact', 'warning', 'impact-missing'));
    if (!blocks.some(({ content }) => content.kind === 'product'))
      found.push(finding(null, 'product', 'warning', 'no-product'));
    if (!has('mitigation', ({ text }) => text) && !has('fix', ({ text }) => text))
      found.push(finding(null, 'mitigation', 'warning', 'no-mitigation'));
  }
  if (tellsOfFacts.includes(kind) && !blocks.some(({ content }) => isSource(content)))
    found.push(finding(null, 'reference', 'error', 'no-source'));
  return found;
}

function isSource(content: BlockContent): boolean {
  if (content.kind === 'reference') return isLink(content.url) || content.heading !== '';
  if (content.kind === 'product') return content.claim !== null;
  return content.kind === 'vulnerability' && content.claims.length > 0;
}

function ofBlock({ id, content }: VersionBlock): PublicationFinding[] {
  const found: PublicationFinding[] = [];
  const say = (
    field: string,
    level: PublicationFinding['level'],
    code: FindingCode,
    params: Record<string, string> = {},
  ) => void found.push(finding(id, field, level, code, params));
  switch (content.kind) {
    case 'product':
      if (!content.vendor.trim()) say('vendor', 'error', 'vendor-missing');
      if (!content.product.trim()) say('product', 'error', 'product-missing');
      if (!content.range.trim()) say('range', 'warning', 'range-missing');
      break;
    case 'vulnerability':
      if (!content.cve.trim() && !content.heading.trim()) say('cve', 'error', 'vulnerability-unnamed');
      if (content.cve.trim() && !/^CVE-\d{4}-\d{4,19}$/.test(content.cve.trim()))
        say('cve', 'error', 'cve-malformed');
      if (content.cwe.trim() && !/^CWE-[1-9]\d{0,5}$/.test(content.cwe.trim()))
        say('cwe', 'error', 'cwe-malformed');
      for (const vector of content.vectors)
        if (!/^CVSS:(3\.[01]|4\.0)(\/[A-Z]{1,3}:[A-Za-z]{1,8})+$/.test(vector.trim()))
          say('vectors', 'error', 'vector-malformed', { vector });
      break;
    case 'mitigation':
      if (!content.text.trim()) say('text', 'error', 'text-missing');
      else if (content.safe === 'unknown') say('safe', 'warning', 'safe-unknown');
      break;
    case 'fix':
      if (content.url && !isLink(content.url)) say('url', 'error', 'url-not-web');
      break;
    case 'reference':
      if (!isLink(content.url)) say('url', 'error', 'url-not-web');
      break;
    case 'section':
      if (!content.heading.trim()) say('heading', 'warning', 'heading-missing');
      if (!content.text.trim()) say('text', 'warning', 'text-missing');
      break;
  }
  if (/<\/?[a-z!][^<>]*>/i.test(content.text.replace(/<(https?:|mailto:)[^<>]*>/gi, '')))
    say('text', 'warning', 'raw-html');
  return found;
}

/** CSAF 2.0 section 6.1.6: no product may be in contradicting status groups. */
function contradictions(blocks: readonly VersionBlock[]): PublicationFinding[] {
  const said = new Map<string, string>();
  return blocks.flatMap(({ id, content }) => {
    if (content.kind !== 'product' || !content.product.trim()) return [];
    const key = [content.vendor, content.product, content.range].map(plain).join('\n');
    const other = said.get(key);
    if (other === undefined) said.set(key, content.status);
    if (other === undefined || other === content.status) return [];
    return [finding(id, 'status', 'error', 'contradiction', { product: nameOf(content), status: other })];
  });
}

const plain = (text: string) => text.toLowerCase().replace(/\s+/g, '');

function finding(
  block: string | null,
  field: string,
  level: PublicationFinding['level'],
  code: FindingCode,
  params: Record<string, string> = {},
): PublicationFinding {
  const text = findingSentences[code].replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  return { block, field, level, told: { code, params, text } };
}

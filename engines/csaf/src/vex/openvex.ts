import { type DocumentProblem, parsed, Place } from '../documents/values.ts';
import type { Read } from '../provider/metadata.ts';
import {
  isAll,
  type Justification,
  justifications,
  madeUpPurl,
  type VexDocument,
  type VexLoss,
  type VexProduct,
  type VexStatement,
  type VexStatus,
} from './vex.ts';

const context = 'https://openvex.dev/ns/v0.2.0';
const statuses: Readonly<Record<VexStatus, string>> = {
  affected: 'affected',
  notAffected: 'not_affected',
  fixed: 'fixed',
  underInvestigation: 'under_investigation',
};

/** Reads OpenVEX 0.2 (https://github.com/openvex/spec). What an item does not say, it has from its document. */
export function readOpenVex(source: unknown): Read<VexDocument> {
  const problems: DocumentProblem[] = [];
  const root = new Place(parsed(source), '', problems);
  if (!root.at('@context').text()?.startsWith('https://openvex.dev/ns'))
    return {
      ok: false,
      problems: [
        {
          code: 'not-vex',
          path: '',
          message: 'This is not OpenVEX: it is not JSON or has no @context of openvex.dev',
        },
      ],
    };
  return {
    ok: true,
    value: {
      id: root.at('@id').requiredText(),
      author: root.at('author').requiredText(),
      issued: root.at('timestamp').date() ?? '',
      updated: root.at('last_updated').date(),
      version: root.at('version').text() ?? '1',
      statements: root
        .at('statements')
        .items(100_000)
        .flatMap((place) => readStatement(place) ?? []),
    },
    problems,
  };
}

function readStatement(place: Place): VexStatement | undefined {
  const stated = place.at('status').text();
  const status = (Object.keys(statuses) as VexStatus[]).find((one) => statuses[one] === stated);
  if (!status) {
    place.at('status').problem('wrong-type', 'is no status of OpenVEX; the statement is left out');
    return undefined;
  }
  const vulnerability = place.at('vulnerability');
  const plain = typeof vulnerability.value === 'string';
  const label = place.at('justification').text();
  const justification = justifications.find((known) => known === label);
  if (label !== undefined && !justification)
    place.at('justification').problem('wrong-type', 'is no justification of OpenVEX');
  const products = place.at('products').items(100_000);
  if (products.length === 0) place.problem('missing', 'names no products; whom it is for is not known');
  return {
    vulnerability: {
      id:
        (plain
          ? vulnerability.text()
          : (vulnerability.at('name').text() ?? vulnerability.at('@id').text())) ?? '',
      aliases: plain ? [] : vulnerability.at('aliases').texts(),
      description: plain ? undefined : vulnerability.at('description').text(),
    },
    status,
    products: products.map(readProduct),
    justification,
    impact: place.at('impact_statement').text(),
    action: place.at('action_statement').text(),
  };
}

function readProduct(place: Place): VexProduct {
  const plain = typeof place.value === 'string';
  const id = (plain ? place.text() : place.at('@id').text()) ?? '';
  const identifiers = place.at('identifiers');
  const purl =
    (plain ? undefined : identifiers.at('purl').text()) ?? (id.startsWith('pkg:') ? id : undefined);
  const cpe = plain ? undefined : (identifiers.at('cpe23').text() ?? identifiers.at('cpe22').text());
  return { id, ...namesOf(purl, id), range: undefined, purl, cpe };
}

function namesOf(purl: string | undefined, id: string): Pick<VexProduct, 'vendor' | 'name' | 'version'> {
  const parts = /^pkg:[^/]+\/(?:(.+)\/)?([^/@?#]+)(?:@([^?#]+))?/.exec(purl?.slice(0, 1000) ?? '');
  const plain = (text: string | undefined) => {
    try {
      return text === undefined ? undefined : decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  return { vendor: plain(parts?.[1]), name: plain(parts?.[2]) ?? id, version: plain(parts?.[3]) };
}

/** Writes OpenVEX 0.2. It knows no ranges: what that loses, and what was left out because of it, is listed. */
export function writeOpenVex(vex: VexDocument): {
  document: Record<string, unknown>;
  losses: readonly VexLoss[];
} {
  const losses: VexLoss[] = [];
  const statements = vex.statements.flatMap((statement) => {
    const { vulnerability, status, justification, impact, action } = statement;
    const products = statement.products.flatMap((product) => writeProduct(product, statement, losses));
    if (products.length === 0) {
      losses.push({ code: 'no-statement', vulnerability: vulnerability.id, product: '', value: status });
      return [];
    }
    return [
      {
        vulnerability: {
          name: vulnerability.id,
          ...(vulnerability.description !== undefined && { description: vulnerability.description }),
          ...(vulnerability.aliases.length && { aliases: vulnerability.aliases }),
        },
        products,
        status: statuses[status],
        ...(status === 'notAffected' && whyNot(justification, impact)),
        ...(status === 'affected' && { action_statement: action ?? 'No action was named.' }),
      },
    ];
  });
  const document = {
    '@context': context,
    '@id': /^https?:\/\//.test(vex.id)
      ? vex.id
      : `https://openvex.dev/docs/public/vex-${encodeURIComponent(vex.id)}`,
    author: vex.author,
    timestamp: vex.issued,
    ...(vex.updated !== undefined && vex.updated !== vex.issued && { last_updated: vex.updated }),
    version: Math.max(1, Number.parseInt(vex.version, 10) || 1),
    statements,
  };
  return { document, losses };
}

/** One of both has to be there. */
function whyNot(justification: Justification | undefined, impact: string | undefined) {
  return {
    ...(justification !== undefined && { justification }),
    ...((impact !== undefined || justification === undefined) && {
      impact_statement: impact ?? 'No reason was given.',
    }),
  };
}

function writeProduct(product: VexProduct, { vulnerability, status }: VexStatement, losses: VexLoss[]) {
  const about = {
    vulnerability: vulnerability.id,
    product: [product.vendor, product.name].filter(Boolean).join(' '),
  };
  if (!isAll(product.range)) {
    // All versions instead of some is a false alarm where it says affected, and false comfort where it says the opposite.
    const safe = status === 'affected' || status === 'underInvestigation';
    losses.push({ ...about, code: safe ? 'range-widened' : 'range-left-out', value: product.range! });
    if (!safe) return [];
  }
  const purl = product.purl ?? (product.cpe === undefined ? madeUpPurl(product) : undefined);
  if (product.purl === undefined && purl !== undefined)
    losses.push({ ...about, code: 'names-made-up', value: purl });
  return [
    {
      '@id': purl ?? product.cpe!,
      identifiers: {
        ...(purl !== undefined && { purl }),
        ...(product.cpe !== undefined && {
          [product.cpe.startsWith('cpe:2.3') ? 'cpe23' : 'cpe22']: product.cpe,
        }),
      },
    },
  ];
}

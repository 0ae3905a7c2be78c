/** What an advisory says, without the form it takes. Dates are RFC 3339. */
export interface AdvisoryDraft {
  readonly id: string;
  readonly title: string;
  readonly version?: string;
  readonly status?: 'draft' | 'interim' | 'final';
  readonly language?: string;
  readonly tlp: 'CLEAR' | 'GREEN' | 'AMBER' | 'AMBER+STRICT' | 'RED';
  readonly published: string;
  readonly updated?: string;
  readonly publisher: {
    readonly name: string;
    readonly namespace: string;
    readonly category: 'coordinator' | 'discoverer' | 'other' | 'translator' | 'user' | 'vendor';
  };
  readonly summary: string;
  readonly products: readonly DraftProduct[];
  readonly vulnerabilities: readonly DraftVulnerability[];
  readonly references?: readonly {
    readonly summary: string;
    readonly url: string;
    readonly self?: boolean;
  }[];
}

export interface DraftProduct {
  /** A name for use within this draft; becomes the product id. */
  readonly key: string;
  readonly vendor: string;
  readonly name: string;
  /** One version ("2.4.1") or a range ("<2.4.1", ">=2.0|<2.4.1", "*"). */
  readonly version?: string;
  readonly range?: string;
  readonly orderNumbers?: readonly string[];
}

export interface DraftVulnerability {
  readonly cve?: string;
  readonly title: string;
  readonly description: string;
  readonly cwe?: { readonly id: string; readonly name: string };
  /** CVSS 3.1 with what follows from the vector. */
  readonly cvss?: {
    readonly vector: string;
    readonly score: number;
    readonly severity: 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
  };
  readonly affected?: readonly string[];
  readonly fixed?: readonly string[];
  readonly notAffected?: readonly string[];
  /** Why products are not affected; required by CSAF 2.0 section 6.1.27 for VEX, good manners otherwise. */
  readonly impact?: string;
  readonly remediations?: readonly {
    readonly category: 'mitigation' | 'workaround' | 'vendor_fix' | 'no_fix_planned' | 'none_available';
    readonly text: string;
    readonly url?: string;
    readonly products?: readonly string[];
  }[];
}

/**
 * Writes a CSAF 2.0 security advisory (profile csaf_security_advisory, section 4.4), ready for JSON.stringify.
 * The same draft always gives the same document: nothing is taken from a clock.
 */
export function writeAdvisory(draft: AdvisoryDraft): Record<string, unknown> {
  const version = draft.version ?? '1';
  const status = draft.status ?? 'final';
  const updated = draft.updated ?? draft.published;
  return {
    document: {
      category: 'csaf_security_advisory',
      csaf_version: '2.0',
      title: draft.title,
      ...(draft.language !== undefined && { lang: draft.language }),
      distribution: { tlp: { label: toTlp1(draft.tlp) }, text: distributionText(draft.tlp) },
      notes: [{ category: 'summary', title: 'Summary', text: draft.summary }],
      publisher: draft.publisher,
      ...(draft.references?.length && {
        references: draft.references.map(({ summary, url, self }) => ({
          category: self ? 'self' : 'external',
          summary,
          url,
        })),
      }),
      tracking: {
        id: draft.id,
        version,
        status,
        initial_release_date: draft.published,
        current_release_date: updated,
        revision_history: revisions(version, draft.published, updated),
      },
    },
    product_tree: { branches: vendorBranches(draft.products) },
    vulnerabilities: draft.vulnerabilities.map((vulnerability) => writeVulnerability(vulnerability)),
  };
}

/** CSAF 2.0 speaks TLP 1 and has no AMBER+STRICT; the text says what the label cannot. */
function toTlp1(label: AdvisoryDraft['tlp']): string {
  return label === 'CLEAR' ? 'WHITE' : label === 'AMBER+STRICT' ? 'AMBER' : label;
}

function distributionText(label: AdvisoryDraft['tlp']): string {
  return `TLP:${label}`;
}

function revisions(version: string, published: string, updated: string) {
  const last = Number(/^\d+/.exec(version)?.[0] ?? 1);
  return Array.from({ length: Math.max(1, Math.min(last, 1000)) }, (_, i) => ({
    number: i + 1 === Math.max(1, last) ? version : version.includes('.') ? `${i + 1}.0.0` : String(i + 1),
    date: i === 0 ? published : updated,
    summary: i === 0 ? 'First publication' : 'Update',
  }));
}

function vendorBranches(products: readonly DraftProduct[]) {
  return Array.from(
    Map.groupBy(products, ({ vendor }) => vendor),
    ([vendor, ofVendor]) => ({
      category: 'vendor',
      name: vendor,
      branches: Array.from(
        Map.groupBy(ofVendor, ({ name }) => name),
        ([name, ofName]) => ({
          category: 'product_name',
          name,
          branches: ofName.map(versionBranch),
        }),
      ),
    }),
  );
}

function versionBranch(product: DraftProduct) {
  const range = product.version === undefined ? toVers(product.range ?? '*') : undefined;
  const name = product.version ?? range!;
  return {
    category: range === undefined ? 'product_version' : 'product_version_range',
    name,
    product: {
      name: `${product.vendor} ${product.name} ${range === 'vers:all/*' ? 'all versions' : name}`,
      product_id: product.key,
      ...(product.orderNumbers?.length && {
        product_identification_helper: { model_numbers: product.orderNumbers },
      }),
    },
  };
}

/** CSAF 2.0 section 3.1.2.3.2: a range is a VERS. */
function toVers(range: string): string {
  const constraints = range.replace(/\s+/g, '');
  return constraints === '*' ? 'vers:all/*' : `vers:generic/${constraints}`;
}

function writeVulnerability(vulnerability: DraftVulnerability) {
  const { affected = [], fixed = [], notAffected = [], cvss } = vulnerability;
  const named = [...new Set([...affected, ...fixed, ...notAffected])];
  const statuses = {
    ...(affected.length && { known_affected: affected }),
    ...(fixed.length && { fixed }),
    ...(notAffected.length && { known_not_affected: notAffected }),
  };
  return {
    ...(vulnerability.cve !== undefined && { cve: vulnerability.cve }),
    title: vulnerability.title,
    ...(vulnerability.cwe && { cwe: vulnerability.cwe }),
    notes: [{ category: 'description', title: 'Description', text: vulnerability.description }],
    ...(named.length && { product_status: statuses }),
    ...(cvss &&
      affected.length && {
        scores: [
          {
            cvss_v3: {
              version: '3.1',
              vectorString: cvss.vector,
              baseScore: cvss.score,
              baseSeverity: cvss.severity,
            },
            products: affected,
          },
        ],
      }),
    ...(vulnerability.remediations?.length && {
      remediations: vulnerability.remediations.map(({ category, text, url, products }) => ({
        category,
        details: text,
        ...(url !== undefined && { url }),
        product_ids: products ?? affected,
      })),
    }),
    ...(vulnerability.impact !== undefined &&
      notAffected.length && {
        threats: [{ category: 'impact', details: vulnerability.impact, product_ids: notAffected }],
      }),
  };
}

import type { AdvisoryDraft, DraftProduct } from './draft.ts';
import { toVers } from './ranges.ts';

/** Vendor, family where there is one, name, version: in the order of the draft. */
export function productTree(draft: AdvisoryDraft) {
  return {
    branches: branches(
      draft.products,
      'vendor',
      ({ vendor }) => vendor,
      (ofVendor) => [
        ...branches(
          ofVendor.filter(inFamily),
          'product_family',
          ({ family }) => family!,
          (ofFamily) => names(ofFamily, draft.csaf),
        ),
        ...names(
          ofVendor.filter((product) => !inFamily(product)),
          draft.csaf,
        ),
      ],
    ),
  };
}

function inFamily({ family }: DraftProduct): boolean {
  return family !== undefined;
}

function names(products: readonly DraftProduct[], csaf: AdvisoryDraft['csaf']) {
  return branches(
    products,
    'product_name',
    ({ name }) => name,
    (ofName) => ofName.map((product) => versionBranch(product, csaf)),
  );
}

function branches(
  products: readonly DraftProduct[],
  category: string,
  nameOf: (product: DraftProduct) => string,
  inside: (products: readonly DraftProduct[]) => readonly object[],
) {
  return Array.from(Map.groupBy(products, nameOf), ([name, of]) => ({
    category,
    name,
    branches: inside(of),
  }));
}

function versionBranch(product: DraftProduct, csaf: AdvisoryDraft['csaf']) {
  const range = product.version === undefined ? toVers(product.range ?? '*') : undefined;
  // "=2.4" and "2.4" as a range are one version (CSAF 2.1 section 6.1.59).
  const single = range === undefined ? undefined : /^vers:generic\/([^<>=!|*]+)$/.exec(range)?.[1];
  const version = product.version ?? (single === undefined ? undefined : decodeURIComponent(single));
  const name = version ?? range!;
  const helper = productHelper(product, csaf);
  return {
    category: version === undefined ? 'product_version_range' : 'product_version',
    name,
    product: {
      name: [product.vendor, product.family, product.name, name === 'vers:all/*' ? 'all versions' : name]
        .filter((part) => part !== undefined)
        .join(' '),
      product_id: product.key,
      ...(Object.keys(helper).length && { product_identification_helper: helper }),
    },
  };
}

function productHelper(product: DraftProduct, csaf: AdvisoryDraft['csaf']) {
  const { orderNumbers, skus, serialNumbers, cpe, purls, hashes } = product;
  return {
    ...(orderNumbers?.length && { model_numbers: orderNumbers }),
    ...(skus?.length && { skus }),
    ...(serialNumbers?.length && { serial_numbers: serialNumbers }),
    ...(cpe !== undefined && { cpe }),
    ...(purls?.length && (csaf === '2.1' ? { purls } : { purl: purls[0] })),
    ...(hashes?.length && {
      hashes: Array.from(
        Map.groupBy(hashes, ({ file }) => file),
        ([filename, ofFile]) => ({
          filename,
          file_hashes: ofFile.map(({ algorithm, value }) => ({
            algorithm: algorithm.toLowerCase(),
            value: value.toLowerCase(),
          })),
        }),
      ),
    }),
  };
}

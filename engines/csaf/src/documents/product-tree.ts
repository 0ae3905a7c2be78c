import type { Product, ProductHelper } from './document.ts';
import type { Place } from './values.ts';

/** Far beyond the depth of real trees (3), well within any stack. */
const deepest = 40;
const mostProducts = 200_000;

/** Flattens a product tree (CSAF 2.0 section 3.2.2): its leaves, loose product names and relationships. */
export function readProducts(tree: Place): Product[] {
  const products = new Map<string, Product>();
  const add = (product: Product, place: Place) => {
    if (!product.id) place.problem('missing', 'has no product_id');
    else if (products.has(product.id)) place.problem('repeated', `repeats the product_id ${product.id}`);
    else products.set(product.id, product);
  };

  const waiting = tree
    .at('branches')
    .items(mostProducts)
    .map((place) => ({ place, path: emptyPath, depth: 1 }));
  waiting.reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { place, depth } = next;
    const path = extend(next.path, place);
    const product = place.at('product');
    if (product.value !== undefined) add({ ...path, ...named(product), combines: undefined }, product);
    if (products.size >= mostProducts) {
      place.problem('too-many', `and what follows is not read: there are more than ${mostProducts} products`);
      break;
    }
    const inner = place.at('branches');
    if (depth >= deepest) {
      if (inner.value !== undefined)
        inner.problem('too-deep', `is not read: it is nested more than ${deepest} deep`);
      continue;
    }
    for (const branch of inner.items(mostProducts).reverse())
      waiting.push({ place: branch, path, depth: depth + 1 });
  }

  for (const product of tree.at('full_product_names').items(mostProducts)) {
    add({ ...emptyPath, ...named(product), combines: undefined }, product);
  }
  addRelationships(
    [...tree.at('relationships').items(mostProducts), ...tree.at('product_paths').items(mostProducts)],
    products,
    add,
  );
  return [...products.values()];
}

export function productGroups(tree: Place): ReadonlyMap<string, readonly string[]> {
  return new Map(
    tree
      .at('product_groups')
      .items()
      .map((group) => [group.at('group_id').text() ?? '', group.at('product_ids').texts()]),
  );
}

type Path = Pick<Product, 'vendor' | 'family' | 'productName' | 'version'>;
const emptyPath: Path = { vendor: undefined, family: undefined, productName: undefined, version: undefined };

function extend(path: Path, branch: Place): Path {
  const text = branch.at('name').text();
  if (text === undefined) return path;
  switch (branch.at('category').text()) {
    case 'vendor':
      return { ...path, vendor: text };
    case 'product_family':
      return { ...path, family: path.family === undefined ? text : `${path.family} ${text}` };
    case 'product_name':
      return { ...path, productName: path.productName === undefined ? text : `${path.productName} ${text}` };
    case 'product_version':
      return { ...path, version: { category: 'version', text } };
    case 'product_version_range':
      return { ...path, version: { category: 'range', text } };
    case 'service_pack':
    case 'patch_level':
      return path.version === undefined
        ? { ...path, version: { category: 'version', text } }
        : { ...path, version: { ...path.version, text: `${path.version.text} ${text}` } };
    default:
      return path;
  }
}

function named(product: Place): Pick<Product, 'id' | 'name' | 'helper'> {
  return {
    id: product.at('product_id').text() ?? '',
    name: product.at('name').text() ?? '',
    helper: readHelper(product.at('product_identification_helper')),
  };
}

function readHelper(place: Place): ProductHelper | undefined {
  if (typeof place.value !== 'object' || place.value === null) return undefined;
  const hashes = place
    .at('hashes')
    .items()
    .flatMap((group) =>
      group
        .at('file_hashes')
        .items()
        .map((hash) => ({
          algorithm: hash.at('algorithm').text() ?? '',
          value: hash.at('value').text() ?? '',
          file: group.at('filename').text() ?? '',
        })),
    );
  const purl = place.at('purl').text();
  return {
    modelNumbers: place.at('model_numbers').texts(),
    skus: place.at('skus').texts(),
    serialNumbers: place.at('serial_numbers').texts(),
    cpe: place.at('cpe').text(),
    purls: [...(purl === undefined ? [] : [purl]), ...place.at('purls').texts()],
    hashes,
  };
}

/**
 * A relationship makes a product out of two others. The thing that is affected is the first of them, so its
 * vendor, name and version are taken over; chains are followed only as far as they lead somewhere new.
 */
function addRelationships(
  relationships: readonly Place[],
  products: Map<string, Product>,
  add: (product: Product, place: Place) => void,
): void {
  let waiting = relationships;
  for (let round = 1; waiting.length; round++) {
    const later: Place[] = [];
    for (const relationship of waiting) {
      const { first, second, how } = ends(relationship);
      const base = products.get(first);
      if (!base || !products.has(second)) {
        later.push(relationship);
        continue;
      }
      const { vendor, family, productName, version, helper } = base;
      const full = named(relationship.at('full_product_name'));
      add(
        {
          ...full,
          helper: full.helper ?? helper,
          vendor,
          family,
          productName,
          version,
          combines: { how, product: first, with: second },
        },
        relationship,
      );
    }
    // What is left refers to itself, to nothing, or to a chain that no publisher has a use for.
    if (later.length === waiting.length || round === deepest) {
      for (const relationship of later)
        relationship.problem('unresolved', 'refers to products that do not exist, or to itself');
      return;
    }
    waiting = later;
  }
}

/** A relationship of CSAF 2.0, or a path of CSAF 2.1 (section 3.2.3.4), of which the last step is what all is part of. */
function ends(place: Place): { first: string; second: string; how: string } {
  const steps = place.at('subpaths').items(deepest);
  const last = steps.at(-1);
  return {
    first: place.at(last ? 'beginning_product_reference' : 'product_reference').text() ?? '',
    second:
      (last ? last.at('next_product_reference') : place.at('relates_to_product_reference')).text() ?? '',
    how: (last ?? place).at('category').text() ?? '',
  };
}

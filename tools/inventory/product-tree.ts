/**
 * Product entries of an advisory as they stand in its JSON. Written apart from the engine on purpose: what tests the
 * matcher must not read with its eyes.
 */
export interface Leaf {
  readonly advisory: string;
  readonly vendor: string;
  readonly name: string;
  /** As written; empty where the tree gives none. */
  readonly version: string;
  readonly orderNumbers: readonly string[];
}

interface Branch {
  readonly category?: string;
  readonly name?: string;
  readonly branches?: readonly Branch[];
  readonly product?: {
    readonly product_id: string;
    readonly product_identification_helper?: { readonly model_numbers?: readonly string[] };
  };
}

interface Csaf {
  readonly document: { readonly tracking: { readonly id: string } };
  readonly product_tree?: { readonly branches?: readonly Branch[] };
  readonly vulnerabilities?: readonly {
    readonly product_status?: Readonly<Record<string, readonly string[]>>;
  }[];
}

/** The entries that some vulnerability lists as affected and none as anything else. */
export function affectedLeaves(text: string): Leaf[] {
  const { document, product_tree: tree, vulnerabilities = [] } = JSON.parse(text) as Csaf;
  const affected = new Set<string>();
  const other = new Set<string>();
  for (const { product_status: statuses = {} } of vulnerabilities)
    for (const [status, ids] of Object.entries(statuses))
      for (const id of ids) (status === 'known_affected' ? affected : other).add(id);

  const leaves: Leaf[] = [];
  const walk = (branch: Branch, above: Readonly<Record<string, string>>) => {
    const path = { ...above, [branch.category ?? '']: branch.name ?? '' };
    const { product } = branch;
    if (product && affected.has(product.product_id) && !other.has(product.product_id)) {
      leaves.push({
        advisory: document.tracking.id,
        vendor: (path['vendor'] ?? '').trim(),
        name: (path['product_name'] ?? '').replace(/\s+/g, ' ').trim(),
        version: (path['product_version_range'] ?? path['product_version'] ?? '').trim(),
        orderNumbers: product.product_identification_helper?.model_numbers ?? [],
      });
    }
    for (const child of branch.branches ?? []) walk(child, path);
  };
  for (const branch of tree?.branches ?? []) walk(branch, {});
  return leaves;
}

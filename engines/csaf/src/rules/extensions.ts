import type { ExtensionJson } from './csaf-json.ts';
import type { Missing, Path, Resources } from './rule.ts';
import type { Subject } from './subject.ts';

export interface ExtensionList {
  readonly entries: readonly ExtensionJson[];
  readonly at: Path;
  /** Where the list is, as the metadata of extensions writes it: `$.document.x_extensions`. */
  readonly location: string;
}

/** Every list of extensions of a CSAF 2.1 document. */
export function* extensionLists({
  root,
  document,
  products,
  scores,
  vulnerabilities,
}: Subject): Generator<ExtensionList> {
  yield* list(root.x_extensions, [], '$');
  yield* list(document.x_extensions, ['document'], '$.document');
  for (const { product, at, branch } of products)
    yield* list(
      product.x_extensions,
      at,
      branch
        ? '$.product_tree.branches..product'
        : at[1] === 'full_product_names'
          ? '$.product_tree.full_product_names[*]'
          : '$.product_tree.product_paths[*].full_product_name',
    );
  for (const [v, vulnerability] of vulnerabilities.entries())
    yield* list(vulnerability.x_extensions, ['vulnerabilities', v], '$.vulnerabilities[*]');
  for (const { content, contentAt } of scores)
    yield* list(content.x_extensions, contentAt, '$.vulnerabilities[*].metrics[*].content');
}

function* list(
  entries: readonly ExtensionJson[] | undefined,
  at: Path,
  where: string,
): Generator<ExtensionList> {
  if (entries) yield { entries, at: [at, 'x_extensions'], location: `${where}.x_extensions` };
}

/** A document with extensions can be tried only by a program that knows extensions. */
export function missingExtensions(subject: Subject, { extensionOf }: Resources): Missing | undefined {
  if (extensionOf) return undefined;
  for (const _ of extensionLists(subject)) return 'extensionOf';
  return undefined;
}

import type { ExtensionJson, SsvcJson } from './csaf-json.ts';
import type { Path } from './rule.ts';
import type { Subject } from './subject.ts';

type SelectionJson = NonNullable<SsvcJson['selections']>[number];

export interface SelectionPlace {
  readonly selection: SelectionJson;
  readonly at: Path;
}

/** Every selection of SSVC. */
export function* selectionsOf({ scores }: Subject): Generator<SelectionPlace> {
  for (const { content, contentAt } of scores) {
    for (const [i, selection] of (content.ssvc_v2?.selections ?? []).entries())
      yield { selection, at: [contentAt, 'ssvc_v2', 'selections', i] };
  }
}

/** The levels of a document at which extensions may stand (CSAF 2.1, section 2.4). */
export type ExtensionLevel =
  | 'root'
  | 'document'
  | 'branches'
  | 'full_product_names'
  | 'product_paths'
  | 'metrics'
  | 'vulnerabilities';

export interface ExtensionsPlace {
  readonly level: ExtensionLevel;
  readonly extensions: readonly ExtensionJson[];
  readonly at: Path;
}

/** Every list of extensions. */
export function* extensionsOf(subject: Subject): Generator<ExtensionsPlace> {
  const { root, document, products, productTree, vulnerabilities, scores } = subject;
  if (root.x_extensions) yield { level: 'root', extensions: root.x_extensions, at: ['x_extensions'] };
  if (document.x_extensions)
    yield { level: 'document', extensions: document.x_extensions, at: ['document', 'x_extensions'] };
  const full = new Set(productTree.full_product_names);
  for (const { product, branch, at } of products) {
    if (!product.x_extensions) continue;
    const level = branch ? 'branches' : full.has(product) ? 'full_product_names' : 'product_paths';
    yield { level, extensions: product.x_extensions, at: [at, 'x_extensions'] };
  }
  for (const { content, contentAt } of scores) {
    if (content.x_extensions)
      yield { level: 'metrics', extensions: content.x_extensions, at: [contentAt, 'x_extensions'] };
  }
  for (const [i, { x_extensions: extensions }] of vulnerabilities.entries()) {
    if (extensions)
      yield { level: 'vulnerabilities', extensions, at: ['vulnerabilities', i, 'x_extensions'] };
  }
}

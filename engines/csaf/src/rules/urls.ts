import type { AcknowledgmentJson, ReferenceJson } from './csaf-json.ts';
import type { Path } from './rule.ts';
import type { Subject } from './subject.ts';

export interface UrlPlace {
  readonly url: string;
  readonly at: Path;
  /** A reference of the document to itself. */
  readonly self: boolean;
}

/** Every URL that readers may follow (6.3.6, 6.3.7). Ask for them beforehand, and give the answers to `statusOf`. */
export function* urlsOf(subject: Subject): Generator<UrlPlace> {
  const { document, products, vulnerabilities } = subject;
  const root: Path = ['document'];
  yield* acknowledgments(document.acknowledgments, root);
  yield* place(document.aggregate_severity?.namespace, [root, 'aggregate_severity', 'namespace']);
  yield* place(document.distribution?.tlp?.url, [root, 'distribution', 'tlp', 'url']);
  yield* references(document.references, root);
  const { contact } = document.publisher ?? {};
  for (const field of ['public_openpgp_key_url', 'url'] as const)
    yield* place(contact?.[field], [root, 'publisher', 'contact', field]);
  yield* place(document.publisher?.namespace, [root, 'publisher', 'namespace']);
  for (const { product, at } of products) {
    const { sbom_urls: sboms = [], x_generic_uris: uris = [] } = product.product_identification_helper ?? {};
    const helper: Path = [at, 'product_identification_helper'];
    for (const [i, url] of sboms.entries()) yield* place(url, [helper, 'sbom_urls', i]);
    for (const [i, { namespace, uri }] of uris.entries()) {
      yield* place(namespace, [helper, 'x_generic_uris', i, 'namespace']);
      yield* place(uri, [helper, 'x_generic_uris', i, 'uri']);
    }
  }
  for (const [v, one] of vulnerabilities.entries()) {
    const at: Path = ['vulnerabilities', v];
    yield* acknowledgments(one.acknowledgments, at);
    yield* references(one.references, at);
    for (const [i, { url }] of (one.remediations ?? []).entries())
      yield* place(url, [at, 'remediations', i, 'url']);
  }
}

function* place(url: string | undefined, at: Path, self = false): Generator<UrlPlace> {
  if (url) yield { url, at, self };
}

function* acknowledgments(list: readonly AcknowledgmentJson[] = [], at: Path): Generator<UrlPlace> {
  for (const [i, { urls = [] }] of list.entries()) {
    for (const [j, url] of urls.entries()) yield* place(url, [at, 'acknowledgments', i, 'urls', j]);
  }
}

function* references(list: readonly ReferenceJson[] = [], at: Path): Generator<UrlPlace> {
  for (const [i, { category, url }] of list.entries())
    yield* place(url, [at, 'references', i, 'url'], category === 'self');
}

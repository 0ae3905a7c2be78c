import type { AcknowledgmentJson, NoteJson, ReferenceJson } from './csaf-json.ts';
import type { Path } from './rule.ts';
import type { Subject } from './subject.ts';

export interface TextPlace {
  readonly text: string;
  readonly at: Path;
  /** Sentences have a grammar; names have only words. */
  readonly is: 'sentence' | 'name';
}

/** Everything in a document that people wrote for people (6.3.8, and the sentences among it 6.3.16). */
export function* textsOf(subject: Subject): Generator<TextPlace> {
  for (const { text, at, is } of candidates(subject)) if (text) yield { text, at, is };
}

type Candidate = { readonly text: string | undefined; readonly at: Path; readonly is: TextPlace['is'] };

function* candidates(subject: Subject): Generator<Candidate> {
  const { document, tracking, branches, products, productTree, vulnerabilities } = subject;
  const root: Path = ['document'];
  yield* acknowledgments(document.acknowledgments, root);
  yield sentence(document.aggregate_severity?.text, [root, 'aggregate_severity', 'text']);
  // Profiles have names that are no words.
  if (!document.category?.startsWith('csaf_')) yield name(document.category, [root, 'category']);
  yield sentence(document.distribution?.text, [root, 'distribution', 'text']);
  yield* notes(document.notes, root);
  for (const [i, { summary }] of (document.involvement?.actions ?? []).entries())
    yield sentence(summary, [root, 'involvement', 'actions', i, 'summary']);
  yield sentence(document.publisher?.contact?.details, [root, 'publisher', 'contact', 'details']);
  yield sentence(document.publisher?.issuing_authority, [root, 'publisher', 'issuing_authority']);
  yield name(document.publisher?.name, [root, 'publisher', 'name']);
  yield* references(document.references, root);
  yield sentence(document.title, [root, 'title']);
  for (const [i, alias] of (tracking.aliases ?? []).entries())
    yield name(alias, [root, 'tracking', 'aliases', i]);
  yield name(tracking.generator?.engine?.name, [root, 'tracking', 'generator', 'engine', 'name']);
  for (const { revision, at } of subject.revisions) yield sentence(revision.summary, [at, 'summary']);
  for (const { branch, at } of branches) yield name(branch.name, [at, 'name']);
  for (const { product, at } of products) yield name(product.name, [at, 'name']);
  for (const [i, { summary }] of (productTree.product_groups ?? []).entries())
    yield sentence(summary, ['product_tree', 'product_groups', i, 'summary']);

  for (const [v, one] of vulnerabilities.entries()) {
    const at: Path = ['vulnerabilities', v];
    yield* acknowledgments(one.acknowledgments, at);
    for (const [i, { summary }] of (one.involvements ?? []).entries())
      yield sentence(summary, [at, 'involvements', i, 'summary']);
    yield* notes(one.notes, at);
    yield* references(one.references, at);
    for (const [i, { details, entitlements = [], restart_required: restart }] of (
      one.remediations ?? []
    ).entries()) {
      yield sentence(details, [at, 'remediations', i, 'details']);
      for (const [j, text] of entitlements.entries())
        yield sentence(text, [at, 'remediations', i, 'entitlements', j]);
      yield sentence(restart?.details, [at, 'remediations', i, 'restart_required', 'details']);
    }
    for (const [i, { details }] of (one.threats ?? []).entries())
      yield sentence(details, [at, 'threats', i, 'details']);
    yield sentence(one.title, [at, 'title']);
  }
}

function sentence(text: string | undefined, at: Path): Candidate {
  return { text, at, is: 'sentence' };
}

function name(text: string | undefined, at: Path): Candidate {
  return { text, at, is: 'name' };
}

function* acknowledgments(list: readonly AcknowledgmentJson[] = [], at: Path): Generator<Candidate> {
  for (const [i, { names = [], organization, summary }] of list.entries()) {
    for (const [j, one] of names.entries()) yield name(one, [at, 'acknowledgments', i, 'names', j]);
    yield name(organization, [at, 'acknowledgments', i, 'organization']);
    yield sentence(summary, [at, 'acknowledgments', i, 'summary']);
  }
}

function* notes(list: readonly NoteJson[] = [], at: Path): Generator<Candidate> {
  for (const [i, { audience, text, title }] of list.entries()) {
    yield sentence(audience, [at, 'notes', i, 'audience']);
    yield sentence(text, [at, 'notes', i, 'text']);
    yield sentence(title, [at, 'notes', i, 'title']);
  }
}

function* references(list: readonly ReferenceJson[] = [], at: Path): Generator<Candidate> {
  for (const [i, { summary }] of list.entries()) yield sentence(summary, [at, 'references', i, 'summary']);
}

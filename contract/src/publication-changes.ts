import type { BlockContent, PublicationChange, WordChange } from './publications.ts';

/** What the same block says in a version. */
export interface VersionBlock {
  readonly id: string;
  readonly content: BlockContent;
}

/**
 * What changed between two versions, in the order of the later one; what was removed comes last. Blocks keep their ids
 * from version to version, so that one that moved is not one removed and another added.
 */
export function changesBetween(
  before: readonly VersionBlock[],
  after: readonly VersionBlock[],
): PublicationChange[] {
  const old = new Map(before.map((block) => [block.id, block]));
  const kept = new Set(after.map(({ id }) => id));
  const stayed = unmoved(
    before.map(({ id }) => id).filter((id) => kept.has(id)),
    after.map(({ id }) => id).filter((id) => old.has(id)),
  );
  const changes = after.flatMap((block): PublicationChange[] => {
    const was = old.get(block.id);
    if (!was) return [changeOf('added', undefined, block)];
    const change = changeOf('changed', was, block);
    const differs =
      change.fields.length > 0 || [...change.heading, ...change.text].some(({ kind }) => kind !== 'same');
    if (differs) return [change];
    return stayed.has(block.id) ? [] : [{ ...change, what: 'moved' }];
  });
  const removed = before.filter(({ id }) => !kept.has(id));
  return [...changes, ...removed.map((block) => changeOf('removed', block, undefined))];
}

/** What a reader knows a block by: its heading, or what it is about. */
export function nameOf(content: BlockContent): string {
  if (content.kind === 'product')
    return [content.vendor, content.product].filter(Boolean).join(' ') || content.heading;
  if (content.kind === 'vulnerability') return content.cve || content.heading;
  return content.kind === 'title' ? '' : content.heading;
}

/** Word by word, in any language; texts that have nothing near in common are one removed and one added. */
export function wordChanges(before: string, after: string): WordChange[] {
  if (before === after) return after ? [{ kind: 'same', text: after }] : [];
  return (
    differ(wordsOf(before), wordsOf(after)) ?? differ(linesOf(before), linesOf(after)) ?? all(before, after)
  );
}

function changeOf(
  what: PublicationChange['what'],
  was: VersionBlock | undefined,
  is: VersionBlock | undefined,
): PublicationChange {
  const [before, after] = [was?.content, is?.content];
  const fields = new Set([...fieldsOf(before), ...fieldsOf(after)]);
  return {
    block: (is ?? was)!.id,
    kind: (after ?? before)!.kind,
    what,
    name: nameOf((after ?? before)!),
    heading: wordChanges(before?.heading ?? '', after?.heading ?? ''),
    text: wordChanges(before?.text ?? '', after?.text ?? ''),
    fields: [...fields]
      .map((field) => ({ field, before: valueOf(before, field), after: valueOf(after, field) }))
      .filter((change) => change.before !== change.after),
  };
}

/** Which claims stand behind a block is the desk's business and not what a reader is told of. */
const unread = new Set(['kind', 'heading', 'text', 'claim', 'claims']);
const fieldsOf = (content: BlockContent | undefined) =>
  Object.keys(content ?? {}).filter((field) => !unread.has(field));

function valueOf(content: BlockContent | undefined, field: string): string {
  const value = (content as Record<string, unknown> | undefined)?.[field];
  return Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : '';
}

/** Those that keep their order: the longest run common to both. */
function unmoved(before: readonly string[], after: readonly string[]): Set<string> {
  const steps = path(before, after);
  return new Set(steps?.flatMap(({ kind, text }) => (kind === 'same' ? [text] : [])) ?? []);
}

function differ(before: readonly string[], after: readonly string[]): WordChange[] | undefined {
  const steps = path(before, after);
  return steps && (isRewritten(steps) ? all(before.join(''), after.join('')) : readable(steps));
}

/** A few words that happen to be in both are no reason to take two texts apart word by word. */
function isRewritten(steps: readonly WordChange[]): boolean {
  const length = (kind: WordChange['kind']) =>
    steps.reduce((sum, step) => sum + (step.kind === kind ? step.text.trim().length : 0), 0);
  return length('same') < Math.max(length('added'), length('removed')) && length('removed') > 0;
}

/** What was taken out stands before what came in its place; a space between two changed words belongs to them. */
function readable(steps: readonly WordChange[]): WordChange[] {
  const joined: WordChange[] = [];
  let [removed, added] = ['', ''];
  const flush = () => {
    if (removed) joined.push({ kind: 'removed', text: removed });
    if (added) joined.push({ kind: 'added', text: added });
    [removed, added] = ['', ''];
  };
  for (const [at, { kind, text }] of steps.entries()) {
    const between = removed !== '' && added !== '' && text.trim() === '' && steps[at + 1]?.kind !== 'same';
    if (kind === 'removed' || (kind === 'same' && between && at + 1 < steps.length)) removed += text;
    if (kind === 'added' || (kind === 'same' && between && at + 1 < steps.length)) added += text;
    if (kind !== 'same' || (between && at + 1 < steps.length)) continue;
    flush();
    const last = joined.at(-1);
    if (last?.kind === 'same') last.text += text;
    else joined.push({ kind, text });
  }
  flush();
  return joined;
}

/** So many comparisons at most: texts come from outside. */
const MOST = 1_000_000;

/** The shortest way from one to the other (longest common subsequence); undefined where that would take too long. */
function path(before: readonly string[], after: readonly string[]): WordChange[] | undefined {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++;
  const [a, b] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  if (a.length * b.length > MOST) return undefined;

  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);

  const steps: WordChange[] = before.slice(0, start).map((text) => ({ kind: 'same', text }));
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      steps.push({ kind: 'same', text: a[i++]! });
      j++;
    } else if (j >= b.length || (i < a.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!))
      steps.push({ kind: 'removed', text: a[i++]! });
    else steps.push({ kind: 'added', text: b[j++]! });
  }
  return [...steps, ...before.slice(before.length - end).map((text): WordChange => ({ kind: 'same', text }))];
}

function all(before: string, after: string): WordChange[] {
  return [
    ...(before ? [{ kind: 'removed' as const, text: before }] : []),
    ...(after ? [{ kind: 'added' as const, text: after }] : []),
  ];
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
const wordsOf = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment);
const linesOf = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/**
 * Which of two versions of a document is the later one: integers or Semantic Versioning 2.0 (CSAF 2.0 section 3.1.11),
 * with what precedes a release below it and builds equal. Negative when `a` is earlier. What is neither is compared
 * as a person would, number by number.
 */
export function compareDocumentVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let place = 0; place < Math.max(left.release.length, right.release.length); place++) {
    const order = compareParts(left.release[place] ?? '0', right.release[place] ?? '0');
    if (order) return order;
  }
  if (!left.pre.length || !right.pre.length) return right.pre.length - left.pre.length;
  for (let place = 0; place < Math.max(left.pre.length, right.pre.length); place++) {
    if (left.pre[place] === undefined) return -1;
    if (right.pre[place] === undefined) return 1;
    const order = compareParts(left.pre[place]!, right.pre[place]!);
    if (order) return order;
  }
  return 0;
}

function parts(version: string): { release: string[]; pre: string[] } {
  const [release = '', ...pre] = version.trim().split('+')[0]!.split('-');
  return { release: release.split('.'), pre: pre.length ? pre.join('-').split('.') : [] };
}

function compareParts(a: string, b: string): number {
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (left && right) return Math.sign(Number(a) - Number(b));
  if (left !== right) return left ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

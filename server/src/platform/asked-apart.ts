// A process apart is asked by its standard input: a line of JSON that says what is wanted, then the bytes.

/** The line in front, and what comes behind it. */
export async function asked<Question>(
  source: AsyncIterable<Uint8Array>,
): Promise<[Question, AsyncIterable<Uint8Array>]> {
  const pieces = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  for (;;) {
    const { value, done } = await pieces.next();
    if (done) throw new Error('The question is missing');
    const end = value.indexOf(0x0a);
    head.push(end < 0 ? value : value.subarray(0, end));
    if (end < 0) continue;
    return [JSON.parse(Buffer.concat(head).toString('utf8')) as Question, rest(value.subarray(end + 1))];
  }
  async function* rest(first: Uint8Array) {
    if (first.length > 0) yield first;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  }
}

/** The same from the other side. */
export async function* withQuestion(
  question: unknown,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(question)}\n`);
  yield* source;
}

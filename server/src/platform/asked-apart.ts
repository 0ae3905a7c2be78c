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

/** A file as a process apart has it, one part at a time. */
export interface FileApart {
  readonly size: number;
  /** From its beginning to its end. */
  all(): AsyncIterable<Uint8Array>;
  /** Both within `size`. */
  read(from: number, length: number): Promise<Uint8Array>;
}

/**
 * The same where the bytes are those of a file of which it asks for parts.
 * @param want asks for one: its bytes come by `source`
 */
export async function askedOfFile<Question>(
  source: AsyncIterable<Uint8Array>,
  want: (from: number, to: number) => void,
): Promise<[Question, FileApart]> {
  const [{ size, question }, bytes] = await asked<{ size: number; question: Question }>(source);
  const pieces = bytes[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array();
  let owed = 0;
  async function some(): Promise<Uint8Array> {
    if (held.length === 0) {
      const { value, done } = await pieces.next();
      if (done) throw new Error('The file ended before all of it came');
      held = value;
    }
    const piece = held.subarray(0, owed);
    held = held.subarray(piece.length);
    owed -= piece.length;
    return piece;
  }
  async function* part(from: number, to: number) {
    // What is left of a part that nobody read to its end.
    while (owed > 0) await some();
    owed = to - from;
    if (owed > 0) want(from, to);
    while (owed > 0) yield await some();
  }
  const file: FileApart = {
    size,
    all: () => part(0, size),
    async read(from, length) {
      const whole = new Uint8Array(length);
      let at = 0;
      for await (const piece of part(from, from + length)) {
        whole.set(piece, at);
        at += piece.length;
      }
      return whole;
    },
  };
  return [question, file];
}

/** What `asked` understands, from the other side. */
export async function* withQuestion(
  question: unknown,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(question)}\n`);
  yield* source;
}

/** What `askedOfFile` understands: nothing is sent before it is asked for. */
export async function* withFile(question: unknown, size: number): AsyncGenerator<Uint8Array> {
  yield* withQuestion({ size, question }, []);
}

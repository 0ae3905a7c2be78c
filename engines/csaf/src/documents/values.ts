/** Something in a document that is not as it should be. The rest of the document still counts. */
export interface DocumentProblem {
  readonly code:
    | 'not-json'
    | 'too-large'
    | 'not-csaf'
    | 'not-provider'
    | 'not-vex'
    | 'not-cve'
    | 'not-kev'
    | 'not-epss'
    | 'missing'
    | 'wrong-type'
    | 'too-many'
    | 'too-deep'
    | 'repeated'
    | 'unresolved';
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly message: string;
}

/** JSON text as what it says; undefined where it is no JSON. What is no text is taken as parsed already. */
export function parsed(source: unknown): unknown {
  if (typeof source !== 'string') return source;
  try {
    return JSON.parse(source.charCodeAt(0) === 0xfeff ? source.slice(1) : source);
  } catch {
    return undefined;
  }
}

/** A place in a parsed document, from which to go on by name. Nothing here throws or looks at prototypes. */
export class Place {
  readonly value: unknown;
  readonly path: string;
  readonly #problems: DocumentProblem[];

  constructor(value: unknown, path: string, problems: DocumentProblem[]) {
    this.value = value;
    this.path = path;
    this.#problems = problems;
  }

  at(name: string): Place {
    const { value } = this;
    const inside =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined;
    return new Place(
      inside,
      `${this.path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      this.#problems,
    );
  }

  /** The items of a list; one item where a list was forgotten. */
  items(limit = 200_000): Place[] {
    const { value } = this;
    if (value === undefined || value === null) return [];
    const list = Array.isArray(value) ? value : [value];
    if (!Array.isArray(value)) this.problem('wrong-type', 'should be a list');
    if (list.length > limit)
      this.problem('too-many', `has ${list.length} items; the first ${limit} are read`);
    return list.slice(0, limit).map((item, i) => new Place(item, `${this.path}/${i}`, this.#problems));
  }

  /** Text with lone surrogates replaced, so that it can be stored and sent. */
  text(): string | undefined {
    const { value } = this;
    if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
    if (typeof value === 'number') return String(value);
    if (value !== undefined && value !== null) this.problem('wrong-type', 'should be text');
    return undefined;
  }

  requiredText(): string {
    const text = this.text();
    if (text === undefined || text.trim() === '') this.problem('missing', 'is missing');
    return text ?? '';
  }

  texts(): string[] {
    return this.items()
      .map((item) => item.text())
      .filter((text) => text !== undefined);
  }

  number(): number | undefined {
    const { value } = this;
    const number = typeof value === 'string' && value.trim() ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  }

  /** RFC 3339; undefined for what is no point in time. */
  date(): string | undefined {
    const text = this.text();
    if (text === undefined) return undefined;
    if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return text;
    this.problem('wrong-type', 'should be a date and time');
    return undefined;
  }

  link(): string | undefined {
    const text = this.text()?.trim();
    return text && /^https?:\/\/[^\s/?#]/i.test(text) && URL.canParse(text) ? text : undefined;
  }

  problem(code: DocumentProblem['code'], message: string): void {
    if (this.#problems.length < 1000)
      this.#problems.push({ code, path: this.path, message: `${this.path || 'The document'} ${message}` });
  }
}

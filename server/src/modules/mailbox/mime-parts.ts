/** More of a head is not read: a letter of a person has a few thousand bytes of it. */
export const longestHead = 128 * 1024;

/** The bytes above the first empty line. */
export function headBytes(source: Buffer): Buffer {
  const start = source.subarray(0, longestHead);
  const ends = [start.indexOf('\r\n\r\n'), start.indexOf('\n\n')].filter((at) => at >= 0);
  return start.subarray(0, Math.min(...ends, start.length));
}

/** A part of a multipart entity, byte for byte, and what stands above it. */
export interface Part {
  /** With its head. */
  readonly raw: Buffer;
  /** In lower case, without parameters; `text/plain` where none is said (RFC 2045 section 5.2). */
  readonly type: string;
  /** As it is given, or empty. */
  readonly name: string;
  /** What it holds, its transfer encoding undone (RFC 2045 section 6). */
  readonly content: () => Buffer;
}

export interface Parts {
  readonly parts: readonly Part[];
  /** It says where it ends (RFC 2046 section 5.1.1). */
  readonly isWhole: boolean;
}

/**
 * The first parts of a multipart entity whose content type begins so, also the one in which it was cut; undefined when it
 * is another.
 * @param entity with lines that end in CRLF
 */
export function partsOf(entity: Buffer, type: RegExp, most: number): Parts | undefined {
  const content = headersOf(entity)('content-type');
  const boundary = parameter(content, 'boundary');
  if (!boundary || boundary.length > 200 || !type.test(content)) return undefined;
  // A boundary may begin with another one, that of what is inside.
  const delimiter = new RegExp(
    `\\r\\n--${boundary.replaceAll(/[^\w ]/g, '\\$&')}(--)?[ \\t]*(?=\\r\\n|$)`,
    'g',
  );
  const text = entity.toString('latin1');
  const parts: Part[] = [];
  let start: number | undefined;
  for (const found of text.matchAll(delimiter)) {
    if (start !== undefined && parts.length < most) parts.push(partIn(entity.subarray(start, found.index)));
    if (found[1]) return { parts, isWhole: true };
    start = found.index + found[0].length + 2;
  }
  if (start !== undefined && start < entity.length && parts.length < most)
    parts.push(partIn(entity.subarray(start)));
  return { parts, isWhole: false };
}

function partIn(raw: Buffer): Part {
  const header = headersOf(raw);
  const type = header('content-type');
  return {
    raw,
    type: /^[\w.+-]+\/[\w.+-]+/.exec(type)?.[0].toLowerCase() ?? 'text/plain',
    name: parameter(header('content-disposition'), 'filename') || parameter(type, 'name'),
    content: () => decoded(bodyIn(raw), header('content-transfer-encoding').toLowerCase()),
  };
}

/** A part without a head begins with the empty line. */
const headIn = (raw: Buffer) => (raw.indexOf('\r\n') === 0 ? raw.subarray(0, 0) : headBytes(raw));

function bodyIn(raw: Buffer): Buffer {
  const head = headIn(raw);
  return head.length === 0 ? raw.subarray(2) : raw.subarray(head.length + 4);
}

/** The first header of each name counts; its lines are one. */
function headersOf(raw: Buffer) {
  const head = headIn(raw)
    .toString('latin1')
    .replace(/\r\n[ \t]+/g, ' ');
  return (name: string) => new RegExp(`^${name}:(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
}

const parameter = (value: string, name: string): string => {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;"]+))`, 'i').exec(value);
  return found?.[1] ?? found?.[2] ?? '';
};

function decoded(body: Buffer, way: string): Buffer {
  if (way === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
  if (way !== 'quoted-printable') return body;
  const text = body
    .toString('latin1')
    .replace(/[ \t]*\r?\n/g, '\r\n')
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}

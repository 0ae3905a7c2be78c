/**
 * What the pages of a PDF say. Fonts that are cut down to what is used number their glyphs as they like, and each says in a
 * table of its own which letters they are (ISO 32000-2 section 9.10.3). Every page is read by every table: which of them
 * belongs to which font need not be known to find a word, and the wrong ones give nonsense.
 * @param streams as they are once inflated
 * @returns for each page and table all that is shown, without gaps, and once more without hyphens
 */
export function pdfWords(streams: readonly Buffer[]): string[] {
  const texts = streams.map((stream) => stream.toString('latin1'));
  const tables = texts.filter((text) => text.includes('begincmap')).map(tableOf);
  const pages = texts.filter((text) => /\bBT\b[^]*\bT[jJ]\b/.test(text)).map(shownBy);
  return pages.flatMap((codes) =>
    tables.flatMap(({ width, letters }) => {
      let said = '';
      for (const code of codes)
        for (let at = 0; at + width <= code.length; at += width)
          said += letters.get(code.readUIntBE(at, width)) ?? '';
      return [said, said.replaceAll(/[-\u00ad\u2010]/g, '')];
    }),
  );
}

interface Table {
  /** Octets of a code. */
  readonly width: number;
  readonly letters: ReadonlyMap<number, string>;
}

function tableOf(cmap: string): Table {
  const letters = new Map<number, string>();
  const width = (/begincodespacerange\s*<([0-9a-f]+)>/i.exec(cmap)?.[1]?.length ?? 4) / 2;
  for (const [, lines] of cmap.matchAll(/beginbfchar([^]*?)endbfchar/g))
    for (const [, code, to] of lines!.matchAll(/<([0-9a-f]+)>\s*<([0-9a-f]+)>/gi))
      letters.set(Number.parseInt(code!, 16), lettersOf(to!));
  for (const [, lines] of cmap.matchAll(/beginbfrange([^]*?)endbfrange/g))
    for (const [, first, last, to, each] of lines!.matchAll(
      /<([0-9a-f]+)>\s*<([0-9a-f]+)>\s*(?:<([0-9a-f]+)>|\[([^\]]*)\])/gi,
    )) {
      const [from, until] = [Number.parseInt(first!, 16), Number.parseInt(last!, 16)];
      const listed = each?.match(/[0-9a-f]+/gi) ?? [];
      for (let code = from; code <= Math.min(until, from + 0xffff); code++) {
        const letter = to
          ? Number.parseInt(to, 16) + code - from
          : Number.parseInt(listed[code - from] ?? '', 16);
        if (letter <= 0x10ffff) letters.set(code, String.fromCodePoint(letter));
      }
    }
  return { width: Math.max(1, Math.min(4, width)), letters };
}

/** UTF-16, the greater octet first. */
const lettersOf = (hex: string) =>
  String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((each) => Number.parseInt(each, 16)));

/** The codes of every string that a page shows: `<hex>` or `(octets)`, ISO 32000-2 section 7.3.4. */
function shownBy(page: string): Buffer[] {
  const shown: Buffer[] = [];
  const begins = /<([0-9a-f\s]+)>|\(/gi;
  for (let found = begins.exec(page); found; found = begins.exec(page)) {
    if (found[1] !== undefined) shown.push(Buffer.from(found[1].replaceAll(/\s/g, ''), 'hex'));
    else {
      const end = endOfOctets(page, begins.lastIndex);
      const octets = page.slice(begins.lastIndex, end);
      shown.push(Buffer.from(octets.replaceAll(/\\([0-7]{1,3}|\r?\n|[^])/g, plainOf), 'latin1'));
      begins.lastIndex = end + 1;
    }
  }
  return shown;
}

/** Brackets that open and close within a string need no backslash (section 7.3.4.2). */
function endOfOctets(page: string, from: number): number {
  let open = 1;
  let at = from;
  for (; at < page.length; at++) {
    const octet = page[at];
    if (octet === '\\') at++;
    else if (octet === '(') open++;
    else if (octet === ')' && --open === 0) break;
  }
  return at;
}

const named: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '\n': '', '\r\n': '' };

const plainOf = (_: string, escaped: string): string =>
  /^[0-7]/.test(escaped)
    ? String.fromCharCode(Number.parseInt(escaped, 8) & 0xff)
    : (named[escaped] ?? escaped);

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};
const blocks = /^\/?(?:p|div|br|tr|li|ul|ol|h[1-6]|table|blockquote|pre|hr)$/;
/** What stands in these is for no reader. */
const hidden = new Set(['script', 'style', 'head', 'title', 'template', 'noscript']);

/** What a person would read of HTML, in one pass; tags become nothing or a line, and addresses in them go nowhere. */
export function textOfHtml(html: string): string {
  const said: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    said.push(html.slice(at, open < 0 ? undefined : open));
    if (open < 0) break;
    const isComment = html.startsWith('<!--', open);
    const end = html.indexOf(isComment ? '-->' : '>', open + (isComment ? 4 : 1));
    // A tag that never ends holds nothing that a browser would show.
    if (end < 0) break;
    at = end + (isComment ? 3 : 1);
    const name = /^\/?[a-z][a-z0-9]*/i.exec(html.slice(open + 1, open + 20))?.[0].toLowerCase() ?? '';
    if (blocks.test(name)) said.push('\n');
    if (hidden.has(name)) {
      const closing = new RegExp(`</${name}\\b`, 'gi');
      closing.lastIndex = at;
      at = closing.exec(html)?.index ?? html.length;
    }
  }
  return said
    .join('')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
      if (name) return entities[(name as string).toLowerCase()] ?? whole;
      const code = decimal ? Number(decimal) : parseInt(hex as string, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '';
    })
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** An element, its attributes and what is in it. What is undefined is not there. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children: readonly (Element | string)[];
}

type Child = Element | string | undefined | readonly (Element | undefined)[];

export const element = (
  name: string,
  attributes: Element['attributes'],
  ...children: readonly Child[]
): Element => ({
  name,
  attributes,
  children: children.flat().filter((child): child is Element | string => child !== undefined),
});

/** Written as UTF-8. Names are ours; texts hold only characters of XML 1.0 section 2.2 by now, see `plainText`. */
export const xmlOf = (root: Element): string => `<?xml version="1.0" encoding="UTF-8"?>\n${written(root)}\n`;

function written({ name, attributes, children }: Element): string {
  const said = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([attribute, value]) => ` ${attribute}="${escaped(value!)}"`)
    .join('');
  const inner = children
    .map((child) => (typeof child === 'string' ? escaped(child) : written(child)))
    .join('');
  return inner === '' ? `<${name}${said}/>` : `<${name}${said}>${inner}</${name}>`;
}

/** Everything that means something in XML; line ends and tabs, too, which a reader would otherwise make others of. */
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"'\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);

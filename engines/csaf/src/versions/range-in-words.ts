/** A range as a reader takes it: "vers:generic/>=1|<2" is ">= 1 < 2". What is not wrapped as VERS stays as it was written. */
export function rangeInWords(range: string): string {
  const inside = /^vers:[\w.+-]+\/(.+)$/i.exec(range)?.[1];
  return inside === undefined ? range : spaced(inside.replaceAll('|', ' '));
}

/** "<4.35" and "< 4.35" are one to the eye. */
export const spaced = (range: string): string => range.replace(/(^|\s)([<>]=?|=)\s*(?=\S)/g, '$1$2 ');

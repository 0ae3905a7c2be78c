import type { CaseObservation, Told } from '@busbar/contract';

import type { useText } from '../../i18n/text.tsx';

/** What was seen, in the reader's language. Detections come translated; operations have the words of captures. */
export function whatWords(text: ReturnType<typeof useText>, { code, params, text: plain }: Told): string {
  const [, operation] = /^operation\.(.+)$/.exec(code) ?? [];
  if (operation) return text.coded('operation', { code: operation, params, text: plain });
  return text.coded('observed', { code, params, text: plain });
}

/** Where in which source. What a tool names by one of four words is said in the reader's language. */
export function placeWords(
  text: ReturnType<typeof useText>,
  { source, place }: Pick<CaseObservation, 'source' | 'place'>,
): string {
  const [, unit, number = ''] = /^(line|packet|entry|byte) (\d+)$/.exec(place) ?? [];
  const where = unit ? text(`inFile.${unit as 'line'}`, { number }) : place;
  return [source?.name, where].filter(Boolean).join(', ');
}

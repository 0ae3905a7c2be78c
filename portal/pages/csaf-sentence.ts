import type { Told } from '@busbar/contract';

import type { Text } from '../i18n/text.tsx';

/** What the validator says, in the reader's language, after the section of the standard that asks for it. */
export function csafSentence(text: Text, told: Told): string {
  const section = /^\d+(?:\.\d+)+/.exec(told.code)?.[0];
  if (!section || !text.has(`csaf.${told.code}`)) return told.text;
  return `${section}: ${text.coded('csaf', told)}`;
}

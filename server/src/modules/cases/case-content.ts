import type { Control, Danger } from '@busbar/contract';

import type { DataKey } from '../../platform/keys.ts';

/** What was reported, as it was reported, and by whom. */
export interface Content {
  readonly danger: Danger;
  readonly control: Control;
  readonly sees: string;
  readonly place: string;
  readonly details: string;
  readonly name: string | null;
  readonly reach: string | null;
}

/** Where each sealed text of a case stands; there alone it opens. */
export const placeOf = {
  content: (caseId: string) => `case_content.sealed ${caseId}`,
  message: (id: string) => `case_message.sealed ${id}`,
  step: (uid: string) => `case_step.sealed ${uid}`,
  thread: (id: string) => `case_thread.sealed ${id}`,
  guest: (id: string) => `case_participant.sealed ${id}`,
  guestReason: (id: string) => `case_participant.reason ${id}`,
};

export const sealContent = (key: DataKey, caseId: string, content: Content): Buffer =>
  key.seal(placeOf.content(caseId), JSON.stringify(content));

export const openContent = (key: DataKey, caseId: string, sealed: Uint8Array): Content =>
  JSON.parse(key.open(placeOf.content(caseId), sealed)) as Content;

/** The first words of what somebody sees, on one line. */
export const titleOf = ({ sees }: Content): string =>
  sees.replaceAll(/\s+/g, ' ').slice(0, 120).toWellFormed();

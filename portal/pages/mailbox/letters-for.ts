import { apis, type Call, mayDo } from '@busbar/contract';

import type { PageContext } from '../../context.ts';

/** The letters of a case for whom they are shown to: the CERT. */
export async function lettersFor({ me }: Pick<PageContext, 'me'>, call: Call, id: string) {
  return mayDo(me?.roles ?? ['PUB'], 'triage and move cases')
    ? call(apis.mailbox.letters, { params: { id } })
    : undefined;
}

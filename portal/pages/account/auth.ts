import type { Send } from '@busbar/contract';

import type { Text } from '../../i18n/text.tsx';

/** The sign-in endpoints are not part of the contract: they belong to the identity library and answer in its words. */
export async function auth<Reply = Record<string, unknown>>(
  send: Send,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<{ ok: true; reply: Reply } | { ok: false; status: number; code: string }> {
  const answer = await send(method, `/api/auth/${path}`, body);
  if (answer.status < 400) return { ok: true, reply: answer.body as Reply };
  const { code } = (answer.body ?? {}) as { code?: string };
  return {
    ok: false,
    status: answer.status,
    code: code ?? (answer.status === 429 ? 'TOO_MANY_REQUESTS' : 'UNEXPECTED'),
  };
}

/** What to tell a reader who could not sign in; what nobody foresaw is told in general. */
export function failureWords(text: Text, code: string): string {
  return text.coded('auth', { code, text: text('auth.UNEXPECTED') });
}

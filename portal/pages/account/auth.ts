import type { Send } from '@busbar/contract';

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

const known = new Set([
  'INVALID_EMAIL_OR_PASSWORD',
  'INVALID_CODE',
  'INVALID_BACKUP_CODE',
  'INVALID_PASSWORD',
  'INVALID_TWO_FACTOR_COOKIE',
  'PASSWORD_TOO_SHORT',
  'PASSWORD_COMPROMISED',
  'TOO_MANY_REQUESTS',
  'PASSKEY_NOT_FOUND',
  'SESSION_NOT_FRESH',
  'USER_VERIFICATION_NEEDED',
]);

/** The name of the sentence for a failure of signing in. */
export function failureKey(code: string) {
  return (known.has(code) ? `auth.${code}` : 'auth.UNEXPECTED') as
    | 'auth.INVALID_EMAIL_OR_PASSWORD'
    | 'auth.INVALID_CODE'
    | 'auth.UNEXPECTED';
}

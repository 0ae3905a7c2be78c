import type { ProblemBody, Told } from '@busbar/contract';

/**
 * Something the caller can understand and act on, sent as an RFC 9457 problem. Any other error is ours.
 * `code` and `params` let the reader's language be spoken; the message is the English sentence.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly params: Told['params'];
  readonly fields: ProblemBody['fields'];

  constructor(
    status: number,
    code: string,
    message: string,
    params: Told['params'] = {},
    fields?: ProblemBody['fields'],
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.params = params;
    this.fields = fields;
  }
}

/** As a page or a row keeps it. */
export const toldOf = ({ code, params, message }: Problem): Told => ({ code, params, text: message });

export const malformed = (
  code: string,
  why: string,
  params?: Told['params'],
  fields?: ProblemBody['fields'],
) => new Problem(400, code, why, params, fields);
export const signInNeeded = () => new Problem(401, 'sign-in-needed', 'Sign in to do this');
/** @see `reauthenticates` of a route */
export const signInAgainNeeded = () =>
  new Problem(
    401,
    'sign-in-again',
    'This asks once more that it is you; nothing was done. Sign in again, then repeat it',
  );
export const forbidden = (code: string, why: string, params?: Told['params']) =>
  new Problem(403, code, why, params);
export const passkeyNeeded = () =>
  forbidden(
    'passkey-needed',
    'Staff of this CERT use a passkey: add one on your profile, or show it there; until then nothing else opens',
  );
/** Also the answer for what exists but is not for the asker: nobody learns which of the two it is. */
export const notFound = (what: string) =>
  new Problem(404, 'not-found', `No such ${what}, or it is not addressed to you`, { what });
export const conflict = (code: string, why: string, params?: Told['params']) =>
  new Problem(409, code, why, params);
export const tooLarge = (code: string, why: string, params?: Told['params']) =>
  new Problem(413, code, why, params);
export const tooMany = (code: string, why: string, params?: Told['params']) =>
  new Problem(429, code, why, params);
export const unavailable = (code: string, why: string, params?: Told['params']) =>
  new Problem(503, code, why, params);

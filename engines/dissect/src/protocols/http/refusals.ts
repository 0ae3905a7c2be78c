import { Refusals } from '../../analysis/refusals.ts';

export const refusals = new Refusals('http');

/** RFC 9110, 15.5 and 15.6: those that say no. */
export const refusalOf = refusals.numbered({
  400: 'bad request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not found',
  405: 'method not allowed',
  407: 'proxy authentication required',
  408: 'request timeout',
  409: 'conflict',
  413: 'content too large',
  429: 'too many requests',
  500: 'internal server error',
  501: 'not implemented',
  502: 'bad gateway',
  503: 'service unavailable',
  504: 'gateway timeout',
});

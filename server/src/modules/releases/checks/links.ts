import { isIP } from 'node:net';

import { textsOf } from '../snapshot.ts';
import { blocked, type Check, warning } from './check.ts';

const dangerous = /\b(?:javascript|vbscript|data|file|blob)\s*:(?=\S)/i;
const address = /\bhttps?:\/\/[^\s<>"'`)\]}\\]+/gi;
const inside = /^(?:localhost|.*\.(?:local|internal|intranet|lan|corp|home))$/i;

/** Links lead to public places, and run nothing. */
export const links: Check = {
  name: 'links',
  *find(snapshot, { origin }) {
    for (const { where, text } of textsOf(snapshot)) {
      const [scheme] = dangerous.exec(text) ?? [];
      if (scheme && /\]\(|<a\b|href|^[a-z]+:/i.test(text))
        yield blocked(
          where,
          'link-runs',
          `A link begins with “${scheme}”. Link with https, http or mailto only`,
          {
            scheme,
          },
        );
      for (const [url] of text.matchAll(address)) {
        if (url === origin || url.startsWith(`${origin}/`)) continue;
        const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
        if (!host) yield warning(where, 'link-unreadable', `“${url}” is no address. Correct it`, { url });
        else if (isIP(host) || inside.test(host) || !host.includes('.'))
          yield warning(
            where,
            'link-inside',
            `“${url}” leads to a machine that readers do not reach, and tells them that it is there. Take it out`,
            { url },
          );
      }
    }
  },
};

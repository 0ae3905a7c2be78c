import type { Contact, Published, SigningKey } from '@busbar/contract';
import { Feed } from 'feed';

import { rootOf, wellKnown } from './addresses.ts';

export interface About {
  readonly origin: string;
  readonly cert: Contact;
}

/**
 * security.txt (RFC 9116). It ends with the quarter after this one, so that it changes four times a year and never
 * stands expired while the program runs.
 */
export function securityText({ origin, cert }: About, key: SigningKey | undefined, now: Date): string {
  const expires = new Date(Date.UTC(now.getUTCFullYear(), (Math.floor(now.getUTCMonth() / 3) + 2) * 3, 1));
  return [
    `Contact: ${origin}/report`,
    `Contact: mailto:${cert.email}`,
    `Contact: tel:${cert.phone.replace(/[^\d+]/g, '')}`,
    `Expires: ${expires.toISOString()}`,
    ...(key ? [`Encryption: ${origin}${wellKnown}/openpgp/${key.fingerprint}.asc`] : []),
    'Preferred-Languages: en, ru, zh',
    `Canonical: ${origin}/.well-known/security.txt`,
    `Policy: ${origin}/rfc2350`,
    // The well-known one first (CSAF 2.1 section 7.1.8).
    `CSAF: ${origin}${rootOf('2.0')}/provider-metadata.json`,
    `CSAF: ${origin}${rootOf('2.1')}/provider-metadata.json`,
    '',
  ].join('\n');
}

/** Atom (RFC 4287) of the newest publications that everybody may read. */
export function atomFeed({ origin, cert }: About, published: readonly Published[]): string {
  const feed = new Feed({
    id: `${origin}/`,
    title: cert.name,
    link: `${origin}/published`,
    feedLinks: { atom: `${origin}/feed.atom` },
    copyright: '',
    author: { name: cert.name, email: cert.email },
    updated: new Date(published[0]?.recalledAt ?? published[0]?.publishedAt ?? 0),
  });
  for (const { id, title, summary, publishedAt, recalledAt } of published)
    feed.addItem({
      id: `urn:uuid:${id}`,
      title: recalledAt ? `[recalled] ${title}` : title,
      link: `${origin}/published/${id}`,
      date: new Date(recalledAt ?? publishedAt),
      published: new Date(publishedAt),
      description: recalledAt ? 'This was recalled; its page says why.' : summary,
    });
  return feed.atom1();
}

const places = ['/', '/published', '/advisories', '/verify', '/rfc2350', '/signing-keys', '/report'];

/** sitemaps.org protocol 0.9. */
export function sitemap(origin: string, published: readonly Published[]): string {
  const entries = [
    ...places.map((place) => `<url><loc>${origin}${place}</loc></url>`),
    ...published.map(
      ({ id, publishedAt, recalledAt }) =>
        `<url><loc>${origin}/published/${id}</loc><lastmod>${recalledAt ?? publishedAt}</lastmod></url>`,
    ),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${entries.join('\n')}\n</urlset>\n`;
}

/** Robots (RFC 9309) read what is public and nothing that needs signing in. */
export const robots = (origin: string) =>
  `User-agent: *\nDisallow: /api/\nDisallow: /releases\nDisallow: /me\nSitemap: ${origin}/sitemap.xml\n`;

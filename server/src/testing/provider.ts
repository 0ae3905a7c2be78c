import { createHash } from 'node:crypto';

import { createMessage, generateKey, readPrivateKey, sign } from 'openpgp';

import { OtherSide } from './other-side.ts';

/** A CSAF trusted provider in this process, which can be told to do wrong. */
export class TestProvider {
  readonly site: OtherSide;
  readonly fingerprint: string;
  readonly #key: { privateKey: string; publicKey: string };
  readonly #entries = new Map<string, { updated: string }>();

  private constructor(site: OtherSide, key: { privateKey: string; publicKey: string }, fingerprint: string) {
    this.site = site;
    this.#key = key;
    this.fingerprint = fingerprint;
  }

  static async open(): Promise<TestProvider> {
    const site = await new OtherSide().open();
    const { privateKey, publicKey } = await generateKey({
      userIDs: [{ name: 'PSIRT', email: 'psirt@example.org' }],
      type: 'curve25519',
      format: 'armored',
    });
    const key = await readPrivateKey({ armoredKey: privateKey });
    const provider = new TestProvider(site, { privateKey, publicKey }, key.getFingerprint().toUpperCase());
    provider.#announce();
    return provider;
  }

  get address(): string {
    return this.site.at('/.well-known/csaf/provider-metadata.json');
  }

  get host(): string {
    return new URL(this.address).host;
  }

  /** Puts a document with its hash and signature at a path, and on the list under a date. */
  async publish(
    path: string,
    document: object | string,
    { updated = '2026-03-01T09:00:00Z', signed = true, hashed = true } = {},
  ): Promise<void> {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    this.site.files.set(path, text);
    if (hashed) this.site.files.set(`${path}.sha512`, `${sha512(text)}  ${path.split('/').at(-1)}\n`);
    if (signed) this.site.files.set(`${path}.asc`, await this.sign(text));
    this.#entries.set(path, { updated });
    this.#announce();
  }

  async sign(text: string, privateKey = this.#key.privateKey): Promise<string> {
    return (await sign({
      message: await createMessage({ binary: Buffer.from(text) }),
      signingKeys: await readPrivateKey({ armoredKey: privateKey }),
      detached: true,
      format: 'armored',
    })) as string;
  }

  /** The list as it is, with its ETag: who knows it already is told so. */
  #announce(): void {
    const { files } = this.site;
    files.set('/key.asc', this.#key.publicKey);
    files.set(
      '/.well-known/csaf/provider-metadata.json',
      JSON.stringify({
        canonical_url: this.address,
        metadata_version: '2.0',
        last_updated: '2026-03-01T09:00:00Z',
        list_on_CSAF_aggregators: true,
        mirror_on_CSAF_aggregators: true,
        role: 'csaf_trusted_provider',
        publisher: { category: 'vendor', name: 'Nordbruk PSIRT', namespace: 'https://nordbruk.example' },
        public_openpgp_keys: [{ fingerprint: this.fingerprint, url: this.site.at('/key.asc') }],
        distributions: [
          { rolie: { feeds: [{ summary: 'All', tlp_label: 'WHITE', url: this.site.at('/feed.json') }] } },
        ],
      }),
    );
    const feed = JSON.stringify({
      feed: {
        id: 'feed',
        title: 'All',
        updated: '2026-03-01T09:00:00Z',
        entry: [...this.#entries].map(([path, { updated }]) => ({
          id: path,
          title: path,
          updated,
          published: updated,
          content: { src: this.site.at(path), type: 'application/json' },
          link: [
            { rel: 'self', href: this.site.at(path) },
            { rel: 'hash', href: this.site.at(`${path}.sha512`) },
            { rel: 'signature', href: this.site.at(`${path}.asc`) },
          ],
        })),
      },
    });
    const etag = `"${sha512(feed).slice(0, 16)}"`;
    files.set('/feed.json', (request, response) => {
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
      else response.writeHead(200, { etag, 'content-type': 'application/json' }).end(feed);
    });
  }

  close(): Promise<void> {
    return this.site.close();
  }
}

const sha512 = (text: string) => createHash('sha512').update(text).digest('hex');

import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Told } from '@busbar/contract';

import { bytesOf, type Fetcher, NotFetched, type Reach } from '../../platform/fetcher.ts';
import { plain } from '../../platform/plain-text.ts';
import { malformed, tooLarge } from '../../platform/problem.ts';
import type { Listed } from './csaf-listing.ts';

/** What a list carried when it was fetched last, so that the same again need not be sent. */
export interface Validators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export interface Fetched {
  readonly url: string;
  readonly bytes: Buffer;
  readonly type: string;
  readonly validators: Validators;
}

/** How the files of a source are reached. */
export interface Way {
  /** Undefined when nothing has changed since. */
  get(url: string, known?: Validators & { most?: number }): Promise<Fetched | undefined>;
  /** Null when there is certainly nothing. Silence is not absence: it fails. */
  find(url: string, most: number): Promise<Fetched | null>;
}

/** Files that were carried here: in a folder, or in a pack. */
export interface Shelf extends Way {
  /** Addresses of all its files, with what changes when they do. */
  list(): Promise<readonly { readonly url: string; readonly changed: string }[]>;
  /** Those that may be documents, as a source would list them. */
  documents(): Promise<readonly Listed[]>;
  stream(url: string): AsyncIterable<Buffer>;
}

export const isShelf = (way: Way): way is Shelf => 'stream' in way && 'list' in way;

/** The way to one source: within its hosts, patient where patience helps, called off when the job is. */
export class Transport implements Way {
  readonly #fetcher: Fetcher;
  readonly #reach: Reach;
  readonly #signal: AbortSignal | undefined;
  readonly #pause: number;

  constructor(
    fetcher: Fetcher,
    reach: Reach,
    { signal, pause = 1000 }: { signal?: AbortSignal; pause?: number } = {},
  ) {
    this.#fetcher = fetcher;
    this.#reach = reach;
    this.#signal = signal;
    this.#pause = pause;
  }

  async get(
    url: string,
    { most = 16 << 20, ...known }: Validators & { most?: number } = {},
  ): Promise<Fetched | undefined> {
    return this.#patiently(async () => {
      const answer = await this.#ask(url, most, known);
      if (answer.status === 'unchanged') return undefined;
      const { etag, lastModified, type } = answer;
      return { url: answer.url, bytes: await bytesOf(answer), type, validators: { etag, lastModified } };
    });
  }

  find(url: string, most: number): Promise<Fetched | null> {
    return this.get(url, { most }).then((found) => found ?? null, absent);
  }

  /** For what is too large to be held: read while it comes, and so not asked for a second time when it breaks off. */
  async stream(url: string, most: number, known: Validators = {}, within?: number) {
    return this.#patiently(() => this.#ask(url, most, known, within));
  }

  #ask(url: string, most: number, { etag, lastModified }: Validators, within?: number) {
    return this.#fetcher.fetch({
      url,
      reach: this.#reach,
      most,
      etag,
      lastModified,
      signal: this.#signal,
      ...(within !== undefined && { within }),
    });
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        const wait =
          error instanceof NotFetched && error.passing
            ? (error.retryAfter ?? this.#pause * 4 ** (attempt - 1))
            : Infinity;
        if (attempt === attempts || wait > longestWait) throw error;
        await sleep(wait, undefined, this.#signal ? { signal: this.#signal } : {}).catch(() =>
          this.#signal?.throwIfAborted(),
        );
      }
    }
  }
}

const attempts = 3;
const longestWait = 60_000;

/**
 * A folder below the data of the program, for what is carried in by hand: `folder:NAME` and `folder:NAME/path`. Links are
 * not followed: they lead anywhere.
 */
export class Folder implements Shelf {
  readonly #address: string;
  readonly #path: string;

  constructor(root: string, address: string) {
    this.#address = address;
    this.#path = join(root, address.slice('folder:'.length));
  }

  async list(): Promise<{ url: string; changed: string }[]> {
    const entries = await readdir(this.#path, { recursive: true, withFileTypes: true }).catch(() => {
      const folder = this.#address.slice('folder:'.length);
      throw malformed(
        'folder-missing',
        `There is no folder sources/${folder} in the data of the program; make it, and put documents into it`,
        { folder },
      );
    });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    return Promise.all(
      paths.sort().map(async (path) => {
        const { mtime, size } = await lstat(path);
        return {
          url: `${this.#address}/${relative(this.#path, path)}`,
          changed: `${mtime.toISOString()} ${size}`,
        };
      }),
    );
  }

  async documents(): Promise<Listed[]> {
    return (await this.list())
      .filter(({ url }) => /\.json$/i.test(url))
      .map(({ url, changed }) => ({ url, listed: changed, hashes: null, signature: `${url}.asc` }));
  }

  stream(url: string): AsyncIterable<Buffer> {
    return createReadStream(this.#pathOf(url));
  }

  async get(url: string, { most = 16 << 20 }: { most?: number } = {}): Promise<Fetched> {
    const path = this.#pathOf(url);
    const { size } = await lstat(path).catch(() => {
      throw new NotFetched('nothing-there', `There is nothing at ${url}`, {
        host: this.#address,
        path: url,
        status: 404,
      });
    });
    if (size > most)
      throw tooLarge('file-too-large', `${url} is larger than ${most >> 20} MiB`, { url, most: most >> 20 });
    return { url, bytes: await readFile(path), type: '', validators: {} };
  }

  find(url: string, most: number): Promise<Fetched | null> {
    return this.get(url, { most }).catch(absent);
  }

  #pathOf(url: string): string {
    return join(this.#path, url.slice(this.#address.length + 1));
  }
}

function absent(error: unknown): null {
  if (error instanceof NotFetched && error.code === 'nothing-there') return null;
  throw error;
}

/** Something to be told of a source or its documents. */
export const note = (code: string, text: string, params: Told['params'] = {}): Told => ({
  code,
  params,
  text: plain(text),
});

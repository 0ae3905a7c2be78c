import { spawnSync } from 'node:child_process';
import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import type { FetcherOptions } from './fetcher.ts';
import { type ImapSettings, imapSettingsFrom } from './imap.ts';
import { type MailSettings, mailSettingsFrom } from './mail.ts';

/** What an instance is told from outside. Everything has a default that works on one machine. */
export interface Config {
  /** Where the embedded database, files and keys live. */
  readonly data: string;
  readonly host: string;
  readonly port: number;
  /** As people type it; passkeys are bound to it. */
  readonly origin: string;
  /** A PostgreSQL of yours instead of the embedded one; its user must be allowed to create roles. */
  readonly databaseUrl: string | undefined;
  /** To PostgreSQL, at most, for what people ask and for work; sign-in and the ledger have ten more. */
  readonly connections?: number;
  readonly s3:
    | { readonly endpoint: string | undefined; readonly bucket: string; readonly region: string }
    | undefined;
  readonly masterKey: MasterKey;
  /** A command that wraps the keys of organisations and cases in place of the master key; see `kms.ts`. */
  readonly kms?: string | undefined;
  /** Behind a reverse proxy whose X-Forwarded-* headers may be believed. */
  readonly trustProxy: boolean;
  /** How the internet is reached; tests bring another one. */
  readonly outbound?: FetcherOptions;
  /** The mail server; without one, mail is off. */
  readonly mail?: MailSettings | undefined;
  /** The mailbox of the report desk; without one nobody reports by mail. */
  readonly mailbox?: ImapSettings | undefined;
  /** Where this machine alone may read the metrics; nowhere unless set. */
  readonly metricsPort: number | undefined;
  readonly logLevel: string;
}

export function configFrom(
  environment: NodeJS.ProcessEnv,
  flags: { port?: string; data?: string } = {},
): Config {
  const data = resolve(flags.data ?? environment['BUSBAR_DATA'] ?? 'data');
  const host = environment['BUSBAR_HOST'] ?? '127.0.0.1';
  const port = Number(flags.port ?? environment['BUSBAR_PORT'] ?? 8440);
  const bucket = environment['BUSBAR_S3_BUCKET'];
  return {
    data,
    host,
    port,
    origin: environment['BUSBAR_ORIGIN'] ?? `http://localhost:${port}`,
    databaseUrl: environment['DATABASE_URL'],
    connections: connectionsFrom(environment['BUSBAR_CONNECTIONS'] ?? '20'),
    s3: bucket
      ? {
          bucket,
          endpoint: environment['BUSBAR_S3_ENDPOINT'],
          region: environment['BUSBAR_S3_REGION'] ?? 'us-east-1',
        }
      : undefined,
    masterKey: masterKeyFrom(environment, data),
    kms: kmsCommand(environment),
    trustProxy: environment['BUSBAR_TRUST_PROXY'] === '1',
    outbound: { proxy: environment['BUSBAR_PROXY'] },
    mail: mailSettingsFrom(environment['BUSBAR_SMTP'], environment['BUSBAR_MAIL_FROM']),
    mailbox: imapSettingsFrom(environment['BUSBAR_IMAP']),
    metricsPort: environment['BUSBAR_METRICS_PORT'] ? Number(environment['BUSBAR_METRICS_PORT']) : undefined,
    logLevel: environment['BUSBAR_LOG'] ?? 'info',
  };
}

function connectionsFrom(text: string): number {
  const connections = Number(text);
  if (!Number.isInteger(connections) || connections < 4)
    throw new Error(`BUSBAR_CONNECTIONS is “${text}”; set it to a whole number from 4 on`);
  return connections;
}

/**
 * The key all others hang from: 32 bytes in a file of their own, which belongs in no backup of the data, or given by a
 * command, so that it lies on no disk in the clear.
 * What needs a secret derives its own from it (HKDF-SHA-256, RFC 5869), so that they can be told apart and rotated.
 */
export class MasterKey {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new Error('The master key must be 32 bytes; restore the right file');
    this.#key = key;
  }

  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#key, new Uint8Array(), `busbar ${purpose}`, 32));
  }

  /** For the file of keys that belongs to a backup, and for nothing else. */
  get text(): string {
    return Buffer.from(this.#key).toString('base64');
  }

  /** A word for people to compare, which tells nothing of the key. */
  get fingerprint(): string {
    return createHash('sha256').update(this.derive('fingerprint')).digest('hex').slice(0, 16);
  }
}

/** Where an instance keeps its master key. */
export const masterKeyFile = (environment: NodeJS.ProcessEnv, data: string): string =>
  environment['BUSBAR_MASTER_KEY_FILE'] ?? join(resolve(data), 'keys', 'master.key');

/** A command that gives the master key, such as one that asks a KMS, an HSM or the TPM of this machine to decrypt it. */
export const masterKeyCommand = (environment: NodeJS.ProcessEnv): string | undefined =>
  environment['BUSBAR_MASTER_KEY_COMMAND'] || undefined;

/** A program that wraps and unwraps keys for us, and gives its own to nobody. */
export const kmsCommand = (environment: NodeJS.ProcessEnv): string | undefined =>
  environment['BUSBAR_KMS_COMMAND'] || undefined;

function masterKeyFrom(environment: NodeJS.ProcessEnv, data: string): MasterKey {
  const command = masterKeyCommand(environment);
  return command ? masterKeyOf(command) : masterKeyIn(masterKeyFile(environment, data));
}

const COMMAND_MS = 30_000;

/** Asked once, at the start. What it says besides goes where our own errors go; the key itself is in no message. */
function masterKeyOf(command: string): MasterKey {
  const { status, signal, error, stdout } = spawnSync('/bin/sh', ['-c', command], {
    timeout: COMMAND_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 4096,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error || status !== 0)
    throw new Error(
      `BUSBAR_MASTER_KEY_COMMAND gave no key (${signal ?? error?.message ?? `it ended with ${status}`}). Run it by hand and mend it; nothing was started`,
    );
  const text = stdout.toString('latin1').trim();
  const key = /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64') : undefined;
  if (!key)
    throw new Error(
      'BUSBAR_MASTER_KEY_COMMAND must print the 32 bytes of the master key in base64, and nothing else',
    );
  return new MasterKey(key);
}

function masterKeyIn(path: string): MasterKey {
  if (!existsSync(path)) writeMasterKey(path, randomBytes(32).toString('base64'));
  return new MasterKey(Buffer.from(readFileSync(path, 'utf8').trim(), 'base64'));
}

/** Never over another one. */
export function writeMasterKey(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
}

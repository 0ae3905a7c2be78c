import { createHmac } from 'node:crypto';

import type { Role } from '@busbar/contract';

import { founder } from '../platform/actor.ts';
import type { Authenticator } from './authenticator.ts';
import type { TestServer } from './test-server.ts';

export const PASSWORD = 'blue kettle on the ridge';

interface Reply {
  readonly status: number;
  readonly body: any;
  readonly headers: Record<string, unknown>;
}

/** What a browser does for its person: keeps cookies, says where it comes from. Everything goes through the real door. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #server: TestServer;
  /** Where its requests come from. */
  address: string;

  constructor(server: TestServer, address = '192.0.2.1') {
    this.#server = server;
    this.address = address;
  }

  async send(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const { origin } = this.#server.config;
    const answer = await this.#server.app.inject({
      method,
      url,
      remoteAddress: this.address,
      headers: {
        host: new URL(origin).host,
        'sec-fetch-site': 'same-origin',
        ...(method !== 'GET' && { origin }),
        ...(this.cookies.size > 0 && {
          cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        }),
        ...headers,
      },
      ...(body && { payload: body }),
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name, value, rest] = /^([^=]+)=([^;]*)(.*)$/.exec(line)!;
      if (value === '' || /max-age=0/i.test(rest!)) this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    const isJson = String(answer.headers['content-type']).includes('json');
    return { status: answer.statusCode, body: isJson ? answer.json() : answer.body, headers: answer.headers };
  }

  auth(path: string, body: object = {}) {
    return this.send('POST', `/api/auth/${path}`, body);
  }

  signIn(email: string, password = PASSWORD) {
    return this.auth('sign-in/email', { email, password });
  }

  async addPasskey(authenticator: Authenticator) {
    const { body } = await this.send('GET', '/api/auth/passkey/generate-register-options');
    return this.auth('passkey/verify-registration', { response: authenticator.create(body), name: 'Test' });
  }

  async usePasskey(authenticator: Authenticator) {
    const { body } = await this.send('GET', '/api/auth/passkey/generate-authenticate-options');
    return this.auth('passkey/verify-authentication', { response: authenticator.get(body) });
  }

  async againWithPasskey(authenticator: Authenticator) {
    const { body } = await this.send('GET', '/api/auth/passkey/generate-authenticate-options');
    return this.auth('sign-in-again/passkey', { response: authenticator.get(body) });
  }

  async me() {
    return (await this.send('GET', '/api/me')).body;
  }

  /** Adds an authenticator app. Returns its secret and the recovery codes. */
  async addTotp(password = PASSWORD): Promise<{ secret: string; codes: string[] }> {
    const { body } = await this.auth('two-factor/enable', { password });
    const secret = new URL(body.totpURI).searchParams.get('secret')!;
    const { status } = await this.auth('two-factor/verify-totp', { code: totp(secret) });
    if (status !== 200) throw new Error(`The authenticator app was not accepted: ${status}`);
    return { secret, codes: body.backupCodes };
  }
}

/** A person with an account of an organisation, as set-up or an invitation would leave it. */
export async function account(
  server: TestServer,
  organisation: string,
  name: string,
  ...roles: Role[]
): Promise<{ id: string; email: string }> {
  const email = `${name.toLowerCase().replaceAll(/\W+/g, '.')}.${crypto.randomUUID().slice(0, 8)}@example.org`;
  const id = await server.database.as(founder, (tx) =>
    server.house.people.enrolPerson(tx, {
      name,
      email,
      password: PASSWORD,
      memberships: [{ organisation, roles }],
    }),
  );
  return { id, email };
}

/** RFC 6238 with HMAC-SHA-1, six digits, thirty seconds, `steps` of them from now. */
export function totp(secret: string, steps = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac('sha1', base32(secret)).update(counter).digest();
  const at = mac.at(-1)! & 0xf;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** RFC 4648 §6. */
function base32(text: string): Buffer {
  const bits = Array.from(text.replaceAll('=', ''), (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('');
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
}

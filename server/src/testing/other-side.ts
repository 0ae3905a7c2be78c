import { once } from 'node:events';
import {
  createServer as createPlain,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, connect, createServer } from 'node:net';

import type { FetcherOptions } from '../platform/fetcher.ts';

/** Somebody else's web server, in this process: what stands at a path is a text, bytes, or whatever answers. */
export class OtherSide {
  readonly files = new Map<string, string | Uint8Array | Answering>();
  /** Paths asked for, in their order. */
  readonly asked: string[] = [];
  readonly #server: Server;
  #secure: boolean;

  constructor({ secure = false } = {}) {
    this.#secure = secure;
    this.#server = secure
      ? createSecure({ key, cert: certificate }, this.#answer)
      : createPlain(this.#answer);
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** An address here, under any of the names the certificate has. */
  at(path: string, name = this.#secure ? 'psirt.example' : '127.0.0.1'): string {
    return `${this.#secure ? 'https' : 'http'}://${name}:${this.port}${path}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  readonly #answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url!;
    this.asked.push(path);
    const file = this.files.get(path);
    if (typeof file === 'function') file(request, response);
    else if (file === undefined) response.writeHead(404, { 'content-length': 0 }).end();
    else response.end(file);
  };
}

/** The internet, as a proxy sees it, for `outbound` of a program: every address leads to this one, under its certificate. */
export async function internetOf(
  { port }: OtherSide,
  resolve: NonNullable<FetcherOptions['resolve']> = async () => [{ address: '93.184.215.14', family: 4 }],
) {
  const tunnel = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      const through = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(through).pipe(socket);
      });
      through.on('error', () => socket.destroy());
    });
  });
  tunnel.listen(0, '127.0.0.1');
  await once(tunnel, 'listening');
  const proxy = `http://127.0.0.1:${(tunnel.address() as AddressInfo).port}`;
  return { outbound: { ca: certificate, proxy, resolve }, close: () => tunnel.close() };
}

export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

// Made for these tests and good for nothing else; valid until 2126.
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgGLKvuVO6EJJ4dxfY
oIAOCYBsaT2Sri49rvZQZTHDJk+hRANCAASY8gd8hgpe/bIUG8/QT4iTUmRVzMsn
xLzIMumawvpeirKmcEkZrWsJrTmtmrOc2RcTFYCKof+BKa1QfCnh4+ow
-----END PRIVATE KEY-----
`;

/** For psirt.example, mirror.example and csaf.data.security.psirt.example. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIB1DCCAXmgAwIBAgIUOJ/XPTKKz4VLMJn1xG9ej7f6ch8wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMQnVzYmFyIHRlc3RzMCAXDTI2MTEyNjIyMTMxNFoYDzIxMjYx
MTAyMjIxMzE0WjAXMRUwEwYDVQQDDAxCdXNiYXIgdGVzdHMwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASY8gd8hgpe/bIUG8/QT4iTUmRVzMsnxLzIMumawvpeirKm
cEkZrWsJrTmtmrOc2RcTFYCKof+BKa1QfCnh4+owo4GgMIGdMB0GA1UdDgQWBBQq
vPmIl/KndvidvbXiZTTRXXq/yDAfBgNVHSMEGDAWgBQqvPmIl/KndvidvbXiZTTR
XXq/yDAPBgNVHRMBAf8EBTADAQH/MEoGA1UdEQRDMEGCDXBzaXJ0LmV4YW1wbGWC
Dm1pcnJvci5leGFtcGxlgiBjc2FmLmRhdGEuc2VjdXJpdHkucHNpcnQuZXhhbXBs
ZTAKBggqhkjOPQQDAgNJADBGAiEAgzK1ZZeb0lHCCgcZ2MdqFRceaojbk3FOr7cx
f0KwssMCIQC8cWkyegc8TleSmfBuDCbVL6wNfyevI612QTLvIQ6AYA==
-----END CERTIFICATE-----
`;

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

interface Options {
  readonly challenge: string;
  readonly rp?: { readonly id: string };
  readonly rpId?: string;
}

/** A passkey in software: one ES256 key, as W3C WebAuthn Level 3 §6 says an authenticator answers. */
export class Authenticator {
  readonly id = randomBytes(16);
  readonly #origin: string;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  /** Whether it asks for a finger, a face or a PIN. */
  readonly #verifies: boolean;
  #count = 0;

  constructor(origin: string, verifies = true) {
    this.#origin = origin;
    this.#verifies = verifies;
    ({ privateKey: this.#privateKey, publicKey: this.#publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
    }));
  }

  /** navigator.credentials.create(), with attestation `none` (§8.7). */
  create({ challenge, rp }: Options) {
    const { x, y } = this.#publicKey.export({ format: 'jwk' });
    // COSE_Key (RFC 9052 §7): kty EC2, alg ES256, crv P-256, x, y.
    const key = Buffer.concat([hex('a5 0102 0326 2001 215820'), bytes(x!), hex('225820'), bytes(y!)]);
    // Attested credential data (§6.5.1): an AAGUID of zeros, length of the id, id, key.
    const attested = Buffer.concat([Buffer.alloc(16), hex('0010'), this.id, key]);
    const data = this.#data(rp!.id, 0x40, attested);
    const attestation = Buffer.concat([
      hex('a3 63 666d74 64 6e6f6e65 67 61747453746d74 a0 68 6175746844617461 58'),
      Buffer.from([data.length]),
      data,
    ]);
    return this.#answer({
      clientDataJSON: this.#clientData('webauthn.create', challenge).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** navigator.credentials.get(). */
  get({ challenge, rpId }: Options) {
    const client = this.#clientData('webauthn.get', challenge);
    const data = this.#data(rpId!, 0);
    const signature = sign(
      'sha256',
      Buffer.concat([data, createHash('sha256').update(client).digest()]),
      this.#privateKey,
    );
    return this.#answer({
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signature.toString('base64url'),
    });
  }

  #answer(response: object) {
    const id = this.id.toString('base64url');
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} };
  }

  /** Authenticator data (§6.1): hash of the relying party, flags UP 0x01, UV 0x04, AT 0x40, and a counter. */
  #data(rpId: string, flags: number, attested = Buffer.alloc(0)): Buffer {
    const head = Buffer.alloc(5);
    head[0] = flags | 0x01 | (this.#verifies ? 0x04 : 0);
    head.writeUInt32BE(++this.#count, 1);
    return Buffer.concat([createHash('sha256').update(rpId).digest(), head, attested]);
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.#origin, crossOrigin: false }));
  }
}

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const bytes = (base64url: string) => Buffer.from(base64url, 'base64url');

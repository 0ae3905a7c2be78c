import { text, wide } from '../../testing/conversation.ts';
import { join, u16, u32 } from '../../testing/wire.ts';

const le16 = (value: number) => u16(value).reverse();
const le32 = (value: number) => u32(value).reverse();
const SIGNATURE = text('NTLMSSP\0');
/** Unicode, and the version of the system: MS-NLMP, 2.2.2.5. */
const FLAGS = le32(0x0200_0001);
const WINDOWS_7 = [6, 1, ...le16(7601), 0, 0, 0, 15];

/** MS-NLMP, 2.2.1.3, for tests. */
export function authenticate(user: string, domain: string, host: string, response = 24): Uint8Array {
  const head = 72;
  const texts = [
    new Uint8Array(24),
    new Uint8Array(response).fill(0xaa),
    wide(domain),
    wide(user),
    wide(host),
  ];
  let at = head;
  const places = texts.map(({ length }) => {
    const place = [...le16(length), ...le16(length), ...le32(at)];
    at += length;
    return place;
  });
  const session = [...le16(0), ...le16(0), ...le32(at)];
  return join(SIGNATURE, le32(3), ...places, session, FLAGS, WINDOWS_7, ...texts);
}

/** MS-NLMP, 2.2.1.2. */
export function challenge(host: string, domain: string): Uint8Array {
  const names = join(
    ...[
      [2, domain],
      [1, host],
    ].flatMap(([kind, name]) => [le16(Number(kind)), le16(String(name).length * 2), wide(String(name))]),
    [0, 0, 0, 0],
  );
  const target = [...le16(0), ...le16(0), ...le32(56)];
  const info = [...le16(names.length), ...le16(names.length), ...le32(56)];
  return join(SIGNATURE, le32(2), target, FLAGS, new Uint8Array(16), info, WINDOWS_7, names);
}

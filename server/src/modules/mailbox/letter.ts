import type { LetterProblem, LetterSignature } from '@busbar/contract';
import { secretsIn } from '@busbar/contract';
import PostalMime, { type Attachment } from 'postal-mime';

import { line, plain } from '../../platform/plain-text.ts';
import { headBytes } from './head.ts';
import { textOfHtml } from './html-text.ts';
import { type CameKey, decrypt, type KeyRing, publicKeyOf, verify, verifyInline } from './pgp.ts';

/** What is attached to a letter. */
export interface LetterFile {
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A letter as somebody reads it. */
export interface Letter {
  readonly text: string;
  readonly attachments: readonly LetterFile[];
  readonly problems: readonly LetterProblem[];
  readonly signature: LetterSignature;
  readonly encrypted: boolean;
  readonly key: CameKey | null;
}

const mostAttachments = 100;
/** As long as a message of a case may be. */
export const longestText = 20_000;

/** Whatever could not be read: its head is all there is of it. */
export const unread = (problem: LetterProblem): Letter => ({
  text: '',
  attachments: [],
  problems: [problem],
  signature: 'unsigned',
  encrypted: false,
  key: null,
});

/**
 * Reads a whole letter: opens it, looks at who signed it, and takes its text. HTML becomes text, and nothing that it points
 * to is fetched. Time and memory are bounded by whoever calls.
 * @param autocrypt a key in base64, or nothing
 */
export async function readLetter(
  source: Buffer,
  address: string,
  autocrypt: string,
  ring: KeyRing,
): Promise<Letter> {
  const given = autocrypt
    ? await publicKeyOf({ binary: Buffer.from(autocrypt, 'base64') }, address)
    : undefined;
  const first = await readWith(source, address, withKey(ring, given));
  const key = first.key ?? given ?? null;
  // The key came inside of what it signs.
  if (first.signature === 'unchecked' && first.key)
    return { ...(await readWith(source, address, withKey(ring, first.key))), key };
  return { ...first, key };
}

/** Where a key is known, one that a letter brings along proves nothing. */
const withKey = (ring: KeyRing, key: CameKey | undefined): KeyRing =>
  key && ring.confirmed.length + ring.unconfirmed.length === 0
    ? { ...ring, unconfirmed: [key.armored] }
    : ring;

async function readWith(source: Buffer, address: string, ring: KeyRing): Promise<Letter> {
  const problems = new Set<LetterProblem>();
  let entity = withLineEnds(source);
  let encrypted = false;
  let signature: LetterSignature = 'unsigned';

  const sealed = partsOf(entity, 'multipart/encrypted', problems);
  if (sealed) {
    encrypted = true;
    const opened = await decrypt(armorIn(sealed[1], 'MESSAGE'), ring);
    if (!opened) return { ...unread('undecryptable'), encrypted };
    entity = withLineEnds(Buffer.from(opened.bytes));
    signature = opened.signature;
  }
  const signed = partsOf(entity, 'multipart/signed', problems);
  if (signed && signature === 'unsigned') {
    signature = await verify(signed[0]!, armorIn(signed[1], 'SIGNATURE'), ring);
    entity = signed[0]!;
  } else if (!sealed && !signed) partsOf(entity, 'multipart/', problems);

  const email = await PostalMime.parse(entity, {
    forceRfc822Attachments: true,
    maxNestingDepth: 40,
    maxHeadersSize: 1 << 20,
  }).catch(() => undefined);
  if (!email) return { ...unread('unreadable'), signature, encrypted };
  const isHtml = !!email.html && (!email.text?.trim() || !hasPlainText(entity));
  if (isHtml) problems.add('htmlOnly');
  let text = plain(isHtml ? textOfHtml(email.html!) : (email.text ?? '')).trim();

  const armored =
    /-----BEGIN PGP (MESSAGE|SIGNED MESSAGE)-----[^]*?-----END PGP (?:MESSAGE|SIGNATURE)-----/.exec(text);
  if (armored?.[1] === 'MESSAGE') {
    encrypted = true;
    const opened = await decrypt(armored[0], ring);
    if (opened) {
      text = plain(Buffer.from(opened.bytes).toString('utf8')).trim();
      signature = opened.signature;
    } else problems.add('undecryptable');
  } else if (armored) {
    const opened = await verifyInline(armored[0], ring);
    // What stands around a signed text is not signed, and is kept.
    if (opened && text === armored[0]) text = plain(opened.text).trim();
    signature = opened && text.length > 0 ? opened.signature : 'wrong';
  }

  const parts = email.attachments.filter(({ mimeType }) => mimeType !== 'application/pgp-signature');
  if (parts.length > mostAttachments) problems.add('manyParts');
  if (text.length > longestText) problems.add('longText');
  if (text === '') problems.add('noText');
  if (secretsIn(text.slice(0, longestText)).length > 0) problems.add('holdsSecret');
  return {
    text: text.slice(0, longestText).toWellFormed(),
    attachments: parts.slice(0, mostAttachments).map(toAttachment),
    problems: [...problems],
    signature,
    encrypted,
    key: (await keyAmong(parts, address)) ?? null,
  };
}

/** Signatures are made over CRLF (RFC 3156 section 5). */
const withLineEnds = (bytes: Buffer): Buffer =>
  bytes.includes('\r\n') ? bytes : Buffer.from(bytes.toString('latin1').replace(/\n/g, '\r\n'), 'latin1');

/** The first parts of a multipart entity of this type, byte for byte; undefined when it is another. */
function partsOf(entity: Buffer, type: string, problems: Set<LetterProblem>): Buffer[] | undefined {
  const head = headBytes(entity)
    .toString('latin1')
    .replace(/\r\n[ \t]+/g, ' ');
  const content = /^content-type:(.*)$/im.exec(head)?.[1]?.trim() ?? '';
  const boundary = /\bboundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(content);
  if (!boundary || !content.toLowerCase().startsWith(type)) return undefined;
  const line = `\r\n--${boundary[1] ?? boundary[2]}`;
  const parts: Buffer[] = [];
  let at = entity.indexOf(line);
  while (at >= 0 && parts.length < 3) {
    const start = entity.indexOf('\r\n', at + line.length);
    const next = start < 0 ? -1 : entity.indexOf(line, start);
    if (next < 0) break;
    parts.push(entity.subarray(start + 2, next));
    at = next;
  }
  if (!entity.includes(`${line}--`)) problems.add('cutOff');
  return parts;
}

/** Armor in a part, which may have been wrapped once more on its way. */
function armorIn(part: Buffer | undefined, what: 'MESSAGE' | 'SIGNATURE'): string {
  if (!part) return '';
  const whole = part.toString('latin1');
  const at = whole.indexOf('\r\n\r\n');
  const body = at < 0 ? whole : whole.slice(at + 4);
  const way = /^content-transfer-encoding:\s*(\S+)/im
    .exec(whole.slice(0, Math.max(at, 0)))?.[1]
    ?.toLowerCase();
  const text =
    way === 'base64'
      ? Buffer.from(body, 'base64').toString('latin1')
      : way === 'quoted-printable'
        ? body
            .replace(/=\r?\n/g, '')
            .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
        : body;
  const [from, end] = [text.indexOf(`-----BEGIN PGP ${what}-----`), `-----END PGP ${what}-----`];
  const to = text.indexOf(end, from);
  return from < 0 || to < 0 ? '' : text.slice(from, to + end.length);
}

/** Has somebody written it as text, too? Looked for in the first parts only. */
const hasPlainText = (entity: Buffer) =>
  /^content-type:\s*text\/plain/im.test(entity.subarray(0, 1 << 20).toString('latin1'));

/** A name never leads anywhere: what stands before the last slash is not kept. */
function toAttachment({ filename, mimeType, content }: Attachment): LetterFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
  const name = line(filename?.split(/[/\\]/).at(-1) ?? '', 200);
  return {
    name: /^\.*$/.test(name) ? '' : name,
    size: bytes.length,
    type: line(mimeType, 100),
    bytes,
  };
}

async function keyAmong(parts: readonly Attachment[], address: string): Promise<CameKey | undefined> {
  for (const { mimeType, filename, content } of parts.slice(0, mostAttachments)) {
    if (mimeType !== 'application/pgp-keys' && !/\.(?:asc|gpg|pgp)$/i.test(filename ?? '')) continue;
    if (typeof content === 'string' || content.byteLength > 100_000) continue;
    const key = await publicKeyOf(
      { armored: Buffer.from(content as ArrayBuffer).toString('latin1') },
      address,
    );
    if (key) return key;
  }
  return undefined;
}

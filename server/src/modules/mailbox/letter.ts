import type { AbuseReport, LetterProblem, LetterSignature } from '@busbar/contract';
import { secretsIn } from '@busbar/contract';
import PostalMime, { type Attachment } from 'postal-mime';

import { line, plain } from '../../platform/plain-text.ts';
import { type AbuseLetter, abuseLetterIn } from './abuse-report.ts';
import { textOfHtml } from './html-text.ts';
import { type Part, partsOf } from './mime-parts.ts';
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
  readonly abuse: AbuseReport | null;
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
  abuse: null,
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
  const within = (whole: Buffer, type: RegExp) => {
    const found = partsOf(whole, type, 3);
    if (found && !found.isWhole) problems.add('cutOff');
    return found?.parts;
  };
  let entity = withLineEnds(source);
  let encrypted = false;
  let signature: LetterSignature = 'unsigned';

  const sealed = within(entity, /^multipart\/encrypted\b/i);
  if (sealed) {
    encrypted = true;
    const opened = await decrypt(armorIn(sealed[1], 'MESSAGE'), ring);
    if (!opened) return { ...unread('undecryptable'), encrypted };
    entity = withLineEnds(Buffer.from(opened.bytes));
    signature = opened.signature;
  }
  const signed = within(entity, /^multipart\/signed\b/i);
  if (signed && signature === 'unsigned') {
    signature = await verify(signed[0]?.raw ?? Buffer.alloc(0), armorIn(signed[1], 'SIGNATURE'), ring);
    entity = signed[0]?.raw ?? entity;
  } else if (!sealed && !signed) within(entity, /^multipart\//i);

  const abuse = abuseLetterIn(entity);
  if (abuse?.problem) problems.add(abuse.problem);
  if (abuse && !abuse.isWhole) problems.add('cutOff');
  if (abuse && abuse.files.length > mostAttachments) problems.add('manyParts');
  // What it holds as proof is not looked into: of a letter that somebody forged, it may be anything.
  if (abuse) entity = abuse.words?.raw ?? Buffer.alloc(0);
  const email = await PostalMime.parse(entity, {
    forceRfc822Attachments: true,
    maxNestingDepth: 40,
    maxHeadersSize: 1 << 20,
  }).catch(() => undefined);
  if (!email) return { ...unread('unreadable'), ...(abuse && reportedIn(abuse)), signature, encrypted };
  const isHtml = !!email.html && (!email.text?.trim() || !hasPlainText(entity));
  if (isHtml) problems.add('htmlOnly');
  let text = plain(isHtml ? textOfHtml(email.html!) : (email.text ?? '')).trim();

  const parts = email.attachments.filter(({ mimeType }) => mimeType !== 'application/pgp-signature');

  const inline = armoredIn(text);
  if (inline) {
    encrypted ||= inline.isEncrypted;
    const opened = inline.isEncrypted
      ? await decrypt(inline.armored, ring)
      : await verifyInline(inline.armored, ring);
    const files = parts.filter(({ mimeType }) => mimeType !== 'application/pgp-keys');
    const isAll = `${inline.before}${inline.after}`.trim() === '' && files.length === 0 && !abuse;
    if (opened) {
      const said = 'text' in opened ? opened.text : Buffer.from(opened.bytes).toString('utf8');
      text = plain(`${inline.before}${said}${inline.after}`).trim();
    } else if (inline.isEncrypted) problems.add('undecryptable');
    const inside = opened?.signature ?? (inline.isEncrypted ? 'unsigned' : 'wrong');
    // What is signed as a whole is, whatever it holds.
    if (signature === 'unsigned' && (isAll || inside === 'wrong')) signature = inside;
    // What anybody may have written around it or attached would seem to be signed with it.
    else if (signature === 'unsigned' && inside !== 'unsigned') problems.add('partlySigned');
  }

  if (parts.length > mostAttachments) problems.add('manyParts');
  if (text.length > longestText) problems.add('longText');
  if (text === '') problems.add('noText');
  if (secretsIn(text.slice(0, longestText)).length > 0) problems.add('holdsSecret');
  return {
    text: text.slice(0, longestText).toWellFormed(),
    attachments: parts.slice(0, mostAttachments).map(toAttachment),
    abuse: null,
    ...(abuse && reportedIn(abuse)),
    problems: [...problems],
    signature,
    encrypted,
    key: (await keyAmong(parts, address)) ?? null,
  };
}

/** The first text that is sealed or signed with its armor around it, and what stands beside it. */
function armoredIn(text: string) {
  const begin = /^-----BEGIN PGP (MESSAGE|SIGNED MESSAGE)-----/m.exec(text);
  if (!begin) return undefined;
  const isEncrypted = begin[1] === 'MESSAGE';
  const end = `-----END PGP ${isEncrypted ? 'MESSAGE' : 'SIGNATURE'}-----`;
  const at = text.indexOf(end, begin.index);
  if (at < 0) return undefined;
  const to = at + end.length;
  const [before, after] = [text.slice(0, begin.index), text.slice(to)];
  return { isEncrypted, armored: text.slice(begin.index, to), before, after };
}

/** Signatures are made over CRLF (RFC 3156 section 5). */
const withLineEnds = (bytes: Buffer): Buffer =>
  bytes.includes('\r\n') ? bytes : Buffer.from(bytes.toString('latin1').replace(/\n/g, '\r\n'), 'latin1');

/** Armor in a part, which may have been wrapped once more on its way. */
function armorIn(part: Part | undefined, what: 'MESSAGE' | 'SIGNATURE'): string {
  const text = part?.content().toString('latin1') ?? '';
  const [from, end] = [text.indexOf(`-----BEGIN PGP ${what}-----`), `-----END PGP ${what}-----`];
  const to = text.indexOf(end, from);
  return from < 0 || to < 0 ? '' : text.slice(from, to + end.length);
}

/** Has somebody written it as text, too? Looked for in the first parts only. */
const hasPlainText = (entity: Buffer) =>
  /^content-type:\s*text\/plain/im.test(entity.subarray(0, 1 << 20).toString('latin1'));

function toAttachment({ filename, mimeType, content }: Attachment): LetterFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
  return { name: plainName(filename ?? ''), size: bytes.length, type: line(mimeType, 100), bytes };
}

/** A name never leads anywhere: what stands before the last slash is not kept. */
function plainName(given: string): string {
  const name = line(given.split(/[/\\]/).at(-1) ?? '', 200);
  return /^\.*$/.test(name) ? '' : name;
}

/** The parts of an abuse report beside its words, as they came. */
const reportedIn = ({ report, files }: AbuseLetter): Pick<Letter, 'abuse' | 'attachments'> => ({
  abuse: report,
  attachments: files.slice(0, mostAttachments).map(({ name, type, content }) => {
    const bytes = content();
    return {
      name: plainName(name) || (fileNames[type] ?? ''),
      size: bytes.length,
      type: line(type, 100),
      bytes,
    };
  }),
});

const fileNames: Readonly<Record<string, string>> = {
  'message/feedback-report': 'feedback-report.txt',
  'message/rfc822': 'message.eml',
  'text/rfc822-headers': 'headers.txt',
};

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

import { encodeWord } from 'nodemailer/lib/mime-funcs';
import MimeNode from 'nodemailer/lib/mime-node';

import { line } from '../../platform/plain-text.ts';
import type { Signer } from '../signing/signing-service.ts';

/** A message to one person, before it is put on the wire. */
export interface Letter {
  /** Stable: the same message sent again is recognised by it (RFC 5322 section 3.6.4). Without angle brackets. */
  readonly id: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly language: string;
  readonly at: Date;
  /** Where one click ends it (RFC 8058), for what somebody subscribed to. */
  readonly unsubscribe?: string | undefined;
  /** In a conversation: what it answers, where an answer to it goes, and whether a program wrote it. */
  readonly thread?:
    | {
        readonly answers: readonly string[];
        readonly replyTo: string | undefined;
        readonly isAutomatic: boolean;
      }
    | undefined;
}

/** With a signature beside it (RFC 3156 section 5) where there is a key; readable by every program. */
export async function openMail(
  letter: Letter,
  signer: Signer | undefined,
  hashOf: (armored: string) => Promise<string>,
): Promise<Buffer> {
  if (!signer) return head(letter, textOf(letter)).build();
  const inner = await entityOf(letter);
  const signature = await signer.sign(inner);
  const outer = head(
    letter,
    new MimeNode(`multipart/signed; micalg=${await hashOf(signature)}; protocol="application/pgp-signature"`),
  );
  outer.createChild('text/plain').setRaw(inner);
  outer
    .createChild('application/pgp-signature; name="signature.asc"')
    .setHeader('Content-Description', 'OpenPGP digital signature')
    .setHeader(sevenBits)
    .setContent(signature);
  return outer.build();
}

/** Signed and encrypted (RFC 3156 section 6.2). The subject stays outside, and therefore says nothing. */
export async function sealedMail(
  letter: Letter,
  outside: string,
  signer: Signer,
  publicKey: string,
): Promise<Buffer> {
  const sealed = await signer.seal(await entityOf(letter), publicKey);
  const outer = head(
    { ...letter, subject: outside },
    new MimeNode('multipart/encrypted; protocol="application/pgp-encrypted"'),
  );
  outer.createChild('application/pgp-encrypted').setContent('Version: 1\r\n');
  outer.createChild('application/octet-stream; name="encrypted.asc"').setHeader(sevenBits).setContent(sealed);
  return outer.build();
}

/** Armor is text already; wrapped once more it is no help to whoever looks at the message by hand. */
const sevenBits = { 'Content-Transfer-Encoding': '7bit' };

function textOf({ text, language }: Letter): MimeNode {
  return new MimeNode('text/plain; charset=utf-8')
    .setHeader('Content-Language', language)
    .setHeader('Content-Transfer-Encoding', 'quoted-printable')
    .setContent(text.replace(/\r?\n/g, '\r\n'));
}

/**
 * The part that is signed, byte for byte as it travels: seven bits, lines that end in CRLF, no blanks at their ends, and
 * none that begins with “From ”, which some programs change on the way (RFC 3156 section 3).
 */
async function entityOf(letter: Letter): Promise<Buffer> {
  const built = (await textOf(letter).build()).toString('latin1');
  const [headers, ...body] = built.replace(/\r?\n/g, '\r\n').split('\r\n\r\n');
  const kept = headers!
    .split(/\r\n(?!\s)/)
    .filter((header) => /^content-/i.test(header))
    .join('\r\n');
  return Buffer.from(`${kept}\r\n\r\n${body.join('\r\n\r\n').replace(/^From /gm, '=46rom ')}`, 'latin1');
}

/** A line of RFC 5322 (section 2.1.1) has 998 characters; what somebody reads has fewer. */
const longestSubject = 500;

/**
 * Words of others, on one line and as they are: MimeNode encodes what is not ASCII (RFC 2047), and would let an encoded
 * word that stands in them be decoded by their reader.
 */
function headerText(words: string): string {
  const text = line(words, longestSubject);
  return text.includes('=?') ? encodeWord(text, 'B', 52) : text;
}

function head({ id, from, to, subject, at, unsubscribe, thread }: Letter, node: MimeNode): MimeNode {
  node.setHeader([
    { key: 'From', value: { ...from, name: line(from.name) } },
    { key: 'To', value: { name: '', address: to } },
    { key: 'Subject', value: headerText(subject) },
    { key: 'Message-ID', value: `<${id}>` },
    { key: 'Date', value: at.toUTCString().replace('GMT', '+0000') },
    // No holiday note answers this (RFC 3834 section 5, and what Exchange goes by).
    {
      key: 'Auto-Submitted',
      value: thread ? (thread.isAutomatic ? 'auto-replied' : 'no') : 'auto-generated',
    },
    { key: 'X-Auto-Response-Suppress', value: 'All' },
  ] as never);
  if (thread?.replyTo) node.setHeader('Reply-To', thread.replyTo);
  if (thread?.answers.length) {
    const ids = thread.answers.map((one) => `<${one}>`);
    node.setHeader('In-Reply-To', ids[0]!);
    node.setHeader('References', ids.toReversed().join(' '));
  }
  if (unsubscribe) {
    node.setHeader('List-Unsubscribe', `<${unsubscribe}>`);
    node.setHeader('List-Unsubscribe-Post', 'List-Unsubscribe=One-Click');
  }
  return node;
}

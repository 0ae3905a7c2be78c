import { textAt } from '../../bytes/byte-reader.ts';
import type { Capture, Here, OperationNote, Session, Transfer } from '../../dissector.ts';
import { kindOfFile } from '../files/kinds.ts';
import { findNtlm, ntlmAt, tellNtlm } from '../ntlm/ntlm.ts';
import type { Head } from './head.ts';
import { readHttp } from './message.ts';
import { READ, SEND, SIGN_IN, UPLOAD, WINRM } from './operations.ts';
import { refusalOf } from './refusals.ts';

const MOST_WAITING = 64;
/** Of bodies in which something is looked for. */
const LONGEST_LOOK = 8_192;

interface Request {
  readonly method: string;
  readonly path: string;
  readonly note: OperationNote;
}

/** A body on its way. */
interface Body {
  readonly kind: 'form' | 'page' | 'parts' | 'file' | 'other';
  readonly request: Request | undefined;
  /** What came first of it. */
  text: string;
  transfer?: Transfer | undefined;
  /** Where in it the file begins. */
  from: number;
  length: number;
}

interface Talk {
  readonly waiting: Request[];
  readonly body: { request?: Body | undefined; reply?: Body | undefined };
}

const newTalk = (): Talk => ({ waiting: [], body: {} });

export class HttpSession implements Session {
  readonly #read: number;
  readonly #send: number;
  readonly #upload: number;
  readonly #signIn: number;
  readonly #winrm: number;

  constructor(capture: Capture) {
    this.#read = capture.operation(READ);
    this.#send = capture.operation(SEND);
    this.#upload = capture.operation(UPLOAD);
    this.#signIn = capture.operation(SIGN_IN);
    this.#winrm = capture.operation(WINRM);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const { head, chunk } = readHttp(here.reader.reset(bytes, start, end));
    if (!head) return this.#chunk(here, chunk);
    if (head.start.startsWith('HTTP/')) this.#answered(here, head);
    else this.#asked(here, head);
  }

  content(here: Here, bytes: Uint8Array, start: number, end: number, offset: number): void {
    const { body: bodies } = here.connection(newTalk);
    const body = bodies[here.direction];
    if (!body) return;
    if (body.kind === 'file') {
      body.transfer?.add(here, bytes, start, end, offset);
      if (offset + end - start >= body.length) body.transfer?.end(true);
    } else if (body.kind === 'parts') this.#parts(here, body, bytes, start, end, offset);
    else if (body.kind !== 'other' && body.text.length < LONGEST_LOOK) {
      body.text += textAt(bytes, start, Math.min(end, start + LONGEST_LOOK), 'utf-8');
      if (body.kind === 'page') page(here, body);
      else if (offset + end - start >= body.length) this.#form(here, body);
    }
  }

  #chunk(here: Here, size: number): void {
    if (size <= 0) return;
    const { body } = here.connection(newTalk);
    // What is looked for stands at the beginning; of what is carried over in chunks, the places are not put together.
    if (body[here.direction]?.kind !== 'page') body[here.direction] = undefined;
    here.follows(size);
  }

  #asked(here: Here, { start, fields }: Head): void {
    here.turn('request');
    const [method = '', target = ''] = start.split(' ');
    const path = target.replace(/[?#].*$/, '').slice(0, 200);
    const talk = here.connection(newTalk);
    here.fact(here.source, 'software', fields.get('user-agent') ?? '');
    const host = (fields.get('host') ?? '').replace(/:\d+$/, '');
    if (/[a-z]/i.test(host) && !host.startsWith('[')) here.fact(here.target, 'name', host, 'inferred');
    this.#credentials(here, path, fields);
    const note = this.#note(here, method, path);
    const request = { method, path, note };
    talk.waiting.push(request);
    if (talk.waiting.length > MOST_WAITING) talk.waiting.shift();
    const length = Number(fields.get('content-length') ?? 0) || 0;
    talk.body.request = this.#bodyOf(here, request, fields, length);
    // What a WebSocket or a tunnel carries is no more HTTP.
    const leaves = method === 'CONNECT' || /websocket/i.test(fields.get('upgrade') ?? '');
    if (leaves || length > 0) here.follows(leaves ? Infinity : length);
  }

  #note(here: Here, method: string, path: string): OperationNote {
    const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'PROPFIND';
    const winrm = method === 'POST' && /^\/wsman\b/i.test(path);
    const note = here.operation(winrm ? this.#winrm : reads ? this.#read : this.#send);
    if (here.wanted(note)) here.describe(note, { method, path });
    return note;
  }

  #credentials(here: Here, path: string, fields: ReadonlyMap<string, string>): void {
    const [, scheme = '', value = ''] = /^(\w+) +(.*)$/.exec(fields.get('authorization') ?? '') ?? [];
    switch (scheme.toLowerCase()) {
      case 'basic': {
        const [user = '', ...secret] = decoded(value).split(':');
        here.credentials('HTTP Basic', user, secret.join(':').length);
        break;
      }
      case 'digest': {
        const user = /\busername="([^"]{0,128})"/.exec(value)?.[1] ?? '';
        here.credentials('HTTP Digest', user, /\bresponse="([^"]{0,128})"/.exec(value)?.[1]?.length ?? 0);
        break;
      }
      case 'bearer':
        here.credentials('HTTP Bearer', '', value.length);
        break;
      case 'ntlm':
      case 'negotiate':
        negotiated(here, value);
        break;
      default:
        return;
    }
    const note = here.operation(this.#signIn);
    if (here.wanted(note)) here.describe(note, { path });
  }

  #bodyOf(
    here: Here,
    request: Request,
    fields: ReadonlyMap<string, string>,
    length: number,
  ): Body | undefined {
    const type = fields.get('content-type') ?? '';
    const body = { request, text: '', from: 0, length };
    if (type.startsWith('application/x-www-form-urlencoded')) return { ...body, kind: 'form' };
    if (type.startsWith('multipart/form-data')) return { ...body, kind: 'parts' };
    const file = request.path.split('/').at(-1) ?? '';
    if (length === 0 || (request.method !== 'PUT' && kindOfFile(file) === 'file')) return undefined;
    return { ...body, kind: 'file', transfer: this.#uploaded(here, request, file) };
  }

  #uploaded(here: Here, { path }: Request, file: string): Transfer {
    const note = here.operation(this.#upload);
    if (here.wanted(note)) here.describe(note, { file, path });
    return here.transfer(here.target, 'to', kindOfFile(file), file);
  }

  /** RFC 7578: a file behind the header of its part. */
  #parts(here: Here, body: Body, bytes: Uint8Array, start: number, end: number, offset: number): void {
    let at = start;
    if (!body.transfer) {
      if (body.text.length >= LONGEST_LOOK) return;
      const before = body.text.length;
      body.text += latin1.decode(bytes.subarray(start, Math.min(end, start + LONGEST_LOOK)));
      const found = /filename="([^"\r\n]{1,200})"[\s\S]{0,400}?\r\n\r\n/.exec(body.text);
      if (!found || !body.request) return;
      body.from = found.index + found[0].length;
      body.transfer = this.#uploaded(here, body.request, found[1]!.split(/[\\/]/).at(-1)!);
      at = start + Math.max(0, body.from - before);
    }
    body.transfer.add(here, bytes, at, end, offset + at - start - body.from);
    if (offset + end - start >= body.length) body.transfer.end(true);
  }

  #form(here: Here, { text, request }: Body): void {
    const fields = text.split('&').map((pair) => pair.split('='));
    const secret = fields.find(([name = '']) => /pass|pwd|passwd|kennwort|pin$/i.test(name));
    if (!secret || !request) return;
    here.credentials('HTTP form', '', decodedForm(secret[1] ?? '').length);
    const note = here.operation(this.#signIn);
    const names = fields.slice(0, 16).map(([name = '']) => decodedForm(name).slice(0, 64));
    if (here.wanted(note)) here.describe(note, { path: request.path, fields: names });
  }

  #answered(here: Here, { start, fields }: Head): void {
    here.turn('reply');
    const status = Number(start.split(' ')[1]);
    const talk = here.connection(newTalk);
    here.fact(here.source, 'software', fields.get('server') ?? '');
    const challenge = fields.get('www-authenticate') ?? '';
    if (/^(ntlm|negotiate) /i.test(challenge)) negotiated(here, challenge.replace(/^\w+ +/, ''));
    const realm = /\brealm="([^"]{1,100})"/.exec(challenge)?.[1];
    if (realm) here.fact(here.source, 'description', `realm “${realm}”`);
    if (status < 200 && status !== 101) return;
    const request = talk.waiting.shift();
    if (request && status >= 400) here.refuse(request.note, refusalOf(status));
    this.#follow(here, talk, request, status, fields);
  }

  /** RFC 9112, 6.3: how long the body of an answer is. */
  #follow(
    here: Here,
    talk: Talk,
    request: Request | undefined,
    status: number,
    fields: ReadonlyMap<string, string>,
  ): void {
    const length = Number(fields.get('content-length') ?? Infinity);
    const body = { request, text: '', from: 0, length };
    const isPage =
      (fields.get('content-type') ?? '').startsWith('text/html') && !fields.has('content-encoding');
    const file = request?.path.split('/').at(-1) ?? '';
    const isFile = status === 200 && kindOfFile(file) !== 'file';
    talk.body.reply = isPage ? { ...body, kind: 'page' } : undefined;
    if (request?.method === 'HEAD' || status === 204 || status === 304) return;
    if (/chunked/i.test(fields.get('transfer-encoding') ?? '')) return;
    if (isFile && length > 0) {
      const transfer = here.transfer(here.source, 'from', kindOfFile(file), file);
      talk.body.reply = { ...body, kind: 'file', transfer };
    }
    if (length > 0) here.follows(length);
  }
}

const latin1 = new TextDecoder('latin1');

/** Pages of devices say in their titles what they are. */
function page(here: Here, body: Body): void {
  const title = /<title[^>]{0,80}>([^<]{1,200})<\/title>/i
    .exec(body.text)?.[1]
    ?.replaceAll(/\s+/g, ' ')
    .trim();
  if (!title) return;
  body.text = ' '.repeat(LONGEST_LOOK);
  here.fact(here.source, 'description', `web page “${title}”`);
}

function negotiated(here: Here, value: string): void {
  const bytes = Uint8Array.from(decoded(value), (letter) => letter.charCodeAt(0));
  const at = findNtlm(bytes, 0, bytes.length);
  const ntlm = at < 0 ? undefined : ntlmAt(bytes, at, bytes.length);
  if (ntlm) tellNtlm(here, ntlm);
}

function decoded(base64: string): string {
  try {
    return atob(base64.trim());
  } catch {
    return '';
  }
}

function decodedForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

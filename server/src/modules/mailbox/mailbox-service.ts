import { createHash, createHmac, randomUUID } from 'node:crypto';

import type { AbuseReport, CaseLetter, Contact, Language, mailboxApi, Route } from '@busbar/contract';

import { isPrivate } from '@busbar/dissect';

import { type Actor, founder, holderOf, onBehalfOf, visitor } from '../../platform/actor.ts';
import { recordAll, Trail } from '../../platform/audit.ts';
import type { MasterKey } from '../../platform/config.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { Fetched, Imap } from '../../platform/imap.ts';
import { NotRead } from '../../platform/imap.ts';
import type { DataKey } from '../../platform/keys.ts';
import { conflict, notFound, Problem, toldOf } from '../../platform/problem.ts';
import type { Uploads } from '../../platform/uploads.ts';
import type { CaseService } from '../cases/case-service.ts';
import { type CaseDoor, type OpenedCase, traceOfCase } from '../cases/opened-case-service.ts';
import { type DeliveryService, type Letters, marked } from '../deliveries/delivery-service.ts';
import type { SubscriptionService } from '../deliveries/subscription-service.ts';
import type { SigningService } from '../signing/signing-service.ts';
import type { EvidenceService } from '../evidence/evidence-service.ts';
import type { Indicated, TimelineService } from '../evidence/timeline-service.ts';
import { type Head, headOf, languageOf } from './head.ts';
import { readApart } from './letter-apart.ts';
import { letterWords } from './letter-words.ts';
import { type Letter, longestText, unread } from './letter.ts';
import * as store from './mailbox-store.ts';
import { headBytes } from './mime-parts.ts';

export type MailboxService = ReturnType<typeof mailboxService>;

export interface MailboxParts {
  readonly database: Database;
  /** Nothing: there is no mailbox. */
  readonly imap: Imap | undefined;
  /** Whom our own letters are from. */
  readonly from: string | undefined;
  readonly cases: Pick<CaseService, 'report' | 'write'>;
  readonly evidence: Pick<EvidenceService, 'bring' | 'spool'>;
  readonly timeline: Pick<TimelineService, 'told'>;
  readonly uploads: Pick<Uploads, 'arrived'>;
  readonly door: CaseDoor;
  readonly deliveries: Pick<DeliveryService, 'sendLetter' | 'mails'>;
  readonly signing: Pick<SigningService, 'openers' | 'active'>;
  readonly people: Pick<SubscriptionService, 'keyOfAddress'>;
  readonly masterKey: MasterKey;
  readonly origin: string;
  contact(tx: Db): Promise<Contact | null>;
  certId(tx: Db): Promise<string | undefined>;
  wake(): void;
  onError(error: unknown): void;
}

type AskOf<Name extends keyof typeof mailboxApi> =
  (typeof mailboxApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

const bounds = { letters: 20, whole: 25 << 20, beginning: 256 << 10 } as const;
const pause = 15;
/** Seconds until the next look after so many in a row that went wrong. */
const backOff = [30, 60, 300, 900, 3600] as const;
/** A letter that could not be taken so often is taken by its head alone, so that those behind it come. */
const mostTries = 3;
/** Of abuse reports of the same thing, so many are kept; the others are counted, and lie in the mailbox. */
const mostRepeats = 51;

/** What is sealed of a letter. */
type Kept = Pick<CaseLetter, 'from' | 'subject' | 'attachments' | 'fingerprint' | 'abuse'> & {
  readonly problems: Letter['problems'];
  readonly body: string;
};

/** Whoever reported a case by mail. */
interface Correspondent {
  readonly address: string;
  readonly language: Language;
  /** Ids of his newest letters, the nearest first, which the next one to him answers. */
  readonly answers: readonly string[];
  /** The key that came with the letter that opened the case, armored. */
  readonly key: string | null;
}

/** What the program writes by itself, until it is sent. */
type Automatic = Correspondent & { readonly words: readonly string[] | null };

/** A file of a letter, on the disk and not at its end yet. */
interface Brought {
  readonly holder: Actor;
  readonly upload: string;
}

/** A letter with all that is known of it before it is filed. */
interface Read {
  readonly head: Head;
  readonly letter: Letter;
  /** The case that it belongs to. */
  readonly known: { readonly id: string; readonly isReporter: boolean } | undefined;
  /** Of the person of this address, or remembered. */
  readonly key: string | null;
  readonly identity: string;
}

/** The report desk by mail: letters become cases and messages, and what the CERT writes goes back. */
export function mailboxService(parts: MailboxParts) {
  const { database, imap, cases, door, deliveries, signing, masterKey, contact, certId } = parts;
  const hashing = masterKey.derive('letters of the mailbox');
  const blind = (what: string, text: string) =>
    createHmac('sha256', hashing).update(`${what}\0${text}`).digest();
  const mailbox = blind('mailbox', imap?.name ?? '');
  const tries = new Map<string, number>();

  return {
    /** Looks into the mailbox when it is time to; called every few seconds where work is done. */
    async tick(): Promise<void> {
      if (!imap || !(await database.look(visitor, certId))) return;
      const place = await database.as(founder, (tx) => store.beginTurn(tx, mailbox));
      if (!place) return;
      let came = 0;
      try {
        await imap.read(place, bounds, async (fetched) => {
          came++;
          await takeOnce(fetched);
        });
        const seconds = came === bounds.letters ? 0 : pause;
        await database.as(founder, (tx) => store.endTurn(tx, mailbox, { seconds }));
      } catch (error) {
        if (!(error instanceof NotRead)) parts.onError(error);
        const problem = error instanceof NotRead ? toldOf(error) : ours;
        const failures = place.failures + 1;
        const seconds = backOff[Math.min(failures, backOff.length) - 1]!;
        await database.as(founder, (tx) =>
          store.endTurn(tx, mailbox, { problem, failures, seconds: came > 0 ? pause : seconds }),
        );
      }
      if (came > 0) parts.wake();
    },

    /** For the demo and by hand: a letter as it would have come. */
    async receive(source: Buffer): Promise<void> {
      const read = await understand({ source, isWhole: true }, await headFor(source), false);
      const files = await database.as(founder, async (tx) =>
        (await store.markTaken(tx, blind('letter', read.identity))) ? file(tx, read) : [],
      );
      await arrived(files);
    },

    async state({ tx, actor }: AskOf<'state'>) {
      await database.become(tx, founder);
      const row = imap && (await store.findMailbox(tx, mailbox));
      await database.become(tx, actor);
      return {
        on: imap !== undefined,
        mailbox: imap?.name ?? null,
        encrypted: imap?.encrypted ?? false,
        lookedAt: row?.looked_at?.toISOString() ?? null,
        problem: row?.problem ?? null,
        nextAt: row?.next_at.toISOString() ?? null,
      };
    },

    async letters({ tx, actor, params, trail }: AskOf<'letters'>) {
      const found = await door.open(tx, params.id);
      const rows = await store.lettersOf(tx, found.id);
      await database.become(tx, founder);
      const mailed = await store.mailedOf(tx, found.id);
      const byMail = (await store.findCorrespondent(tx, found.id)) !== undefined;
      const series = await store.findSeries(tx, found.id);
      await database.become(tx, actor);
      trail.on(traceOfCase(found));
      return {
        items: rows.map((row) => toLetter(found.key, row)),
        byMail,
        abuse: series
          ? { letters: series.letters, incidents: series.incidents, lastAt: series.last_at.toISOString() }
          : null,
        mailed: mailed.map(({ message_id, state, form }) => ({
          message: message_id!,
          state: state === 'sent' ? state : waits.has(state) ? ('waiting' as const) : ('failed' as const),
          form,
        })),
      };
    },

    async take({ tx, actor, params, trail }: AskOf<'take'>) {
      const found = await door.open(tx, params.id);
      const row = await store.lockLetter(tx, found.id, params.letter);
      if (!row) {
        if (!(await store.findLetter(tx, found.id, params.letter))) throw notFound('letter');
        throw conflict('letter-taken', 'This letter is in the case as the words of the reporter already');
      }
      const { body } = openKept(found.key, row);
      const message = await writeAsReporter(tx, found.id, body || '–');
      await database.become(tx, actor);
      await store.takeLetter(tx, row.id, {
        message_id: message,
        taken_by: actor.person!,
        taker_name: actor.name,
      });
      trail.on({ ...traceOfCase(found), details: { letter: row.id, message } });
      return { message };
    },

    /** What the CERT wrote in a case goes to whoever reported it by mail. */
    async wrote(
      tx: Db,
      actor: Actor,
      { case: caseId, message, inClear }: { case: string; message: string; inClear: boolean },
    ): Promise<void> {
      await database.become(tx, founder);
      const isMailed = deliveries.mails && (await store.findCorrespondent(tx, caseId)) !== undefined;
      if (isMailed) {
        const reply = { id: randomUUID(), case_id: caseId, message_id: message, in_clear: inClear };
        await store.insertReply(tx, { ...reply, kind: 'message', sealed: null });
        await database.become(tx, holderOf(caseId));
        const found = await door.open(tx, caseId);
        await send(tx, found, reply.id);
      }
      await database.become(tx, actor);
    },

    /** What the post asks for. */
    outgoing: {
      toSend,
      sent: (id) => database.as(founder, (tx) => store.forgetReply(tx, id)),
    } satisfies Letters,
  };

  async function takeOnce(fetched: Fetched): Promise<void> {
    const head = await headFor(fetched.source);
    const name = blind('letter', identityOf(head, fetched.source));
    // It is not read again to find out that it was.
    const wasTaken = await database.as(founder, (tx) => store.isTaken(tx, name));
    const read = wasTaken ? undefined : await understand(fetched, head, oftenTried(fetched));
    const files = await database.as(founder, async (tx) => {
      if (!(await store.passLetter(tx, mailbox, fetched))) return [];
      return read && (await store.markTaken(tx, name)) ? file(tx, read) : [];
    });
    tries.clear();
    await arrived(files);
  }

  /** What lies on the disk already; what goes wrong with it here goes on with the next sweep. */
  async function arrived(files: readonly Brought[]): Promise<void> {
    for (const { holder, upload } of files)
      await parts.uploads.arrived(holder, upload).catch((error: unknown) => parts.onError(error));
  }

  /** A letter that stands in the way of those behind it is taken by its head alone in the end. */
  function oftenTried({ uidValidity, uid }: Fetched): boolean {
    const place = `${uidValidity} ${uid}`;
    const tried = (tries.get(place) ?? 0) + 1;
    tries.clear();
    tries.set(place, tried);
    return tried >= mostTries;
  }

  async function headFor(source: Buffer): Promise<Head> {
    const head = await headOf(source);
    return isOurs(head.address) ? { ...head, isAutomatic: true } : head;
  }

  async function understand(
    { source, isWhole }: Pick<Fetched, 'source' | 'isWhole'>,
    head: Head,
    headOnly: boolean,
  ): Promise<Read> {
    const known = await database.as(founder, (tx) => caseOf(tx, head));
    const confirmed = head.address && (await database.look(visitor, (tx) => keyOfAddress(tx, head.address)));
    const unconfirmed = known?.key;
    const letter = headOnly
      ? unread('unreadable')
      : !isWhole
        ? unread('tooLarge')
        : await readApart({
            source: Uint8Array.from(source),
            address: head.address,
            autocrypt: head.autocrypt,
            ring: {
              secrets: await database.look(visitor, openers),
              confirmed: confirmed ? [confirmed] : [],
              unconfirmed: unconfirmed ? [unconfirmed] : [],
            },
          });
    return {
      head,
      letter,
      known: known && { id: known.id, isReporter: known.isReporter },
      key: confirmed || (known ? (unconfirmed ?? null) : (letter.key?.armored ?? null)),
      identity: identityOf(head, source),
    };
  }

  /** In one transaction of the program with what marks it as taken. */
  async function file(tx: Db, read: Read): Promise<Brought[]> {
    const { head, known } = read;
    const found = known && (await openAsReporter(tx, known.id));
    const files: Brought[] = [];
    if (found) await answerTo(tx, read, found, known!.isReporter, files);
    // What no person wrote opens no case, and stays where it is, in the mailbox; but programs report abuse.
    else if (!head.isAutomatic || head.reportsAbuse || read.letter.abuse) await report(tx, read, files);
    await database.become(tx, founder);
    return files;
  }

  async function answerTo(
    tx: Db,
    read: Read,
    found: OpenedCase,
    isReporter: boolean,
    files: Brought[],
  ): Promise<void> {
    const { head, letter } = read;
    const said = head.isAutomatic || !isReporter ? undefined : await writeIfFew(tx, found.id, textOf(read));
    const kind = head.isAutomatic ? 'automatic' : said ? 'reply' : 'apart';
    await keep(tx, found, read, kind, said ?? null, files);
    if (isReporter && !head.isAutomatic) await remember(tx, found, head);
    if (!isReporter && (await mayAnswer(tx, head)))
      await answer(tx, found, 'came', { ...correspondentOf(read), words: null });
    await audit(tx, found, { letter: kind, signature: letter.signature });
  }

  async function report(tx: Db, read: Read, files: Brought[]): Promise<void> {
    const { head, letter } = read;
    const series = seriesOf(read);
    if (series && (await countedWith(tx, series, read, files))) return;
    const trail = new Trail('incident reported');
    const text = letter.text || letterWords[languageFor(read)].empty;
    const ask: Parameters<typeof cases.report>[0] = {
      ...askOf(tx, visitor, trail),
      from: blind('lane', head.address).toString('hex', 0, 8),
      body: {
        key: blind('report', read.identity).toString('base64url'),
        danger: 'unknown',
        control: 'unknown',
        sees: head.subject || text.slice(0, 300),
        place: '',
        details: text,
        naming: 'named',
        name: head.name || head.address || undefined,
        reach: head.address || undefined,
        limit: 'advise',
        language: languageFor(read),
        asIs: true,
        website: '',
      },
    };
    const { words } = await cases.report(ask, head.isAutomatic ? 'program' : 'person');
    await recordAll(tx, trail.action, trail.traces);
    const found = (await openAsReporter(tx, trail.traces[0]!.id!))!;
    await database.become(tx, founder);
    if (head.address && !isOurs(head.address))
      await store.insertCorrespondent(tx, {
        case_id: found.id,
        address: blind('address', head.address),
        sealed: found.key.seal(placeOf.correspondent(found.id), JSON.stringify(correspondentOf(read))),
      });
    await keep(tx, found, read, 'report', null, files);
    if (series)
      await store.insertSeries(tx, { case_id: found.id, series, incidents: letter.abuse!.incidents });
    if (letter.abuse) await suggest(tx, found, letter.abuse);
    if (await mayAnswer(tx, head)) {
      // A letter that names a case which is not there is answered like one that names a case of somebody else.
      const kind = head.references.length > 0 ? 'came' : 'receipt';
      await answer(tx, found, kind, { ...correspondentOf(read), words: read.key ? words : null });
    }
  }

  /** What a program that reports abuse says again within a day: same sender, same kind, same address. */
  function seriesOf({ head, letter: { abuse } }: Read): Buffer | undefined {
    if (!head.isAutomatic || !abuse?.source || !abuse.type) return undefined;
    return blind('series', [head.address, abuse.format, abuse.type, abuse.source].join('\0'));
  }

  /** Not where there is no case of it, or it has ended: who looks at the desk sees it once, however often it comes. */
  async function countedWith(tx: Db, series: Buffer, read: Read, files: Brought[]): Promise<boolean> {
    const counted = await store.countAgain(tx, series, read.letter.abuse!.incidents);
    const found = counted && (await openAsReporter(tx, counted.case_id));
    await database.become(tx, founder);
    if (!found) return false;
    if (counted.letters <= mostRepeats) await keep(tx, found, read, 'automatic', null, files);
    const { signature } = read.letter;
    await audit(tx, found, { letter: 'automatic', signature, counted: counted.letters });
    return true;
  }

  /** As whoever reported says it: suggested, until the team decides. */
  async function suggest(tx: Db, found: OpenedCase, abuse: AbuseReport): Promise<void> {
    const seen = seenIn(abuse);
    if (seen.length === 0) return;
    const holder = holderOf(found.id);
    await database.become(tx, holder);
    const trail = new Trail('observation noted');
    await parts.timeline.told({ ...askOf(tx, holder, trail), params: { id: found.id } }, seen);
    await recordAll(tx, trail.action, trail.traces);
    await database.become(tx, founder);
  }

  async function keep(
    tx: Db,
    found: OpenedCase,
    { head, letter }: Read,
    kind: CaseLetter['kind'],
    message: string | null,
    files: Brought[],
  ): Promise<void> {
    const id = randomUUID();
    // The file of a stranger is no file of the reporter: it stays in the mailbox.
    const isHis = kind === 'report' || kind === 'reply';
    const attachments = isHis
      ? await bring(tx, found, id, { head, letter }, files)
      : letter.attachments.map(({ bytes: _, ...told }) => ({ ...told, evidence: null }));
    const left = isHis && attachments.some(({ evidence, type }) => !evidence && type !== keyType);
    const kept: Kept = {
      from: head.address || head.name,
      subject: head.subject,
      attachments,
      problems: left ? [...letter.problems, 'filesLeft'] : letter.problems,
      abuse: letter.abuse,
      fingerprint: letter.signature === 'signed' ? null : (letter.key?.fingerprint ?? null),
      body: message || kind === 'report' ? '' : letter.text,
    };
    await database.become(tx, founder);
    await store.insertLetter(tx, {
      id,
      case_id: found.id,
      kind,
      message_id: message,
      signature: letter.signature,
      encrypted: letter.encrypted,
      sealed: found.key.seal(placeOf.letter(id), JSON.stringify(kept)),
    });
  }

  /** Attachments become files of the case as uploads do: in quarantine, within what is taken from outside. */
  async function bring(
    tx: Db,
    { id: caseId }: OpenedCase,
    letterId: string,
    { head, letter }: Pick<Read, 'head' | 'letter'>,
    files: Brought[],
  ): Promise<CaseLetter['attachments']> {
    const holder = holderOf(caseId);
    await database.become(tx, holder);
    const ask = { ...askOf(tx, holder, new Trail('evidence announced')), params: { id: caseId } };
    const spooled = new Map<number, string>();
    for (const [at, { bytes, type }] of letter.attachments.entries()) {
      const lies = type !== keyType && (await takenIfRoom(() => parts.evidence.spool(ask, bytes)));
      if (lies) spooled.set(at, lies);
    }
    const kept: CaseLetter['attachments'] = [];
    for (const [at, { bytes, ...told }] of letter.attachments.entries()) {
      let evidence: string | null = null;
      const lies = spooled.get(at);
      if (lies) {
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const trail = new Trail('evidence announced');
        const brought = await takenIfRoom(() =>
          parts.evidence.bring(
            {
              ...ask,
              trail,
              body: { name: told.name || `attachment-${at + 1}`, size: told.size, sha256, note: '' },
            },
            {
              spooled: lies,
              letter: letterId,
              words: `${head.address} · Message-ID: <${head.id}> · SHA-256: ${sha256}`,
            },
          ),
        );
        await database.become(tx, holder);
        if (brought) {
          await recordAll(tx, trail.action, trail.traces);
          files.push({ holder, upload: brought.upload });
          evidence = brought.evidence;
        }
      }
      kept.push({ ...told, evidence });
    }
    return kept;
  }

  /** So that the next letter to him stands below his newest. */
  async function remember(tx: Db, found: OpenedCase, { id }: Head): Promise<void> {
    const row = await store.findCorrespondent(tx, found.id);
    if (!row || !id) return;
    const known = openCorrespondent(found.key, row);
    const answers = [id, ...known.answers].slice(0, 20);
    await store.changeCorrespondent(
      tx,
      found.id,
      found.key.seal(placeOf.correspondent(found.id), JSON.stringify({ ...known, answers })),
    );
  }

  /** No loop, and no flood towards whom somebody pretends to be. */
  async function mayAnswer(tx: Db, { address, isAutomatic }: Head): Promise<boolean> {
    if (!deliveries.mails || isAutomatic || address === '') return false;
    return store.markAnswered(tx, blind('answered', address));
  }

  async function answer(tx: Db, found: OpenedCase, kind: 'receipt' | 'came', to: Automatic): Promise<void> {
    const id = randomUUID();
    await store.insertReply(tx, {
      id,
      case_id: found.id,
      kind,
      message_id: null,
      in_clear: false,
      sealed: found.key.seal(placeOf.reply(id), JSON.stringify(to)),
    });
    await send(tx, found, id);
  }

  /** As the post, and as the program again when it returns. */
  async function send(tx: Db, { id: caseId, reference, content }: OpenedCase, id: string): Promise<void> {
    const cert = (await certId(tx))!;
    await database.become(tx, onBehalfOf(cert, null, ['LEAD'], 'post'));
    await deliveries.sendLetter(tx, cert, {
      id,
      case: caseId,
      reference,
      language: languageOf(content.sees),
      path: `/cases/${caseId}`,
    });
    await database.become(tx, founder);
  }

  /** What is to be sent, opened at the last moment; nothing after a purge. */
  async function toSend(id: string) {
    const prepared = await database.as(founder, async (tx) => {
      const row = await store.findReply(tx, id);
      const found = row && (await openAsReporter(tx, row.case_id));
      if (!row || !found) return undefined;
      const message = row.message_id ? await door.message(tx, found, row.message_id) : undefined;
      await database.become(tx, founder);
      const correspondent = await store.findCorrespondent(tx, row.case_id);
      const cert = await contact(tx);
      if (!cert) return undefined;
      if (row.kind === 'message')
        return message && correspondent
          ? { row, found, message, cert, to: openCorrespondent(found.key, correspondent), words: null }
          : undefined;
      if (!row.sealed) return undefined;
      const { words, ...to } = JSON.parse(found.key.open(placeOf.reply(id), row.sealed)) as Automatic;
      return { row, found, message: undefined, cert, to, words };
    });
    if (!prepared) return undefined;
    const { row, found, message, cert, to, words } = prepared;
    const own = await database.look(visitor, async (tx) => ({
      key: await keyOfAddress(tx, to.address),
      fingerprint: (await signing.active(tx))?.fingerprint ?? null,
    }));
    const say = letterWords[to.language];
    const about = { cert, reference: found.reference, fingerprint: own.fingerprint, origin: parts.origin };
    // What is RED is for whoever wrote, and a mail in the open is for everybody on its way.
    const isNotice = row.kind === 'message' && (!row.in_clear || found.label === 'RED');
    const body =
      row.kind === 'message'
        ? marked(found.label, `${message}\n\n-- \n${say.foot(about)}\n`)
        : row.kind === 'came'
          ? say.came(about)
          : say.receipt(about);
    return {
      id,
      to: to.address,
      subject: row.kind === 'came' ? say.cameSubject(cert) : say.subject(about),
      publicKey: own.key ?? to.key,
      sealed: words && row.kind === 'receipt' ? `${body}\n\n${say.words(words, about)}` : body,
      open: isNotice ? say.notice(about) : body,
      isNotice,
      thread: { answers: to.answers, replyTo: replyTo(cert), isAutomatic: row.kind !== 'message' },
    };
  }

  /** The case that a letter names, and whether its reporter writes; with the key that is remembered of him. */
  async function caseOf(tx: Db, head: Head) {
    const deliveriesNamed = head.answers
      .flatMap((id) => /^([0-9a-f-]{36})@/.exec(id)?.[1] ?? [])
      .filter(isUuid);
    const candidates = await store.casesNamed(tx, deliveriesNamed, head.references);
    let first: { id: string; isReporter: boolean; key: string | undefined } | undefined;
    for (const id of candidates.slice(0, 5)) {
      const found = await openAsReporter(tx, id);
      await database.become(tx, founder);
      if (!found) continue;
      const row = await store.findCorrespondent(tx, id);
      const isReporter =
        head.address !== '' &&
        (row
          ? row.address.equals(blind('address', head.address))
          : found.content.reach?.trim().toLowerCase() === head.address);
      const key = isReporter && row ? (openCorrespondent(found.key, row).key ?? undefined) : undefined;
      if (isReporter) return { id, isReporter, key };
      first ??= { id, isReporter, key };
    }
    return first;
  }

  /** As whoever holds its receipt, who it is for the rest of the transaction; nothing when it was purged. */
  async function openAsReporter(tx: Db, id: string): Promise<OpenedCase | undefined> {
    await database.become(tx, holderOf(id));
    try {
      return await door.open(tx, id);
    } catch (error) {
      if (error instanceof Problem && (error.status === 404 || error.status === 410)) return undefined;
      throw error;
    }
  }

  async function writeAsReporter(tx: Db, id: string, body: string): Promise<string> {
    const holder = holderOf(id);
    await database.become(tx, holder);
    const { id: message } = await cases.write({
      ...askOf(tx, holder, new Trail('case message written')),
      params: { id },
      body: { body, internal: false, asIs: true },
    });
    return message;
  }

  /** More letters in an hour than a person writes are kept apart. */
  async function writeIfFew(tx: Db, id: string, body: string): Promise<string | undefined> {
    try {
      return await writeAsReporter(tx, id, body);
    } catch (error) {
      if (error instanceof Problem && error.status === 429) return undefined;
      throw error;
    }
  }

  async function audit(tx: Db, found: OpenedCase, details: Record<string, unknown>): Promise<void> {
    await recordAll(tx, 'letter filed', [{ ...traceOfCase(found), details }]);
  }

  function askOf(tx: Db, actor: Actor, trail: Trail) {
    return {
      tx,
      actor,
      trail,
      params: undefined,
      query: undefined,
      requestId: '',
      from: '',
      afterCommit: () => {},
      become: (next: Actor) => database.become(tx, next),
    };
  }

  async function asPost<T>(tx: Db, work: () => Promise<T>): Promise<T | undefined> {
    const cert = await certId(tx);
    if (!cert) return undefined;
    await database.become(tx, onBehalfOf(cert, null, ['LEAD'], 'post'));
    return work();
  }

  async function keyOfAddress(tx: Db, address: string): Promise<string | undefined> {
    return asPost(tx, () => parts.people.keyOfAddress(tx, address));
  }

  async function openers(tx: Db): Promise<Uint8Array[]> {
    return (await asPost(tx, () => signing.openers(tx))) ?? [];
  }

  function isOurs(address: string): boolean {
    return address !== '' && [parts.from, imap?.user].some((own) => own?.toLowerCase() === address);
  }

  function replyTo(cert: Contact): string {
    return imap?.user.includes('@') ? imap.user : cert.email;
  }
}

/** A public key goes to the words of its letter, and is no evidence. */
const keyType = 'application/pgp-keys';

/** More than is taken from outside, or than there is room for, stays where it is. */
async function takenIfRoom<T>(take: () => Promise<T>): Promise<T | undefined> {
  try {
    return await take();
  } catch (error) {
    if (error instanceof Problem && (error.status === 413 || error.status === 507)) return undefined;
    throw error;
  }
}

const ours = {
  code: 'unexpected',
  params: {},
  text: 'Something went wrong on our side. It is tried again; the administrator finds the reason in the log',
};

const waits: ReadonlySet<string> = new Set(['queued', 'failed']);

const placeOf = {
  letter: (id: string) => `case_letter.sealed ${id}`,
  reply: (id: string) => `case_reply.sealed ${id}`,
  correspondent: (caseId: string) => `case_correspondent.sealed ${caseId}`,
};

const openKept = (key: DataKey, { id, sealed }: store.CaseLetterRow): Kept =>
  JSON.parse(key.open(placeOf.letter(id), sealed)) as Kept;

const openCorrespondent = (
  key: DataKey,
  { case_id, sealed }: { case_id: string; sealed: Buffer },
): Correspondent => JSON.parse(key.open(placeOf.correspondent(case_id), sealed)) as Correspondent;

const isUuid = (text: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

const languageFor = ({ head, letter }: Read): Language =>
  languageOf(`${head.subject} ${letter.text.slice(0, 2000)}`);

const correspondentOf = (read: Read): Correspondent => ({
  address: read.head.address,
  language: languageFor(read),
  answers: read.head.id ? [read.head.id] : [],
  key: read.key,
});

/** What others might find, too: addresses within a plant are of no use to them. */
function seenIn({ source, domains, uris, arrivedAt, type, incidents }: AbuseReport): Indicated[] {
  const named = [...(source && !isPrivate(source) ? [source] : []), ...domains, ...uris];
  return [...new Set(named)].map((value) => ({
    kind: 'indicator',
    what: {
      code: 'indicator.reported',
      params: { value, type: type ?? '' },
      text: `${value} is named in an abuse report${type ? ` (${type})` : ''}`,
    },
    addresses: value === source ? [value] : [],
    from: arrivedAt,
    count: value === source ? incidents : 1,
  }));
}

const textOf = ({ head, letter }: Read): string =>
  (letter.text || head.subject || letterWords[languageOf(head.subject)].empty).slice(0, longestText);

/**
 * By its Message-ID, which anybody may write, together with who it is from and what it says: whoever guesses an id keeps no
 * other letter out. What relays write above a letter does not count. Without an id it is another on another date: alarms
 * say the same again.
 */
function identityOf({ id, address, subject, date }: Head, source: Buffer): string {
  const content = createHash('sha256')
    .update(source.subarray(headBytes(source).length))
    .digest('hex');
  return `${id || `${date} ${subject}`}\0${address}\0${content}`;
}

function toLetter(key: DataKey, row: store.CaseLetterRow): CaseLetter {
  const { from, subject, attachments, problems, fingerprint, body, abuse } = openKept(key, row);
  return {
    id: row.id,
    kind: row.kind,
    message: row.message_id,
    from,
    subject,
    body: body === '' ? null : body,
    signature: row.signature,
    encrypted: row.encrypted,
    fingerprint,
    attachments: attachments.map((one) => ({ ...one, evidence: one.evidence ?? null })),
    problems: [...problems],
    // Letters that came before abuse reports were read have none.
    abuse: abuse ?? null,
    takenBy: row.taker_name,
    at: row.at.toISOString(),
  };
}

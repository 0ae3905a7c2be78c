import { orderNumbersIn } from '../products/order-number.ts';
import { repair } from '../text/repair.ts';

/** What an inventory wrote into the name of a device besides its name. */
export interface NameRead {
  readonly name: string;
  /** Revisions of the hardware, which belong elsewhere. */
  readonly hardware: readonly string[];
}

const place =
  /[\s,;]*[([]?\s*(?:\b(?:rack|slot|chassis|backplane|steckplatz|baugruppentr[aä]ger)|слот|стойка|槽|槽位)[\s:#.]*\d{1,3}(?:\s*[/,]\s*(?:rack|slot|s)?[\s:#.]*\d{1,3})?\s*[)\]]?(?=[\s,;)]|$)|\s*\[r\d+\/s\d+\]/gi;
const revisionInName =
  /[\s,;]+[([]?\s*\b(?:hw|h\/w|hardware|hardwarestand|e-?stand|erzeugnisstand|rev(?:ision)?)\b[\s.:-]*(?:(?:rev(?:ision)?|version|ver|stand)\b[\s.:]*)?(?:v?\d{1,3}(?:\.\d{1,3})*|[a-z])\b\s*[)\]]?/gi;

/** Without the slot it is in and the revision of its hardware. Underscores stand for blanks where there are no others. */
export function readName(text: string): NameRead {
  const hardware: string[] = [];
  let name = repair(text);
  if (!name.includes(' ')) name = name.replace(/_+/g, ' ').trim();
  name = name
    .replace(place, ' ')
    .replace(revisionInName, (revision) => {
      hardware.push(revision.replace(/^[\s,;([]+|[)\]\s]+$/g, ''));
      return ' ';
    })
    .replace(/\s+-\s+(?=[a-z0-9]{4})/gi, ' ');
  return { name: name.trim(), hardware };
}

export interface VersionRead {
  readonly version: string | undefined;
  readonly hardware: string | undefined;
  /** Where each of the two fields holds what belongs into the other: what they said. */
  readonly swapped: { readonly firmware: string; readonly hardware: string } | undefined;
}

const numberName =
  /^(?:1p(?=\s)|mlfb|p\/n|part\s*(?:no|nr|number)|order\s*(?:no|nr|number)|art(?:icle)?\.?\s*-?\s*(?:no|nr|number)|bestell\s*-?\s*(?:nr|nummer)|арт(?:икул)?|заказной номер|订货号)[\s.:#№]*/i;

/** An order number without the words before it and what else the type plate says behind it. */
export function readOrderNumber(text: string): string {
  const number = repair(text).replace(/_/g, '-').replace(numberName, '');
  const [first] = orderNumbersIn(number);
  return first?.vendor === 'siemens' && number.startsWith(first.text) ? first.text : number;
}

const hardwareWithin =
  /(?<![\w.])(?:hw|h\/w|hardware|e-?stand|erzeugnisstand)(?:[\s.:=-]*(?:rev(?:ision)?|version|ver|stand)\b)?[\s.:=-]*(?:v?\d[\w.]*|[a-z]\b)/i;
const firmwareWithin = /^(?:fw|f\/w|firmware|sw|software)\b[\s.:=v]*\d/i;
/** Three numbers or more, or one that says that it is of the firmware: no revision of hardware is written like that. */
const likeFirmware = /^(?:(?:fw|firmware|sw|software)\b.*\d|v?\d+(?:\.\d+){2,}\b.*)$/i;
/** A version as most are written: of a revision of hardware only where the other field says that it is one. */
const likeVersion = /^v?\d+(?:\.\d+)+\b.*$/i;
/** Says itself that it is a revision, or is a single letter. */
const surelyHardware =
  /^(?:(?:hw|h\/w|hardware|rev(?:ision)?|e-?stand|erzeugnisstand|fs|e|series)[\s.:=-]*(?:rev(?:ision)?[\s.:]*)?(?:[a-z]|\d{1,3})|[a-z])$/i;
const likeHardware =
  /^(?:(?:hw|h\/w|hardware|rev(?:ision)?|e-?stand|erzeugnisstand|fs|series)[\s.:=-]*(?:rev(?:ision)?[\s.:]*)?(?:[a-z]|\d{1,3}(?:\.\d{1,2})?)|[a-z]|0?\d)$/i;

/** The version of the firmware out of the fields that may hold it, "HW: 3, FW: 4.4.0" included. */
export function readVersion(stated: string | undefined, hardwareField: string | undefined): VersionRead {
  if (stated === undefined && hardwareField === undefined) return nothing;
  const key = `${stated}\n${hardwareField}`;
  const cached = known.get(key);
  if (cached) return cached;
  const read = readFields(stated, hardwareField);
  if (known.size < 20_000 && key.length <= 200) known.set(key, read);
  return read;
}

const known = new Map<string, VersionRead>();
const nothing: VersionRead = { version: undefined, hardware: undefined, swapped: undefined };

/** Nobody knows, in many words. */
const noVersion =
  /^(?:unknown|unbekannt|none|null|n\/?a|tbd|not known|неизвестно|нет|未知|不详|无|[-–?*.]+)$/i;
const beforeVersion =
  /^(?:прошивка|версия(?:\s+(?:по|прошивки))?|верс?\.|固件(?:版本)?|软件版本|版本|ausgabestand|stand)[\s.:：]*(?=v?\d)/i;
const afterVersion =
  /[\s,;/(]+(?:boot\s?loader|boot|bl|u-boot|kernel)\b.*$|\s*\((?:latest|current|aktuell|installed|последняя|最新)\)$|\s+(?:vom|from|dated|of|от)\s+\d[\d./-]*$|\.default$/i;

function plainVersion(text: string): string {
  return noVersion.test(text) ? '' : text.replace(beforeVersion, '').replace(afterVersion, '');
}

function readFields(stated: string | undefined, hardwareField: string | undefined): VersionRead {
  const text = stated === undefined ? '' : plainVersion(repair(stated.slice(0, 200)));
  const hardware = hardwareField === undefined ? '' : repair(hardwareField.slice(0, 200));
  if (
    (likeHardware.test(text) && likeFirmware.test(hardware)) ||
    (surelyHardware.test(text) && likeVersion.test(hardware))
  )
    return {
      version: undefined,
      hardware: undefined,
      swapped: { firmware: text, hardware },
    };
  const within = hardwareWithin.exec(text);
  if (!within) return { version: text || undefined, hardware: hardware || undefined, swapped: undefined };
  const rest = `${text.slice(0, within.index)} ${text.slice(within.index + within[0].length)}`
    .replace(/^[\s,;/|()-]+|[\s,;/|(-]+$/g, '')
    .replace(/\s+/g, ' ');
  return {
    version:
      rest === ''
        ? undefined
        : firmwareWithin.test(rest)
          ? rest.replace(/^(?:fw|f\/w|firmware|sw|software)[\s.:=]*/i, '')
          : rest,
    hardware: [hardware, within[0]].filter(Boolean).join(', '),
    swapped: undefined,
  };
}

import { randomBytes } from 'node:crypto';

import type { Language } from '@busbar/contract';
import { Pseudonyms } from '@busbar/dissect';

import { addressesIn } from '../../platform/addresses.ts';
import type { OwnName } from './learning-store.ts';

const words: Record<Language, Record<OwnName['kind'] | 'host' | 'mail', string>> = {
  en: {
    operator: 'the operator',
    person: 'person',
    site: 'site',
    device: 'device',
    host: 'host',
    mail: 'mailbox',
  },
  ru: {
    operator: 'предприятие',
    person: 'сотрудник',
    site: 'площадка',
    device: 'устройство',
    host: 'узел',
    mail: 'ящик',
  },
  zh: { operator: '运营单位', person: '人员', site: '厂区', device: '设备', host: '主机', mail: '邮箱' },
};

const mail = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}.-]{1,253}/gu;
/** With a dot and a top level, or letters and a number joined by a hyphen: how machines are called. */
const host =
  /(?<![\p{L}\p{N}@/.-])(?:(?:[\p{L}\p{N}_-]{1,63}\.){1,8}[a-z]{2,24}|(?=[\p{L}\p{N}-]*\p{N})[\p{L}][\p{L}\p{N}]{0,30}(?:-[\p{L}\p{N}]{1,30}){1,6})(?![\p{L}\p{N}-])/giu;
/** Of the trade, and of no plant: catalogues, standards, techniques. */
const ofTheTrade =
  /^(?:CVE-\d{4}-\d+|CWE-\d+|S7-\d+.*|ICSA-\d.*|IEC-\d+.*|ISO-\d+.*|TCP-\d+|UDP-\d+|RS-\d{3}|SHA-\d+|TLP-.*)$/i;

/**
 * Takes out who it is about: addresses become others that keep their neighbours, what is known by name becomes what it is,
 * with a number, the same everywhere. Names that nobody told the program stay, which is why a person reads the draft.
 */
export function nameless(names: readonly OwnName[], language: Language) {
  const pseudonyms = new Pseudonyms({ key: randomBytes(32), keepVendors: false });
  const given = new Map<string, string>();
  const counts = new Map<string, number>();
  let replaced = 0;
  const called = (kind: keyof (typeof words)['en'], name: string) => {
    replaced++;
    const key = name.toLowerCase();
    const known = given.get(key);
    if (known) return known;
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    const made = kind === 'operator' ? `[${words[language][kind]}]` : `[${words[language][kind]} ${number}]`;
    given.set(key, made);
    return made;
  };
  // Where two have one name, the first says what it is.
  const kinds = new Map(names.toReversed().map(({ name, kind }) => [name.trim().toLowerCase(), kind]));
  const known = names
    .map(({ name }) => name.trim())
    // A name of two letters stands in every text, and is none.
    .filter((name) => name.length > 2)
    // The longest first: `Intake pump 2` before `Intake`.
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const own =
    known.length > 0
      ? new RegExp(`(?<![\\p{L}\\p{N}])(?:${known.join('|')})(?![\\p{L}\\p{N}])`, 'giu')
      : null;
  return {
    text(text: string): string {
      let made = text.replaceAll(mail, (found) => called('mail', found));
      if (own)
        made = made.replaceAll(own, (found) => called(kinds.get(found.toLowerCase()) ?? 'device', found));
      for (const address of new Set(addressesIn(made))) {
        const other = pseudonyms.address(address);
        if (other === undefined || other === address) continue;
        replaced++;
        made = made.replaceAll(address, other);
      }
      return made.replaceAll(host, (found) => (ofTheTrade.test(found) ? found : called('host', found)));
    },
    get replaced() {
      return replaced;
    },
  };
}

// Ranges are written in words of several languages and in signs of several trades. Here they become comparators, in two
// steps: first what few write becomes what most write, and once conditions are taken out, that becomes signs. What its
// own language leaves open ("до 3.4", "3.4以前": with 3.4 or without?) stays as it is, and whoever reads it says so.

import { compareVersions, parseVersion } from './version.ts';

/** What stands on top of a version, as in "V14 SP3", "2020 R2", "1.2 build 7". */
const PATCHES = String.raw`(?:\s?(?:R\d+|(?:SP|FP|SR|SIM|TCU|CU|HFR?|Upd(?:ate)?|Hotfix|Patch|Fix|P|(?:service|feature) pack|build|bld)\s?[.#]?\d+)\b)*`;
const V = String.raw`(?:(?<![a-z])[vr]\.?\s?)?\d[\w.]*(?:-\d{1,6}(?![\w.]))?${PATCHES}`;
/** A version and its service packs do not reach over the words that part ranges. */
const SOME = String.raw`(?<![\w.-])(?!(?:and|or|to|but)\s)(?:(?!\s(?:and|or|to|but)\s|\b(?:prior to|before|from|since)\b)[\w.() -])+?`;
const EARLIER = 'prior|earlier|below|older|lower|less|under|previous|preceding|before';
const LATER = 'later|newer|above|higher|greater|subsequent|onwards?|up';
/** "and prior to 3.6" begins a bound of its own. */
const ALONE = String.raw`\b(?<!prior(?=\s+to\b))(?!\s+than\b)(?!\s+[vr]?\d)(?:\s+(?:releases|builds))?`;

const usual: readonly (readonly [rare: RegExp, usual: string])[] = [
  [/([<>]) =/g, '$1='],
  [/=([<>])/g, '$1='],
  // Intervals as mathematicians write them; between two round brackets may as well stand a list.
  [new RegExp(String.raw`^\[\s*(${V})\s*,\s*(${V})\s*\]$`, 'i'), '>= $1 <= $2'],
  [new RegExp(String.raw`^\[\s*(${V})\s*,\s*(${V})\s*\)$`, 'i'), '>= $1 < $2'],
  [new RegExp(String.raw`^\(\s*(${V})\s*,\s*(${V})\s*\]$`, 'i'), '> $1 <= $2'],
  [/(?<=\d\w*) ?(?:->|→|…|\.{2,}|〜) ?(?=[vr]?\d)/gi, ' - '],
  [/(?<=\d\.\w+) ?~ ?(?=[vr]?\d+\.\d)/gi, ' - '],
  [new RegExp(String.raw`["“”'](${V}|[a-z]{1,2})["”']`, 'gi'), '$1'],
  [/(?<=\d)\+(?=$|[\s,;|)])| onwards?\b/gi, ' and later'],

  // Chinese and Japanese say it behind the version.
  [/所有版本|全部版本|すべてのバージョン|全バージョン/g, 'all versions'],
  [/\s*(?:及|和|或)(?:其|更)?(?:以下|之前|以前|早期?|旧|低)(?:的?版本)?/g, ' and earlier'],
  [/\s*(?:およびそれ|及びそれ|およびこれ)以前(?:のバージョン)?/g, ' and earlier'],
  [/\s*(?:及|和|或)(?:其|更)?(?:以上|之后|以后|高|新)(?:的?版本)?/g, ' and later'],
  [/\s*(?:およびそれ|及びそれ)?以降(?:のバージョン)?/g, ' and later'],
  [new RegExp(String.raw`(${V})\s*(?:之前|より前|未満)(?:的|の)?(?:版本|バージョン)?`, 'gi'), 'before $1'],
  [/(?:低于|早于|小于)\s*/g, 'before '],
  [/(?:高于|晚于|大于)\s*/g, 'newer than '],

  // German, French, Spanish, Italian, Russian.
  [
    /\b(?:alle versionen|toutes les versions|todas las versiones|tutte le versioni)(?![\p{L}])/giu,
    'all versions',
  ],
  [/(?<!\p{L})все версии(?!\p{L})/giu, 'all versions'],
  [/\b(?:versionen|versiones|versioni)\b|(?<!\p{L})верси[ияй](?!\p{L})/giu, 'versions'],
  [/ (?:und|oder) (?:älter|ältere|früher|frühere|niedriger|kleiner)(?!\p{L})/giu, ' and earlier'],
  [/ (?:et|ou) (?:antérieure?s?|précédente?s?|inférieure?s?)(?!\p{L})/giu, ' and earlier'],
  [/ (?:y|o|e) (?:anterior(?:es)?|precedenti|inferior[ei]s?)(?!\p{L})/giu, ' and earlier'],
  [/ и (?:ниже|более ранние|старше|предыдущие)(?!\p{L})/giu, ' and earlier'],
  [/ (?:und|oder) (?:höher|neuer|neuere|später|spätere)(?!\p{L})/giu, ' and later'],
  [/ (?:et|ou) (?:ultérieure?s?|supérieure?s?)(?!\p{L})/giu, ' and later'],
  [/ (?:y|o|e) (?:posterior(?:es)?|superior(?:es|i)?|successiv[ei])(?!\p{L})/giu, ' and later'],
  [/ и (?:выше|более поздние|новее)(?!\p{L})/giu, ' and later'],
  [
    /(?<!\p{L})(?:bis (?:einschließlich|inklusive)|jusqu['’]à|hasta|fino a|bis)(?= (?:[vr]\.?\s?)?\d)/giu,
    'up to',
  ],
  [new RegExp(String.raw`(?<!\p{L})до (${V}) включительно`, 'giu'), 'up to $1'],
  [
    /(?<!\p{L})(?:vor|antérieures? à|anterior(?:es)? a|precedenti (?:a|alla)|ниже|ранее)(?= (?:[vr]\.?\s?)?\d)/giu,
    'before',
  ],
  [/(?<!\p{L})(?:ab|à partir de|desde|a partire da|начиная с)(?= (?:[vr]\.?\s?)?\d)/giu, 'since'],

  // What English says in more than one way. "(and prior)" stands in brackets as it would without.
  [new RegExp(String.raw`\(\s*((?:and|or) (?:all )?(?:${EARLIER}|${LATER})[\w ]*)\)`, 'gi'), ' $1'],
  [/\((?:inclusive|included)\)/gi, '(including)'],
  [
    /\((?:exclusive|excluded|not (?:included|including)|but not including|but excluding|excl\.)\)/gi,
    '(excluding)',
  ],
  [/\b(?:(?:equal|identical)(?: to)? or (?:less|lower|older|earlier|below|smaller)(?: than)?)\b/gi, ' <= '],
  [/\b(?:(?:less|lower|older|earlier|smaller)(?: than)? or equal(?: to)?)\b/gi, ' <= '],
  [/\b(?:equal(?: to)? or (?:greater|higher|newer|later|above)(?: than)?)\b/gi, ' >= '],
  [/\b(?:(?:greater|higher|newer|later)(?: than)? or equal(?: to)?)\b/gi, ' >= '],
  [
    /\b(?:up to|until|till?|to),? (?:\(excluding\)|but (?:not including|excluding|without)|not including|excluding),?/gi,
    ' < ',
  ],
  [/\b(?:starting|beginning) (?:with|from|at)(?= (?:versions? )?(?:[vr]\.?\s?)?\d)/gi, 'since'],
  [/(?<=^[^|,;<>]*\d[\w.]*) only$/i, ''],
  [new RegExp(String.raw`(${V}) ?<= ?(?:(?:firmware|software) )?versions? ?(?=<)`, 'gi'), '>= $1 '],
  [new RegExp(String.raw`(${V}) ?< ?(?:(?:firmware|software) )?versions? ?(?=<)`, 'gi'), '> $1 '],
  [/\b(?:no|not) (?:later|newer|higher|greater) than\b/gi, ' <= '],
  [/\b(?:no|not) (?:earlier|older|lower|less) than\b/gi, ' >= '],
  [/,? but (?=(?:before|prior|earlier|older|lower|below|less)\b|<)/gi, ' '],
  [/\bto (?=(?:before|prior to)\b)/gi, ''],
  [/^(?:firmware|software)?\s*(?:versions?)?\s*:\s*(?=\S)/i, ''],
];

/** What few write, as most do. */
export function inUsualWords(text: string): string {
  let usually = text.replace(/\s+/g, ' ');
  for (const [rare, common] of usual) usually = usually.replace(rare, common);
  return usually.replace(/\s+/g, ' ').trim();
}

/** Ranges in words become ranges in signs. */
export function inComparators(text: string): string {
  return text
    .replace(/\bversions?\b\.?/gi, ' ')
    .replace(/\s+/g, ' ')
    .replace(new RegExp(String.raw`\bbetween (${V}) (?:and|to) (${V})(?! \()`, 'gi'), '>= $1 <= $2')
    .replace(/\bbetween (.+?) (?:and|to) (.+)$/i, '>= $1 <= $2')
    .replace(
      bracketed,
      (_, from: string, to: string, end: string) => `>= ${from} ${end === 'e' ? '<' : '<='} ${to}`,
    )
    .replace(
      /^\s*((?:(?! (?:to|through) )[^<>=|])+?) \((?:including|incl\.?)\)(?: and| to|,)? ([^<>=|]+?) \((?:excluding|excl\.?)\)/i,
      '>= $1 < $2',
    )
    .replace(
      /^\s*((?:(?! (?:to|through) )[^<>=|])+?) \((?:including|incl\.?)\)(?: and| to|,)? ([^<>=|]+?) \((?:including|incl\.?)\)/i,
      '>= $1 <= $2',
    )
    .replace(/>= (.+?) \((?:including|incl\.?)\) <= (.+?) \((?:excluding|excl\.?)\)/i, '>= $1 < $2')
    .replace(/\((?:including|incl\.?)\)/gi, ' ')
    .replace(new RegExp(String.raw`(?:\b(?:up to|until|till?|to)|<=) (${V}) \(excluding\)`, 'gi'), ' < $1')
    .replace(new RegExp(String.raw`(${SOME}),? (?:and|or) (?:all )?(?:${EARLIER})${ALONE}`, 'gi'), '<= $1')
    .replace(/([\w.()]+) and\s*<=?\s*$/i, '<= $1')
    .replace(new RegExp(String.raw`(${SOME}),? (?:and|or) (?:all )?(?:${LATER})${ALONE}`, 'gi'), '>= $1')
    .replace(/\b(?:up to and including|through|thru)\b/gi, ' <= ')
    .replace(/\b(?:up to|until|till?)\b/gi, ' <= ')
    .replace(/\b(?:prior to|before|(?:earlier|older|lower|less|smaller) than)\b/gi, ' < ')
    .replace(/\b(?:below|under|preceding|predating)(?= (?:[vr]\.?\s?)?\d)/gi, ' < ')
    .replace(/\b(?:after|(?:newer|later|greater|higher) than)\b/gi, ' > ')
    .replace(/\bsince(?= (?:[vr]\.?\s?)?\d)/gi, ' >= ')
    .replace(/\bfrom (?=[vr]?\.?\s?\d)/gi, '>= ')
    .replace(/(?<=\d\w*) to (?=[vr]?\.?\s?\d)/gi, ' <= ')
    .replace(dashed, (whole, from: string, to: string) => (isRange(from, to) ? `>= ${from} <= ${to}` : whole))
    .replace(/\s+/g, ' ')
    .replace(upTo, '>= $1 $2 ')
    .replace(/<=\s*<=/g, '<=')
    .replace(/>=\s*>=/g, '>=')
    .replace(/<\s*<(?!=)/g, '<')
    .replace(/(<=?)\s*(v?\d[\w.]*)\s*\/\s*(v?\d[\w.]*)\s*$/i, '$1 $2 | $1 $3')
    .replace(/^\s*(?:>= )?0\s*<(?!=)/, '<')
    .replace(severalBounds, (_, sign: string, bounds: string) =>
      bounds
        .trim()
        .split(/\s+/)
        .map((bound) => `${sign} ${bound}`)
        .join(' | '),
    )
    .replace(/(?<=\d\.[\dx]+) (?=\d+\.[\dx])/gi, text.includes('<') || text.includes('>') ? ' ' : ' | ')
    .trim();
}

/** "3.4 (including) up to 3.6 (excluding)". */
const bracketed = new RegExp(
  String.raw`(?:(?:from|>=) ?)?(${V}) \((?:including|incl\.?)\)(?: and| up to| until| to|,)? ?(?:<=? ?)?(${V}) \(((?:i|e)(?=xcl|ncl))\w*\.?\)`,
  'gi',
);
/** Not behind a sign, nor the number of "Update 2". */
const FIRST = String.raw`(?!(?<=\d )r\d+(?![\d.]))(?<![<>=] ?|[\w.-]|(?!\b(?:and|or) )\b[a-z]+ )(${V})`;
const dashed = new RegExp(String.raw`${FIRST} - (${V})(?![\w.-])`, 'gi');
/** "3.4 < 3.6": from the one to the other. */
const upTo = new RegExp(String.raw`${FIRST} ?(<=?) ?(?=[vr]?\.? ?\d)`, 'gi');

function isRange(from: string, to: string): boolean {
  const [one, other] = [parseVersion(from), parseVersion(to)];
  return one !== undefined && other !== undefined && compareVersions(one, other)?.order === -1;
}

/** "<v36.011_v35.013_v34.014": one for each release train. */
const severalBounds = /^(<=?)\s*(v\d+(?:\.\d+)+(?:\s+v\d+(?:\.\d+)+)+)$/i;

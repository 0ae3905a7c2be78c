import {
  type AssetRole,
  type Remedy,
  type Restart,
  type Safety,
  statedInOperation,
  type Told,
} from '@busbar/contract';

import { unknownWords } from './remedy-words.ts';

// Whether a remedy can be carried out while the plant runs, and for what kind of device it is, by its words; CSAF has a
// field for the restart alone. A shift must never take a guess for a promise. So any word of harm anywhere decides, and
// only what is understood to its last word is told to be safe: each sentence of a kind that is known (`harmless`, or an
// aside as "for more information see …"), and made of known words (remedy-words.ts).

interface SafetyRule {
  readonly code: string;
  readonly safe: Safety;
  /** For whoever reads the checklist. */
  readonly because: string;
}

const stated: SafetyRule = {
  code: 'stated',
  safe: 'yes',
  because: 'Whoever wrote the advisory says so.',
};
const restarts: SafetyRule = {
  code: 'restart-stated',
  safe: 'no',
  because: 'The advisory says that something has to be restarted.',
};
const noRestart: SafetyRule = {
  code: 'restart-none',
  safe: 'unknown',
  because:
    'The advisory says that nothing has to be restarted, but not whether the device runs on meanwhile.',
};
const unknown: SafetyRule = {
  code: 'unknown',
  safe: 'unknown',
  because: 'Nothing in its words says whether the plant can run on meanwhile.',
};

interface WordRule extends SafetyRule {
  readonly words: RegExp;
}

/** A device, its parts and what runs on it. */
const thing = String.raw`(?:devices?|hardware|controllers?|modules?|products?|units?|batter(?:y|ies)|cpus?|plcs?|cards?)`;
/** A version as a number: V4.35, 2.2.1, R14, 1.04E. */
const version = String.raw`[vr]?\d[\w.]*`;

const harmful: readonly WordRule[] = [
  {
    code: 'stops-device',
    safe: 'no',
    words: new RegExp(
      String.raw`\b(?:re-?start|re-?boot|re-?load(?:s|ing)? the|power[- ]?cycl|power(?:ing)?[- ]?(?:off|down)|shut(?:s|ting)?[- ]?(?:down|off)|re-?flash|factory[- ](?:reset|default)|(?:replac|exchang|swap)\w* (?:(?:the|all|your|any|affected|old|existing|vulnerable|legacy) )*${thing}\b|key ?switch|(?:stop|run|program) mode)`,
      'i',
    ),
    because: 'It speaks of stopping, restarting or replacing the device.',
  },
  {
    code: 'installs',
    safe: 'no',
    words: new RegExp(
      [
        String.raw`\b(?:updat(?:e|es|ing)|upgrad(?:e|es|ing)|patch(?:es|ing)?|(?:un|re)?-?install|hot-?fix|service ?packs?\b|bug ?fix|migrat(?:e|es|ing)|roll(?:s|ing)? ?(?:back|out)|downgrad)`,
        String.raw`\bfix(?:es|ed)? (?:pack|version|release|firmware)`,
        String.raw`\b(?:new(?:er|est)?|latest|current|later|fixed|corrected|most recent) (?:\w+ ){0,2}?(?:versions?|firmware|releases?|software|builds?)\b(?! of the (?:manual|document))`,
        String.raw`\b(?:firmware|version|release) v?\d`,
        // "4.2 or later", but not "if using v20 or later", which is a condition.
        String.raw`(?<!\b(?:if|when|using|with|for|support) (?:\w+ )?)(?<!layer )\b${version}(?: \w+)?,? or (?:any )?(?:later|newer|higher|above|greater|after|onwards?)\b`,
        String.raw`\b(?:v\d|\d+\.)[\w.]+ and (?:later|newer)\b`,
        String.raw`\bdownload\w* (?:\w+ ){0,5}?(?:versions?|firmware|software|update|patch|release|fix)`,
      ].join('|'),
      'i',
    ),
    because: 'Installing or removing software stops the device for a while.',
  },
  {
    code: 'changes-device',
    safe: 'unknown',
    words: new RegExp(
      [
        String.raw`\b(?:disabl|de-?activat|(?:re-?)?enabl(?:e|es|ing)\b|activat|turn(?:s|ing)? (?:on|off)|switch(?:es|ing)? (?:(?:the |all |it |them )?(?:\w+ )?(?:off|on)\b|to\b|over)|(?:re-?)?configur|settings?\b|parameter|passwords?|credentials?|certificates?|encrypt|tls\b|ssl|https\b|ipsec|dns servers?|protection level|access level|write[- ]?protect|accounts?\b|authenticat|firmware|download|upload|remov(?!able)|delet|eras|wip(?:e|ing)|clear|purg|chang(?:e|es|ing)\b|modify|edit|replac|renam|regenerat|reset|renew|revok|unplug|disconnect|air[- ]gap|commands?:|script|registry|harden|scripts?\b|jumper|dip ?switch|for the application|\w\.exe\b)`,
        // It is in the device itself, and may want a restart to be changed.
        String.raw`\bip filter|\biptables|\b(?:windows|pc|host|local|integrated|internal|built[- ]?in|software|personal|device|product|wan|default)(?:'s)?(?:[- ]based)? firewall|firewall (?:that is |which is )?(?:of|in|on|inside|integrated|built) (?:\w+ )*(?:devices?|controllers?|plc|product)|firewall,? which is built`,
        String.raw`(?<!port lock to )\bclos(?:e|ing) (?:the |all )?(?:unused |free |open )?(?:tcp |udp )?ports?\b|\bports? (?:[\w/]+ )?(?:is|are|be) closed|\bdedicated (?:lan|network|line)\b|\btunnels?\b[^.;]*\bbetween\b`,
        String.raw`\b(?:application|app|program|software)s? (?:allow|white)-?list|\ballow(?:list|ing)?(?: list)? applications?|applocker`,
        // A device that is asked what it does not expect may stop; a virus scanner takes away what it holds for a virus.
        String.raw`\b(?:port|network|vulnerability|active|nmap|nessus)[- ]scan|scan(?:s|ning)? (?:the |all |your )?(?:\w+ )?(?:networks?|ports?|hosts?|devices|controllers|plcs)\b|\bpen(?:etration)?[- ]?test|\bfuzz|\banti-?virus|\banti-?malware`,
        // What is meant to protect can be what is at fault.
        String.raw`\b(?:not|avoid|without|never|no longer|stop|refrain from)\b[^.;:]{0,40}\b(?:vpns?|virtual private|firewalls?)\b`,
      ].join('|'),
      'i',
    ),
    because: 'It changes the device. Whether that works while it runs, its manual or the vendor has to say.',
  },
];

const around = String.raw`(?:firewalls?|zone-firewalls|ports?|networks?(?! attacks)|sub-?nets?|lans?|vlans?|dmzs?|vpns?|virtual private|internet|traffic|packets|connections?|remote access|segment(?:s|ation)?|ip addresses|hosts|exposure|network access|data diodes?|perimeter)`;
const harmless: readonly WordRule[] = [
  {
    code: 'around-device',
    safe: 'yes',
    words: new RegExp(
      String.raw`\b(?:block|restrict|limit|allow(?! early)|permit|filter|isolat|segment|segregat|separat|minimi[sz]|reduc|protect|locat|plac|position|behind|us[ei]|utiliz|employ|implement|appl[yi]|ensur|confirm|control|expos|operat|put|prevent|prohibit|den[yi]|(?:not|no|avoid|never)\b[^.;]*\b(?:connect|expos|accessib|allow|publicly))\w*[^.;]*\b${around}\b`,
      'i',
    ),
    because:
      'It is done in the network around the device, which keeps running. See first that no connection the process needs is cut.',
  },
  {
    code: 'watches',
    safe: 'yes',
    words:
      /\b(?:monitor|watch|review|check|inspect|audit|analy[sz]|detect)\w*[^.;]*\b(?:logs?|events?|alarms?|alerts?|traffic|networks?|access(?:es)?|activit(?:y|ies)|behaviou?r|attempts?|tamper(?:ing)?|intrusions?|communications?|connections|memory usage|attacks)\b|\b(?:intrusion detection|ids\b)/i,
    because: 'It only watches.',
  },
  {
    code: 'people',
    safe: 'yes',
    words: new RegExp(
      [
        String.raw`\b(?:do not|don't|never|avoid|should not|must not|not)(?: to| be| directly)? (?:click|open|follow|access|visit|trust|accept|use|send|shar|respond|exchang|reply)\w*\b[^.;]*\b(?:links?|attachments?|e-?mails?|files?|websites?|web ?pages?|messages|brows(?:e|ing)|surfing)\b`,
        String.raw`\bonly (?:use|open|accept|access|follow|exchange|import)\b[^.;]*\b(?:files?|links?)\b[^.;]*\btrusted\b`,
        String.raw`\b(?:restrict|limit|protect|secure|control|prevent|ensur|allow|apply|maintain|implement|employ|provid|use|have|keep|without)\w*[^.;]*\bphysical(?:ly)?\b|\bphysically (?:protect|control|restrict|secur)`,
        String.raw`\bphysical controls\b|\blocked (?:cabinet|room|enclosure)s?\b|\bport locks?\b`,
        String.raw`\b(?:train|educat|remind)\w*\b[^.;]*\b(?:users?|staff|personnel|employees|operators|people|awareness|programs|workers)\b|\bawareness\b|social engineering|phishing|\be-?mail scams`,
        String.raw`\b(?:restrict|limit|protect|stor|keep|exchang|verify)\w*\b[^.;]*\bproject files\b`,
        String.raw`\bscan(?:s|ned|ning)?\b[^.;]*\b(?:viruses|malware|use|usb|portable|removable|mobile)\b|\b(?:portable|removable|mobile|usb)\b[^.;]*\bscan(?:s|ned|ning)?\b`,
      ].join('|'),
      'i',
    ),
    because: 'It is for people and doors, not for the device.',
  },
];

/** It tells where more is written. */
const aside =
  /^(?:it is advised to follow |for (?:more|further|additional|detailed|details|any) |(?:please )?(?:see|refer to|consult|visit) |users? (?:can|should|may) (?:also )?(?:see|refer|consult)|more information |(?:also )?(?:recogni[sz]e|understand) (?:that )?(?:an? )?(?:vpns? (?:is|are)|virtual private networks? (?:is|are)) only as secure)|^only for versions? [<>=]|\b(?:following|these) (?:\w+ )?(?:measures|mitigations?|steps|actions|practices)\b[^.;]{0,80}$|\bas follows$/i;

/** Letters of other scripts, and the small words without which hardly a sentence of a neighbouring language is made. */
const foreign =
  /[\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Arabic}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Thai}]{2}|(?<![\p{L}\d_./-])(?:der|das|und|nicht|auf|mit|für|oder|ist|sind|wird|werden|sollte|einen?|zum|zur|vom|bei|durch|les|des|une|et|pour|dans|avec|sur|aux|vers|ou|mettre|est|los|las|del|para|con|por|una|como|gli|della|delle|nel|che|dei|não|uma|het|een|niet|voor|naar|och|inte|och|til|ikke|oraz|nie|się|dla)(?![\p{L}\d_./-])/iu;

export function safetyOf(remedy: Pick<Remedy, 'kind' | 'text'> & { readonly restart?: Restart | null }): {
  safe: Safety;
  because: Told;
} {
  const { code, safe, because } = ruleFor(remedy);
  return { safe, because: { code: `safe-${code}`, params: {}, text: because } };
}

function ruleFor({ kind, text, restart }: Parameters<typeof safetyOf>[0]): SafetyRule {
  if (restart && restart !== 'none') return restarts;
  const inOperation = statedInOperation(text)?.safe;
  if (inOperation && inOperation !== 'unknown') return { ...stated, safe: inOperation };
  if (kind === 'vendor_fix' || kind === 'optional_patch') return restart ? noRestart : installs;
  if (foreign.test(text)) return unknown;
  const said = withoutWords(text);
  const harm = harmful.find(({ words }) => words.test(said));
  if (harm) return harm === installs && restart ? noRestart : harm;
  return harmlessRule(said) ?? unknown;
}

const installs = harmful.find(({ code }) => code === 'installs')!;

/** What speaks of the state of something else than the device, and words that are another thing alone than together. */
function withoutWords(text: string): string {
  return text
    .replaceAll('’', "'")
    .replace(/\(?\b(?:log ?-?in|sign[- ]?in) (?:is )?required\b\)?/gi, '')
    .replace(
      /[,.;]? ?(?:and )?recogni[sz](?:e|ing) (?:that )?(?:an? )?(?:vpns?|virtual private networks?)(?: \(vpns?\))? may (?:also )?have vulnerabilities,? and should (?:therefore )?be (?:kept )?(?:updated|up-to-date) to the (?:most current|latest|most recent) version(?: available)?/gi,
      '',
    )
    .replace(/\bset(?:s|ting)? ?up (?=(?:an? )?(?:network|firewall))/gi, 'use ')
    .replace(/\bcreat(?:e|ing) (?=(?:a firewall rule|additional layers of defen[cs]e)\b)/gi, 'use ')
    .replace(/\b(?:run|deploy) (?=the devices in a protected )/gi, 'use ')
    .replace(/\b(computers?) running (?=(?:this|the affected) (?:product|software)\b)/gi, '$1 of ')
    .replace(/\bchange logs?\b/gi, 'log');
}

function harmlessRule(text: string): SafetyRule | undefined {
  let found: SafetyRule | undefined;
  for (const sentence of sentencesOf(text)) {
    if (unknownWords(sentence).length > 0) return undefined;
    if (aside.test(sentence)) continue;
    const rule = harmless.find(({ words }) => words.test(sentence));
    if (!rule) return undefined;
    // The first rule has the graver advice: look which connections are cut.
    if (!found || harmless.findIndex((one) => one === rule) < harmless.findIndex((one) => one === found))
      found = rule;
  }
  return found;
}

/** Also items of a list, and what stands behind a label: "CVE-2026-1: …", "PX 200: …". */
function sentencesOf(text: string): string[] {
  return text
    .replace(/\r?\n(?=\p{Ll})/gu, ' ')
    .replace(/\b(e\.g|i\.e|etc)\.(?=[\s,)])/gi, '$1')
    .split(/[.;:!?](?=\s|$)|[\r\n•]+/)
    .map((sentence) =>
      sentence
        .replace(/^[\s\-*–—\d.)(]*(?=\p{L})/u, '')
        .replace(adviser, '')
        .trim(),
    )
    .filter((sentence) => /\p{L}/u.test(sentence) && !label.test(sentence));
}

/** "Nordbruk recommends that users …": the first word of what is to be done is the one after it. */
const adviser =
  /^(?:In addition, )?(?:\p{Lu}[\w&+.-]*,? ){1,4}(?:(?:also|strongly|further) )*(?:recommend|advise|suggest|encourage)s?(?: that)?(?: (?:all )?(?:affected )?(?:users|customers|operators)| you)?(?: should| to)? /u;

/** Only names of products and vulnerabilities: each word with a number or in capitals. */
const label = /^(?:(?:CVE-[\d-]+|[A-Z][A-Z\d/-]*\d[\w/-]*|[A-Z]{2,})[\s,]*(?:and )?)+$/;

const computers: readonly AssetRole[] = [
  'hmi',
  'engineering',
  'historian',
  'server',
  'workstation',
  'client',
];

/** Whom a remedy speaks to, where it says so; the others find it under what stands beside the device. */
const audiences: readonly { readonly words: RegExp; readonly roles: readonly AssetRole[] }[] = [
  {
    words:
      /\b(?:web browser|browse the web|open (?:project|untrusted|unknown) files?|project files? from|e-?mails?|attachments?|unsolicited|windows|microsoft|anti-?virus)\b/i,
    roles: computers,
  },
  {
    words: /\b(?:plc|cpu|controller)s? (?:in|to|mode|key|switch)|\brun mode\b|\bprotection level\b/i,
    roles: ['controller', 'safety', 'io', 'drive'],
  },
];

/** Whether a remedy is for a device of this role; what says nothing is for all, and nothing is held back from an unknown one. */
export function fits(role: AssetRole, text: string): boolean {
  if (role === 'unknown') return true;
  const stated = statedInOperation(text)?.roles ?? [];
  if (stated.length > 0) return stated.includes(role);
  const named = audiences.filter(({ words }) => words.test(text));
  return named.length === 0 || named.some(({ roles }) => roles.includes(role));
}

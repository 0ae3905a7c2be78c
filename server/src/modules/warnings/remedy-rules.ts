import type { AssetRole, Remedy, Safety, Told } from '@busbar/contract';

// Whether a remedy can be carried out while the plant runs, and for what kind of device it is, by its words. Publishers
// say neither in any field of CSAF. Rules are tried from the top, and what none of them knows stays unknown: a shift must
// never take a guess for a promise.

interface SafetyRule {
  readonly code: string;
  readonly safe: Safety;
  readonly words: RegExp;
  /** For whoever reads the checklist. */
  readonly because: string;
}

const safetyRules: readonly SafetyRule[] = [
  {
    code: 'stops-device',
    safe: 'no',
    words:
      /\b(?:re-?start|re-?boot|power[- ]?cycl|shut(?:ting)? ?down|re-?flash|factory reset|replace the (?:device|hardware|controller|module|product)|key ?switch)/i,
    because: 'It speaks of stopping, restarting or replacing the device.',
  },
  {
    code: 'installs',
    safe: 'no',
    words:
      /\b(?:updat(?:e|es|ing)|upgrad(?:e|es|ing)|patch(?:es|ing)?|install(?:s|ing)?|migrat(?:e|es|ing)|new(?:er)? (?:version|firmware|release)|(?:firmware|version|release) v?\d)/i,
    because: 'Installing software stops the device for a while.',
  },
  {
    code: 'changes-device',
    safe: 'unknown',
    words:
      /\b(?:disabl(?:e|es|ing)|deactivat|enabl(?:e|es|ing)|turn(?:ing)? (?:on|off)|configur|settings?|passwords?|credentials?|certificates?|encrypt|tls|https|protection level|access level|write protect|accounts?)/i,
    because: 'It changes the device. Whether that works while it runs, its manual or the vendor has to say.',
  },
  {
    code: 'around-device',
    safe: 'yes',
    words:
      /\b(?:firewalls?|block(?:s|ing)?|filter(?:s|ing)?|segment|isolat|vpns?|virtual private|network (?:access|exposure|segmentation)|internet|remote access|allow-?list|whitelist|access control list|acls?|behind|dmz|trusted (?:network|host|ip)|(?:allow|permit|limit|restrict|clos)\w*\b[^.]{0,60}\b(?:access|ports?|traffic|connections?))/i,
    because:
      'It is done in the network around the device, which keeps running. See first that no connection the process needs is cut.',
  },
  {
    code: 'watches',
    safe: 'yes',
    words: /\b(?:monitor|detect|log(?:s|ging)?|audit|alert|intrusion|ids|inspect|suspicious)/i,
    because: 'It only watches.',
  },
  {
    code: 'people',
    safe: 'yes',
    words:
      /\b(?:phish|e-?mails?|attachments?|links?|train(?:ing)?|aware|social engineering|physical(?:ly)?)/i,
    because: 'It is for people and doors, not for the device.',
  },
];

const unknown: Told = {
  code: 'safe-unknown',
  params: {},
  text: 'Nothing in its words says whether the plant can run on meanwhile.',
};

export function safetyOf({ kind, text }: Pick<Remedy, 'kind' | 'text'>): { safe: Safety; because: Told } {
  const rule =
    kind === 'vendor_fix' || kind === 'optional_patch'
      ? safetyRules.find(({ code }) => code === 'installs')
      : safetyRules.find(({ words }) => words.test(text));
  if (!rule) return { safe: 'unknown', because: unknown };
  return { safe: rule.safe, because: { code: `safe-${rule.code}`, params: {}, text: rule.because } };
}

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
  const named = audiences.filter(({ words }) => words.test(text));
  return named.length === 0 || named.some(({ roles }) => roles.includes(role));
}

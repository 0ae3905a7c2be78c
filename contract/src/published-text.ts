import type { Language } from './people.ts';
import { AssetRole } from './plant.ts';
import type { BlockContent, PublishedStatus, SafeInOperation, SnapshotText } from './publications.ts';
import type { PublishedText } from './releases.ts';

/**
 * One language of a publication as its readers get it, in Markdown: while it is written, at the release gate, as a
 * page and as PDF it is this text and no other. What it means for the process and what to do come before what is wrong
 * in which detail.
 */
export function publishedText(
  language: Language,
  { title, summary, blocks, translatedFrom, staleSince }: SnapshotText,
): PublishedText {
  const words = ofDocument[language];
  const body = order.flatMap((kinds) => {
    const texts = kinds
      .flatMap((kind) => blocks.filter(({ content }) => content.kind === kind))
      .map(({ content }) => markdownOf(content, words))
      .filter(Boolean);
    const heading = words.headings[kinds[0]!];
    return texts.length > 0 && heading ? [`# ${heading}`, ...texts] : texts;
  });
  return {
    language,
    title,
    summary,
    body: body.join('\n\n'),
    basedOn: staleSince ? String(translatedFrom) : null,
  };
}

const order: readonly (readonly BlockContent['kind'][])[] = [
  ['impact'],
  ['product'],
  ['mitigation', 'fix'],
  ['vulnerability'],
  ['detection'],
  ['section'],
  ['reference'],
  ['acknowledgement'],
];

function markdownOf(content: BlockContent, words: Words): string {
  const level = content.kind === 'section' ? '#' : '##';
  const heading = content.heading && content.kind !== 'reference' ? `${level} ${content.heading}` : '';
  return [heading, factsIn(content, words), content.text].filter(Boolean).join('\n\n');
}

function factsIn(content: BlockContent, words: Words): string {
  switch (content.kind) {
    case 'product':
      return [
        `- **${[content.vendor, content.product].filter(Boolean).join(' ')}**`,
        content.range && `\`${content.range}\``,
        `(${words.status[content.status]})`,
        content.orderNumbers.map((number) => `\`${number}\``).join(' '),
      ]
        .filter(Boolean)
        .join(' ');
    case 'vulnerability':
      return [content.cve, content.cwe, ...content.vectors.map((vector) => `\`${vector}\``)]
        .filter(Boolean)
        .join(' · ');
    case 'mitigation':
      return operationIn(content, words, '*');
    case 'fix':
      return content.url && `<${content.url}>`;
    case 'reference':
      return content.url ? `- ${content.heading} <${content.url}>` : content.heading;
    default:
      return '';
  }
}

type InOperation = Pick<Extract<BlockContent, { kind: 'mitigation' }>, 'safe' | 'roles'>;

const between = ' · ';

function operationIn({ safe, roles }: InOperation, words: Words, emphasis = ''): string {
  return [
    safe !== 'unknown' && `${emphasis}${words.safe[safe]}${emphasis}`,
    roles.length > 0 &&
      `${words.devices}${AssetRole.options
        .filter((role) => roles.includes(role))
        .map((role) => words.roles[role])
        .join(words.comma)}`,
  ]
    .filter(Boolean)
    .join(between);
}

/**
 * A mitigation where there is only text for it, as in CSAF: what is stated of it is its first line, in the words of its
 * page. `statedInOperation` reads it back.
 */
export function withOperation(language: Language, text: string, stated: InOperation): string {
  return [operationIn(stated, ofDocument[language]), text].filter(Boolean).join('\n\n');
}

/**
 * What the author of a text states of it: by a first line that we would have written just so, in any of our languages,
 * or by beginning with "Safe during operation:". Anything else states nothing.
 */
export function statedInOperation(text: string): InOperation | undefined {
  const [first = ''] = text.trim().split(/\r?\n/, 1);
  for (const words of Object.values(ofDocument)) {
    const stated = readOperation(first.trim(), words);
    if (stated) return stated;
  }
  // Not "Safe during operation: no", "Safe during operation? Ask …" nor "Safe during operation, if …".
  const said = /^\s*(not )?(?:safe )?(?:during|in) operation[.:]\s*(.*)/i.exec(text);
  if (
    !said ||
    /^(?:no|not|unknown|unclear|never|only|if|unless|except|provided|depends|ask)\b/i.test(said[2]!)
  )
    return undefined;
  if (said[1]) return { safe: 'no', roles: [] };
  return /^\s*safe/i.test(text) ? { safe: 'yes', roles: [] } : undefined;
}

function readOperation(line: string, words: Words): InOperation | undefined {
  const stated: { safe: SafeInOperation; roles: AssetRole[] } = { safe: 'unknown', roles: [] };
  for (const part of line.split(between)) {
    if (part === words.safe.yes || part === words.safe.no)
      stated.safe = part === words.safe.yes ? 'yes' : 'no';
    else if (part.startsWith(words.devices)) {
      const names = part.slice(words.devices.length).split(words.comma);
      stated.roles = AssetRole.options.filter((role) => names.includes(words.roles[role]));
      if (stated.roles.length < names.length) return undefined;
    }
  }
  return line !== '' && operationIn(stated, words) === line ? stated : undefined;
}

interface Words {
  readonly headings: Partial<Record<BlockContent['kind'], string>>;
  readonly safe: Record<Exclude<SafeInOperation, 'unknown'>, string>;
  readonly status: Record<PublishedStatus, string>;
  readonly devices: string;
  readonly comma: string;
  readonly roles: Record<AssetRole, string>;
}

/** They are part of what is signed, and therefore words of the document and not of the portal. */
const ofDocument: Record<Language, Words> = {
  en: {
    headings: {
      impact: 'What it means for the process',
      product: 'Affected and fixed',
      mitigation: 'What to do',
      vulnerability: 'Vulnerabilities',
      detection: 'How to notice it',
      reference: 'References',
      acknowledgement: 'Thanks',
    },
    safe: { yes: 'Safe during operation.', no: 'Not during operation.' },
    status: {
      affected: 'affected',
      fixed: 'fixed',
      notAffected: 'not affected',
      underInvestigation: 'under investigation',
    },
    devices: 'For: ',
    comma: ', ',
    roles: {
      controller: 'controllers',
      hmi: 'HMIs',
      engineering: 'engineering workstations',
      historian: 'historians',
      switch: 'switches',
      router: 'routers',
      io: 'remote I/O',
      drive: 'drives',
      gateway: 'gateways',
      safety: 'safety controllers',
      server: 'servers',
      workstation: 'workstations',
      scanner: 'scanners',
      client: 'clients',
      unknown: 'other devices',
    },
  },
  ru: {
    headings: {
      impact: 'Что это значит для процесса',
      product: 'Затронуто и исправлено',
      mitigation: 'Что делать',
      vulnerability: 'Уязвимости',
      detection: 'Как это заметить',
      reference: 'Ссылки',
      acknowledgement: 'Благодарности',
    },
    safe: { yes: 'Можно выполнять во время работы.', no: 'Не выполнять во время работы.' },
    status: {
      affected: 'затронуто',
      fixed: 'исправлено',
      notAffected: 'не затронуто',
      underInvestigation: 'изучается',
    },
    devices: 'Для каких устройств: ',
    comma: ', ',
    roles: {
      controller: 'контроллеры',
      hmi: 'панели оператора',
      engineering: 'инженерные станции',
      historian: 'серверы истории',
      switch: 'коммутаторы',
      router: 'маршрутизаторы',
      io: 'удалённый ввод-вывод',
      drive: 'приводы',
      gateway: 'шлюзы',
      safety: 'контроллеры ПАЗ',
      server: 'серверы',
      workstation: 'рабочие станции',
      scanner: 'сканеры',
      client: 'клиенты',
      unknown: 'прочие устройства',
    },
  },
  zh: {
    headings: {
      impact: '对生产过程的影响',
      product: '受影响与已修复',
      mitigation: '应对措施',
      vulnerability: '漏洞',
      detection: '如何发现',
      reference: '参考',
      acknowledgement: '致谢',
    },
    safe: { yes: '可在运行期间实施。', no: '不可在运行期间实施。' },
    status: { affected: '受影响', fixed: '已修复', notAffected: '不受影响', underInvestigation: '调查中' },
    devices: '适用设备：',
    comma: '、',
    roles: {
      controller: '控制器',
      hmi: '人机界面',
      engineering: '工程师站',
      historian: '历史数据库',
      switch: '交换机',
      router: '路由器',
      io: '远程 I/O',
      drive: '变频器/驱动器',
      gateway: '网关',
      safety: '安全控制器',
      server: '服务器',
      workstation: '工作站',
      scanner: '扫描器',
      client: '客户端',
      unknown: '其他设备',
    },
  },
};

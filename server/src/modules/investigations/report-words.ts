import type { EvidenceSource, Finding, Language } from '@busbar/contract';

export interface ReportWords {
  readonly report: string;
  readonly version: string;
  readonly draft: string;
  readonly facts: string;
  readonly recommendations: string;
  readonly evidence: string;
  readonly effort: string;
  readonly effect: string;
  readonly unsupported: string;
  readonly page: string;
  readonly hash: string;
  /** Below a piece that is shown as it was written. */
  readonly original: (language: Language) => string;
  readonly untranslated: (count: number, of: number) => string;
  readonly sources: Record<EvidenceSource, string>;
  readonly efforts: Record<Finding['effort'], string>;
  readonly effects: Record<Finding['effect'], string>;
}

const names: Record<Language, Record<Language, string>> = {
  en: { en: 'English', ru: 'Russian', zh: 'Chinese' },
  ru: { en: 'английский', ru: 'русский', zh: 'китайский' },
  zh: { en: '英文', ru: '俄文', zh: '中文' },
};

/** The fixed words of a report; what people wrote is translated by people. */
export const reportWords: Record<Language, ReportWords> = {
  en: {
    report: 'Investigation report',
    version: 'version',
    draft: 'DRAFT – not checked yet',
    facts: 'Facts and their evidence',
    recommendations: 'Recommendations',
    evidence: 'Evidence',
    effort: 'Effort',
    effect: 'Effect on operation',
    unsupported: 'names no fact',
    page: 'Page',
    hash: 'SHA-256 of the snapshot',
    original: (language) => `Not translated. Shown as it was written: ${names.en[language]}.`,
    untranslated: (count, of) => `Texts in their original language: ${count} of ${of}.`,
    sources: { observation: 'Observation', file: 'File', message: 'Message', claim: 'Claim' },
    efforts: { hours: 'hours', days: 'days', weeks: 'weeks', months: 'months' },
    effects: {
      none: 'none',
      degraded: 'runs with restrictions',
      window: 'in a planned stop',
      stop: 'production stops for it',
    },
  },
  ru: {
    report: 'Отчёт о расследовании',
    version: 'версия',
    draft: 'ЧЕРНОВИК – ещё не проверен',
    facts: 'Факты и их доказательства',
    recommendations: 'Рекомендации',
    evidence: 'Доказательства',
    effort: 'Трудоёмкость',
    effect: 'Влияние на работу',
    unsupported: 'не ссылается на факт',
    page: 'Страница',
    hash: 'SHA-256 снимка',
    original: (language) => `Перевода нет. Язык оригинала: ${names.ru[language]}.`,
    untranslated: (count, of) => `Тексты на языке оригинала: ${count} из ${of}.`,
    sources: { observation: 'Наблюдение', file: 'Файл', message: 'Сообщение', claim: 'Утверждение' },
    efforts: { hours: 'часы', days: 'дни', weeks: 'недели', months: 'месяцы' },
    effects: {
      none: 'нет',
      degraded: 'работа с ограничениями',
      window: 'при плановой остановке',
      stop: 'требует остановки производства',
    },
  },
  zh: {
    report: '调查报告',
    version: '版本',
    draft: '草稿 – 尚未复核',
    facts: '事实及其证据',
    recommendations: '建议',
    evidence: '证据',
    effort: '工作量',
    effect: '对运行的影响',
    unsupported: '未引用任何事实',
    page: '第',
    hash: '快照的 SHA-256',
    original: (language) => `尚无译文，以下为${names.zh[language]}原文。`,
    untranslated: (count, of) => `以原文显示的文本：${count} / ${of}。`,
    sources: { observation: '观察', file: '文件', message: '消息', claim: '声明' },
    efforts: { hours: '数小时', days: '数天', weeks: '数周', months: '数月' },
    effects: { none: '无', degraded: '受限运行', window: '在计划停机时', stop: '需要停产' },
  },
};

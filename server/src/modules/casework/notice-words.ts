import type { Impact, Language } from '@busbar/contract';

// Part of what is sent to authorities and mailed, and therefore words of the document and not of the portal.

interface NoticeWords {
  readonly impact: Record<keyof Impact, string>;
  readonly effect: Record<Impact['safety'], string>;
  readonly sent: string;
  readonly nothing: string;
  readonly measure: Record<'confirmed' | 'done' | 'undone', string>;
  /** Of a reminder: nothing of the case but that something is due in it. */
  readonly comes: (law: string, stage: string, due: string) => string;
  readonly passed: (law: string, stage: string, due: string) => string;
  readonly remind: (reference: string) => string;
}

export const noticeWords: Record<Language, NoticeWords> = {
  en: {
    impact: { safety: 'Safety', production: 'Production', environment: 'Environment', data: 'Data' },
    effect: { none: 'none', possible: 'possible', real: 'real', unknown: 'not known yet' },
    sent: 'sent',
    nothing: '(nothing stated)',
    measure: { confirmed: 'confirmed', done: 'done', undone: 'undone' },
    comes: (law, stage, due) => `Due ${due}: ${stage} (${law})`,
    passed: (law, stage, due) => `Passed ${due}: ${stage} (${law})`,
    remind: (reference) =>
      `In case ${reference} this has not been sent. The authoriser of the member reads, completes and sends it. Check with counsel.`,
  },
  ru: {
    impact: {
      safety: 'Безопасность людей',
      production: 'Производство',
      environment: 'Окружающая среда',
      data: 'Данные',
    },
    effect: { none: 'нет', possible: 'возможны', real: 'есть', unknown: 'пока неизвестно' },
    sent: 'отправлено',
    nothing: '(не указано)',
    measure: { confirmed: 'подтверждено', done: 'выполнено', undone: 'отменено' },
    comes: (law, stage, due) => `Срок ${due}: ${stage} (${law})`,
    passed: (law, stage, due) => `Срок истёк ${due}: ${stage} (${law})`,
    remind: (reference) =>
      `По делу ${reference} это ещё не отправлено. Уполномоченный участника читает, дополняет и отправляет. Проверьте с юристом.`,
  },
  zh: {
    impact: { safety: '人身安全', production: '生产', environment: '环境', data: '数据' },
    effect: { none: '无', possible: '可能', real: '已发生', unknown: '尚不清楚' },
    sent: '已发送',
    nothing: '（未填写）',
    measure: { confirmed: '已确认', done: '已执行', undone: '已撤销' },
    comes: (law, stage, due) => `${due} 到期：${stage}（${law}）`,
    passed: (law, stage, due) => `${due} 已逾期：${stage}（${law}）`,
    remind: (reference) =>
      `案件 ${reference} 中该报告尚未发送。由成员单位授权人阅读、补充并发送。请咨询法律顾问。`,
  },
};

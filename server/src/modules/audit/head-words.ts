import type { AuditHead, Language } from '@busbar/contract';

// What is mailed and signed: words of the document and not of the portal.

type Words = (head: AuditHead) => { subject: string; text: string };

const words: Record<Language, Words> = {
  en: ({ day, seq, hash }) => ({
    subject: `The ledger on ${day}: ${hash.slice(0, 16)}`,
    text: `On ${day} the ledger had ${seq} lines. Its head (SHA-256) was\n\n${hash}\n\nEach line is linked to the one before. Keep this mail: if a line up to number ${seq} is ever changed, taken out or put in, the ledger does not come to this head any more, and you can show it.`,
  }),
  ru: ({ day, seq, hash }) => ({
    subject: `Журнал на ${day}: ${hash.slice(0, 16)}`,
    text: `На ${day} в журнале было записей: ${seq}. Его заголовок (SHA-256):\n\n${hash}\n\nКаждая запись связана с предыдущей. Сохраните это письмо: если запись с номером до ${seq} когда-либо изменят, удалят или вставят, журнал больше не придёт к этому заголовку, и вы сможете это показать.`,
  }),
  zh: ({ day, seq, hash }) => ({
    subject: `${day} 的审计链：${hash.slice(0, 16)}`,
    text: `${day}，审计链共有 ${seq} 条记录，其链头（SHA-256）为\n\n${hash}\n\n每条记录都与前一条相连。请保留此邮件：如果编号不大于 ${seq} 的任何记录被更改、删除或插入，审计链将不再得到此链头，您可以据此证明。`,
  }),
};

export const headTexts = (head: AuditHead) =>
  Object.fromEntries(Object.entries(words).map(([language, write]) => [language, write(head)]));

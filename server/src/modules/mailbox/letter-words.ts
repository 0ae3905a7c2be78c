import type { Contact, Language } from '@busbar/contract';

// Part of what is mailed, and therefore words of the letter and not of the portal.

export interface Answer {
  readonly cert: Contact;
  readonly reference: string;
  /** Of the key that answers are signed with, where there is one. */
  readonly fingerprint: string | null;
  readonly origin: string;
}

export interface LetterWords {
  /** What somebody sees who sent a letter without text. */
  readonly empty: string;
  /** Outside of every letter of a case: its reference is no secret, and leads an answer back. */
  readonly subject: (answer: Answer) => string;
  readonly receipt: (answer: Answer) => string;
  readonly words: (words: readonly string[], answer: Answer) => string;
  readonly came: (answer: Answer) => string;
  readonly cameSubject: (cert: Contact) => string;
  readonly notice: (answer: Answer) => string;
  readonly foot: (answer: Answer) => string;
}

export const letterWords: Record<Language, LetterWords> = {
  en: {
    empty: '(a letter without text)',
    subject: ({ reference, cert }) => `[${reference}] ${cert.shortName}`,
    receipt: (answer) =>
      `Your report has come to ${answer.cert.name}. A person reads it.\n\nIts reference: ${answer.reference}\nLeave the reference in the subject when you write again.\n\n${reachEn(answer)}`,
    words: (words, { origin }) =>
      `These six words open your report at ${origin}/report/follow. They are shown only here. Keep them to yourself:\n\n${words.join(' ')}`,
    came: (answer) => `Your letter has come to ${answer.cert.name}. A person reads it.\n\n${reachEn(answer)}`,
    cameSubject: ({ shortName }) => `${shortName}: your letter has come`,
    notice: (answer) =>
      `${answer.cert.name} has an answer for you in ${answer.reference}. It is not in this mail, because we have no key to encrypt it with.\n\nReply with your OpenPGP public key attached, or call us and give the reference: ${answer.cert.phone}`,
    foot: ({ cert, reference }) =>
      `${cert.shortName} · ${reference}\nReply to this mail to answer. If people are in danger, call: ${cert.phone}`,
  },
  ru: {
    empty: '(письмо без текста)',
    subject: ({ reference, cert }) => `[${reference}] ${cert.shortName}`,
    receipt: (answer) =>
      `Ваше сообщение получено: ${answer.cert.name}. Его прочитает сотрудник.\n\nНомер сообщения: ${answer.reference}\nОставляйте этот номер в теме, когда пишете снова.\n\n${reachRu(answer)}`,
    words: (words, { origin }) =>
      `Эти шесть слов открывают ваше сообщение на странице ${origin}/report/follow. Они показаны только здесь. Никому их не сообщайте:\n\n${words.join(' ')}`,
    came: (answer) =>
      `Ваше письмо получено: ${answer.cert.name}. Его прочитает сотрудник.\n\n${reachRu(answer)}`,
    cameSubject: ({ shortName }) => `${shortName}: ваше письмо получено`,
    notice: (answer) =>
      `${answer.cert.name}: для вас есть ответ по ${answer.reference}. Его нет в этом письме, потому что у нас нет вашего ключа шифрования.\n\nОтветьте, приложив открытый ключ OpenPGP, или позвоните и назовите номер: ${answer.cert.phone}`,
    foot: ({ cert, reference }) =>
      `${cert.shortName} · ${reference}\nЧтобы ответить, ответьте на это письмо. Если есть опасность для людей, звоните: ${cert.phone}`,
  },
  zh: {
    empty: '（邮件没有正文）',
    subject: ({ reference, cert }) => `[${reference}] ${cert.shortName}`,
    receipt: (answer) =>
      `${answer.cert.name} 已收到您的报告，将由专人阅读。\n\n编号：${answer.reference}\n再次来信时，请在主题中保留此编号。\n\n${reachZh(answer)}`,
    words: (words, { origin }) =>
      `凭以下六个单词，可在 ${origin}/report/follow 打开您的报告。它们只在此处显示，请勿告知他人：\n\n${words.join(' ')}`,
    came: (answer) => `${answer.cert.name} 已收到您的来信，将由专人阅读。\n\n${reachZh(answer)}`,
    cameSubject: ({ shortName }) => `${shortName}：已收到您的来信`,
    notice: (answer) =>
      `${answer.cert.name} 在 ${answer.reference} 中有给您的答复。由于我们没有可用于加密的密钥，内容不在此邮件中。\n\n请回复并附上您的 OpenPGP 公钥，或致电并告知编号：${answer.cert.phone}`,
    foot: ({ cert, reference }) =>
      `${cert.shortName} · ${reference}\n直接回复此邮件即可答复。如有人员危险，请致电：${cert.phone}`,
  },
};

const grouped = (fingerprint: string) => (fingerprint.match(/.{4}/g) ?? []).join(' ');

const reachEn = ({ cert, fingerprint, origin }: Answer) =>
  [
    `If people are in danger or the plant is out of control, call now: ${cert.phone}`,
    `Report over our portal, where nobody on the way reads along: ${origin}/report`,
    ...(fingerprint ? [`Encrypt letters to our OpenPGP key: ${grouped(fingerprint)}`] : []),
  ].join('\n');

const reachRu = ({ cert, fingerprint, origin }: Answer) =>
  [
    `Если люди в опасности или установка вышла из-под контроля, звоните немедленно: ${cert.phone}`,
    `Сообщить через портал, где никто по пути не читает: ${origin}/report`,
    ...(fingerprint ? [`Шифруйте письма нашим ключом OpenPGP: ${grouped(fingerprint)}`] : []),
  ].join('\n');

const reachZh = ({ cert, fingerprint, origin }: Answer) =>
  [
    `如有人员危险或设备失控，请立即致电：${cert.phone}`,
    `通过门户报告，途中无人可读：${origin}/report`,
    ...(fingerprint ? [`请用我们的 OpenPGP 公钥加密来信：${grouped(fingerprint)}`] : []),
  ].join('\n');

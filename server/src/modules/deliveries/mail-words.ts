import type { Language } from '@busbar/contract';

// Part of what is mailed and signed, and therefore words of the document and not of the portal.

export interface MailWords {
  readonly read: string;
  readonly readOn: string;
  readonly heads: string;
  readonly why: (cert: string) => string;
  readonly change: string;
  /** Outside of what is encrypted, and above a notice: that there is something, and nothing of it. */
  readonly subject: (cert: string) => string;
  readonly notice: (cert: string, label: string) => string;
  readonly noticeKey: string;
  readonly recalled: (title: string) => string;
  readonly recalledText: (title: string, reason: string) => string;
  readonly confirmSubject: (cert: string) => string;
  readonly confirm: (cert: string, link: string) => string;
  readonly invitedSubject: (cert: string) => string;
  readonly invited: (cert: string, link: string) => string;
  readonly testSubject: (cert: string) => string;
  readonly test: (cert: string, origin: string) => string;
}

export const mailWords: Record<Language, MailWords> = {
  en: {
    read: 'Read it with its files and signatures:',
    readOn: 'Open it, and say that you have it in hand:',
    heads: 'All heads, to compare. You end these mails in the portal:',
    why: (cert) => `You get this because you subscribed to what ${cert} publishes.`,
    change: 'Change or end it:',
    subject: (cert) => `${cert}: something new for you`,
    notice: (cert, label) =>
      `${cert} has something new for you. It is TLP:${label} and is therefore not in this mail. Sign in to read it:`,
    noticeKey: 'Give your OpenPGP key under “Told by mail”, and it will be in the mail, encrypted.',
    recalled: (title) => `Recalled: ${title}`,
    recalledText: (title, reason) =>
      `“${title}”, which we sent you, is recalled. Do not act on it any more, and tell whom you passed it on to.\n\nWhy: ${reason}`,
    confirmSubject: (cert) => `${cert}: is this your address?`,
    confirm: (cert, link) =>
      `Somebody asked ${cert} to send what it publishes to this address. If it was you, confirm it within two days:\n\n${link}\n\nIf it was not you, do nothing: nothing more will be sent.`,
    invitedSubject: (cert) => `${cert} asks for your help`,
    invited: (cert, link) =>
      `${cert} asks you to take part in a case. What it is about opens once you have accepted the terms; this mail tells nothing of it. Read them within fourteen days:\n\n${link}\n\nWhoever has this link may read the terms: do not pass it on. If you do not know ${cert}, call it by a number that you found yourself.`,
    testSubject: (cert) => `${cert}: mail works`,
    test: (cert, origin) =>
      `This is the test message that you asked for. ${cert} can send mail from ${origin}.`,
  },
  ru: {
    read: 'Читать вместе с файлами и подписями:',
    readOn: 'Открыть и подтвердить получение:',
    heads: 'Все заголовки для сравнения. Отказаться от этих писем можно в портале:',
    why: (cert) => `Вы получили это письмо, потому что подписались на публикации ${cert}.`,
    change: 'Изменить или прекратить подписку:',
    subject: (cert) => `${cert}: новое сообщение для вас`,
    notice: (cert, label) =>
      `${cert}: для вас есть новое сообщение. Его метка — TLP:${label}, поэтому его текста нет в этом письме. Войдите, чтобы прочитать его:`,
    noticeKey:
      'Передайте свой ключ OpenPGP на странице «Сообщения по почте» — и текст будет приходить в зашифрованном виде.',
    recalled: (title) => `Отозвано: ${title}`,
    recalledText: (title, reason) =>
      `Отправленная вам публикация «${title}» отозвана. Больше не руководствуйтесь ею и предупредите тех, кому вы её передали.\n\nПричина: ${reason}`,
    confirmSubject: (cert) => `${cert}: это ваш адрес?`,
    confirm: (cert, link) =>
      `Кто-то попросил ${cert} присылать публикации на этот адрес. Если это были вы, подтвердите адрес в течение двух дней:\n\n${link}\n\nЕсли это были не вы, ничего не делайте: больше писем не будет.`,
    invitedSubject: (cert) => `${cert} просит вашей помощи`,
    invited: (cert, link) =>
      `${cert} приглашает вас участвовать в деле. О чём оно, вы увидите после принятия условий; в этом письме об этом ничего нет. Прочитайте условия в течение четырнадцати дней:\n\n${link}\n\nПо этой ссылке условия может прочитать каждый, у кого она есть: не пересылайте её. Если вы не знаете ${cert}, позвоните по номеру, который нашли сами.`,
    testSubject: (cert) => `${cert}: почта работает`,
    test: (cert, origin) =>
      `Это проверочное письмо, которое вы запросили. ${cert} может отправлять почту с ${origin}.`,
  },
  zh: {
    read: '阅读全文、文件及签名：',
    readOn: '打开并确认收到：',
    heads: '全部链头，供比对。可在门户中停止此邮件：',
    why: (cert) => `您收到此邮件，是因为您订阅了 ${cert} 的发布内容。`,
    change: '更改或终止订阅：',
    subject: (cert) => `${cert}：有给您的新内容`,
    notice: (cert, label) => `${cert} 有给您的新内容。其标记为 TLP:${label}，因此不在此邮件中。请登录阅读：`,
    noticeKey: '请在“邮件通知”页面提供您的 OpenPGP 公钥，内容便会加密后随邮件发送。',
    recalled: (title) => `已撤回：${title}`,
    recalledText: (title, reason) =>
      `我们曾发送给您的“${title}”已被撤回。请不要再据此行事，并告知您转发过的人。\n\n原因：${reason}`,
    confirmSubject: (cert) => `${cert}：这是您的地址吗？`,
    confirm: (cert, link) =>
      `有人请求 ${cert} 将发布内容发送到此地址。如果是您本人，请在两天内确认：\n\n${link}\n\n如果不是您，请忽略此邮件：不会再发送任何内容。`,
    invitedSubject: (cert) => `${cert} 请求您的协助`,
    invited: (cert, link) =>
      `${cert} 邀请您参与一个案件。接受条款后即可了解案件内容，本邮件不透露任何案情。请在十四天内阅读条款：\n\n${link}\n\n持有此链接者均可阅读条款，请勿转发。如果您不认识 ${cert}，请拨打您自行查到的电话核实。`,
    testSubject: (cert) => `${cert}：邮件功能正常`,
    test: (cert, origin) => `这是您请求的测试邮件。${cert} 可以从 ${origin} 发送邮件。`,
  },
};

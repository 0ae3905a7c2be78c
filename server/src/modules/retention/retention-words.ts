import type { Language } from '@busbar/contract';

type Text = { readonly subject: string; readonly text: string };

/** What mail says. It names the case by its reference, and nothing that is in it. */
export interface Words {
  soonGone(reference: string, day: string): Text;
  lookedInto(reference: string, who: string, until: string, reason: string): Text;
  asksToLook(reference: string, who: string, hours: number, reason: string): Text;
}

export const words: Record<Language, Words> = {
  en: {
    soonGone: (reference, day) => ({
      subject: `${reference} will be destroyed on ${day}`,
      text: `The time that case ${reference} is kept ends on ${day}. Then its key is destroyed, and nobody can read what is in it again. If it is needed longer, place a hold or choose another class before that day.`,
    }),
    lookedInto: (reference, who, until, reason) => ({
      subject: `An administrator may look into ${reference}`,
      text: `${who} may read case ${reference} until ${until} (UTC), because: ${reason}\nA lead of the CERT let him in. Everything he opens stands in your access log.`,
    }),
    asksToLook: (reference, who, hours, reason) => ({
      subject: `${who} asks to look into ${reference}`,
      text: `${who} asks to read case ${reference} for ${hours} h, because: ${reason}\nNothing opens until a lead says so.`,
    }),
  },
  ru: {
    soonGone: (reference, day) => ({
      subject: `Содержание дела ${reference} будет уничтожено ${day}`,
      text: `Срок хранения дела ${reference} истекает ${day}. В этот день ключ дела будет уничтожен, и прочитать его содержание не сможет никто. Если оно нужно дольше, до этого дня установите запрет на уничтожение или выберите другой срок хранения.`,
    }),
    lookedInto: (reference, who, until, reason) => ({
      subject: `Администратору открыт доступ к делу ${reference}`,
      text: `${who} может читать дело ${reference} до ${until} (UTC). Причина: ${reason}\nДоступ разрешил руководитель CERT. Всё, что будет открыто, записывается в ваш журнал доступа.`,
    }),
    asksToLook: (reference, who, hours, reason) => ({
      subject: `${who} запрашивает доступ к делу ${reference}`,
      text: `${who} просит открыть дело ${reference} на ${hours} ч. Причина: ${reason}\nПока руководитель не разрешит, ничего не открыто.`,
    }),
  },
  zh: {
    soonGone: (reference, day) => ({
      subject: `案件 ${reference} 的内容将于 ${day} 销毁`,
      text: `案件 ${reference} 的保存期限于 ${day} 届满。届时案件密钥将被销毁，任何人都无法再读取其内容。如需延长保存，请在该日之前设置保全或选择其他保存期限。`,
    }),
    lookedInto: (reference, who, until, reason) => ({
      subject: `管理员已获准查看案件 ${reference}`,
      text: `${who} 可查看案件 ${reference}，截止 ${until}（UTC）。理由：${reason}\n由 CERT 负责人批准。其打开的所有内容都会记录在贵方的访问日志中。`,
    }),
    asksToLook: (reference, who, hours, reason) => ({
      subject: `${who} 申请查看案件 ${reference}`,
      text: `${who} 申请查看案件 ${reference}，时长 ${hours} 小时。理由：${reason}\n在负责人批准之前不会开放任何内容。`,
    }),
  },
};

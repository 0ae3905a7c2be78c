import type { CaseLabel, HandlingLimit, Language } from '@busbar/contract';

type Texts = Readonly<Record<Language, { readonly subject: string; readonly text: string }>>;

// Words of what is mailed to the owner of a case: of its people only, and of nothing that is in it.

/** Somebody of the CERT reads a case from now on. */
export const joinedTexts = (who: string, reference: string): Texts => ({
  en: {
    subject: `${who} joined your case ${reference}`,
    text: `${who} of the CERT joined the team of your case ${reference}, and reads what is in it from now on.`,
  },
  ru: {
    subject: `${who} — участник вашего дела ${reference}`,
    text: `${who} (CERT) теперь входит в группу по вашему делу ${reference} и читает его материалы.`,
  },
  zh: {
    subject: `${who} 加入了贵单位的案件 ${reference}`,
    text: `CERT 的 ${who} 加入了贵单位案件 ${reference} 的工作组，自此可以查看案件内容。`,
  },
});

/** Somebody from outside takes part from now on. Who it is stands in the case. */
export const guestTexts = (reference: string): Texts => ({
  en: {
    subject: `Somebody from outside takes part in your case ${reference}`,
    text: `Somebody from outside accepted the terms and takes part in your case ${reference}: the case says who. They read the threads that name them and nothing else.`,
  },
  ru: {
    subject: `В вашем деле ${reference} участвует внешняя сторона`,
    text: `Приглашённый участник принимает условия и участвует в вашем деле ${reference}; кто это, указано в деле. Ему доступны только обсуждения, где он указан, и ничего более.`,
  },
  zh: {
    subject: `有外部人员参与贵单位的案件 ${reference}`,
    text: `一位外部人员已接受条款，参与贵单位的案件 ${reference}；具体是谁请见案件。其只能阅读列有其姓名的讨论，看不到其他内容。`,
  },
});

/** Written into the thread for whoever changed it, in the language of the case: all of it, and since when. */
export const limitText = (language: Language, from: HandlingLimit, to: HandlingLimit): string => {
  const { allows, now, before } = limitTexts[language];
  return `${now}: ${allows[to]}. ${before}: ${allows[from]}.`;
};

const limitTexts: Readonly<
  Record<
    Language,
    {
      readonly allows: Readonly<Record<HandlingLimit, string>>;
      readonly now: string;
      readonly before: string;
    }
  >
> = {
  en: {
    allows: {
      advise: 'advise, nothing else',
      analyse: 'advise and analyse',
      shareIndicators: 'advise, analyse, and warn others with indicators, without a name',
    },
    now: 'From now on the CERT may',
    before: 'Until now it was allowed to',
  },
  ru: {
    allows: {
      advise: 'только советовать',
      analyse: 'советовать и анализировать',
      shareIndicators: 'советовать, анализировать и предупреждать других по признакам, без имени',
    },
    now: 'Отныне CERT разрешено',
    before: 'До сих пор было разрешено',
  },
  zh: {
    allows: {
      advise: '仅提供建议',
      analyse: '提供建议并进行分析',
      shareIndicators: '提供建议、进行分析，并可用失陷指标提醒他人（不具名）',
    },
    now: '自此起允许应急响应组织',
    before: '此前允许',
  },
};

/** The same of its label. */
export const labelText = (language: Language, label: CaseLabel): string => labelTexts[language][label];

const labelTexts: Readonly<Record<Language, Readonly<Record<CaseLabel, string>>>> = {
  en: {
    RED: 'From now on this case is TLP:RED: nothing of it is released, also not what was agreed to.',
    'AMBER+STRICT':
      'From now on this case is TLP:AMBER+STRICT again: what was agreed to may be released, as far as it was agreed to.',
  },
  ru: {
    RED: 'Отныне это дело TLP:RED: ничто из него не выпускается, даже то, на что дано согласие.',
    'AMBER+STRICT':
      'Отныне это дело снова TLP:AMBER+STRICT: может быть выпущено то, на что дано согласие, и только так, как согласовано.',
  },
  zh: {
    RED: '自此起本案件为 TLP:RED：其中任何内容均不得发布，包括此前已同意的内容。',
    'AMBER+STRICT': '自此起本案件恢复为 TLP:AMBER+STRICT：已同意的内容可在同意的范围内发布。',
  },
};

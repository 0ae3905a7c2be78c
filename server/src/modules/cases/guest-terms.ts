import type { GuestRole, Language } from '@busbar/contract';

// What a guest agrees to is a document: it is kept with his part word for word, and therefore no words of the portal.

const common: Record<Language, (cert: string) => readonly string[]> = {
  en: (cert) => [
    `You are asked to take part in a case of ${cert}. Before it opens to you, agree to this:`,
    '1. You use what you read only to help with this case.',
    '2. You pass nothing on, within your organisation or outside, beyond what the TLP label beside it allows.',
    '3. You keep the case itself, those concerned and your part in it to yourself until it is released.',
    `4. What you read and write is recorded, and the organisation concerned can see that you take part. You may leave at any time; what you agreed to stays in force.`,
  ],
  ru: (cert) => [
    `Вас приглашают участвовать в деле ${cert}. Прежде чем оно откроется вам, примите следующие условия:`,
    '1. Вы используете прочитанное только для помощи в этом деле.',
    '2. Вы не передаёте ничего ни внутри своей организации, ни за её пределы сверх того, что разрешает метка TLP.',
    '3. До официального выпуска вы не разглашаете само дело, затронутые стороны и своё участие.',
    '4. Всё, что вы читаете и пишете, протоколируется, а затронутая организация видит, что вы участвуете. Вы можете выйти в любой момент; принятые обязательства остаются в силе.',
  ],
  zh: (cert) => [
    `${cert} 邀请您参与一个案件。案件向您开放之前，请同意以下条款：`,
    '1. 您所读到的内容仅用于协助处理本案。',
    '2. 无论在贵单位内部还是外部，您转发的内容不超出其 TLP 标记所允许的范围。',
    '3. 在正式发布之前，您对案件本身、相关方以及您的参与保密。',
    '4. 您的阅读和发言会被记录，涉事单位可以看到您参与其中。您可随时退出；已作出的承诺继续有效。',
  ],
};

const besides: Partial<Record<GuestRole, Record<Language, string>>> = {
  vendor: {
    en: '5. You speak for the products of your organisation only, and tell us before you tell your customers.',
    ru: '5. Вы говорите только о продуктах своей организации и сообщаете нам прежде, чем своим клиентам.',
    zh: '5. 您只就贵单位的产品发言，并在通知客户之前先告知我们。',
  },
  authority: {
    en: '5. You use nothing of it for supervision or prosecution without asking the organisation concerned, unless the law leaves you no choice; then you tell us.',
    ru: '5. Вы не используете эти сведения для надзора или преследования без согласия затронутой организации, если только закон не обязывает вас; тогда вы сообщаете об этом нам.',
    zh: '5. 未经涉事单位同意，您不将其用于监管或追责；法律另有强制规定时，您会告知我们。',
  },
};

/** The terms of a part, in the language of whoever is to accept them. */
export const termsOf = (role: GuestRole, language: Language, cert: string): string =>
  [...common[language](cert), ...(besides[role] ? [besides[role][language]] : [])].join('\n\n');

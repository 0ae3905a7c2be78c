import type { Language, Urgency } from '@busbar/contract';

// Part of what is mailed and signed, and of calendars: words of the document and not of the portal.

/** What is told of one advisory. */
export interface AlertText {
  readonly urgency: Urgency;
  readonly trackingId: string;
  readonly title: string;
  readonly devices: number;
  /** Some of them, by name. */
  readonly names: readonly string[];
  /** What helps without a new version, as its document says it. */
  readonly mitigations: readonly string[];
}

export interface DateText {
  readonly day: string;
  readonly kind: 'soon' | 'passed';
  readonly device: string;
  readonly trackingId: string;
  readonly title: string;
}

interface AlertWords {
  readonly urgency: Record<Urgency, string>;
  readonly means: Record<Urgency, string>;
  readonly devices: (count: number) => string;
  readonly more: (count: number) => string;
  readonly mitigations: string;
  readonly digest: (alerts: number, organisation: string) => string;
  readonly reminder: (subject: string) => string;
  readonly reminded: string;
  readonly escalated: string;
  readonly dates: (count: number, organisation: string) => string;
  readonly soon: string;
  readonly passed: string;
  readonly calendar: (organisation: string) => string;
  readonly due: (trackingId: string, devices: number) => string;
  readonly dueQuietly: (devices: number) => string;
  readonly beyond: (dates: number) => string;
  readonly beyondWhere: string;
}

export const alertWords: Record<Language, AlertWords> = {
  en: {
    urgency: {
      immediate: 'Immediate',
      'out-of-cycle': 'Out of cycle',
      scheduled: 'Scheduled',
      defer: 'Can wait',
    },
    means: {
      immediate: 'Act now; stop other work for it if you must.',
      'out-of-cycle': 'Act at the next opportunity, before the next planned maintenance.',
      scheduled: 'Take it into the next planned maintenance.',
      defer: 'Nothing to do at present.',
    },
    devices: (count) => (count === 1 ? '1 device' : `${count} devices`),
    more: (count) => `… and ${count} more`,
    mitigations: 'What helps without a new version, as the advisory says it:',
    digest: (alerts, organisation) =>
      `${organisation}: ${alerts === 1 ? 'one new warning' : `${alerts} new warnings`}`,
    reminder: (subject) => `Reminder: ${subject}`,
    reminded: 'Nobody of your organisation has said yet that he has this in hand.',
    escalated:
      'Nobody of your organisation answered to this. You are asked because you are the second contact.',
    dates: (count, organisation) =>
      `${organisation}: ${count === 1 ? 'one date comes or has passed' : `${count} dates come or have passed`}`,
    soon: 'Due soon:',
    passed: 'Past due:',
    calendar: (organisation) => `Warnings of ${organisation}`,
    due: (trackingId, devices) => `${trackingId}: ${devices === 1 ? '1 device' : `${devices} devices`} due`,
    dueQuietly: (devices) => (devices === 1 ? 'A warning is due' : `${devices} warnings are due`),
    beyond: (dates) =>
      `From here on ${dates === 1 ? '1 more date is' : `${dates} more dates are`} not in this calendar`,
    beyondWhere: 'All dates are in the portal, under Warnings.',
  },
  ru: {
    urgency: {
      immediate: 'Немедленно',
      'out-of-cycle': 'Вне графика',
      scheduled: 'По графику',
      defer: 'Может подождать',
    },
    means: {
      immediate: 'Действуйте сейчас; при необходимости отложите другую работу.',
      'out-of-cycle': 'Действуйте при первой возможности, не дожидаясь планового обслуживания.',
      scheduled: 'Выполните при ближайшем плановом обслуживании.',
      defer: 'Сейчас ничего делать не нужно.',
    },
    devices: (count) => `устройств: ${count}`,
    more: (count) => `… и ещё ${count}`,
    mitigations: 'Что помогает без новой версии, по тексту бюллетеня:',
    digest: (alerts, organisation) => `${organisation}: новых предупреждений — ${alerts}`,
    reminder: (subject) => `Напоминание: ${subject}`,
    reminded: 'Никто в вашей организации ещё не подтвердил, что занимается этим.',
    escalated: 'Никто в вашей организации не ответил. Вы получили это как второе контактное лицо.',
    dates: (count, organisation) => `${organisation}: сроки подходят или прошли — ${count}`,
    soon: 'Срок подходит:',
    passed: 'Срок прошёл:',
    calendar: (organisation) => `Предупреждения: ${organisation}`,
    due: (trackingId, devices) => `${trackingId}: срок, устройств: ${devices}`,
    dueQuietly: (devices) => `Подходит срок предупреждений: ${devices}`,
    beyond: (dates) => `Далее в этот календарь не вошло сроков: ${dates}`,
    beyondWhere: 'Все сроки есть на портале, в разделе «Предупреждения».',
  },
  zh: {
    urgency: {
      immediate: '立即处理',
      'out-of-cycle': '计划外处理',
      scheduled: '按计划处理',
      defer: '可以等待',
    },
    means: {
      immediate: '请立即行动；必要时暂停其他工作。',
      'out-of-cycle': '请尽早行动，不要等到下次计划检修。',
      scheduled: '请安排在下次计划检修中处理。',
      defer: '目前无需采取措施。',
    },
    devices: (count) => `${count} 台设备`,
    more: (count) => `……另有 ${count} 台`,
    mitigations: '无需新版本即可采取的措施（引自公告）：',
    digest: (alerts, organisation) => `${organisation}：${alerts} 条新预警`,
    reminder: (subject) => `提醒：${subject}`,
    reminded: '贵单位尚无人确认正在处理此事。',
    escalated: '贵单位无人回应。您是第二联系人，因此收到此通知。',
    dates: (count, organisation) => `${organisation}：${count} 项期限临近或已过`,
    soon: '即将到期：',
    passed: '已过期限：',
    calendar: (organisation) => `${organisation} 的预警`,
    due: (trackingId, devices) => `${trackingId}：${devices} 台设备到期`,
    dueQuietly: (devices) => `${devices} 条预警到期`,
    beyond: (dates) => `此后另有 ${dates} 项期限未列入本日历`,
    beyondWhere: '全部期限请见门户的“预警”页面。',
  },
};

const languages = Object.keys(alertWords) as Language[];

type Text = { readonly subject: string; readonly text: string };
const inAll = (write: (words: AlertWords) => Text) =>
  Object.fromEntries(languages.map((language) => [language, write(alertWords[language])]));

/** One advisory; `asked` where nobody has answered yet. */
export function alertTexts(alert: AlertText, organisation: string, asked?: 'reminded' | 'escalated') {
  return inAll((words) => {
    const subject = `${words.urgency[alert.urgency]}: ${alert.title} (${organisation}, ${words.devices(alert.devices)})`;
    return {
      subject: asked ? words.reminder(subject) : subject,
      text: [...(asked ? [words[asked]] : []), bodyOf(alert, words)].join('\n\n'),
    };
  });
}

export function digestTexts(alerts: readonly AlertText[], more: number, organisation: string) {
  return inAll((words) => ({
    subject: words.digest(alerts.length + more, organisation),
    text: [...alerts.map((alert) => bodyOf(alert, words)), ...(more > 0 ? [words.more(more)] : [])].join(
      '\n\n\n',
    ),
  }));
}

export function dateTexts(dates: readonly DateText[], organisation: string) {
  return inAll((words) => ({
    subject: words.dates(dates.length, organisation),
    text: (['passed', 'soon'] as const)
      .map((kind) => ({ kind, those: dates.filter((date) => date.kind === kind) }))
      .filter(({ those }) => those.length > 0)
      .map(({ kind, those }) => [words[kind], ...listed(those.map(lineOf), words)].join('\n'))
      .join('\n\n'),
  }));
}

const lineOf = ({ day, device, trackingId, title }: DateText) => `${day}  ${device}: ${trackingId}, ${title}`;

function bodyOf({ urgency, trackingId, title, devices, names, mitigations }: AlertText, words: AlertWords) {
  return [
    `${words.urgency[urgency]}: ${title} (${trackingId})\n${words.means[urgency]}`,
    [`${words.devices(devices)}:`, ...listed(names, words, devices - names.length)].join('\n'),
    ...(mitigations.length > 0
      ? [[words.mitigations, ...mitigations.map((one) => `- ${one}`)].join('\n')]
      : []),
  ].join('\n\n');
}

/** A mail names no more than somebody reads. */
const most = 50;

const listed = (lines: readonly string[], words: AlertWords, more = 0) => {
  const rest = more + Math.max(0, lines.length - most);
  return [...lines.slice(0, most).map((one) => `- ${one}`), ...(rest > 0 ? [`- ${words.more(rest)}`] : [])];
};

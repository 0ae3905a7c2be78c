import { z } from 'zod';

import { Language } from './people.ts';
import { file, page, Paging, route } from './route.ts';
import { ById, Done, email, FormKey, Id, Instant, line, Tlp } from './words.ts';

/** Several lines as they were typed: no control characters but line breaks and tabs. */
const passage = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .refine(
      (text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(text),
      'must not hold control characters',
    )
    .refine((text) => text.isWellFormed(), 'must be well-formed text');

/** A sentence of a data file. English is always there; a reader whose language is missing gets it. */
export const Translated = z.strictObject({
  en: line(600),
  ru: line(600).optional(),
  zh: line(600).optional(),
});
export type Translated = z.infer<typeof Translated>;

/** The same in an answer, where `en` may hold what a person wrote, in whatever language. */
export const Worded = z.object({ en: z.string(), ru: z.string().optional(), zh: z.string().optional() });
export type Worded = z.infer<typeof Worded>;

export const inLanguage = (words: Worded, language: string): string =>
  words[language as Language] ?? words.en;

const Name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be small letters, digits and hyphens');

/** What doing something does to the process that runs meanwhile. */
export const ProcessEffect = z.enum(['none', 'possible', 'stops', 'unknown']);
export type ProcessEffect = z.infer<typeof ProcessEffect>;

/** Whoever answers for the process, and says yes before anything is done that may reach it. */
export const Confirmer = z.enum(['nobody', 'shiftSupervisor', 'plantManager', 'safetyEngineer']);
export type Confirmer = z.infer<typeof Confirmer>;

/** Phases of responding: NIST SP 800-61r2 chapter 3, with containment first as it is for a plant. */
export const Phase = z.enum(['identify', 'contain', 'eradicate', 'recover', 'learn']);
export type Phase = z.infer<typeof Phase>;

/** A playbook as its file says it. docs/playbook.schema.json is printed from here. */
export const Playbook = z
  .strictObject({
    id: Name,
    version: z.int().min(1),
    name: Translated,
    summary: Translated,
    sources: z
      .array(z.strictObject({ name: line(300), url: z.url({ protocol: /^https$/ }).optional() }))
      .min(1),
    never: z.array(Translated).min(1).max(20).describe('What must not be done to a process that runs'),
    steps: z
      .array(
        z.strictObject({
          id: Name,
          phase: Phase,
          title: Translated,
          detail: Translated,
          effect: ProcessEffect,
          side: z.enum(['cert', 'member']).describe('Whose task it is'),
          withinHours: z.int().min(1).max(720).optional().describe('Due so long after it was chosen'),
        }),
      )
      .min(1)
      .max(60),
    measures: z
      .array(
        z.strictObject({
          id: Name,
          title: Translated,
          effect: ProcessEffect,
          does: Translated.describe('The effect on the process, in words'),
          confirm: Confirmer,
          reversible: z.enum(['yes', 'partly', 'no']),
          undo: Translated.describe('How it is undone, or what is left when it cannot be'),
        }),
      )
      .max(30),
  })
  .refine(
    ({ measures }) => measures.every(({ effect, confirm }) => effect === 'none' || confirm !== 'nobody'),
    {
      path: ['measures'],
      message: 'what may reach the process must be confirmed by somebody',
    },
  )
  .refine(({ steps, measures }) => distinct(steps) && distinct(measures), {
    message: 'ids must be distinct',
  });
export type Playbook = z.infer<typeof Playbook>;

const distinct = (some: readonly { readonly id: string }[]) =>
  new Set(some.map(({ id }) => id)).size === some.length;

/** A playbook that can be chosen: its file, and which bytes it was. */
export const PlaybookFile = Playbook.extend({
  sha256: z.string(),
  from: z.enum(['busbar', 'instance']).describe('Comes with Busbar, or lies in the folder of this instance'),
});
export type PlaybookFile = z.infer<typeof PlaybookFile>;

export const TaskState = z.enum(['open', 'doing', 'done', 'dropped']);
export type TaskState = z.infer<typeof TaskState>;
export const TaskSide = z.enum(['cert', 'member']);
export type TaskSide = z.infer<typeof TaskSide>;

const TaskFields = z.object({
  title: line(300),
  detail: passage(4000).default(''),
  side: TaskSide.default('cert'),
  assignee: Id.nullable().default(null),
  due: Instant.nullable().default(null),
  effect: ProcessEffect.default('none'),
  internal: z.boolean().default(false).describe('For the CERT only'),
});

/** The case that pages below it name. */
export const CaseHead = z.object({
  reference: z.string(),
  owner: z.string(),
  isMembers: z.boolean().describe('It belongs to a member, and not to the CERT alone'),
  label: Tlp,
});
export type CaseHead = z.infer<typeof CaseHead>;

/** Which step of which playbook something came from. */
const Step = z.object({ playbook: z.string(), name: Translated, version: z.int(), id: z.string() });

export const CaseTask = z.object({
  id: Id,
  title: Worded,
  detail: Worded.nullable(),
  own: z.boolean().describe('Its words were written by a person, and not by a playbook'),
  side: TaskSide,
  assignee: z.object({ id: Id, name: z.string() }).nullable(),
  due: Instant.nullable(),
  state: TaskState,
  effect: ProcessEffect,
  phase: Phase.nullable(),
  step: Step.nullable(),
  internal: z.boolean(),
  revision: z.int().describe('Counts changes: whoever changes an older one is told'),
  changedAt: Instant,
  changedBy: z.string().nullable().describe('Who changed it last, where that is known'),
});
export type CaseTask = z.infer<typeof CaseTask>;

export const TaskSearch = Paging.extend({
  view: z.enum(['open', 'mine', 'ended', 'all']).default('all'),
  search: z.string().max(200).optional(),
});
export type TaskSearch = z.infer<typeof TaskSearch>;

export const ChosenPlaybook = z.object({
  id: Id,
  playbook: z.string(),
  version: z.int(),
  sha256: z.string(),
  name: Translated,
  never: z.array(Translated),
  sources: Playbook.shape.sources,
  by: z.string(),
  at: Instant,
  untouched: z.boolean().describe('Nothing that it added was done or changed: it may be taken back'),
});
export type ChosenPlaybook = z.infer<typeof ChosenPlaybook>;

export const TaskBoard = page(CaseTask).extend({
  case: CaseHead,
  counts: z.object({ open: z.int(), mine: z.int(), ended: z.int(), all: z.int() }),
  playbooks: z.array(ChosenPlaybook),
  people: z.array(z.object({ id: Id, name: z.string() })).describe('Who of my side may be given a task'),
  undo: z
    .object({ task: Id, title: Worded, revision: z.int() })
    .nullable()
    .describe('The last change that I made a moment ago, which I may take back'),
});
export type TaskBoard = z.infer<typeof TaskBoard>;

export const MeasureState = z.enum(['proposed', 'confirmed', 'done', 'undone', 'dropped']);
export type MeasureState = z.infer<typeof MeasureState>;

/** Which way a measure may go. `asks`: only where nobody has to confirm it, or somebody has. */
export const measureMoves: readonly { readonly from: MeasureState; readonly to: MeasureState }[] = [
  { from: 'proposed', to: 'confirmed' },
  { from: 'proposed', to: 'done' },
  { from: 'proposed', to: 'dropped' },
  { from: 'confirmed', to: 'done' },
  { from: 'confirmed', to: 'proposed' },
  { from: 'confirmed', to: 'dropped' },
  { from: 'done', to: 'undone' },
  { from: 'undone', to: 'proposed' },
  { from: 'dropped', to: 'proposed' },
];

/** The steps that are open to a measure. The database says so once more. */
export const movesOfMeasure = ({
  state,
  confirm,
}: {
  readonly state: MeasureState;
  readonly confirm: Confirmer;
}): readonly MeasureState[] =>
  measureMoves.filter(({ from, to }) => from === state && fits(from, to, confirm)).map(({ to }) => to);

const fits = (from: MeasureState, to: MeasureState, confirm: Confirmer): boolean =>
  from !== 'proposed' || to === 'dropped' || (to === 'done') === (confirm === 'nobody');

/** Can it be taken back, once it was done? */
export const Reversible = z.enum(['yes', 'partly', 'no']);

const MeasureFields = z
  .object({
    title: line(300),
    effect: ProcessEffect,
    does: passage(2000).refine((text) => text !== '', 'must say what it does to the process'),
    confirm: Confirmer,
    reversible: Reversible,
    undo: passage(2000).default(''),
  })
  .refine(({ effect, confirm }) => effect === 'none' || confirm !== 'nobody', {
    path: ['confirm'],
    message: 'what may reach the process must be confirmed by somebody',
  });

export const CaseMeasure = z.object({
  id: Id,
  title: Worded,
  effect: ProcessEffect,
  does: Worded,
  confirm: Confirmer,
  reversible: Reversible,
  undo: Worded.nullable(),
  state: MeasureState,
  step: Step.nullable(),
  confirmed: z
    .object({
      by: z.string(),
      at: Instant,
      telephone: z.boolean(),
      recordedBy: z.string().describe('Who wrote it down; the same person unless it was said by telephone'),
    })
    .nullable(),
  revision: z.int(),
  history: z.array(z.object({ to: MeasureState, note: z.string().nullable(), by: z.string(), at: Instant })),
});
export type CaseMeasure = z.infer<typeof CaseMeasure>;

const TaskOf = z.object({ id: Id, task: Id });
const MeasureOf = z.object({ id: Id, measure: Id });
const Revision = z.int().min(1);

export const caseworkApi = {
  playbooks: route({
    method: 'GET',
    path: '/api/playbooks',
    summary: 'Read the playbooks that can be chosen',
    action: 'read case (messages, observations, findings)',
    records: null,
    reply: z.object({
      items: z.array(PlaybookFile),
      broken: z
        .array(z.object({ file: z.string(), why: z.string() }))
        .describe('Files of this instance that do not fit'),
    }),
  }),
  tasks: route({
    method: 'GET',
    path: '/api/cases/:id/tasks',
    summary: 'List the tasks of a case, those due first',
    action: 'read case (messages, observations, findings)',
    records: 'case tasks listed',
    params: ById,
    query: TaskSearch,
    reply: TaskBoard,
  }),
  choose: route({
    method: 'POST',
    path: '/api/cases/:id/playbooks',
    summary: 'Choose a playbook: its steps become tasks, its measures are proposed',
    action: 'triage and move cases',
    records: 'playbook chosen',
    params: ById,
    body: z.object({
      playbook: Name,
      sha256: z.string().optional().describe('The file that was read before'),
    }),
    reply: z.object({ id: Id, tasks: z.int(), measures: z.int() }),
  }),
  unchoose: route({
    method: 'DELETE',
    path: '/api/cases/:id/playbooks/:playbook',
    summary: 'Take a playbook back with all that it added, while nothing of it was done or changed',
    action: 'triage and move cases',
    records: 'playbook taken back',
    params: z.object({ id: Id, playbook: Id }),
    reply: Done,
  }),
  addTask: route({
    method: 'POST',
    path: '/api/cases/:id/tasks',
    summary: 'Add a task',
    action: 'follow own report and reply',
    records: 'task added',
    params: ById,
    body: TaskFields.extend({ key: FormKey }),
    reply: CaseTask,
  }),
  changeTask: route({
    method: 'PUT',
    path: '/api/cases/:id/tasks/:task',
    summary: 'Change a task, or say what became of it',
    action: 'follow own report and reply',
    records: 'task changed',
    params: TaskOf,
    body: z.object({
      revision: Revision,
      title: line(300).optional(),
      detail: passage(4000).optional(),
      side: TaskSide.optional(),
      assignee: Id.nullable().optional(),
      due: Instant.nullable().optional(),
      effect: ProcessEffect.optional(),
      state: TaskState.optional(),
    }),
    reply: CaseTask,
  }),
  undoTask: route({
    method: 'POST',
    path: '/api/cases/:id/tasks/:task/undo',
    summary: 'Take back the last change of a task',
    action: 'follow own report and reply',
    records: 'task change undone',
    params: TaskOf,
    body: z.object({ revision: Revision }),
    reply: CaseTask,
  }),
  measures: route({
    method: 'GET',
    path: '/api/cases/:id/measures',
    summary: 'List the containment measures of a case',
    action: 'read case (messages, observations, findings)',
    records: 'measures listed',
    params: ById,
    query: z.object({ search: z.string().max(200).optional() }),
    reply: z.object({ case: CaseHead, items: z.array(CaseMeasure) }),
  }),
  addMeasure: route({
    method: 'POST',
    path: '/api/cases/:id/measures',
    summary: 'Propose a containment measure, with what it does to the process',
    action: 'follow own report and reply',
    records: 'measure proposed',
    params: ById,
    body: MeasureFields.and(z.object({ key: FormKey })),
    reply: CaseMeasure,
  }),
  changeMeasure: route({
    method: 'PUT',
    path: '/api/cases/:id/measures/:measure',
    summary: 'Change a measure that is proposed; what was confirmed stays as it was confirmed',
    action: 'follow own report and reply',
    records: 'measure changed',
    params: MeasureOf,
    body: MeasureFields.and(z.object({ revision: Revision })),
    reply: CaseMeasure,
  }),
  moveMeasure: route({
    method: 'POST',
    path: '/api/cases/:id/measures/:measure/moves',
    summary: 'Confirm a measure, say that it was done or undone, or drop it',
    action: 'follow own report and reply',
    records: 'measure moved',
    params: MeasureOf,
    body: z.object({
      to: MeasureState,
      revision: Revision,
      note: passage(2000).optional(),
      telephone: z
        .object({ name: line(), at: Instant.optional() })
        .optional()
        .describe('Who confirmed it by telephone, and when: without an account, or called by the CERT'),
    }),
    reply: CaseMeasure,
  }),
};

// Legal clocks.

/** What a deadline may run from. `awareness`: when the organisation became aware (NIS2 Art. 23(4), CRA Art. 14(2), (4)). */
export const ClockEvent = z.enum(['awareness', 'handled', 'remedyAvailable', 'materiality', 'ransomPaid']);
export type ClockEvent = z.infer<typeof ClockEvent>;

const From = z.union([ClockEvent, z.strictObject({ sent: Name })]);
const Within = z
  .strictObject({
    hours: z.int().min(1).max(8760).optional(),
    days: z.int().min(1).max(3650).optional(),
    months: z.int().min(1).max(120).optional(),
    workingDays: z.int().min(1).max(250).optional(),
  })
  .refine((within) => Object.values(within).filter((count) => count !== undefined).length === 1, {
    message: 'must be hours, days, months or workingDays',
  });
export type Within = z.infer<typeof Within>;

/** How a law counts, as its file says it. */
export const Counting = z.strictObject({
  source: line(300),
  hours: z
    .enum(['toTheMinute', 'fullHours'])
    .describe('fullHours: the hour in which it happened does not count (Reg. 1182/71 Art. 3(1))'),
  lastDay: z
    .enum(['moves', 'stays'])
    .describe('Whether a last day that is no working day moves to the next that is one'),
  twoWorkingDays: z
    .boolean()
    .default(false)
    .describe('A period of two days or more includes two working days (Reg. 1182/71 Art. 3(5))'),
  closes: z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)
    .optional()
    .describe('When the last day ends, where not at midnight'),
});
export type Counting = z.infer<typeof Counting>;

/** One line of the form, and what of the case stands in it at first. */
export const NoticeField = z.strictObject({
  id: Name,
  name: Translated,
  hint: Translated.optional(),
  from: z
    .enum([
      'organisation',
      'contact',
      'reference',
      'awareAt',
      'sees',
      'place',
      'impact',
      'measures',
      'previous',
    ])
    .optional(),
  options: z.array(z.strictObject({ id: Name, name: Translated })).optional(),
  required: z.boolean().default(true),
});
export type NoticeField = z.infer<typeof NoticeField>;

export const LawStage = z.strictObject({
  id: Name,
  name: Translated,
  source: line(200).describe('Article and paragraph'),
  from: From,
  within: Within,
  meanwhile: z
    .strictObject({
      id: Name,
      name: Translated,
      source: line(200),
      fields: z.array(NoticeField),
      afterwards: z.strictObject({ from: ClockEvent, within: Within }),
    })
    .optional()
    .describe(
      'What is sent at that time instead while it is still going on, and when this stage is due then',
    ),
  fields: z.array(NoticeField).min(1),
});
export type LawStage = z.infer<typeof LawStage>;

/** A law as its file says it. docs/clock.schema.json is printed from here. */
export const Law = z.strictObject({
  id: Name,
  version: z.int().min(1),
  country: z.string().regex(/^(?:[A-Z]{2})$/),
  zone: z
    .string()
    .max(60)
    .describe('IANA name of the zone in which days begin and end, unless another is chosen'),
  name: Translated,
  source: line(300),
  url: z.url({ protocol: /^https$/ }).optional(),
  applies: Translated.describe('To whom, and when, in a sentence'),
  authority: Translated,
  note: Translated.optional().describe('What counsel should be asked'),
  counting: Counting,
  holidays: Name.optional().describe(
    'Which calendar; without one only Saturdays and Sundays are no working days',
  ),
  stages: z.array(LawStage).min(1).max(10),
});
export type Law = z.infer<typeof Law>;

export const Deadline = z.object({
  id: Id,
  clock: Id,
  law: z.string(),
  lawName: Translated,
  stage: z.string(),
  name: Translated,
  source: z.string(),
  zone: z.string(),
  dueAt: Instant.nullable().describe('The moment it ends; nothing while what it runs from has not happened'),
  lastDay: z.iso.date().nullable().describe('The day at whose end it ends, in the zone of the law'),
  from: z.string().describe('An event, or the stage whose sending it runs from'),
  fromAt: Instant.nullable(),
  assumed: z.boolean().describe('Runs from the last moment of a stage that has not been sent'),
  state: z.enum(['waiting', 'running', 'late', 'sent', 'sentLate', 'stopped']),
  notice: Id.nullable(),
  meanwhile: z
    .object({ id: z.string(), name: Translated })
    .nullable()
    .describe('What is sent at that time instead while it is still going on'),
});
export type Deadline = z.infer<typeof Deadline>;

export const CaseClock = z.object({
  id: Id,
  law: z.string(),
  version: z.int(),
  sha256: z.string(),
  name: Translated,
  source: z.string(),
  counting: z.string(),
  note: Translated.nullable(),
  authority: Translated,
  zone: z.string(),
  events: z.array(z.object({ event: ClockEvent, at: Instant.nullable(), by: z.string().nullable() })),
  by: z.string(),
  at: Instant,
  stoppedAt: Instant.nullable(),
  stopReason: z.string().nullable(),
});
export type CaseClock = z.infer<typeof CaseClock>;

export const NoticeHow = z
  .enum(['here', 'mail', 'ourselves'])
  .describe(
    'To an authority that reads here, by encrypted mail, or handed in by the member by a way of the authority',
  );
export type NoticeHow = z.infer<typeof NoticeHow>;

export const CaseNoticeLine = z.object({
  id: Id,
  clock: Id,
  stage: z.string(),
  name: Translated,
  lawName: Translated,
  state: z.enum(['draft', 'sent']),
  how: NoticeHow.nullable(),
  authority: z.string().nullable(),
  sentAt: Instant.nullable(),
  sentBy: z.string().nullable(),
  reference: z.string().nullable().describe('What the authority calls it'),
  sha256: z.string().nullable(),
  delivery: z.enum(['waiting', 'delivered', 'failed']).nullable().describe('What became of the mail'),
});
export type CaseNoticeLine = z.infer<typeof CaseNoticeLine>;

export const CaseNotice = CaseNoticeLine.extend({
  case: CaseHead,
  source: z.string(),
  language: Language,
  fields: z.array(NoticeField.extend({ value: z.string() })),
  text: z.string().describe('What leaves, or left, letter by letter'),
  dueAt: Instant.nullable(),
  revision: z.int(),
  changedBy: z.string().nullable().describe('Who changed it last, where that is known'),
});
export type CaseNotice = z.infer<typeof CaseNotice>;

export const Authority = z.object({
  id: Id,
  name: z.string(),
  laws: z.array(z.string()),
  reads: z.boolean().describe('Reads here what is sent to it'),
  mail: z.string().nullable(),
  encrypted: z.boolean().describe('Mail to it can be encrypted'),
  page: z.string().nullable().describe('Where it takes notices itself'),
  phone: z.string().nullable(),
});
export type Authority = z.infer<typeof Authority>;

export const NewAuthority = z.object({
  name: line(),
  laws: z.array(Name).max(50),
  organisation: Id.nullable().default(null),
  mail: email.nullable().default(null),
  publicKey: z.string().max(100_000).nullable().default(null),
  page: z
    .url({ protocol: /^https$/ })
    .max(2000)
    .nullable()
    .default(null),
  phone: line(60).nullable().default(null),
});
export type NewAuthority = z.infer<typeof NewAuthority>;

export const ReceivedNotice = z.object({
  id: Id,
  from: z.string(),
  reference: z.string(),
  law: z.string(),
  stage: z.string(),
  title: z.string(),
  sentAt: Instant,
  sha256: z.string(),
});
export type ReceivedNotice = z.infer<typeof ReceivedNotice>;

const ClockOf = z.object({ id: Id, clock: Id });
const NoticeOf = z.object({ id: Id, notice: Id });

export const deadlineApi = {
  laws: route({
    method: 'GET',
    path: '/api/laws',
    summary: 'Read the laws whose clocks can be started',
    action: 'read case (messages, observations, findings)',
    records: null,
    reply: z.object({
      items: z.array(Law.extend({ sha256: z.string(), from: z.enum(['busbar', 'instance']) })),
      broken: z.array(z.object({ file: z.string(), why: z.string() })),
    }),
  }),
  list: route({
    method: 'GET',
    path: '/api/cases/:id/deadlines',
    summary: 'List the legal clocks, deadlines and notices of a case',
    action: 'read case (messages, observations, findings)',
    records: 'deadlines listed',
    params: ById,
    query: z.object({ search: z.string().max(200).optional() }),
    reply: z.object({
      case: CaseHead,
      clocks: z.array(CaseClock),
      deadlines: z.array(Deadline),
      notices: z.array(CaseNoticeLine),
    }),
  }),
  start: route({
    method: 'POST',
    path: '/api/cases/:id/clocks',
    summary: 'Start the clock of a law, from when the organisation became aware',
    action: 'follow own report and reply',
    records: 'clock started',
    params: ById,
    body: z.object({
      law: Name,
      zone: z.string().max(60).optional(),
      awareAt: Instant.optional().describe('When not what the case says'),
    }),
    reply: z.object({ id: Id }),
  }),
  event: route({
    method: 'POST',
    path: '/api/cases/:id/clocks/:clock/events',
    summary: 'Say when something happened that a deadline runs from',
    action: 'follow own report and reply',
    records: 'clock event recorded',
    params: ClockOf,
    body: z.object({ event: ClockEvent, at: Instant }),
    reply: Done,
  }),
  stop: route({
    method: 'POST',
    path: '/api/cases/:id/clocks/:clock/stop',
    summary: 'Stop a clock that does not apply, with the reason',
    action: 'follow own report and reply',
    records: 'clock stopped',
    params: ClockOf,
    body: z.object({ reason: passage(2000).refine((text) => text !== '', 'must say why') }),
    reply: Done,
  }),
  resume: route({
    method: 'POST',
    path: '/api/cases/:id/clocks/:clock/resume',
    summary: 'Let a clock that was stopped run again, counted from what it ran from',
    action: 'follow own report and reply',
    records: 'clock resumed',
    params: ClockOf,
    reply: Done,
  }),
  draft: route({
    method: 'POST',
    path: '/api/cases/:id/notices',
    summary: 'Draft a notice, filled in from the case',
    action: 'follow own report and reply',
    records: 'notice drafted',
    params: ById,
    body: z.object({ clock: Id, stage: Name, language: Language.default('en') }),
    reply: z.object({ id: Id }),
  }),
  notice: route({
    method: 'GET',
    path: '/api/cases/:id/notices/:notice',
    summary: 'Read a notice',
    action: 'read case (messages, observations, findings)',
    records: 'notice read',
    params: NoticeOf,
    reply: CaseNotice,
  }),
  write: route({
    method: 'PUT',
    path: '/api/cases/:id/notices/:notice',
    summary: 'Fill in a notice that has not been sent',
    action: 'follow own report and reply',
    records: 'notice written',
    params: NoticeOf,
    body: z.object({
      revision: Revision,
      values: z
        .record(Name, passage(8000))
        .refine((values) => Object.keys(values).length <= 60, 'too many fields'),
    }),
    reply: CaseNotice,
  }),
  send: route({
    method: 'POST',
    path: '/api/cases/:id/notices/:notice/sending',
    summary: 'Send a notice to the authority, as the authoriser of the member',
    action: 'send a legal notice',
    records: 'notice sent',
    params: NoticeOf,
    body: z.object({
      revision: Revision.describe('What was read; nothing else leaves'),
      how: NoticeHow,
      authority: Id.optional(),
      to: line().optional().describe('Who took it, where it was handed in and is no authority of the list'),
      handedAt: Instant.optional(),
      reference: line(200).optional(),
    }),
    reply: CaseNotice,
  }),
  text: file({
    path: '/api/cases/:id/notices/:notice/text',
    summary: 'Download a notice, exactly as it leaves or left',
    action: 'read case (messages, observations, findings)',
    records: 'notice exported',
    params: NoticeOf,
  }),
  received: route({
    method: 'GET',
    path: '/api/notices',
    summary: 'List the notices that members sent to my organisation',
    action: 'read notices sent to my organisation',
    records: 'received notices listed',
    query: Paging.extend({ search: z.string().max(200).optional() }),
    reply: page(ReceivedNotice),
  }),
  receivedOne: route({
    method: 'GET',
    path: '/api/notices/:id',
    summary: 'Read a notice that a member sent to my organisation',
    action: 'read notices sent to my organisation',
    records: 'received notice read',
    params: ById,
    reply: ReceivedNotice.extend({ text: z.string() }),
  }),
  authorities: route({
    method: 'GET',
    path: '/api/authorities',
    summary: 'List the authorities that notices go to',
    action: 'see and change my own account',
    records: null,
    reply: z.object({ items: z.array(Authority) }),
  }),
  addAuthority: route({
    method: 'POST',
    path: '/api/authorities',
    summary: 'Set where an authority takes notices',
    action: 'manage platform settings and roles',
    records: 'authority added',
    body: NewAuthority,
    reply: Authority,
  }),
  removeAuthority: route({
    method: 'DELETE',
    path: '/api/authorities/:id',
    summary: 'Take an authority out of the list; what was sent to it stays recorded',
    action: 'manage platform settings and roles',
    records: 'authority removed',
    params: ById,
    reply: Done,
  }),
};

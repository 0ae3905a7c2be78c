import type {
  Authority,
  CaseClock,
  CaseHead,
  CaseMeasure,
  CaseNotice,
  CaseTask,
  Deadline,
  NoticeField,
  PlaybookFile,
  ReceivedNotice,
  TaskBoard,
} from '@busbar/contract';

const words = (en: string, ru: string, zh: string) => ({ en, ru, zh });
const sha256 = '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

/** Made-up work of a case: a playbook that was chosen, measures in every state, deadlines that come and have passed. */
export function sampleCasework(uuid: (place: number) => string, ago: (seconds: number) => string) {
  const hours = (count: number) => ago(-3600 * count);
  const head: CaseHead = {
    reference: 'INC-2026-4839-2057-1181',
    owner: 'Nordwasser',
    isMembers: true,
    label: 'AMBER+STRICT',
  };
  const name = words('Abuse of remote access', 'Злоупотребление удалённым доступом', '远程访问被滥用');
  const never = [
    words(
      'Do not cut a session in the middle of a program download; half a program may be left in the controller.',
      'Не обрывайте сеанс посреди загрузки программы — в контроллере может остаться половина программы.',
      '不要在程序下载过程中切断会话，控制器中可能只剩半个程序。',
    ),
    words(
      'Do not warn by the channel that is abused; call by a number that you knew before.',
      'Не предупреждайте по скомпрометированному каналу — звоните по заранее известному номеру.',
      '不要通过被滥用的通道发出警告，请拨打事先已知的电话号码。',
    ),
  ];
  const step = (id: string) => ({ playbook: 'remote-access-abuse', name, version: 1, id });
  const task = (n: number, changes: Partial<CaseTask>): CaseTask => ({
    id: uuid(830 + n),
    title: words(
      'Call whoever the account belongs to',
      'Позвонить владельцу учётной записи',
      '致电账户所属人员',
    ),
    detail: words(
      'Vendor or colleague, by a known number. Is it he, and who asked for it?',
      'Поставщику или коллеге по известному номеру. Это он? Кто заказал работы?',
      '用已知号码致电供应商或同事。是否本人操作？由谁申请？',
    ),
    own: false,
    side: 'member',
    assignee: null,
    due: hours(n),
    state: 'open',
    effect: 'none',
    phase: 'identify',
    step: step('whose'),
    internal: false,
    revision: 1,
    changedAt: ago(600),
    changedBy: 'Arjun Mehta',
    ...changes,
  });
  const tasks = [
    task(1, {
      title: words(
        'Find out whether somebody is connected now and does what',
        'Выяснить, подключён ли кто-то сейчас и что делает',
        '查明目前是否有人连接以及在做什么',
      ),
      state: 'doing',
      assignee: { id: uuid(9), name: 'Ida Sommer' },
    }),
    task(2, {}),
    task(24, {
      title: words(
        'Work out what was reached and done in each session',
        'Установить, что было достигнуто и сделано в каждом сеансе',
        '理清每次会话访问和执行的内容',
      ),
      side: 'cert',
      assignee: { id: uuid(8), name: 'Arjun Mehta' },
    }),
    task(48, {
      title: words(
        'Compare the programs of what was reached',
        'Сравнить программы затронутых контроллеров',
        '比对被访问设备的程序',
      ),
      effect: 'possible',
    }),
    task(50, {
      title: { en: 'Ask pump maker for the checksum of V2.8.1' },
      detail: null,
      own: true,
      step: null,
      phase: null,
      due: null,
      side: 'cert',
    }),
  ];
  const board: TaskBoard = {
    case: head,
    items: tasks,
    next: null,
    total: 5,
    counts: { open: 5, mine: 1, ended: 2, all: 7 },
    playbooks: [
      {
        id: uuid(829),
        playbook: 'remote-access-abuse',
        version: 1,
        sha256,
        name,
        never,
        sources: [
          {
            name: 'NIST SP 800-82 Rev. 3, section 6.2.1',
            url: 'https://csrc.nist.gov/pubs/sp/800/82/r3/final',
          },
          { name: 'IEC 62443-3-3, SR 1.13, SR 2.6' },
        ],
        untouched: true,
        by: 'Arjun Mehta',
        at: ago(3600),
      },
    ],
    people: [
      { id: uuid(8), name: 'Arjun Mehta' },
      { id: uuid(7), name: 'Lena Vogt' },
    ],
    undo: { task: tasks[1]!.id, title: tasks[1]!.title, revision: 2 },
  };
  const playbook: PlaybookFile = {
    id: 'loss-of-view',
    version: 1,
    name: words('Loss of view', 'Потеря отображения процесса', '失去监视能力'),
    summary: words(
      'Screens are dark, frozen, or show what is not so. The process goes on, and nobody sees how.',
      'Экраны погасли, застыли или показывают неверное. Процесс идёт, но его не видно.',
      '画面黑屏、冻结或显示不实。过程仍在进行，但无人能看到状况。',
    ),
    sources: [{ name: 'NIST SP 800-82 Rev. 3' }],
    never: [
      words(
        'Do not operate by a screen that may be wrong.',
        'Не управляйте по экрану, который может показывать неверное.',
        '不要依据可能错误的画面进行操作。',
      ),
    ],
    steps: [
      {
        id: 'local-reading',
        phase: 'identify',
        side: 'member',
        effect: 'none',
        title: tasks[0]!.title,
        detail: tasks[1]!.title,
      },
    ],
    measures: [],
    sha256,
    from: 'busbar',
  };

  const measure = (n: number, changes: Partial<CaseMeasure>): CaseMeasure => ({
    id: uuid(840 + n),
    title: words(
      'Close remote access at the firewall',
      'Закрыть удалённый доступ на межсетевом экране',
      '在防火墙上关闭远程访问',
    ),
    effect: 'possible',
    does: words(
      'The session breaks off. Make sure first that nothing is being loaded into a controller.',
      'Сеанс обрывается. Сначала убедитесь, что в контроллер ничего не загружается.',
      '会话将中断。请先确认没有正在向控制器下载。',
    ),
    confirm: 'shiftSupervisor',
    reversible: 'yes',
    undo: words(
      'Open the rule again for named people.',
      'Открыть правило для названных лиц.',
      '为指定人员重新开放规则。',
    ),
    state: 'proposed',
    step: step('close-remote'),
    confirmed: null,
    revision: 1,
    history: [{ to: 'proposed', note: null, by: 'Arjun Mehta', at: ago(3600) }],
    ...changes,
  });
  const measures = [
    measure(1, {
      state: 'done',
      confirmed: { by: 'Jo Weber', at: ago(3000), telephone: true, recordedBy: 'Arjun Mehta' },
    }),
    measure(2, {
      title: words(
        'Shut the process down in a controlled way',
        'Контролируемо остановить процесс',
        '受控停车',
      ),
      effect: 'stops',
      confirm: 'plantManager',
      reversible: 'partly',
    }),
    measure(3, {
      title: words(
        'Lock the account and end its sessions',
        'Заблокировать учётную запись и завершить сеансы',
        '锁定账户并结束其会话',
      ),
      effect: 'none',
      confirm: 'nobody',
    }),
  ];

  const lawName = words(
    'Germany: BSIG (NIS2, KRITIS)',
    'Германия: BSIG (NIS2, KRITIS)',
    '德国：BSIG（NIS2、KRITIS）',
  );
  const early = words('Early first report', 'Раннее первичное сообщение', '早期初报');
  const deadline = (n: number, changes: Partial<Deadline>): Deadline => ({
    id: uuid(850 + n),
    clock: uuid(860),
    law: 'de-bsig',
    lawName,
    stage: 'early-warning',
    name: early,
    source: '§ 32(1) no. 1',
    zone: 'Europe/Berlin',
    dueAt: hours(22),
    lastDay: null,
    from: 'awareness',
    fromAt: ago(7200),
    assumed: false,
    state: 'running',
    notice: null,
    meanwhile: null,
    ...changes,
  });
  const deadlines = [
    deadline(1, { state: 'late', dueAt: hours(-3), law: 'cn-incident' }),
    deadline(2, {}),
    deadline(3, {
      stage: 'final-report',
      name: words('Final report', 'Итоговое сообщение', '最终报告'),
      source: '§ 32(1) no. 4',
      dueAt: hours(770),
      lastDay: hours(770).slice(0, 10),
      from: 'notification',
      assumed: true,
      meanwhile: {
        id: 'progress-report',
        name: words('Progress report', 'Сообщение о ходе устранения', '进展报告'),
      },
    }),
    deadline(4, {
      law: 'eu-cra-vulnerability',
      dueAt: null,
      state: 'waiting',
      from: 'remedyAvailable',
      fromAt: null,
    }),
    deadline(5, { state: 'sent', dueAt: hours(-1), notice: uuid(870) }),
  ];
  const clock: CaseClock = {
    id: uuid(860),
    law: 'de-bsig',
    version: 1,
    sha256,
    name: lawName,
    source: 'BSIG § 32',
    counting: 'VwVfG § 31 with BGB §§ 187–193',
    note: words(
      'Hours are counted to the minute and run on through weekends (VwVfG § 31(6)). Check with counsel.',
      'Часы считаются с точностью до минуты и идут и в выходные (VwVfG § 31(6)). Проверьте с юристом.',
      '小时精确到分钟并包含周末（VwVfG第31条第6款）。请咨询法律顾问。',
    ),
    authority: words(
      'The joint reporting office of BSI and BBK',
      'Единый пункт приёма сообщений BSI и BBK',
      'BSI与BBK联合报告处',
    ),
    zone: 'Europe/Berlin',
    events: [
      { event: 'awareness', at: ago(7200), by: 'Arjun Mehta' },
      { event: 'handled', at: null, by: null },
    ],
    by: 'Arjun Mehta',
    at: ago(3600),
    stoppedAt: null,
    stopReason: null,
  };
  const field = (id: string, said: NoticeField['name'], value: string, more: Partial<NoticeField> = {}) => ({
    id,
    name: said,
    required: true,
    value,
    ...more,
  });
  const known = [
    { id: 'yes', name: words('Yes', 'Да', '是') },
    { id: 'unknown', name: words('Not known yet', 'Пока неизвестно', '尚不清楚') },
  ];
  const notice: CaseNotice = {
    id: uuid(871),
    case: head,
    clock: uuid(860),
    stage: 'early-warning',
    name: early,
    lawName,
    state: 'draft',
    how: null,
    authority: null,
    sentAt: null,
    sentBy: null,
    reference: null,
    sha256: null,
    delivery: null,
    source: 'BSIG § 32; § 32(1) no. 1',
    language: 'en',
    fields: [
      field(
        'organisation',
        words('Notifying organisation', 'Организация-заявитель', '报告单位'),
        'Nordwasser',
      ),
      field(
        'description',
        words('What happened', 'Что произошло', '事件经过'),
        'Two pumps at the intake stopped by themselves at 02:41. The HMI shows them running.',
      ),
      field(
        'malicious',
        words(
          'Suspected of being caused by unlawful or malicious acts',
          'Есть подозрение на противоправные или злонамеренные действия',
          '是否怀疑由非法或恶意行为引起',
        ),
        'unknown',
        { options: known },
      ),
      field('place', words('Where', 'Где', '发生地点'), 'Waterworks North, intake', { required: false }),
    ],
    text: 'Early first report – Germany: BSIG (NIS2, KRITIS)\nBSIG § 32; § 32(1) no. 1\n\nNotifying organisation\n  Nordwasser\n\nWhat happened\n  Two pumps at the intake stopped by themselves at 02:41. The HMI shows them running.\n\nSuspected of being caused by unlawful or malicious acts\n  Not known yet\n',
    dueAt: hours(22),
    revision: 2,
    changedBy: 'Arjun Mehta',
  };
  const sent: CaseNotice = {
    ...notice,
    id: uuid(870),
    state: 'sent',
    how: 'here',
    authority: 'Federal Ministry',
    sentAt: ago(1800),
    sentBy: 'Katrin Sommer',
    reference: 'A-2026-118',
    sha256,
  };
  const authorities: Authority[] = [
    {
      id: uuid(880),
      name: 'Federal Ministry',
      laws: [],
      reads: true,
      mail: null,
      encrypted: false,
      page: null,
      phone: null,
    },
    {
      id: uuid(881),
      name: 'Office for Information Security',
      laws: [],
      reads: false,
      mail: 'report@office.example',
      encrypted: true,
      page: 'https://report.office.example',
      phone: '+49 228 555 0100',
    },
  ];
  const received: ReceivedNotice & { text: string } = {
    id: uuid(870),
    from: 'Nordwasser',
    reference: head.reference,
    law: 'de-bsig',
    stage: 'early-warning',
    title: 'Early first report – Germany: BSIG (NIS2, KRITIS)',
    sentAt: ago(1800),
    sha256,
    text: notice.text,
  };
  const law = {
    id: 'eu-nis2',
    name: words('NIS2', 'NIS2', 'NIS2'),
    source: 'Directive (EU) 2022/2555, Article 23(4)',
    url: 'https://eur-lex.europa.eu/eli/dir/2022/2555/oj',
    applies: words(
      'Essential and important entities, for an incident with a significant impact (Article 23(1), (3)).',
      'Существенные и важные субъекты — об инциденте со значительными последствиями (ст. 23(1), (3)).',
      '基本实体和重要实体，针对产生重大影响的事件（第23条第1、3款）。',
    ),
    zone: 'Europe/Brussels',
    version: 1,
    country: 'EU',
    authority: words('The CSIRT', 'CSIRT', 'CSIRT'),
    counting: { source: 'Reg. 1182/71', hours: 'fullHours', lastDay: 'moves', twoWorkingDays: true },
    stages: [
      {
        id: 'early-warning',
        name: early,
        source: 'Article 23(4)(a)',
        from: 'awareness',
        within: { hours: 24 },
        fields: [{ id: 'organisation', name: words('a', 'a', 'a'), required: true }],
      },
    ],
    sha256,
    from: 'busbar',
  };

  return (path: string, id: string): unknown => {
    if (path === '/api/playbooks') return { items: [playbook], broken: [] };
    if (path === '/api/laws')
      return {
        items: [law],
        broken: [{ file: 'ours.yaml', why: '✖ must be a zone as IANA names it\n  → at zone' }],
      };
    if (path === '/api/authorities') return { items: authorities };
    if (path === '/api/notices') return { items: [received], next: null };
    if (path === '/api/notices/:id') return received;
    if (path === '/api/cases/:id/tasks') return board;
    if (path === '/api/cases/:id/measures') return { case: head, items: measures };
    if (path === '/api/cases/:id/deadlines')
      return { case: head, clocks: [clock], deadlines, notices: [sent, notice] };
    if (path.startsWith('/api/cases/:id/notices/')) return id === sent.id ? sent : notice;
    return undefined;
  };
}

// Made by `npm run detections` from the files under engines/dissect/detections. Change those.
import type { Detection } from './detection.ts';

export const catalogue: readonly Detection[] = [
  {
    id: 'access-taken',
    title: {
      en: 'Somebody took exclusive access to a controller',
      ru: 'Кто-то получил монопольный доступ к контроллеру',
      zh: '有人独占了控制器的访问权',
    },
    why: {
      en: 'While one station holds it, no other can change or repair anything. Every engineering session begins so, and so does an attack.',
      ru: 'Пока доступ удерживает одна станция, другие ничего не изменят и не исправят. Так начинается любая инженерная сессия — и атака тоже.',
      zh: '一个站占用期间，其他站无法修改或修复。每次工程会话都这样开始，攻击也是。',
    },
    next: {
      en: 'Ask who is connected with the engineering tool. An analyst looks at what followed, and whether access was given back.',
      ru: 'Узнайте, кто подключён инженерным ПО. Аналитик смотрит, что последовало и возвращён ли доступ.',
      zh: '询问谁正用工程软件连接。分析人员查看后续操作以及访问权是否已释放。',
    },
    severity: 'medium',
    certainty: 'stated',
    techniques: ['T0827', 'T0855'],
    seen: {
      operation: {
        techniques: ['T0827'],
        dangerous: true,
      },
    },
  },
  {
    id: 'accounts-changed',
    version: 2,
    title: {
      en: 'Accounts of a system were changed or copied',
      ru: 'Учётные записи системы изменены или скопированы',
      zh: '系统账户被更改或复制',
    },
    why: {
      en: 'Whoever makes accounts, or copies their secrets, comes back whenever he likes.',
      ru: 'Кто создаёт учётные записи или копирует их секреты, вернётся когда захочет.',
      zh: '能创建账户或复制其密钥的人，可随时再来。',
    },
    next: {
      en: 'Ask the administrators. If it was not they, isolate the sender and call your CERT. An analyst looks for sign-ins with these accounts.',
      ru: 'Спросите администраторов. Если это не они, изолируйте отправителя и обратитесь в CERT. Аналитик ищет входы с этими записями.',
      zh: '询问管理员；若非其所为，隔离发送方并联系 CERT。分析人员查找使用这些账户的登录。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0859'],
    seen: {
      operation: {
        codes: ['dcerpc.change-account', 'dcerpc.replicate-directory', 'roc-plus.change-logon'],
      },
    },
  },
  {
    id: 'address-sweep',
    title: {
      en: 'One station knocks at many addresses',
      ru: 'Одна станция обращается ко многим адресам',
      zh: '一个站点在大量地址上逐一试探',
    },
    why: {
      en: 'It does not know who is there. Members of the plant do.',
      ru: 'Она не знает, кто есть в сети. Свои — знают.',
      zh: '它不知道谁在线，而本厂成员知道。',
    },
    next: {
      en: 'Find the station. Ask whether a scan was planned; old devices can fail from it. An analyst checks which ones answered and were used.',
      ru: 'Найдите станцию. Узнайте, планировалось ли сканирование; старые устройства могут от него отказать. Аналитик проверяет, кто ответил и был использован.',
      zh: '找到该站点，核实是否有计划内扫描；老旧设备可能因此失效。分析人员核查哪些设备应答并被利用。',
    },
    severity: 'medium',
    certainty: 'inferred',
    techniques: ['T0846', 'T0840'],
    seen: {
      conversation: {
        transports: ['tcp', 'udp'],
        said: false,
        per: 'source',
        targets: 32,
      },
    },
  },
  {
    id: 'administration-share-opened',
    title: {
      en: 'Somebody opened the disk of another machine as an administrator',
      ru: 'Диск другой машины открыт с правами администратора',
      zh: '有人以管理员身份打开了另一台机器的磁盘',
    },
    why: {
      en: 'Whoever gets there can read and put every file. Administrators and backups do it, and intruders do it before they start a program.',
      ru: 'Отсюда можно прочитать и записать любой файл. Так делают администраторы и резервное копирование, а нарушители — перед запуском программы.',
      zh: '由此可读写任何文件。管理员和备份会这样做，入侵者在启动程序之前也会这样做。',
    },
    next: {
      en: 'Ask the administrators. An analyst looks at which files were written, and for a service or task that was set up afterwards.',
      ru: 'Спросите администраторов. Аналитик смотрит, какие файлы записаны и не создана ли затем служба или задача.',
      zh: '询问管理员。分析人员查看写入了哪些文件，以及其后是否创建了服务或任务。',
    },
    severity: 'medium',
    certainty: 'inferred',
    techniques: ['T0886'],
    seen: {
      operation: {
        codes: ['smb.connect-administration'],
      },
    },
  },
  {
    id: 'alarm-acknowledged',
    title: {
      en: 'Alarms were acknowledged or unsubscribed over the network',
      ru: 'Сигналы квитированы или отписаны по сети',
      zh: '通过网络确认或退订了报警',
    },
    why: {
      en: 'Operators do this all day. From a station that is not theirs it hides alarms from them.',
      ru: 'Операторы делают это постоянно. С чужой станции это скрывает от них сигналы.',
      zh: '操作员每天都在这样做；若来自其他站点，则是在向操作员隐瞒报警。',
    },
    next: {
      en: 'No action by itself. An analyst checks that the sender is an operator station.',
      ru: 'Само по себе действий не требует. Аналитик проверяет, что отправитель — операторская станция.',
      zh: '单独出现无需处置。分析人员确认发送方是操作员站。',
    },
    severity: 'info',
    certainty: 'stated',
    techniques: ['T0878'],
    seen: {
      operation: {
        techniques: ['T0878'],
        dangerous: false,
      },
    },
  },
  {
    id: 'alarms-suppressed',
    title: {
      en: 'Alarms were switched off, silenced or changed',
      ru: 'Сигнализация отключена, заглушена или изменена',
      zh: '报警被关闭、静音或更改',
    },
    why: {
      en: 'Operators learn of trouble by alarms. Without them a fault, or an attack, goes on unnoticed.',
      ru: 'О неполадках операторы узнают по сигнализации. Без неё отказ или атака останутся незамеченными.',
      zh: '操作员靠报警得知异常；没有报警，故障或攻击就会在无人察觉中持续。',
    },
    next: {
      en: 'Ask who suppressed alarms and why. Watch the values by hand until they are back. An analyst looks for commands to the same device afterwards.',
      ru: 'Узнайте, кто и зачем отключил сигнализацию. До её восстановления следите за параметрами вручную. Аналитик ищет последующие команды тому же устройству.',
      zh: '查明谁因何抑制报警，恢复前人工监视参数。分析人员查找其后对同一设备的命令。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0878', 'T0838'],
    seen: {
      operation: {
        techniques: ['T0878', 'T0838'],
        dangerous: true,
        except: ['dnp3.disable-unsolicited', 'dnp3.assign-class'],
      },
    },
  },
  {
    id: 'another-master-took-over',
    title: {
      en: 'Another station began a session that a device reserves for its master',
      ru: 'Другая станция открыла сессию, предназначенную для ведущей',
      zh: '另一站点开启了设备专供主站使用的会话',
    },
    why: {
      en: 'The device reports to whoever did so last, and takes commands from there.',
      ru: 'Устройство передаёт данные тому, кто подключился последним, и принимает от него команды.',
      zh: '设备会向最后连接者上报并接受其命令。',
    },
    next: {
      en: 'Ask whether the control centre has switched to its stand-by. If not, cut the newcomer off. An analyst compares the addresses with the agreed list.',
      ru: 'Узнайте, не перешёл ли центр на резерв. Если нет, отключите новую станцию. Аналитик сверяет адреса с согласованным перечнем.',
      zh: '询问调度中心是否切到备用；若否，断开新来者。分析人员将地址与约定清单核对。',
    },
    severity: 'medium',
    certainty: 'inferred',
    techniques: ['T0848'],
    seen: {
      operation: {
        techniques: ['T0848'],
      },
    },
  },
  {
    id: 'baseline-device-vanished',
    title: {
      en: 'A device that was always there is silent',
      ru: 'Устройство, которое было всегда, молчит',
      zh: '一直在线的设备没有通信',
    },
    why: {
      en: 'It failed, was taken out, or was put out of service.',
      ru: 'Оно отказало, его сняли или вывели из работы.',
      zh: '设备故障、被拆除或被置于停用。',
    },
    next: {
      en: 'See whether it runs. An analyst checks that the capture was taken at the same place as before.',
      ru: 'Проверьте, работает ли оно. Аналитик проверяет, что запись сделана в той же точке.',
      zh: '确认其是否运行。分析人员核查抓包位置与先前是否相同。',
    },
    severity: 'low',
    certainty: 'guessed',
    techniques: ['T0826', 'T0814'],
    seen: {
      difference: {
        kinds: ['vanished-device'],
      },
    },
  },
  {
    id: 'baseline-far-more-often',
    title: {
      en: 'Something is done far more often than was usual',
      ru: 'Что-то делается намного чаще обычного',
      zh: '某项操作的频率远超平常',
    },
    why: {
      en: 'A flood keeps a device busy or holds a value against the operator.',
      ru: 'Поток занимает устройство или удерживает значение вопреки оператору.',
      zh: '大量重复会占用设备，或使数值与操作员相抗衡。',
    },
    next: {
      en: 'See whether the device still reacts. An analyst compares the rate with the usual one and looks for a program that hangs.',
      ru: 'Проверьте, реагирует ли устройство. Аналитик сравнивает частоту с обычной и ищет зависшую программу.',
      zh: '确认设备是否仍有响应。分析人员将频率与平常比较，并查找卡死的程序。',
    },
    severity: 'medium',
    certainty: 'inferred',
    techniques: ['T0806', 'T0814'],
    seen: {
      difference: {
        kinds: ['more-often'],
      },
    },
  },
  {
    id: 'baseline-firmware-changed',
    title: {
      en: 'A device has other firmware, hardware or project than was learnt',
      ru: 'Прошивка, аппаратура или проект устройства отличаются от изученных',
      zh: '设备的固件、硬件或项目与基线不同',
    },
    why: {
      en: 'Somebody updated or replaced it, with or without telling.',
      ru: 'Устройство обновили или заменили — с уведомлением или без.',
      zh: '有人升级或更换了设备，可能告知，也可能未告知。',
    },
    next: {
      en: 'Ask for the work order. Without one, treat the device as changed and compare its firmware and program with the released ones. An analyst looks for the transfer in captures between then and now.',
      ru: 'Запросите наряд. Если его нет, считайте устройство изменённым и сверьте прошивку и программу с утверждёнными. Аналитик ищет передачу в записях за это время.',
      zh: '索取工作票；若无，应视为设备已被更改，将固件和程序与发布版本比对。分析人员在此期间的抓包中查找传输过程。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0857', 'T0839'],
    seen: {
      difference: {
        kinds: ['identity-changed'],
        fields: ['firmware', 'hardware', 'project', 'serial', 'orderNumber'],
      },
    },
  },
  {
    id: 'baseline-identity-changed',
    title: {
      en: 'A device calls itself something else than was learnt',
      ru: 'Устройство называет себя иначе, чем при обучении',
      zh: '设备的自述信息与基线不同',
    },
    why: {
      en: 'It was renamed or replaced, or another one answers in its place.',
      ru: 'Его переименовали или заменили — или отвечает другое.',
      zh: '设备被改名或更换，或由其他设备代为应答。',
    },
    next: {
      en: 'Ask engineering. An analyst checks whether its MAC address and its other facts changed too.',
      ru: 'Спросите инженеров. Аналитик проверяет, изменились ли MAC-адрес и другие сведения.',
      zh: '询问工程人员。分析人员核查其 MAC 地址及其他信息是否同时变化。',
    },
    severity: 'medium',
    certainty: 'stated',
    techniques: ['T0849'],
    seen: {
      difference: {
        kinds: ['identity-changed'],
      },
    },
  },
  {
    id: 'baseline-new-device-heard',
    title: {
      en: 'A device that was not there before is heard, but talks to nobody here',
      ru: 'Слышно новое устройство, но оно ни с кем здесь не обменивается',
      zh: '听到一台此前不存在的设备，但它未与此处任何设备通信',
    },
    why: {
      en: 'It announces itself to everybody, as devices do when they are switched on, and has not spoken to any of them.',
      ru: 'Оно объявляет о себе всем, как делают устройства при включении, но ни к кому не обращалось.',
      zh: '它像刚上电的设备那样向所有设备广播自身，但尚未与任何一台通信。',
    },
    next: {
      en: 'No action by itself. An analyst finds out what it is, and adds it to the baseline or has it removed.',
      ru: 'Само по себе действий не требует. Аналитик выясняет, что это, и вносит его в эталон либо требует убрать.',
      zh: '单独出现无需处置。分析人员查明其身份，加入基线或要求移除。',
    },
    severity: 'low',
    certainty: 'inferred',
    techniques: ['T0864'],
    seen: {
      difference: {
        kinds: ['new-device-heard'],
      },
    },
  },
  {
    id: 'baseline-new-device',
    title: {
      en: 'A device that was not there while the baseline was learnt',
      ru: 'Устройство, которого не было при обучении эталона',
      zh: '出现基线学习期间不存在的设备',
    },
    why: {
      en: 'In a plant devices come by plan. This one may be a laptop of a contractor, or something that nobody put there on purpose.',
      ru: 'На производстве устройства появляются по плану. Это может быть ноутбук подрядчика или то, чего никто не планировал.',
      zh: '工厂中的设备都是按计划接入的；这可能是承包商的笔记本，也可能是无人知晓之物。',
    },
    next: {
      en: 'Ask whose it is, and find the port of the switch it is plugged into. An analyst looks at whom it talks to, and adds it to the baseline once it is known.',
      ru: 'Узнайте, чьё оно, и найдите порт коммутатора. Аналитик смотрит, с кем оно общается, и вносит его в эталон, когда оно опознано.',
      zh: '查明归属并找到其所接的交换机端口。分析人员查看其通信对象，确认后再加入基线。',
    },
    severity: 'medium',
    certainty: 'stated',
    techniques: ['T0864'],
    seen: {
      difference: {
        kinds: ['new-device'],
      },
    },
  },
  {
    id: 'baseline-new-operation',
    title: {
      en: 'A dangerous operation that this station never did before',
      ru: 'Опасная операция, которой эта станция раньше не выполняла',
      zh: '该站点从未做过的危险操作',
    },
    why: {
      en: 'Stations of a plant do the same day by day. What they suddenly do for the first time, somebody makes them do.',
      ru: 'Станции изо дня в день делают одно и то же. Если вдруг впервые — кто-то их заставил.',
      zh: '工厂站点日复一日做同样的事；突然首次出现的操作，必有人在驱使。',
    },
    next: {
      en: 'Ask whoever works at that station. If nobody does, take it off the network. An analyst looks at values and at what came before.',
      ru: 'Спросите того, кто работает за станцией. Если никого нет, отключите её. Аналитик смотрит значения и что было раньше.',
      zh: '询问该站的使用者；若无人使用，将其断网。分析人员查看数值及此前的活动。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0855'],
    seen: {
      difference: {
        kinds: ['new-operation'],
        dangerous: true,
      },
    },
  },
  {
    id: 'baseline-new-question',
    title: {
      en: 'A station asks a device something it never asked before',
      ru: 'Станция запрашивает у устройства то, чего раньше не запрашивала',
      zh: '站点向设备提出了从未有过的查询',
    },
    why: {
      en: 'Programs ask the same for years. New questions come from new programs or new people.',
      ru: 'Программы годами запрашивают одно и то же. Новые запросы — от новых программ или людей.',
      zh: '程序多年来查询的内容不变；新的查询来自新程序或新的人。',
    },
    next: {
      en: 'No action by itself. An analyst checks whether software was updated there.',
      ru: 'Само по себе действий не требует. Аналитик проверяет, не обновляли ли там ПО.',
      zh: '单独出现无需处置。分析人员核查该处是否更新了软件。',
    },
    severity: 'low',
    certainty: 'inferred',
    techniques: ['T0801', 'T0888'],
    seen: {
      difference: {
        kinds: ['new-operation'],
      },
    },
  },
  {
    id: 'baseline-new-setter',
    title: {
      en: 'Another station than usual set this value',
      ru: 'Значение задала не та станция, что обычно',
      zh: '由非惯常的站点设置了该值',
    },
    why: {
      en: 'Each set point has its master. Somebody else took over.',
      ru: 'У каждой уставки есть хозяин. Вмешался другой.',
      zh: '每个设定值都有其主站；现在有他人介入。',
    },
    next: {
      en: 'Ask the operator whether they set it. If not, set it back and cut the other station off. An analyst compares both stations.',
      ru: 'Узнайте у оператора, его ли это действие. Если нет, верните значение и отключите другую станцию. Аналитик сравнивает станции.',
      zh: '询问操作员是否由其设置；若否，恢复原值并断开另一站点。分析人员比较两个站点。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0848', 'T0836', 'T0855'],
    seen: {
      difference: {
        kinds: ['new-setter'],
      },
    },
  },
  {
    id: 'baseline-new-setting',
    title: {
      en: 'Somebody set a value that nobody set before',
      ru: 'Задано значение, которое раньше никто не задавал',
      zh: '有人设置了从未有人设置过的量',
    },
    why: {
      en: 'While the baseline was learnt this was left alone.',
      ru: 'При обучении эталона его не трогали.',
      zh: '在基线学习期间，此量无人改动。',
    },
    next: {
      en: 'Compare it with what it should be. An analyst checks what it does in the program.',
      ru: 'Сравните с должным. Аналитик проверяет, на что оно влияет в программе.',
      zh: '与应有值核对。分析人员核查其在程序中的作用。',
    },
    severity: 'low',
    certainty: 'guessed',
    techniques: ['T0836', 'T0855'],
    seen: {
      difference: {
        kinds: ['new-setting'],
      },
    },
  },
  {
    id: 'baseline-new-talk',
    title: {
      en: 'Two that never did now talk to one another',
      ru: 'Двое, ранее не общавшихся, обмениваются данными',
      zh: '从未通信的双方开始通信',
    },
    why: {
      en: 'New connections in a plant are rare and have a reason.',
      ru: 'Новые соединения на производстве редки и имеют причину.',
      zh: '工厂中新的连接很少，且必有原因。',
    },
    next: {
      en: 'No action by itself. An analyst checks what the protocol is and whether either end is new.',
      ru: 'Само по себе действий не требует. Аналитик проверяет протокол и не новая ли одна из сторон.',
      zh: '单独出现无需处置。分析人员核查所用协议以及是否有一方为新设备。',
    },
    severity: 'low',
    certainty: 'inferred',
    techniques: ['T0846'],
    seen: {
      difference: {
        kinds: ['new-talk'],
      },
    },
  },
  {
    id: 'baseline-new-talker',
    title: {
      en: 'Two that never did now speak an industrial protocol with one another',
      ru: 'Двое, ранее не общавшихся, обмениваются по промышленному протоколу',
      zh: '从未通信的双方开始以工业协议通信',
    },
    why: {
      en: 'Who talks to controllers is decided when a plant is built. A new one is an engineer at work or somebody who found a way in.',
      ru: 'Кто общается с контроллерами, решают при проектировании. Новый — это инженер за работой или тот, кто нашёл вход.',
      zh: '谁与控制器通信在建厂时就已确定；新来者可能是正在工作的工程师，也可能是找到入口的人。',
    },
    next: {
      en: 'Ask whose address the new one is. An analyst looks at what it did: the operations between the two.',
      ru: 'Узнайте, чей это адрес. Аналитик смотрит, что было сделано: операции между двумя.',
      zh: '查明新地址归属。分析人员查看其所为，即双方之间的操作。',
    },
    severity: 'medium',
    certainty: 'inferred',
    techniques: ['T0848', 'T0886'],
    seen: {
      difference: {
        kinds: ['new-talk'],
        industrial: true,
      },
    },
  },
  {
    id: 'baseline-new-user',
    title: {
      en: 'An account signs in that was not used there before',
      ru: 'Вход с учётной записью, которая здесь не использовалась',
      zh: '使用了此前未在此处用过的账户登录',
    },
    why: {
      en: 'New accounts are made by administrators, or by those who took over.',
      ru: 'Новые учётные записи создают администраторы — или те, кто захватил управление.',
      zh: '新账户由管理员创建，或由夺取控制权的人创建。',
    },
    next: {
      en: 'Ask whose account it is. An analyst checks when it was made and where else it signs in.',
      ru: 'Узнайте, чья это запись. Аналитик проверяет, когда она создана и где ещё используется.',
      zh: '查明账户归属。分析人员核查其创建时间及其他登录位置。',
    },
    severity: 'medium',
    certainty: 'stated',
    techniques: ['T0859'],
    seen: {
      difference: {
        kinds: ['new-user'],
      },
    },
  },
  {
    id: 'baseline-other-station',
    title: {
      en: 'A known address is used by another network card',
      ru: 'Известный адрес использует другая сетевая карта',
      zh: '已知地址被另一块网卡使用',
    },
    why: {
      en: 'The device was replaced, or somebody pretends to be it.',
      ru: 'Устройство заменили — или кто-то выдаёт себя за него.',
      zh: '设备被更换，或有人在冒充它。',
    },
    next: {
      en: 'Ask whether the device or its module was replaced. If not, find the port of the switch behind which the new card is. An analyst compares what both say of themselves.',
      ru: 'Узнайте, меняли ли устройство или модуль. Если нет, найдите порт коммутатора с новой картой. Аналитик сравнивает, что обе сообщают о себе.',
      zh: '核实设备或模块是否更换过；若否，找到新网卡所在的交换机端口。分析人员比较两者的自述信息。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0849', 'T0830'],
    seen: {
      difference: {
        kinds: ['other-station'],
      },
    },
  },
  {
    id: 'baseline-reading-outside',
    title: {
      en: 'A measured value is far from what was usual',
      ru: 'Измеренное значение далеко от обычного',
      zh: '测量值远离平常范围',
    },
    why: {
      en: 'The process is in another state than while the baseline was learnt, or the value is not true.',
      ru: 'Процесс не в том состоянии, что при обучении, или значение неверно.',
      zh: '工艺状态与学习时不同，或该值不真实。',
    },
    next: {
      en: 'Compare it with a second instrument. An analyst looks for what was set before it changed.',
      ru: 'Сверьте со вторым прибором. Аналитик ищет, что задали перед изменением.',
      zh: '用另一台仪表核对。分析人员查找变化前设置了什么。',
    },
    severity: 'info',
    certainty: 'guessed',
    techniques: ['T0832'],
    seen: {
      difference: {
        kinds: ['reading-outside'],
      },
    },
  },
  {
    id: 'baseline-value-outside',
    title: {
      en: 'A value was set beyond what was usual',
      ru: 'Задано значение за пределами обычного',
      zh: '设置的值超出平常范围',
    },
    why: {
      en: 'It lies outside everything that was set while the baseline was learnt: the process may leave the range it was made for.',
      ru: 'Оно вне всего, что задавали при обучении: процесс может выйти за допустимые пределы.',
      zh: '它超出基线学习期间设置过的所有值，工艺可能偏离设计范围。',
    },
    next: {
      en: 'Compare it with the limits of the process and set it back if nobody ordered it. An analyst checks batch and season before calling it an attack.',
      ru: 'Сверьте с пределами процесса и верните, если распоряжения не было. Прежде чем назвать это атакой, аналитик учитывает партию и сезон.',
      zh: '与工艺限值核对，若无人下令则恢复。分析人员先考虑批次和季节因素，再判断是否为攻击。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0836', 'T0831'],
    seen: {
      difference: {
        kinds: ['value-outside'],
      },
    },
  },
  {
    id: 'blinded-then-commanded',
    title: {
      en: 'Reports or alarms of a device were switched off, and then it was operated',
      ru: 'Отчёты или сигнализация устройства отключены, затем им управляли',
      zh: '设备的上报或报警被关闭，随后被操作',
    },
    why: {
      en: 'Whoever wants an operation to go unnoticed blinds the control room first.',
      ru: 'Кто хочет скрыть операцию, сначала ослепляет диспетчерскую.',
      zh: '想让操作不被察觉的人，会先使控制室失明。',
    },
    next: {
      en: 'Check the device on site. An analyst looks for who did both, and whether a master that had just connected explains the first.',
      ru: 'Проверьте устройство по месту. Аналитик выясняет, кто сделал и то и другое и не объясняется ли первое подключением ведущей станции.',
      zh: '到现场检查设备。分析人员查明两步由谁完成，以及第一步是否因主站刚刚连接。',
    },
    severity: 'high',
    certainty: 'guessed',
    techniques: ['T0804', 'T0878', 'T0855'],
    seen: {
      sequence: {
        between: 'target',
        within: 1800,
        steps: [
          {
            techniques: ['T0804', 'T0878', 'T0803'],
            dangerous: true,
            except: ['dnp3.*'],
          },
          {
            techniques: ['T0855', 'T0858'],
            dangerous: true,
          },
        ],
      },
    },
  },
  {
    id: 'blocks-listed',
    title: {
      en: 'Somebody looks at what is stored in a controller',
      ru: 'Просматривается содержимое памяти контроллера',
      zh: '有人查看控制器中存储的内容',
    },
    why: {
      en: 'Before a program is taken or replaced, one looks at what there is.',
      ru: 'Прежде чем забрать или заменить программу, смотрят, что в контроллере есть.',
      zh: '在取走或替换程序之前，总要先看里面有什么。',
    },
    next: {
      en: 'No action by itself. An analyst checks whether the reader is an engineering station, and what it did next.',
      ru: 'Само по себе действий не требует. Аналитик проверяет, инженерная ли это станция и что она сделала дальше.',
      zh: '单独出现无需处置。分析人员核查读取方是否为工程师站及其后续动作。',
    },
    severity: 'low',
    certainty: 'inferred',
    techniques: ['T0845', 'T0888'],
    seen: {
      operation: {
        codes: [
          '*list-blocks',
          '*block-information',
          'modbus.read-file-record',
          '*list-files',
          '*find-files',
          '*file-directory',
          '*file-information',
        ],
      },
    },
  },
  {
    id: 'broadcast-command',
    title: {
      en: 'A command was sent to all devices at once',
      ru: 'Команда отправлена всем устройствам сразу',
      zh: '命令被同时发送给所有设备',
    },
    why: {
      en: 'Nobody confirms it and everybody obeys. It is used for clocks and counters, hardly ever for switching.',
      ru: 'Её никто не подтверждает, а выполняют все. Так ставят часы и счётчики, но почти никогда не переключают.',
      zh: '无人确认，却人人执行。通常只用于对时和计数器，几乎不用于操作。',
    },
    next: {
      en: 'Check the positions of all devices on that line. An analyst reads what was commanded.',
      ru: 'Проверьте положение всех устройств на этой линии. Аналитик смотрит содержание команды.',
      zh: '检查该线路上所有设备的状态。分析人员查看命令内容。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0855', 'T0806'],
    seen: {
      operation: {
        codes: ['*.broadcast-operate', '*.broadcast-command*', '*.broadcast-write*'],
      },
    },
  },
  {
    id: 'broken-messages',
    title: {
      en: 'Many messages break their protocol',
      ru: 'Много сообщений нарушают свой протокол',
      zh: '大量报文不符合其协议',
    },
    why: {
      en: 'A faulty device sends such, and so does somebody who looks for a message that brings a device down.',
      ru: 'Так бывает у неисправного устройства и у того, кто ищет сообщение, выводящее устройство из строя.',
      zh: '故障设备会发出此类报文；寻找能使设备瘫痪的报文的人也会。',
    },
    next: {
      en: 'See whether the receiver still works. An analyst looks at how the messages differ: all alike are a fault, all different a fuzzer.',
      ru: 'Проверьте, работает ли получатель. Аналитик смотрит на различия: одинаковые — неисправность, разные — фаззер.',
      zh: '确认接收方仍在工作。分析人员查看报文差异：全部相同是故障，各不相同是模糊测试。',
    },
    severity: 'low',
    certainty: 'guessed',
    techniques: ['T0814', 'T0866'],
    seen: {
      anomaly: {
        codes: ['malformed'],
        count: 20,
      },
    },
  },
  {
    id: 'clock-changed',
    title: {
      en: 'The clock of a device was set',
      ru: 'Изменены часы устройства',
      zh: '设备时钟被设置',
    },
    why: {
      en: 'Time servers and masters do this every day. A wrong time spoils the order of events, so that nobody can tell afterwards what came first.',
      ru: 'Серверы времени и ведущие станции делают это ежедневно. Неверное время нарушает порядок событий, и потом не понять, что было раньше.',
      zh: '时间服务器和主站每天都会这样做。时间错误会打乱事件顺序，事后无法分清先后。',
    },
    next: {
      en: 'Compare the clock with a trusted one. An analyst checks the time that was set (it is in the evidence) and whether this sender sets it regularly.',
      ru: 'Сверьте часы с доверенными. Аналитик проверяет установленное время (оно в доказательствах) и делает ли это отправитель регулярно.',
      zh: '与可信时钟核对。分析人员核查所设时间（见证据）及该发送方是否定期对时。',
    },
    severity: 'low',
    certainty: 'guessed',
    techniques: ['T0836', 'T0872'],
    seen: {
      operation: {
        codes: [
          '*set-clock*',
          '*write-clock*',
          '*write-time*',
          '*set-time*',
          '*set-date*',
          '*time-synchronization*',
        ],
      },
    },
  },
  {
    id: 'command-sweep',
    title: {
      en: 'Commands are sent to one point after another',
      ru: 'Команды подаются на точки одна за другой',
      zh: '命令被逐点依次发送',
    },
    why: {
      en: 'No operator switches everything in order. This is how Industroyer opened breakers.',
      ru: 'Ни один оператор не переключает всё подряд. Так Industroyer отключал выключатели.',
      zh: '没有操作员会依次切换所有点；Industroyer 正是这样分断断路器的。',
    },
    next: {
      en: 'Switch the station to local control where that is possible, and cut the connection of the sender. An analyst checks which commands were confirmed.',
      ru: 'По возможности переведите объект на местное управление и разорвите связь с отправителем. Аналитик проверяет, какие команды подтверждены.',
      zh: '条件允许时将站所切换到就地控制，并切断发送方的连接。分析人员核查哪些命令得到确认。',
    },
    severity: 'critical',
    certainty: 'inferred',
    techniques: ['T0806', 'T0855'],
    replaces: ['many-points-set'],
    seen: {
      operation: {
        codes: ['*command-sweep'],
      },
    },
  },
  {
    id: 'commands-to-many',
    title: {
      en: 'One station commands many devices within a minute',
      ru: 'Одна станция за минуту командует многими устройствами',
      zh: '一个站点在一分钟内命令多台设备',
    },
    why: {
      en: 'A control centre may do so in a storm, a worm does so always.',
      ru: 'Диспетчерский центр делает так при аварии, червь — всегда.',
      zh: '调度中心在事故处理时可能如此，蠕虫则总是如此。',
    },
    next: {
      en: 'Ask the control room whether it is theirs. An analyst checks whether a schedule or a recipe explains it.',
      ru: 'Уточните у диспетчерской. Аналитик проверяет, объясняется ли это расписанием или рецептом.',
      zh: '向控制室核实。分析人员核查是否由定时任务或配方引起。',
    },
    severity: 'medium',
    certainty: 'guessed',
    techniques: ['T0855', 'T0806'],
    seen: {
      operation: {
        techniques: ['T0855'],
        access: ['control'],
        per: 'source',
        targets: 5,
        within: 60,
      },
    },
  },
  {
    id: 'communications-restarted',
    title: {
      en: 'A device was told to restart its communications',
      ru: 'Устройству приказано перезапустить обмен',
      zh: '设备被要求重启通信',
    },
    why: {
      en: 'Its port is silent for a moment, and the log of its communications may be erased. A device that was made to listen only comes back by this.',
      ru: 'Порт ненадолго замолкает, журнал обмена может быть стёрт. Этой же командой устройство возвращают из режима «только приём».',
      zh: '其端口会短暂静默，通信日志可能被清除。处于“只听”模式的设备也借此恢复。',
    },
    next: {
      en: 'See whether the device answers again. An analyst looks for a command to listen only before it, and for the option that erases the log.',
      ru: 'Проверьте, что устройство снова отвечает. Аналитик ищет предшествующую команду «только приём» и признак стирания журнала.',
      zh: '检查设备是否恢复应答。分析人员查找此前的“只听”命令以及清除日志的选项。',
    },
    severity: 'low',
    certainty: 'stated',
    techniques: ['T0803', 'T0804'],
    seen: {
      operation: {
        codes: ['modbus.restart-communications'],
      },
    },
  },
  {
    id: 'connected-and-switched',
    title: {
      en: 'A station connected, asked for everything and switched many points at once',
      ru: 'Станция подключилась, опросила всё и сразу переключила много точек',
      zh: '某站连接后总召唤，随即切换大量点',
    },
    why: {
      en: 'A control centre connects once and then commands seldom. Connecting and commanding in one go is what malware for substations does.',
      ru: 'Диспетчерский центр подключается один раз и командует редко. Подключение с немедленными командами характерно для вредоносного ПО для подстанций.',
      zh: '调度中心连接一次后很少下令；一连接就大量下令，是针对变电站的恶意软件的特征。',
    },
    next: {
      en: "Switch to local control and cut this connection. Ask the control centre what it commanded. An analyst compares the sender's address with that of the control centre.",
      ru: 'Перейдите на местное управление и разорвите соединение. Запросите диспетчерский центр. Аналитик сравнивает адрес отправителя с адресом центра.',
      zh: '切换到就地控制并断开该连接，向调度中心核实其命令。分析人员将发送方地址与调度中心地址比对。',
    },
    severity: 'critical',
    certainty: 'guessed',
    techniques: ['T0855', 'T0806', 'T0848'],
    replaces: ['command-sweep'],
    seen: {
      sequence: {
        within: 120,
        steps: [
          {
            codes: ['iec104.start-transfer*', 'iec101.reset-link*'],
          },
          {
            codes: ['iec104.interrogate*', 'iec101.interrogate*'],
          },
          {
            codes: [
              'iec104.single-command',
              'iec104.double-command',
              'iec104.step-command',
              'iec101.single-command',
              'iec101.double-command',
            ],
            count: 10,
          },
        ],
      },
    },
  },
  {
    id: 'connection-tampered',
    title: {
      en: 'Somebody puts bytes into a connection of others',
      ru: 'Кто-то вставляет данные в чужое соединение',
      zh: '有人向他人的连接中注入数据',
    },
    why: {
      en: 'The same place of a connection was sent twice with different content: one of the two is not from the sender it names.',
      ru: 'Один и тот же участок соединения передан дважды с разным содержимым: один из сегментов не от указанного отправителя.',
      zh: '连接的同一位置被发送两次且内容不同：其中之一并非来自所称发送方。',
    },
    next: {
      en: 'Do not trust what this connection shows. An analyst compares both packets: hardware address, time to live, what each commands or reports.',
      ru: 'Не доверяйте данным этого соединения. Аналитик сравнивает оба пакета: MAC-адрес, TTL, содержание команды или ответа.',
      zh: '不要相信该连接显示的内容。分析人员比较两个报文：硬件地址、TTL 以及各自的命令或数值。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0830', 'T0856'],
    seen: {
      anomaly: {
        codes: ['network.retransmission-differs'],
      },
    },
  },
  {
    id: 'control-without-select',
    title: {
      en: 'Something was operated without being selected as it should be, or not as selected',
      ru: 'Управление выполнено без выбора или не так, как выбрано',
      zh: '未经选择即执行控制，或执行与选择不符',
    },
    why: {
      en: 'Select before operate protects against wrong commands. Somebody leaves it out, or changed the command in between.',
      ru: 'Выбор перед исполнением защищает от ошибочных команд. Кто-то его пропускает или изменил команду между шагами.',
      zh: '先选择后执行可防止误命令；有人跳过了它，或在中间篡改了命令。',
    },
    next: {
      en: 'Check the position of the equipment. An analyst compares the select and the operate, and looks for a second sender.',
      ru: 'Проверьте положение оборудования. Аналитик сравнивает выбор и исполнение и ищет второго отправителя.',
      zh: '检查设备位置。分析人员比较选择与执行报文，并查找第二个发送者。',
    },
    severity: 'medium',
    certainty: 'stated',
    techniques: ['T0855'],
    seen: {
      anomaly: {
        codes: ['*.operate-without-select', '*.operate-differs-from-select'],
      },
    },
  },
  {
    id: 'controlled-from-beyond-router',
    title: {
      en: 'A device is controlled from another network',
      ru: 'Управление устройством идёт из другой сети',
      zh: '设备受到来自其他网络的控制',
    },
    why: {
      en: 'Commands should come from the cell itself or from known servers. From beyond the router they come from the office, a neighbour, or further away.',
      ru: 'Команды должны поступать из самой ячейки или с известных серверов. Из-за маршрутизатора — из офиса, соседней сети или ещё дальше.',
      zh: '命令应来自本单元或已知服务器；来自路由器之外，则可能来自办公网、相邻网络或更远。',
    },
    next: {
      en: 'Check the address against the list of servers that may do this. An analyst checks the rules of the firewall between the two.',
      ru: 'Сверьте адрес с перечнем разрешённых серверов. Аналитик проверяет правила межсетевого экрана между сетями.',
      zh: '将地址与允许的服务器清单核对。分析人员检查两网之间的防火墙规则。',
    },
    severity: 'medium',
    certainty: 'guessed',
    techniques: ['T0886', 'T0855'],
    seen: {
      operation: {
        access: ['write', 'control', 'program', 'configure'],
        dangerous: true,
        from: 'routed',
      },
    },
  },
  {
    id: 'controller-locked',
    title: {
      en: 'Access to a controller was locked, unlocked or given a new password',
      ru: 'Доступ к контроллеру заблокирован, открыт или сменён пароль',
      zh: '控制器被锁定、解锁或更改了密码',
    },
    why: {
      en: 'Locked, its owner stays outside. Unlocked, everybody comes in.',
      ru: 'Заблокированный контроллер недоступен владельцу, разблокированный открыт для всех.',
      zh: '被锁定则所有者无法进入，被解锁则人人可入。',
    },
    next: {
      en: 'Ask engineering. If it was not they, make sure you can still get in, and change passwords from a clean station. An analyst looks for a program change afterwards.',
      ru: 'Спросите инженеров. Если это не они, убедитесь, что доступ сохранился, и смените пароли с чистой станции. Аналитик ищет последующее изменение программы.',
      zh: '询问工程人员。若非其所为，确认仍可登录，并从可信工作站更改密码。分析人员查找其后的程序更改。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0892'],
    seen: {
      operation: {
        techniques: ['T0892'],
        dangerous: true,
      },
    },
  },
  {
    id: 'controller-memory-read',
    title: {
      en: 'The memory of a controller is read piece by piece',
      ru: 'Память контроллера считывается часть за частью',
      zh: '控制器的内存被逐段读取',
    },
    why: {
      en: 'Engineering tools read some of it when they connect. Whoever reads all of it gets the program, the settings and, with some controllers, the password, without asking for any of them.',
      ru: 'Инженерное ПО при подключении читает небольшую часть. Кто читает всю память, получает программу, настройки и у некоторых контроллеров пароль, не запрашивая их.',
      zh: '工程软件连接时会读取其中一小部分。读取全部内存者无需请求即可得到程序、设置，某些控制器还包括密码。',
    },
    next: {
      en: 'Ask whether an engineer is connected to this controller. If nobody is, disconnect the reader. An analyst compares how much was read with what the engineering tool reads on another day.',
      ru: 'Узнайте, подключён ли к контроллеру инженер. Если нет, отключите читающую станцию. Аналитик сравнивает объём прочитанного с тем, что инженерное ПО читает в другой день.',
      zh: '询问是否有工程师连接到该控制器。若无人连接，断开读取方。分析人员将读取量与工程软件在其他日子的读取量比较。',
    },
    severity: 'low',
    certainty: 'guessed',
    techniques: ['T0877', 'T0893'],
    seen: {
      operation: {
        codes: ['umas.read-memory', 'ge-srtp.read-program-memory', 'lontalk.read-memory', 'knx.memory-read'],
        count: 20,
        within: 60,
      },
    },
  },
  {
    id: 'controller-mode-changed',
    title: {
      en: 'The operating mode of a controller was changed',
      ru: 'Изменён режим работы контроллера',
      zh: '控制器的运行模式被更改',
    },
    why: {
      en: 'Start, pause, program mode or single step decide whether the controller runs the process, and which program it runs.',
      ru: 'Пуск, пауза, режим программирования или пошаговый режим определяют, управляет ли контроллер процессом и по какой программе.',
      zh: '启动、暂停、编程或单步模式决定控制器是否在控制工艺，以及执行哪个程序。',
    },
    next: {
      en: 'Compare the mode the controller shows with the one it should be in. An analyst checks who sent it, what came before it (a stop, a download), and whether the same station does this on other days.',
      ru: 'Сравните показываемый режим с тем, который должен быть. Аналитик проверяет отправителя, что предшествовало команде (останов, загрузка) и делает ли эта станция так в другие дни.',
      zh: '核对控制器当前显示的模式与应有模式是否一致。分析人员核查发送方、此前的操作（停止、下装），以及该站平时是否也这样操作。',
    },
    severity: 'medium',
    certainty: 'stated',
    techniques: ['T0858'],
    seen: {
      operation: {
        techniques: ['T0858'],
        dangerous: true,
        except: [
          '*stop*',
          '*halt*',
          '*.kill',
          '*lock-controller',
          'bacnet.reinitialize-device',
          'ethercat.set-state',
          'lontalk.set-mode',
        ],
      },
    },
  },
  {
    id: 'controller-reached-from-internet',
    title: {
      en: 'An address of the Internet speaks an industrial protocol with a device here',
      ru: 'Адрес из Интернета обменивается с устройством по промышленному протоколу',
      zh: '互联网地址正以工业协议与本地设备通信',
    },
    why: {
      en: 'Industrial protocols hardly know passwords: whoever reaches the device controls it.',
      ru: 'Промышленные протоколы почти не знают паролей: кто достиг устройства, тот им управляет.',
      zh: '工业协议几乎没有口令：谁能到达设备，谁就能控制它。',
    },
    next: {
      en: 'Close the way in at the firewall or pull the modem. An analyst checks whether the plant uses such addresses inside (some old ones do), and what the stranger wrote.',
      ru: 'Закройте доступ на межсетевом экране или отключите модем. Аналитик проверяет, не используются ли такие адреса внутри (бывает на старых объектах) и что записал чужой.',
      zh: '在防火墙上关闭入口或拔掉调制解调器。分析人员核查本厂内部是否使用此类地址（一些老厂如此），以及对方写入了什么。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0883', 'T0822'],
    seen: {
      conversation: {
        industrial: true,
        from: 'public',
        said: true,
      },
    },
  },
  {
    id: 'controller-reports-mode',
    title: {
      en: 'A controller reports that its mode has changed',
      ru: 'Контроллер сообщает о смене режима',
      zh: '控制器报告其模式已改变',
    },
    why: {
      en: 'It confirms that a stop or a start took effect, whoever caused it, also when the command itself was not captured.',
      ru: 'Это подтверждает, что останов или пуск состоялся, кто бы его ни вызвал, даже если сама команда не попала в запись.',
      zh: '这证实停止或启动已经生效，无论由谁引起，即使命令本身未被捕获。',
    },
    next: {
      en: 'Look for the command just before it. If there is none in the capture, somebody used the key switch, a panel, or another way in.',
      ru: 'Найдите команду непосредственно перед этим. Если её в записи нет, использовали ключ, панель или другой путь доступа.',
      zh: '查找其前的命令。若抓包中没有，则可能使用了钥匙开关、面板或其他途径。',
    },
    severity: 'info',
    certainty: 'stated',
    techniques: ['T0858'],
    seen: {
      operation: {
        techniques: ['T0858'],
        dangerous: false,
      },
    },
  },
  {
    id: 'controller-restarted',
    title: {
      en: 'A device was told to restart',
      ru: 'Устройству дана команда перезапуска',
      zh: '有人命令设备重启',
    },
    why: {
      en: 'While it restarts the device neither measures nor controls. Restarted again and again, it stays away from the process.',
      ru: 'Во время перезапуска устройство не измеряет и не управляет. При многократном перезапуске оно выпадает из процесса.',
      zh: '设备重启期间既不测量也不控制；反复重启会使其长期脱离工艺。',
    },
    next: {
      en: 'See whether the device is back and in its usual state. If nobody ordered it, take the sender off the network. An analyst looks for firmware or configuration written just before, for a restart is what makes them effective.',
      ru: 'Убедитесь, что устройство вернулось в обычное состояние. Если команду никто не планировал, отключите отправителя от сети. Аналитик ищет записанные перед этим прошивку или конфигурацию: перезапуск вводит их в действие.',
      zh: '确认设备已恢复并处于正常状态。若非计划内操作，请将发送方断网。分析人员检查此前是否写入过固件或配置，重启正是使其生效的步骤。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0816'],
    seen: {
      operation: {
        techniques: ['T0816'],
        dangerous: true,
      },
    },
  },
  {
    id: 'controller-stopped',
    title: {
      en: 'A controller was told to stop',
      ru: 'Контроллеру дана команда «Стоп»',
      zh: '有人向控制器下达了停止命令',
    },
    why: {
      en: 'A stopped controller no longer runs its program. Outputs go to their safe or last state, and the process is without control.',
      ru: 'Остановленный контроллер не выполняет программу. Выходы переходят в безопасное или последнее состояние, процесс остаётся без управления.',
      zh: '控制器停止后不再执行程序，输出进入安全状态或保持最后状态，工艺过程失去控制。',
    },
    next: {
      en: 'Ask at once whether somebody is working on this controller. If nobody is, keep the process safe by hand and take the sender off the network. An analyst checks whether the sender is the engineering station of this plant, whether a work order fits the time, and whether a program download or a start follows. Counted as refused means the controller did not obey.',
      ru: 'Сразу уточните, ведутся ли работы на этом контроллере. Если нет, удерживайте процесс в безопасном состоянии вручную и отключите отправителя от сети. Аналитик проверяет, штатная ли это инженерная станция, есть ли наряд на это время и следует ли за остановом загрузка программы или пуск. Отметка об отказе означает, что контроллер команду не выполнил.',
      zh: '立即核实是否有人正在该控制器上作业。若无，请手动维持工艺安全，并将命令发送方断网。分析人员核查：发送方是否为本厂工程师站，该时段是否有工作票，其后是否有程序下装或启动。若标记为被拒绝，说明控制器未执行该命令。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0858'],
    seen: {
      operation: {
        codes: ['*stop*', '*halt*', '*.kill'],
        except: ['cip.stop', 'profinet-rt.stop', 'powerlink.stop-node', 'canopen.stop-node'],
        techniques: ['T0858'],
        dangerous: true,
      },
    },
  },
  {
    id: 'credentials-guessed',
    title: {
      en: 'A device reports that somebody tried several passwords',
      ru: 'Устройство отвергло несколько паролей подряд',
      zh: '设备连续拒绝了多个口令',
    },
    why: {
      en: 'Whoever tries several does not know it.',
      ru: 'Кто пробует несколько, тот пароля не знает.',
      zh: '反复尝试的人并不知道口令。',
    },
    next: {
      en: 'Ask who is signing in. Cut the sender off if nobody is. An analyst checks whether one of the tries succeeded.',
      ru: 'Узнайте, кто входит. Если никто, отключите отправителя. Аналитик проверяет, удалась ли одна из попыток.',
      zh: '查明谁在登录；若无人登录，断开发送方。分析人员核查是否有一次成功。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0859', 'T0812'],
    seen: {
      operation: {
        codes: ['*guesses-credentials*', '*guesses-password*', '*password-guessing*'],
      },
    },
  },
  {
    id: 'dangerous-refused',
    title: {
      en: 'A device refused a dangerous operation',
      ru: 'Устройство отклонило опасную операцию',
      zh: '设备拒绝了危险操作',
    },
    why: {
      en: 'Somebody tried and did not get through this time.',
      ru: 'Попытка была, но на этот раз не удалась.',
      zh: '有人尝试过，只是这次没有成功。',
    },
    next: {
      en: 'Ask who sent it. An analyst reads the reason of the refusal (in the evidence) and looks for the same operation again, or from elsewhere.',
      ru: 'Узнайте, кто её отправил. Аналитик смотрит причину отказа (в доказательствах) и ищет повторы, в том числе с других станций.',
      zh: '查明发送者。分析人员查看拒绝原因（见证据），并查找是否再次出现或来自其他站点。',
    },
    severity: 'low',
    certainty: 'stated',
    techniques: ['T0855'],
    seen: {
      operation: {
        dangerous: true,
        refused: 'only',
      },
    },
  },
  {
    id: 'data-collected',
    title: {
      en: 'Files or stored data were read from a device',
      ru: 'С устройства считаны файлы или сохранённые данные',
      zh: '从设备读取了文件或存储的数据',
    },
    why: {
      en: 'Disturbance records, logs and configurations tell an attacker how the plant is built and what it noticed.',
      ru: 'Осциллограммы, журналы и конфигурации показывают атакующему устройство установки и что она заметила.',
      zh: '录波、日志和配置会让攻击者了解装置结构以及系统察觉了什么。',
    },
    next: {
      en: 'No action if it is a station that collects records. An analyst checks the names of the files and the reader.',
      ru: 'Не требует действий, если это станция сбора. Аналитик проверяет имена файлов и отправителя.',
      zh: '若为数据采集站则无需处置。分析人员核查文件名和读取方。',
    },
    severity: 'low',
    certainty: 'inferred',
    techniques: ['T0893'],
    seen: {
      operation: {
        techniques: ['T0893'],
        except: [
          '*list-files',
          '*find-files',
          '*file-directory',
          '*file-information',
          'modbus.read-file-record',
        ],
      },
    },
  },
  {
    id: 'data-destroyed',
    title: {
      en: 'Something stored in a controller was deleted',
      ru: 'Удалены данные, хранящиеся в контроллере',
      zh: '控制器中存储的内容被删除',
    },
    why: {
      en: 'Without its program, blocks or files the controller cannot go on, at the latest after the next restart.',
      ru: 'Без программы, блоков или файлов контроллер не сможет работать — самое позднее после следующего перезапуска.',
      zh: '失去程序、程序块或文件后，控制器将无法继续工作，最迟在下次重启后显现。',
    },
    next: {
      en: 'Do not restart the controller. Have the last backup ready. An analyst checks what was deleted (the evidence names it) and whether a download by the same station follows, as it does when engineers tidy up.',
      ru: 'Не перезапускайте контроллер. Подготовьте последнюю резервную копию. Аналитик проверяет, что удалено (указано в доказательствах) и следует ли загрузка с той же станции, как бывает при обычной работе инженеров.',
      zh: '不要重启控制器，准备好最近的备份。分析人员核查删除了什么（证据中有名称），以及其后同一站是否有下装——工程人员整理程序时会这样。',
    },
    severity: 'critical',
    certainty: 'stated',
    techniques: ['T0809'],
    seen: {
      operation: {
        techniques: ['T0809'],
        dangerous: true,
        except: ['*factory-reset*', 'coap.delete'],
      },
    },
  },
  {
    id: 'device-fingerprinted',
    title: {
      en: 'Somebody asked a device what it is',
      ru: 'Запрошены сведения об устройстве',
      zh: '有人查询了设备的身份信息',
    },
    why: {
      en: 'Make, model and firmware tell which vulnerabilities fit. Engineering tools need them too.',
      ru: 'Изготовитель, модель и прошивка подсказывают подходящие уязвимости. Они нужны и инженерному ПО.',
      zh: '厂商、型号和固件决定了适用的漏洞；工程软件也需要这些信息。',
    },
    next: {
      en: 'No action by itself. An analyst checks whether the asker is known.',
      ru: 'Само по себе действий не требует. Аналитик проверяет, известен ли отправитель.',
      zh: '单独出现无需处置。分析人员核查查询方是否已知。',
    },
    severity: 'info',
    certainty: 'stated',
    techniques: ['T0888'],
    seen: {
      operation: {
        techniques: ['T0888'],
        access: ['identify'],
      },
    },
  },
  {
    id: 'device-muted',
    title: {
      en: 'A device was put out of service over the network',
      ru: 'Устройство выведено из работы по сети',
      zh: '设备被通过网络置于停用状态',
    },
    why: {
      en: 'It does not answer any more, or not where it is looked for. View and control are lost for everything that depends on it.',
      ru: 'Оно больше не отвечает или отвечает не там, где его ищут. Теряются контроль и управление всем, что от него зависит.',
      zh: '设备不再应答，或不在原处应答；依赖它的一切都失去监视与控制。',
    },
    next: {
      en: 'See whether the device answers. If not, a restart on site usually brings it back. Take the sender off the network first, if nobody knows it.',
      ru: 'Проверьте, отвечает ли устройство. Если нет, обычно помогает перезапуск по месту. Неизвестного отправителя сначала отключите от сети.',
      zh: '检查设备是否应答；若否，现场重启通常可恢复。若发送方身份不明，请先将其断网。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0814'],
    seen: {
      operation: {
        techniques: ['T0814'],
        dangerous: true,
        except: [
          'dcp.set-*',
          'cip.change-network-settings',
          '*factory-reset*',
          'profinet-io.release',
          '*.router-busy',
          '*.routing-busy',
          'powerlink.*',
          'melsec.set-address',
          'modbus.restart-communications',
        ],
      },
    },
  },
  {
    id: 'device-probed',
    title: {
      en: 'Somebody is trying out functions, units or points of a device',
      ru: 'Кто-то перебирает функции, адреса или точки устройства',
      zh: '有人在逐一试探设备的功能、站号或点',
    },
    why: {
      en: 'Programs that belong to the plant know what a device can do. Whoever has to try does not.',
      ru: 'Программы установки знают возможности устройства. Перебирает тот, кто их не знает.',
      zh: '属于本厂的程序知道设备能做什么；需要试探的人则不知道。',
    },
    next: {
      en: 'Find the station that does it; take it off the network if nobody is commissioning there. An analyst checks for a scanner that was meant to run, and for commands afterwards.',
      ru: 'Найдите эту станцию; отключите её, если там не идёт наладка. Аналитик проверяет, не запланированное ли это сканирование и были ли потом команды.',
      zh: '找到该站点；若无调试作业，将其断网。分析人员核查是否为计划内扫描，以及其后是否有命令。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0846', 'T0888', 'T0806'],
    seen: {
      operation: {
        codes: ['*-sweep', 'iec104.tries-objects'],
        except: ['iec104.command-sweep', 'arp.sweep', 'bacnet.device-sweep'],
      },
    },
  },
  {
    id: 'device-reports-fault',
    version: 3,
    title: {
      en: 'A device reports a fault or left operation',
      ru: 'Устройство сообщает о неисправности или вышло из работы',
      zh: '设备报告故障或退出运行',
    },
    why: {
      en: 'It shows what a command did, or a fault that nobody caused. Either way its values may not be trusted.',
      ru: 'Это следствие команды или неисправность без чьего-либо участия. В обоих случаях значениям верить нельзя.',
      zh: '这是某条命令的后果，或并非人为的故障；无论哪种情况，其数值都未必可信。',
    },
    next: {
      en: 'Look for a command before it. Without one, tell maintenance which device it is.',
      ru: 'Найдите предшествующую команду. Если её нет, сообщите службе ремонта, какое это устройство.',
      zh: '查找此前的命令；若没有，将该设备告知检修人员。',
    },
    severity: 'info',
    certainty: 'stated',
    techniques: ['T0826'],
    seen: {
      anomaly: {
        codes: [
          'canopen.emergency',
          'canopen.state-changed',
          'c37118.data-error',
          'cip.safety-idle',
          'ethercat.left-operational',
          'ethercat.slave-error',
          'ethercat.status-code',
          'ge-srtp.state-changed',
          'hart-ip.device-malfunction',
          'j1939.faults',
          'mrp.ring-open',
          'powerlink.left-operational',
          'profinet-io.diagnosis',
          'profinet-io.modules-differ',
          'profinet-rt.data-bad',
          'profinet-rt.invalid',
          'profinet-rt.problem',
          'profinet-rt.stopped',
        ],
      },
    },
  },
  {
    id: 'device-reports-restart',
    title: {
      en: 'A device reports that it restarted or is in trouble',
      ru: 'Устройство сообщает о перезапуске или неисправности',
      zh: '设备报告已重启或出现异常',
    },
    why: {
      en: 'It confirms that a restart took effect, or shows a fault that nobody caused.',
      ru: 'Это подтверждает перезапуск или показывает неисправность без чьего-либо участия.',
      zh: '这证实重启已生效，或表明出现了并非人为的故障。',
    },
    next: {
      en: 'Look for a command before it. Without one, have the power supply and the device checked.',
      ru: 'Найдите предшествующую команду. Если её нет, проверьте питание и устройство.',
      zh: '查找此前的命令；若没有，检查电源和设备。',
    },
    severity: 'info',
    certainty: 'stated',
    techniques: ['T0816'],
    seen: {
      anomaly: {
        codes: [
          '*.device-restarted',
          '*.station-restarted',
          '*.device-trouble',
          '*.configuration-corrupt',
          '*.fatal-error',
        ],
      },
    },
  },
  {
    id: 'device-search',
    title: {
      en: 'Somebody is looking for devices',
      ru: 'Кто-то ищет устройства в сети',
      zh: '有人在搜索设备',
    },
    why: {
      en: 'Engineering tools and asset inventories do so on purpose. It is also the first thing a stranger on the network does.',
      ru: 'Так работают инженерное ПО и системы инвентаризации. Это и первое, что делает чужой в сети.',
      zh: '工程软件和资产清点会有意为之；陌生人进入网络后首先做的也是这个。',
    },
    next: {
      en: 'Ask whether somebody is commissioning or taking an inventory. An analyst checks what the searcher did with those it found.',
      ru: 'Узнайте, не идёт ли наладка или инвентаризация. Аналитик проверяет, что ищущий делал с найденным.',
      zh: '核实是否在调试或清点资产。分析人员查看搜索者对找到的设备做了什么。',
    },
    severity: 'low',
    certainty: 'inferred',
    techniques: ['T0846'],
    seen: {
      operation: {
        techniques: ['T0846'],
        per: 'source',
      },
    },
  },
  {
    id: 'device-talks-to-internet',
    title: {
      en: 'A device of the plant talks to an address of the Internet',
      ru: 'Устройство установки обменивается с адресом в Интернете',
      zh: '工厂设备与互联网地址通信',
    },
    why: {
      en: "Controllers and operator stations have no business there. It may be a vendor's cloud, or the way an intruder steers them.",
      ru: 'Контроллерам и операторским станциям там делать нечего. Это может быть облако изготовителя или канал управления нарушителя.',
      zh: '控制器和操作员站无需访问互联网；这可能是厂商云服务，也可能是入侵者的控制通道。',
    },
    next: {
      en: 'Block the connection if nobody needs it. An analyst looks up the address and the volume in both directions.',
      ru: 'Заблокируйте соединение, если оно никому не нужно. Аналитик проверяет адрес и объём в обе стороны.',
      zh: '若无人需要则予以阻断。分析人员查询该地址及双向流量。',
    },
    severity: 'medium',
    certainty: 'guessed',
    techniques: ['T0883', 'T0869'],
    seen: {
      conversation: {
        fromRoles: ['controller', 'io', 'hmi', 'engineering', 'gateway'],
        to: 'public',
        transports: ['tcp', 'udp'],
        said: true,
      },
    },
  },
  {
    id: 'exploit-tried',
    title: {
      en: 'A message that known exploits use was sent',
      ru: 'Отправлено сообщение, применяемое известными эксплойтами',
      zh: '出现了已知漏洞利用所用的报文',
    },
    why: {
      en: 'Some tools use it rightly. Where they do not run, it is how somebody gets rights that are not his.',
      ru: 'Некоторые программы применяют его законно. Там, где их нет, так получают чужие права.',
      zh: '某些工具会正当使用；若此处没有这些工具，则可能有人在越权。',
    },
    next: {
      en: 'Check whether the receiver is patched, and whether the sender runs software that does this. If in doubt, take the sender off the network. An analyst looks for a new process, account or session on the receiver right after it.',
      ru: 'Проверьте, установлены ли на получателе обновления и есть ли у отправителя такая программа. При сомнении отключите отправителя. Аналитик ищет сразу после этого новый процесс, учётную запись или сессию на получателе.',
      zh: '核查接收方是否已打补丁、发送方是否运行会这样做的软件。如有疑问，将发送方断网。分析人员查找其后接收方上的新进程、账户或会话。',
    },
    severity: 'high',
    certainty: 'guessed',
    techniques: ['T0890', 'T0866'],
    seen: {
      operation: {
        techniques: ['T0890', 'T0866'],
      },
    },
  },
  {
    id: 'factory-reset',
    title: {
      en: 'A device was told to return to its factory settings',
      ru: 'Устройству дана команда сброса к заводским настройкам',
      zh: '有人命令设备恢复出厂设置',
    },
    why: {
      en: 'It loses its address, its name and its settings, and is out of the process until somebody has set it up again.',
      ru: 'Устройство теряет адрес, имя и настройки и выпадает из процесса до повторной настройки.',
      zh: '设备会丢失地址、名称和设置，在重新配置之前退出工艺过程。',
    },
    next: {
      en: 'See whether the device is still there. If nobody is replacing it right now, take the sender off the network before it does the same to others.',
      ru: 'Проверьте, на связи ли устройство. Если его сейчас не заменяют, отключите отправителя, пока он не сделал то же с другими.',
      zh: '确认设备是否仍在线。若当前无人更换设备，请立即将发送方断网，以免其他设备遭受同样操作。',
    },
    severity: 'critical',
    certainty: 'stated',
    techniques: ['T0809', 'T0816', 'T0814'],
    seen: {
      operation: {
        codes: ['*factory-reset*', '*reset-to-factory*', '*restore-factory*', '*load-default*'],
      },
    },
  },
  {
    id: 'field-network-state-set',
    title: {
      en: 'A master changed the state of devices on its field network',
      ru: 'Ведущее устройство изменило состояние устройств полевой сети',
      zh: '主站改变了现场网络设备的状态',
    },
    why: {
      en: 'Masters do this when they start. In between it takes devices out of the process.',
      ru: 'Ведущие делают это при запуске. В остальное время это выводит устройства из процесса.',
      zh: '主站启动时会这样做；其他时候则会使设备退出工艺。',
    },
    next: {
      en: 'No action while a machine is being started. An analyst checks which state and how often.',
      ru: 'Не требует действий при пуске машины. Аналитик проверяет состояние и частоту.',
      zh: '机器启动期间无需处置。分析人员核查状态及频次。',
    },
    severity: 'low',
    certainty: 'guessed',
    techniques: ['T0858'],
    seen: {
      operation: {
        codes: [
          'ethercat.set-state',
          'powerlink.stop-node',
          'powerlink.reset-node',
          'canopen.stop-node',
          'canopen.pre-operational',
          'canopen.reset-node',
          'canopen.reset-communication',
          'lontalk.set-mode',
        ],
      },
    },
  },
  {
    id: 'file-by-tftp',
    title: {
      en: 'A file was written or fetched by TFTP',
      ru: 'Файл записан или получен по TFTP',
      zh: '通过 TFTP 写入或获取了文件',
    },
    why: {
      en: 'TFTP knows no passwords. Switches and controllers take their firmware and configuration this way.',
      ru: 'TFTP не знает паролей. Так коммутаторы и контроллеры получают прошивку и конфигурацию.',
      zh: 'TFTP 没有口令；交换机和控制器以此获取固件和配置。',
    },
    next: {
      en: 'Ask who is maintaining the device. An analyst looks at the name of the file and cuts it out of the capture.',
      ru: 'Узнайте, кто обслуживает устройство. Аналитик смотрит имя файла и извлекает его из записи.',
      zh: '询问谁在维护设备。分析人员查看文件名并从抓包中提取。',
    },
    severity: 'medium',
    certainty: 'stated',
    techniques: ['T0867', 'T0857'],
    seen: {
      operation: {
        codes: ['tftp.*'],
      },
    },
  },
  {
    id: 'file-to-controller',
    title: {
      en: 'A file was sent to a device of the plant',
      ru: 'На устройство установки передан файл',
      zh: '有文件被传送到工厂设备',
    },
    why: {
      en: 'Firmware, projects and configurations get into devices by these simple ways, mostly without a password.',
      ru: 'Прошивки, проекты и конфигурации попадают в устройства этими простыми путями, чаще без пароля.',
      zh: '固件、工程和配置常通过这些简单途径进入设备，多数无需口令。',
    },
    next: {
      en: "Ask who is maintaining the device. An analyst cuts the file out of the capture and compares it with the vendor's or the released one.",
      ru: 'Узнайте, кто обслуживает устройство. Аналитик извлекает файл из записи и сравнивает с файлом изготовителя или утверждённым.',
      zh: '询问谁在维护该设备。分析人员从抓包中提取文件，与厂商或发布版本比对。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0867', 'T0857', 'T0839'],
    seen: {
      transfer: {
        protocols: ['tftp', 'ftp', 'ftp-data', 'http', 'smb'],
        way: 'to',
        toRoles: ['controller', 'io', 'gateway', 'switch', 'hmi'],
      },
    },
  },
  {
    id: 'files-changed-on-device',
    title: {
      en: 'Files or names on a device were changed',
      ru: 'Изменены файлы или имена на устройстве',
      zh: '设备上的文件或名称被更改',
    },
    why: {
      en: 'Renaming or copying puts another file in the place of the one that is used.',
      ru: 'Переименование или копирование ставит другой файл на место используемого.',
      zh: '重命名或复制可用另一个文件顶替正在使用的文件。',
    },
    next: {
      en: 'Ask who is maintaining the device. An analyst compares the files on it with the released ones.',
      ru: 'Узнайте, кто обслуживает устройство. Аналитик сравнивает файлы с утверждёнными.',
      zh: '询问谁在维护设备。分析人员将其文件与发布版本比对。',
    },
    severity: 'medium',
    certainty: 'stated',
    techniques: ['T0809', 'T0867'],
    seen: {
      operation: {
        codes: [
          '*.rename-file',
          '*.copy-file',
          '*.move-file',
          'mms.rename',
          'cip.write-file',
          '*.change-attributes',
          '*.delete-name',
          '*.set-name',
          '*.volume-label',
          'coap.delete',
        ],
        except: ['dcp.set-name'],
        dangerous: true,
      },
    },
  },
  {
    id: 'files-put-on-device',
    title: {
      en: 'Files were put on a device',
      ru: 'На устройство записаны файлы',
      zh: '有文件被写入设备',
    },
    why: {
      en: 'A file can be a configuration, a program, firmware, or a tool for the next step.',
      ru: 'Файл может быть конфигурацией, программой, прошивкой или инструментом для следующего шага.',
      zh: '文件可能是配置、程序、固件，也可能是下一步攻击的工具。',
    },
    next: {
      en: 'Ask what was installed. An analyst cuts the file out of the capture and compares it with what was meant to be there.',
      ru: 'Узнайте, что устанавливали. Аналитик извлекает файл из записи и сравнивает с тем, что должно быть.',
      zh: '询问安装了什么。分析人员从抓包中提取文件并与应有内容比对。',
    },
    severity: 'medium',
    certainty: 'stated',
    techniques: ['T0867'],
    seen: {
      operation: {
        techniques: ['T0867'],
        dangerous: true,
        except: ['tftp.*'],
      },
    },
  },
  {
    id: 'firmware-changed',
    title: {
      en: 'Firmware was sent to a device',
      ru: 'На устройство передаётся прошивка',
      zh: '有人向设备传送固件',
    },
    why: {
      en: 'Firmware lies below the program. A changed one can hide anything, survives a new program, and can make the device useless for good.',
      ru: 'Прошивка лежит ниже программы. Подменённая может скрыть что угодно, переживает смену программы и может навсегда вывести устройство из строя.',
      zh: '固件位于程序之下。被篡改的固件可以隐藏一切，更换程序也无法清除，甚至使设备永久失效。',
    },
    next: {
      en: "If nobody planned it, do not let the device restart, if that is safe, and take the sender off the network. An analyst cuts the file out of the capture, compares its hash with the vendor's, and asks the vendor how to verify the device.",
      ru: 'Если это не планировалось, по возможности не допускайте перезапуска устройства и отключите отправителя. Аналитик извлекает файл из записи, сравнивает хеш с хешем изготовителя и узнаёт у него, как проверить устройство.',
      zh: '若非计划内操作，在安全前提下不要让设备重启，并将发送方断网。分析人员从抓包中提取文件，与厂商发布的哈希比对，并向厂商询问如何校验设备。',
    },
    severity: 'critical',
    certainty: 'stated',
    techniques: ['T0857', 'T0839'],
    seen: {
      operation: {
        techniques: ['T0857', 'T0839'],
        dangerous: true,
        except: ['tftp.*'],
      },
    },
  },
  {
    id: 'firmware-file-carried',
    title: {
      en: 'A firmware file was carried to a device',
      ru: 'На устройство передан файл прошивки',
      zh: '固件文件被传送到设备',
    },
    why: {
      en: 'Whoever can give a device its firmware owns it.',
      ru: 'Кто может дать устройству прошивку, тот им владеет.',
      zh: '能给设备写入固件者，即拥有该设备。',
    },
    next: {
      en: "Ask whether an update was planned. An analyst compares the file with the vendor's.",
      ru: 'Узнайте, планировалось ли обновление. Аналитик сравнивает файл с файлом изготовителя.',
      zh: '核实是否计划升级。分析人员将文件与厂商文件比对。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0857', 'T0839'],
    seen: {
      transfer: {
        kinds: ['firmware'],
        way: 'to',
      },
    },
  },
  {
    id: 'firmware-updated',
    title: {
      en: 'Firmware was written to a device, and the device restarted with it',
      ru: 'Прошивка записана, и устройство перезапущено с ней',
      zh: '固件已写入设备，且设备已用其重启',
    },
    why: {
      en: "From now on the device runs what was sent to it. If that was not the vendor's, no program in it can be trusted.",
      ru: 'Теперь устройство выполняет то, что ему передали. Если это не прошивка изготовителя, доверять устройству нельзя.',
      zh: '设备从此运行的就是刚传入的固件。若并非厂商固件，设备上的任何程序都不可信。',
    },
    next: {
      en: "If nobody planned it, replace the device by a spare with known firmware and keep this one for examination. An analyst compares the file in the capture with the vendor's.",
      ru: 'Если обновление не планировалось, замените устройство запасным с известной прошивкой, а это сохраните для исследования. Аналитик сравнивает файл из записи с файлом изготовителя.',
      zh: '若非计划内升级，请用固件可信的备件替换该设备，并保留原设备供取证。分析人员将抓包中的文件与厂商文件比对。',
    },
    severity: 'critical',
    certainty: 'inferred',
    techniques: ['T0857', 'T0839', 'T0816'],
    replaces: ['firmware-changed', 'controller-restarted'],
    seen: {
      sequence: {
        within: 7200,
        steps: [
          {
            techniques: ['T0857', 'T0839'],
            dangerous: true,
            count: 3,
          },
          {
            techniques: ['T0816'],
            dangerous: true,
          },
        ],
      },
    },
  },
  {
    id: 'functions-called',
    title: {
      en: 'Functions, methods or commands were executed on a device',
      ru: 'На устройстве выполнены функции, методы или команды',
      zh: '在设备上执行了函数、方法或命令',
    },
    why: {
      en: 'What a method does is known only to its device: it may start a batch or reset a drive.',
      ru: 'Что делает метод, знает только устройство: он может запустить партию или сбросить привод.',
      zh: '方法的作用只有设备自身知道：可能启动批次，也可能复位驱动。',
    },
    next: {
      en: 'Look at the name of what was called. An analyst checks whether this sender calls it regularly.',
      ru: 'Посмотрите имя вызванного. Аналитик проверяет, вызывает ли его этот отправитель регулярно.',
      zh: '查看被调用的名称。分析人员核查该发送方是否经常调用。',
    },
    severity: 'medium',
    certainty: 'inferred',
    techniques: ['T0871', 'T0807'],
    seen: {
      operation: {
        techniques: ['T0871', 'T0807'],
        dangerous: true,
      },
    },
  },
  {
    id: 'functions-tried-out',
    title: {
      en: 'Many different requests of one station were refused within a minute',
      ru: 'За минуту отклонено много разных запросов одной станции',
      zh: '一分钟内某站点的多种不同请求被拒绝',
    },
    why: {
      en: 'A client that works does not ask for what the device cannot do. This is somebody who tries everything.',
      ru: 'Исправный клиент не запрашивает того, чего устройство не умеет. Кто-то пробует всё подряд.',
      zh: '正常客户端不会请求设备不支持的功能；这是有人在逐一尝试。',
    },
    next: {
      en: 'Find the station and ask who works on it. An analyst tells a scanner from a wrongly configured client by the variety of the requests.',
      ru: 'Найдите станцию и узнайте, кто за ней работает. Аналитик отличает сканер от неверно настроенного клиента по разнообразию запросов.',
      zh: '找到该站点并询问使用者。分析人员可根据请求的多样性区分扫描器与配置错误的客户端。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0846', 'T0888'],
    replaces: ['refused-in-a-row'],
    seen: {
      operation: {
        access: ['read', 'write', 'control', 'program', 'identify', 'configure', 'authenticate', 'other'],
        refused: 'only',
        kinds: 5,
        within: 60,
      },
    },
  },
  {
    id: 'goose-not-from-publisher',
    title: {
      en: 'Messages between protection devices are out of order or have a second sender',
      ru: 'Сообщения между устройствами РЗА нарушены или имеют второго отправителя',
      zh: '保护装置之间的报文失序或出现第二个发送者',
    },
    why: {
      en: 'GOOSE messages trip breakers without anybody confirming. A forged one trips them, or keeps the real one from being believed.',
      ru: 'Сообщения GOOSE отключают выключатели без подтверждения. Поддельное отключит их или не даст поверить настоящему.',
      zh: 'GOOSE 报文可在无人确认下跳开断路器；伪造报文可使其误跳，或使真实报文不被采信。',
    },
    next: {
      en: 'Tell the protection engineer. An analyst checks for a restarted or re-parameterised device, a redundant network (PRP gives every message twice), and else finds the port of the second sender.',
      ru: 'Сообщите инженеру РЗА. Аналитик исключает перезапуск или перенастройку устройства и резервированную сеть (PRP дублирует сообщения), иначе находит порт второго отправителя.',
      zh: '通知保护专业人员。分析人员排除装置重启或重新整定、冗余网络（PRP 会使每个报文出现两次）等情况，否则找出第二个发送者的端口。',
    },
    severity: 'critical',
    certainty: 'guessed',
    techniques: ['T0856', 'T0830', 'T0803'],
    seen: {
      anomaly: {
        codes: ['goose.second-publisher', 'goose.state-fell', 'goose.state-jumped', 'goose.out-of-order'],
      },
    },
  },
  {
    id: 'goose-restarted-or-changed',
    title: {
      en: 'Messages between protection devices changed, paused or are simulated',
      ru: 'Сообщения между устройствами РЗА изменились, прерывались или имитируются',
      zh: '保护装置之间的报文发生变化、中断或为仿真报文',
    },
    why: {
      en: 'A device was restarted, set anew, is being tested, or its messages got lost. Subscribers may ignore it until somebody looks.',
      ru: 'Устройство перезапущено, перенастроено, проверяется, или его сообщения теряются. Подписчики могут его не учитывать.',
      zh: '装置被重启、重新整定、正在测试或其报文丢失；订阅方可能因此不再采信。',
    },
    next: {
      en: 'Ask whether protection is being tested. An analyst checks whether the publisher is the same station as before and whether its configuration revision fits the project.',
      ru: 'Узнайте, не идёт ли проверка РЗА. Аналитик проверяет, тот же ли это издатель и соответствует ли ревизия конфигурации проекту.',
      zh: '核实是否在做保护试验。分析人员核查发布者是否仍为原装置、配置版本是否与工程一致。',
    },
    severity: 'medium',
    certainty: 'inferred',
    techniques: ['T0856', 'T0814'],
    seen: {
      anomaly: {
        codes: ['goose.*', 'sv.*'],
        except: [
          'goose.second-publisher',
          'goose.state-fell',
          'goose.state-jumped',
          'goose.out-of-order',
          'sv.second-publisher',
          'sv.out-of-order',
          'sv.not-synchronized',
        ],
      },
    },
  },
  {
    id: 'io-connection-released',
    title: {
      en: 'A connection to field devices was released, or a router reported that it is busy',
      ru: 'Разорвано соединение с полевыми устройствами либо маршрутизатор занят',
      zh: '与现场设备的连接被释放，或路由器报告忙',
    },
    why: {
      en: 'Controllers do this when they are switched off. From a stranger it stops the exchange with the field.',
      ru: 'Контроллеры делают это при выключении. Со стороны постороннего это прекращает обмен с полем.',
      zh: '控制器关机时会这样做；若来自陌生人，则会中断与现场的数据交换。',
    },
    next: {
      en: 'See whether the exchange goes on. An analyst checks that the sender is the controller itself.',
      ru: 'Проверьте, продолжается ли обмен. Аналитик проверяет, что отправитель — сам контроллер.',
      zh: '确认数据交换是否继续。分析人员核查发送方是否为控制器本身。',
    },
    severity: 'low',
    certainty: 'guessed',
    techniques: ['T0814'],
    seen: {
      operation: {
        codes: ['profinet-io.release', 'bacnet.router-busy', 'knx.routing-busy'],
      },
    },
  },
  {
    id: 'io-forced',
    title: {
      en: 'Inputs or outputs were forced',
      ru: 'Выполнена принудительная установка входов или выходов',
      zh: '输入或输出被强制',
    },
    why: {
      en: 'A forced point no longer follows the process or the program. The controller believes what it was told.',
      ru: 'Принудительно установленный сигнал не следует ни процессу, ни программе. Контроллер верит заданному значению.',
      zh: '被强制的点不再跟随工艺或程序，控制器只相信强制值。',
    },
    next: {
      en: 'Ask whether somebody is testing loops. If not, read the list of forces in the engineering tool and remove them under supervision. An analyst checks which points, and whether protection depends on them.',
      ru: 'Узнайте, не проверяют ли контуры. Если нет, откройте список принудительных значений в инженерном ПО и снимите их под контролем. Аналитик проверяет, какие это сигналы и зависит ли от них защита.',
      zh: '核实是否正在进行回路测试。若否，在工程软件中查看强制列表，并在监护下解除。分析人员核查涉及哪些点，是否影响保护功能。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0835'],
    seen: {
      operation: {
        codes: ['*force*', '*substitute*', '*override*'],
        except: ['*read-force*', '*force-access*', '*force-listen-only*', '*force-run*'],
        dangerous: true,
      },
    },
  },
  {
    id: 'io-image-read',
    title: {
      en: 'Inputs, outputs or memory of a controller were read directly',
      ru: 'Входы, выходы или память контроллера считаны напрямую',
      zh: '控制器的输入、输出或内存被直接读取',
    },
    why: {
      en: 'Operator stations do this all day. A stranger learns from it what the process is doing at this moment, and when a change would not be noticed.',
      ru: 'Операторские станции делают это весь день. Чужой узнаёт так, что происходит в процессе прямо сейчас и когда изменение останется незамеченным.',
      zh: '操作员站整天都在这样做。陌生人由此得知工艺此刻的状态，以及何时改动不会被察觉。',
    },
    next: {
      en: 'No action for a station that has always done it. An analyst checks newcomers: what they read, and whether they wrote to the same places afterwards.',
      ru: 'Не требует действий, если станция делает это всегда. Аналитик проверяет новые: что они читали и не писали ли потом туда же.',
      zh: '对一贯如此的站点无需处置。分析人员核查新出现者：读取了什么，之后是否向同一位置写入。',
    },
    severity: 'info',
    certainty: 'stated',
    techniques: ['T0877', 'T0801'],
    seen: {
      operation: {
        techniques: ['T0877'],
      },
    },
  },
  {
    id: 'io-provider-stopped',
    title: {
      en: 'A controller tells its devices that it has stopped',
      ru: 'Контроллер сообщает устройствам о своём останове',
      zh: '控制器告知其设备自身已停止',
    },
    why: {
      en: 'The devices set their outputs to substitute values. It shows the effect of a stop, whoever caused it.',
      ru: 'Устройства переводят выходы в замещающие значения. Это показывает результат останова, кто бы его ни вызвал.',
      zh: '设备将输出置为替代值；这是停止的结果，无论由谁引起。',
    },
    next: {
      en: 'Look at the controller, and for the command just before.',
      ru: 'Осмотрите контроллер и найдите предшествующую команду.',
      zh: '检查控制器，并查找其前的命令。',
    },
    severity: 'medium',
    certainty: 'stated',
    techniques: ['T0858'],
    seen: {
      operation: {
        codes: ['profinet-rt.stop'],
      },
    },
  },
  {
    id: 'many-points-set',
    title: {
      en: 'One station set many different points within seconds',
      ru: 'Одна станция за секунды изменила много разных точек',
      zh: '一个站点在数秒内设置了大量不同的点',
    },
    why: {
      en: 'Recipes and restarts do this. So does somebody who tries out what moves what.',
      ru: 'Так бывает при загрузке рецепта и перезапуске. Так же поступает тот, кто проверяет, что на что влияет.',
      zh: '下载配方和重启时会这样；试探哪个点控制什么的人也会这样。',
    },
    next: {
      en: 'Ask whether a recipe was loaded. An analyst compares the values with those of other days.',
      ru: 'Узнайте, не загружали ли рецепт. Аналитик сравнивает значения с другими днями.',
      zh: '询问是否加载了配方。分析人员将数值与其他日期比较。',
    },
    severity: 'medium',
    certainty: 'guessed',
    techniques: ['T0806'],
    seen: {
      variables: {
        different: 50,
        within: 10,
      },
    },
  },
  {
    id: 'measurement-falsified',
    title: {
      en: 'Somebody changes what an instrument measures or what people see',
      ru: 'Изменяется то, что измеряет прибор или видят люди',
      zh: '有人改变仪表的测量结果或人员看到的内容',
    },
    why: {
      en: 'If range, unit, trim or history are wrong, operators and controllers act on a plant that does not exist.',
      ru: 'При неверных диапазоне, единицах, подстройке или архиве операторы и контроллеры управляют несуществующей установкой.',
      zh: '量程、单位、微调或历史数据有误时，操作员和控制器面对的就是一个不存在的装置。',
    },
    next: {
      en: 'Compare the value with a second instrument or a local gauge. Ask whether instruments are being calibrated. An analyst reads what was set before and after.',
      ru: 'Сверьте значение со вторым прибором или по месту. Узнайте, не идёт ли калибровка. Аналитик смотрит прежние и новые настройки.',
      zh: '用另一台仪表或就地表核对数值，询问是否在校验仪表。分析人员查看更改前后的设置。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0832', 'T0831'],
    seen: {
      operation: {
        techniques: ['T0832', 'T0831'],
        dangerous: true,
      },
    },
  },
  {
    id: 'measurements-stopped',
    title: {
      en: 'A measuring device was told to stop sending',
      ru: 'Измерительному устройству приказано прекратить передачу',
      zh: '测量装置被要求停止发送',
    },
    why: {
      en: 'Whoever collects measurements does this when it connects and when it leaves. If nobody starts them again, the control room is blind there.',
      ru: 'Сборщик измерений делает это при подключении и отключении. Если передача не возобновлена, диспетчерская там ничего не видит.',
      zh: '采集方在连接和断开时都会这样做。若无人重新启动，控制室在该处将失去监视。',
    },
    next: {
      en: 'See whether measurements arrive. An analyst checks that the sender is the usual collector and that it starts them again within seconds.',
      ru: 'Проверьте, поступают ли измерения. Аналитик проверяет, что отправитель — обычный сборщик и что он через секунды возобновил передачу.',
      zh: '确认测量数据是否到达。分析人员核查发送方是否为惯常采集方，并在数秒内重新启动了发送。',
    },
    severity: 'low',
    certainty: 'guessed',
    techniques: ['T0815', 'T0804'],
    seen: {
      operation: {
        codes: ['c37118.data-off'],
      },
    },
  },
  {
    id: 'messages-injected',
    version: 2,
    title: {
      en: 'Messages do not follow one another as the two had agreed',
      ru: 'Порядок сообщений между двумя станциями нарушен',
      zh: '双方之间的报文不符合约定的次序',
    },
    why: {
      en: 'The network loses nothing on this connection, so a number that jumps, an answer that nobody asked for or safety data with a wrong checksum was put there, or played again.',
      ru: 'В этом соединении данные не теряются: скачок номера, ответ без запроса или данные безопасности с неверной контрольной суммой кто-то вставил или воспроизвёл.',
      zh: '该连接本身不会丢失数据；序号跳变、无人请求的应答或校验和错误的安全数据，是被人插入或重放的。',
    },
    next: {
      en: 'Compare what the operator station shows with the device itself. An analyst rules out a capture that lost packets and a faulty driver, and else looks for a second sender with the address of one of the two.',
      ru: 'Сверьте показания на пульте с самим устройством. Аналитик исключает потери при записи и ошибку драйвера, иначе ищет второго отправителя с адресом одной из сторон.',
      zh: '将操作站的显示与设备本身核对。分析人员排除抓包丢包和驱动故障，否则查找冒用其中一方地址的第二个发送者。',
    },
    severity: 'medium',
    certainty: 'guessed',
    techniques: ['T0830', 'T0856'],
    seen: {
      anomaly: {
        codes: [
          'iec104.sequence-broken',
          'opcua.sequence-broken',
          'mqtt.sparkplug-sequence-broken',
          'profinet-rt.counter-back',
          'ip.fragments-overlap',
          'modbus.reply-to-other-function',
          'mms.other-service',
          'bacnet.answer-to-other-service',
          'cip.safety-checksum-wrong',
          'codesys-v3.checksum-wrong',
          'genisys.checkback-differs',
        ],
      },
    },
  },
  {
    id: 'mode-polled',
    title: {
      en: 'Somebody asks a controller again and again what mode it is in',
      ru: 'Режим контроллера запрашивается снова и снова',
      zh: '有人反复查询控制器的运行模式',
    },
    why: {
      en: 'Engineering tools do so while they are open. So does an implant that waits for the right moment.',
      ru: 'Так делает открытое инженерное ПО. Так же ведёт себя закладка, ожидающая момента.',
      zh: '工程软件打开时会这样做；等待时机的恶意植入程序也会。',
    },
    next: {
      en: 'No action if an engineering tool is open on that station. An analyst checks that, also at night.',
      ru: 'Не требует действий, если на этой станции открыто инженерное ПО. Аналитик проверяет это, в том числе ночью.',
      zh: '若该站正打开工程软件则无需处置。分析人员予以核实，夜间尤其如此。',
    },
    severity: 'low',
    certainty: 'guessed',
    techniques: ['T0868'],
    seen: {
      operation: {
        techniques: ['T0868'],
        count: 20,
      },
    },
  },
  {
    id: 'network-service-rivals',
    title: {
      en: 'A second station offers a service that the network has one of',
      ru: 'Вторая станция предлагает службу, которая в сети одна',
      zh: '第二个站点提供了网络中本应唯一的服务',
    },
    why: {
      en: 'Whoever gives out addresses, names, time or the shape of the network decides where traffic goes.',
      ru: 'Кто раздаёт адреса, имена, время или строит топологию, тот решает, куда идёт обмен.',
      zh: '谁分配地址、名称、时间或决定网络拓扑，谁就决定流量去向。',
    },
    next: {
      en: 'Ask the network team about changes today. An analyst finds the newcomer by its MAC address.',
      ru: 'Узнайте у сетевиков, были ли сегодня изменения. Аналитик находит новую станцию по MAC-адресу.',
      zh: '向网络人员询问今天的改动。分析人员按 MAC 地址找到新来者。',
    },
    severity: 'high',
    certainty: 'guessed',
    techniques: ['T0830'],
    seen: {
      anomaly: {
        codes: ['dhcp.servers-compete', 'stp.root-changed', 'ptp.grandmaster-changed', '*.answers-for-many'],
      },
    },
  },
  {
    id: 'network-settings-changed',
    title: {
      en: 'The address or name of a device was changed over the network',
      ru: 'По сети изменены адрес или имя устройства',
      zh: '设备的地址或名称被通过网络更改',
    },
    why: {
      en: 'A controller that looks for the device under its old name or address no longer finds it: it drops out of the process.',
      ru: 'Контроллер ищет устройство по прежнему имени или адресу и не находит его: устройство выпадает из процесса.',
      zh: '控制器按原名称或地址寻找该设备却找不到，设备因此退出工艺。',
    },
    next: {
      en: 'Ask whether somebody is commissioning. If not, set it back as the evidence tells (it shows the value before, where that was seen). An analyst checks whether several devices were changed alike.',
      ru: 'Узнайте, не идёт ли наладка. Если нет, верните прежнее значение (в доказательствах оно есть, если было в записи). Аналитик проверяет, не изменены ли так же другие устройства.',
      zh: '核实是否正在调试。若否，按证据中的原值恢复（抓包中出现过则会显示）。分析人员检查是否有多台设备被同样更改。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0836', 'T0814'],
    seen: {
      operation: {
        codes: [
          'dcp.set-*',
          'cip.change-network-settings',
          '*set-ip*',
          '*set-address',
          '*change-net-id',
          '*set-station-name',
          'bacnet.you-are',
          'bacnet.initialize-routing-table',
          'zigbee.network-update',
          'zigbee.remove-device',
          'zigbee.change-device-profile',
        ],
      },
    },
  },
  {
    id: 'newcomer-at-controller',
    title: {
      en: 'A station that was not there before talks to a controller',
      ru: 'С контроллером обменивается ранее не замеченная станция',
      zh: '此前未出现的站点开始与控制器通信',
    },
    why: {
      en: 'In a plant the same stations talk all the time. A newcomer is an engineer, a visitor or an intruder.',
      ru: 'На производстве постоянно общаются одни и те же станции. Новая — это инженер, подрядчик или нарушитель.',
      zh: '工厂里总是相同的站点在通信；新来者可能是工程师、访客或入侵者。',
    },
    next: {
      en: 'Ask whose address it is. An analyst checks captures of other days, or better a baseline.',
      ru: 'Узнайте, чей это адрес. Аналитик проверяет записи других дней, а лучше эталон.',
      zh: '查明该地址归谁。分析人员查看其他日期的抓包，最好使用基线。',
    },
    severity: 'low',
    certainty: 'guessed',
    techniques: ['T0848', 'T0886'],
    seen: {
      conversation: {
        industrial: true,
        toRoles: ['controller', 'io', 'gateway'],
        said: true,
        newcomer: {
          others: 1,
          after: 60,
        },
      },
    },
  },
  {
    id: 'outputs-perhaps-idle',
    title: {
      en: 'Outputs to a device perhaps went idle',
      ru: 'Выходы к устройству, возможно, перешли в режим ожидания',
      zh: '发往设备的输出可能已转入空闲',
    },
    why: {
      en: 'The first 32 bits turned from 1 to 0. Where they are the run/idle header, the program stopped; where the device has none, an output was switched.',
      ru: 'Первые 32 бита сменились с 1 на 0. Если это заголовок run/idle, программа остановилась; если у устройства его нет, переключён один из выходов.',
      zh: '前 32 位由 1 变为 0。若它们是运行/空闲头，则程序已停止；若该设备没有此头，则只是某个输出被切换。',
    },
    next: {
      en: 'See whether the controller still runs. An engineer looks up in its project whether these outputs have a header.',
      ru: 'Проверьте, работает ли контроллер. Инженер смотрит в проекте, есть ли у этих выходов заголовок.',
      zh: '确认控制器是否仍在运行。工程师在项目中查看这些输出是否带有此头。',
    },
    severity: 'info',
    certainty: 'guessed',
    techniques: ['T0826'],
    seen: {
      anomaly: {
        codes: ['cip.io-idle'],
      },
    },
  },
  {
    id: 'outputs-written',
    title: {
      en: 'Inputs, outputs or memory of a controller were written past its program',
      ru: 'Запись во входы, выходы или память контроллера в обход программы',
      zh: '绕过程序直接写入控制器的输入、输出或内存',
    },
    why: {
      en: 'The program writes its outputs itself; whoever writes them from outside works against it or sets what it relies on.',
      ru: 'Программа сама записывает выходы; запись извне идёт вразрез с ней или подменяет её исходные данные.',
      zh: '输出本应由程序写入；从外部写入就是与程序相抵触，或篡改其所依赖的数据。',
    },
    next: {
      en: 'Compare what the screens show with the plant itself. An analyst checks whether the sender is an operator station that has always written there.',
      ru: 'Сравните показания экранов с самой установкой. Аналитик проверяет, не операторская ли это станция, которая всегда туда пишет.',
      zh: '将画面显示与现场实际核对。分析人员核查发送方是否为一直向此处写入的操作员站。',
    },
    severity: 'medium',
    certainty: 'stated',
    techniques: ['T0835', 'T0836'],
    seen: {
      operation: {
        techniques: ['T0835'],
        except: ['*force*', '*substitute*', '*override*'],
        dangerous: true,
      },
    },
  },
  {
    id: 'password-guessing',
    title: {
      en: 'Somebody is guessing a password',
      ru: 'Кто-то подбирает пароль',
      zh: '有人在猜测口令',
    },
    why: {
      en: 'Three refusals within a minute are more than a slip of the finger.',
      ru: 'Три отказа за минуту — больше чем опечатка.',
      zh: '一分钟内三次被拒，已不只是输错。',
    },
    next: {
      en: 'Ask who is signing in. Lock the account or cut the sender off. An analyst checks whether one of the tries succeeded.',
      ru: 'Узнайте, кто входит. Заблокируйте учётную запись или отключите отправителя. Аналитик проверяет, удалась ли одна из попыток.',
      zh: '查明谁在登录；锁定账户或断开发送方。分析人员核查是否有一次成功。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0859', 'T0812'],
    seen: {
      operation: {
        access: ['authenticate'],
        refused: 'only',
        count: 3,
        within: 60,
      },
    },
  },
  {
    id: 'password-in-clear',
    title: {
      en: 'A password crossed the network in clear',
      ru: 'Пароль передан по сети открытым текстом',
      zh: '口令以明文通过网络传输',
    },
    why: {
      en: 'Everybody who can listen can use it from now on.',
      ru: 'Каждый, кто может слушать сеть, теперь может им воспользоваться.',
      zh: '任何能监听网络的人此后都可使用它。',
    },
    next: {
      en: 'Plan to change it and to use a protocol that hides it. An analyst checks whether the same account signs in from elsewhere.',
      ru: 'Запланируйте смену пароля и переход на защищённый протокол. Аналитик проверяет, не входит ли та же учётная запись с других станций.',
      zh: '计划更换口令并改用加密协议。分析人员核查同一账户是否从其他地方登录。',
    },
    severity: 'low',
    certainty: 'stated',
    techniques: ['T0859', 'T0842'],
    seen: {
      credentials: {},
    },
  },
  {
    id: 'password-list-tried',
    title: {
      en: 'One station tried many accounts or passwords at a device',
      ru: 'Одна станция перебрала много учётных записей или паролей',
      zh: '一个站点对设备尝试了许多账户或口令',
    },
    why: {
      en: 'This is a list being worked through: default passwords, or stolen ones.',
      ru: 'Это перебор по списку: пароли по умолчанию или украденные.',
      zh: '这是在逐条尝试列表：默认口令或被盗口令。',
    },
    next: {
      en: 'Cut the sender off. An analyst checks which try succeeded and what followed.',
      ru: 'Отключите отправителя. Аналитик проверяет, какая попытка удалась и что было дальше.',
      zh: '断开发送方。分析人员核查哪次成功以及后续操作。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0859', 'T0812'],
    replaces: ['password-in-clear'],
    seen: {
      credentials: {
        different: 5,
      },
    },
  },
  {
    id: 'point-toggled',
    title: {
      en: 'A point is switched to and fro',
      ru: 'Точка переключается туда и обратно',
      zh: '某个点被来回切换',
    },
    why: {
      en: 'Forty changes in ten seconds are more than a finger on a push button makes. They wear out breakers, valves and drives.',
      ru: 'Сорок переключений за десять секунд — больше, чем может палец на кнопке. Они изнашивают выключатели, клапаны и приводы.',
      zh: '十秒内切换四十次，手指按按钮做不到；这会损坏断路器、阀门和驱动。',
    },
    next: {
      en: 'Take the equipment into local control. An analyst checks whether the point is a life sign or a pulse that is meant to alternate; those do it all day long.',
      ru: 'Возьмите оборудование на местное управление. Аналитик проверяет, не сигнал ли это «жизни» или импульс, который чередуется постоянно.',
      zh: '将设备转为就地控制。分析人员核查该点是否为心跳或脉冲信号，这类信号全天都在交替。',
    },
    severity: 'high',
    certainty: 'guessed',
    techniques: ['T0806', 'T0831'],
    seen: {
      variables: {
        toggles: 40,
      },
    },
  },
  {
    id: 'points-enumerated',
    title: {
      en: 'The points or tags of a device were listed',
      ru: 'Запрошен перечень точек или тегов устройства',
      zh: '设备的点表或标签被枚举',
    },
    why: {
      en: 'Clients do this when they start. It gives a stranger the map of the process.',
      ru: 'Клиенты делают это при запуске. Чужому это даёт карту процесса.',
      zh: '客户端启动时会这样做；对陌生人而言，这就是工艺的地图。',
    },
    next: {
      en: 'No action for a station that has always done it. An analyst checks newcomers.',
      ru: 'Не требует действий, если станция делает это всегда. Аналитик проверяет новые.',
      zh: '对一贯如此的站点无需处置。分析人员核查新出现者。',
    },
    severity: 'info',
    certainty: 'stated',
    techniques: ['T0861'],
    seen: {
      operation: {
        techniques: ['T0861'],
      },
    },
  },
  {
    id: 'port-sweep',
    title: {
      en: 'One station knocks at many ports of a device',
      ru: 'Одна станция перебирает порты устройства',
      zh: '一个站点在试探设备的大量端口',
    },
    why: {
      en: 'This is a port scan. It tells what can be attacked, and may bring the device down by itself.',
      ru: 'Это сканирование портов. Оно показывает, что можно атаковать, и само может вывести устройство из строя.',
      zh: '这是端口扫描：能看出可攻击之处，本身也可能使设备瘫痪。',
    },
    next: {
      en: 'Find the station and stop it unless the scan was planned. An analyst checks which ports answered.',
      ru: 'Найдите станцию и остановите её, если сканирование не планировалось. Аналитик проверяет, какие порты ответили.',
      zh: '找到该站点，除非是计划内扫描，否则将其停止。分析人员核查哪些端口有应答。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0846', 'T0840'],
    seen: {
      conversation: {
        transports: ['tcp', 'udp'],
        said: false,
        differentPorts: 20,
      },
    },
  },
  {
    id: 'process-commanded',
    title: {
      en: 'Commands or set points were sent to a device',
      ru: 'На устройство отправлены команды или уставки',
      zh: '有人向设备发送了命令或设定值',
    },
    why: {
      en: 'This is the daily work of operators and controllers, and also what an attack on the process consists of.',
      ru: 'Это повседневная работа операторов и контроллеров — и в то же время суть атаки на процесс.',
      zh: '这是操作员和控制器的日常工作，也是针对工艺攻击的实质。',
    },
    next: {
      en: 'No action by itself. An analyst compares sender, points and values with a baseline (`--baseline`), which tells what is new.',
      ru: 'Само по себе действий не требует. Аналитик сравнивает отправителя, точки и значения с эталоном (`--baseline`), который показывает новое.',
      zh: '单独出现无需处置。分析人员将发送方、点和值与基线（`--baseline`）对比，即可看出新情况。',
    },
    severity: 'info',
    certainty: 'stated',
    techniques: ['T0855', 'T0836'],
    seen: {
      operation: {
        techniques: ['T0855', 'T0836', 'T0831'],
        dangerous: true,
      },
    },
  },
  {
    id: 'program-changed',
    title: {
      en: 'The program or configuration of a controller was changed',
      ru: 'Изменена программа или конфигурация контроллера',
      zh: '控制器的程序或组态被更改',
    },
    why: {
      en: 'Whoever changes the program decides what the plant does from now on, and nothing on the screens needs to show it.',
      ru: 'Тот, кто меняет программу, определяет дальнейшее поведение установки, и на экранах это может быть незаметно.',
      zh: '修改程序的人决定了装置此后的行为，而画面上可能毫无显示。',
    },
    next: {
      en: 'Ask engineering whether they are downloading right now. If not, do not trust the controller, keep a copy of what it runs, and compare it with the last released version. An analyst checks the sender, the time against work orders, and the blocks or files that were carried over (they are in the capture).',
      ru: 'Спросите инженеров, выполняют ли они сейчас загрузку. Если нет, не доверяйте контроллеру, сохраните копию его программы и сравните с последней утверждённой версией. Аналитик проверяет отправителя, соответствие времени нарядам и переданные блоки или файлы (они есть в записи).',
      zh: '询问工程人员是否正在下装。若否，不要再信任该控制器，保存其当前程序的副本并与最后发布版本比对。分析人员核查发送方、时间与工作票是否相符，以及所传输的程序块或文件（抓包中均有）。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0843', 'T0889'],
    seen: {
      operation: {
        techniques: ['T0843', 'T0889'],
        dangerous: true,
      },
    },
  },
  {
    id: 'program-made-permanent',
    title: {
      en: 'A changed program was made permanent',
      ru: 'Изменённая программа сохранена постоянно',
      zh: '更改后的程序被永久保存',
    },
    why: {
      en: 'From now on the change survives a loss of power and a restart.',
      ru: 'Теперь изменение переживёт потерю питания и перезапуск.',
      zh: '此后断电和重启都无法清除该更改。',
    },
    next: {
      en: 'As for a changed program; the controller no longer comes back to the old one by a restart.',
      ru: 'Как при изменении программы; перезапуск больше не вернёт прежнюю.',
      zh: '按程序更改处置；重启不再能恢复旧程序。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0889'],
    replaces: ['program-changed'],
    seen: {
      sequence: {
        within: 3600,
        steps: [
          {
            techniques: ['T0843', 'T0889'],
            access: ['program'],
            except: ['*copy-ram-to-rom*'],
          },
          {
            codes: [
              '*copy-ram-to-rom*',
              '*save-configuration*',
              '*create-boot*',
              '*save-program*',
              '*write-flash*',
            ],
          },
        ],
      },
    },
  },
  {
    id: 'program-replaced-while-stopped',
    title: {
      en: 'A controller was stopped and its program replaced',
      ru: 'Контроллер остановлен, и его программа заменена',
      zh: '控制器被停止并更换了程序',
    },
    why: {
      en: 'Stop, then write the program is how a new program gets into a controller, in commissioning as in an attack. Until somebody has compared it, nobody knows what runs.',
      ru: '«Останов, затем запись программы» — так новая программа попадает в контроллер и при наладке, и при атаке. Пока её не сверили, неизвестно, что выполняется.',
      zh: '先停止再写入程序，是新程序进入控制器的方式，调试如此，攻击也如此。未经比对之前，没人知道运行的是什么。',
    },
    next: {
      en: 'Ask engineering at once. If it is not theirs, keep the plant in its safe state, do not start the controller, and take the sender off the network. An analyst compares the blocks carried over with the released project and looks for an upload by the same sender before.',
      ru: 'Немедленно запросите инженеров. Если это не они, удерживайте установку в безопасном состоянии, не запускайте контроллер и отключите отправителя. Аналитик сравнивает переданные блоки с утверждённым проектом и ищет предшествующую выгрузку тем же отправителем.',
      zh: '立即询问工程人员。若非其所为，保持装置处于安全状态，不要启动控制器，并将发送方断网。分析人员将传输的程序块与发布的工程比对，并查找同一发送方此前的上载。',
    },
    severity: 'critical',
    certainty: 'inferred',
    techniques: ['T0858', 'T0843', 'T0889'],
    replaces: ['program-changed', 'controller-stopped'],
    seen: {
      sequence: {
        within: 1800,
        steps: [
          {
            codes: ['*stop*', '*halt*', '*.kill', '*download-mode*'],
            except: ['cip.stop'],
            techniques: ['T0858'],
          },
          {
            techniques: ['T0843', 'T0889'],
            dangerous: true,
          },
        ],
      },
    },
  },
  {
    id: 'program-taken-and-put-back',
    title: {
      en: 'A program was read out of a controller, and one was written back',
      ru: 'Программа выгружена из контроллера, затем записана обратно',
      zh: '程序先被读出控制器，随后又被写回',
    },
    why: {
      en: 'To change a program unnoticed, one takes it out, alters it and puts it back. Engineers do the same when they have no project.',
      ru: 'Чтобы незаметно изменить программу, её выгружают, правят и загружают обратно. Инженеры делают то же, когда нет проекта.',
      zh: '要暗中修改程序，就会先上载、改动再下装。没有工程文件的工程师也会这样做。',
    },
    next: {
      en: 'Ask engineering. If nobody did it, treat the controller as changed. An analyst compares what was read with what was written block by block; both are in the capture.',
      ru: 'Спросите инженеров. Если это не они, считайте контроллер изменённым. Аналитик поблочно сравнивает прочитанное с записанным; и то и другое есть в записи.',
      zh: '询问工程人员。若无人操作，应视该控制器已被更改。分析人员逐块比对读出与写入的内容，两者均在抓包中。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0845', 'T0843', 'T0889'],
    replaces: ['program-changed', 'program-uploaded'],
    seen: {
      sequence: {
        within: 7200,
        steps: [
          {
            techniques: ['T0845'],
            except: ['*list-blocks', '*block-information'],
          },
          {
            techniques: ['T0843'],
            dangerous: true,
          },
        ],
      },
    },
  },
  {
    id: 'program-uploaded',
    title: {
      en: 'The program of a controller was read out',
      ru: 'Выгружена программа контроллера',
      zh: '控制器的程序被读出',
    },
    why: {
      en: 'The program tells how the plant works and where it is weak. It is the first step of an attack made for this plant.',
      ru: 'Программа показывает, как работает установка и где она уязвима. Это первый шаг атаки, созданной под эту установку.',
      zh: '程序揭示装置如何运行、薄弱点在哪里，是针对本厂定制攻击的第一步。',
    },
    next: {
      en: 'Ask whether a backup or an engineer is at work. An analyst checks whether the reader does this regularly (backup systems do, at fixed times) and where the files went from there.',
      ru: 'Узнайте, не идёт ли резервное копирование или работа инженера. Аналитик проверяет, делает ли это отправитель регулярно (системы резервирования — по расписанию) и куда файлы ушли дальше.',
      zh: '核实是否有备份系统或工程人员在工作。分析人员核查读取方是否定期这样做（备份系统有固定时间），以及文件此后去向。',
    },
    severity: 'medium',
    certainty: 'stated',
    techniques: ['T0845'],
    seen: {
      operation: {
        techniques: ['T0845'],
        except: ['*list-blocks', '*block-information', 'modbus.read-file-record'],
      },
    },
  },
  {
    id: 'project-file-carried',
    title: {
      en: 'A project of an engineering tool crossed the network',
      ru: 'По сети передан проект инженерного ПО',
      zh: '工程软件的项目文件通过网络传输',
    },
    why: {
      en: 'The project is the plant on paper. Taken, it tells everything; infected, it brings the intruder to the controllers.',
      ru: 'Проект — это установка на бумаге. Похищенный раскрывает всё, заражённый приводит нарушителя к контроллерам.',
      zh: '项目文件就是纸上的工厂：被窃则一览无余，被感染则把入侵者带到控制器。',
    },
    next: {
      en: 'Check that both ends may have it. An analyst cuts it out of the capture and has it examined.',
      ru: 'Проверьте, вправе ли обе стороны им владеть. Аналитик извлекает файл и исследует его.',
      zh: '确认双方有权持有该文件。分析人员将其从抓包中提取并检查。',
    },
    severity: 'medium',
    certainty: 'inferred',
    techniques: ['T0867', 'T0873'],
    seen: {
      transfer: {
        names: [
          '*.ap1*',
          '*.zap1*',
          '*.s7p',
          '*.s7s',
          '*.acd',
          '*.l5x',
          '*.l5k',
          '*.rss',
          '*.mlp',
          '*.stu',
          '*.sta',
          '*.stx',
          '*.xef',
          '*.zef',
          '*.pro',
          '*.project',
          '*.cxp',
          '*.gx3',
          '*.gxw',
          '*.tsproj',
          '*.pcwex',
          '*.scd',
          '*.cid',
          '*.icd',
          '*.pt2',
        ],
      },
    },
  },
  {
    id: 'refused-in-a-row',
    title: {
      en: 'A device refuses one request after another',
      ru: 'Устройство отклоняет запрос за запросом',
      zh: '设备连续拒绝请求',
    },
    why: {
      en: 'Somebody asks for what is not there: a scanner, or a client with a wrong configuration.',
      ru: 'Кто-то запрашивает несуществующее: сканер или неверно настроенный клиент.',
      zh: '有人在请求不存在的内容：可能是扫描器，也可能是配置错误的客户端。',
    },
    next: {
      en: 'If it began today, ask what was changed. An analyst looks at the addresses asked for: one again and again is a mistake, many in order are a scan.',
      ru: 'Если это началось сегодня, узнайте, что изменили. Аналитик смотрит на адреса: один и тот же — ошибка, много подряд — сканирование.',
      zh: '若今天才开始，询问有何改动。分析人员查看所请求的地址：反复同一个是配置错误，依次许多个是扫描。',
    },
    severity: 'medium',
    certainty: 'guessed',
    techniques: ['T0846', 'T0888'],
    seen: {
      operation: {
        access: ['read', 'write', 'control', 'program', 'identify', 'configure', 'other'],
        refused: 'only',
        count: 20,
        within: 60,
      },
    },
  },
  {
    id: 'remote-access-to-controller',
    title: {
      en: 'Somebody works on a device of the plant by remote access',
      ru: 'Кто-то работает на устройстве установки через удалённый доступ',
      zh: '有人通过远程访问操作工厂设备',
    },
    why: {
      en: 'Remote desktop, shell and file sharing give the whole device, not only its process values.',
      ru: 'Удалённый рабочий стол, терминал и общие папки дают доступ ко всему устройству, а не только к данным процесса.',
      zh: '远程桌面、终端和文件共享可获得整台设备的权限，而不只是工艺数据。',
    },
    next: {
      en: 'Ask who is connected and from where. An analyst checks whether the way leads over the jump server that is meant for it.',
      ru: 'Узнайте, кто и откуда подключён. Аналитик проверяет, идёт ли путь через предусмотренный промежуточный сервер.',
      zh: '查明谁从何处连接。分析人员核查是否经由指定的跳板机。',
    },
    severity: 'medium',
    certainty: 'inferred',
    techniques: ['T0886'],
    seen: {
      conversation: {
        transports: ['tcp'],
        ports: [22, 23, 139, 445, 513, 3389, 5800, 5900, 5901, 5938, 5985, 5986, 7070],
        said: true,
        toRoles: ['controller', 'io', 'gateway', 'hmi', 'engineering', 'historian'],
      },
    },
  },
  {
    id: 'remote-execution',
    title: {
      en: 'Programs, services or access were set up on another machine over the network',
      ru: 'По сети на другой машине настроены программы, службы или доступ',
      zh: '有人通过网络在另一台机器上部署程序、服务或访问权',
    },
    why: {
      en: 'This is how administrators work, and how intruders move from one machine to the next.',
      ru: 'Так работают администраторы и так нарушители переходят с машины на машину.',
      zh: '管理员这样工作，入侵者也这样在机器之间移动。',
    },
    next: {
      en: 'Ask the administrators. If it was not they, isolate both machines. An analyst looks at what was started or changed.',
      ru: 'Спросите администраторов. Если это не они, изолируйте обе машины. Аналитик смотрит, что запущено или изменено.',
      zh: '询问管理员；若非其所为，隔离两台机器。分析人员查看启动或更改了什么。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0886'],
    seen: {
      operation: {
        codes: ['dcerpc.*', 'smb.remote-control', 'http.winrm'],
        techniques: ['T0886'],
      },
    },
  },
  {
    id: 'remote-programming-opened',
    title: {
      en: 'A new way to program a controller was opened',
      ru: 'Открыт новый путь программирования контроллера',
      zh: '打开了一条新的控制器编程通道',
    },
    why: {
      en: 'With this route another station can do everything an engineering station can.',
      ru: 'С этим маршрутом другая станция может всё то же, что инженерная.',
      zh: '有了这条路由，另一站点便拥有工程师站的全部能力。',
    },
    next: {
      en: 'Ask engineering. If it was not they, remove the route in the controller. An analyst looks for a program change by that station.',
      ru: 'Спросите инженеров. Если это не они, удалите маршрут в контроллере. Аналитик ищет изменение программы этой станцией.',
      zh: '询问工程人员；若非其所为，在控制器中删除该路由。分析人员查找该站点是否更改了程序。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0859', 'T0886'],
    seen: {
      operation: {
        codes: ['*.add-route'],
      },
    },
  },
  {
    id: 'remote-session',
    title: {
      en: 'Somebody opened a remote session',
      ru: 'Открыт сеанс удалённого доступа',
      zh: '有人打开了远程会话',
    },
    why: {
      en: 'Shells and remote desktops are the daily tools of administrators, and of intruders who found a password.',
      ru: 'Терминалы и удалённые рабочие столы — обычный инструмент администраторов и нарушителей, узнавших пароль.',
      zh: '终端和远程桌面是管理员的日常工具，也是获得口令的入侵者的工具。',
    },
    next: {
      en: 'No action by itself. An analyst checks whether the way leads over the jump server and whether the time fits.',
      ru: 'Само по себе действий не требует. Аналитик проверяет, идёт ли путь через промежуточный сервер и подходит ли время.',
      zh: '单独出现无需处置。分析人员核查是否经由跳板机以及时间是否合理。',
    },
    severity: 'low',
    certainty: 'inferred',
    techniques: ['T0886'],
    seen: {
      operation: {
        techniques: ['T0886'],
        except: ['dcerpc.*', 'smb.remote-control', 'smb.connect-administration', 'http.winrm', '*.add-route'],
      },
    },
  },
  {
    id: 'report-spoofed',
    title: {
      en: 'Reports come from or go to somebody unexpected',
      ru: 'Отчёты поступают от постороннего или постороннему',
      zh: '报告来自或发往意外的对象',
    },
    why: {
      en: 'Operators believe what is reported. A forged report makes them do the wrong thing, or nothing.',
      ru: 'Операторы верят отчётам. Поддельный заставит сделать не то или ничего.',
      zh: '操作员相信上报内容；伪造报告会使其误操作或不操作。',
    },
    next: {
      en: 'Compare the reported values by another way. An analyst checks for a second master or a new address of the outstation.',
      ru: 'Проверьте значения другим путём. Аналитик проверяет, нет ли второй ведущей станции или нового адреса КП.',
      zh: '用其他途径核对上报值。分析人员核查是否有第二主站或子站更换了地址。',
    },
    severity: 'medium',
    certainty: 'guessed',
    techniques: ['T0856'],
    seen: {
      operation: {
        techniques: ['T0856'],
      },
    },
  },
  {
    id: 'reporting-blocked',
    title: {
      en: 'A device was told to stop reporting',
      ru: 'Устройству предписано не передавать данные',
      zh: '有人要求设备停止上报数据',
    },
    why: {
      en: 'The control room goes on showing old values. What happens in the field from then on is not seen.',
      ru: 'Диспетчерская продолжает показывать старые значения. Происходящее на объекте больше не видно.',
      zh: '控制室仍显示旧数据，现场此后发生的情况无人可见。',
    },
    next: {
      en: 'Check on site, or by another way, that values are alive. Masters of some protocols do this when they connect and undo it seconds later. An analyst checks whether that happened, and whether the sender is the usual master.',
      ru: 'Убедитесь по месту или другим путём, что данные обновляются. Ведущие станции некоторых протоколов делают это при подключении и через секунды отменяют. Аналитик проверяет, так ли было и обычная ли это ведущая станция.',
      zh: '到现场或用其他途径确认数据是否更新。某些协议的主站在连接时会这样做并在数秒后恢复。分析人员核查是否如此，以及发送方是否为惯常主站。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0804', 'T0815', 'T0803'],
    seen: {
      operation: {
        techniques: ['T0804', 'T0815', 'T0803'],
        dangerous: true,
        except: ['dnp3.disable-unsolicited', 'c37118.data-off', 'modbus.restart-communications'],
      },
    },
  },
  {
    id: 'reporting-changed',
    title: {
      en: 'What a device reports, or how often, was set',
      ru: 'Изменено, о чём или как часто устройство сообщает',
      zh: '设备上报的内容或频率被设置',
    },
    why: {
      en: 'Clients set this up when they connect. Set by a stranger, events come late, or the control room never hears of them.',
      ru: 'Клиенты настраивают это при подключении. Если это сделал чужой, события приходят с опозданием или диспетчерская о них не узнаёт.',
      zh: '客户端连接时会进行此设置。若由陌生人设置，事件会延迟到达，甚至控制室根本收不到。',
    },
    next: {
      en: 'No action when the usual station has just connected. An analyst checks the sender, and compares the values before and after with what the project says.',
      ru: 'Не требует действий, если только что подключилась обычная станция. Аналитик проверяет отправителя и сравнивает значения до и после с проектом.',
      zh: '若惯常站点刚刚连接则无需处置。分析人员核查发送方，并将前后数值与工程文件比对。',
    },
    severity: 'info',
    certainty: 'guessed',
    techniques: ['T0836'],
    seen: {
      operation: {
        codes: [
          'mms.write-control-block',
          'mms.event-management',
          'bsap.manage-reports',
          'zigbee.configure-reporting',
        ],
      },
    },
  },
  {
    id: 'safety-implant-used',
    version: 2,
    title: {
      en: 'Somebody commands an implant inside a safety controller',
      ru: 'Кто-то управляет имплантом внутри контроллера ПАЗ',
      zh: '有人正在操控安全控制器中的植入程序',
    },
    why: {
      en: 'The question for the state of the processors carries a command that only the TRITON malware understands: read or write memory, or execute what is there. Engineering tools never send it. Or the controller answers this question as only the implant does: then it is there.',
      ru: 'Запрос состояния процессоров несёт команду, которую понимает только вредоносное ПО TRITON: прочитать или записать память, выполнить код. Инженерное ПО её никогда не отправляет. Или контроллер отвечает на этот запрос так, как отвечает только имплант: значит, он там есть.',
      zh: '查询处理器状态的请求中带有只有 TRITON 恶意软件才懂的命令：读写内存或执行其中的代码。工程软件从不发送这种命令。或者，控制器对该请求作出了只有植入程序才会给出的应答：说明植入程序就在其中。',
    },
    next: {
      en: 'Bring the plant to its safe state by other means, and do not trust this controller. Keep the sender and the controller untouched for examination and call your CERT. An analyst looks whether the implant answered (in the evidence), and for the program that was loaded before.',
      ru: 'Переведите установку в безопасное состояние другими средствами и не доверяйте этому контроллеру. Сохраните отправителя и контроллер нетронутыми, свяжитесь с CERT. Аналитик проверяет, ответил ли имплант (в доказательствах) и какая программа была загружена раньше.',
      zh: '用其他手段将装置转入安全状态，不要再信任该控制器。保持发送方和控制器原样以供取证，并联系 CERT。分析人员查看植入程序是否作答（见证据），以及此前载入了什么程序。',
    },
    severity: 'critical',
    certainty: 'stated',
    techniques: ['T0890', 'T0857', 'T0834'],
    seen: {
      operation: {
        codes: ['tristation.implant-*'],
      },
    },
  },
  {
    id: 'safety-logic-replaced',
    title: {
      en: 'The logic of a safety system was read, changed and started',
      ru: 'Логика системы ПАЗ считана, изменена и запущена',
      zh: '安全仪表系统的逻辑被读出、更改并启动',
    },
    why: {
      en: 'These are the steps of TRITON, the attack on a safety system. After them the safety system may do what the attacker wants, or nothing.',
      ru: 'Это шаги TRITON — атаки на систему ПАЗ. После них защита может делать то, что нужно атакующему, или ничего.',
      zh: '这正是针对安全仪表系统的 TRITON 攻击步骤。此后安全系统可能听命于攻击者，或毫无作用。',
    },
    next: {
      en: "Bring the plant to its safe state by other means. Take the sender off the network and keep it untouched for examination. Call your CERT. An analyst compares programs with the released ones and reads out the controller's memory before it is restarted.",
      ru: 'Переведите установку в безопасное состояние другими средствами. Отключите отправителя от сети и сохраните его нетронутым для исследования. Свяжитесь с CERT. Аналитик сравнивает программы с утверждёнными и считывает память контроллера до перезапуска.',
      zh: '用其他手段将装置转入安全状态。将发送方断网并原样保留供取证，联系 CERT。分析人员将程序与发布版本比对，并在重启前读取控制器内存。',
    },
    severity: 'critical',
    certainty: 'inferred',
    techniques: ['T0845', 'T0843', 'T0889', 'T0837', 'T0880'],
    replaces: [
      'safety-system-touched',
      'program-changed',
      'controller-mode-changed',
      'program-uploaded',
      'program-taken-and-put-back',
    ],
    seen: {
      sequence: {
        within: 14400,
        steps: [
          {
            codes: ['tristation.*upload*', 'tristation.*status*'],
          },
          {
            codes: [
              'tristation.*download-change*',
              'tristation.*start-download*',
              'tristation.*begin-download*',
              'tristation.download-*',
            ],
          },
          {
            codes: ['tristation.*end-download*', 'tristation.*allocate*'],
          },
          {
            codes: ['tristation.*run*', 'tristation.*start-program*', 'tristation.*end-download*'],
          },
        ],
      },
    },
  },
  {
    id: 'safety-malware-marked',
    title: {
      en: 'A program with the mark of the TRITON malware is loaded into a safety controller',
      ru: 'В контроллер ПАЗ загружается программа с меткой вредоносного ПО TRITON',
      zh: '带有 TRITON 恶意软件标记的程序正被载入安全控制器',
    },
    why: {
      en: 'The malware writes a checksum of its own before that of the program, made with a constant nobody else uses. It is how it finds what it has appended.',
      ru: 'Вредоносное ПО записывает перед контрольной суммой программы собственную, полученную с уникальной константой: по ней оно находит добавленный код.',
      zh: '该恶意软件在程序校验和之前写入自己的校验和，所用常数别无他处使用；它据此找到自己附加的代码。',
    },
    next: {
      en: 'Bring the plant to its safe state by other means, and keep the sender and the controller untouched for examination. Call your CERT. An analyst takes the program out of the capture.',
      ru: 'Переведите установку в безопасное состояние другими средствами, сохраните отправителя и контроллер нетронутыми для исследования, свяжитесь с CERT. Аналитик извлекает программу из записи трафика.',
      zh: '用其他手段将装置转入安全状态，保持发送方和控制器原样以供取证，并联系 CERT。分析人员从抓包中取出该程序。',
    },
    severity: 'critical',
    certainty: 'stated',
    techniques: ['T0843', 'T0889', 'T0837', 'T0880'],
    seen: {
      anomaly: {
        codes: ['tristation.marked-by-malware'],
      },
    },
  },
  {
    id: 'safety-system-touched',
    title: {
      en: 'A safety system is being changed',
      ru: 'Вмешательство в систему противоаварийной защиты',
      zh: '安全仪表系统正在被更改',
    },
    why: {
      en: 'The safety system is what brings the plant down in time. Changed, it may not, or it may for no reason.',
      ru: 'Система ПАЗ вовремя останавливает установку. Изменённая, она может не сработать или сработать без причины.',
      zh: '安全仪表系统负责及时停车；被改动后可能拒动，也可能误动。',
    },
    next: {
      en: 'Call the safety engineer now. Unless a permit says that work is going on, treat the plant as unprotected and bring it to its safe state. An analyst checks the key switch and everything the sender did.',
      ru: 'Немедленно вызовите инженера ПАЗ. Если нет допуска на работы, считайте установку незащищённой и переводите в безопасное состояние. Аналитик проверяет положение ключа и все действия отправителя.',
      zh: '立即联系安全仪表工程师。若无作业许可，应视装置已失去保护并转入安全状态。分析人员核查钥匙开关位置及发送方的全部操作。',
    },
    severity: 'critical',
    certainty: 'inferred',
    techniques: ['T0837', 'T0880'],
    seen: {
      operation: {
        techniques: ['T0837', 'T0880'],
        dangerous: true,
      },
    },
  },
  {
    id: 'samples-not-from-publisher',
    title: {
      en: 'Measurements for protection are out of order or have a second sender',
      ru: 'Измерения для защиты нарушены или имеют второго отправителя',
      zh: '保护用采样值失序或出现第二个发送者',
    },
    why: {
      en: 'Protection believes the currents and voltages that it is sent. Forged ones trip a healthy feeder, or hide a fault that should trip it.',
      ru: 'Защита верит присланным токам и напряжениям. Поддельные отключат исправное присоединение или скроют повреждение.',
      zh: '保护装置相信收到的电流和电压；伪造值会使正常线路跳闸，或掩盖本应跳闸的故障。',
    },
    next: {
      en: 'Tell the protection engineer, and compare the values with a second relay or meter of the same feeder. An analyst rules out a restarted merging unit and a redundant network (PRP gives every message twice), and else finds the port of the second sender.',
      ru: 'Сообщите инженеру РЗА и сверьте значения с другим терминалом или счётчиком того же присоединения. Аналитик исключает перезапуск устройства сопряжения и резервированную сеть (PRP дублирует сообщения), иначе находит порт второго отправителя.',
      zh: '通知保护专业人员，并用同一间隔的另一台保护或电能表核对数值。分析人员排除合并单元重启、冗余网络（PRP 会使每个报文出现两次）等情况，否则找出第二个发送者的端口。',
    },
    severity: 'critical',
    certainty: 'guessed',
    techniques: ['T0856', 'T0832'],
    seen: {
      anomaly: {
        codes: ['sv.second-publisher', 'sv.out-of-order'],
      },
    },
  },
  {
    id: 'second-controlling-station',
    title: {
      en: 'A second station began to control a device',
      ru: 'Устройством начала управлять вторая станция',
      zh: '有第二个站点开始控制设备',
    },
    why: {
      en: 'A device usually takes orders from one. A second one may be a stand-by, an engineer, or a rogue master.',
      ru: 'Обычно устройством управляет одна станция. Вторая может быть резервной, инженерной или поддельной ведущей.',
      zh: '设备通常只听命于一个站；第二个可能是备用站、工程师，也可能是非法主站。',
    },
    next: {
      en: 'Ask whether the control room has switched over. If not, cut off the newcomer. An analyst compares both stations (maker, name, protocols) and what they wrote.',
      ru: 'Узнайте, не было ли переключения на резерв. Если нет, отключите новую станцию. Аналитик сравнивает обе станции (изготовитель, имя, протоколы) и записанное ими.',
      zh: '询问控制室是否切换过；若否，断开新来者。分析人员比较两个站（厂商、名称、协议）及其写入内容。',
    },
    severity: 'medium',
    certainty: 'guessed',
    techniques: ['T0848', 'T0855'],
    replaces: ['newcomer-at-controller'],
    seen: {
      operation: {
        techniques: ['T0855', 'T0836', 'T0858', 'T0831', 'T0835'],
        access: ['write', 'control'],
        dangerous: true,
        newcomer: {
          others: 5,
          after: 10,
        },
      },
    },
  },
  {
    id: 'second-station-of-one-name',
    title: {
      en: 'Two stations claim to be the same one in a field network',
      ru: 'Две станции полевой сети выдают себя за одну',
      zh: '现场网络中两个站点自称同一身份',
    },
    why: {
      en: 'Controllers believe whoever speaks last. A forged station gives them false values, or takes a ring down.',
      ru: 'Контроллеры верят последнему сообщению. Поддельная станция передаст ложные значения или нарушит кольцо.',
      zh: '控制器相信最后发言者；伪造的站点会提供虚假数值，或使环网失效。',
    },
    next: {
      en: 'Find both on the switch by their MAC addresses, and unplug the one that nobody knows. An analyst rules out a replaced device, a redundant pair, and a number that was given twice.',
      ru: 'Найдите обе станции на коммутаторе по MAC-адресам и отключите неизвестную. Аналитик исключает замену устройства, резервированную пару и дважды выданный номер.',
      zh: '按 MAC 地址在交换机上找到两者，拔掉身份不明的一个。分析人员排除更换设备、冗余对以及编号重复分配等情况。',
    },
    severity: 'high',
    certainty: 'guessed',
    techniques: ['T0856', 'T0830'],
    seen: {
      anomaly: {
        codes: ['profinet-rt.second-provider', 'mrp.second-manager', 'bacnet.device-number-twice'],
      },
    },
  },
  {
    id: 'service-stopped',
    title: {
      en: 'A service or application on a device was stopped',
      ru: 'На устройстве остановлена служба или приложение',
      zh: '设备上的服务或应用被停止',
    },
    why: {
      en: 'What the service did is no longer done: views, history, communication, or the program of the outstation.',
      ru: 'Служба больше не работает: экраны, архив, связь или программа КП.',
      zh: '该服务的功能随之中断：画面、历史、通信或子站程序。',
    },
    next: {
      en: 'See whether the service is needed and running. An analyst checks who stopped it and what else that station did around the time.',
      ru: 'Проверьте, нужна ли служба и работает ли она. Аналитик проверяет, кто её остановил и что ещё делала эта станция.',
      zh: '确认该服务是否需要并在运行。分析人员核查停止者以及该站同一时段的其他操作。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0881'],
    seen: {
      operation: {
        techniques: ['T0881'],
        dangerous: true,
      },
    },
  },
  {
    id: 'sign-in-to-device',
    title: {
      en: 'Somebody signed in to a device',
      ru: 'Выполнен вход на устройство',
      zh: '有人登录了设备',
    },
    why: {
      en: 'An account that works is the simplest way in.',
      ru: 'Действующая учётная запись — самый простой путь внутрь.',
      zh: '一个可用账户是最简单的入口。',
    },
    next: {
      en: 'No action by itself. An analyst checks time, sender and account; anonymous access to a server that can be written should be closed.',
      ru: 'Само по себе действий не требует. Аналитик проверяет время, отправителя и учётную запись; анонимный доступ к серверу с правом записи следует закрыть.',
      zh: '单独出现无需处置。分析人员核查时间、来源和账户；可写服务器的匿名访问应予关闭。',
    },
    severity: 'info',
    certainty: 'stated',
    techniques: ['T0859'],
    seen: {
      operation: {
        access: ['authenticate'],
        techniques: ['T0859', 'T0812'],
        refused: 'never',
      },
    },
  },
  {
    id: 'stopped-and-started',
    title: {
      en: 'A controller was stopped and started again',
      ru: 'Контроллер остановлен и снова запущен',
      zh: '控制器被停止后又重新启动',
    },
    why: {
      en: 'The process was without control in between, and many controllers begin again with cold data. It is also how changed settings become effective.',
      ru: 'Между командами процесс был без управления, и многие контроллеры начинают с начальных данных. Так же вступают в силу изменённые настройки.',
      zh: '其间工艺失去控制，且许多控制器会以初始数据重新开始；更改的设置也是这样生效的。',
    },
    next: {
      en: 'Check that the plant came through it and that set points are still right. An analyst looks for what was written between the stop and the start.',
      ru: 'Убедитесь, что установка это перенесла и уставки верны. Аналитик смотрит, что записано между остановом и пуском.',
      zh: '确认装置运行未受影响、设定值仍然正确。分析人员检查停止与启动之间写入了什么。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0858'],
    replaces: ['controller-stopped', 'controller-mode-changed'],
    seen: {
      sequence: {
        within: 900,
        steps: [
          {
            codes: ['*stop*', '*halt*', '*.kill'],
            except: ['cip.stop'],
            techniques: ['T0858'],
          },
          {
            codes: ['*start*', '*.run*', '*resume*', '*remote-run*'],
            except: ['cip.start'],
            techniques: ['T0858'],
          },
        ],
      },
    },
  },
  {
    id: 'traces-removed',
    title: {
      en: 'Records of a device were erased or changed',
      ru: 'Стёрты или изменены записи устройства',
      zh: '设备的记录被清除或篡改',
    },
    why: {
      en: 'Event lists, fault tables and history show what happened. Somebody may not want that.',
      ru: 'Журналы событий, таблицы отказов и архив показывают, что произошло. Кому-то это может мешать.',
      zh: '事件表、故障表和历史记录能说明发生了什么；可能有人不希望如此。',
    },
    next: {
      en: 'Save what records are left, here and on neighbouring devices. An analyst looks at what happened before: the reason is there.',
      ru: 'Сохраните оставшиеся записи здесь и на соседних устройствах. Аналитик смотрит, что было раньше: там причина.',
      zh: '保存此设备及相邻设备上剩余的记录。分析人员查看此前发生的事，原因就在其中。',
    },
    severity: 'high',
    certainty: 'inferred',
    techniques: ['T0872'],
    seen: {
      operation: {
        techniques: ['T0872'],
        dangerous: true,
        except: ['s7comm.set-clock'],
      },
    },
  },
  {
    id: 'traffic-redirected',
    title: {
      en: 'A station makes traffic of others pass through itself',
      ru: 'Станция направляет чужой обмен через себя',
      zh: '某站点使他人的流量经过自己',
    },
    why: {
      en: 'Who stands in the middle reads everything and may change it: commands on the way out, values on the way back.',
      ru: 'Тот, кто посередине, читает всё и может менять: команды туда и значения обратно.',
      zh: '处于中间者可读取并篡改一切：去程的命令，回程的数值。',
    },
    next: {
      en: 'Find the port of the switch behind which this MAC address is, and unplug it if nobody knows it. An analyst rules out a replaced device, a pair of redundant controllers, or routers that share an address.',
      ru: 'Найдите порт коммутатора с этим MAC-адресом и отключите его, если станция неизвестна. Аналитик исключает замену устройства, резервированную пару контроллеров и маршрутизаторы с общим адресом.',
      zh: '找到该 MAC 地址所在的交换机端口；若身份不明，拔掉网线。分析人员排除更换设备、冗余控制器对或共享地址的路由器等情况。',
    },
    severity: 'high',
    certainty: 'guessed',
    techniques: ['T0830'],
    seen: {
      anomaly: {
        codes: ['arp.binding-changed', 'arp.announcement-burst', 'icmp.redirect', 'icmpv6.redirect'],
      },
    },
  },
  {
    id: 'unsolicited-disabled',
    title: {
      en: 'An outstation was forbidden to report of its own accord',
      ru: 'КП запрещено передавать данные по собственной инициативе',
      zh: '子站被禁止主动上报',
    },
    why: {
      en: 'Masters do this each time they start. If it is not allowed again soon, events reach the control room late or never.',
      ru: 'Ведущие станции делают это при каждом запуске. Если запрет вскоре не снят, события приходят поздно или не приходят.',
      zh: '主站每次启动都会这样做。若不及时恢复，事件将迟到甚至无法到达控制室。',
    },
    next: {
      en: 'No action if the same master allows it again within a minute. An analyst checks for that, and that the sender is the usual master.',
      ru: 'Не требует действий, если та же станция в течение минуты снимет запрет. Аналитик проверяет это и отправителя.',
      zh: '若同一主站在一分钟内恢复，则无需处置。分析人员核查这一点及发送方是否为惯常主站。',
    },
    severity: 'low',
    certainty: 'guessed',
    techniques: ['T0804', 'T0878'],
    seen: {
      operation: {
        codes: ['dnp3.disable-unsolicited', 'dnp3.assign-class'],
      },
    },
  },
  {
    id: 'weak-protection',
    title: {
      en: 'Access is protected as devices come from the factory, or as it was done decades ago',
      ru: 'Доступ защищён заводскими настройками или давно устаревшими средствами',
      zh: '访问保护仍为出厂设置或早已过时的方式',
    },
    why: {
      en: 'Whoever reaches the network gets in without a password that anybody chose, or reads along.',
      ru: 'Любой, кто попал в сеть, войдёт без выбранного вами пароля или прочитает обмен.',
      zh: '任何能接入网络的人，都可不凭你方设定的口令进入，或窃读通信。',
    },
    next: {
      en: 'No action now. Put it on the list for the next maintenance: own passwords and communities, SMB 2, TLS 1.2 and SSH 2 or later; where the device cannot, a firewall before it.',
      ru: 'Немедленных действий не требуется. Внесите в план ремонта: собственные пароли и community, SMB 2, TLS 1.2 и SSH 2 или новее; если устройство не умеет, поставьте перед ним межсетевой экран.',
      zh: '暂无需处置。列入下次检修计划：自设口令和团体字，SMB 2、TLS 1.2、SSH 2 或更高版本；设备不支持时，在其前加装防火墙。',
    },
    severity: 'info',
    certainty: 'stated',
    techniques: ['T0812', 'T0859'],
    seen: {
      anomaly: {
        codes: [
          'rdp.standard-security',
          'smb.guest',
          'smb.version-1',
          'snmp.default-community',
          'ssh.old-version',
          'tls.certificate-expired',
          'tls.old-version',
          'vnc.no-password',
        ],
      },
    },
  },
  {
    id: 'write-flood',
    title: {
      en: 'A device is flooded with writes',
      ru: 'Устройство засыпают командами записи',
      zh: '设备被大量写命令淹没',
    },
    why: {
      en: 'A hundred writes a second and more keep a value where the attacker wants it, whatever the operator does, or keep the device from its work.',
      ru: 'Сто и более записей в секунду удерживают значение вопреки оператору или не дают устройству работать.',
      zh: '每秒上百次写入可使数值始终停留在攻击者设定处，或使设备无法正常工作。',
    },
    next: {
      en: "Compare the value on the screen with the one in the evidence. Cut the sender's connection if nobody knows it. An analyst checks whether two controllers exchange data in this way.",
      ru: 'Сравните значение на экране с указанным в доказательствах. Неизвестного отправителя отключите. Аналитик проверяет, не обмен ли это между контроллерами.',
      zh: '将画面值与证据中的值核对；若发送方身份不明，将其断开。分析人员核查是否为控制器之间的正常数据交换。',
    },
    severity: 'high',
    certainty: 'guessed',
    techniques: ['T0806', 'T0814'],
    seen: {
      operation: {
        techniques: ['T0855', 'T0836'],
        dangerous: true,
        except: ['cip.io*'],
        count: 1000,
        within: 10,
      },
    },
  },
];

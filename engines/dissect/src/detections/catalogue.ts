// Made by `npm run detections` from the files under engines/dissect/detections. Change those.
import type { Detection } from './detection.ts';

export const catalogue: readonly Detection[] = [
  {
    id: 'controller-stopped',
    title: {
      en: 'A controller was told to stop',
      ru: 'Контроллеру дана команда «Стоп»',
      zh: '有人向控制器下达了停机命令',
    },
    why: {
      en: 'A stopped controller no longer runs its program: outputs go to their safe or last state and the process is without control.',
      ru: 'Остановленный контроллер не выполняет программу: выходы переходят в безопасное или последнее состояние, процесс остаётся без управления.',
      zh: '控制器停止后不再执行程序，输出进入安全状态或保持最后状态，工艺过程失去控制。',
    },
    next: {
      en: 'Ask at once whether maintenance is working on this controller. If nobody is, keep the process safe by hand and disconnect the source of the command. An analyst checks whether the source is the engineering station of this plant, whether a program download or a start follows, and whether a work order fits the time.',
      ru: 'Сразу уточните, ведутся ли работы на этом контроллере. Если нет — удерживайте процесс в безопасном состоянии вручную и отключите источник команды от сети. Аналитик проверяет: штатная ли это инженерная станция, следует ли за остановом загрузка программы или пуск, есть ли наряд на это время.',
      zh: '立即核实是否有人在检修该控制器。如果没有，请手动保持工艺安全，并断开命令来源的网络连接。分析人员应核查：来源是否为本厂的工程师站，其后是否有程序下装或启动，该时段是否有工作票。',
    },
    severity: 'high',
    certainty: 'stated',
    techniques: ['T0858'],
    seen: {
      operation: {
        codes: [
          's7comm.stop',
          'umas.stop',
          'cip.stop-controller',
          '*.stop',
          '*.remote-stop',
          '*.stop-plc',
          '*.stop-controller',
          '*.halt*',
          '*.stop-program*',
        ],
        except: ['cip.stop'],
      },
    },
  },
];

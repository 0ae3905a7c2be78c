/** What people write where they know nothing. */
const nothing =
  /^(?:[-–—?./_*]+|n\.?\s?\/?\s?a\.?|none|null|unknown|tbd|tba|unbekannt|k\.?\s?a\.?|keine?|нет|неизвестно|н\/д|无|未知|不详|暂无|#n\/a|#ref!|#value!|#name\?)$/i;

export const isNothing = (cell: string): boolean => cell === '' || nothing.test(cell);

/**
 * A formula that a spreadsheet would run. Designations after IEC 81346 begin with the same signs (`=H1+S2-K3`), but
 * call nothing.
 */
export const isFormula = (cell: string): boolean => /^[=+@-].*[(|!]/.test(cell);

/** As it is meant: without the apostrophe that keeps a spreadsheet from running it, and out of `="0042"`. */
export function bare(cell: string): string {
  const kept = /^="([^"]*)"$/.exec(cell);
  return kept ? kept[1]!.trim() : cell.replace(/^'(?=[=+\-@'])/, '');
}

/** @returns lower case with colons, or null for what is no address of one device (IEEE 802) */
export function macOf(text: string): string | null {
  const digits = text.toLowerCase().replace(/[:.\- ]/g, '');
  if (!/^[0-9a-f]{12}$/.test(digits) || !/^[0-9a-f]{1,4}([:.\- ]?[0-9a-f]{1,4})*$/i.test(text)) return null;
  if (/^(?:0{12}|f{12})$/.test(digits) || /^\d{12}$/.test(text)) return null;
  return digits.replace(/..(?=.)/g, '$&:');
}

/** @returns as captures write it, without the length of a network behind it, or null */
export function ipOf(text: string): string | null {
  const address = text.replace(/\/\d{1,3}$/, '').replace(/%.*$/, '');
  // With a length behind it and nothing before, it is a network and no device.
  if (ipv4.test(address))
    return address === '0.0.0.0' || (/\//.test(text) && address.endsWith('.0')) ? null : address;
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(address) || !URL.canParse(`http://[${address}]`)) return null;
  // Written as RFC 5952 has it.
  const { hostname } = new URL(`http://[${address}]`);
  return hostname.slice(1, -1);
}

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** One cell may hold several addresses. */
export const partsOf = (cell: string): string[] =>
  macOf(cell) ? [cell] : cell.split(/[,;|\s]+/).filter(Boolean);

const roles = {
  controller:
    'plc, controller, cpu, dcs, rtu, pac, sps, steuerung, плк, контроллер, пл, 控制器, plc控制器, 可编程控制器',
  hmi: 'hmi, panel, operator panel, touch panel, scada, bediengerät, bedienpanel, панель, панель оператора, чми, 触摸屏, 人机界面, 操作屏',
  engineering:
    'engineering, engineering station, ews, programmiergerät, engineering workstation, инженерная станция, арм инженера, 工程师站',
  historian: 'historian, archive server, archiv, историан, архив, 历史站, 历史数据库',
  switch: 'switch, ethernet switch, коммутатор, свитч, 交换机',
  router: 'router, firewall, маршрутизатор, межсетевой экран, мсэ, 路由器, 防火墙',
  io: 'io, i/o, remote io, ea, e/a, dezentrale peripherie, модуль ввода вывода, ввод вывод, удс, io模块, 输入输出, 远程io',
  drive:
    'drive, vfd, inverter, frequency converter, antrieb, umrichter, frequenzumrichter, привод, пч, преобразователь частоты, 变频器, 驱动器',
  gateway: 'gateway, protocol converter, шлюз, конвертер, 网关',
  safety:
    'safety, sis, safety plc, safety controller, sicherheitssteuerung, паз, система паз, 安全控制器, 安全仪表',
  server: 'server, сервер, 服务器',
  workstation:
    'workstation, pc, computer, client pc, arbeitsplatz, rechner, арм, компьютер, 工作站, 操作员站, 电脑',
  scanner: 'scanner, reader, сканер, 扫描仪',
  client: 'client, клиент, 客户端',
};
export type RoleWord = keyof typeof roles | 'unknown';

const roleOf = new Map<string, RoleWord>(
  Object.entries(roles).flatMap(([role, words]) =>
    [role, ...words.split(',')].map((word) => [word.trim(), role as RoleWord] as const),
  ),
).set('unknown', 'unknown');

export function roleOfWords(cell: string): RoleWord | null {
  return roleOf.get(cell.toLowerCase()) ?? null;
}

/** The levels of the Purdue model beside those of the map. */
const levels = ['enterprise', 'dmz', 'operations', 'supervision', 'control', 'field', 'unknown'] as const;
export type LevelWord = (typeof levels)[number];

const purdue: Record<string, LevelWord> = {
  '0': 'field',
  '1': 'control',
  '2': 'supervision',
  '3': 'operations',
  '3.5': 'dmz',
  '4': 'enterprise',
  '5': 'enterprise',
};

export function levelOfWords(cell: string): LevelWord | null {
  const number = /^(?:level|l|ebene|уровень|层级?)?\s*(\d(?:[.,]5)?)$/i.exec(cell)?.[1]?.replace(',', '.');
  const level = number ? purdue[number] : cell.toLowerCase();
  return levels.find((one) => one === level) ?? null;
}

const criticalities = ['low', 'medium', 'high', 'very-high'] as const;
export type CriticalityWord = (typeof criticalities)[number];

const weights: Record<CriticalityWord, string> = {
  low: 'low, minor, niedrig, gering, низкая, низкий, 低',
  medium: 'medium, moderate, normal, mittel, средняя, средний, 中',
  high: 'high, major, hoch, высокая, высокий, 高',
  'very-high':
    'very-high, very high, critical, vital, sehr hoch, kritisch, очень высокая, критическая, критичная, критический, 极高, 很高, 非常高, 关键',
};
const weightOf = new Map(
  criticalities.flatMap((weight) => weights[weight].split(',').map((word) => [word.trim(), weight] as const)),
);

export function criticalityOfWords(cell: string): CriticalityWord | null {
  return weightOf.get(cell.toLowerCase()) ?? null;
}

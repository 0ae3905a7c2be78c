import type { TransferKind } from '../../dissector.ts';

/** What files with such names usually are, on their way to or from devices of a plant. */
const kinds: readonly [RegExp, TransferKind][] = [
  [/\.(?:upd|fwu|fwl|fwf|frm|nvs|dmk|hwl|trx|img|rom|flash|ldx)$|firmware|(?:^|[/_.-])fw[/_.-]/i, 'firmware'],
  [/\.(?:s7p|zap\d\d|ap\d\d|mcp|acd|rss|l5x|apx|sta|stu|xef|zef|project|prg|app|gxw|cxp|awl)$/i, 'program'],
  [/\.(?:cfg|conf|config|ini|cid|icd|scd|xrf)$|(?:startup|running)-config/i, 'configuration'],
];

export function kindOfFile(name: string): TransferKind {
  return kinds.find(([pattern]) => pattern.test(name))?.[1] ?? 'file';
}

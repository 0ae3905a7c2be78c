import type { OperationKind } from '../../dissector.ts';
import { controlService } from './control.ts';
import type { Data } from './data.ts';
import {
  cancelControl,
  disablePublisher,
  disableReports,
  enablePublisher,
  enableReports,
  operate,
  select,
  settingGroup,
  substitute,
  write,
  writeConfiguration,
  writeControlBlock,
  writeSetting,
} from './operations.ts';
import { referenceOf } from './references.ts';

export const writeKinds: readonly OperationKind[] = [
  operate,
  select,
  cancelControl,
  writeSetting,
  settingGroup,
  substitute,
  enableReports,
  disableReports,
  enablePublisher,
  disablePublisher,
  writeControlBlock,
  writeConfiguration,
  write,
];

const controls = { operate, select, cancel: cancelControl };
const PUBLISHES = new Set(['GoEna', 'SvEna', 'GsEna']);

/** What it means to write to a variable: IEC 61850-8-1, by functional constraint. */
export function kindOf(item: string, value: Data): OperationKind {
  const reference = referenceOf(item);
  if (!reference) return write;
  const { constraint, path } = reference;
  const attribute = path.at(-1) ?? '';
  switch (constraint) {
    case 'CO': {
      const service = controlService(reference);
      return service ? controls[service] : operate;
    }
    case 'SP':
    case 'SG':
    case 'SE':
      return path[0] === 'SGCB' ? settingGroup : writeSetting;
    case 'SV':
      return substitute;
    case 'BR':
    case 'RP':
      if (attribute !== 'RptEna') return writeControlBlock;
      return value === false ? disableReports : enableReports;
    case 'GO':
    case 'GS':
    case 'MS':
    case 'US':
      if (!PUBLISHES.has(attribute)) return writeControlBlock;
      return value === false ? disablePublisher : enablePublisher;
    case 'LG':
      return writeControlBlock;
    case 'CF':
    case 'DC':
    case 'EX':
    case 'BL':
    case 'OR':
      return writeConfiguration;
    default:
      return write;
  }
}

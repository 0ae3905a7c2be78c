import { Refusals } from '../../analysis/refusals.ts';

export const refusals = new Refusals('hart-ip');
export const communicationError = refusals.named('communication error on the loop');

/** Command Response Code Specification (HCF_SPEC-307): those that mean the same for every command. */
export const refusalOf = refusals.numbered({
  2: 'invalid selection',
  3: 'passed parameter too large',
  4: 'passed parameter too small',
  5: 'too few data bytes received',
  6: 'device-specific command error',
  7: 'in write protect mode',
  16: 'access restricted',
  17: 'invalid device variable index',
  18: 'invalid units code',
  32: 'busy',
  33: 'delayed response initiated',
  34: 'delayed response running',
  35: 'delayed response dead',
  36: 'delayed response conflict',
  60: 'payload too long',
  61: 'no buffers available',
  62: 'no alarm or event buffers available',
  63: 'priority too low',
  64: 'command not implemented',
});

/** HCF_SPEC-085, 10.2: of a session. */
export const sessionRefusalOf = refusals.numbered({
  2: 'invalid selection',
  5: 'too few data bytes received',
  6: 'device-specific command error',
  14: 'version not supported',
  15: 'all sessions in use',
  16: 'access restricted',
});

/** The others warn, or notify, of what was done all the same. */
export function isError(code: number): boolean {
  return (
    (code >= 1 && code <= 7) ||
    (code >= 9 && code <= 13) ||
    (code >= 15 && code <= 23) ||
    code === 28 ||
    code === 29 ||
    (code >= 32 && code <= 95)
  );
}

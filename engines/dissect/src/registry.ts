import type { Dissector } from './dissector.ts';
import { modbus } from './protocols/modbus/modbus.ts';

/** Every protocol we understand. Bytes go to the first that recognises them, so the strictest come first. */
export const dissectors: readonly Dissector[] = [modbus];

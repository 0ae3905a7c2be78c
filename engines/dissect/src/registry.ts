import type { Dissector } from './dissector.ts';
import { overlap } from './network/overlap.ts';
import { c37118 } from './protocols/c37118/c37118.ts';
import { can } from './protocols/can/can.ts';
import { cip } from './protocols/cip/cip.ts';
import { dcp } from './protocols/dcp/dcp.ts';
import { profinetRt } from './protocols/dcp/profinet-rt.ts';
import { dnp3 } from './protocols/dnp3/dnp3.ts';
import { dnp3Link } from './protocols/dnp3/link.ts';
import { enip } from './protocols/enip/enip.ts';
import { iec104 } from './protocols/iec104/iec104.ts';
import { cotp } from './protocols/iso/cotp.ts';
import { lldp } from './protocols/lldp/lldp.ts';
import { modbus } from './protocols/modbus/modbus.ts';
import { mstp } from './protocols/mstp/mstp.ts';
import { s7commPlus } from './protocols/s7comm/s7comm-plus.ts';
import { s7comm } from './protocols/s7comm/s7comm.ts';
import { ieee802154 } from './protocols/zigbee/ieee802154.ts';
import { zep } from './protocols/zigbee/zep.ts';
import { zigbee } from './protocols/zigbee/zigbee.ts';

/** Every protocol we understand. Bytes go to the first that recognises them, so the strictest come first. */
export const dissectors: readonly Dissector[] = [
  cotp,
  s7comm,
  s7commPlus,
  enip,
  cip,
  dnp3Link,
  dnp3,
  iec104,
  c37118,
  modbus,
  profinetRt,
  dcp,
  lldp,
  ieee802154,
  zep,
  zigbee,
  mstp,
  can,
  overlap,
];

import type { Dissector } from './dissector.ts';
import { c37118 } from './protocols/c37118/c37118.ts';
import { cip } from './protocols/cip/cip.ts';
import { dcp } from './protocols/dcp/dcp.ts';
import { dcerpc } from './protocols/dcerpc/dcerpc.ts';
import { dnp3 } from './protocols/dnp3/dnp3.ts';
import { dnp3Link } from './protocols/dnp3/link.ts';
import { enip } from './protocols/enip/enip.ts';
import { ethercat } from './protocols/ethercat/ethercat.ts';
import { iec104 } from './protocols/iec104/iec104.ts';
import { cotp } from './protocols/iso/cotp.ts';
import { lldp } from './protocols/lldp/lldp.ts';
import { modbus } from './protocols/modbus/modbus.ts';
import { powerlink } from './protocols/powerlink/powerlink.ts';
import { powerlinkV1 } from './protocols/powerlink/version-1.ts';
import { profinetIo } from './protocols/profinet/io.ts';
import { mrp } from './protocols/profinet/mrp.ts';
import { profinetRt } from './protocols/profinet/real-time.ts';
import { s7commPlus } from './protocols/s7comm/s7comm-plus.ts';
import { s7comm } from './protocols/s7comm/s7comm.ts';

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
  dcerpc,
  modbus,
  profinetRt,
  profinetIo,
  dcp,
  ethercat,
  powerlink,
  powerlinkV1,
  mrp,
  lldp,
];

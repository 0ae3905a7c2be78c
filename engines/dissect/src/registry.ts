import type { Dissector } from './dissector.ts';
import { ads } from './protocols/ads/ads.ts';
import { adsDiscovery } from './protocols/ads/discovery.ts';
import { c37118 } from './protocols/c37118/c37118.ts';
import { cip } from './protocols/cip/cip.ts';
import { codesysV2 } from './protocols/codesys-v2/codesys-v2.ts';
import { codesysServices } from './protocols/codesys/codesys-services.ts';
import { codesysV3 } from './protocols/codesys/codesys-v3.ts';
import { dcp } from './protocols/dcp/dcp.ts';
import { profinetRt } from './protocols/dcp/profinet-rt.ts';
import { dnp3 } from './protocols/dnp3/dnp3.ts';
import { dnp3Link } from './protocols/dnp3/link.ts';
import { enip } from './protocols/enip/enip.ts';
import { ffHse } from './protocols/ff-hse/ff-hse.ts';
import { fins } from './protocols/fins/fins.ts';
import { hartIp } from './protocols/hart-ip/hart-ip.ts';
import { iec104 } from './protocols/iec104/iec104.ts';
import { cotp } from './protocols/iso/cotp.ts';
import { lldp } from './protocols/lldp/lldp.ts';
import { melsec } from './protocols/melsec/melsec.ts';
import { melsoft } from './protocols/melsoft/melsoft.ts';
import { modbus } from './protocols/modbus/modbus.ts';
import { pcworx } from './protocols/pcworx/pcworx.ts';
import { proconos } from './protocols/proconos/proconos.ts';
import { rocPlus } from './protocols/rocplus/rocplus.ts';
import { s7commPlus } from './protocols/s7comm/s7comm-plus.ts';
import { s7comm } from './protocols/s7comm/s7comm.ts';
import { srtp } from './protocols/srtp/srtp.ts';

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
  ads,
  adsDiscovery,
  fins,
  hartIp,
  melsoft,
  melsec,
  rocPlus,
  ffHse,
  pcworx,
  proconos,
  codesysV2,
  codesysV3,
  codesysServices,
  srtp,
  modbus,
  profinetRt,
  dcp,
  lldp,
];

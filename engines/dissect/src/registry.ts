import type { Dissector } from './dissector.ts';
import { overlap } from './network/overlap.ts';
import { adeRemoting } from './protocols/ade/ade-remoting.ts';
import { ads } from './protocols/ads/ads.ts';
import { adsDiscovery } from './protocols/ads/discovery.ts';
import { amqp } from './protocols/amqp/amqp.ts';
import { arp } from './protocols/arp/arp.ts';
import { bacnet } from './protocols/bacnet/bacnet.ts';
import { bvlc } from './protocols/bacnet/bvlc.ts';
import { bsap } from './protocols/bsap/bsap.ts';
import { c1222 } from './protocols/c1222/c1222.ts';
import { c37118 } from './protocols/c37118/c37118.ts';
import { can } from './protocols/can/can.ts';
import { canopen } from './protocols/canopen/canopen.ts';
import { cdp } from './protocols/cdp/cdp.ts';
import { cip } from './protocols/cip/cip.ts';
import { codesysV2 } from './protocols/codesys-v2/codesys-v2.ts';
import { coap } from './protocols/coap/coap.ts';
import { codesysNvl } from './protocols/codesys-nvl/codesys-nvl.ts';
import { codesysServices } from './protocols/codesys/codesys-services.ts';
import { codesysV3 } from './protocols/codesys/codesys-v3.ts';
import { dcerpc } from './protocols/dcerpc/dcerpc.ts';
import { dcp } from './protocols/dcp/dcp.ts';
import { dhcp } from './protocols/dhcp/dhcp.ts';
import { dhcpv6 } from './protocols/dhcp/dhcpv6.ts';
import { dnp3 } from './protocols/dnp3/dnp3.ts';
import { dnp3Link } from './protocols/dnp3/link.ts';
import { dns } from './protocols/dns/dns.ts';
import { llmnr } from './protocols/dns/llmnr.ts';
import { mdns } from './protocols/dns/mdns.ts';
import { enip } from './protocols/enip/enip.ts';
import { ethercat } from './protocols/ethercat/ethercat.ts';
import { ffHse } from './protocols/ff-hse/ff-hse.ts';
import { fins } from './protocols/fins/fins.ts';
import { niagaraFox } from './protocols/fox/fox.ts';
import { ftp, ftpData } from './protocols/ftp/ftp.ts';
import { genisys } from './protocols/genisys/genisys.ts';
import { hartIp } from './protocols/hart-ip/hart-ip.ts';
import { http } from './protocols/http/http.ts';
import { icmp, icmpv6 } from './protocols/icmp/icmp.ts';
import { iec104 } from './protocols/iec104/iec104.ts';
import { goose } from './protocols/iec61850/goose.ts';
import { routed } from './protocols/iec61850/routed.ts';
import { sv } from './protocols/iec61850/sv.ts';
import { cotp } from './protocols/iso/cotp.ts';
import { osi } from './protocols/iso/osi.ts';
import { j1939 } from './protocols/j1939/j1939.ts';
import { kerberos } from './protocols/kerberos/kerberos.ts';
import { knx } from './protocols/knx/knx.ts';
import { ldap } from './protocols/ldap/ldap.ts';
import { lldp } from './protocols/lldp/lldp.ts';
import { lontalk } from './protocols/lontalk/lontalk.ts';
import { melsec } from './protocols/melsec/melsec.ts';
import { melsoft } from './protocols/melsoft/melsoft.ts';
import { mms } from './protocols/mms/mms.ts';
import { modbus } from './protocols/modbus/modbus.ts';
import { modbusAscii, modbusRtu } from './protocols/modbus/serial.ts';
import { mqtt } from './protocols/mqtt/mqtt.ts';
import { mstp } from './protocols/mstp/mstp.ts';
import { browser } from './protocols/netbios/browser.ts';
import { nbns } from './protocols/netbios/nbns.ts';
import { ntp } from './protocols/ntp/ntp.ts';
import { opcuaTcp } from './protocols/opcua/opcua-tcp.ts';
import { opcua } from './protocols/opcua/opcua.ts';
import { uadp } from './protocols/opcua/uadp.ts';
import { cspv4 } from './protocols/pccc/cspv4.ts';
import { pccc } from './protocols/pccc/pccc.ts';
import { pcworx } from './protocols/pcworx/pcworx.ts';
import { powerlink } from './protocols/powerlink/powerlink.ts';
import { powerlinkV1 } from './protocols/powerlink/version-1.ts';
import { proconos } from './protocols/proconos/proconos.ts';
import { profinetIo } from './protocols/profinet/io.ts';
import { mrp } from './protocols/profinet/mrp.ts';
import { profinetRt } from './protocols/profinet/real-time.ts';
import { ptp } from './protocols/ptp/ptp.ts';
import { rdp } from './protocols/rdp/rdp.ts';
import { rfb } from './protocols/rfb/rfb.ts';
import { rocPlus } from './protocols/rocplus/rocplus.ts';
import { rtps } from './protocols/rtps/rtps.ts';
import { s7commPlus } from './protocols/s7comm/s7comm-plus.ts';
import { s7comm } from './protocols/s7comm/s7comm.ts';
import { smb } from './protocols/smb/smb.ts';
import { snmp } from './protocols/snmp/snmp.ts';
import { srtp } from './protocols/srtp/srtp.ts';
import { ssdp } from './protocols/ssdp/ssdp.ts';
import { ssh } from './protocols/ssh/ssh.ts';
import { stp } from './protocols/stp/stp.ts';
import { syslog } from './protocols/syslog/syslog.ts';
import { tds } from './protocols/tds/tds.ts';
import { telnet } from './protocols/telnet/telnet.ts';
import { tftp } from './protocols/tftp/tftp.ts';
import { tls } from './protocols/tls/tls.ts';
import { triStation } from './protocols/tristation/tristation.ts';
import { tsaa } from './protocols/tsaa/tsaa.ts';
import { wsd } from './protocols/wsd/wsd.ts';
import { ieee802154 } from './protocols/zigbee/ieee802154.ts';
import { zep } from './protocols/zigbee/zep.ts';
import { zigbee } from './protocols/zigbee/zigbee.ts';

/**
 * Every protocol we understand. Bytes go to the first that recognises them, so the strictest come first. Those of the
 * office stand behind those of the plant.
 */
export const dissectors: readonly Dissector[] = [
  cotp,
  s7comm,
  s7commPlus,
  osi,
  mms,
  enip,
  cip,
  cspv4,
  pccc,
  dnp3Link,
  dnp3,
  opcuaTcp,
  opcua,
  uadp,
  iec104,
  c37118,
  dcerpc,
  mqtt,
  c1222,
  bvlc,
  bacnet,
  rtps,
  knx,
  lontalk,
  amqp,
  coap,
  ads,
  adsDiscovery,
  fins,
  hartIp,
  triStation,
  tsaa,
  bsap,
  genisys,
  niagaraFox,
  melsoft,
  melsec,
  rocPlus,
  ffHse,
  pcworx,
  adeRemoting,
  proconos,
  codesysV2,
  codesysNvl,
  codesysV3,
  codesysServices,
  srtp,
  modbusRtu,
  modbusAscii,
  modbus,
  profinetRt,
  profinetIo,
  dcp,
  ethercat,
  powerlink,
  powerlinkV1,
  mrp,
  goose,
  sv,
  routed,
  lldp,
  ieee802154,
  zep,
  zigbee,
  mstp,
  can,
  canopen,
  j1939,
  overlap,
  ssh,
  rfb,
  smb,
  rdp,
  tls,
  http,
  tds,
  ldap,
  kerberos,
  ftp,
  ftpData,
  telnet,
  snmp,
  ssdp,
  dhcp,
  dhcpv6,
  dns,
  mdns,
  llmnr,
  nbns,
  browser,
  wsd,
  ntp,
  ptp,
  syslog,
  tftp,
  arp,
  icmp,
  icmpv6,
  cdp,
  stp,
];

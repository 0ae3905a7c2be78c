// IEC 61158-6-10, cited from memory: 5.2.1.2 (BlockType), 5.2.3.10 (index), 4.7.3 (FrameID).

export const ALARM_HIGH = 0x0001;
export const ALARM_LOW = 0x0002;
export const WRITE_REQUEST = 0x0008;
export const READ_REQUEST = 0x0009;
export const DIAGNOSIS = 0x0010;
export const IM0 = 0x0020;
export const IM1 = 0x0021;
export const IM2 = 0x0022;
export const IM3 = 0x0023;
export const IM4 = 0x0024;
export const IM5 = 0x0025;
export const AR_REQUEST = 0x0101;
export const IOCR_REQUEST = 0x0102;
export const ALARM_CR_REQUEST = 0x0103;
export const EXPECTED_SUBMODULE = 0x0104;
export const MULTIPLE = 0x0400;
export const CONTAINER = 0x0401;
export const WRITE_RESPONSE = 0x8008;
export const READ_RESPONSE = 0x8009;
export const AR_RESPONSE = 0x8101;
export const IOCR_RESPONSE = 0x8102;
export const MODULE_DIFFERENCES = 0x8104;
export const AR_SERVER = 0x8106;
export const FIRST_CONTROL = 0x0110;
export const LAST_CONTROL = 0x0118;
export const RELEASE = 0x0114;
/** Set in blocks that answer. */
export const ANSWER = 0x8000;

const names: Readonly<Record<number, string>> = {
  [ALARM_HIGH]: 'AlarmNotificationHigh',
  [ALARM_LOW]: 'AlarmNotificationLow',
  [WRITE_REQUEST]: 'IODWriteReqHeader',
  [READ_REQUEST]: 'IODReadReqHeader',
  [DIAGNOSIS]: 'DiagnosisData',
  0x0012: 'ExpectedIdentificationData',
  0x0013: 'RealIdentificationData',
  0x0014: 'SubstituteValue',
  0x0015: 'RecordInputDataObjectElement',
  0x0016: 'RecordOutputDataObjectElement',
  0x0018: 'ARData',
  0x0019: 'LogBookData',
  0x001a: 'APIData',
  0x001b: 'SRLData',
  [IM0]: 'I&M0',
  [IM1]: 'I&M1',
  [IM2]: 'I&M2',
  [IM3]: 'I&M3',
  [IM4]: 'I&M4',
  [IM5]: 'I&M5',
  0x0030: 'I&M0FilterDataSubmodule',
  0x0031: 'I&M0FilterDataModule',
  0x0032: 'I&M0FilterDataDevice',
  0x0034: 'I&M5Data',
  [AR_REQUEST]: 'ARBlockReq',
  [IOCR_REQUEST]: 'IOCRBlockReq',
  [ALARM_CR_REQUEST]: 'AlarmCRBlockReq',
  [EXPECTED_SUBMODULE]: 'ExpectedSubmoduleBlockReq',
  0x0105: 'PrmServerBlockReq',
  0x0106: 'MCRBlockReq',
  0x0107: 'ARRPCBlockReq',
  0x0108: 'ARVendorBlockReq',
  0x0109: 'IRInfoBlock',
  0x010a: 'SRInfoBlock',
  0x010b: 'ARFSUBlock',
  0x010c: 'RSInfoBlock',
  0x0110: 'IODControlReq, end of parameters',
  0x0111: 'IODControlReq, end of parameters after plug',
  0x0112: 'IOXControlReq, application ready',
  0x0113: 'IOXControlReq, application ready after plug',
  [RELEASE]: 'IODReleaseReq',
  0x0116: 'IOXControlReq, ready for companion',
  0x0117: 'IOXControlReq, ready for RT class 3',
  0x0118: 'IODControlReq, begin of parameters',
  0x0119: 'SubmoduleListBlock',
  0x0200: 'PDPortDataCheck',
  0x0201: 'PDevData',
  0x0202: 'PDPortDataAdjust',
  0x0203: 'PDSyncData',
  0x0204: 'IsochronousModeData',
  0x0205: 'PDIRData',
  0x0206: 'PDIRGlobalData',
  0x0207: 'PDIRFrameData',
  0x0208: 'PDIRBeginEndData',
  0x0209: 'AdjustDomainBoundary',
  0x020a: 'CheckPeers',
  0x020b: 'CheckLineDelay',
  0x020c: 'CheckMAUType',
  0x020e: 'AdjustMAUType',
  0x020f: 'PDPortDataReal',
  0x0210: 'AdjustMulticastBoundary',
  0x0211: 'PDInterfaceMrpDataAdjust',
  0x0212: 'PDInterfaceMrpDataReal',
  0x0213: 'PDInterfaceMrpDataCheck',
  0x0214: 'PDPortMrpDataAdjust',
  0x0215: 'PDPortMrpDataReal',
  0x0216: 'MrpManagerParams',
  0x0217: 'MrpClientParams',
  0x0219: 'MrpRingStateData',
  0x021b: 'AdjustLinkState',
  0x021c: 'CheckLinkState',
  0x021e: 'CheckSyncDifference',
  0x021f: 'CheckMAUTypeDifference',
  0x0220: 'PDPortFODataReal',
  0x0222: 'PDPortFODataAdjust',
  0x0223: 'PDPortFODataCheck',
  0x0224: 'AdjustPeerToPeerBoundary',
  0x0225: 'AdjustDCPBoundary',
  0x0226: 'AdjustPreambleLength',
  0x0228: 'CheckFODiagnosis',
  0x022a: 'PDIRSubframeData',
  0x022b: 'SubframeBlock',
  0x022c: 'PDPortDataRealExtended',
  0x0230: 'PDNCDataCheck',
  0x0231: 'MrpInstanceDataAdjust',
  0x0232: 'MrpInstanceDataReal',
  0x0233: 'MrpInstanceDataCheck',
  0x0240: 'PDInterfaceDataReal',
  0x0250: 'PDInterfaceAdjust',
  0x0251: 'PDPortStatistic',
  [MULTIPLE]: 'MultipleBlockHeader',
  [CONTAINER]: 'COContainerContent',
  0x0500: 'RecordDataReadQuery',
  0x0600: 'FSHelloBlock',
  0x0601: 'FSParameterBlock',
  0x0608: 'PDInterfaceFSUDataAdjust',
  0x0609: 'ARFSUDataAdjust',
  0x0f00: 'MaintenanceItem',
  0x8001: 'AlarmAckHigh',
  0x8002: 'AlarmAckLow',
  [WRITE_RESPONSE]: 'IODWriteResHeader',
  [READ_RESPONSE]: 'IODReadResHeader',
  [AR_RESPONSE]: 'ARBlockRes',
  [IOCR_RESPONSE]: 'IOCRBlockRes',
  0x8103: 'AlarmCRBlockRes',
  [MODULE_DIFFERENCES]: 'ModuleDiffBlock',
  0x8105: 'PrmServerBlockRes',
  [AR_SERVER]: 'ARServerBlock',
  0x8107: 'ARRPCBlockRes',
  0x8108: 'ARVendorBlockRes',
  0x8110: 'IODControlRes, end of parameters',
  0x8111: 'IODControlRes, end of parameters after plug',
  0x8112: 'IOXControlRes, application ready',
  0x8113: 'IOXControlRes, application ready after plug',
  0x8114: 'IODReleaseRes',
  0x8116: 'IOXControlRes, ready for companion',
  0x8117: 'IOXControlRes, ready for RT class 3',
  0x8118: 'IODControlRes, begin of parameters',
  0xb050: 'Ext-PLL control',
  0xb060: 'EDD trace unit',
};

export function blockName(type: number): string {
  return names[type] ?? hex(type);
}

/** From here on records are made of blocks, but for the profiles' own. */
const FIRST_OF_STANDARD = 0x8000;
const FIRST_OF_PROFILES = 0xb000;
const LAST_OF_PROFILES = 0xbfff;
export const WRITE_MULTIPLE = 0xe040;
export const FIRST_IM = 0xaff0;
export const LAST_IM = 0xafff;

export function isOfBlocks(index: number): boolean {
  return index >= FIRST_OF_STANDARD && !(index >= FIRST_OF_PROFILES && index <= LAST_OF_PROFILES);
}

/** The same four kinds of record about a subslot, a slot, a relation and an API. */
const kinds: Readonly<Record<number, string>> = {
  0x00: 'expected identification',
  0x01: 'real identification',
  0x0a: 'diagnosis of channels',
  0x0b: 'all diagnosis',
  0x0c: 'diagnosis, maintenance and qualified',
  0x10: 'maintenance required, channels',
  0x11: 'maintenance demanded, channels',
  0x12: 'maintenance required',
  0x13: 'maintenance demanded',
};
const scopes: Readonly<Record<number, string>> = {
  0x80: 'subslot',
  0xc0: 'slot',
  0xe0: 'relation',
  0xf0: 'API',
};

const indices: Readonly<Record<number, string>> = {
  0x801e: 'substitute values',
  0x8020: 'IR subframe data',
  0x8027: 'port data, extended',
  0x8028: 'input data',
  0x8029: 'output data',
  0x802a: 'port data',
  0x802b: 'port data to check',
  0x802c: 'IR data',
  0x802d: 'sync data',
  0x802f: 'port data to adjust',
  0x8030: 'isochronous mode',
  0x8050: 'MRP data of the interface',
  0x8051: 'MRP data to check',
  0x8052: 'MRP data to adjust',
  0x8053: 'MRP data of the port to adjust',
  0x8054: 'MRP data of the port',
  0x8060: 'fibre optics',
  0x8061: 'fibre optics to check',
  0x8062: 'fibre optics to adjust',
  0x8070: 'network components to check',
  0x8071: 'interface to adjust',
  0x8072: 'port statistics',
  0x8080: 'interface data',
  0x8090: 'fast start-up',
  0x80b0: 'combined objects',
  0xaff0: 'I&M0, identification',
  0xaff1: 'I&M1, tags',
  0xaff2: 'I&M2, date of installation',
  0xaff3: 'I&M3, descriptor',
  0xaff4: 'I&M4, signature',
  0xaff5: 'I&M5, annotation',
  0xb02e: 'PROFIdrive parameters, local',
  0xb02f: 'PROFIdrive parameters',
  0xe002: 'differences of modules',
  [WRITE_MULTIPLE]: 'several records',
  0xe050: 'fast start-up of the relation',
  0xf020: 'relations',
  0xf820: 'APIs',
  0xf821: 'relations',
  0xf830: 'log book',
  0xf831: 'physical device data',
  0xf840: 'which submodules have I&M',
  0xf841: 'ports and interfaces',
  0xf842: 'expected ports and interfaces',
  0xfbff: 'trigger',
};

export function indexName(index: number): string {
  const known = indices[index];
  if (known !== undefined) return known;
  const [scope, kind] = [scopes[index >> 8], kinds[index & 0xff]];
  if (scope !== undefined && kind !== undefined) return `${kind} of the ${scope}`;
  return index < FIRST_OF_STANDARD ? `parameters ${index}` : hex(index);
}

export const arTypes: Readonly<Record<number, string>> = {
  0x0001: 'IO controller',
  0x0003: 'IO controller, redundant',
  0x0006: 'IO supervisor',
  0x0010: 'IO controller, RT class 3',
  0x0020: 'IO controller, system redundancy',
};
export const SUPERVISOR = 0x0006;

export function hex(value: number, digits = 4): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

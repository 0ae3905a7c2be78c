/** IEC 60870-5-101:2003, 7.2.1.1 with the additions of IEC 60870-5-104:2006 and IEC TS 60870-5-7. */
export interface Type {
  readonly code: string;
  readonly title: string;
  /** Information elements of one object, in order; undefined when we do not take them apart. */
  readonly elements: readonly Element[] | undefined;
  /** Octets of one object, without its address. */
  readonly size: number;
}

/** Information elements: 60870-5-101, 7.2.6. */
export type Element = keyof typeof sizes;

const sizes = {
  siq: 1,
  diq: 1,
  qds: 1,
  qdp: 1,
  vti: 1,
  nva: 2,
  sva: 2,
  r32: 4,
  bcr: 5,
  sep: 1,
  spe: 1,
  oci: 1,
  bsi: 4,
  scd: 4,
  sco: 1,
  dco: 1,
  rco: 1,
  cp56: 7,
  cp24: 3,
  cp16: 2,
  coi: 1,
  qoi: 1,
  qcc: 1,
  qpm: 1,
  qpa: 1,
  qrp: 1,
  qos: 1,
  fbp: 2,
  tsc: 2,
  nof: 2,
  nos: 1,
  lof: 3,
  sof: 1,
  frq: 1,
  srq: 1,
  scq: 1,
  lsq: 1,
  afq: 1,
  chs: 1,
} as const;

const rows: Readonly<Record<number, readonly [code: string, title: string, elements?: string]>> = {
  1: ['M_SP_NA_1', 'single-point information', 'siq'],
  2: ['M_SP_TA_1', 'single-point information with time', 'siq cp24'],
  3: ['M_DP_NA_1', 'double-point information', 'diq'],
  4: ['M_DP_TA_1', 'double-point information with time', 'diq cp24'],
  5: ['M_ST_NA_1', 'step position', 'vti qds'],
  6: ['M_ST_TA_1', 'step position with time', 'vti qds cp24'],
  7: ['M_BO_NA_1', 'bit string', 'bsi qds'],
  8: ['M_BO_TA_1', 'bit string with time', 'bsi qds cp24'],
  9: ['M_ME_NA_1', 'measured value, normalized', 'nva qds'],
  10: ['M_ME_TA_1', 'measured value, normalized, with time', 'nva qds cp24'],
  11: ['M_ME_NB_1', 'measured value, scaled', 'sva qds'],
  12: ['M_ME_TB_1', 'measured value, scaled, with time', 'sva qds cp24'],
  13: ['M_ME_NC_1', 'measured value, floating point', 'r32 qds'],
  14: ['M_ME_TC_1', 'measured value, floating point, with time', 'r32 qds cp24'],
  15: ['M_IT_NA_1', 'integrated totals', 'bcr'],
  16: ['M_IT_TA_1', 'integrated totals with time', 'bcr cp24'],
  17: ['M_EP_TA_1', 'event of protection', 'sep cp16 cp24'],
  18: ['M_EP_TB_1', 'start events of protection', 'spe qdp cp16 cp24'],
  19: ['M_EP_TC_1', 'output circuits of protection', 'oci qdp cp16 cp24'],
  20: ['M_PS_NA_1', 'packed single points with change detection', 'scd qds'],
  21: ['M_ME_ND_1', 'measured value, normalized, without quality', 'nva'],
  30: ['M_SP_TB_1', 'single-point information with date', 'siq cp56'],
  31: ['M_DP_TB_1', 'double-point information with date', 'diq cp56'],
  32: ['M_ST_TB_1', 'step position with date', 'vti qds cp56'],
  33: ['M_BO_TB_1', 'bit string with date', 'bsi qds cp56'],
  34: ['M_ME_TD_1', 'measured value, normalized, with date', 'nva qds cp56'],
  35: ['M_ME_TE_1', 'measured value, scaled, with date', 'sva qds cp56'],
  36: ['M_ME_TF_1', 'measured value, floating point, with date', 'r32 qds cp56'],
  37: ['M_IT_TB_1', 'integrated totals with date', 'bcr cp56'],
  38: ['M_EP_TD_1', 'event of protection with date', 'sep cp16 cp56'],
  39: ['M_EP_TE_1', 'start events of protection with date', 'spe qdp cp16 cp56'],
  40: ['M_EP_TF_1', 'output circuits of protection with date', 'oci qdp cp16 cp56'],
  41: ['S_IT_TC_1', 'integrated totals of security statistics'],
  45: ['C_SC_NA_1', 'single command', 'sco'],
  46: ['C_DC_NA_1', 'double command', 'dco'],
  47: ['C_RC_NA_1', 'regulating step command', 'rco'],
  48: ['C_SE_NA_1', 'set point, normalized', 'nva qos'],
  49: ['C_SE_NB_1', 'set point, scaled', 'sva qos'],
  50: ['C_SE_NC_1', 'set point, floating point', 'r32 qos'],
  51: ['C_BO_NA_1', 'bit string command', 'bsi'],
  58: ['C_SC_TA_1', 'single command with date', 'sco cp56'],
  59: ['C_DC_TA_1', 'double command with date', 'dco cp56'],
  60: ['C_RC_TA_1', 'regulating step command with date', 'rco cp56'],
  61: ['C_SE_TA_1', 'set point, normalized, with date', 'nva qos cp56'],
  62: ['C_SE_TB_1', 'set point, scaled, with date', 'sva qos cp56'],
  63: ['C_SE_TC_1', 'set point, floating point, with date', 'r32 qos cp56'],
  64: ['C_BO_TA_1', 'bit string command with date', 'bsi cp56'],
  70: ['M_EI_NA_1', 'end of initialization', 'coi'],
  81: ['S_CH_NA_1', 'authentication challenge'],
  82: ['S_RP_NA_1', 'authentication reply'],
  83: ['S_AR_NA_1', 'aggressive mode authentication request'],
  84: ['S_KR_NA_1', 'session key status request'],
  85: ['S_KS_NA_1', 'session key status'],
  86: ['S_KC_NA_1', 'session key change'],
  87: ['S_ER_NA_1', 'authentication error'],
  90: ['S_US_NA_1', 'user status change'],
  91: ['S_UQ_NA_1', 'update key change request'],
  92: ['S_UR_NA_1', 'update key change reply'],
  93: ['S_UK_NA_1', 'update key change, symmetric'],
  94: ['S_UA_NA_1', 'update key change, asymmetric'],
  95: ['S_UC_NA_1', 'update key change confirmation'],
  100: ['C_IC_NA_1', 'interrogation', 'qoi'],
  101: ['C_CI_NA_1', 'counter interrogation', 'qcc'],
  102: ['C_RD_NA_1', 'read', ''],
  103: ['C_CS_NA_1', 'clock synchronization', 'cp56'],
  104: ['C_TS_NA_1', 'test', 'fbp'],
  105: ['C_RP_NA_1', 'reset process', 'qrp'],
  106: ['C_CD_NA_1', 'delay acquisition', 'cp16'],
  107: ['C_TS_TA_1', 'test with date', 'tsc cp56'],
  110: ['P_ME_NA_1', 'parameter, normalized', 'nva qpm'],
  111: ['P_ME_NB_1', 'parameter, scaled', 'sva qpm'],
  112: ['P_ME_NC_1', 'parameter, floating point', 'r32 qpm'],
  113: ['P_AC_NA_1', 'parameter activation', 'qpa'],
  120: ['F_FR_NA_1', 'file ready', 'nof lof frq'],
  121: ['F_SR_NA_1', 'section ready', 'nof nos lof srq'],
  122: ['F_SC_NA_1', 'call or select of directory, file or section', 'nof nos scq'],
  123: ['F_LS_NA_1', 'last section or segment', 'nof nos lsq chs'],
  124: ['F_AF_NA_1', 'acknowledgement of file or section', 'nof nos afq'],
  125: ['F_SG_NA_1', 'segment'],
  126: ['F_DR_TA_1', 'directory', 'nof lof sof cp56'],
  127: ['F_SC_NB_1', 'query log', 'nof cp56 cp56'],
};

export const SEGMENT = 125;
export const INITIALIZED = 70;

export const types: Readonly<Record<number, Type>> = Object.fromEntries(
  Object.entries(rows).map(([number, [code, title, text]]) => {
    const elements =
      text === undefined ? undefined : (text.split(' ').filter((word) => word !== '') as Element[]);
    const size = (elements ?? []).reduce((sum, element) => sum + sizes[element], 0);
    return [number, { code, title, elements, size }];
  }),
);

export function typeName(type: number): string | undefined {
  const known = types[type];
  return known && `${known.code}, ${known.title}`;
}

/** In monitor direction: the controlled station tells. */
export function isMonitoring(type: number): boolean {
  return (type >= 1 && type <= 44) || type === INITIALIZED;
}

/** Commands and system commands, which are confirmed in kind. */
export function isCommand(type: number): boolean {
  return (type >= 45 && type <= 69) || (type >= 100 && type <= 113);
}

export function isFileTransfer(type: number): boolean {
  return type >= 120 && type <= 127;
}

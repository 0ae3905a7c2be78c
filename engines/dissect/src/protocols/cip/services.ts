import {
  CONNECTION_CONFIGURATION,
  CONNECTION_MANAGER,
  FILE,
  MODBUS,
  PCCC,
  SAFETY_SUPERVISOR,
  SAFETY_VALIDATOR,
} from './classes.ts';

/** Set in the service of a reply. */
export const REPLY = 0x80;

// CIP Volume 1, appendix A: common services.
export const GET_ALL = 0x01;
export const SET_ALL = 0x02;
export const GET_LIST = 0x03;
export const SET_LIST = 0x04;
export const RESET = 0x05;
export const START = 0x06;
export const STOP = 0x07;
export const CREATE = 0x08;
export const DELETE = 0x09;
export const MULTIPLE_SERVICES = 0x0a;
export const GET_SINGLE = 0x0e;
export const SET_SINGLE = 0x10;

const common: Readonly<Record<number, string>> = {
  [GET_ALL]: 'Get_Attributes_All',
  [SET_ALL]: 'Set_Attributes_All',
  [GET_LIST]: 'Get_Attribute_List',
  [SET_LIST]: 'Set_Attribute_List',
  [RESET]: 'Reset',
  [START]: 'Start',
  [STOP]: 'Stop',
  [CREATE]: 'Create',
  [DELETE]: 'Delete',
  [MULTIPLE_SERVICES]: 'Multiple_Service_Packet',
  0x0d: 'Apply_Attributes',
  [GET_SINGLE]: 'Get_Attribute_Single',
  [SET_SINGLE]: 'Set_Attribute_Single',
  0x11: 'Find_Next_Object_Instance',
  0x15: 'Restore',
  0x16: 'Save',
  0x17: 'No Operation',
  0x18: 'Get_Member',
  0x19: 'Set_Member',
  0x1a: 'Insert_Member',
  0x1b: 'Remove_Member',
  0x1c: 'GroupSync',
};

// Connection Manager, CIP Volume 1, 3-5.5.
export const FORWARD_CLOSE = 0x4e;
export const UNCONNECTED_SEND = 0x52;
export const FORWARD_OPEN = 0x54;
export const LARGE_FORWARD_OPEN = 0x5b;

// Logix 5000 Controllers Data Access, 1756-PM020: tags, symbols and templates.
export const READ_TAG = 0x4c;
export const WRITE_TAG = 0x4d;
export const MODIFY_TAG = 0x4e;
export const READ_FRAGMENT = 0x52;
export const WRITE_FRAGMENT = 0x53;
export const LIST_INSTANCES = 0x55;

// File object, CIP Volume 1, 5-42.5.
export const INITIATE_UPLOAD = 0x4b;
export const INITIATE_DOWNLOAD = 0x4c;
export const INITIATE_PARTIAL_READ = 0x4d;
export const INITIATE_PARTIAL_WRITE = 0x4e;
export const UPLOAD_TRANSFER = 0x4f;
export const DOWNLOAD_TRANSFER = 0x50;
export const CLEAR_FILE = 0x51;

// Nonvolatile storage of Rockwell's modules: learnt from captures of ControlFLASH.
export const NVS_UPDATE = 0x4b;
export const NVS_TRANSFER = 0x4d;
export const NVS_COMPLETE = 0x51;

// Objects of a program, as engineering tools read and write them: learnt from captures.
export const READ_PROGRAM = 0x4f;
export const WRITE_PROGRAM = 0x50;
/** To an object of class 0x72, and what is written are instructions. */
export const WRITE_CODE = 0x4b;

// PCCC object, 1756-PM020.
export const EXECUTE_PCCC = 0x4b;

const byClass: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  [CONNECTION_MANAGER]: {
    [FORWARD_CLOSE]: 'Forward_Close',
    [UNCONNECTED_SEND]: 'Unconnected_Send',
    [FORWARD_OPEN]: 'Forward_Open',
    0x56: 'Get_Connection_Data',
    0x57: 'Search_Connection_Data',
    0x5a: 'Get_Connection_Owner',
    [LARGE_FORWARD_OPEN]: 'Large_Forward_Open',
  },
  [FILE]: {
    [INITIATE_UPLOAD]: 'Initiate_Upload',
    [INITIATE_DOWNLOAD]: 'Initiate_Download',
    [INITIATE_PARTIAL_READ]: 'Initiate_Partial_Read',
    [INITIATE_PARTIAL_WRITE]: 'Initiate_Partial_Write',
    [UPLOAD_TRANSFER]: 'Upload_Transfer',
    [DOWNLOAD_TRANSFER]: 'Download_Transfer',
    [CLEAR_FILE]: 'Clear_File',
  },
  [PCCC]: { [EXECUTE_PCCC]: 'Execute PCCC' },
};

const tags: Readonly<Record<number, string>> = {
  [READ_TAG]: 'Read Tag',
  [WRITE_TAG]: 'Write Tag',
  [MODIFY_TAG]: 'Read Modify Write Tag',
  [READ_FRAGMENT]: 'Read Tag Fragmented',
  [WRITE_FRAGMENT]: 'Write Tag Fragmented',
  [LIST_INSTANCES]: 'Get Instance Attribute List',
};

/** As far as the byte alone tells. */
export function serviceName(byte: number): string {
  const code = byte & ~REPLY;
  const name = common[code] ?? `service 0x${code.toString(16).padStart(2, '0')}`;
  return byte & REPLY ? `${name}, reply` : name;
}

/** With what it is addressed to. */
export function serviceTitle(code: number, classId: number, isTag: boolean): string {
  const name = common[code] ?? byClass[classId]?.[code] ?? (isTag ? tags[code] : undefined);
  return name ?? `service 0x${code.toString(16).padStart(2, '0')}`;
}

export function isCommon(code: number): boolean {
  return code in common;
}

const withServicesOfTheirOwn = new Set([
  CONNECTION_MANAGER,
  SAFETY_SUPERVISOR,
  SAFETY_VALIDATOR,
  MODBUS,
  PCCC,
  CONNECTION_CONFIGURATION,
]);

/**
 * Does the reference dissector hand this service to a dissector of its class? That one names direction and service once
 * more, and in a frame where directions outnumber services the reference counts call every service `mixed`.
 */
export function isNamedTwice(code: number, classId: number): boolean {
  if (!withServicesOfTheirOwn.has(classId)) return false;
  return !isCommon(code) || (classId === CONNECTION_CONFIGURATION && (code === GET_ALL || code === SET_ALL));
}

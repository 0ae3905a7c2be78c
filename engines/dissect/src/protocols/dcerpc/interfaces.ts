/** What somebody can be called for: a name, and its functions by number. */
export interface Interface {
  readonly name: string;
  readonly functions: Readonly<Record<number, string>>;
}

/** The endpoint mapper is found at a port everybody knows, and tells where the others are. C706, appendix O. */
const ENDPOINT_MAPPER = 'e1af8308-5d1f-11c9-91a4-08002b14a0fa';

/** Of DCOM, the first three functions of every interface are those of IUnknown. */
const object = (name: string, ...functions: string[]): Interface => ({
  name,
  functions: Object.fromEntries(functions.map((title, i) => [i + 3, title])),
});

const pnio: Readonly<Record<number, string>> = {
  0: 'Connect',
  1: 'Release',
  2: 'Read',
  3: 'Write',
  4: 'Control',
  5: 'ReadImplicit',
};

const interfaces: Readonly<Record<string, Interface>> = {
  [ENDPOINT_MAPPER]: {
    name: 'endpoint mapper',
    functions: {
      0: 'ept_insert',
      1: 'ept_delete',
      2: 'ept_lookup',
      3: 'ept_map',
      4: 'ept_lookup_handle_free',
      5: 'ept_inq_object',
      6: 'ept_mgmt_delete',
    },
  },
  // C706, appendix Q.
  'afa8bd80-7d8a-11c9-bef4-08002b102989': {
    name: 'remote management',
    functions: {
      0: 'inq_if_ids',
      1: 'inq_stats',
      2: 'is_server_listening',
      3: 'stop_server_listening',
      4: 'inq_princ_name',
    },
  },
  // IEC 61158-6-10, 4.10.3.
  'dea00001-6c97-11d1-8271-00a02442df7d': { name: 'PNIO device', functions: pnio },
  'dea00002-6c97-11d1-8271-00a02442df7d': { name: 'PNIO controller', functions: pnio },
  'dea00003-6c97-11d1-8271-00a02442df7d': { name: 'PNIO supervisor', functions: pnio },
  'dea00004-6c97-11d1-8271-00a02442df7d': { name: 'PNIO parameter server', functions: pnio },
  // [MS-SCMR], 3.1.4.
  '367abb81-9844-35f1-ad32-98f038001003': {
    name: 'svcctl',
    functions: {
      0: 'RCloseServiceHandle',
      1: 'RControlService',
      2: 'RDeleteService',
      5: 'RSetServiceObjectSecurity',
      6: 'RQueryServiceStatus',
      11: 'RChangeServiceConfigW',
      12: 'RCreateServiceW',
      13: 'REnumDependentServicesW',
      14: 'REnumServicesStatusW',
      15: 'ROpenSCManagerW',
      16: 'ROpenServiceW',
      17: 'RQueryServiceConfigW',
      19: 'RStartServiceW',
      23: 'RChangeServiceConfigA',
      24: 'RCreateServiceA',
      26: 'REnumServicesStatusA',
      27: 'ROpenSCManagerA',
      28: 'ROpenServiceA',
      31: 'RStartServiceA',
      37: 'RChangeServiceConfig2W',
      42: 'REnumServicesStatusExW',
      44: 'RCreateServiceWOW64A',
      45: 'RCreateServiceWOW64W',
    },
  },
  // [MS-TSCH], 3.2.5.2 and 3.2.5.4.
  '1ff70682-0a51-30e8-076d-740be8cee98b': {
    name: 'atsvc',
    functions: { 0: 'NetrJobAdd', 1: 'NetrJobDel', 2: 'NetrJobEnum', 3: 'NetrJobGetInfo' },
  },
  '86d35949-83c9-4044-b424-db363231fd0c': {
    name: 'ITaskSchedulerService',
    functions: {
      0: 'SchRpcHighestVersion',
      1: 'SchRpcRegisterTask',
      2: 'SchRpcRetrieveTask',
      3: 'SchRpcCreateFolder',
      6: 'SchRpcEnumFolders',
      7: 'SchRpcEnumTasks',
      11: 'SchRpcStop',
      12: 'SchRpcRun',
      13: 'SchRpcDelete',
    },
  },
  // [MS-RRP], 3.1.5.
  '338cd001-2244-31f1-aaaa-900038001003': {
    name: 'winreg',
    functions: {
      0: 'OpenClassesRoot',
      1: 'OpenCurrentUser',
      2: 'OpenLocalMachine',
      3: 'OpenPerformanceData',
      4: 'OpenUsers',
      5: 'BaseRegCloseKey',
      6: 'BaseRegCreateKey',
      7: 'BaseRegDeleteKey',
      8: 'BaseRegDeleteValue',
      9: 'BaseRegEnumKey',
      10: 'BaseRegEnumValue',
      13: 'BaseRegLoadKey',
      15: 'BaseRegOpenKey',
      16: 'BaseRegQueryInfoKey',
      17: 'BaseRegQueryValue',
      18: 'BaseRegReplaceKey',
      19: 'BaseRegRestoreKey',
      20: 'BaseRegSaveKey',
      21: 'BaseRegSetKeySecurity',
      22: 'BaseRegSetValue',
      26: 'BaseRegGetVersion',
      31: 'BaseRegSaveKeyEx',
    },
  },
  // [MS-SAMR], 3.1.5.
  '12345778-1234-abcd-ef00-0123456789ac': {
    name: 'samr',
    functions: {
      0: 'SamrConnect',
      1: 'SamrCloseHandle',
      5: 'SamrLookupDomainInSamServer',
      6: 'SamrEnumerateDomainsInSamServer',
      7: 'SamrOpenDomain',
      11: 'SamrEnumerateGroupsInDomain',
      12: 'SamrCreateUserInDomain',
      13: 'SamrEnumerateUsersInDomain',
      15: 'SamrEnumerateAliasesInDomain',
      17: 'SamrLookupNamesInDomain',
      25: 'SamrGetMembersInGroup',
      31: 'SamrAddMemberToAlias',
      33: 'SamrGetMembersInAlias',
      34: 'SamrOpenUser',
      35: 'SamrDeleteUser',
      36: 'SamrQueryInformationUser',
      37: 'SamrSetInformationUser',
      38: 'SamrChangePasswordUser',
      40: 'SamrQueryDisplayInformation',
      50: 'SamrCreateUser2InDomain',
      55: 'SamrUnicodeChangePasswordUser2',
      57: 'SamrConnect2',
      58: 'SamrSetInformationUser2',
      62: 'SamrConnect4',
      64: 'SamrConnect5',
    },
  },
  // [MS-LSAD], 3.1.4, and [MS-LSAT], 3.1.4.
  '12345778-1234-abcd-ef00-0123456789ab': {
    name: 'lsarpc',
    functions: {
      0: 'LsarClose',
      6: 'LsarOpenPolicy',
      7: 'LsarQueryInformationPolicy',
      14: 'LsarLookupNames',
      15: 'LsarLookupSids',
      42: 'LsarStorePrivateData',
      43: 'LsarRetrievePrivateData',
      44: 'LsarOpenPolicy2',
      57: 'LsarLookupSids2',
      76: 'LsarLookupSids3',
      77: 'LsarLookupNames4',
    },
  },
  // [MS-SRVS], 3.1.4.
  '4b324fc8-1670-01d3-1278-5a47bf6ee188': {
    name: 'srvsvc',
    functions: {
      8: 'NetrConnectionEnum',
      9: 'NetrFileEnum',
      12: 'NetrSessionEnum',
      14: 'NetrShareAdd',
      15: 'NetrShareEnum',
      16: 'NetrShareGetInfo',
      18: 'NetrShareDel',
      21: 'NetrServerGetInfo',
      28: 'NetrRemoteTOD',
      30: 'NetprPathType',
      31: 'NetprPathCanonicalize',
      32: 'NetprPathCompare',
    },
  },
  // [MS-WKST], 3.2.4.
  '6bffd098-a112-3610-9833-46c3f87e345a': {
    name: 'wkssvc',
    functions: { 0: 'NetrWkstaGetInfo', 2: 'NetrWkstaUserEnum' },
  },
  // [MS-DRSR], 4.1.
  'e3514235-4b06-11d1-ab04-00c04fc2dcd2': {
    name: 'drsuapi',
    functions: {
      0: 'IDL_DRSBind',
      1: 'IDL_DRSUnbind',
      2: 'IDL_DRSReplicaSync',
      3: 'IDL_DRSGetNCChanges',
      12: 'IDL_DRSCrackNames',
      16: 'IDL_DRSDomainControllerInfo',
    },
  },
  // [MS-NRPC], 3.5.4.
  '12345678-1234-abcd-ef00-01234567cffb': {
    name: 'netlogon',
    functions: {
      2: 'NetrLogonSamLogon',
      4: 'NetrServerReqChallenge',
      15: 'NetrServerAuthenticate2',
      26: 'NetrServerAuthenticate3',
      30: 'NetrServerPasswordSet2',
      39: 'NetrLogonSamLogonEx',
    },
  },
  // [MS-RPRN], 3.1.4.
  '12345678-1234-abcd-ef00-0123456789ab': {
    name: 'spoolss',
    functions: {
      0: 'RpcEnumPrinters',
      1: 'RpcOpenPrinter',
      9: 'RpcAddPrinterDriver',
      29: 'RpcClosePrinter',
      69: 'RpcOpenPrinterEx',
      89: 'RpcAddPrinterDriverEx',
    },
  },
  // [MS-EFSR], 3.1.4.
  'c681d488-d850-11d0-8c52-00c04fd90f7e': {
    name: 'efsrpc',
    functions: { 0: 'EfsRpcOpenFileRaw', 4: 'EfsRpcEncryptFileSrv' },
  },
  // [MS-DCOM], 3.1.2.5.
  '99fcfec4-5260-101b-bbcb-00aa0021347a': {
    name: 'IObjectExporter',
    functions: {
      0: 'ResolveOxid',
      1: 'SimplePing',
      2: 'ComplexPing',
      3: 'ServerAlive',
      4: 'ResolveOxid2',
      5: 'ServerAlive2',
    },
  },
  '4d9f4ab8-7d1c-11cf-861e-0020af6e7c57': {
    name: 'IRemoteActivation',
    functions: { 0: 'RemoteActivation' },
  },
  '000001a0-0000-0000-c000-000000000046': object(
    'ISystemActivator',
    'RemoteGetClassObject',
    'RemoteCreateInstance',
  ),
  '00000131-0000-0000-c000-000000000046': object(
    'IRemUnknown',
    'RemQueryInterface',
    'RemAddRef',
    'RemRelease',
  ),
  '00000143-0000-0000-c000-000000000046': object(
    'IRemUnknown2',
    'RemQueryInterface',
    'RemAddRef',
    'RemRelease',
    'RemQueryInterface2',
  ),
  // [MS-WMI], 3.1.4.
  'f309ad18-d86a-11d0-a075-00c04fb68820': object(
    'IWbemLevel1Login',
    'EstablishPosition',
    'RequestChallenge',
    'WBEMLogin',
    'NTLMLogin',
  ),
  '9556dc99-828c-11cf-a37e-00aa003240c7': {
    name: 'IWbemServices',
    functions: { 6: 'GetObject', 20: 'ExecQuery', 24: 'ExecMethod' },
  },
  // OPC Data Access Custom Interface 3.00, 4, and OPC Common 1.10.
  '39c13a4d-011e-11d0-9675-0020afd8adb3': object(
    'IOPCServer',
    'AddGroup',
    'GetErrorString',
    'GetGroupByName',
    'GetStatus',
    'RemoveGroup',
    'CreateGroupEnumerator',
  ),
  '39c13a4f-011e-11d0-9675-0020afd8adb3': object(
    'IOPCBrowseServerAddressSpace',
    'QueryOrganization',
    'ChangeBrowsePosition',
    'BrowseOPCItemIDs',
    'GetItemID',
    'BrowseAccessPaths',
  ),
  '39c13a50-011e-11d0-9675-0020afd8adb3': object(
    'IOPCGroupStateMgt',
    'GetState',
    'SetState',
    'SetName',
    'CloneGroup',
  ),
  '39c13a52-011e-11d0-9675-0020afd8adb3': object('IOPCSyncIO', 'Read', 'Write'),
  '39c13a53-011e-11d0-9675-0020afd8adb3': object('IOPCAsyncIO', 'Read', 'Write', 'Refresh', 'Cancel'),
  '39c13a54-011e-11d0-9675-0020afd8adb3': object(
    'IOPCItemMgt',
    'AddItems',
    'ValidateItems',
    'RemoveItems',
    'SetActiveState',
    'SetClientHandles',
    'SetDatatypes',
    'CreateEnumerator',
  ),
  '39c13a70-011e-11d0-9675-0020afd8adb3': object(
    'IOPCDataCallback',
    'OnDataChange',
    'OnReadComplete',
    'OnWriteComplete',
    'OnCancelComplete',
  ),
  '39c13a71-011e-11d0-9675-0020afd8adb3': object(
    'IOPCAsyncIO2',
    'Read',
    'Write',
    'Refresh2',
    'Cancel2',
    'SetEnable',
    'GetEnable',
  ),
  '39c13a72-011e-11d0-9675-0020afd8adb3': object(
    'IOPCItemProperties',
    'QueryAvailableProperties',
    'GetItemProperties',
    'LookupItemIDs',
  ),
  '730f5f0f-55b1-4c81-9e18-ff8a0904e1fa': object('IOPCSyncIO2', 'Read', 'Write', 'ReadMaxAge', 'WriteVQT'),
  '13486d50-4821-11d2-a494-3cb306c10000': object(
    'IOPCServerList',
    'EnumClassesOfCategories',
    'GetClassDetails',
    'CLSIDFromProgID',
  ),
  'f31dfde2-07b6-11d2-b2d8-0060083ba1fb': object(
    'IOPCCommon',
    'SetLocaleID',
    'GetLocaleID',
    'QueryAvailableLocaleIDs',
    'GetErrorString',
    'SetClientName',
  ),
};

const known = new Map(Object.entries(interfaces));

export function interfaceOf(uuid: string): Interface | undefined {
  return known.get(uuid);
}

/** `svcctl`, or the UUID itself. */
export function interfaceName(uuid: string): string {
  return known.get(uuid)?.name ?? uuid;
}

export function functionName(uuid: string, number: number): string {
  return known.get(uuid)?.functions[number] ?? String(number);
}

/** What stands for an interface where `carry` wants a number: the first part of its UUID. */
export function placeOf(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8), 16);
}

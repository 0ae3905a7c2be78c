import {
  bits,
  boolean,
  choice,
  explicit,
  integer,
  latin1,
  mapped,
  nothing,
  objectIdentifier,
  sequence,
  sequenceOf,
  type Type,
  unsigned,
  type ValueOf,
} from '../../bytes/asn1.ts';
import * as ber from '../../bytes/ber.ts';
import type { Params } from '../../dissector.ts';
import { serviceError } from './errors.ts';
import * as events from './events.ts';
import { objectName } from './object-name.ts';
import * as variables from './variables.ts';

/** What a confirmed service is asked and answers: ISO 9506-2, section 7.3. */
export interface Service {
  readonly name: string;
  readonly request: Type<unknown>;
  readonly response: Type<unknown>;
  /** What the request says in short. */
  readonly asked: (request: unknown) => Params;
  readonly answered: (response: unknown) => Params;
}

export const STATUS = 0;
export const GET_NAME_LIST = 1;
export const IDENTIFY = 2;
export const READ = 4;
export const WRITE = 5;
export const GET_VARIABLE_ACCESS_ATTRIBUTES = 6;
export const DEFINE_NAMED_VARIABLE_LIST = 11;
export const GET_NAMED_VARIABLE_LIST_ATTRIBUTES = 12;
export const INITIATE_DOWNLOAD = 26;
export const DOWNLOAD_SEGMENT = 27;
export const TERMINATE_DOWNLOAD = 28;
export const INITIATE_UPLOAD = 29;
export const UPLOAD_SEGMENT = 30;
export const TERMINATE_UPLOAD = 31;
export const OBTAIN_FILE = 46;
export const FILE_OPEN = 72;
export const FILE_READ = 73;
export const FILE_CLOSE = 74;

/** Where octets lie, from the beginning of the message. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

const place: Type<Place> = (reader, field) => {
  const before = ber.enter(reader, field);
  const found = { start: reader.offset, end: reader.offset + reader.remaining };
  if (found.end > found.start) reader.skip(found.end - found.start, field);
  ber.leave(reader, before);
  return found;
};

/** GraphicStrings, one for each part of a path. */
export const fileName = mapped(sequenceOf(latin1, 'part'), (path) => path.join('/'));
const identifiers = sequenceOf(latin1, 'identifier');
const list = (values: readonly string[]) => values.slice(0, MOST_SHOWN);
const MOST_SHOWN = 32;

const logicalStates = {
  0: 'state-changes-allowed',
  1: 'no-state-changes-allowed',
  2: 'limited-services-allowed',
  3: 'support-services-allowed',
};
const physicalStates = {
  0: 'operational',
  1: 'partially-operational',
  2: 'inoperable',
  3: 'needs-commissioning',
};
export const status = sequence(
  [0x80, 'vmdLogicalStatus', integer(logicalStates)],
  [0x81, 'vmdPhysicalStatus', integer(physicalStates)],
  [0x82, 'localDetail', bits],
);
export const statusOf = ({ vmdPhysicalStatus = 0 }: ValueOf<typeof status>): Params => ({
  state: physicalStates[vmdPhysicalStatus as 0] ?? vmdPhysicalStatus,
});

export const objectClasses: Readonly<Record<number, string>> = {
  0: 'named variables',
  1: 'scattered accesses',
  2: 'named variable lists',
  3: 'named types',
  4: 'semaphores',
  5: 'event conditions',
  6: 'event actions',
  7: 'event enrollments',
  8: 'journals',
  9: 'domains',
  10: 'program invocations',
  11: 'operator stations',
  12: 'data exchanges',
  13: 'access control lists',
};
const objectClass = explicit(choice({ 0x80: integer(objectClasses), 0x81: integer(objectClasses) }));
const nameListRequest = sequence(
  [0xa0, 'objectClass', objectClass],
  [
    0xa1,
    'objectScope',
    explicit(
      choice({
        0x80: mapped(nothing, () => 'VMD'),
        0x81: latin1,
        0x82: mapped(nothing, () => 'association'),
      }),
    ),
  ],
  [0x82, 'continueAfter', latin1],
);
export type NameListRequest = ValueOf<typeof nameListRequest>;
export const nameListResponse = sequence(
  [0xa0, 'listOfIdentifier', identifiers],
  [0x81, 'moreFollows', boolean],
);
export type NameListResponse = ValueOf<typeof nameListResponse>;

export const identity = sequence(
  [0x80, 'vendorName', latin1],
  [0x81, 'modelName', latin1],
  [0x82, 'revision', latin1],
  [0xa3, 'listOfAbstractSyntaxes', sequenceOf(objectIdentifier, 'abstract syntax')],
);
export type Identity = ValueOf<typeof identity>;

const capabilities = sequenceOf(latin1, 'capability');
const domainStates = {
  0: 'non-existent',
  1: 'loading',
  2: 'ready',
  3: 'in-use',
  4: 'complete',
  5: 'incomplete',
};
const download = sequence(
  [0x80, 'domainName', latin1],
  [0xa1, 'listOfCapabilities', capabilities],
  [0x82, 'sharable', boolean],
);
export type Download = ValueOf<typeof download>;
const segment = sequence(
  [0x80, 'loadData', place],
  [ber.EXTERNAL, 'codedLoadData', place],
  [0x81, 'moreFollows', boolean],
);
export type Segment = ValueOf<typeof segment>;
const terminateDownload = sequence([0x80, 'domainName', latin1], [0xa1, 'discard', serviceError]);
export type TerminateDownload = ValueOf<typeof terminateDownload>;
const upload = sequence([0x80, 'ulsmID', integer()], [0xa1, 'listOfCapabilities', capabilities]);
export type Upload = ValueOf<typeof upload>;
const domainFile = sequence(
  [0x80, 'domainName', latin1],
  [0xa1, 'listOfCapabilities', capabilities],
  [0x82, 'sharable', boolean],
  [0xa4, 'fileName', fileName],
  [0xa5, 'thirdParty', events.application],
);
const domainToFile = sequence(
  [0x80, 'domainName', latin1],
  [0xa1, 'fileName', fileName],
  [0xa2, 'thirdParty', events.application],
);
const domainAttributes = sequence(
  [0xa0, 'listOfCapabilities', capabilities],
  [0x81, 'state', integer(domainStates)],
  [0x82, 'mmsDeletable', boolean],
  [0x83, 'sharable', boolean],
  [0xa4, 'listOfProgramInvocations', identifiers],
  [0x85, 'uploadInProgress', integer()],
);

const createInvocation = sequence(
  [0x80, 'programInvocationName', latin1],
  [0xa1, 'listOfDomainName', identifiers],
  [0x82, 'reusable', boolean],
  [0x83, 'monitorType', boolean],
);
const invocation = sequence(
  [0x80, 'programInvocationName', latin1],
  [0x81, 'executionArgument', latin1],
  [ber.EXTERNAL, 'encodedArgument', nothing],
);
const invocationStates = {
  0: 'non-existent',
  1: 'unrunable',
  2: 'idle',
  3: 'running',
  4: 'stopped',
  5: 'starting',
  6: 'stopping',
  7: 'resuming',
  8: 'resetting',
};
const invocationAttributes = sequence(
  [0x80, 'state', integer(invocationStates)],
  [0xa1, 'listOfDomainNames', identifiers],
  [0x82, 'mmsDeletable', boolean],
  [0x83, 'reusable', boolean],
  [0x84, 'monitor', boolean],
  [0x85, 'startArgument', latin1],
  [0x81, 'executionArgument', latin1],
);

const obtainFile = sequence(
  [0xa0, 'sourceFileServer', events.application],
  [0xa1, 'sourceFile', fileName],
  [0xa2, 'destinationFile', fileName],
);
export type ObtainFile = ValueOf<typeof obtainFile>;
const fileOpen = sequence([0xa0, 'fileName', fileName], [0x81, 'initialPosition', unsigned()]);
export type FileOpen = ValueOf<typeof fileOpen>;
const fileAttributes = sequence([0x80, 'sizeOfFile', unsigned()], [0x81, 'lastModified', latin1]);
const fileOpened = sequence([0x80, 'frsmID', integer()], [0xa1, 'fileAttributes', fileAttributes]);
export type FileOpened = ValueOf<typeof fileOpened>;
const fileData = sequence([0x80, 'fileData', place], [0x81, 'moreFollows', boolean]);
export type FileData = ValueOf<typeof fileData>;
const fileDirectory = sequence([0xa0, 'fileSpecification', fileName], [0xa1, 'continueAfter', fileName]);
const directory = sequence(
  [
    0xa0,
    'listOfDirectoryEntry',
    explicit(
      sequenceOf(
        sequence([0xa0, 'fileName', fileName], [0xa1, 'fileAttributes', fileAttributes]),
        'directoryEntry',
      ),
    ),
  ],
  [0x81, 'moreFollows', boolean],
);

const rename = sequence(
  [0xa0, 'objectClass', objectClass],
  [0xa1, 'currentName', explicit(objectName)],
  [0x82, 'newIdentifier', latin1],
);

const noParams = (): Params => ({});

function service<Request, Response>(
  name: string,
  request: Type<Request>,
  response: Type<Response>,
  asked: (request: Request) => Params = noParams,
  answered: (response: Response) => Params = noParams,
): Service {
  return { name, request, response, asked, answered } as Service;
}

const nameOf = (name: string): Params => ({ name });
const nameIn = ({ name = '' }: { readonly name?: string }): Params => ({ name });
const namesIn = ({ listOfName = [], domainName }: ValueOf<typeof variables.deleteByName>): Params => ({
  name: listOfName.length > 0 ? list(listOfName) : (domainName ?? ''),
});
const domainIn = ({ domainName = '' }: { readonly domainName?: string }): Params => ({ domain: domainName });
const domainOf = (domain: string): Params => ({ domain });
const programIn = ({
  programInvocationName = '',
  executionArgument,
}: {
  readonly programInvocationName?: string;
  readonly executionArgument?: string;
}): Params => ({ program: programInvocationName, ...(executionArgument && { argument: executionArgument }) });
const object = explicit(objectName);

/** ISO 9506-2, 7.3.2, by the tags of ConfirmedServiceRequest. */
export const services: Readonly<Record<number, Service>> = {
  [STATUS]: service('status', boolean, status, noParams, statusOf),
  [GET_NAME_LIST]: service(
    'getNameList',
    nameListRequest,
    nameListResponse,
    ({ objectClass: kind = 0, objectScope = '', continueAfter }) => ({
      objects: objectClasses[kind] ?? String(kind),
      scope: objectScope,
      ...(continueAfter && { after: continueAfter }),
    }),
    ({ listOfIdentifier = [] }) => ({ quantity: listOfIdentifier.length, names: list(listOfIdentifier) }),
  ),
  [IDENTIFY]: service('identify', nothing, identity, noParams, (answer) => ({
    vendor: answer.vendorName ?? '',
    model: answer.modelName ?? '',
    revision: answer.revision ?? '',
  })),
  3: service('rename', rename, nothing, ({ currentName = '', newIdentifier = '' }) => ({
    name: currentName,
    to: newIdentifier,
  })),
  [READ]: service('read', variables.readRequest, variables.readResponse),
  [WRITE]: service('write', variables.writeRequest, variables.writeResponse),
  [GET_VARIABLE_ACCESS_ATTRIBUTES]: service(
    'getVariableAccessAttributes',
    variables.attributesRequest,
    variables.attributesResponse,
    nameOf,
    ({ typeSpecification }) => ({ type: typeSpecification?.title ?? '' }),
  ),
  7: service('defineNamedVariable', variables.defineVariable, nothing, ({ variableName = '' }) =>
    nameOf(variableName),
  ),
  8: service('defineScatteredAccess', variables.defineScattered, nothing, ({ scatteredAccessName = '' }) =>
    nameOf(scatteredAccessName),
  ),
  9: service('getScatteredAccessAttributes', object, variables.scatteredResponse, nameOf),
  10: service('deleteVariableAccess', variables.deleteByName, variables.deleted, namesIn),
  [DEFINE_NAMED_VARIABLE_LIST]: service(
    'defineNamedVariableList',
    variables.defineList,
    nothing,
    ({ variableListName = '', listOfVariable = [] }) => ({
      name: variableListName,
      items: list(listOfVariable),
    }),
  ),
  [GET_NAMED_VARIABLE_LIST_ATTRIBUTES]: service(
    'getNamedVariableListAttributes',
    object,
    variables.listResponse,
    nameOf,
    ({ listOfVariable = [] }) => ({ items: list(listOfVariable) }),
  ),
  13: service('deleteNamedVariableList', variables.deleteByName, variables.deleted, namesIn),
  14: service('defineNamedType', variables.defineType, nothing, ({ typeName = '' }) => nameOf(typeName)),
  15: service('getNamedTypeAttributes', object, variables.typeResponse, nameOf),
  16: service('deleteNamedType', variables.deleteByName, variables.deleted, namesIn),
  17: service(
    'input',
    sequence(
      [0x80, 'operatorStationName', latin1],
      [0x81, 'echo', boolean],
      [0xa2, 'listOfPromptData', sequenceOf(latin1, 'prompt')],
      [0x83, 'inputTimeOut', unsigned()],
    ),
    latin1,
    ({ operatorStationName = '' }) => nameOf(operatorStationName),
  ),
  18: service(
    'output',
    sequence([0x80, 'operatorStationName', latin1], [0xa1, 'listOfOutputData', sequenceOf(latin1, 'output')]),
    nothing,
    ({ operatorStationName = '', listOfOutputData = [] }) => ({
      name: operatorStationName,
      text: list(listOfOutputData),
    }),
  ),
  19: service('takeControl', events.takeControl, events.takeControlResponse, nameIn),
  20: service('relinquishControl', events.semaphore, nothing, nameIn),
  21: service('defineSemaphore', events.defineSemaphore, nothing, nameIn),
  22: service('deleteSemaphore', object, nothing, nameOf),
  23: service('reportSemaphoreStatus', object, events.semaphoreStatus, nameOf),
  24: service('reportPoolSemaphoreStatus', events.semaphore, events.poolStatus, nameIn),
  25: service('reportSemaphoreEntryStatus', events.semaphoreEntries, events.anything, nameIn),
  [INITIATE_DOWNLOAD]: service('initiateDownloadSequence', download, nothing, domainIn),
  [DOWNLOAD_SEGMENT]: service('downloadSegment', latin1, segment, domainOf),
  [TERMINATE_DOWNLOAD]: service('terminateDownloadSequence', terminateDownload, nothing, domainIn),
  [INITIATE_UPLOAD]: service('initiateUploadSequence', latin1, upload, domainOf),
  [UPLOAD_SEGMENT]: service('uploadSegment', integer(), segment),
  [TERMINATE_UPLOAD]: service('terminateUploadSequence', integer(), nothing),
  32: service('requestDomainDownload', domainFile, nothing, ({ domainName = '', fileName: file = '' }) => ({
    domain: domainName,
    file,
  })),
  33: service('requestDomainUpload', domainToFile, nothing, ({ domainName = '', fileName: file = '' }) => ({
    domain: domainName,
    file,
  })),
  34: service('loadDomainContent', domainFile, nothing, ({ domainName = '', fileName: file = '' }) => ({
    domain: domainName,
    file,
  })),
  35: service('storeDomainContent', domainToFile, nothing, ({ domainName = '', fileName: file = '' }) => ({
    domain: domainName,
    file,
  })),
  36: service('deleteDomain', latin1, nothing, domainOf),
  37: service('getDomainAttributes', latin1, domainAttributes, domainOf, ({ state = 0 }) => ({
    state: domainStates[state as 0] ?? state,
  })),
  38: service(
    'createProgramInvocation',
    createInvocation,
    nothing,
    ({ programInvocationName = '', listOfDomainName = [] }) => ({
      program: programInvocationName,
      domain: list(listOfDomainName),
    }),
  ),
  39: service('deleteProgramInvocation', latin1, nothing, (program) => ({ program })),
  40: service('start', invocation, nothing, programIn),
  41: service('stop', invocation, nothing, programIn),
  42: service('resume', invocation, nothing, programIn),
  43: service('reset', invocation, nothing, programIn),
  44: service('kill', invocation, nothing, programIn),
  45: service(
    'getProgramInvocationAttributes',
    latin1,
    invocationAttributes,
    (program) => ({ program }),
    ({ state = 0 }) => ({ state: invocationStates[state as 0] ?? state }),
  ),
  [OBTAIN_FILE]: service('obtainFile', obtainFile, nothing, ({ sourceFile = '', destinationFile = '' }) => ({
    from: sourceFile,
    to: destinationFile,
  })),
  47: service('defineEventCondition', events.defineEventCondition, nothing, nameIn),
  48: service('deleteEventCondition', events.deleteEvents, events.anything, nameOf),
  49: service('getEventConditionAttributes', object, events.anything, nameOf),
  50: service('reportEventConditionStatus', object, events.eventConditionStatus, nameOf),
  51: service('alterEventConditionMonitoring', events.alterMonitoring, nothing, nameIn),
  52: service('triggerEvent', events.triggerEvent, nothing, nameIn),
  53: service('defineEventAction', events.defineEventAction, nothing, nameIn),
  54: service('deleteEventAction', events.deleteEvents, events.anything, nameOf),
  55: service('getEventActionAttributes', object, events.anything, nameOf),
  56: service('reportEventActionStatus', object, events.anything, nameOf),
  57: service('defineEventEnrollment', events.defineEnrollment, nothing, nameIn),
  58: service('deleteEventEnrollment', events.deleteEvents, events.anything, nameOf),
  59: service('alterEventEnrollment', events.alterEnrollment, events.anything, nameIn),
  60: service('reportEventEnrollmentStatus', object, events.anything, nameOf),
  61: service('getEventEnrollmentAttributes', events.enrollmentAttributes, events.anything, nameIn),
  62: service('acknowledgeEventNotification', events.acknowledge, nothing, nameIn),
  63: service('getAlarmSummary', events.alarmSummary, events.anything),
  64: service('getAlarmEnrollmentSummary', events.alarmSummary, events.anything),
  65: service('readJournal', events.readJournal, events.journalEntries, nameIn),
  66: service('writeJournal', events.writeJournal, nothing, nameIn),
  67: service('initializeJournal', events.initializeJournal, events.anything, nameIn),
  68: service('reportJournalStatus', object, events.journalStatus, nameOf),
  69: service('createJournal', events.named, nothing, nameIn),
  70: service('deleteJournal', events.named, nothing, nameIn),
  71: service(
    'getCapabilityList',
    sequence([ber.VISIBLE_STRING, 'continueAfter', latin1]),
    sequence([0xa0, 'listOfCapabilities', capabilities], [0x81, 'moreFollows', boolean]),
  ),
  [FILE_OPEN]: service(
    'fileOpen',
    fileOpen,
    fileOpened,
    ({ fileName: file = '' }) => ({ file }),
    ({ fileAttributes: attributes }) => ({ bytes: attributes?.sizeOfFile ?? 0 }),
  ),
  [FILE_READ]: service('fileRead', integer(), fileData),
  [FILE_CLOSE]: service('fileClose', integer(), nothing),
  75: service(
    'fileRename',
    sequence([0xa0, 'currentFileName', fileName], [0xa1, 'newFileName', fileName]),
    nothing,
    ({ currentFileName = '', newFileName = '' }) => ({ from: currentFileName, to: newFileName }),
  ),
  76: service('fileDelete', fileName, nothing, (file) => ({ file })),
  77: service(
    'fileDirectory',
    fileDirectory,
    directory,
    ({ fileSpecification = '*' }) => ({ path: fileSpecification }),
    ({ listOfDirectoryEntry = [] }) => ({
      files: list(
        listOfDirectoryEntry.map(
          ({ fileName: name = '', fileAttributes: about }) => `${name} (${about?.sizeOfFile ?? '?'} bytes)`,
        ),
      ),
    }),
  ),
};

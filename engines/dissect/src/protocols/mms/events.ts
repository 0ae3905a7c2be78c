import {
  bits,
  boolean,
  choice,
  explicit,
  integer,
  latin1,
  mapped,
  nothing,
  octets,
  sequence,
  sequenceOf,
  type Type,
  unsigned,
} from '../../bytes/asn1.ts';
import { data, hexOf } from './data.ts';
import { variableSpecification } from './names.ts';
import { objectName } from './object-name.ts';

// ISO 9506-2, sections 13 (semaphores), 16 (events), 17 (event conditions, actions and enrollments), 20 (journals).

const name = explicit(objectName);
const names = mapped(sequenceOf(objectName, 'name'), (list) => list.join(', '));
const entry = mapped(octets, hexOf);
const timeOfDay = entry;
const eventTime = explicit(choice({ 0x80: timeOfDay, 0x81: mapped(unsigned(), String) }));
const nothingTold = mapped(nothing, () => '');

export const anything: Type<true> = nothing;
export const application = nothing;

export const takeControl = sequence(
  [0xa0, 'name', name],
  [0x81, 'namedToken', latin1],
  [0x82, 'priority', unsigned()],
  [0x83, 'acceptableDelay', unsigned()],
  [0x84, 'controlTimeOut', unsigned()],
  [0x85, 'abortOnTimeOut', boolean],
  [0x86, 'relinquishIfConnectionLost', boolean],
  [0xa7, 'applicationToPreempt', application],
);
export const takeControlResponse = explicit(choice({ 0x80: nothingTold, 0x81: latin1 }));
export const semaphore = sequence([0xa0, 'name', name], [0x81, 'namedToken', latin1]);
export const defineSemaphore = sequence([0xa0, 'name', name], [0x81, 'numbersOfTokens', unsigned()]);
export const semaphoreStatus = sequence(
  [0x80, 'mmsDeletable', boolean],
  [0x81, 'class', integer({ 0: 'token', 1: 'pool' })],
  [0x82, 'numberOfTokens', unsigned()],
  [0x83, 'numberOfOwnedTokens', unsigned()],
  [0x84, 'numberOfHungTokens', unsigned()],
);
export const poolStatus = sequence(
  [0xa0, 'listOfNamedTokens', sequenceOf(choice({ 0x80: latin1, 0x81: latin1, 0x82: latin1 }), 'token')],
  [0x81, 'moreFollows', boolean],
);
export const semaphoreEntries = sequence(
  [0xa0, 'name', name],
  [0x81, 'state', integer({ 0: 'queued', 1: 'owner', 2: 'hung' })],
  [0x82, 'entryIdToStartAfter', entry],
);

const conditionClasses = { 0: 'network-triggered', 1: 'monitored' };
const conditionStates = { 0: 'disabled', 1: 'idle', 2: 'active' };
const acknowledgementRules = { 0: 'none', 1: 'simple', 2: 'ack-active', 3: 'ack-all' };

export const defineEventCondition = sequence(
  [0xa0, 'name', name],
  [0x81, 'class', integer(conditionClasses)],
  [0x82, 'priority', unsigned()],
  [0x83, 'severity', unsigned()],
  [0x84, 'alarmSummaryReports', boolean],
  [0xa6, 'monitoredVariable', explicit(variableSpecification)],
  [0x87, 'evaluationInterval', unsigned()],
);
/** By names, or all there are of an association, a domain or the device. */
export const deleteEvents = explicit(
  choice({
    0xa0: names,
    0xa1: name,
    0xa2: name,
    0x81: nothingTold,
    0x82: latin1,
    0x83: latin1,
    0x84: nothingTold,
  }),
);
export const alterMonitoring = sequence(
  [0xa0, 'name', name],
  [0x81, 'enabled', boolean],
  [0x82, 'priority', unsigned()],
  [0x83, 'alarmSummaryReports', boolean],
  [0x84, 'evaluationInterval', unsigned()],
);
export const triggerEvent = sequence([0xa0, 'name', name], [0x81, 'priority', unsigned()]);
export const defineEventAction = sequence(
  [0xa0, 'name', name],
  [0xa1, 'listOfModifier', anything],
  [0xa2, 'confirmedServiceRequest', anything],
);
export const eventConditionStatus = sequence(
  [0x80, 'currentState', integer(conditionStates)],
  [0x81, 'numberOfEventEnrollments', unsigned()],
  [0x82, 'enabled', boolean],
  [0xa3, 'timeOfLastTransitionToActive', eventTime],
  [0xa4, 'timeOfLastTransitionToIdle', eventTime],
);
export const defineEnrollment = sequence(
  [0xa0, 'name', name],
  [0xa1, 'eventConditionName', name],
  [0x82, 'eventConditionTransition', bits],
  [0x83, 'alarmAcknowledgementRule', integer(acknowledgementRules)],
  [0xa4, 'eventActionName', name],
  [0xa5, 'clientApplication', application],
);
export const alterEnrollment = sequence(
  [0xa0, 'name', name],
  [0x81, 'eventConditionTransitions', bits],
  [0x82, 'alarmAcknowledgmentRule', integer(acknowledgementRules)],
);
export const acknowledge = sequence(
  [0xa0, 'name', name],
  [0x82, 'acknowledgedState', integer(conditionStates)],
  [0xa3, 'timeOfAcknowledgedTransition', eventTime],
);
export const enrollmentAttributes = sequence(
  [0x80, 'scopeOfRequest', integer({ 0: 'specific', 1: 'client', 2: 'ec', 3: 'ea' })],
  [0xa1, 'name', names],
  [0xa2, 'clientApplication', application],
  [0xa3, 'eventConditionName', name],
  [0xa4, 'eventActionName', name],
  [0xa5, 'continueAfter', name],
);
export const alarmSummary = sequence(
  [0x80, 'enrollmentsOnly', boolean],
  [0x81, 'activeAlarmsOnly', boolean],
  [0x82, 'acknowledgmentFilter', integer({ 0: 'not-acked', 1: 'acked', 2: 'all' })],
  [0xa3, 'severityFilter', sequence([0x80, 'mostSevere', unsigned()], [0x81, 'leastSevere', unsigned()])],
  [0xa5, 'continueAfter', name],
);

export const eventNotification = sequence(
  [0xa0, 'name', name],
  [0xa1, 'eventConditionName', explicit(choice({ 0xa0: name, 0x81: nothingTold }))],
  [0x82, 'severity', unsigned()],
  [0x83, 'currentState', integer(conditionStates)],
  [0xa4, 'transitionTime', eventTime],
  [0x86, 'notificationLost', boolean],
  [0x87, 'alarmAcknowledgmentRule', integer(acknowledgementRules)],
  [0xa8, 'actionResult', anything],
);

const entryContent = sequence(
  [0x80, 'occurenceTime', timeOfDay],
  [0xa1, 'additionalDetail', anything],
  [
    0xa2,
    'data',
    sequence(
      [
        0xa0,
        'event',
        sequence([0xa0, 'eventConditionName', name], [0x81, 'currentState', integer(conditionStates)]),
      ],
      [
        0xa1,
        'listOfVariables',
        sequenceOf(
          sequence([0x80, 'variableTag', latin1], [0xa1, 'valueSpecification', explicit(data)]),
          'variable',
        ),
      ],
    ),
  ],
  [0x83, 'annotation', latin1],
);
export const readJournal = sequence(
  [0xa0, 'name', name],
  [0xa1, 'rangeStart', explicit(choice({ 0x80: timeOfDay, 0x81: entry }))],
  [0xa2, 'rangeStop', explicit(choice({ 0x80: timeOfDay, 0x81: mapped(integer(), String) }))],
  [0xa4, 'listOfVariables', sequenceOf(latin1, 'variable')],
  [0xa5, 'entryToStartAfter', sequence([0x80, 'time', timeOfDay], [0x81, 'entry', entry])],
);
export const journalEntries = sequence(
  [
    0xa0,
    'listOfJournalEntry',
    sequenceOf(
      sequence(
        [0x80, 'entryIdentifier', entry],
        [0xa1, 'originatingApplication', application],
        [0xa2, 'entryContent', entryContent],
      ),
      'entry',
    ),
  ],
  [0x81, 'moreFollows', boolean],
);
export const writeJournal = sequence(
  [0xa0, 'name', name],
  [0xa1, 'listOfJournalEntry', sequenceOf(entryContent, 'entry')],
);
export const initializeJournal = sequence(
  [0xa0, 'name', name],
  [0xa1, 'limitSpecification', sequence([0x80, 'limitingTime', timeOfDay], [0x81, 'limitingEntry', entry])],
);
export const journalStatus = sequence([0x80, 'currentEntries', unsigned()], [0x81, 'mmsDeletable', boolean]);
export const named = sequence([0xa0, 'name', name]);

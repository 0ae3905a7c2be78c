import { Refusals } from '../../analysis/refusals.ts';
import type { Refusal } from '../../dissector.ts';
import { statusName } from './status-codes.ts';

export const refusals = new Refusals('opcua');

/** Status codes that servers answer with: OPC 10000-4, 7.34.2, in words. Others are told by their name. */
const worded = [
  'BadAttributeIdInvalid',
  'BadCertificateHostNameInvalid',
  'BadCertificateInvalid',
  'BadCertificateRevoked',
  'BadCertificateTimeInvalid',
  'BadCertificateUntrusted',
  'BadCertificateUriInvalid',
  'BadCommunicationError',
  'BadContinuationPointInvalid',
  'BadDataEncodingInvalid',
  'BadDataUnavailable',
  'BadDecodingError',
  'BadDeviceFailure',
  'BadEncodingLimitsExceeded',
  'BadHistoryOperationUnsupported',
  'BadIdentityChangeNotSupported',
  'BadIdentityTokenInvalid',
  'BadIdentityTokenRejected',
  'BadIndexRangeNoData',
  'BadInternalError',
  'BadInvalidArgument',
  'BadInvalidState',
  'BadLicenseExpired',
  'BadMethodInvalid',
  'BadMonitoredItemIdInvalid',
  'BadNodeIdExists',
  'BadNodeIdInvalid',
  'BadNodeIdUnknown',
  'BadNoMatch',
  'BadNoSubscription',
  'BadNotConnected',
  'BadNotExecutable',
  'BadNotImplemented',
  'BadNotReadable',
  'BadNotSupported',
  'BadNotWritable',
  'BadNothingToDo',
  'BadOutOfMemory',
  'BadOutOfRange',
  'BadParentNodeIdInvalid',
  'BadRequestTooLarge',
  'BadRequestTypeInvalid',
  'BadResourceUnavailable',
  'BadResponseTooLarge',
  'BadSecureChannelClosed',
  'BadSecureChannelIdInvalid',
  'BadSecurityChecksFailed',
  'BadSecurityModeInsufficient',
  'BadSecurityModeRejected',
  'BadSecurityPolicyRejected',
  'BadServerHalted',
  'BadServerNotConnected',
  'BadServiceUnsupported',
  'BadSessionClosed',
  'BadSessionIdInvalid',
  'BadSessionNotActivated',
  'BadShutdown',
  'BadSubscriptionIdInvalid',
  'BadTcpEndpointUrlInvalid',
  'BadTcpMessageTooLarge',
  'BadTcpMessageTypeInvalid',
  'BadTimeout',
  'BadTooManyOperations',
  'BadTooManyPublishRequests',
  'BadTooManySessions',
  'BadTooManySubscriptions',
  'BadTypeMismatch',
  'BadUnexpectedError',
  'BadUserAccessDenied',
  'BadUserSignatureInvalid',
  'BadWriteNotSupported',
];

const known = new Map<string, Refusal>(worded.map((name) => [name, refusals.named(inWords(name))]));

export function refusalOf(status: number): Refusal {
  const name = statusName(status);
  return known.get(name) ?? refusals.unknown(name);
}

/** `BadNodeIdUnknown`: `node id unknown`. */
function inWords(name: string): string {
  return name
    .slice(3)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

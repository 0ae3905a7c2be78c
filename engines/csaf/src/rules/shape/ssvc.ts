import { dateTime, semanticVersion, ssvcKey, ssvcNamespace, uri } from './forms.ts';
import { anyText, list, object, oneOf, type Shape, text } from './shape.ts';

const value = object({
  closed: true,
  required: { key: text(ssvcKey) },
  optional: { name: text(), definition: text() },
});

const selection = object({
  closed: true,
  required: {
    namespace: text(ssvcNamespace),
    key: text(ssvcKey),
    version: text(semanticVersion),
    values: list(value),
  },
  optional: { name: text(), definition: text() },
});

const reference = object({ closed: true, required: { uri: text(uri), summary: anyText } });

/** The selection list of SSVC 2.0.0 (CERT/CC): which values were chosen at which decision points. */
export const ssvcSelections: Shape = object({
  closed: true,
  required: { timestamp: text(dateTime), schemaVersion: oneOf('2.0.0'), selections: list(selection) },
  optional: {
    target_ids: list(anyText, { unique: true }),
    decision_point_resources: list(reference),
    references: list(reference),
  },
});

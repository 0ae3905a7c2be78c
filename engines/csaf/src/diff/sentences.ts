/** Plain English for each change, with {parameters}; the list of codes that a translation has to cover. */
export const changeSentences = {
  // The document
  'title-changed': 'The title is now “{to}”.',
  'summary-changed': 'The summary was changed.',
  'notes-changed': 'Notes were changed.',
  'references-changed': 'References were added or removed.',
  'severity-word-changed': 'The overall severity changed from {from} to {to}.',
  'label-changed': 'The label changed from {from} to {to}.',
  'publisher-changed': 'The publisher changed from {from} to {to}.',
  'stage-changed': 'The document went from {from} to {to}.',
  withdrawn: 'The advisory was withdrawn or superseded.',
  'languages-changed': 'The language changed from {from} to {to}.',
  // Vulnerabilities
  'vulnerability-added': '{vulnerability} was added.',
  'vulnerability-removed': '{vulnerability} was removed.',
  'vulnerability-text-changed': 'The description of {vulnerability} was changed.',
  'weakness-changed': 'The weakness of {vulnerability} is now {to}.',
  'date-changed': 'A date of {vulnerability} was changed ({of}).',
  // Products
  'status-added': '{vulnerability}: {product} {versions} is now listed as {status}.',
  'status-removed': '{vulnerability}: {product} {versions} is no longer listed as {status}.',
  'range-changed': '{vulnerability}: {product} is {status} in {to}; it was {from}.',
  'range-respelled': '{vulnerability}: the versions of {product} are written differently and mean the same.',
  'status-more': '{vulnerability}: the same kind of change concerns {count} more products.',
  // Scores
  'score-changed': '{vulnerability}: {system} changed from {from} to {to}.',
  'score-added': '{vulnerability}: {system} was added: {to}.',
  'score-removed': '{vulnerability}: {system} was removed; it was {from}.',
  // Exploitation
  'exploitation-changed': '{vulnerability}: exploitation is now “{to}”; it was “{from}”.',
  'exploitation-reworded': '{vulnerability}: what is said about exploitation is written differently.',
  // Remedies
  'remedy-added': '{vulnerability}: added ({category}): {text}',
  'remedy-removed': '{vulnerability}: removed ({category}): {text}',
  'remedy-changed': '{vulnerability}: changed ({category}): {text}',
  'remedy-reworded': '{vulnerability}: a remedy ({category}) is written differently.',
  'remedy-products': '{vulnerability}: the products of a remedy ({category}) changed: {text}',
} as const;
export type ChangeCode = keyof typeof changeSentences;

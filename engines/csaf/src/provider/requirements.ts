/** The requirements of CSAF 2.0 (section 7.1) that a trusted provider meets, and those that CSAF 2.1 adds. */
export const requirements = {
  1: 'Valid CSAF document',
  2: 'File name',
  3: 'TLS',
  4: 'TLP:CLEAR is freely accessible',
  5: 'TLP:AMBER and stricter are protected',
  6: 'Redirects',
  7: 'provider-metadata.json',
  8: 'security.txt',
  9: 'Well-known address',
  10: 'DNS path',
  11: 'One folder a year',
  12: 'index.txt',
  13: 'changes.csv',
  14: 'Directory listings',
  15: 'ROLIE feed',
  16: 'ROLIE service document',
  17: 'ROLIE category document',
  18: 'Hashes',
  19: 'Signatures',
  20: 'Public OpenPGP key',
  24: 'Any user agent',
  25: 'Access from other web pages',
} as const;
export type RequirementNumber = keyof typeof requirements;

/** What was found, in plain English with {parameters}, and what to do; the list of codes that a translation has to cover. */
export const findingSentences = {
  // Everywhere
  unreachable: '{url} cannot be read ({reason}). Check that it exists and that everybody may read it.',
  'not-https': '{url} is not served by https. Serve it by https and refuse or forward plain http.',
  'plain-http':
    '{url} can be had without encryption. Let plain http answer with a redirect to https or not at all.',
  redirected:
    '{url} is redirected {count} times. Serve it directly; at most 10 redirects are allowed, none are better.',
  'redirect-loop': '{url} is redirected more than 10 times. Serve it directly.',
  'redirect-forbidden': '{url} is redirected. It has to be served directly.',
  'more-not-read': '{count} more documents were not looked at.',
  'nothing-to-read': 'There is no document to look at.',
  'no-tool': 'This needs {tool}, which was not given.',
  problem: '{url}: {message}.',
  // Documents
  'invalid-document': '{url} is not valid: {message}.',
  'file-name':
    '{url} should be named {name}: the id in lower case, with _ for what is no letter, digit, + or -.',
  'clear-protected': '{url} is TLP:CLEAR and asks for a sign-in. Let everybody read it.',
  'open-to-all':
    '{url} is TLP:{label} and everybody can read it. Take it away at once and put it behind a sign-in.',
  'no-protected': 'No document that needs protection was found.',
  'wrong-label': '{url} is TLP:{label} and is listed where TLP:{listed} belongs.',
  // Places
  'wrong-place': '{url} is served, but the canonical_url says {canonical}.',
  'role-less': 'The role is {role}; a trusted provider says csaf_trusted_provider.',
  'no-distribution': 'No feed and no directory is named. Add one under distributions.',
  'no-csaf-field': '{url} has no field “CSAF:”. Add the address of provider-metadata.json to it.',
  'no-security-txt':
    'There is no security.txt at {url}. It is needed where neither the well-known address nor the DNS path is used.',
  'other-place':
    '{url} does not lead to this provider-metadata.json. It is needed where no other way leads there.',
  'other-way': 'Not used; {other} is.',
  'until-passed': 'The metadata says that it is looked after until {date} only.',
  // Directories
  year: '{url} lies in a folder that is not its year, {year}.',
  'no-year': '{url} lies in no folder named after a year.',
  'not-in-index': '{url} does not name {path}.',
  'not-sorted': '{url} does not begin with the latest document.',
  'wrong-date': '{url} gives {path} another date than the document: {given} and not {stated}.',
  quotes: '{url} is quoted otherwise than CSAF {csaf} wants.',
  'no-listing': '{url} shows no list of its files. Switch on directory listings.',
  'not-used-directory': 'There is no directory; feeds are used.',
  'not-used-feed': 'There is no feed; directories are used.',
  // Feeds
  'no-public-feed': 'There is no feed for TLP:CLEAR or TLP:GREEN.',
  'link-missing': '{url} does not list {what} of {id}.',
  optional: 'Not used; it is optional.',
  // Trust
  'no-hash': '{url} has no SHA-256 or SHA-512 beside it.',
  'wrong-hash': '{url} does not have the hash that {hash} says.',
  'unreadable-hash': '{url} does not begin with a hash.',
  'no-signature': '{url} has no signature beside it.',
  'wrong-signature': '{url} is not signed by a key of this provider: {reason}.',
  'signature-ends': 'The signature of {url} is valid for {days} days only; sign again.',
  'no-key': 'No public OpenPGP key is named. Add it under public_openpgp_keys.',
  'not-armored': '{url} is no ASCII-armored OpenPGP key.',
  'wrong-fingerprint': '{url} is another key than the fingerprint {fingerprint} says.',
  // CSAF 2.1
  'agent-refused': '{url} is not given to every user agent ({reason}).',
  'no-origin': '{url} has no header Access-Control-Allow-Origin; web pages of others cannot read it.',
} as const;
export type FindingCode = keyof typeof findingSentences;

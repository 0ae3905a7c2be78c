import type { Rule } from '../rule.ts';

export const mixedVersioning: Rule = {
  section: '6.1.30',
  name: 'mixed-versioning',
  versions: ['2.0', '2.1'],
  advice: 'The document mixes versions that are integers with versions like 1.0.0; use one kind throughout',
  check({ documentVersion: version, revisions }, find) {
    const semantic = revisions.some(({ number }) => number?.semantic === true);
    const integer = revisions.some(({ number }) => number?.semantic === false);
    if (semantic && integer) find(['document', 'tracking', 'revision_history']);
    // Where both kinds are in use, the semantic one is the younger habit and stands.
    if (version && (version.semantic ? integer && !semantic : semantic))
      find(['document', 'tracking', 'version']);
  },
};

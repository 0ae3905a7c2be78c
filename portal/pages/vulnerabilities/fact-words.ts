import type { Claim, Fact, Verdict } from '@busbar/contract';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';

type About = Pick<Fact, 'kind' | 'aspect' | 'subject'>;

/** A fact by its name: "Affected versions: Aurum Controls AX-300", "CVSS 3.1", "Exploited?". */
export function useFactWords() {
  const text = useText();
  const format = useFormat();
  const name = ({ kind, aspect }: Pick<About, 'kind' | 'aspect'>) =>
    aspect.startsWith('CVSS')
      ? aspect
      : text.coded(`fact.${kind}`, { code: aspect || 'any', text: aspect || text(`fact.${kind}`) });
  return {
    name,
    full: (about: About) =>
      about.subject ? text('fact.of', { fact: name(about), subject: about.subject }) : name(about),
    value: ({ kind }: Pick<About, 'kind'>, value: string) =>
      kind === 'exploitation'
        ? text.coded('exploitation', { code: value, text: value })
        : value === '*'
          ? text('claim.allVersions')
          : value.replace(/([<>]=?|=) /g, '$1\u00a0'),
    /** "The vendor Aurum says < 4.35, the catalogue says < 4.30". */
    says(fact: Fact, claims: readonly Claim[]): string {
      const said = [...Map.groupBy(claims, ({ group }) => group).values()].map((same) =>
        text('claim.says', {
          count: new Set(same.map(({ publisher }) => publisher)).size,
          who: format.list([...new Set(same.map(({ publisher }) => publisher))].slice(0, 4)),
          value: this.value(fact, same[0]!.value),
        }),
      );
      return format.list(said);
    },
  };
}

export const verdictStanding = {
  waiting: 'waiting',
  disputed: 'failed',
  checkedTwice: 'done',
  resolved: 'done',
  withdrawn: 'stopped',
} as const satisfies Record<Verdict['state'], string>;

import type { SsvcJson } from './csaf-json.ts';
import type { Path } from './rule.ts';
import type { Subject } from './subject.ts';

type SelectionJson = NonNullable<SsvcJson['selections']>[number];

export interface SelectionPlace {
  readonly selection: SelectionJson;
  readonly at: Path;
}

/** Every selection of SSVC. */
export function* selectionsOf({ scores }: Subject): Generator<SelectionPlace> {
  for (const { content, contentAt } of scores) {
    for (const [i, selection] of (content.ssvc_v2?.selections ?? []).entries())
      yield { selection, at: [contentAt, 'ssvc_v2', 'selections', i] };
  }
}

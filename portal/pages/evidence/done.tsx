import type { ObservationState } from '@busbar/contract';
import { Form } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';

/** What a press did to the rows, as far as there is something to say of it. */
export interface DoneAnswer {
  readonly decided?: {
    readonly changed: readonly string[];
    readonly decision: string | null;
    readonly to: ObservationState;
  };
  readonly classified?: {
    readonly ids: readonly string[];
    readonly technique: string;
    readonly shows: boolean;
  };
  readonly undone?: number;
  readonly marked?: number;
}

/** What was just done to how many rows, with the press that takes it back. */
export function Done({ answer }: { answer: object | null | undefined }) {
  const text = useText();
  const { decided, classified, undone, marked } = (answer ?? {}) as DoneAnswer;
  if (decided)
    return (
      <Notice kind="good" live title={text(`timeline.done.${decided.to}`, { count: decided.changed.length })}>
        {decided.decision && (
          <Form method="post">
            <input type="hidden" name="decision" value={decided.decision} />
            <Undo value="undo" />
          </Form>
        )}
      </Notice>
    );
  if (classified) {
    const { ids, technique, shows } = classified;
    return (
      <Notice
        kind="good"
        live
        title={text(shows ? 'timeline.done.shows' : 'timeline.done.lacks', { count: ids.length, technique })}
      >
        {ids.length > 0 && (
          <Form method="post">
            <input type="hidden" name="all" value="shown" />
            <input type="hidden" name="shown" value={ids.join()} />
            <input type="hidden" name="shown-technique" value={technique} />
            <Undo value={shows ? 'lacks' : 'shows'} />
          </Form>
        )}
      </Notice>
    );
  }
  if (undone !== undefined)
    return <Notice kind="good" live title={text('timeline.done.undone', { count: undone })} />;
  if (marked) return <Notice kind="good" live title={text('timeline.done.marked')} />;
  return null;
}

function Undo({ value }: { value: string }) {
  const text = useText();
  return (
    <Button type="submit" size="small" name="do" value={value}>
      {text('timeline.undo')}
    </Button>
  );
}

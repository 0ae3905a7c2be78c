import { useEffect, useState } from 'react';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { isTyping } from '../../ui/shell.tsx';

/** Of the room. */
const roomKeys = [
  { key: 'W', word: 'case.keys.write', desk: false },
  { key: 'T', word: 'case.keys.thread', desk: false },
  { key: 'F', word: 'case.keys.find', desk: false },
  { key: 'P', word: 'case.keys.people', desk: false },
  { key: 'D', word: 'case.keys.plant', desk: false },
  { key: 'N', word: 'case.keys.step', desk: true },
] as const;

/** Of the timeline. */
export const timelineKeys = [
  { key: 'J', word: 'case.keys.down', desk: false },
  { key: 'K', word: 'case.keys.up', desk: false },
  { key: 'X', word: 'case.keys.tick', desk: true },
  { key: 'Enter', word: 'case.keys.open', desk: true },
  { key: 'A', word: 'timeline.accept', desk: true },
  { key: 'R', word: 'timeline.reject', desk: true },
  { key: 'W', word: 'timeline.note', desk: false },
] as const;

/** Of the tasks. */
export const taskKeys = [{ key: 'W', word: 'task.add', desk: false }] as const;

/** What the letters do on a page of a case; `?` opens it. */
export function Shortcuts({
  desk,
  keys = roomKeys,
}: {
  desk: boolean;
  keys?: typeof roomKeys | typeof timelineKeys | typeof taskKeys;
}) {
  const text = useText();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <span className="needs-scripts">
      <Button kind="quiet" aria-keyshortcuts="?" onClick={() => setOpen(true)}>
        {text('case.keys')} <kbd aria-hidden="true">?</kbd>
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={text('case.keys')}>
        <dl className="facts">
          {keys
            .filter((one) => desk || !one.desk)
            .map(({ key, word }) => (
              <div key={key} className="facts-row">
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{text(word)}</dd>
              </div>
            ))}
        </dl>
      </Dialog>
    </span>
  );
}

/** The letter that does the same, beside what it does. */
export const Letter = ({ letter }: { letter: string }) => <kbd aria-hidden="true">{letter}</kbd>;

import { useText } from '../i18n/text.tsx';
import { Button } from '../ui/button.tsx';
import { useDesk } from './desk-context.ts';

/** Other captures are no longer compared with this one. Nothing is lost: it can be learnt again. */
export function Unlearn({ capture }: { capture: string }) {
  const text = useText();
  const desk = useDesk();
  return (
    <Button icon="cross" onClick={() => desk.setUsual(capture, false)}>
      {text('unusual.unlearn')}
    </Button>
  );
}

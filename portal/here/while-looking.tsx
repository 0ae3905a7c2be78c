import { Outlet, useLocation, useNavigate } from 'react-router';

import { useText } from '../i18n/text.tsx';
import { Button } from '../ui/button.tsx';
import { Progress } from '../ui/progress.tsx';
import { useLooking } from './desk-context.ts';

/** A page, and above it what its reader waits for to get to the next. */
export function WhileLooking() {
  const text = useText();
  const looking = useLooking();
  const navigate = useNavigate();
  const here = useLocation();
  return (
    <>
      {looking && (
        <div
          className="panel here-looking"
          role="group"
          aria-label={text('here.looking', { name: looking.name })}
        >
          <Progress
            what={text('here.looking', { name: looking.name })}
            unit="bytes"
            done={looking.done}
            total={looking.total}
            cancel={
              // Staying where one is ends the way to elsewhere.
              <Button size="small" onClick={() => void navigate(here, { replace: true })}>
                {text('cancel')}
              </Button>
            }
          />
        </div>
      )}
      <Outlet />
    </>
  );
}

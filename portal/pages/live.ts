import { apis, type Call } from '@busbar/contract';
import { useEffect, useState } from 'react';
import { useLocation, useRevalidator } from 'react-router';

import { fromBrowser, isRefusal } from './calls.ts';

/** While something is under way, asks again and again; never while nobody looks. */
export function useLive(running: boolean, everyMs = 1500): void {
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    if (!running || state !== 'idle') return;
    const timer = setTimeout(() => {
      if (document.visibilityState === 'visible') void revalidate();
    }, everyMs);
    const onVisible = () => {
      if (document.visibilityState === 'visible') void revalidate();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [running, state, revalidate, everyMs]);
}

/** What `usePulse` begins with. Asked for first: what changes while the rest is read is asked for again. */
export const pulseOf = async (call: Call, id: string): Promise<string> =>
  (await call(apis.cases.pulse, { params: { id } })).pulse;

/**
 * Asks every moment whether something changed in a case, which is cheap, and for the page only when it did. Says whether
 * the line holds; never asks while nobody looks.
 * @param known what was true when the page was asked for; nothing on a page that does not live
 */
export function usePulse(id: string, known: string | undefined, everyMs = 700): boolean {
  const { revalidate } = useRevalidator();
  const [isThere, setThere] = useState(true);
  useEffect(() => {
    if (known === undefined) return;
    let timer: ReturnType<typeof setTimeout>;
    let over = false;
    const beat = async () => {
      if (document.visibilityState === 'visible')
        try {
          const { pulse } = await fromBrowser(apis.cases.pulse, { params: { id } });
          if (over) return;
          setThere(true);
          if (pulse !== known) await revalidate();
        } catch (error) {
          // Whoever is not let in any more learns it from the page itself.
          if (isRefusal(error)) await revalidate();
          else if (!over) setThere(false);
        }
      if (!over) timer = setTimeout(() => void beat(), everyMs);
    };
    timer = setTimeout(() => void beat(), everyMs);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [id, known, revalidate, everyMs]);
  return isThere;
}

/**
 * What the last press was answered, until the next press or another page. A page that lives asks for itself anew whenever
 * others change something, and with that React Router forgets the answer, and what takes the press back.
 */
export function useLasting<Answer>(answer: Answer): Answer {
  const { key } = useLocation();
  const [kept, keep] = useState({ key, answer });
  const isNew = key !== kept.key || (answer != null && answer !== kept.answer);
  if (isNew) keep({ key, answer });
  return isNew ? answer : kept.answer;
}

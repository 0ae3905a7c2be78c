import { useEffect } from 'react';
import { useRevalidator } from 'react-router';

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

import { useEffect, useState } from 'react';

import { useHere } from '../ui/here.ts';
import { checkOwn, type OwnCheck, piecesIn } from './own-text.ts';

let checked: Promise<OwnCheck> | undefined;

/** Checked once, when somebody first wants to see it; null meanwhile. */
export function useOwnCheck(): OwnCheck | null {
  const kit = useHere()?.kit;
  const [check, setCheck] = useState<OwnCheck | null>(null);
  useEffect(() => {
    let left = false;
    // The page is drawn first: the file is large.
    const begin = setTimeout(() => {
      checked ??= checkOwn(piecesIn(document), kit!);
      void checked.then((told) => {
        if (!left) setCheck(told);
      });
    });
    return () => {
      left = true;
      clearTimeout(begin);
    };
  }, [kit]);
  return check;
}

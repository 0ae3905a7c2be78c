import {
  apis,
  type Block,
  type BlockContent,
  type Presence,
  type Publication,
  type PublicationState,
} from '@busbar/contract';
import { useCallback, useEffect, useRef, useState } from 'react';

import { fromBrowser, isRefusal } from '../calls.ts';

/** Where one block stands between the keyboard and the service. */
export type Standing = 'saved' | 'changed' | 'saving' | 'aside' | 'failed';

/** A block on the screen: what is typed, and what the service last said of it. */
export interface Local {
  readonly block: Block;
  /** The revision that was on the screen when typing began: by it the service sees whether another was here since. */
  readonly base: number;
  readonly content: BlockContent;
  readonly removed: boolean;
  readonly place: number;
  readonly standing: Standing;
  /** The service said no for good: the text stays, and this says why. */
  readonly refusal?: string | undefined;
}

const PAUSE_MS = 1000;
const AGAIN_MS = 5000;
const BEAT_MS = 4000;

/**
 * Keeps a draft on the screen and the draft of the service together. Each block is saved a moment after the last key,
 * one save at a time; until it is acknowledged it also lies in the browser, so that a crash on either side loses
 * nothing. What others change comes in by itself, except into a block that is being changed here.
 */
export function useDraft(publication: Publication) {
  const { id } = publication;
  const [locals, setLocals] = useState<ReadonlyMap<string, Local>>(
    () => new Map(publication.blocks.map((block) => [block.id, fromService(block)])),
  );
  const [others, setOthers] = useState<readonly Presence[]>([]);
  const [state, setState] = useState<PublicationState>(publication.state);
  const [loaded, setLoaded] = useState(publication);
  const [online, setOnline] = useState(true);
  const now = useRef(locals);
  const editor = useRef('');
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  const focused = useRef<string | null>(null);

  // A step taken on this page counts at once, not with the next beat.
  if (loaded !== publication) {
    setLoaded(publication);
    setState(publication.state);
  }

  const put = useCallback((block: string, change: (local: Local | undefined) => Local | undefined) => {
    const next = new Map(now.current);
    const changed = change(next.get(block));
    if (changed) next.set(block, changed);
    now.current = next;
    setLocals(next);
  }, []);

  const send = useCallback(
    async (block: string, settles: readonly string[] = []) => {
      const local = now.current.get(block);
      if (!local || local.standing === 'saving') return;
      clearTimeout(timers.current.get(block));
      put(block, (one) => one && { ...one, standing: 'saving', refusal: undefined });
      const { content, removed, place } = local;
      try {
        const { outcome, block: stored } = await fromBrowser(apis.publications.save, {
          params: { id, block },
          body: {
            editor: editor.current,
            base: local.base,
            ...(place !== local.block.place && { place }),
            removed,
            content,
            settles: [...settles],
          },
        });
        setOnline(true);
        forget(id, block);
        put(block, (one) => {
          if (!one) return one;
          const typedOn = !same(one.content, content) || one.removed !== removed || one.place !== place;
          if (outcome === 'aside') return { ...one, block: stored, standing: 'aside' };
          if (typedOn) return { ...one, block: stored, base: stored.revision, standing: 'changed' };
          return fromService(stored);
        });
        if (now.current.get(block)?.standing === 'changed') later(block, 0);
      } catch (error) {
        const final = isRefusal(error) && error.status >= 400 && error.status < 500 && error.status !== 429;
        if (!final) setOnline(false);
        put(
          block,
          (one) =>
            one && { ...one, standing: 'failed', refusal: final ? (error as Error).message : undefined },
        );
        if (!final) later(block, AGAIN_MS);
      }
    },
    // `later` and `send` know one another; both live as long as the page.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [id, put],
  );

  function later(block: string, after: number) {
    clearTimeout(timers.current.get(block));
    timers.current.set(
      block,
      setTimeout(() => void send(block), after),
    );
  }

  const change = useCallback(
    (
      block: string,
      changed: Partial<Pick<Local, 'content' | 'removed' | 'place'>>,
      at: 'soon' | 'now' = 'soon',
    ) => {
      const stays: readonly Standing[] = ['saving', 'aside'];
      put(
        block,
        (one) =>
          one && { ...one, ...changed, standing: stays.includes(one.standing) ? one.standing : 'changed' },
      );
      const local = now.current.get(block);
      if (!local) return;
      remember(id, block, local);
      // Two versions wait for somebody to pick one; until then nothing overwrites the one that stands.
      if (local.standing === 'aside') return;
      later(block, at === 'now' ? 0 : PAUSE_MS);
    },
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [id, put],
  );

  const add = useCallback(
    (content: BlockContent, place: number): string => {
      const block = crypto.randomUUID();
      put(block, () => ({
        block: {
          id: block,
          revision: 0,
          place: Number.NaN,
          removed: false,
          content,
          by: '',
          at: new Date().toISOString(),
          translations: [],
          variants: [],
        },
        base: 0,
        content,
        removed: false,
        place,
        standing: 'changed',
      }));
      later(block, 0);
      return block;
    },
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [put],
  );

  /** Makes an end of the two versions of a block: with what is given here, or with what stands. */
  const pick = useCallback(
    async (block: string, content: BlockContent | 'standing', settles: readonly string[]) => {
      if (content === 'standing') {
        for (const variant of settles)
          await fromBrowser(apis.publications.settle, { params: { id, variant } }).catch(() => undefined);
        forget(id, block);
        put(
          block,
          (one) =>
            one &&
            fromService({
              ...one.block,
              variants: one.block.variants.filter((variant) => !settles.includes(variant.id)),
            }),
        );
        return;
      }
      put(
        block,
        (one) => one && { ...one, base: one.block.revision, content, removed: false, standing: 'changed' },
      );
      await send(block, settles);
    },
    [id, put, send],
  );

  useEffect(() => {
    editor.current = crypto.randomUUID();
    for (const [block, kept] of remembered(id)) {
      const there = now.current.get(block);
      if (there && same(there.content, kept.content) && there.removed === kept.removed) forget(id, block);
      else {
        put(block, (one) => ({
          ...(one ?? fromService(kept.block)),
          base: kept.base,
          content: kept.content,
          removed: kept.removed,
          standing: 'changed',
        }));
        later(block, 0);
      }
    }
    const leaving = (event: BeforeUnloadEvent) => {
      if ([...now.current.values()].some(({ standing }) => standing === 'changed' || standing === 'saving'))
        event.preventDefault();
    };
    window.addEventListener('beforeunload', leaving);
    const running = timers.current;
    return () => {
      window.removeEventListener('beforeunload', leaving);
      for (const timer of running.values()) clearTimeout(timer);
    };
    // Once, when the page opens.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [id]);

  useEffect(() => {
    const beat = async () => {
      if (document.visibilityState !== 'visible') return;
      const known = [...now.current.values()].map(({ block }) => ({
        id: block.id,
        revision: block.revision,
        translations: block.translations.reduce((sum, { revision }) => sum + revision, 0),
        variants: block.variants.length,
      }));
      try {
        const news = await fromBrowser(apis.publications.presence, {
          params: { id },
          body: { editor: editor.current, block: focused.current, known },
        });
        setOnline(true);
        setOthers(news.others);
        setState(news.state);
        for (const block of news.changed)
          put(block.id, (one) => {
            if (!one || one.standing === 'saved') return fromService(block);
            return { ...one, block };
          });
      } catch {
        setOnline(false);
      }
    };
    void beat();
    const timer = setInterval(() => void beat(), BEAT_MS);
    return () => clearInterval(timer);
  }, [id, put]);

  return {
    blocks: [...locals.values()].sort((a, b) => a.place - b.place || (a.block.id < b.block.id ? -1 : 1)),
    others,
    state,
    online,
    change,
    add,
    pick,
    saveAll: () => {
      for (const [block, { standing }] of now.current)
        if (standing === 'changed' || standing === 'failed') void send(block);
    },
    focus: (block: string | null) => {
      focused.current = block;
    },
  };
}

const fromService = (block: Block): Local => ({
  block,
  base: block.revision,
  content: block.content,
  removed: block.removed,
  place: block.place,
  standing: 'saved',
});

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

const shelf = (publication: string) => `busbar.draft.${publication}.`;

/** A full or forbidden store is no reason to stop writing: the service is asked a second later anyway. */
function remember(publication: string, block: string, { content, removed, block: shown, base }: Local): void {
  try {
    localStorage.setItem(
      shelf(publication) + block,
      JSON.stringify({ content, removed, block: shown, base }),
    );
  } catch {
    // Said above.
  }
}

function forget(publication: string, block: string): void {
  try {
    localStorage.removeItem(shelf(publication) + block);
  } catch {
    // Nothing was kept there.
  }
}

function remembered(publication: string): [string, Pick<Local, 'content' | 'removed' | 'block' | 'base'>][] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(shelf(publication)))
      .map((key) => [key.slice(shelf(publication).length), JSON.parse(localStorage.getItem(key)!)]);
  } catch {
    return [];
  }
}

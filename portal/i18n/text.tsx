import { IntlMessageFormat } from 'intl-messageformat';
import { createContext, use, useMemo, type ReactNode } from 'react';

import type en from '../messages/en/pages.json';

import type { Locale } from './locale.ts';

export type Key = keyof typeof en;
export type Messages = Record<Key, string>;
type Value = string | number | boolean | Date | null | undefined;

/** A code from an engine or the server with what it is about, to be said in the reader's language. */
export interface Coded {
  readonly code: string;
  readonly params?: Record<string, unknown> | undefined;
  /** Plain English, for when this version of the portal has no words for the code yet. */
  readonly text?: string | undefined;
}

export interface Text {
  (key: Key, values?: Record<string, Value>): string;
  readonly locale: Locale;
  /** With markup: `rich('home.lead', { link: (words) => <Link …>{words}</Link> })`. */
  rich(key: Key, values: Record<string, Value | ReactNode | ((words: ReactNode) => ReactNode)>): ReactNode;
  has(key: string): key is Key;
  /** The words for a code: `operation.` + `modbus.write-registers`; without any, its own English or the bare code. */
  coded(prefix: string, coded: Coded): string;
}

const TextContext = createContext<Text | null>(null);

export function TextProvider({
  locale,
  messages,
  children,
}: {
  locale: Locale;
  messages: Messages;
  children: ReactNode;
}) {
  const text = useMemo(() => makeText(locale, messages), [locale, messages]);
  return <TextContext value={text}>{children}</TextContext>;
}

export function useText(): Text {
  const text = use(TextContext);
  if (!text) throw new Error('useText outside of a TextProvider');
  return text;
}

const formats = new WeakMap<Messages, Map<string, IntlMessageFormat>>();

export function makeText(locale: Locale, messages: Messages): Text {
  let compiled = formats.get(messages);
  if (!compiled) formats.set(messages, (compiled = new Map()));

  const format = (key: Key) => {
    let message = compiled.get(key);
    if (!message) {
      message = new IntlMessageFormat(messages[key] ?? key, locale, undefined, { ignoreTag: false });
      compiled.set(key, message);
    }
    return message;
  };

  const text = (key: Key, values?: Record<string, Value>): string => String(format(key).format(values));

  return Object.assign(text, {
    locale,
    rich: (key: Key, values: Record<string, any>) => keyed(format(key).format(values) as ReactNode),
    has: (key: string): key is Key => Object.hasOwn(messages, key),
    coded(prefix: string, { code, params, text: plain }: Coded): string {
      const key = `${prefix}.${code.replaceAll(' ', '-')}`;
      if (!Object.hasOwn(messages, key)) return plain ?? code;
      try {
        return text(key as Key, values(params));
      } catch {
        return plain ?? code;
      }
    },
  });
}

/** Parts of a formatted message are an array that never changes its order: their place is their key. */
function keyed(parts: ReactNode): ReactNode {
  if (!Array.isArray(parts)) return parts;
  return parts.map((part: ReactNode, place) => <Part key={place}>{part}</Part>);
}

function Part({ children }: { children: ReactNode }) {
  return <>{children}</>;
}

function values(params: Record<string, unknown> = {}): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Value),
    ]),
  );
}

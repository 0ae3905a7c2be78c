import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';

import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { parseAst } from 'vite';

import { locales, wordFiles, wordsOf } from './word-files.ts';

const portal = join(import.meta.dirname, '..');
const messages = Object.fromEntries(locales.map((locale) => [locale, wordsOf(locale)])) as Record<
  (typeof locales)[number],
  Record<string, string>
>;
const keys = Object.keys(messages.en);

/** Words for codes of engines and server are looked up by code, so nothing in the portal names them one by one. */
const byCode = [
  'anomaly',
  'audit.did',
  'auth',
  'because',
  'captureProblem',
  'credentials.scheme',
  'csaf',
  'csafProblem',
  'fieldProblem',
  'lookUp',
  'nameFault',
  'operation',
  'param',
  'problem',
  'publicationFinding',
  'refusal',
  'step',
];

describe('messages', () => {
  it('are there in every language, and nowhere else', () => {
    for (const locale of locales) {
      assert.deepEqual(missing(keys, Object.keys(messages[locale])), [], `missing in ${locale}.json`);
      assert.deepEqual(missing(Object.keys(messages[locale]), keys), [], `in ${locale}.json only`);
    }
  });

  it('stand in one file each', () => {
    for (const locale of locales) {
      const all = wordFiles(locale).flatMap(({ words }) => Object.keys(words));
      assert.deepEqual([...new Set(all.filter((key, at) => all.indexOf(key) !== at))], []);
    }
  });

  it('of codes stand in the file of the protocol that says them', () => {
    for (const { name, words } of wordFiles('en').filter(({ name }) => name.startsWith('protocols/'))) {
      const own = name === 'protocols/common.json' ? /^(param\.|\w+\.[\w-]+$)/ : undefined;
      const protocol = name.slice('protocols/'.length, -'.json'.length);
      const astray = Object.keys(words).filter((key) =>
        own ? !own.test(key) : key.split('.')[1] !== protocol,
      );
      assert.deepEqual(astray, [], name);
    }
  });

  it('are well-formed, and take the same values in every language', () => {
    for (const key of keys) {
      const expected = names(parse(messages.en[key]!));
      for (const locale of locales) {
        assert.doesNotThrow(() => parse(messages[locale][key]!), `${key} in ${locale}.json`);
        assert.deepEqual(
          missing([...names(parse(messages[locale][key]!))], [...expected]),
          [],
          `${key} in ${locale}.json takes a value that en.json does not`,
        );
      }
    }
  });

  it('have every plural form that their language has', () => {
    for (const locale of locales) {
      const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
      for (const key of keys) {
        for (const plural of plurals(parse(messages[locale][key]!))) {
          assert.deepEqual(missing(forms, plural), [], `plural forms missing in ${key} of ${locale}.json`);
        }
      }
    }
  });

  it('are all used, and every one used is there', () => {
    const used = new Set<string>();
    const beginnings = new Set(byCode.map((prefix) => `${prefix}.`));
    for (const file of sources()) {
      for (const literal of file.literals) used.add(literal);
      for (const beginning of file.templates) beginnings.add(beginning);
      for (const key of file.asked) {
        assert.ok(key in messages.en, `${file.name} asks for “${key}”, which is in no message file`);
      }
    }
    const unused = keys.filter(
      (key) => !used.has(key) && ![...beginnings].some((start) => key.startsWith(start)),
    );
    assert.deepEqual(unused, [], 'nobody uses these messages');
  });
});

describe('pages and components', () => {
  it('hold no words of their own: every string that a person reads is a message', () => {
    const found = sources()
      .filter(({ name, namesOnly }) => name.endsWith('.tsx') && !namesOnly)
      .flatMap(({ name, words }) =>
        words
          .filter((text) => !everywhere.has(text) && !text.startsWith('/'))
          .map((text) => `${name}: ${text}`),
      );
    assert.deepEqual(found, []);
  });
});

/** The same in every language: FIRST's label, the name of a key, the marks of facts and recommendations. Addresses are no words either. */
const everywhere = new Set(['TLP:', 'K', 'F', 'R']);

function missing(wanted: readonly string[], there: readonly string[]): string[] {
  return wanted.filter((one) => !there.includes(one));
}

function names(elements: readonly MessageFormatElement[], found = new Set<string>()): Set<string> {
  for (const element of elements) {
    if (element.type !== TYPE.literal && element.type !== TYPE.pound) found.add(element.value);
    if (element.type === TYPE.tag) names(element.children, found);
    if (element.type === TYPE.plural || element.type === TYPE.select)
      for (const option of Object.values(element.options)) names(option.value, found);
  }
  return found;
}

function plurals(elements: readonly MessageFormatElement[]): string[][] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.tag) return plurals(element.children);
    if (element.type !== TYPE.plural && element.type !== TYPE.select) return [];
    const inside = Object.values(element.options).flatMap((option) => plurals(option.value));
    return element.type === TYPE.plural ? [Object.keys(element.options), ...inside] : inside;
  });
}

interface Source {
  name: string;
  literals: string[];
  /** Beginnings of computed keys: `role.` of `role.${role}`. */
  templates: string[];
  /** Keys asked for by name. */
  asked: string[];
  /** Words between tags or in attributes that people read. */
  words: string[];
  /** The page of components for developers says so in a comment. */
  namesOnly: boolean;
}

let read: Source[] | undefined;
function sources(): Source[] {
  return (read ??= files(portal).map((path) => {
    const code = readFileSync(path, 'utf8');
    const source: Source = {
      name: relative(portal, path),
      literals: [],
      templates: [],
      asked: [],
      words: [],
      namesOnly: code.includes('busbar:names-only'),
    };
    visit(parseAst(code, { lang: path.endsWith('x') ? 'tsx' : 'ts' }) as unknown as Node, source);
    return source;
  }));
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return ['node_modules', 'build', '.react-router', 'dev'].includes(entry.name) ? [] : files(path);
    return /(?<!\.test)\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

type Node = { type: string; [name: string]: unknown };
const readByPeople = new Set([
  'aria-label',
  'alt',
  'title',
  'placeholder',
  'label',
  'lead',
  'hint',
  'heading',
  'question',
  'consequence',
  'confirm',
  'what',
]);
const letters = /\p{L}/u;

function visit(node: Node, source: Source, parent?: Node): void {
  if (node.type === 'Literal' && typeof node['value'] === 'string') source.literals.push(node['value']);
  if (node.type === 'TemplateLiteral') {
    const start = (node['quasis'] as { value: { cooked: string } }[])[0]!.value.cooked;
    if (/^[a-zA-Z]+(\.[\w-]+)*\.$/.test(start)) source.templates.push(start);
  }
  if (node.type === 'CallExpression') {
    const callee = node['callee'] as Node;
    const name = callee.type === 'MemberExpression' ? (callee['object'] as Node)['name'] : callee['name'];
    const first = (node['arguments'] as Node[])[0];
    const coded = callee.type === 'MemberExpression' && (callee['property'] as Node)['name'] === 'coded';
    if (name === 'text' && first?.type === 'Literal' && coded)
      source.templates.push(`${String(first['value'])}.`);
    else if (name === 'text' && first?.type === 'Literal') source.asked.push(String(first['value']));
  }
  if (node.type === 'JSXText' && letters.test(String(node['value'])))
    source.words.push(String(node['value']).trim());
  if (node.type === 'JSXExpressionContainer' && parent?.type !== 'JSXAttribute')
    complain(node['expression'] as Node, source);
  if (node.type === 'JSXAttribute' && readByPeople.has(String((node['name'] as Node)['name']))) {
    const value = node['value'] as Node | null;
    if (value)
      complain((value.type === 'JSXExpressionContainer' ? value['expression'] : value) as Node, source);
  }
  for (const child of Object.values(node)) {
    for (const one of Array.isArray(child) ? child : [child]) {
      if (one && typeof one === 'object' && typeof (one as Node).type === 'string')
        visit(one as Node, source, node);
    }
  }
}

/** A bare string, one of two, or one put together with words in it. */
function complain(node: Node, source: Source): void {
  if (node.type === 'Literal' && typeof node['value'] === 'string' && letters.test(node['value']))
    source.words.push(node['value']);
  if (node.type === 'ConditionalExpression') {
    complain(node['consequent'] as Node, source);
    complain(node['alternate'] as Node, source);
  }
  if (node.type === 'LogicalExpression') complain(node['right'] as Node, source);
  if (node.type === 'TemplateLiteral') {
    for (const quasi of node['quasis'] as { value: { cooked: string } }[]) {
      if (letters.test(quasi.value.cooked)) source.words.push(quasi.value.cooked);
    }
  }
}

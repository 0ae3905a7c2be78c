import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { readLinkTypes } from './network/network.ts';
import { dissectors } from './registry.ts';

const document = readFileSync(join(import.meta.dirname, '../../../docs/protocols.md'), 'utf8');
const [, ...sections] = document.split(/^## /m);
/** The last one is about what carries them all. */
const carriers = sections.pop()!;

describe('every dissector', () => {
  for (const { name } of dissectors) {
    it(`is told of in docs/protocols.md, once: ${name}`, () => {
      const about = [...sections, carriers].filter((section) => opening(section).includes(`\`${name}\``));
      assert.equal(about.length, 1);
    });
  }

  it('is tried with the suite of promises, and none of them is forgotten', () => {
    const registry = readFileSync(join(import.meta.dirname, 'registry.ts'), 'utf8');
    const [, list = ''] = /: readonly Dissector\[\] = \[(.*?)\]/s.exec(registry) ?? [];
    const names = list.match(/\w+/g) ?? [];
    assert.equal(names.length, dissectors.length);
    const tests = globSync('**/*.test.ts', { cwd: import.meta.dirname })
      .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
      .join('\n');
    // With a dissector as it is in the list, or with other carriers: `{ ...fins, carriers }`.
    const tried = new Set(
      Array.from(tests.matchAll(/\bkeepsItsPromises\(\s*(?:\{\s*\.\.\.)?(\w+)/g), ([, name]) => name),
    );
    assert.deepEqual(
      names.filter((name) => !tried.has(name)),
      [],
    );
  });

  it('names its refusals after itself, each once and with words', () => {
    const refusals = dissectors.flatMap(({ name, refusals = [] }) =>
      refusals.map((one) => ({ name, ...one })),
    );
    assert.ok(refusals.length > 200, `${refusals.length} refusals`);
    for (const { name, code, text } of refusals) {
      assert.ok(code.startsWith(`${name}.`) && text !== '', code);
    }
    assert.equal(new Set(refusals.map(({ code }) => code)).size, refusals.length);
  });
});

describe('docs/protocols.md', () => {
  it('says of each protocol by which standard, what is read, told, tried and not read', () => {
    for (const section of sections) {
      assert.match(opening(section), /\b(standards?)\b.*\bCarried by\b/is, section.slice(0, 40));
      for (const part of ['Read', 'Told', 'Tried on', 'Not read']) hasPart(section, part);
    }
    for (const part of ['Read', 'Told', 'Tried on', 'Not read']) hasPart(carriers, part);
  });

  it('names the link types that are read, by number', () => {
    const [types] = /Link types: (.*?)\. ARP/s.exec(carriers)!;
    const named = new Set(Array.from(types.matchAll(/\d+(?=[,)])/g), ([number]) => Number(number)));
    for (const linkType of readLinkTypes) {
      if (linkType >= 0) assert.ok(named.has(linkType), `link type ${linkType}`);
    }
  });
});

/** What stands before the first part. */
function opening(section: string): string {
  return section.slice(0, section.indexOf('**'));
}

function hasPart(section: string, part: string): void {
  assert.ok(section.includes(`\n**${part}`), `${section.slice(0, 40)} lacks “${part}”`);
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Element, ElementContent, Root, RootContent } from 'hast';

import { markdownTree } from './markdown-tree.ts';

describe('Markdown', () => {
  it('becomes what it says, below the headings of the page', () => {
    assert.deepEqual(
      shape('# One\n\nTwo **three**\n\n- four\n'),
      'h3(One) p(Two strong(three)) ul(li(four))',
    );
    assert.deepEqual(shape('|a|b|\n|-|-|\n|1|2|'), 'table(thead(tr(th(a) th(b))) tbody(tr(td(1) td(2))))');
  });

  it('holds no HTML, in text or where a title would stand', () => {
    const hostile = [
      '<script>alert(1)</script>',
      'a <img src=x onerror=alert(1)> b',
      '<svg/onload=alert(1)>',
      '[x](https://a.example "<script>alert(1)</script>")',
      '<style>*{display:none}</style>',
      '<iframe srcdoc="<script>1</script>"></iframe>',
      '<a href="https://a.example" onclick="alert(1)">x</a>',
    ];
    for (const text of hostile) {
      for (const node of elements(markdownTree(text)!)) {
        assert.match(node.tagName, /^(p|a)$/, text);
        assert.deepEqual(
          Object.keys(node.properties).filter((name) => name !== 'href'),
          [],
          text,
        );
      }
    }
  });

  it('links to the web and to mail, and nowhere else', () => {
    const addresses = [
      'https://a.example/x',
      'http://a.example',
      'mailto:a@b.example',
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      '&#106;avascript:alert(1)',
      'java%0ascript:alert(1)',
      'data:text/html,<script>1</script>',
      'vbscript:x',
      'file:///etc/passwd',
    ];
    const linked = addresses.filter((url) =>
      elements(markdownTree(`[x](<${url}>)`)!).some(
        ({ tagName, properties }) =>
          tagName === 'a' && /^[a-z]+:/i.test(decodeURI(String(properties['href'] ?? '')).replace(/\s/g, '')),
      ),
    );
    assert.deepEqual(linked, addresses.slice(0, 3));
    assert.deepEqual(shape('<javascript:alert(1)>'), 'p(a(javascript:alert(1)))');
    assert.deepEqual(elements(markdownTree('<javascript:alert(1)>')!)[1]!.properties, {});
  });

  it('shows no pictures, which would tell others who reads', () => {
    assert.equal(shape('![tracker](https://a.example/x.png) seen'), 'p( seen)');
  });

  it('is read in bounded time, whatever was pasted', () => {
    const nested = Array.from({ length: 2000 }, (_, n) => `${'  '.repeat(n % 500)}- x`).join('\n');
    const pasted = [
      nested.repeat(5).slice(0, 1_000_000),
      '- '.repeat(50_000),
      '> '.repeat(50_000),
      '['.repeat(50_000),
      '![['.repeat(30_000),
      '*a_ '.repeat(25_000),
      '`'.repeat(1000).split('').join('`` '),
      '<a'.repeat(50_000),
      '|'.repeat(50_000),
      '[a]: x\n'.repeat(10_000),
      '~~a'.repeat(20_000),
      'a@'.repeat(50_000),
      'www.'.repeat(20_000),
      '1. '.repeat(20_000),
      '*a_ '.repeat(300),
      '- [\n'.repeat(10_000),
      '- [x] **a** _b_\n'.repeat(2_000),
      '&'.repeat(40_000),
      '&'.repeat(100_000),
      '\\'.repeat(100_000),
    ];
    for (const text of pasted) {
      const begun = process.cpuUsage();
      markdownTree(text);
      const took = process.cpuUsage(begun).user / 1000;
      assert.ok(took < 3000, `${Math.round(took)} ms for ${JSON.stringify(text.slice(0, 20))}…`);
    }
  });

  it('of an ordinary text is not taken for a tangle', () => {
    for (const text of [
      '* * * * * * * *',
      '-'.repeat(80),
      '| a | b |\n|---|---|\n'.repeat(20),
      '- [x] **a** _b_\n'.repeat(200),
    ])
      assert.ok(markdownTree(text), text.slice(0, 20));
  });
});

function elements(node: Root | RootContent | ElementContent): Element[] {
  const children = 'children' in node ? node.children.flatMap((child) => elements(child)) : [];
  return node.type === 'element' ? [node, ...children] : children;
}

/** The tree in a line: `p(Two strong(three))`. */
function shape(text: string): string {
  const write = (node: Root | RootContent | ElementContent): string => {
    if (node.type === 'text') return node.value;
    const inside = 'children' in node ? node.children.map((child) => write(child)).join('') : '';
    return node.type === 'element' ? `${node.tagName}(${inside})` : inside;
  };
  return write(markdownTree(text)!)
    .replace(/\)\s*(?=\w+\()/g, ') ')
    .replace(/\n+/g, '')
    .trim();
}

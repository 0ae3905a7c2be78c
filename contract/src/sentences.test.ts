import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { factsNamedIn, numbersOf, sentencesOf, unsupportedIn } from './sentences.ts';

const said = (text: string) => sentencesOf(text).map((one) => one.text);
const flagged = (text: string) => unsupportedIn(text).map((one) => one.text);

describe('sentences of an investigation report', () => {
  it('end where an English, a Russian and a Chinese reader end them', () => {
    assert.deepEqual(said('The pump stopped at 02:41. Nobody had pressed a button! Why? It was remote.'), [
      'The pump stopped at 02:41.',
      'Nobody had pressed a button!',
      'Why?',
      'It was remote.',
    ]);
    assert.deepEqual(said('Насос остановился в 02:41. Никто не нажимал кнопку! Почему? Удалённо…'), [
      'Насос остановился в 02:41.',
      'Никто не нажимал кнопку!',
      'Почему?',
      'Удалённо…',
    ]);
    assert.deepEqual(said('水泵在02:41停止。没有人按下按钮！为什么？“远程。”随后恢复。'), [
      '水泵在02:41停止。',
      '没有人按下按钮！',
      '为什么？',
      '“远程。”',
      '随后恢复。',
    ]);
    assert.deepEqual(said('He said “Stop.” Then he left. (Nobody saw it.) It was dark.'), [
      'He said “Stop.”',
      'Then he left.',
      '(Nobody saw it.)',
      'It was dark.',
    ]);
    assert.deepEqual(said('“Stop!” he said.'), ['“Stop!” he said.']);
  });

  it('do not end at abbreviations, initials, numbers, versions, names of files and addresses', () => {
    for (const one of [
      'See Fig. 3 and No. 5, e.g. the frame of Dr. Smith vs. the log, i.e. 14 bytes.',
      'The firmware V4.35.2 of 10.0.0.7 wrote s7otbxdx.dll at approx. 02:41.',
      'J. R. Smith of Aurum Controls Inc. signed it.',
      'См. рис. 3 и табл. 2, т. е. кадр 14 и др. записи журнала.',
      'Инженер И. И. Иванов загрузил проект в 2026 г. через станцию, т.к. она была открыта.',
      'It was read at https://aurum.example/a.b?c=d.e and `x. Y` as well.',
      '固件版本为V4.35.2，地址为10.0.0.7。',
      'Waiting... then it went on.',
    ])
      assert.equal(said(one).length, 1, one);
    assert.deepEqual(said('Журналы, снимки и т. д. Контроллер не трогали.'), [
      'Журналы, снимки и т. д.',
      'Контроллер не трогали.',
    ]);
    assert.deepEqual(said('Это было в 2026 г. Контроллер остановился.').length, 2);
    assert.deepEqual(said('They took logs, disks etc. Nobody touched the PLC.').length, 2);
    assert.deepEqual(said('The writes stopped. tcpdump shows none.').length, 2);
  });

  it('are supported by a reference before the full stop or behind it', () => {
    assert.deepEqual(flagged('The pump stopped [F1]. It ran again. [F2] It is safe.[F3]'), []);
    assert.deepEqual(flagged('The pump stopped [F1]. It ran again.'), ['It ran again.']);
    assert.deepEqual(flagged('It stopped. [F2] shows the write.'), ['It stopped.']);
    assert.deepEqual(flagged('水泵停止[F1]。没有人按下按钮。阀门关闭。【F2】'), ['没有人按下按钮。']);
    assert.deepEqual(flagged('Насос остановился [Ф1]. Он удалённый.'), ['Он удалённый.']);
    assert.deepEqual(flagged('A constant `[F1]` is no reference.'), ['A constant `[F1]` is no reference.']);
  });

  it('are the items of a list and the rows of a table; headings, code and the line above a list are none', () => {
    const text = [
      '# What happened',
      '',
      'It began at night [F1]. Three things were written:',
      '',
      '1. the block OB1 [F2]',
      '2. the block FC7',
      '   and its header',
      '* a note. It was new [F3].',
      '',
      '| block | when |',
      '| --- | --- |',
      '| OB1 | 02:41 [F2] |',
      '| FC7. And more | 02:42 |',
      '',
      '```',
      'S7 download. Nothing else.',
      '```',
      '> Quoted by the shift.',
      '',
      'Underlined',
      '==========',
    ].join('\n');
    assert.deepEqual(flagged(text), [
      'the block FC7\n   and its header',
      'a note.',
      '| FC7. And more | 02:42 |',
      'Quoted by the shift.',
    ]);
    for (const { start, end, text: one } of sentencesOf(text)) assert.equal(text.slice(start, end), one);
    assert.deepEqual(flagged('写入了以下内容：\n\n1、OB1 [F2]\n2、FC7'), ['FC7']);
    assert.deepEqual(flagged('Записано:\n- OB1 [F1];\n- FC7 [F2].'), []);
    assert.deepEqual(flagged('Two were written:'), ['Two were written:']);
  });

  it('name facts one by one, in lists and in ranges, each once', () => {
    assert.deepEqual(factsNamedIn('[F3] [F1, F2] [F2–F4] [F 7; 9] [G8] F6'), [3, 1, 2, 4, 7, 9]);
    assert.deepEqual(numbersOf('[F1-F9999]').length, 200);
  });

  it('are found in any text, in order, without overlap, and quickly', () => {
    const pieces = fc.constantFrom(
      '.',
      '!',
      ' ',
      '\n',
      '[F1]',
      '。',
      'г',
      'A',
      '|',
      '- ',
      '`',
      '```\n',
      '(',
      '”',
      '🙂',
      ':',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 60 }),
        (parts) => {
          const text = parts.join('');
          let before = 0;
          for (const { start, end, text: one } of sentencesOf(text)) {
            assert.ok(start >= before && end > start && end <= text.length);
            assert.equal(text.slice(start, end), one);
            before = end;
          }
        },
      ),
      { numRuns: 100 },
    );
    for (const hostile of [
      '. '.repeat(50_000),
      '[F1 '.repeat(25_000),
      '`'.repeat(100_000),
      '> '.repeat(50_000),
      'a:\n- b\n'.repeat(15_000),
      '|a|\n'.repeat(25_000),
      '. [F1]'.repeat(16_000),
      ' '.repeat(100_000),
      '|- '.repeat(33_000),
      '- - '.repeat(25_000),
      'а. '.repeat(33_000),
    ]) {
      const before = process.cpuUsage();
      sentencesOf(hostile);
      assert.ok(process.cpuUsage(before).user < 2_000_000, hostile.slice(0, 12));
    }
  });
});

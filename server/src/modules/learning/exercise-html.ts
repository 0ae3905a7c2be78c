import type { ExerciseDraft, Language } from '@busbar/contract';

const words: Record<
  Language,
  { exercise: string; at: string; says: string; expects: string; uncovered: string }
> = {
  en: { exercise: 'EXERCISE', at: 'Time', says: 'Inject', expects: 'Expected', uncovered: 'not covered' },
  ru: { exercise: 'УЧЕНИЕ', at: 'Время', says: 'Вводная', expects: 'Ожидается', uncovered: 'не покрыто' },
  zh: { exercise: '演练', at: '时间', says: '情景注入', expects: '预期行动', uncovered: '未覆盖' },
};

/** An exercise to be printed and played: a page without scripts that needs nothing else. Everything in it is escaped. */
export function exerciseHtml({ language, title, injects }: ExerciseDraft): string {
  const said = words[language];
  const rows = injects.map(
    ({ after, says, expects }) =>
      `<tr><td>T+${Math.floor(after / 60)}:${String(after % 60).padStart(2, '0')}</td><td>${escaped(says)}</td><td>${
        expects ? escaped(expects) : `<em>${said.uncovered}</em>`
      }</td></tr>`,
  );
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;white-space:pre-wrap}</style></head>
<body><main><p><strong>${said.exercise}</strong></p><h1>${escaped(title)}</h1>
<table><thead><tr><th>${said.at}</th><th>${said.says}</th><th>${said.expects}</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></main></body></html>
`;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

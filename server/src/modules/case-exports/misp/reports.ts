import { uuid5 } from '../ids.ts';
import type { CasePicture } from '../picture.ts';
import { audienceOf, leftOutSays } from '../words.ts';

/** What people wrote and in which order things happened, as reports of the event (Markdown). */
export function eventReports(picture: CasePicture): object[] {
  const { told, observations, facts, measures, recommendations, leftOut } = picture;
  const summary = told && [
    plainly(told.sees),
    `Severity ${told.severity}; reach ${told.spread}; root cause ${told.rootCause ?? 'not known'}.`,
    `Effect on safety: ${told.impact.safety}, production: ${told.impact.production}, environment: ${told.impact.environment}, data: ${told.impact.data}.`,
    audienceOf[picture.label],
  ];
  const seen = observations.map(
    ({ from, text, techniques }) =>
      `- ${from ?? 'no time'} ${[plainly(text), ...techniques.map(({ id }) => id)].join(' ')}`,
  );
  const said = facts.map(({ number, says, evidence }) => {
    const stands = evidence.map(({ name, place }) => plainly([name, place].filter(Boolean).join(', ')));
    return `- F${number} ${plainly(says)}${stands.length > 0 ? ` (${stands.join('; ')})` : ''}`;
  });
  const done = [
    ...measures.map(({ title, does, state }) => `- ${plainly(title)} (${state}): ${plainly(does)}`),
    ...recommendations.map(({ number, title, because }) =>
      [`- R${number} ${plainly(title)}`, plainly(because)].filter(Boolean).join(': '),
    ),
  ];
  return [
    report('Summary', summary ?? []),
    report('Timeline', [...seen, ...(leftOut > 0 ? [leftOutSays(leftOut)] : [])]),
    report('Facts', said),
    report('Measures and recommendations', done),
  ].flatMap((one) => one ?? []);

  function report(name: string, lines: readonly string[]): object | undefined {
    if (lines.length === 0) return undefined;
    return {
      uuid: uuid5(`misp-report ${picture.id} ${name}`),
      name: `${picture.reference} ${name}`,
      content: lines.join('\n\n'),
      timestamp: String(Math.floor(Date.parse(picture.at) / 1000)),
      distribution: '5',
      deleted: false,
    };
  }
}

/** On one line, and no Markdown or HTML of whoever wrote it: MISP renders these reports. */
const plainly = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>#|@~!]/g, String.raw`\$&`);

import { sorted } from './advisory.ts';

/**
 * The next version of a document, which takes back what it said: why, and nothing else of it (profile "Withdrawn", CSAF
 * 2.1 section 4.6). Its number is below that of any version its publisher may still write: 3.0.1 after 3. Semantic
 * numbers and plain ones must not stand in one history (6.1.30), so the earlier ones are written out.
 */
export function withdrawn(
  document: Readonly<Record<string, any>>,
  { reason, at }: { readonly reason: string; readonly at: string },
): Record<string, unknown> {
  const { document: about, ...rest } = document;
  const { tracking } = about;
  const [major = '0', minor = '0', patch = '0'] = numberOf(tracking.version).split(/[.+-]/);
  const version = `${major}.${minor}.${Number(patch) + 1}`;
  const { notes: _, aggregate_severity: __, ...kept } = about;
  return sorted({
    ...(rest['$schema'] !== undefined && { $schema: rest['$schema'] }),
    document: {
      ...kept,
      category: about.csaf_version === '2.0' ? 'Withdrawn' : 'csaf_withdrawn',
      notes: [{ category: 'description', title: 'Reasoning for Withdrawal', text: reason }],
      tracking: {
        ...tracking,
        status: 'final',
        version,
        current_release_date: at,
        revision_history: [
          ...tracking.revision_history.map((one: { number: string }) => ({
            ...one,
            number: numberOf(one.number),
          })),
          { number: version, date: at, summary: 'Withdrawn.' },
        ],
      },
    },
  }) as Record<string, unknown>;
}

const numberOf = (version: string) => (/^\d+$/.test(version) ? `${version}.0.0` : version);

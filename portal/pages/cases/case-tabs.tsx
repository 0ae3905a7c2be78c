import { useText } from '../../i18n/text.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { usePulse } from '../live.ts';

/** The pages of one case, below its address; those of the desk are for the CERT. */
const pages = [
  { path: '', word: 'case.tab.room', desk: false },
  { path: '/letters', word: 'letters', desk: true },
  { path: '/plant', word: 'case.tab.plant', desk: false },
  { path: '/timeline', word: 'case.tab.timeline', desk: false },
  { path: '/evidence', word: 'case.tab.evidence', desk: false },
  { path: '/step', word: 'case.tab.step', desk: true },
  { path: '/tasks', word: 'case.tab.tasks', desk: false },
  { path: '/measures', word: 'case.tab.measures', desk: false },
  { path: '/deadlines', word: 'case.tab.deadlines', desk: false },
  { path: '/report', word: 'case.tab.report', desk: false },
  { path: '/consents', word: 'case.tab.consents', desk: false },
  { path: '/people', word: 'case.tab.people', desk: false },
  { path: '/access', word: 'audit.accesses', desk: false },
  { path: '/retention', word: 'case.tab.retention', desk: false },
] as const;

/** On every page of a case, under its heading. With a pulse, the page follows what changes in the case. */
export function CaseTabs({
  id,
  current,
  pulse,
}: {
  id: string;
  current: (typeof pages)[number]['path'];
  pulse?: string | undefined;
}) {
  const text = useText();
  const may = useMay();
  const isThere = usePulse(id, pulse);
  return (
    <>
      <Tabs
        label={text('case.tabs')}
        tabs={pages
          .filter(({ desk }) => !desk || may('triage and move cases'))
          .map(({ path, word }) => ({
            label: text(word),
            to: `/cases/${id}${path}`,
            current: path === current,
          }))}
      />
      {!isThere && <Notice kind="warn">{text('case.lineLost')}</Notice>}
    </>
  );
}

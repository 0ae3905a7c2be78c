import { useText } from '../../i18n/text.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';

/** The pages of one case, below its address. */
const pages = [
  { path: '', word: 'case.tab.room' },
  { path: '/letters', word: 'letters', action: 'triage and move cases' },
  { path: '/tasks', word: 'case.tab.tasks' },
  { path: '/measures', word: 'case.tab.measures' },
  { path: '/deadlines', word: 'case.tab.deadlines' },
  { path: '/report', word: 'case.tab.report' },
  { path: '/consents', word: 'case.tab.consents' },
  { path: '/access', word: 'audit.accesses' },
  { path: '/retention', word: 'case.tab.retention' },
] as const;

/** On every page of a case, under its heading. */
export function CaseTabs({ id, current }: { id: string; current: (typeof pages)[number]['path'] }) {
  const text = useText();
  const may = useMay();
  return (
    <Tabs
      label={text('case.tabs')}
      tabs={pages
        .filter((page) => !('action' in page) || may(page.action))
        .map(({ path, word }) => ({
          label: text(word),
          to: `/cases/${id}${path}`,
          current: path === current,
        }))}
    />
  );
}

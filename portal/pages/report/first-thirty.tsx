import { useText } from '../../i18n/text.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';

/**
 * What to do, and what not to do to the plant, in the first half hour; by the answer that asks for it. `report.<id>` says
 * what, `report.<id>.why` why. What it turns out to be later does not make any of it wrong.
 */
const cards = [
  { id: 'safety', icon: 'alarm', after: 'danger', answers: ['yes'] },
  { id: 'assume', icon: 'alarm', after: 'danger', answers: ['unknown'] },
  { id: 'safeState', icon: 'wrench', after: 'control', answers: ['no'] },
  { id: 'manual', icon: 'wrench', after: 'control', answers: ['partly', 'unknown'] },
  { id: 'gauges', icon: 'eye', after: 'control', answers: ['partly', 'unknown'] },
  { id: 'people', icon: 'people', after: 'sees', answers: [] },
  { id: 'controllers', icon: 'controller', after: 'sees', answers: [] },
  { id: 'power', icon: 'lock', after: 'sees', answers: [] },
  { id: 'photograph', icon: 'eye', after: 'sees', answers: [] },
  { id: 'network', icon: 'gateway', after: 'sees', answers: [] },
  { id: 'notes', icon: 'document', after: 'sees', answers: [] },
  { id: 'talk', icon: 'phone', after: 'sees', answers: [] },
] as const satisfies readonly {
  id: string;
  icon: IconName;
  after: 'danger' | 'control' | 'sees';
  answers: readonly string[];
}[];

/** The cards of one question. Which of them an answer brings up is done by the style sheet; without it all are there. */
export function FirstThirty({ after }: { after: (typeof cards)[number]['after'] }) {
  const text = useText();
  return (
    <ul className="advice plain-list">
      {cards
        .filter((card) => card.after === after)
        .map(({ id, icon, answers }) => (
          <li
            key={id}
            className={[
              'advice-card',
              ...(answers.length > 0 ? ['when'] : []),
              ...answers.map((one) => `when-${one}`),
            ].join(' ')}
          >
            <Icon name={icon} size={24} />
            <div>
              <h3>{text(`report.${id}`)}</h3>
              <p>{text(`report.${id}.why`)}</p>
            </div>
          </li>
        ))}
    </ul>
  );
}

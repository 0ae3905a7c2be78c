import { useEffect, useState, type ReactNode } from 'react';
import { Form, Link, useLocation, useNavigation, useRouteLoaderData } from 'react-router';

import { mayDo, type Action, type Contact, type Grant, type Instance, type Me } from '@busbar/contract';

import { localeNames, locales } from '../i18n/locale.ts';
import { useText, type Key } from '../i18n/text.tsx';
import { Button } from './button.tsx';
import { useHere } from './here.ts';
import { Icon, Mark, type IconName } from './icon.tsx';
import { leave, useOwnShelf } from './kept.ts';
import { Menu } from './menu.tsx';
import { roleNames } from './role-names.ts';
import { Palette } from './palette.tsx';
import { SeenBy, type Seen } from './seen.tsx';

export interface Visitor {
  me: Me | null;
  instance: Instance | null;
  /** How many alerts the reader has not opened; nothing for whoever gets none. */
  unseen: number | null;
  theme: 'auto' | 'light' | 'dark';
  zone: string | null;
  now: number;
  origin: string;
}

/** What every page knows without asking: who reads, and how to reach the CERT. */
export function useVisitor(): Visitor {
  const visitor = useRouteLoaderData('root') as Visitor | undefined;
  return visitor ?? { me: null, instance: null, unseen: null, theme: 'auto', zone: null, now: 0, origin: '' };
}

/** May the reader do this, by the same table the server asks? Buttons are drawn from it; the server decides. */
export function useMay(): (action: Action, serves?: readonly Grant[]) => boolean {
  const { me } = useVisitor();
  return (action, serves) => mayDo(me?.roles ?? ['PUB'], action, serves);
}

export function useCert(): Contact | null {
  return useVisitor().instance?.cert ?? null;
}

/** On one line: a number that is broken is read wrong. */
export function PhoneLink({ cert: { phone } }: { cert: Contact }) {
  return (
    <a className="nowrap" href={`tel:${phone.replaceAll(' ', '')}`}>
      {phone}
    </a>
  );
}

export interface Place {
  to: string;
  label: Key;
  icon: IconName;
  /** The row of the permission matrix the page stands under. */
  action: Action;
  serves?: readonly Grant[];
  /** Pages elsewhere that belong to it. */
  also?: string;
}

export interface PlaceGroup {
  label: Key;
  places: readonly Place[];
}

const groups: readonly PlaceGroup[] = [
  {
    label: 'nav.group.plant',
    places: [
      {
        to: '/plant',
        label: 'nav.plant',
        icon: 'map',
        action: 'manage sites zones assets',
        serves: ['own'],
        also: '/captures',
      },
      {
        to: '/zones',
        label: 'nav.zones',
        icon: 'columns',
        action: 'manage sites zones assets',
        serves: ['own'],
      },
      {
        to: '/assets',
        label: 'nav.assets',
        icon: 'controller',
        action: 'manage sites zones assets',
        serves: ['own'],
      },
      {
        to: '/warnings',
        label: 'nav.warnings',
        icon: 'alarm',
        action: 'see matches of assets and advisories',
        serves: ['own'],
      },
      {
        to: '/who-sees',
        label: 'nav.readers',
        icon: 'eye',
        action: 'manage sites zones assets',
        serves: ['own'],
      },
      {
        to: '/plants',
        label: 'plants',
        icon: 'building',
        action: 'manage sites zones assets',
        serves: ['consent'],
      },
      {
        to: '/cases',
        label: 'nav.cases',
        icon: 'phone',
        action: 'read case (messages, observations, findings)',
        serves: ['own'],
      },
      {
        to: '/findings',
        label: 'findings',
        icon: 'check',
        action: 'read case (messages, observations, findings)',
        serves: ['own'],
      },
      {
        to: '/alerts',
        label: 'alerts',
        icon: 'bell',
        action: 'set match state / acknowledge alert',
      },
    ],
  },
  {
    label: 'nav.group.watch',
    places: [
      { to: '/cases', label: 'nav.cases', icon: 'phone', action: 'triage and move cases' },
      {
        to: '/notices',
        label: 'nav.notices',
        icon: 'document',
        action: 'read notices sent to my organisation',
      },
      { to: '/radar', label: 'nav.radar', icon: 'radar', action: 'import advisories of others' },
      {
        to: '/vulnerabilities',
        label: 'nav.vulnerabilities',
        icon: 'alarm',
        action: 'read publication TLP:CLEAR',
      },
      {
        to: '/verdicts',
        label: 'verdicts',
        icon: 'equal',
        action: 'check a claim (not its author)',
        serves: ['Y'],
        also: '/check-invitations',
      },
      {
        to: '/checks',
        label: 'checks',
        icon: 'equal',
        action: 'check a claim (not its author)',
        serves: ['invited'],
      },
      {
        to: '/advisories',
        label: 'nav.advisories',
        icon: 'document',
        action: 'read publication TLP:CLEAR',
      },
      { to: '/detections', label: 'watched', icon: 'eye', action: 'read publication TLP:CLEAR' },
      { to: '/sources', label: 'nav.sources', icon: 'download', action: 'import advisories of others' },
      { to: '/packs', label: 'nav.packs', icon: 'save', action: 'carry packs in and out' },
      {
        to: '/reach',
        label: 'nav.reach',
        icon: 'people',
        action: 'see matches of assets and advisories',
        serves: ['count>=k'],
      },
    ],
  },
  {
    label: 'nav.group.publications',
    places: [
      { to: '/drafts', label: 'nav.publications', icon: 'pencil', action: 'draft publication' },
      {
        to: '/proposals',
        label: 'nav.proposals',
        icon: 'inbox',
        action: 'draft publication',
        serves: ['propose', 'Y'],
      },
      { to: '/releases', label: 'nav.releases', icon: 'seal', action: 'draft publication', serves: ['Y'] },
      {
        to: '/published',
        label: 'nav.published',
        icon: 'news',
        action: 'read publication TLP:CLEAR',
        also: '/subscriptions',
      },
    ],
  },
  {
    label: 'nav.group.house',
    places: [
      {
        to: '/organisations',
        label: 'nav.organisations',
        icon: 'building',
        action: 'approve a member organisation',
      },
      {
        to: '/members',
        label: 'nav.members',
        icon: 'people',
        action: 'see the members of my organisation',
      },
      { to: '/keys', label: 'keys', icon: 'key', action: 'manage machine accounts of own organisation' },
      {
        to: '/webhooks',
        label: 'nav.webhooks',
        icon: 'open',
        action: 'manage machine accounts of own organisation',
      },
      { to: '/jobs', label: 'nav.jobs', icon: 'clock', action: 'see jobs', serves: ['own', 'meta'] },
      {
        to: '/signing-keys',
        label: 'signingKeys',
        icon: 'shield',
        action: 'manage platform settings and roles',
      },
      {
        to: '/authorities',
        label: 'nav.authorities',
        icon: 'building',
        action: 'manage platform settings and roles',
      },
      { to: '/names', label: 'taught', icon: 'equal', action: 'manage platform settings and roles' },
      { to: '/mail', label: 'nav.mail', icon: 'inbox', action: 'manage platform settings and roles' },
      {
        to: '/access',
        label: 'audit.accesses',
        icon: 'eye',
        action: 'see who accessed my case',
        serves: ['own', 'Y', 'meta'],
      },
      {
        to: '/retention',
        label: 'retention.calendar',
        icon: 'calendar',
        action: 'legal hold / purge approval',
        serves: ['own', 'propose', 'Y', 'execute'],
      },
      {
        to: '/break-glass',
        label: 'glass',
        icon: 'lock',
        action: 'read case (messages, observations, findings)',
        serves: ['breakglass', 'join'],
      },
      { to: '/audit', label: 'nav.audit', icon: 'chain', action: 'read published audit heads' },
    ],
  },
];

/** So many places stand side by side; more are gathered in menus. */
const FEW_PLACES = 5;

function groupsFor(me: Me | null): readonly PlaceGroup[] {
  const roles = me?.roles ?? ['PUB'];
  return groups
    .map(({ label, places }) => ({
      label,
      places: places.filter(({ action, serves }) => mayDo(roles, action, serves)),
    }))
    .filter(({ places }) => places.length > 0);
}

export function placesFor(me: Me | null): readonly Place[] {
  return groupsFor(me).flatMap(({ places }) => places);
}

export function Shell({ children }: { children: ReactNode }) {
  const text = useText();
  const visitor = useVisitor();
  const cert = useCert();
  const navigation = useNavigation();
  const shown = groupsFor(visitor.me);
  useOwnShelf(visitor.me?.person?.id);
  const places = shown.flatMap((group) => group.places);

  return (
    <>
      <a className="skip" href="#main">
        {text('skip')}
      </a>
      <header className={navigation.state === 'idle' ? 'head' : 'head head-busy'}>
        <Link to="/" className="brand">
          <Mark />
          <span className="brand-name">{cert?.shortName ?? text('product')}</span>
        </Link>
        <nav className="nav" aria-label={text('nav')}>
          {places.length <= FEW_PLACES
            ? places.map((place) => <PlaceLink key={place.to} place={place} />)
            : shown.map((group) => <PlaceMenu key={group.label} group={group} />)}
        </nav>
        <div className="head-end">
          <Search />
          <Bell unseen={visitor.unseen} />
          <Link to="/report" className="button button-danger report-button" aria-label={text('report')}>
            <Icon name="alarm" />
            <span className="wide-only">{text('report')}</span>
            <span className="narrow-only">{text('report.short')}</span>
          </Link>
          <nav className="nav-menu" aria-label={text('nav')}>
            <Menu icon="menu" label={null} hint={text('nav')} side="end">
              {shown.map((group) => (
                <PlaceList key={group.label} group={group} headed={shown.length > 1} />
              ))}
              <ul className="menu-list menu-rule">
                <li>
                  <Link to="/search" className="menu-item">
                    <Icon name="search" /> {text('search')}
                  </Link>
                </li>
              </ul>
            </Menu>
          </nav>
        </div>
      </header>
      {children}
      <Foot />
      <Palette places={places} />
    </>
  );
}

function Bell({ unseen }: { unseen: number | null }) {
  const text = useText();
  if (unseen === null) return null;
  return (
    <Link to="/alerts" className="bell" aria-label={text('alerts.bell', { count: unseen })}>
      <Icon name="bell" size={18} />
      {unseen > 0 && <span className="bell-count">{unseen > 99 ? '99+' : unseen}</span>}
    </Link>
  );
}

function isAt(pathname: string, { to, also }: Place): boolean {
  return [to, also].some((base) => base && (pathname === base || pathname.startsWith(`${base}/`)));
}

function PlaceLink({ place }: { place: Place }) {
  const text = useText();
  const current = isAt(useLocation().pathname, place);
  return (
    <Link
      to={place.to}
      className={current ? 'nav-link active' : 'nav-link'}
      aria-current={current ? 'page' : undefined}
      prefetch="intent"
    >
      {text(place.label)}
    </Link>
  );
}

/** A group of which the reader sees one place is that place. */
function PlaceMenu({ group }: { group: PlaceGroup }) {
  const text = useText();
  const { pathname } = useLocation();
  const [only] = group.places;
  if (group.places.length === 1 && only) return <PlaceLink place={only} />;
  const current = group.places.some((place) => isAt(pathname, place));
  return (
    <Menu
      label={
        <>
          {text(group.label)} <Icon name="chevronDown" size={12} />
        </>
      }
      group="nav"
      current={current}
      className="nav-group"
    >
      <PlaceList group={group} />
    </Menu>
  );
}

function PlaceList({ group, headed = false }: { group: PlaceGroup; headed?: boolean }) {
  const text = useText();
  const { pathname } = useLocation();
  return (
    <>
      {headed && <p className="menu-heading">{text(group.label)}</p>}
      <ul className="menu-list" aria-label={text(group.label)}>
        {group.places.map((place) => (
          <li key={place.to}>
            <Link
              to={place.to}
              className="menu-item"
              aria-current={isAt(pathname, place) ? 'page' : undefined}
            >
              <Icon name={place.icon} /> {text(place.label)}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function Search() {
  const text = useText();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      event.preventDefault();
      document.querySelector<HTMLInputElement>('#search')?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <Form action="/search" method="get" role="search" className="search" aria-label={text('search')}>
      <Icon name="search" />
      <input
        id="search"
        className="input"
        type="search"
        name="q"
        placeholder={text('search.placeholder')}
        aria-label={text('search')}
        aria-keyshortcuts="/"
        maxLength={200}
      />
      <kbd aria-hidden="true">/</kbd>
    </Form>
  );
}

export function isTyping(target: EventTarget | null): boolean {
  // A letter says nothing to a tick.
  if (target instanceof HTMLInputElement && (target.type === 'checkbox' || target.type === 'radio'))
    return false;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Under the header on every page: as whom I act, who can see this, and what help there is. */
export function ContextBar({ seen, help }: { seen: Seen; help?: string | undefined }) {
  const text = useText();
  const cert = useCert();
  const { instance } = useVisitor();
  const here = useHere();
  return (
    <div className="context" role="region" aria-label={text('context')}>
      {!here && <ActingAs />}
      <SeenBy seen={seen} />
      {instance?.demo && (
        <span className="demo-mark" title={text('demo.mark')}>
          <span className="wide-only">{text('demo.mark')}</span>
          <span className="narrow-only">{text('demo.short')}</span>
        </span>
      )}
      <span className="context-end row">
        <Languages />
        <Themes />
        <Menu
          icon="help"
          label={<span className="wide-only">{text('help')}</span>}
          hint={text('help')}
          side="end"
          className="menu-chip"
        >
          <div className="stack stack-s">
            <p className="strong">{text('help.title')}</p>
            <p>{help ?? text('help.general')}</p>
            <dl className="keys">
              <dt>
                <kbd>/</kbd>
              </dt>
              <dd>{text('help.key.search')}</dd>
              <dt>
                <kbd>{text('key.ctrl')}</kbd> <kbd>K</kbd>
              </dt>
              <dd>{text('help.key.palette')}</dd>
              <dt>
                <kbd>↑</kbd> <kbd>↓</kbd>
              </dt>
              <dd>{text('help.key.rows')}</dd>
              <dt>
                <kbd>{text('key.enter')}</kbd>
              </dt>
              <dd>{text('help.key.open')}</dd>
            </dl>
            {cert && (
              <p className="soft small">
                {text.rich('help.contact', {
                  cert: cert.name,
                  phone: <PhoneLink cert={cert} />,
                })}
              </p>
            )}
          </div>
        </Menu>
      </span>
    </div>
  );
}

function ActingAs() {
  const text = useText();
  const { me } = useVisitor();
  const back = useBack();
  if (!me?.person) {
    return (
      <span className="row">
        <span className="chip">
          <Icon name="person" /> {text('acting.visitor')}
        </span>
        <Link to={`/sign-in?back=${encodeURIComponent(back)}`}>{text('signIn')}</Link>
      </span>
    );
  }
  const { person, acting, memberships } = me;
  const roles = acting && roleNames(text, acting.roles);
  return (
    <Menu
      icon="person"
      className="menu-chip acting"
      label={
        <span className="clip">
          <span className="wide-only">{person.name} · </span>
          <strong>{acting?.organisation.name ?? text('acting.none')}</strong>
        </span>
      }
    >
      <p className="strong">{text('acting.title')}</p>
      <p className="soft">
        {acting
          ? text('acting.sentence', {
              name: person.name,
              organisation: acting.organisation.name,
              roles: roles ?? '',
            })
          : text('acting.none.sentence')}
      </p>
      {memberships.length > 1 && (
        <form method="post" action="/acting">
          <input type="hidden" name="back" value={back} />
          <ul className="menu-list">
            {memberships.map((membership) => (
              <li key={membership.id}>
                <button
                  className="menu-item"
                  name="membership"
                  value={membership.id}
                  aria-current={membership.id === acting?.id || undefined}
                >
                  <Icon name={membership.id === acting?.id ? 'check' : 'arrowRight'} />
                  <span>
                    {membership.organisation.name}
                    <br />
                    <span className="small soft">{roleNames(text, membership.roles)}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </form>
      )}
      <ul className="menu-list menu-rule">
        <li>
          <Link to="/me" className="menu-item">
            <Icon name="key" /> {text('profile')}
          </Link>
        </li>
        <li>
          <form method="post" action="/sign-out" onSubmit={leave}>
            <button className="menu-item">
              <Icon name="cross" /> {text('signOut')}
            </button>
          </form>
        </li>
      </ul>
    </Menu>
  );
}

function Languages() {
  const text = useText();
  const back = useBack();
  const here = useHere();
  return (
    <Menu
      icon="language"
      label={<span className="wide-only">{localeNames[text.locale]}</span>}
      hint={`${text('language')}: ${localeNames[text.locale]}`}
      side="end"
      className="menu-chip"
    >
      <form method="post" action="/preferences">
        <input type="hidden" name="back" value={back} />
        <ul className="menu-list">
          {locales.map((locale) => (
            <li key={locale}>
              <button
                className="menu-item"
                name="language"
                type={here ? 'button' : 'submit'}
                onClick={() => here?.choose({ language: locale })}
                value={locale}
                lang={locale}
                aria-current={locale === text.locale || undefined}
              >
                <Icon name={locale === text.locale ? 'check' : 'language'} /> {localeNames[locale]}
              </button>
            </li>
          ))}
        </ul>
      </form>
    </Menu>
  );
}

const themes = [
  { theme: 'auto', icon: 'theme' },
  { theme: 'light', icon: 'sun' },
  { theme: 'dark', icon: 'moon' },
] as const;

function Themes() {
  const text = useText();
  const back = useBack();
  const here = useHere();
  const visitor = useVisitor();
  const current = here?.theme ?? visitor.theme;
  return (
    <Menu
      icon={themes.find(({ theme }) => theme === current)?.icon ?? 'theme'}
      label={null}
      hint={text('theme')}
      side="end"
      className="menu-chip"
    >
      <form method="post" action="/preferences">
        <input type="hidden" name="back" value={back} />
        <ul className="menu-list">
          {themes.map(({ theme, icon }) => (
            <li key={theme}>
              <button
                className="menu-item"
                name="theme"
                type={here ? 'button' : 'submit'}
                onClick={() => here?.choose({ theme })}
                value={theme}
                aria-current={theme === current || undefined}
              >
                <Icon name={icon} /> {text(`theme.${theme}`)}
              </button>
            </li>
          ))}
        </ul>
      </form>
    </Menu>
  );
}

/** Where a form of the shell brings the reader back to. */
function useBack(): string {
  const { pathname, search } = useLocation();
  return pathname === '/sign-in' ? '/' : pathname + search;
}

function Foot() {
  const text = useText();
  const cert = useCert();
  const { instance } = useVisitor();
  return (
    <footer className="foot">
      <div>
        {cert ? (
          <>
            <strong>{cert.name}</strong>
            <br />
            <PhoneLink cert={cert} /> · <a href={`mailto:${cert.email}`}>{cert.email}</a>
          </>
        ) : (
          <strong>{text('product')}</strong>
        )}
      </div>
      <nav className="row" aria-label={text('foot')}>
        <Link to="/advisories">{text('nav.advisories')}</Link>
        <Link to="/audit">{text('nav.audit')}</Link>
        <Link to="/report">{text('report')}</Link>
        <Link to="/report/follow">{text('report.follow')}</Link>
        <Link to="/verify">{text('foot.verify')}</Link>
        <Link to="/signing-keys">{text('foot.signingKeys')}</Link>
        <Link to="/rfc2350">{text('rfc2350')}</Link>
        <a href="/api/openapi.json">{text('foot.api')}</a>
      </nav>
      <span className="faint small">{text('foot.version', { version: instance?.version ?? '–' })}</span>
    </footer>
  );
}

/** Copies words and says so; without scripts there is the text itself to select. */
export function CopyButton({ words, label }: { words: string; label?: string }) {
  const text = useText();
  const [copied, setCopied] = useState(false);
  return (
    <Button
      size="small"
      icon={copied ? 'check' : 'copy'}
      onClick={() => {
        void navigator.clipboard.writeText(words).then(() => {
          setCopied(true);
          setTimeout(() => setCopied(false), 2000);
        });
      }}
    >
      <span aria-live="polite">{copied ? text('copied') : (label ?? text('copy'))}</span>
    </Button>
  );
}

import { index, route, type RouteConfig } from '@react-router/dev/routes';

/** Every page of the portal, by address. */
export default [
  index('pages/public/home.tsx'),
  route('report-incident', 'pages/public/report-incident.tsx'),
  route('search', 'pages/public/search.tsx'),
  route('preferences', 'pages/account/preferences.ts'),

  route('set-up', 'pages/account/set-up.tsx'),
  route('sign-in', 'pages/account/sign-in.tsx'),
  route('sign-in/code', 'pages/account/second-step.tsx'),
  route('sign-out', 'pages/account/sign-out.ts'),
  route('acting', 'pages/account/acting.tsx'),
  route('me', 'pages/account/me.tsx'),
  route('me/totp', 'pages/account/totp.tsx'),
  route('invitation/:code?', 'pages/people/accept.tsx'),

  route('members', 'pages/people/members.tsx'),
  route('organisations', 'pages/people/organisations.tsx'),
  route('keys', 'pages/people/keys.tsx'),

  route('plant', 'pages/plant/plant.tsx'),
  route('captures/:id', 'pages/plant/capture.tsx', [
    index('pages/plant/capture-detections.tsx'),
    route('unusual', 'pages/plant/capture-differences.tsx'),
    route('devices', 'pages/plant/capture-devices.tsx'),
    route('map', 'pages/plant/capture-map.tsx'),
    route('conversations', 'pages/plant/capture-conversations.tsx'),
    route('operations', 'pages/plant/capture-operations.tsx'),
    route('values', 'pages/plant/capture-values.tsx'),
    route('files', 'pages/plant/capture-files.tsx'),
    route('warnings', 'pages/plant/capture-warnings.tsx'),
    route('problems', 'pages/plant/capture-problems.tsx'),
  ]),
  route('captures/:id/messages/:packet', 'pages/plant/message.tsx'),
  route('captures/:id/report', 'pages/plant/report.tsx'),
  route('captures/:id/actions', 'pages/plant/capture-actions.ts'),
  route('assets', 'pages/assets/assets.tsx'),
  route('assets/:id', 'pages/assets/asset.tsx'),
  route('warnings', 'pages/warnings/warnings.tsx'),
  route('warnings/:id', 'pages/warnings/warning.tsx'),

  route('advisories', 'pages/advisories/advisories.tsx'),
  route('advisories/import', 'pages/advisories/import.tsx'),
  route('advisories/:id', 'pages/advisories/advisory.tsx'),

  route('sources', 'pages/sources/sources.tsx'),
  route('sources/add', 'pages/sources/add-source.tsx'),
  route('sources/:id', 'pages/sources/source.tsx', [
    index('pages/sources/source-contents.tsx'),
    route('runs', 'pages/sources/source-runs.tsx'),
    route('settings', 'pages/sources/source-settings.tsx'),
  ]),

  route('jobs', 'pages/jobs/jobs.tsx'),
  route('audit', 'pages/audit/audit.tsx'),
  ...(process.env['NODE_ENV'] === 'production' && !process.env['BUSBAR_UI']
    ? []
    : [route('ui', 'pages/ui/ui.tsx')]),
  route('*', 'pages/error/not-found.tsx'),
] satisfies RouteConfig;

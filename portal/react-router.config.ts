import type { Config } from '@react-router/dev/config';

export default {
  appDirectory: '.',
  ssr: true,
  // The portal is small: knowing every route from the start saves a request for each first click.
  routeDiscovery: { mode: 'initial' },
} satisfies Config;

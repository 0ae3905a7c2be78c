import { reactRouter } from '@react-router/dev/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [reactRouter()],
  build: { assetsInlineLimit: 0 },
  environments: {
    ssr: {
      build: { rolldownOptions: { input: './server.ts' } },
      // React asks NODE_ENV when it starts, and without it checks itself at every element: a page took three times as long.
      define: { 'process.env.NODE_ENV': '"production"' },
      resolve: { noExternal: ['react', 'react-dom', 'react-router', '@react-router/node'] },
    },
  },
});

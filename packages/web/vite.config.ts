import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `vite` finds the server while the page is being worked on. */
const DEVELOPMENT_SERVER = 'http://127.0.0.1:9999';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    // Nothing is inlined as data: the server's content security policy allows its own files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // What the first page needs comes as one file: a dozen small ones cost more than they save.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
    },
  },
  server: { proxy: { '/api': DEVELOPMENT_SERVER, '/-': DEVELOPMENT_SERVER } },
});

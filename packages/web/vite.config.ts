import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, defineConfig, type Plugin } from 'vite';

/** Where `vite` finds the server while the page is being worked on. */
const DEVELOPMENT_SERVER = 'http://127.0.0.1:9999';

/** Files that keep their names and stand alone: they must work without anything else. */
const STANDING_ALONE = ['service-worker', 'offline'] as const;

/** Builds each of them on its own, so that they share no file with the page. */
function standingAlone(): Plugin {
  let outDir = '';
  return {
    name: 'standing-alone',
    apply: 'build',
    configResolved: (config) => {
      outDir = resolve(config.root, config.build.outDir);
    },
    closeBundle: async () => {
      for (const name of STANDING_ALONE) {
        await build({
          configFile: false,
          publicDir: false,
          logLevel: 'warn',
          build: {
            target: 'es2023',
            outDir,
            emptyOutDir: false,
            modulePreload: false,
            rolldownOptions: {
              input: join(import.meta.dirname, 'src', 'offline', `${name}.ts`),
              output: { format: 'iife', entryFileNames: `${name}.js` },
            },
          },
        });
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), standingAlone()],
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

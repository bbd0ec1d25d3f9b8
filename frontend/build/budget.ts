// Fails the build when the first screen needs more code than it may: what a person waits for on the way
// to the list of hosts, compressed as it travels.
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** KiB of JavaScript, gzip: what it is today, and a little room. The aim is 190. */
const LIMIT = 184;
/** The module of the first screen after the log-in. */
const FIRST = '/screens/hosts/HostsScreen.tsx';

export function budget(): Plugin {
  return {
    name: 'budget',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
      const needed = new Set<string>();
      const need = (file: string) => {
        if (needed.has(file)) return;
        needed.add(file);
        chunks.find((one) => one.fileName === file)?.imports.forEach(need);
      };
      for (const chunk of chunks) {
        if (chunk.isEntry || chunk.facadeModuleId?.endsWith(FIRST)) need(chunk.fileName);
      }
      const bytes = chunks
        .filter((one) => needed.has(one.fileName))
        .reduce((sum, one) => sum + gzipSync(one.code).length, 0);
      const size = `the first screen needs ${(bytes / 1024).toFixed(1)} KiB of JavaScript, gzip`;
      if (bytes > LIMIT * 1024) this.error(`${size}; at most ${LIMIT} are allowed`);
      this.info(size);
    },
  };
}

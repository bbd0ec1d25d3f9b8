// Puts each GraphQL document into the module that asks with it. The generated module holds all of them;
// without this every page would fetch the documents of every screen before it shows anything. A document is
// put there as its text, which is a tenth of its tree; urql reads it when it is first asked with.
import { readFileSync } from 'node:fs';
import { type DocumentNode, print, stripIgnoredCharacters } from 'graphql';
import type { Plugin } from 'vite';

const GENERATED = new URL('../src/graphql/generated/graphql.ts', import.meta.url);
const CALL = /\bgraphql\(\s*`([^`]*)`,?\s*\)/g;
const IMPORT = /^import \{ graphql \} from '@\/graphql\/generated';$/m;
const NAME = /\b(?:(query|mutation|subscription)|fragment)\s+(\w+)/;

const textOf = (document: DocumentNode) => stripIgnoredCharacters(print(document));

export function documents(): Plugin {
  const known = new Map<string, string>();
  return {
    name: 'documents',
    enforce: 'pre',
    buildStart() {
      this.addWatchFile(GENERATED.pathname);
      const line = /^export const (\w+) = (\{.*\}) as unknown as /gm;
      for (const [, name, value] of readFileSync(GENERATED, 'utf8').matchAll(line)) {
        if (name && value) known.set(name, textOf(JSON.parse(value) as DocumentNode));
      }
    },
    transform(code, id) {
      if (id.includes('/graphql/generated/') || !code.includes('graphql(`')) return null;
      return code.replace(IMPORT, '').replace(CALL, (_, text: string) => {
        const [, operation, name] = NAME.exec(text) ?? [];
        const value = known.get(`${name}${operation ? 'Document' : 'FragmentDoc'}`);
        if (!value) this.error(`${name} in ${id} was not generated: run npm run codegen`);
        return JSON.stringify(value);
      });
    },
  };
}

// Words that appear beside something under the pointer or the focus. What places them is fetched after
// the thing itself is shown.
import { lazy, type ReactElement, Suspense } from 'react';

const Tooltip = lazy(() => import('./Tooltip').then((module) => ({ default: module.Tooltip })));

export function Hint({ words, children }: { words: string; children: ReactElement }) {
  return (
    <Suspense fallback={children}>
      <Tooltip label={words} multiline maw={400}>
        {children}
      </Tooltip>
    </Suspense>
  );
}

// What differs between two texts: lines that went and came; of what stayed, what is near.
import { Code } from '@mantine/core';
import { diffLines } from 'diff';
import classes from './LineChanges.module.css';

export function LineChanges({ before, after }: { before: string; after: string }) {
  return (
    <Code block className={classes['code']} tabIndex={0} aria-label="What changed">
      {diffLines(before, after).map(({ value, added, removed }, at) => (
        <div
          key={at}
          className={added ? classes['added'] : removed ? classes['removed'] : undefined}
        >
          {added || removed ? signed(value, added ? '+ ' : '- ') : near(value)}
        </div>
      ))}
    </Code>
  );
}

const signed = (text: string, sign: string) => text.trimEnd().replace(/^/gm, sign);

/** Lines that did not change, shortened in their middle. */
function near(text: string, around = 3) {
  const lines = text.trimEnd().split('\n');
  const shown =
    lines.length <= 2 * around + 1
      ? lines
      : [...lines.slice(0, around), '⋯', ...lines.slice(-around)];
  return shown.map((line) => `  ${line}`).join('\n');
}

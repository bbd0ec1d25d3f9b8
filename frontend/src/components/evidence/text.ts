// A result as lines of text, to be compared with another one.
import { diffLines } from 'diff';

interface Seen {
  verdict: string;
  expected?: string | null;
  actual?: string | null;
  evidence: {
    command: string;
    exitCode?: number | null;
    stdout: string;
    stderr: string;
    file?: string | null;
    line?: number | null;
  }[];
}

/** Everything that a person would compare, each on lines of its own. */
export function textOf(result: Seen): string {
  const lines = [`verdict   ${result.verdict}`];
  if (result.expected) lines.push(`expected  ${result.expected}`);
  if (result.actual) lines.push(`found     ${result.actual}`);
  for (const item of result.evidence) {
    lines.push('', `$ ${item.command}`);
    for (const text of [item.stdout, item.stderr]) {
      if (text) lines.push(text.replace(/\n$/, ''));
    }
    lines.push(`exit ${item.exitCode ?? 'unknown'}`);
    if (item.file) lines.push(`${item.file}, line ${item.line ?? 'unknown'}`);
  }
  return `${lines.join('\n')}\n`;
}

export interface Piece {
  kind: 'same' | 'gone' | 'new';
  lines: string[];
}

/** Lines of context that stand around a change. */
const CONTEXT = 2;

/** The lines that differ, with few of those around them. */
export function differences(before: Seen, now: Seen): Piece[] {
  const parts = diffLines(textOf(before), textOf(now));
  return parts.map((part, at) => {
    const lines = part.value.replace(/\n$/, '').split('\n');
    if (part.added) return { kind: 'new', lines };
    if (part.removed) return { kind: 'gone', lines };
    if (lines.length <= 2 * CONTEXT + 1) return { kind: 'same', lines };
    const head = at === 0 ? [] : lines.slice(0, CONTEXT);
    const tail = at === parts.length - 1 ? [] : lines.slice(-CONTEXT);
    return { kind: 'same', lines: [...head, '…', ...tail] };
  });
}

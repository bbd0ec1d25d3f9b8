import { describe, expect, it } from 'vitest';
import { differences, textOf } from './text';

const seen = (verdict: string, stdout: string) => ({
  verdict,
  expected: 'at most 4',
  actual: stdout.trim(),
  evidence: [{ command: 'sshd -T', exitCode: 0, stdout, stderr: '', file: '/etc/x', line: 3 }],
});

describe('a result as text', () => {
  it('holds what a person would compare', () => {
    expect(textOf(seen('FAIL', 'maxauthtries 6\n'))).toBe(
      'verdict   FAIL\nexpected  at most 4\nfound     maxauthtries 6\n\n$ sshd -T\nmaxauthtries 6\n' +
        'exit 0\n/etc/x, line 3\n',
    );
  });

  it('differs in the lines that changed, and in no others', () => {
    const pieces = differences(seen('FAIL', 'maxauthtries 6\n'), seen('PASS', 'maxauthtries 4\n'));
    const of = (kind: string) =>
      pieces.filter((piece) => piece.kind === kind).flatMap((piece) => piece.lines);
    expect(of('gone')).toEqual(['verdict   FAIL', 'found     maxauthtries 6', 'maxauthtries 6']);
    expect(of('new')).toEqual(['verdict   PASS', 'found     maxauthtries 4', 'maxauthtries 4']);
  });

  it('leaves out long stretches that are the same', () => {
    const many = Array.from({ length: 50 }, (_, at) => `line ${at}`).join('\n');
    const pieces = differences(seen('PASS', `${many}\nlast\n`), seen('PASS', `${many}\nother\n`));
    expect(pieces.every((piece) => piece.lines.length < 10)).toBe(true);
    expect(pieces.some((piece) => piece.lines.includes('…'))).toBe(true);
  });
});

// What is said of files before they are sent.
import { expect, test } from 'vitest';
import { base64, problemOf } from './files';

test('a stray file and too much are told before anything is sent', () => {
  expect(problemOf([{ name: 'ssh.YML', size: 10 }])).toBeUndefined();
  expect(problemOf([{ name: 'rules.tar.gz', size: 10 }])).toBeUndefined();
  expect(problemOf([{ name: 'rules.docx', size: 10 }])).toContain('rules.docx is no rule file');
  const large = { name: 'rules.zip', size: 800 * 1024 };
  expect(problemOf([large])).toContain('800 KiB');
});

test('bytes of every value are kept', () => {
  expect(base64(new Uint8Array([0, 127, 128, 255]))).toBe('AH+A/w==');
});

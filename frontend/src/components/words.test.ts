import { describe, expect, it } from 'vitest';
import { allowedWords, paragraphs } from './words';

describe('text in lines', () => {
  it('is read as paragraphs', () => {
    expect(paragraphs('One that\ngoes on.\n\n  Another\n one.\n')).toEqual([
      'One that goes on.',
      'Another one.',
    ]);
  });
});

describe('what a variable may hold', () => {
  it.each([
    ['a whole number from 1 to 10', '4', 'a whole number from 1 to 10'],
    [
      'a list of texts of the form [0-7]{3,4}',
      '077, 0077',
      'a list of texts of 3 to 4 octal digits, such as 077, 0077',
    ],
    [
      'a list of texts of the form [A-Z0-9]+',
      'VERBOSE',
      'a list of texts of capital letters and digits, such as VERBOSE',
    ],
    ['text of the form [a-z_]+', null, 'text of small letters and underscores'],
    ['text of the form (a|b)+x', 'ax', 'text of the form (a|b)+x, such as ax'],
  ])('%s', (allowed, example, words) => {
    expect(allowedWords(allowed, example)).toBe(words);
  });
});

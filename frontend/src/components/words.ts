// Text that somebody wrote in lines, as it is read.

/** The paragraphs of a text: an empty line is between two, a single line break is a space. */
export function paragraphs(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter(Boolean);
}

const CLASSES: Record<string, [one: string, many: string]> = {
  '0-7': ['octal digit', 'octal digits'],
  '0-9': ['digit', 'digits'],
  'A-Z': ['capital letter', 'capital letters'],
  'A-Z0-9': ['capital letter or digit', 'capital letters and digits'],
  'a-z': ['small letter', 'small letters'],
  'a-z_': ['small letter or underscore', 'small letters and underscores'],
  'a-z0-9': ['small letter or digit', 'small letters and digits'],
  'a-z0-9_': ['small letter, digit or underscore', 'small letters, digits and underscores'],
  'a-zA-Z': ['letter', 'letters'],
};
const SIMPLE = /^\^?\[([^\]]+)\](?:\{(\d+)(?:,(\d+))?\}|\+)?\$?$/;

/** A regular expression in words, where it is a simple one: `[0-7]{3,4}` is `3 to 4 octal digits`. */
function patternWords(pattern: string): string | undefined {
  const [, kind = '', least, most] = SIMPLE.exec(pattern) ?? [];
  const words = CLASSES[kind];
  if (!words) return undefined;
  const [one, many] = words;
  if (least) return most ? `${least} to ${most} ${many}` : `${least} ${many}`;
  return pattern.endsWith('+') || pattern.endsWith('+$') ? many : `one ${one}`;
}

const FORM = /^(.*?)(?: of the form) (.+)$/;

/** What a variable may hold, for people: not by a regular expression where words do, and with an example. */
export function allowedWords(allowed: string, example?: string | null): string {
  const [, what = '', pattern = ''] = FORM.exec(allowed) ?? [];
  if (!pattern) return allowed;
  const such = example ? `, such as ${example}` : '';
  const words = patternWords(pattern);
  return words ? `${what} of ${words}${such}` : `${what} of the form ${pattern}${such}`;
}

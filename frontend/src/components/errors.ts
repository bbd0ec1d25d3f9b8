// What stands in the way, in sentences that say what to do; of a mutation, sorted to the fields of its form.
import type { CombinedError } from 'urql';

interface UserError {
  message: string;
  path?: string[] | null;
}

interface Words {
  title: string;
  words: string;
}

/** What a person can do about errors of the API that are not about a field, by their code. */
const ADVICE: Record<string, (message: string) => Words> = {
  UNAUTHENTICATED: () => ({
    title: 'Your session has ended',
    words: 'Log in again; nothing was saved.',
  }),
  FORBIDDEN: (message) => ({
    title: 'Your role does not go that far',
    words: `${sentence(message)} An administrator can give you another role.`,
  }),
  BEHIND: () => ({
    title: 'The server is still at work',
    words: 'It takes in what was written last. Look again in a moment.',
  }),
  INTERNAL: (message) => ({
    title: 'The server failed',
    words: `${sentence(message)} Try again; if it stays, tell your administrator the error id.`,
  }),
  BAD_CURSOR: () => ({
    title: 'The list is another one by now',
    words: 'Load the page anew to see it from its beginning.',
  }),
};

/** An error of the API: what it is, and what can be done about it. */
export function inWords({ networkError, graphQLErrors }: CombinedError): Words {
  if (networkError) {
    return {
      title: 'The server does not answer',
      words: 'Check your connection, and that the server runs. Then try again.',
    };
  }
  for (const { message, extensions } of graphQLErrors) {
    const known = ADVICE[String(extensions?.['code'])];
    if (known) return known(message);
  }
  const words = graphQLErrors.map(({ message }) => sentence(message)).join(' ');
  return { title: 'This did not work', words };
}

/** What stands in the way of a mutation: its error, or the first of those that it answers with. */
export function problemOf(
  error: CombinedError | undefined,
  errors: readonly UserError[] = [],
): string | undefined {
  if (!error) return errors[0] && sentence(errors[0].message);
  const { title, words } = inWords(error);
  return `${title}. ${words}`;
}

/** With a capital in front and a full stop behind. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/**
 * Errors at the fields of a form: `connection.ssh.jump.address` belongs to `jump.address`. What is
 * about none of them stands under `form`, so that nothing is kept from the person.
 */
export function byField(
  errors: readonly UserError[],
  fields: readonly string[],
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { message, path } of errors) found[fieldOf(path, fields)] ??= sentence(message);
  return found;
}

interface Form {
  setErrors: (errors: Record<string, string>) => void;
  getInputNode: (field: string) => HTMLElement | null;
}

/** Shows errors at their fields, and brings the person to the first of them. */
export function showErrors(form: Form, errors: readonly UserError[], fields: readonly string[]) {
  const found = byField(errors, fields);
  form.setErrors(found);
  goToFirst(form, found);
}

/** Brings the person to the first field that does not hold. */
export function goToFirst(form: Pick<Form, 'getInputNode'>, errors: Record<string, unknown>) {
  const first = Object.keys(errors).find((field) => field !== 'form');
  if (first) form.getInputNode(first)?.focus();
}

function fieldOf(path: string[] | null | undefined, fields: readonly string[]): string {
  const parts = (path ?? []).join('.').split('.');
  // From the whole path to its last part: the longest that is a field.
  for (let at = 0; at < parts.length; at++) {
    const rest = parts.slice(at).join('.');
    if (fields.includes(rest)) return rest;
  }
  return 'form';
}

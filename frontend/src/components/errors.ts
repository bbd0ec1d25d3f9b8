// What stands in the way of a mutation, sorted to the fields of its form.
interface UserError {
  message: string;
  path?: string[] | null;
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
  for (const { message, path } of errors) found[fieldOf(path, fields)] ??= message;
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

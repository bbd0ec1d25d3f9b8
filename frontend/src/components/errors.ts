// What stands in the way of a mutation, sorted to the fields of its form.
interface UserError {
  message: string;
  path?: string[] | null;
}

/** Errors by the last part of their path; those without one under `form`. */
export function byField(errors: readonly UserError[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { message, path } of errors) found[path?.at(-1) ?? 'form'] ??= message;
  return found;
}

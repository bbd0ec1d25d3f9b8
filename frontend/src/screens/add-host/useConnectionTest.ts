// Trying the connection of a form, with the host keys that a person confirms on the way.
import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import { useMutation } from 'urql';
import { problemOf } from '@/components/errors';
import { goToFirst, showErrors } from '@/components/errors';
import type { HostKeyInput, TestConnectionMutation } from '@/graphql/generated/graphql';
import { HOST_FIELDS, type HostValues, sshOf, withKeys } from './details';
import { TestConnection } from './operations';

export type Report = NonNullable<TestConnectionMutation['testConnection']['report']>;

/** `known` are keys that the host is trusted by already. */
export function useConnectionTest(
  form: UseFormReturnType<HostValues>,
  known: readonly HostKeyInput[] = [],
) {
  const [{ fetching, error }, test] = useMutation(TestConnection);
  const [tested, setTested] = useState<{ what: string; report: Report } | null>(null);
  const [confirmed, setConfirmed] = useState<HostKeyInput[]>([]);
  const what = JSON.stringify(sshOf(form.values));
  // A report is about what was tried, not about what was typed in since.
  const report = tested?.what === what ? tested.report : null;
  const run = async (more: HostKeyInput[] = []) => {
    const checked = form.validate();
    if (checked.hasErrors) return goToFirst(form, checked.errors);
    const keys = withKeys(confirmed, more);
    setConfirmed(keys);
    const trustedKeys = withKeys([...known], keys);
    const { data } = await test({ input: { ssh: sshOf(form.values), trustedKeys } });
    if (!data) return;
    showErrors(form, data.testConnection.errors, HOST_FIELDS);
    const answer = data.testConnection.report;
    setTested(answer ? { what, report: answer } : null);
  };
  const shown = new Set(report?.presentedKeys.map((one) => one.key.publicKey));
  return {
    run,
    report,
    works: report !== null && !report.failure,
    fetching,
    problem: problemOf(error),
    /** The keys that were confirmed for what is in the form now. */
    keys: confirmed.filter((key) => shown.has(key.publicKey)),
  };
}

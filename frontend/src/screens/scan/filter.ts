// Which results of a scan are shown, and in which order.
import type { ScanResultLineFragment, Severity, Verdict } from '@/graphql/generated/graphql';

const VERDICTS: Verdict[] = ['FAIL', 'ERROR', 'MANUAL', 'PASS', 'NOT_APPLICABLE'];
const SEVERITIES: Severity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

/** What needs a look first: fails, what could not be told, what a person judges; the worst of each first. */
const rank = (result: ScanResultLineFragment) =>
  VERDICTS.indexOf(result.verdict) * 10 + SEVERITIES.indexOf(result.severity);

export function matching(
  results: ScanResultLineFragment[],
  verdicts: string[],
  search: string,
): ScanResultLineFragment[] {
  const words = search.toLowerCase();
  const holds = (result: ScanResultLineFragment) =>
    (verdicts.length === 0 || verdicts.includes(result.verdict)) &&
    [result.ruleKey, result.title, result.reason, result.source?.path].some((text) =>
      text?.toLowerCase().includes(words),
    );
  return results
    .filter(holds)
    .sort((one, other) => rank(one) - rank(other) || one.ruleKey.localeCompare(other.ruleKey));
}

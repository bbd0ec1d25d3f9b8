// What the verdict of a rule on the host rests on now.
import { useQuery } from 'urql';
import { EvidenceDrawer as Drawer } from '@/components/evidence/EvidenceDrawer';
import { ResultEvidence } from './operations';

interface Props {
  host: string;
  rule: string | undefined;
  onClose: () => void;
}

export function EvidenceDrawer({ host, rule, onClose }: Props) {
  const variables = { id: host, rule: rule ?? '' };
  const pause = rule === undefined;
  const [{ data, error, fetching }] = useQuery({ query: ResultEvidence, variables, pause });
  const result = data?.host?.result;
  const shown = result?.ruleKey === rule ? result : fetching || !data ? undefined : null;
  return <Drawer opened={!pause} onClose={onClose} error={error} result={shown} />;
}

// Things without an id of their own belong to what holds them. The cache takes them so by itself and warns of it;
// while one develops, a warning is for what is not in this list. It is not part of what browsers are sent.
const EMBEDDED = `
  ActivityMessage ApiVersion AuditChange Benchmark CheckStep ConnectionFailure ConnectionTest
  ChangeCount EffectiveTarget EffectiveVariable Evidence FacetValue Fact FactRead FailedRule
  FleetScanChanged FleetScanChoice FleetScanCounts FleetScanFailureCount FleetScanHost
  FleetScanLimits FrameworkTarget Gate GroupChanged GroupCondition GroupPreview GroupRule
  HostChanged HostKey HostLens Implementation JudgedSide Judgement JudgingWay LensSection
  LocalConnection Maintenance Platform Posture PresentedKey ProfileValue RejudgeCount
  RejudgedRule Rejudgement Remediation RemediationStep RollUp RuleExample RuleExplanation
  RuleFacets RulePackChange RulePackFile RulePackOfRule RulePackReference RulePackRule
  RulePackTrust RuleReference RuleVariable RuleVersion ScanContext ScanCost ScanFailure
  ScanLogin ScanMembership ScanProgress Settings Setup Source SshConnection SshKey StrictVerdict
  Target Totals Transition Variable VariableDeviation VariableProfile VariableValue
  VerdictMeaning Viewer
`;

export function embedded() {
  const names = EMBEDDED.trim().split(/\s+/);
  return Object.fromEntries(names.map((name) => [name, () => null]));
}

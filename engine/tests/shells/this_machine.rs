//! All rules on this machine, and rules that misbehave on it.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

use domain::scan::Selection;
use domain::verdict::Verdict;
use engine::judge::JudgedRule;
use engine::rule::RuleBase;
use engine::scan::{ScanOptions, ScanOutcome, ScanStep, scan};

use super::host::{FixedClock, Shell, shells};

async fn scanned(shell: &Shell, base: &RuleBase) -> ScanOutcome {
    let mut progress = |_: ScanStep| {};
    let (selection, options) = (Selection::default(), ScanOptions::new(7));
    let watch = (&FixedClock as _, &mut progress as _);
    scan(shell, base, &selection, &options, watch)
        .await
        .unwrap()
}

fn by_rule(outcome: &ScanOutcome) -> BTreeMap<&str, &JudgedRule> {
    let results = outcome.results.iter().flatten();
    results
        .map(|result| (result.rule.as_str(), result))
        .collect()
}

#[tokio::test]
async fn every_shell_gives_the_same_verdicts_with_reasons_and_evidence() {
    let base = RuleBase::builtin().unwrap();
    let mut first: Option<Vec<(String, Verdict)>> = None;
    for shell in shells() {
        let outcome = scanned(&shell, &base).await;
        assert_eq!(outcome.results.len(), base.rules().len());
        for result in outcome.results.iter().flatten() {
            assert!(!result.reason.is_empty(), "{}", result.rule);
            if matches!(result.verdict, Verdict::Pass | Verdict::Fail) {
                assert!(!result.evidence.is_empty(), "{}", result.rule);
                assert!(result.expected.is_some() && result.actual.is_some());
            }
        }
        let verdicts: Vec<_> = outcome
            .results
            .iter()
            .flatten()
            .map(|result| (result.rule.clone(), result.verdict))
            .collect();
        if let Some(first) = &first {
            assert_eq!(*first, verdicts, "{:?}", shell.0);
        }
        first = Some(verdicts);
    }
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn run(words: &[&str]) -> String {
    let output = Command::new(words[0]).args(&words[1..]).output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

/// The account rules as a person judges them, with other means than the collectors use.
fn accounts_by_hand() -> BTreeMap<&'static str, bool> {
    let passwd = read("/etc/passwd");
    let ids: Vec<&str> = passwd
        .lines()
        .map(|line| line.split(':').nth(2).unwrap())
        .collect();
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    let defs = read("/etc/login.defs");
    let days = |key: &str, low: i64, high: i64| {
        let mut lines = defs.lines().filter(|line| line.starts_with(key));
        let value = lines
            .next_back()
            .and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        value.is_some_and(|days: i64| (low..=high).contains(&days))
    };
    let roots = ids.iter().filter(|id| **id == "0").count();
    BTreeMap::from([
        ("account-only-root-is-root", roots == 1),
        ("account-numbers-unique", unique.len() == ids.len()),
        (
            "account-password-max-days@cis",
            days("PASS_MAX_DAYS", 1, 365),
        ),
        ("account-password-min-days", days("PASS_MIN_DAYS", 1, 30)),
    ])
}

/// Other rules as a person judges them.
fn system_by_hand() -> BTreeMap<&'static str, bool> {
    let closed = |path: &str| {
        let found = std::fs::metadata(path).unwrap();
        found.mode() & 0o7133 == 0 && found.uid() == 0 && found.gid() == 0
    };
    let on_its_own = |path: &str| !run(&["findmnt", "-n", path]).is_empty();
    let cmdline = read("/proc/cmdline");
    let word = |wanted: &str| cmdline.split_whitespace().any(|word| word == wanted);
    let mut found = BTreeMap::from([
        ("file-passwd-permissions", closed("/etc/passwd")),
        ("file-group-permissions", closed("/etc/group")),
        ("filesystem-tmp-separate", on_its_own("/tmp")),
        ("boot-audit-enabled", word("audit=1")),
        (
            "boot-mac-not-disabled",
            !word("apparmor=0") && !word("selinux=0"),
        ),
    ]);
    if on_its_own("/dev/shm") {
        let options = run(&["findmnt", "-n", "-o", "OPTIONS", "/dev/shm"]);
        let has = |option: &str| options.trim().split(',').any(|one| one == option);
        let all = has("nosuid") && has("nodev") && has("noexec");
        found.insert("filesystem-shared-memory-options", all);
    }
    if Path::new("/var/lib/dpkg/status").exists() {
        let status = run(&["dpkg", "-s", "sudo"]);
        let whole = status.contains("Status: install ok installed");
        found.insert("package-sudo-present", whole);
    }
    found
}

#[tokio::test]
async fn verdicts_are_what_a_person_finds_by_hand() {
    let base = RuleBase::builtin().unwrap();
    let outcome = scanned(&shells()[0], &base).await;
    let results = by_rule(&outcome);
    let mut compared = 0;
    for (rule, holds) in accounts_by_hand().into_iter().chain(system_by_hand()) {
        let result = results[rule];
        let expected = if holds { Verdict::Pass } else { Verdict::Fail };
        assert_eq!(result.verdict, expected, "{rule}: {}", result.reason);
        compared += 1;
    }
    assert!(compared >= 9);
}

fn rule(id: &str, run: &str) -> (String, String) {
    let seconds = if id.starts_with("floods") { 60 } else { 2 };
    let text = format!(
        "schema: openwatch/1\nid: {id}\ntitle: t\ndescription: d\nrationale: r\nseverity: low\n\
         category: x\ncheck: {{method: command, timeout: {seconds}, run: \"{run}\"}}\n"
    );
    (format!("x/{id}.yml"), text)
}

#[tokio::test]
async fn rules_that_hang_flood_or_die_are_errors_and_the_others_are_judged() {
    let files = [
        rule("dies", "kill -9 $$"),
        rule("fails", "exit 2"),
        rule("floods", "head -c 50000000 /dev/zero"),
        rule("floods-lines", "yes noise | head -c 50000000"),
        rule("floods-errors", "yes noise | head -c 50000000 >&2"),
        rule("hangs", "sleep 600"),
        rule("holds", "true"),
        rule("ignores-term", "trap '' TERM; while :; do :; done"),
        rule("not-there", "no-such-tool-at-all"),
        rule("violated", "false"),
    ];
    let base = RuleBase::from_files("odd", &files).unwrap();
    for shell in shells() {
        let outcome = scanned(&shell, &base).await;
        let verdicts: Vec<_> = by_rule(&outcome)
            .into_iter()
            .map(|(rule, result)| (rule, result.verdict))
            .collect();
        let expected = [
            ("dies", Verdict::Error),
            ("fails", Verdict::Error),
            ("floods", Verdict::Error),
            ("floods-errors", Verdict::Pass),
            ("floods-lines", Verdict::Error),
            ("hangs", Verdict::Error),
            ("holds", Verdict::Pass),
            ("ignores-term", Verdict::Error),
            ("not-there", Verdict::Error),
            ("violated", Verdict::Fail),
        ];
        assert_eq!(verdicts, expected, "{:?}", shell.0);
        let kept: usize = outcome
            .facts
            .frames
            .values()
            .map(|frame| frame.stdout.len())
            .sum();
        assert!(kept < 16 * 1024 * 1024, "{kept} bytes of noise were kept");
        for result in outcome.results.iter().flatten() {
            let size = serde_json::to_vec(result).unwrap().len();
            assert!(size < 256 * 1024, "{} takes {size} bytes", result.rule);
        }
    }
}

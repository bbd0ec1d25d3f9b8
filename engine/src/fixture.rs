//! Fixtures: recorded hosts that a rule ships with, and the verdict that each must get.
//!
//! A fixture names the frames of collectors (`sshd`, `stat`, `content /etc/x`, …) as the program prints
//! them. The frame of the rule's own script is `command`.

use std::collections::BTreeMap;

use domain::verdict::Verdict;
use serde::Serialize;

use crate::collect::{Collector, Need, plan};
use crate::facts::{Facts, Frame};
use crate::judge::{JudgedRule, judge};
use crate::rule::schema::FRAME;
use crate::rule::{
    Dialect, Implementation, Node, PROFILES, Platform, Reader, Rule, RuleBase, Value, parse_yaml,
};

/// The situations that every automated rule is tried in.
pub const SITUATIONS: [&str; 5] = [
    "compliant",
    "non_compliant",
    "absent",
    "malformed",
    "tool_missing",
];

/// A recorded host.
#[derive(Debug, Clone, PartialEq)]
pub struct Fixture {
    /// The situation; several fixtures may show the same one.
    pub name: String,
    /// The verdict that the rule must give.
    pub verdict: Verdict,
    /// What the collectors printed.
    pub frames: BTreeMap<String, Frame>,
    /// What os-release says, when the first platform of the rule is not meant.
    pub platform: Option<Platform>,
    /// The profile that it is for, when not for all of them.
    pub profile: Option<&'static str>,
}

/// A fixture that got another verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FixtureFault {
    /// The rule.
    pub rule: String,
    /// The fixture.
    pub fixture: String,
    /// What is wrong.
    pub message: String,
}

/// What came of all fixtures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct FixtureReport {
    /// Fixtures that got their verdict.
    pub passed: usize,
    /// Everything else.
    pub faults: Vec<FixtureFault>,
}

/// The words of rule files for verdicts.
pub(crate) const VERDICTS: [(&str, Verdict); 5] = [
    ("pass", Verdict::Pass),
    ("fail", Verdict::Fail),
    ("error", Verdict::Error),
    ("not_applicable", Verdict::NotApplicable),
    ("manual", Verdict::Manual),
];

impl Fixture {
    /// Reads the fixtures of a rule file that are as described.
    pub fn read_all(reader: &mut Reader<'_>, node: &Node) -> Vec<Self> {
        node.items()
            .iter()
            .filter_map(|item| Self::read(reader, item))
            .collect()
    }

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let text = |key: &str| node.get(key).and_then(Node::text);
        let name = text("name")?.to_owned();
        let known = |(word, _): &&(&str, Verdict)| Some(*word) == text("verdict");
        let (_, verdict) = *VERDICTS.iter().find(known)?;
        let platform = text("os_release").and_then(Platform::from_os_release);
        let profile = PROFILES
            .map(|(name, _)| name)
            .into_iter()
            .find(|name| Some(*name) == text("profile"));
        let mut frames = BTreeMap::new();
        let given = node.get("frames")?;
        let Value::Mapping(pairs) = &given.value else {
            let message = format!("frames must be a mapping, not {}", given.kind());
            reader.fault(given.mark, message);
            return None;
        };
        for (key, value) in pairs {
            let key = key.text().unwrap_or_default().to_owned();
            frames.insert(key, frame(reader, value)?);
        }
        Some(Self {
            name,
            verdict,
            frames,
            platform,
            profile,
        })
    }
}

impl Rule {
    /// Recorded hosts with the verdict that they must get, read from its text: only who tries a rule needs them.
    pub fn fixtures(&self) -> Vec<Fixture> {
        let written = match self.dialect {
            Dialect::OpenWatch => parse_yaml(&self.text).ok(),
            Dialect::Kensa => None,
        };
        let Some(list) = written.as_ref().and_then(|node| node.get("fixtures")) else {
            return Vec::new();
        };
        let mut fixtures = Fixture::read_all(&mut Reader::new(&self.id), list);
        fixtures.retain(|fixture| fixture.profile.is_none() || fixture.profile == self.profile);
        fixtures
    }
}

/// A frame: its output alone, or `{stdout, exit, stderr}`.
fn frame(reader: &mut Reader<'_>, node: &Node) -> Option<Frame> {
    if node.text().is_some() {
        return reader.text(node, "a frame").map(Frame::ok);
    }
    if !FRAME.holds(reader, node) {
        return None;
    }
    let text = |key: &str| node.get(key).and_then(Node::text);
    let exit = text("exit").map_or(Ok(0), str::parse).ok();
    let (stdout, stderr) = (text("stdout").unwrap_or(""), text("stderr").unwrap_or(""));
    Some(Frame {
        exit,
        stdout: stdout.as_bytes().to_vec(),
        stderr: stderr.to_owned(),
        ..Frame::default()
    })
}

/// Runs the fixtures of every rule, and demands one of each situation, as rules that ship have them.
pub fn run_fixtures(base: &RuleBase) -> FixtureReport {
    let mut report = try_fixtures(base);
    for rule in base
        .rules()
        .iter()
        .filter(|rule| rule.methods() != ["manual"])
    {
        let fixtures = rule.fixtures();
        for situation in SITUATIONS {
            if !fixtures.iter().any(|fixture| fixture.name == situation) {
                report.faults.push(FixtureFault {
                    rule: rule.id.clone(),
                    fixture: situation.to_owned(),
                    message: "there is no such fixture".to_owned(),
                });
            }
        }
    }
    report
}

/// Runs the fixtures that the rules have.
pub fn try_fixtures(base: &RuleBase) -> FixtureReport {
    let mut report = FixtureReport::default();
    for rule in base.rules() {
        let known = collector_keys(rule);
        for fixture in &rule.fixtures() {
            let mut fault = |message: String| {
                report.faults.push(FixtureFault {
                    rule: rule.id.clone(),
                    fixture: fixture.name.clone(),
                    message,
                });
            };
            if let Some(key) = fixture.frames.keys().find(|key| !known.contains(key)) {
                fault(format!(
                    "nothing that the rule asks for prints the frame {key:?}"
                ));
            }
            let result = try_fixture(rule, fixture);
            if result.verdict == fixture.verdict {
                report.passed += 1;
            } else {
                let (got, wanted) = (result.verdict.as_str(), fixture.verdict.as_str());
                fault(format!("expected {wanted}, got {got}: {}", result.reason));
            }
        }
    }
    report
}

/// Judges a rule on a recorded host.
pub fn try_fixture(rule: &Rule, fixture: &Fixture) -> JudgedRule {
    judge(rule, &facts(rule, fixture))
}

/// The facts of a fixture. Files that it does not name are absent, not unknown.
fn facts(rule: &Rule, fixture: &Fixture) -> Facts {
    let needs = rule
        .implementations
        .iter()
        .flat_map(Implementation::needs)
        .collect();
    let mut frames = BTreeMap::new();
    for spec in plan(&needs) {
        if spec.key.starts_with("content ") {
            frames.insert(spec.key, Frame::ok(""));
        } else if spec.key.starts_with("command ")
            && let Some(frame) = fixture.frames.get("command")
        {
            frames.insert(spec.key, frame.clone());
        }
    }
    frames.extend(fixture.frames.clone());
    let platform = fixture
        .platform
        .clone()
        .or_else(|| usual_platform(rule))
        .unwrap_or_default();
    Facts {
        platform,
        privileged: true,
        frames,
        ..Facts::default()
    }
}

fn usual_platform(rule: &Rule) -> Option<Platform> {
    let range = rule.platforms.first()?;
    let version = range
        .min_version
        .or(range.max_version)
        .map(|version| version.to_string());
    Some(Platform {
        id: range.family.clone(),
        version: version.unwrap_or_default(),
        ..Platform::default()
    })
}

/// The collectors whose frames fixtures may name, for messages and documentation.
pub fn collector_keys(rule: &Rule) -> Vec<String> {
    let needs = rule
        .implementations
        .iter()
        .flat_map(Implementation::needs)
        .chain([Collector::Packages, Collector::Sshd].map(|one| Need::new(one, "")))
        .collect();
    plan(&needs)
        .iter()
        .map(|spec| spec.fixture_key().to_owned())
        .collect()
}

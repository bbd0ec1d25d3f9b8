//! Verdicts, severities and the packed vector of all verdicts of one scan.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What a scan says of one rule on one host. `Error` means "could not tell": never a pass, never a fail.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// The host is as the rule demands.
    #[n(1)]
    Pass,
    /// The host is not as the rule demands.
    #[n(2)]
    Fail,
    /// It could not be told; the reason says why.
    #[n(3)]
    Error,
    /// The rule does not concern this host; the reason says why.
    #[n(4)]
    NotApplicable,
    /// A person has to judge.
    #[n(5)]
    Manual,
}

impl Verdict {
    /// Every verdict, in the order of the codes.
    pub const ALL: [Self; 5] = [
        Self::Pass,
        Self::Fail,
        Self::Error,
        Self::NotApplicable,
        Self::Manual,
    ];

    /// The code in a packed vector: 1..5. 0 stands for "not selected".
    pub const fn code(self) -> u8 {
        match self {
            Self::Pass => 1,
            Self::Fail => 2,
            Self::Error => 3,
            Self::NotApplicable => 4,
            Self::Manual => 5,
        }
    }

    /// The verdict of a code, if it is one.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Pass),
            2 => Some(Self::Fail),
            3 => Some(Self::Error),
            4 => Some(Self::NotApplicable),
            5 => Some(Self::Manual),
            _ => None,
        }
    }

    /// The stored lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::NotApplicable => "not_applicable",
            Self::Manual => "manual",
        }
    }
}

/// How bad a failed rule is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    #[n(1)]
    Low,
    /// Should be fixed.
    #[n(2)]
    Medium,
    /// Fix soon.
    #[n(3)]
    High,
    /// Fix now.
    #[n(4)]
    Critical,
}

impl Severity {
    /// Every severity, mildest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// 1 for the mildest to 4 for the worst, as read tables keep it.
    pub const fn rank(self) -> i64 {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
            Self::Critical => 4,
        }
    }

    /// The severity of a rank.
    pub fn from_rank(rank: i64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.rank() == rank)
    }

    /// The stored lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// The verdicts of one scan in the order of its catalogue, four bits a rule, low half first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(map)]
pub struct VerdictVector {
    #[n(0)]
    len: u32,
    #[cbor(n(1), with = "minicbor::bytes")]
    nibbles: Vec<u8>,
}

impl VerdictVector {
    /// Packs verdicts; `None` is a rule that was not selected.
    pub fn pack(verdicts: &[Option<Verdict>]) -> Self {
        let nibbles = verdicts
            .chunks(2)
            .map(|pair| {
                let code = |at: usize| pair.get(at).copied().flatten().map_or(0, Verdict::code);
                code(0) | (code(1) << 4)
            })
            .collect();
        Self {
            len: u32::try_from(verdicts.len()).unwrap_or(u32::MAX),
            nibbles,
        }
    }

    /// How many rules the catalogue has.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether the catalogue is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The verdict of the rule at `ordinal`; `None` when not selected or out of range.
    pub fn get(&self, ordinal: usize) -> Option<Verdict> {
        if ordinal >= self.len() {
            return None;
        }
        let byte = self.nibbles.get(ordinal / 2)?;
        Verdict::from_code((byte >> ((ordinal % 2) * 4)) & 0x0f)
    }

    /// All verdicts in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<Verdict>> + '_ {
        (0..self.len()).map(|ordinal| self.get(ordinal))
    }
}

impl Serialize for VerdictVector {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|verdict| verdict.map(Verdict::as_str)))
    }
}

/// How many rules ended in each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Rules that passed.
    #[n(0)]
    pub pass: u32,
    /// Rules that failed.
    #[n(1)]
    pub fail: u32,
    /// Rules of which it could not be told.
    #[n(2)]
    pub error: u32,
    /// Rules that do not concern the host.
    #[n(3)]
    pub not_applicable: u32,
    /// Rules that a person has to judge.
    #[n(4)]
    pub manual: u32,
}

impl Totals {
    /// Counts a vector.
    pub fn of(vector: &VerdictVector) -> Self {
        vector
            .iter()
            .flatten()
            .fold(Self::default(), |mut totals, verdict| {
                *totals.of_verdict(verdict) += 1;
                totals
            })
    }

    /// The count of one verdict.
    pub fn of_verdict(&mut self, verdict: Verdict) -> &mut u32 {
        match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Error => &mut self.error,
            Verdict::NotApplicable => &mut self.not_applicable,
            Verdict::Manual => &mut self.manual,
        }
    }

    /// How many verdicts there are.
    pub fn sum(&self) -> u32 {
        self.pass + self.fail + self.error + self.not_applicable + self.manual
    }

    /// Passed among judged (pass + fail), in 0..=1; `None` when nothing was judged.
    pub fn score(&self) -> Option<f64> {
        let judged = self.pass + self.fail;
        (judged > 0).then(|| f64::from(self.pass) / f64::from(judged))
    }

    /// Whether the score reaches a target in percent, without rounding; `None` when nothing was judged.
    pub fn reaches(&self, percent: u8) -> Option<bool> {
        let judged = u64::from(self.pass) + u64::from(self.fail);
        (judged > 0).then(|| u64::from(self.pass) * 100 >= judged * u64::from(percent))
    }

    /// Judged among applicable (pass + fail + error + manual), in 0..=1; `None` when none applies.
    pub fn coverage(&self) -> Option<f64> {
        let judged = self.pass + self.fail;
        let applicable = judged + self.error + self.manual;
        (applicable > 0).then(|| f64::from(judged) / f64::from(applicable))
    }
}

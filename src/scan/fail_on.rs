//! `--fail-on`: what makes the exit code 1. Knows reports, and nothing of how hosts are scanned.

use std::str::FromStr;

use domain::verdict::Severity;
use export::Report;

/// One thing that makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum FailOn {
    /// A rule of at least this severity failed.
    Severity(Severity),
    /// Of a rule it could not be told.
    Error,
    /// The score is below this, in percent; or there is none, because nothing could be judged.
    Score(f64),
    /// Less of what applies could be judged, in percent.
    Coverage(f64),
    /// Nothing does.
    Never,
}

/// What holds when nothing else is said: any rule that failed.
const USUAL: [FailOn; 1] = [FailOn::Severity(Severity::Low)];

impl FromStr for FailOn {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WORDS: &str =
            "say low, medium, high, critical, error, never, score:PERCENT or coverage:PERCENT";
        let mut severities = Severity::ALL.into_iter();
        if let Some(severity) = severities.find(|severity| severity.as_str() == text) {
            return Ok(Self::Severity(severity));
        }
        match text.split_once(':') {
            None if text == "error" => Ok(Self::Error),
            None if text == "never" => Ok(Self::Never),
            Some((what @ ("score" | "coverage"), percent)) => {
                let percent: f64 = percent.parse().map_err(|_| WORDS)?;
                match what {
                    _ if !(0.0..=100.0).contains(&percent) => Err("a percentage is 0 to 100"),
                    "score" => Ok(Self::Score(percent)),
                    _ => Ok(Self::Coverage(percent)),
                }
            }
            _ => Err(WORDS),
        }
    }
}

impl FailOn {
    fn holds(self, report: &Report) -> bool {
        let Some(totals) = report.totals() else {
            return false;
        };
        let below =
            |share: Option<f64>, percent: f64| share.is_none_or(|share| share * 100.0 < percent);
        match self {
            Self::Severity(least) => report.worst_fail().is_some_and(|worst| worst >= least),
            Self::Error => totals.error > 0,
            Self::Score(percent) => below(totals.score(), percent),
            Self::Coverage(percent) => below(totals.coverage(), percent),
            Self::Never => false,
        }
    }
}

impl FailOn {
    /// Whether one of these conditions holds; without any, the usual one.
    pub(super) fn any(conditions: &[Self], report: &Report) -> bool {
        let conditions = if conditions.is_empty() {
            &USUAL
        } else {
            conditions
        };
        conditions.iter().any(|condition| condition.holds(report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_and_others_say_what_would_be_right() {
        for (text, wanted) in [
            ("low", FailOn::Severity(Severity::Low)),
            ("critical", FailOn::Severity(Severity::Critical)),
            ("error", FailOn::Error),
            ("never", FailOn::Never),
            ("score:90", FailOn::Score(90.0)),
            ("coverage:99.5", FailOn::Coverage(99.5)),
        ] {
            assert_eq!(text.parse(), Ok(wanted), "{text}");
        }
        for text in [
            "",
            "hihg",
            "score",
            "score:",
            "score:101",
            "score:NaN",
            "error:1",
        ] {
            assert!(text.parse::<FailOn>().is_err(), "{text}");
        }
    }
}

//! `JUnit` XML for build servers: a suite for each target, a case for each rule. A fail is a failure, "could not
//! tell" is an error, what does not apply or needs a person is skipped.

use domain::verdict::Verdict;
use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};

use crate::exit::Failure;
use crate::scan::report::{Report, ResultReport};

/// The document.
pub(super) fn write(reports: &[Report]) -> Result<String, Failure> {
    let mut suites = Suites::new("openwatch");
    for report in reports {
        suites.add_test_suite(suite(report));
    }
    suites
        .to_string()
        .map_err(|error| Failure::cannot("could not write JUnit XML", error))
}

fn suite(report: &Report) -> TestSuite {
    match report {
        Report::Scanned(scanned) => {
            let mut suite = TestSuite::new(scanned.host.name.as_str());
            suite.set_time(std::time::Duration::from_millis(scanned.duration_ms));
            for result in &scanned.results {
                suite.add_test_case(case(result));
            }
            suite
        }
        Report::Failed(failed) => {
            let mut suite = TestSuite::new(failed.host.name.as_str());
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(failed.error.detail.as_str());
            suite.add_test_case(TestCase::new("scan", status));
            suite
        }
    }
}

fn case(result: &ResultReport) -> TestCase {
    let mut status = match result.verdict {
        Verdict::Pass => TestCaseStatus::success(),
        Verdict::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
        Verdict::NotApplicable | Verdict::Manual => TestCaseStatus::skipped(),
    };
    if result.verdict != Verdict::Pass {
        status.set_message(result.reason.as_str());
        status.set_type(result.severity.as_str());
        status.set_description(result.title.as_str());
    }
    let mut case = TestCase::new(result.rule.as_str(), status);
    case.set_classname(result.severity.as_str());
    case
}

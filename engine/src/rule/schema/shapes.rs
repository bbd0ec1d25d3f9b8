//! The mappings of a rule file outside of checks. Those of checks stand with their methods.

use super::{Demanded, Key, Kind, Part, Shape, TEXTS, Together, words};
use crate::fixture::{SITUATIONS, VERDICTS};
use crate::rule::PROFILES;

const NOTHING: Shape = Shape {
    what: "",
    doc: "",
    keys: &[],
    demand: Demanded::None,
    together: &[],
};

/// The names of families, as os-release(5) has them.
pub(crate) const FAMILIES: &[(&str, &str)] =
    &[("debian", "debian"), ("ubuntu", "ubuntu"), ("rhel", "rhel")];

/// A rule.
pub(crate) const RULE: Shape = Shape {
    what: "a rule",
    doc: "A rule of OpenWatch: one file, named after its id, in a folder named after its category.",
    keys: &[
        Key::needed(
            "schema",
            Kind::Part(Part::Schema),
            "The format of the file: openwatch/1.",
        ),
        Key::needed(
            "id",
            Kind::Text,
            "The name of the rule and of its file: lower-case words and numbers joined by single hyphens, at most \
             100 characters. It is what people read in reports: the subject and the wanted state.",
        ),
        Key::needed(
            "title",
            Kind::Text,
            "One line that says what holds when the rule passes.",
        ),
        Key::needed("description", Kind::Text, "What exactly is judged."),
        Key::needed("rationale", Kind::Text, "Why it matters."),
        Key::needed(
            "severity",
            Kind::Word(|| {
                domain::verdict::Severity::ALL
                    .map(domain::verdict::Severity::as_str)
                    .to_vec()
            }),
            "How bad a fail is.",
        ),
        Key::needed(
            "category",
            Kind::Text,
            "The name of the folder that the file is in.",
        ),
        Key::free("tags", TEXTS, "Words for filters."),
        Key::free(
            "references",
            Kind::Mapping(&REFERENCES),
            "Where the rule stands in benchmarks: ids and numbers alone.",
        ),
        Key::free(
            "platforms",
            Kind::List(&Kind::Mapping(&PLATFORM)),
            "The machines that the rule is for.",
        )
        .or("every machine"),
        Key::free(
            "variables",
            Kind::Part(Part::Variables),
            "Typed values by name. \"{{ name }}\" stands for the whole value of a parameter of a check or a \
             remediation, and within the text of title, description and rationale.",
        ),
        Key::free(
            "profiles",
            Kind::Part(Part::Profiles),
            "What each framework asks for, where they do not ask for the same: values, implementations, platforms, \
             references. The rule then stands once for each in the catalogue, as ID@FRAMEWORK.",
        ),
        Key::free(
            "check",
            Kind::Part(Part::Check),
            "How the rule is judged on every machine.",
        ),
        Key::free(
            "remediation",
            Kind::Part(Part::Remediation),
            "How a fail is mended, beside check.",
        ),
        Key::free(
            "implementations",
            Kind::List(&Kind::Mapping(&IMPLEMENTATION)),
            "Several ways to judge the rule, tried in order: the first whose gate holds is taken.",
        ),
        Key::free(
            "fixtures",
            Kind::List(&Kind::Mapping(&FIXTURE)),
            "Recorded hosts with the verdict that each must get; openwatch rules test runs them. An automated rule \
             shows each of the five situations at least once.",
        ),
    ],
    together: &[
        Together::One(&["check", "implementations"]),
        Together::Without("implementations", &["remediation"]),
    ],
    ..NOTHING
};

/// A variable.
pub(crate) const VARIABLE: Shape = Shape {
    what: "a variable",
    doc: "A typed value that checks and remediations use.",
    keys: &[
        Key::needed(
            "type",
            Kind::Word(|| vec!["integer", "text", "word", "list"]),
            "What it holds.",
        ),
        Key::free("min", ANY_NUMBER, "The lowest value of an integer."),
        Key::free("max", ANY_NUMBER, "The highest value of an integer."),
        Key::free(
            "pattern",
            Kind::Pattern,
            "What a text, or each member of a list, matches from its first to its last character.",
        ),
        Key::free("words", TEXTS, "The values that a word may have."),
        Key::needed(
            "default",
            Kind::Part(Part::Value),
            "Its value when nobody gives another.",
        ),
        Key::needed("description", Kind::Text, "What it is for."),
        Key::needed(
            "source",
            Kind::Text,
            "Where the default comes from: a benchmark or a manual.",
        ),
    ],
    ..NOTHING
};

/// Any whole number.
const ANY_NUMBER: Kind = Kind::Number(i64::MIN, i64::MAX);

/// A profile.
pub(crate) const PROFILE: Shape = Shape {
    what: "a profile",
    doc: "What one framework asks for. All profiles but one have values, implementations or platforms of their own.",
    keys: &[
        Key::free(
            "values",
            Kind::Part(Part::Values),
            "Values of variables of the rule, by name.",
        )
        .or("their defaults"),
        Key::free(
            "source",
            Kind::Text,
            "Where the values come from: which benchmark and section.",
        ),
        Key::free(
            "implementations",
            Kind::List(&Kind::Mapping(&IMPLEMENTATION)),
            "The ways to judge the rule for this profile, where more than a value is another.",
        )
        .or("the check or the implementations of the rule"),
        Key::free(
            "description",
            Kind::Text,
            "What exactly is judged for this profile.",
        )
        .or("that of the rule"),
        Key::free(
            "references",
            Kind::Mapping(&REFERENCES),
            "References of this profile alone; those of the rule are shared.",
        ),
        Key::free(
            "platforms",
            Kind::List(&Kind::Mapping(&PLATFORM)),
            "The machines of this profile.",
        )
        .or("those of the rule"),
    ],
    together: &[
        Together::With("values", &["source"]),
        Together::With("source", &["values"]),
    ],
    ..NOTHING
};

/// One way to judge a rule.
pub(crate) const IMPLEMENTATION: Shape = Shape {
    what: "an implementation",
    doc: "One way to judge the rule.",
    keys: &[
        Key::free(
            "when",
            Kind::Part(Part::Gate),
            "What a host must have for this way to be taken.",
        )
        .or("always"),
        Key::needed("check", Kind::Part(Part::Check), "How it is judged then."),
        Key::free(
            "remediation",
            Kind::Part(Part::Remediation),
            "How a fail is mended then.",
        ),
    ],
    ..NOTHING
};

/// A family of machines.
pub(crate) const PLATFORM: Shape = Shape {
    what: "a platform",
    doc: "A family of machines with its major versions. Rebuilds count as their family (ID_LIKE of os-release).",
    keys: &[
        Key::needed(
            "family",
            Kind::Word(|| words(FAMILIES)),
            "The family, as ID of os-release has it.",
        ),
        Key::free(
            "min_version",
            Kind::Number(0, u32::MAX as i64),
            "The lowest major version.",
        )
        .or("any"),
        Key::free(
            "max_version",
            Kind::Number(0, u32::MAX as i64),
            "The highest major version, itself included.",
        )
        .or("any"),
    ],
    ..NOTHING
};

/// Frameworks that list controls.
pub(crate) const LISTED: &[&str] = &["nist_800_53", "nist_800_171", "pci_dss_4", "cci"];

/// Frameworks that have a benchmark for each system.
pub(crate) const BENCHMARKED: &[&str] = &["cis", "stig"];

/// Where a rule stands in benchmarks.
pub(crate) const REFERENCES: Shape = Shape {
    what: "references",
    doc: "Controls of frameworks.",
    keys: &[
        Key::free(
            "cis",
            Kind::Part(Part::Benchmarks),
            "CIS benchmarks by system (debian12, rhel9) with the numbers of their sections.",
        ),
        Key::free(
            "stig",
            Kind::Part(Part::Benchmarks),
            "STIGs by system (ubuntu22, rhel9) with the ids of their rules.",
        ),
        Key::free(
            "nist_800_53",
            TEXTS,
            "Controls of NIST SP 800-53, such as AC-6(2).",
        ),
        Key::free(
            "nist_800_171",
            TEXTS,
            "Requirements of NIST SP 800-171, such as 3.1.5.",
        ),
        Key::free(
            "pci_dss_4",
            TEXTS,
            "Requirements of PCI DSS 4, such as \"8.3.6\".",
        ),
        Key::free(
            "cci",
            TEXTS,
            "Control Correlation Identifiers, such as CCI-000366.",
        ),
    ],
    ..NOTHING
};

/// The controls of one benchmark.
pub(crate) const BENCHMARK: Shape = Shape {
    what: "a benchmark",
    doc: "The controls of one benchmark.",
    keys: &[
        Key::needed(
            "controls",
            TEXTS,
            "The numbers of sections or ids of rules; numbers are quoted.",
        ),
        Key::free(
            "version",
            Kind::Text,
            "The version of the benchmark, such as v1.1.0.",
        ),
    ],
    ..NOTHING
};

/// What each situation of a fixture shows.
pub(crate) const SITUATION_DOCS: [&str; 5] = [
    "a machine as it should be",
    "a machine that is wrong, best in a way that somebody would believe to be right",
    "the thing that is judged is not there",
    "an answer without the agreed form, or one that was refused",
    "the tool that would tell is not there or may not run",
];

/// A recorded host.
pub(crate) const FIXTURE: Shape = Shape {
    what: "a fixture",
    doc: "A recorded host and the verdict that it must get.",
    keys: &[
        Key::needed(
            "name",
            Kind::Word(|| SITUATIONS.to_vec()),
            "The situation that it shows.",
        ),
        Key::needed(
            "verdict",
            Kind::Word(|| words(&VERDICTS)),
            "What the rule must come to.",
        ),
        Key::needed(
            "frames",
            Kind::Part(Part::Frames),
            "What collectors printed, by their keys; openwatch rules explain lists those of a rule. A frame that \
             is not given was not collected; a content frame that is not given is a file that is not there.",
        ),
        Key::free("os_release", Kind::Text, "What /etc/os-release says.")
            .or("the first of platforms"),
        Key::free(
            "profile",
            Kind::Word(|| words(&PROFILES)),
            "The one profile that it is for.",
        )
        .or("all of them"),
    ],
    ..NOTHING
};

/// What a collector printed.
pub(crate) const FRAME: Shape = Shape {
    what: "a frame",
    doc: "What a collector printed and how it ended.",
    keys: &[
        Key::free("stdout", Kind::Text, "What it printed.").or("\"\""),
        Key::free("stderr", Kind::Text, "What it said on standard error.").or("\"\""),
        Key::free("exit", Kind::Number(0, u32::MAX as i64), "Its exit code.").or("0"),
    ],
    ..NOTHING
};

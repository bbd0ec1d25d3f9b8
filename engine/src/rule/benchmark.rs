//! The published benchmarks that rules refer to: which edition, how many recommendations it has, and who counted
//! them. Numbers are facts; no text of a benchmark is here.

/// A published benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Benchmark {
    /// `cis`, `stig`, `nist_800_53`.
    pub framework: &'static str,
    /// `debian12`, …; empty for frameworks without benchmarks.
    pub benchmark: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// The edition that was looked at.
    pub version: &'static str,
    /// How many recommendations or requirements it has, where that is known.
    pub total: Option<usize>,
    /// The machine that it is for: `ID` and `VERSION_ID` of os-release; empty for any.
    pub system: (&'static str, &'static str),
}

/// Where the totals come from.
pub const TOTALS_SOURCE: &str = "The totals are those of the benchmark catalogues that Kensa 0.9.0 ships: the \
    recommendations of a CIS benchmark, the requirements of a STIG. For CIS Debian Linux 12 and for NIST SP 800-53 no \
    count was looked at.";

const fn of(
    (framework, benchmark): (&'static str, &'static str),
    title: &'static str,
    (version, total): (&'static str, Option<usize>),
    system: (&'static str, &'static str),
) -> Benchmark {
    Benchmark {
        framework,
        benchmark,
        title,
        version,
        total,
        system,
    }
}

/// All benchmarks whose coverage is counted.
pub const BENCHMARKS: [Benchmark; 12] = [
    of(
        ("cis", "debian12"),
        "CIS Debian Linux 12",
        ("1.1.0", None),
        ("debian", "12"),
    ),
    of(
        ("cis", "ubuntu22"),
        "CIS Ubuntu Linux 22.04",
        ("3.0.0", Some(306)),
        ("ubuntu", "22.04"),
    ),
    of(
        ("cis", "ubuntu24"),
        "CIS Ubuntu Linux 24.04",
        ("2.0.0", Some(332)),
        ("ubuntu", "24.04"),
    ),
    of(
        ("cis", "rhel8"),
        "CIS Red Hat Enterprise Linux 8",
        ("4.0.0", Some(322)),
        ("rhel", "8"),
    ),
    of(
        ("cis", "rhel9"),
        "CIS Red Hat Enterprise Linux 9",
        ("2.0.0", Some(297)),
        ("rhel", "9"),
    ),
    of(
        ("cis", "rhel10"),
        "CIS Red Hat Enterprise Linux 10",
        ("1.0.1", Some(328)),
        ("rhel", "10"),
    ),
    of(
        ("stig", "ubuntu22"),
        "DISA STIG Ubuntu 22.04",
        ("V2R8", Some(188)),
        ("ubuntu", "22.04"),
    ),
    of(
        ("stig", "ubuntu24"),
        "DISA STIG Ubuntu 24.04",
        ("V1R5", Some(194)),
        ("ubuntu", "24.04"),
    ),
    of(
        ("stig", "rhel8"),
        "DISA STIG RHEL 8",
        ("V2R7", Some(366)),
        ("rhel", "8"),
    ),
    of(
        ("stig", "rhel9"),
        "DISA STIG RHEL 9",
        ("V2R8", Some(446)),
        ("rhel", "9"),
    ),
    of(
        ("stig", "rhel10"),
        "DISA STIG RHEL 10",
        ("V1R1", Some(434)),
        ("rhel", "10"),
    ),
    of(
        ("nist_800_53", ""),
        "NIST SP 800-53",
        ("revision 5", None),
        ("", ""),
    ),
];

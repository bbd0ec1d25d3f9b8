//! Which benchmark fits a machine. Benchmarks are written for one major version of one distribution;
//! rebuilds of Red Hat Enterprise Linux are judged by the one of that version.

/// `ID` of os-release of systems that are built from the sources of Red Hat Enterprise Linux, version
/// for version. Fedora and Amazon Linux are not: they have other versions.
const REBUILDS: [&str; 10] = [
    "rhel",
    "redhat",
    "almalinux",
    "rocky",
    "centos",
    "ol",
    "oracle",
    "scientific",
    "eurolinux",
    "cloudlinux",
];

/// The benchmark that fits a machine by `ID` and `VERSION_ID` of its os-release: `debian12`. `None`
/// where no version is named, or the system is not one that benchmarks are written for.
pub fn benchmark_of(os_id: &str, os_version: &str) -> Option<String> {
    let os_id = os_id.to_lowercase();
    let mut numbers = os_version.split('.');
    let major: u32 = numbers.next()?.parse().ok()?;
    let family = match os_id.as_str() {
        "debian" | "raspbian" => "debian",
        // Benchmarks are for releases with long-term support, which come in April of even years.
        "ubuntu" if numbers.next() == Some("04") && major.is_multiple_of(2) => "ubuntu",
        other if REBUILDS.contains(&other) => "rhel",
        _ => return None,
    };
    Some(format!("{family}{major}"))
}

/// The name of a benchmark for people: `Debian 12`. What has no known form is its own name.
pub fn benchmark_name(benchmark: &str) -> String {
    let digits = benchmark.find(|c: char| c.is_ascii_digit());
    let Some((family, version)) = digits.map(|at| benchmark.split_at(at)) else {
        return benchmark.to_owned();
    };
    match family {
        "debian" => format!("Debian {version}"),
        "ubuntu" => format!("Ubuntu {version}.04"),
        "rhel" => format!("RHEL {version}"),
        _ => benchmark.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rebuild_has_the_benchmark_of_its_major_version() {
        for id in ["rhel", "rocky", "almalinux", "ol", "centos"] {
            assert_eq!(benchmark_of(id, "9.4").as_deref(), Some("rhel9"), "{id}");
        }
        assert_eq!(benchmark_of("rhel", "10.0").as_deref(), Some("rhel10"));
        assert_eq!(benchmark_of("debian", "12").as_deref(), Some("debian12"));
        assert_eq!(benchmark_of("ubuntu", "22.04").as_deref(), Some("ubuntu22"));
    }

    #[test]
    fn a_system_that_counts_otherwise_has_none() {
        for (id, version) in [
            ("fedora", "41"),
            ("amzn", "2023"),
            ("debian", ""),
            ("ubuntu", "23.10"),
            ("ubuntu", "23.04"),
            ("linuxmint", "21"),
            ("arch", ""),
        ] {
            assert_eq!(benchmark_of(id, version), None, "{id} {version}");
        }
    }

    #[test]
    fn names_are_those_of_the_distributions() {
        assert_eq!(benchmark_name("debian12"), "Debian 12");
        assert_eq!(benchmark_name("ubuntu24"), "Ubuntu 24.04");
        assert_eq!(benchmark_name("rhel10"), "RHEL 10");
        assert_eq!(benchmark_name("sles15"), "sles15");
        assert_eq!(benchmark_name(""), "");
    }
}

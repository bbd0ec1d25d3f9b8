//! What frameworks and their sections are called. The text of CIS benchmarks is not free: their chapters
//! are described here in our own words. The names of NIST families are in the public domain (SP 800-53
//! revision 5, SP 800-171 revision 2).

/// The name of a framework for people. One that is not known is called by its key.
pub fn framework_name(framework: &str) -> &str {
    match framework {
        "cis" => "CIS",
        "stig" => "STIG",
        "nist_800_53" => "NIST 800-53",
        "nist_800_171" => "NIST 800-171",
        "nist_800_171_r3" => "NIST 800-171 r3",
        "pci_dss_4" => "PCI DSS 4",
        "iso27001_2022" => "ISO 27001:2022",
        "cmmc_l2" => "CMMC level 2",
        "hipaa" => "HIPAA",
        "srg" => "SRG",
        "cci" => "CCI",
        other => other,
    }
}

/// What a section is about, where we have words for it.
pub fn section_name(framework: &str, key: &str) -> Option<&'static str> {
    let names: &[(&str, &str)] = match framework {
        "cis" => CIS,
        "stig" => STIG,
        "nist_800_53" => NIST_800_53,
        "nist_800_171" => NIST_800_171,
        _ => &[],
    };
    names
        .iter()
        .find(|(known, _)| *known == key)
        .map(|(_, name)| *name)
}

const CIS: &[(&str, &str)] = &[
    ("1", "Filesystems, packages, boot"),
    ("2", "Services and clients"),
    ("3", "Network"),
    ("4", "Packet filter"),
    ("5", "Log-in and privileges"),
    ("5.1", "SSH server"),
    ("5.2", "Becoming root"),
    ("5.3", "PAM"),
    ("5.4", "Accounts"),
    ("6", "Logs, audit, integrity"),
    ("7", "File modes and account files"),
];

const STIG: &[(&str, &str)] = &[
    ("CAT I", "high"),
    ("CAT II", "medium"),
    ("CAT III", "low"),
    ("CAT unknown", "in no guide that the rules name"),
];

const NIST_800_53: &[(&str, &str)] = &[
    ("AC", "Access Control"),
    ("AT", "Awareness and Training"),
    ("AU", "Audit and Accountability"),
    ("CA", "Assessment, Authorization, and Monitoring"),
    ("CM", "Configuration Management"),
    ("CP", "Contingency Planning"),
    ("IA", "Identification and Authentication"),
    ("IR", "Incident Response"),
    ("MA", "Maintenance"),
    ("MP", "Media Protection"),
    ("PE", "Physical and Environmental Protection"),
    ("PL", "Planning"),
    ("PM", "Program Management"),
    ("PS", "Personnel Security"),
    ("PT", "PII Processing and Transparency"),
    ("RA", "Risk Assessment"),
    ("SA", "System and Services Acquisition"),
    ("SC", "System and Communications Protection"),
    ("SI", "System and Information Integrity"),
    ("SR", "Supply Chain Risk Management"),
];

const NIST_800_171: &[(&str, &str)] = &[
    ("3.1", "Access Control"),
    ("3.2", "Awareness and Training"),
    ("3.3", "Audit and Accountability"),
    ("3.4", "Configuration Management"),
    ("3.5", "Identification and Authentication"),
    ("3.6", "Incident Response"),
    ("3.7", "Maintenance"),
    ("3.8", "Media Protection"),
    ("3.9", "Personnel Security"),
    ("3.10", "Physical Protection"),
    ("3.11", "Risk Assessment"),
    ("3.12", "Security Assessment"),
    ("3.13", "System and Communications Protection"),
    ("3.14", "System and Information Integrity"),
];

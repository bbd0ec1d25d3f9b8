//! The arguments of `scan`, and of what is done with scans that the log holds.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::verdict::Verdict;

use super::{TrustArguments, VariableArguments};
use crate::scan::fail_on::FailOn;

/// Arguments of `scan`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ScanArguments {
    /// What to scan
    #[arg(
        value_name = "TARGET",
        help = "What to scan: local or [user@]host[:port]",
        required_unless_present_any = ["inventory", "retry_failed"]
    )]
    pub(crate) targets: Vec<String>,
    /// A folder of rules, in our own format or in that of Kensa, or a signed pack (*.owpack); without it the
    /// built-in rules are used
    #[arg(long, value_name = "FOLDER")]
    pub(crate) rules: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) trust: TrustArguments,
    #[command(flatten)]
    pub(crate) variables: VariableArguments,
    /// Only rules that this framework names: cis, stig, nist_800_53, …
    #[arg(long, value_name = "FRAMEWORK")]
    pub(crate) framework: Option<String>,
    /// Only rules with this tag
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Vec<String>,
    /// Only the rule with this id
    #[arg(long = "rule", value_name = "ID")]
    pub(crate) rule: Vec<String>,
    /// Use sudo on the host, with the password if there is one
    #[arg(long)]
    pub(crate) sudo: bool,
    /// A private key, as in ssh -i; without it and without a password the SSH agent and the usual key
    /// files are tried
    #[arg(long, short = 'i', value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    /// A file whose first line is the passphrase of the private key
    #[arg(long, value_name = "FILE", requires = "identity")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Log in with a key of the SSH agent only; a password then serves sudo alone
    #[arg(long, conflicts_with = "identity")]
    pub(crate) agent: bool,
    /// A file whose first line is the password: for sudo, and for the log-in without --identity
    #[arg(long, value_name = "FILE", conflicts_with_all = ["password_stdin", "ask_password"])]
    pub(crate) password_file: Option<PathBuf>,
    /// Read the password from the first line of standard input
    #[arg(long, conflicts_with = "ask_password")]
    pub(crate) password_stdin: bool,
    /// Ask for the password on the terminal
    #[arg(long, short = 'k')]
    pub(crate) ask_password: bool,
    /// Trusted host keys in the form of OpenSSH; new ones are added (without it ~/.ssh/known_hosts)
    #[arg(long, value_name = "FILE")]
    pub(crate) known_hosts: Option<PathBuf>,
    /// Refuse hosts whose key is not in the file of known hosts
    #[arg(long)]
    pub(crate) strict_host_keys: bool,
    /// A host on the way
    #[arg(
        long,
        short = 'J',
        value_name = "TARGET",
        help = "A host on the way: [user@]host[:port]"
    )]
    pub(crate) jump: Option<String>,
    /// A file that names hosts: one target a line, an Ansible inventory (INI, or YAML in *.yml), or a table with
    /// a header (*.csv)
    #[arg(long, value_name = "FILE")]
    pub(crate) inventory: Option<PathBuf>,
    /// Only the hosts of the inventory in this group, or the one with this name
    #[arg(long, value_name = "GROUP", requires = "inventory")]
    pub(crate) limit: Vec<String>,
    /// How many hosts are scanned at a time (without it the setting concurrency)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) concurrency: Option<u16>,
    /// How many of them may be in one network, a /24 of IPv4 or a /64 of IPv6; networks have their turns evenly
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) per_subnet: Option<u16>,
    /// Scan the hosts that were not scanned in an earlier run: its output in json or jsonl. With targets or an
    /// inventory, those of them
    #[arg(long, value_name = "FILE")]
    pub(crate) retry_failed: Option<PathBuf>,
    /// Say nothing on standard error but why the command failed: no progress, no remarks
    #[arg(long, short = 'q')]
    pub(crate) quiet: bool,
    /// Write the result to a file
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) only: VerdictArguments,
    /// What makes the exit code 1, without it any rule that failed: a severity (a rule of at least this severity
    /// failed), error (a rule of which it could not be told), score:PERCENT or coverage:PERCENT (it is lower),
    /// never; several with commas. A host that could not be scanned is 3 in any case
    #[arg(long, value_name = "CONDITION", value_delimiter = ',')]
    pub(crate) fail_on: Vec<FailOn>,
    /// Append the scan to the log of the data folder
    #[arg(long)]
    pub(crate) record: bool,
}

/// Arguments of `scans`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ScansArguments {
    #[command(subcommand)]
    pub(crate) action: ScansAction,
}

/// What is done with scans that the log holds.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ScansAction {
    /// Print a scan, or all scans of a fleet scan, in the formats of scan: text, json, jsonl, csv, junit, sarif
    Export(ExportArguments),
    /// Ask for the failed hosts of a fleet scan once more; the servers and workers of the database scan them
    Retry(RetryArguments),
}

/// Arguments of `scans retry`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RetryArguments {
    /// The id of the fleet scan, or the address of its page
    pub(crate) id: String,
}

/// Arguments of `scans export`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ExportArguments {
    /// The id of a scan or of a fleet scan, as scan --record prints it, or the address of its page
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) only: VerdictArguments,
    /// Write the result to a file
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Which results are written.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct VerdictArguments {
    /// Only results with this verdict: pass, fail, error, not_applicable or manual; several with commas. Totals
    /// count all of them
    #[arg(long, value_name = "VERDICT", value_delimiter = ',', value_parser = verdict)]
    pub(crate) verdict: Vec<Verdict>,
}

fn verdict(word: &str) -> Result<Verdict, String> {
    let mut all = Verdict::ALL.into_iter();
    all.find(|verdict| verdict.as_str() == word)
        .ok_or_else(|| "say pass, fail, error, not_applicable or manual".to_owned())
}

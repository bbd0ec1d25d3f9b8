//! The arguments of every subcommand. What they mean is in the file of the subcommand.

#![expect(
    clippy::doc_markdown,
    clippy::struct_excessive_bools,
    reason = "the comments are the text of --help, and flags are what they are"
)]

mod format;
mod scan;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::format::{Format, chosen, offer};
pub(crate) use self::scan::{
    ExportArguments, RetryArguments, ScanArguments, ScansAction, ScansArguments,
};

/// Linux compliance as an event log: scan over SSH, keep the evidence, prove it.
#[derive(Debug, Parser)]
#[command(name = "openwatch", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every subcommand.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Where the database, keys and setup link are kept
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    /// postgres://… for a shared database; without it SQLite in the data folder is used
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// A TOML file with settings
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the web UI and the API, and scan, in one process
    Serve(ServeArguments),
    /// Scan for a shared database, --database-url postgres://…
    Worker(WorkerArguments),
    /// Scan hosts now, without a server
    Scan(Box<ScanArguments>),
    /// Export scans that the log holds, or ask for failed ones once more
    Scans(ScansArguments),
    /// List, show, check and test rules
    Rules(RulesArguments),
    /// Create users and tokens
    Admin(AdminArguments),
    /// Bring the database to the form of this version
    Migrate,
    /// Copy the database of the data folder into a file, while the server goes on
    Backup(BackupArguments),
    /// Put a backup in the place of the database; the server has to be stopped
    Restore(RestoreArguments),
    /// Print every setting and where it came from
    CheckConfig,
    /// Print the GraphQL schema
    Schema,
    /// Print the version
    Version,
}

/// Arguments of `serve`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArguments {
    /// The address to listen on; any but a loopback address needs TLS
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Leave scanning to `openwatch worker` processes
    #[arg(long)]
    pub(crate) no_worker: bool,
    /// The certificate chain, PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// The private key of the certificate, PEM
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Make a certificate, keep it in the data folder, and print its fingerprint
    #[arg(long, conflicts_with_all = ["tls_certificate", "tls_key"])]
    pub(crate) tls_self_signed: bool,
}

/// Arguments of `worker`.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorkerArguments {
    /// How many hosts are scanned at a time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) concurrency: Option<u16>,
}

/// Arguments of `backup`.
#[derive(Debug, Clone, Args)]
pub(crate) struct BackupArguments {
    /// The file for the copy; it must not be there yet
    pub(crate) file: PathBuf,
}

/// Arguments of `restore`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RestoreArguments {
    /// What openwatch backup wrote. Without it the database is taken as it is: say it after the database was restored
    /// by other means, as by pg_restore, so that clients do not go on where they were
    pub(crate) file: Option<PathBuf>,
}

/// Values for the variables of rules.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct VariableArguments {
    /// The value of a variable of the rules: NAME=VALUE. A list has commas between its members, or semicolons
    /// where commas are within them: 'a,b; c;'
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub(crate) var: Vec<String>,
    /// A folder with defaults.yml and conf.d/*.yml that give variables of the rules their values
    #[arg(long, value_name = "FOLDER")]
    pub(crate) variables: Option<PathBuf>,
}

/// Another format of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Compat {
    /// The rules of Kensa.
    Kensa,
}

/// Arguments of `rules`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RulesArguments {
    #[command(subcommand)]
    pub(crate) action: RulesAction,
}

/// What is done with rules.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum RulesAction {
    /// Print a line for each rule
    List {
        /// A folder of rules; without it the built-in rules
        folder: Option<PathBuf>,
    },
    /// Print every rule by category, with how it is fixed; --format markdown prints a page
    Catalogue {
        /// A folder of rules; without it the built-in rules
        folder: Option<PathBuf>,
    },
    /// Count what the rules cover of the published benchmarks; --format markdown prints a page
    Coverage {
        /// A folder of rules; without it the built-in rules
        folder: Option<PathBuf>,
    },
    /// Print everything about one rule
    Show {
        /// The id of the rule
        id: String,
        /// A folder of rules; without it the built-in rules
        folder: Option<PathBuf>,
    },
    /// Say in words what a rule checks, by what, and how each verdict comes about
    Explain(ExplainArguments),
    /// Write a rule file to begin with: it holds, and its fixtures run
    New(NewRuleArguments),
    /// Print the JSON Schema of rule files, for editors and validators
    Schema,
    /// Print every check method with its parameters; --format markdown prints a page
    Methods,
    /// Make a key to sign packs with, and print its public part
    Keygen(KeygenArguments),
    /// Make a pack of a folder of rules: one file that somebody signs for
    Sign(SignArguments),
    /// Say who signs for a pack and what it holds
    Verify(VerifyArguments),
    /// Write into the log of the data folder that exactly these rules are trusted
    Trust(TrustRulesArguments),
    /// Read every rule file and report what is wrong, with file, line and column
    Validate {
        /// The folder of rules
        folder: PathBuf,
        /// Read them as rules of another format, and say where its semantics differ from ours
        #[arg(long, value_enum)]
        compat: Option<Compat>,
        #[command(flatten)]
        variables: VariableArguments,
    },
    /// Judge what a recorded scan collected by these rules, without touching the host, and say what differs from
    /// what was said then and why. Exits with 1 when a verdict differs
    Judge(Box<JudgeArguments>),
    /// Run the fixtures of every rule
    Test {
        /// A folder of rules; without it the built-in rules
        folder: Option<PathBuf>,
    },
}

/// Arguments of `rules judge`.
#[derive(Debug, Clone, Args)]
pub(crate) struct JudgeArguments {
    /// The id of the scan, as scan --record and the page of the scan show it
    #[arg(long, value_name = "ID")]
    pub(crate) scan: String,
    /// A folder of rules, in our own format or in that of Kensa, or a signed pack (*.owpack); without it the
    /// built-in rules are used
    #[arg(long, value_name = "FOLDER")]
    pub(crate) rules: Vec<PathBuf>,
    /// A public key, or a file with it: packs that it signs for are trusted
    #[arg(long, value_name = "KEY")]
    pub(crate) trust_key: Vec<String>,
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
}

/// What speaks for rules that do not ship.
#[derive(Debug, Clone, Args)]
pub(crate) struct TrustArguments {
    /// A public key, or a file with it: packs that it signs for are trusted
    #[arg(long, value_name = "KEY")]
    pub(crate) trust_key: Vec<String>,
    /// Trust the rules for this run, whosever the files are; scripts of rules run as root on the hosts
    #[arg(long)]
    pub(crate) trust_rules: bool,
}

/// Arguments of `rules keygen`.
#[derive(Debug, Clone, Args)]
pub(crate) struct KeygenArguments {
    /// The name of the key: one word that says who signs
    #[arg(long)]
    pub(crate) name: String,
    /// The file for the private key
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// Arguments of `rules sign`.
#[derive(Debug, Clone, Args)]
pub(crate) struct SignArguments {
    /// The folder of rules
    pub(crate) folder: PathBuf,
    /// The file with the private key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// The name of the pack: lower-case words joined by hyphens
    #[arg(long)]
    pub(crate) name: String,
    /// The version of the pack
    #[arg(long, value_name = "VERSION", default_value = "1")]
    pub(crate) pack_version: String,
    /// The file for the pack: *.owpack
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// Arguments of `rules verify`.
#[derive(Debug, Clone, Args)]
pub(crate) struct VerifyArguments {
    /// The pack
    pub(crate) file: PathBuf,
    /// A public key that is trusted, or a file with it
    #[arg(long, value_name = "KEY", required = true)]
    pub(crate) key: Vec<String>,
}

/// Arguments of `rules trust`.
#[derive(Debug, Clone, Args)]
pub(crate) struct TrustRulesArguments {
    /// A folder of rules, or a pack
    pub(crate) folder: PathBuf,
    /// Trust them no longer
    #[arg(long)]
    pub(crate) revoke: bool,
    /// The public key that signs for a pack, or a file with it
    #[arg(long, value_name = "KEY")]
    pub(crate) trust_key: Vec<String>,
    #[command(flatten)]
    pub(crate) variables: VariableArguments,
}

/// Arguments of `rules explain`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ExplainArguments {
    /// The id of a rule, or a rule file
    #[arg(value_name = "ID|FILE")]
    pub(crate) rule: String,
    /// A folder of rules to look the id up in; without it the built-in rules
    pub(crate) folder: Option<PathBuf>,
    /// Show the shell that reads each fact, too
    #[arg(long)]
    pub(crate) scripts: bool,
    #[command(flatten)]
    pub(crate) variables: VariableArguments,
}

/// Arguments of `rules new`.
#[derive(Debug, Clone, Args)]
pub(crate) struct NewRuleArguments {
    /// The id of the rule: lower-case words joined by hyphens
    pub(crate) id: String,
    /// The category, which is the name of the folder
    #[arg(long, value_name = "CATEGORY", default_value = "custom")]
    pub(crate) category: String,
    /// The check method; `openwatch rules schema` describes all of them
    #[arg(long, value_name = "METHOD", default_value = "config_value")]
    pub(crate) method: String,
    /// The folder of the rules
    #[arg(long, short = 'o', value_name = "FOLDER", default_value = ".")]
    pub(crate) output: PathBuf,
}

/// Arguments of `admin`.
#[derive(Debug, Clone, Args)]
pub(crate) struct AdminArguments {
    #[command(subcommand)]
    pub(crate) action: AdminAction,
}

/// What an administrator does from the shell.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum AdminAction {
    /// Create a user; the password is read from standard input
    CreateUser {
        /// The name to log in with
        #[arg(long)]
        username: String,
        /// viewer, auditor, ops_lead, security_admin or admin
        #[arg(long)]
        role: String,
        /// Says that the password comes on standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Create a bearer token for automation and print it alone
    CreateToken {
        /// The user that it belongs to
        #[arg(long)]
        user: String,
        /// What it is for
        #[arg(long)]
        name: String,
        /// Its role; at most what the user has, and that by default
        #[arg(long)]
        role: Option<String>,
    },
}

//! Settings: flags over environment (`OPENWATCH_…`) over a TOML file over defaults, each with its source.
//! The only place that reads the environment.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};
use figment::value::Value;
use serde::{Deserialize, Serialize};

use crate::cli::{Command, Options};
use crate::exit::Failure;

/// Where the file of settings is looked for when `--config` does not name one.
const DEFAULT_FILE: &str = "/etc/openwatch/openwatch.toml";

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// JSON lines.
    Json,
}

/// Text that is never printed whole.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address with its password.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return f.write_str("…");
        };
        match rest.rsplit_once('@') {
            Some((login, place)) => {
                let user = login.split(':').next().unwrap_or_default();
                write!(f, "{scheme}://{user}:…@{place}")
            }
            None => write!(f, "{scheme}://{rest}"),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Every setting.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// How many hosts are scanned at a time.
    pub(crate) concurrency: u16,
    /// Where the database, keys and setup link are kept.
    pub(crate) data_dir: PathBuf,
    /// A shared database; without it SQLite in the data folder.
    pub(crate) database_url: Option<DatabaseUrl>,
    /// How many hosts all fleet scans together scan at a time.
    pub(crate) fleet_concurrency: NonZeroU16,
    /// The address to listen on.
    pub(crate) listen: SocketAddr,
    /// How logs are written.
    pub(crate) log_format: LogFormat,
    /// What is logged.
    pub(crate) log_level: String,
    /// Origins beside its own whose pages may call the API, as `https://watch.example.org`.
    pub(crate) origins: Vec<String>,
    /// Public keys, or files with them: packs of rules that they sign for are trusted.
    pub(crate) rule_keys: Vec<String>,
    /// Folders and packs of rules of the organisation, beside those that ship.
    pub(crate) rules: Vec<PathBuf>,
    /// The socket of the SSH agent.
    pub(crate) ssh_agent: Option<PathBuf>,
    /// How many hosts of one network (a /24 of IPv4, a /64 of IPv6) fleet scans scan at a time.
    pub(crate) subnet_concurrency: NonZeroU16,
    /// The certificate chain, PEM.
    pub(crate) tls_certificate: Option<PathBuf>,
    /// Its private key, PEM.
    pub(crate) tls_key: Option<PathBuf>,
    /// A certificate that the program makes itself.
    pub(crate) tls_self_signed: bool,
}

/// One setting with its source, for `check-config`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SettingWithSource {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its value, secrets redacted.
    pub(crate) value: String,
    /// Where it came from.
    pub(crate) source: String,
}

/// The settings in force.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The values.
    pub(crate) settings: Settings,
    figment: Figment,
}

impl Config {
    /// The address of the database: the configured one, or SQLite in the data folder.
    pub(crate) fn database_url(&self) -> String {
        self.settings.database_url.as_ref().map_or_else(
            || {
                format!(
                    "sqlite://{}",
                    self.settings.data_dir.join("openwatch.db").display()
                )
            },
            |url| url.expose().to_owned(),
        )
    }

    /// Every setting with its source.
    pub(crate) fn sources(&self) -> Vec<SettingWithSource> {
        let settings = &self.settings;
        let path = |path: &Option<PathBuf>| {
            path.as_ref()
                .map_or_else(|| "(none)".to_owned(), |path| path.display().to_string())
        };
        let url = settings.database_url.as_ref();
        let rows = [
            ("concurrency", settings.concurrency.to_string()),
            ("data_dir", settings.data_dir.display().to_string()),
            (
                "database_url",
                url.map_or_else(|| "(none)".to_owned(), ToString::to_string),
            ),
            ("fleet_concurrency", settings.fleet_concurrency.to_string()),
            ("listen", settings.listen.to_string()),
            (
                "log_format",
                format!("{:?}", settings.log_format).to_lowercase(),
            ),
            ("log_level", settings.log_level.clone()),
            ("origins", settings.origins.join(", ")),
            ("rule_keys", settings.rule_keys.join(", ")),
            (
                "rules",
                settings
                    .rules
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
            ("ssh_agent", path(&settings.ssh_agent)),
            (
                "subnet_concurrency",
                settings.subnet_concurrency.to_string(),
            ),
            ("tls_certificate", path(&settings.tls_certificate)),
            ("tls_key", path(&settings.tls_key)),
            ("tls_self_signed", settings.tls_self_signed.to_string()),
        ];
        let source = |name: &str| match self.figment.find_metadata(name) {
            Some(metadata) if metadata.name != std::any::type_name::<Settings>() => {
                match &metadata.source {
                    Some(source) => format!("{} ({source})", metadata.name),
                    None => metadata.name.to_string(),
                }
            }
            _ => "default".to_owned(),
        };
        rows.into_iter()
            .map(|(name, value)| SettingWithSource {
                name,
                value,
                source: source(name),
            })
            .collect()
    }
}

/// Reads all sources for a command.
pub(crate) fn load(options: &Options, command: &Command) -> Result<Config, Failure> {
    let mut figment = Figment::from(Serialized::defaults(defaults()));
    if let Some(file) = &options.config {
        if !file.is_file() {
            let what = format!("--config {}: there is no such file", file.display());
            return Err(Failure::usage(what));
        }
        figment = figment.merge(Toml::file_exact(file));
    } else if Path::new(DEFAULT_FILE).is_file() {
        figment = figment.merge(Toml::file_exact(DEFAULT_FILE));
    }
    figment = figment.merge(Env::prefixed("OPENWATCH_"));
    for flag in flags(options, command) {
        figment = figment.merge(flag);
    }
    let settings = figment
        .extract()
        .map_err(|error| Failure::usage(describe(error)))?;
    Ok(Config { settings, figment })
}

/// All faults of the sources, one a line, each with its source.
fn describe(errors: figment::Error) -> String {
    let lines: Vec<String> = errors.into_iter().map(|error| error.to_string()).collect();
    format!("the configuration does not hold: {}", lines.join("; "))
}

fn flags(options: &Options, command: &Command) -> Vec<Flag> {
    let path = |path: &Option<PathBuf>| {
        let path = path.as_ref();
        path.map(|path| Value::from(path.display().to_string()))
    };
    let mut flags = vec![
        ("data_dir", path(&options.data_dir)),
        (
            "database_url",
            options.database_url.clone().map(Value::from),
        ),
    ];
    match command {
        Command::Serve(serve) => flags.extend([
            (
                "listen",
                serve.listen.map(|listen| listen.to_string().into()),
            ),
            ("tls_certificate", path(&serve.tls_certificate)),
            ("tls_key", path(&serve.tls_key)),
            (
                "tls_self_signed",
                serve.tls_self_signed.then(|| true.into()),
            ),
        ]),
        Command::Worker(worker) => {
            flags.push(("concurrency", worker.concurrency.map(Value::from)));
        }
        _ => {}
    }
    flags
        .into_iter()
        .filter_map(|(key, value)| value.map(|value| Flag { key, value }))
        .collect()
}

/// One flag of the command line as a source.
struct Flag {
    key: &'static str,
    value: Value,
}

impl figment::Provider for Flag {
    fn metadata(&self) -> figment::Metadata {
        figment::Metadata::named(format!("flag --{}", self.key.replace('_', "-")))
    }

    fn data(
        &self,
    ) -> Result<figment::value::Map<figment::Profile, figment::value::Dict>, figment::Error> {
        let dict = [(self.key.to_owned(), self.value.clone())]
            .into_iter()
            .collect();
        Ok([(figment::Profile::Default, dict)].into_iter().collect())
    }
}

fn defaults() -> Settings {
    Settings {
        concurrency: 8,
        data_dir: default_data_dir(),
        database_url: None,
        fleet_concurrency: at_a_time(64),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
        log_format: LogFormat::Text,
        log_level: "info".to_owned(),
        origins: Vec::new(),
        rule_keys: Vec::new(),
        rules: Vec::new(),
        ssh_agent: variable("SSH_AUTH_SOCK"),
        subnet_concurrency: at_a_time(16),
        tls_certificate: None,
        tls_key: None,
        tls_self_signed: false,
    }
}

fn at_a_time(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap_or(NonZeroU16::MIN)
}

/// The home folder of the person who runs the command.
pub(crate) fn home() -> PathBuf {
    variable("HOME").unwrap_or_else(|| PathBuf::from("/"))
}

/// The account of the person who runs the command, as ssh takes it for log-ins without a name.
pub(crate) fn user() -> String {
    variable("USER")
        .or_else(|| variable("LOGNAME"))
        .map_or_else(|| "root".to_owned(), |user| user.display().to_string())
}

/// Whether the terminal can do no more than print lines (terminfo(5)).
pub(crate) fn dumb_terminal() -> bool {
    variable("TERM").is_none_or(|term| term == Path::new("dumb"))
}

/// `/var/lib/openwatch` for root, as packages expect; the XDG data folder for everybody else.
fn default_data_dir() -> PathBuf {
    if home() == Path::new("/root") {
        return PathBuf::from("/var/lib/openwatch");
    }
    variable("XDG_DATA_HOME")
        .unwrap_or_else(|| home().join(".local/share"))
        .join("openwatch")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the configuration reads the environment"
)]
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_password_is_never_printed() {
        for (url, shown) in [
            ("postgres://ow:hunter2@db/ow", "postgres://ow:…@db/ow"),
            ("postgres://ow:p@ss@db/ow", "postgres://ow:…@db/ow"),
            ("postgres://db/ow", "postgres://db/ow"),
            ("sqlite:///var/lib/x.db", "sqlite:///var/lib/x.db"),
        ] {
            assert_eq!(DatabaseUrl(url.to_owned()).to_string(), shown);
            assert_eq!(format!("{:?}", DatabaseUrl(url.to_owned())), shown);
        }
    }
}

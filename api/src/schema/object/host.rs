//! Machines under watch.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject, Union};
use domain::host::{
    Connection as DomainConnection, HostStatus as DomainStatus, SshConnection as DomainSsh,
};
use domain::id::{CredentialId, HostId};
use domain::permission::Permission;
use domain::scan::HostFacts;
use domain::time::Timestamp;
use projections::read::{ActivityFilter, HostRow, RuleStateFilter, ScanFilter};

use super::activity::Activity;
use super::credential::Credential;
use super::rule_result::RuleResult;
use super::scan::{Scan, load_scan};
use super::verdict::{Severity, Totals, Verdict};
use crate::access::require;
use crate::schema::connection::{Connection, Wish, connect, list_cost};
use crate::schema::error::Fault;
use crate::schema::id::global;
use crate::schema::query::host::ResultFilter;
use crate::schema::scalar::DateTime;

/// A machine under watch.
pub(crate) struct Host(pub(crate) HostRow);

/// Whether a host is under watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum HostStatus {
    /// It is scanned.
    Active,
    /// It was taken out of watch; its history stays.
    Removed,
}

/// How sudo is used on a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::host::SudoMode")]
pub(crate) enum SudoMode {
    /// Not at all.
    None,
    /// Without a password.
    Nopasswd,
    /// With the password of the credential, on standard input.
    Password,
}

/// What happens with a host key that is not trusted yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::host::HostKeyPolicy")]
pub(crate) enum HostKeyPolicy {
    /// The first key of an endpoint is trusted; a changed key is refused.
    TrustOnFirstUse,
    /// Every key must have been confirmed by a person.
    Strict,
}

/// How a host is reached.
#[derive(Union)]
pub(crate) enum HostConnectionSettings {
    /// It is the machine that OpenWatch runs on.
    Local(LocalConnection),
    /// Over SSH.
    Ssh(SshConnection),
}

/// The machine that OpenWatch runs on.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct LocalConnection {
    /// Whose machine: that of the worker which scans.
    machine: String,
}

/// Over SSH.
pub(crate) struct SshConnection(DomainSsh);

/// Over SSH.
#[Object]
impl SshConnection {
    /// The host name or IP address.
    async fn address(&self) -> &str {
        &self.0.address
    }

    /// The TCP port.
    async fn port(&self) -> u16 {
        self.0.port
    }

    /// How to log in; null: with the default credential, or it may not be seen.
    async fn credential(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        match self.0.credential {
            Some(credential) => load_credential(ctx, credential).await,
            None => Ok(None),
        }
    }

    /// Whether the host uses the default credential.
    async fn uses_default_credential(&self) -> bool {
        self.0.credential.is_none()
    }

    /// How sudo is used.
    async fn sudo(&self) -> SudoMode {
        self.0.sudo.into()
    }

    /// What happens with a new host key.
    async fn host_key_policy(&self) -> HostKeyPolicy {
        self.0.host_key_policy.into()
    }

    /// The address of the host on the way.
    async fn jump_address(&self) -> Option<&str> {
        self.0.jump.as_ref().map(|jump| jump.address.as_str())
    }

    /// The TCP port of the host on the way.
    async fn jump_port(&self) -> Option<u16> {
        self.0.jump.as_ref().map(|jump| jump.port)
    }

    /// How to log in to the host on the way.
    async fn jump_credential(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        match &self.0.jump {
            Some(jump) => load_credential(ctx, jump.credential).await,
            None => Ok(None),
        }
    }
}

/// An SSH host key.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct HostKey {
    /// The `address:port` that shows it.
    pub(crate) endpoint: String,
    /// The algorithm as SSH names it.
    pub(crate) algorithm: String,
    /// The SHA-256 fingerprint, as ssh-keygen prints it.
    pub(crate) fingerprint: String,
    /// The key itself, base64.
    pub(crate) public_key: String,
}

impl From<domain::host::HostKey> for HostKey {
    fn from(key: domain::host::HostKey) -> Self {
        Self {
            endpoint: key.endpoint,
            algorithm: key.algorithm,
            fingerprint: key.fingerprint,
            public_key: key.public_key,
        }
    }
}

/// What a scan learned of a machine.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Platform {
    /// Its own name.
    hostname: String,
    /// The id of the system, as `debian`.
    os_id: String,
    /// The version of the system.
    os_version: String,
    /// The name of the system for people.
    os_name: String,
    /// The release of the kernel.
    kernel: String,
    /// The architecture.
    architecture: String,
    /// How far its clock is ahead of ours, in milliseconds.
    clock_skew_ms: i64,
    /// Whether the scan had the rights of root.
    is_privileged: bool,
    /// When it was learned.
    observed_at: Option<DateTime>,
}

impl Platform {
    /// Facts of a scan that ended at an instant.
    pub(crate) fn new(facts: HostFacts, observed_at: Option<Timestamp>) -> Self {
        Self {
            hostname: facts.hostname,
            os_id: facts.os_id,
            os_version: facts.os_version,
            os_name: facts.os_name,
            kernel: facts.kernel,
            architecture: facts.architecture,
            clock_skew_ms: facts.clock_skew_ms,
            is_privileged: facts.privileged,
            observed_at: observed_at.map(DateTime),
        }
    }
}

/// How compliant a host is, as far as is known.
pub(crate) struct Posture(projections::read::Posture);

/// How compliant a host is, as far as is known.
#[Object]
impl Posture {
    /// How many rules ended in each verdict.
    async fn totals(&self) -> Totals {
        self.0.totals.into()
    }

    /// When the newest completed scan ended.
    async fn observed_at(&self) -> DateTime {
        self.0.observed_at.into()
    }

    /// That scan.
    async fn scan(&self, ctx: &Context<'_>) -> Result<Option<Scan>> {
        load_scan(ctx, self.0.scan).await
    }
}

/// A machine under watch.
#[Object]
impl Host {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global(self.0.id)
    }

    /// Unique within its environment while the host is active.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// `production`, `staging`, ….
    async fn environment(&self) -> &str {
        &self.0.environment
    }

    /// Free text.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// For filters.
    async fn tags(&self) -> &[String] {
        &self.0.tags
    }

    /// Whether it is under watch.
    async fn status(&self) -> HostStatus {
        if self.0.status == DomainStatus::Removed {
            HostStatus::Removed
        } else {
            HostStatus::Active
        }
    }

    /// How it is reached.
    async fn connection(&self) -> HostConnectionSettings {
        match &self.0.connection {
            DomainConnection::Local => {
                let machine = "the machine of the worker".to_owned();
                HostConnectionSettings::Local(LocalConnection { machine })
            }
            DomainConnection::Ssh(ssh) => HostConnectionSettings::Ssh(SshConnection(ssh.clone())),
        }
    }

    /// The SSH host keys that are trusted.
    async fn trusted_keys(&self) -> Vec<HostKey> {
        self.0
            .trusted_keys
            .iter()
            .cloned()
            .map(HostKey::from)
            .collect()
    }

    /// When it was registered.
    async fn registered_at(&self) -> DateTime {
        self.0.registered_at.into()
    }

    /// What the newest completed scan learned of the machine.
    async fn platform(&self) -> Option<Platform> {
        self.0
            .facts
            .clone()
            .map(|(facts, at)| Platform::new(facts, Some(at)))
    }

    /// How compliant it is; null before the first scan.
    async fn posture(&self) -> Option<Posture> {
        self.0.posture.clone().map(Posture)
    }

    /// The newest scan, whatever came of it.
    async fn latest_scan(&self, ctx: &Context<'_>) -> Result<Option<Scan>> {
        match self.0.latest_scan {
            Some(scan) => load_scan(ctx, scan).await,
            None => Ok(None),
        }
    }

    /// The scan that is requested or running.
    async fn active_scan(&self, ctx: &Context<'_>) -> Result<Option<Scan>> {
        match self.0.active_scan {
            Some(scan) => load_scan(ctx, scan).await,
            None => Ok(None),
        }
    }

    /// What is known of each rule, what needs a look first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn results(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which of them.")] filter: Option<ResultFilter>,
    ) -> Result<Connection<RuleResult>> {
        let access = require(ctx, Permission::HostRead)?;
        let filter = filter.unwrap_or_default().into_state_filter(self.0.id);
        let wish = Wish {
            first,
            after,
            last,
            before,
        };
        let read = access.read().clone();
        let page = read
            .rule_states(&filter, &wish.window()?)
            .await
            .map_err(Fault::from)?;
        Ok(connect(page, RuleResult, move || {
            let (read, filter) = (read.clone(), filter.clone());
            async move { read.count_rule_states(&filter).await }
        }))
    }

    /// What is known of one rule.
    async fn result(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the rule as its file names it.")] rule: String,
    ) -> Result<Option<RuleResult>> {
        let access = require(ctx, Permission::HostRead)?;
        let row = access
            .read()
            .rule_state(self.0.id, &rule)
            .await
            .map_err(Fault::from)?;
        Ok(row.map(RuleResult))
    }

    /// Its scans, newest first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn scans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Scan>> {
        let filter = ScanFilter {
            host: Some(self.0.id),
            ..ScanFilter::default()
        };
        crate::schema::query::scan::page(
            ctx,
            filter,
            Wish {
                first,
                after,
                last,
                before,
            },
        )
        .await
    }

    /// What happened to it, newest first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Activity>> {
        let filter = ActivityFilter {
            host: Some(self.0.id),
            ..ActivityFilter::default()
        };
        crate::schema::query::activity::page(
            ctx,
            filter,
            Wish {
                first,
                after,
                last,
                before,
            },
        )
        .await
    }
}

/// A host by id, for those who may see hosts.
pub(crate) async fn load_host(ctx: &Context<'_>, host: HostId) -> Result<Option<Host>> {
    let access = require(ctx, Permission::HostRead)?;
    let row = access
        .loaders()
        .load_one(host)
        .await
        .map_err(Fault::internal)?;
    Ok(row.map(Host))
}

/// A credential by id; nothing for those who may not see credentials.
async fn load_credential(ctx: &Context<'_>, id: CredentialId) -> Result<Option<Credential>> {
    let Ok(access) = require(ctx, Permission::CredentialRead) else {
        return Ok(None);
    };
    let row = access
        .loaders()
        .load_one(id)
        .await
        .map_err(Fault::internal)?;
    Ok(row.map(Credential))
}

impl ResultFilter {
    fn into_state_filter(self, host: HostId) -> RuleStateFilter {
        RuleStateFilter {
            host: Some(host),
            rule: None,
            verdicts: self
                .verdicts
                .unwrap_or_default()
                .into_iter()
                .map(Verdict::into)
                .collect(),
            severities: self
                .severities
                .unwrap_or_default()
                .into_iter()
                .map(Severity::into)
                .collect(),
            category: self.category,
            framework: self.framework,
            search: self.search,
        }
    }
}

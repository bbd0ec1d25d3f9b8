//! What surrounded a scan, as it was then.

#![expect(clippy::unused_async, reason = "resolvers are async")]

use async_graphql::{Context, Object, Result, SimpleObject};
use domain::permission::Permission;
use domain::scan as stored;

use super::credential::{AuthMethod, Credential};
use super::host_connection::SudoMode;
use crate::access::require;
use crate::schema::error::Fault;

/// What surrounded a scan, as it was then: the host may be called otherwise now.
pub(crate) struct ScanContext(pub(crate) stored::ScanContext);

/// A group that the host was in.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct ScanMembership {
    /// Its name then.
    name: String,
}

/// Who logged in to the host. Never a secret.
pub(crate) struct ScanLogin(stored::LoginIdentity);

/// What surrounded a scan.
#[Object]
impl ScanContext {
    /// The name of the host.
    async fn host_name(&self) -> &str {
        &self.0.host
    }

    /// Its environment.
    async fn environment(&self) -> &str {
        &self.0.environment
    }

    /// Its tags.
    async fn tags(&self) -> &[String] {
        &self.0.tags
    }

    /// The groups that it was in.
    async fn groups(&self) -> Vec<ScanMembership> {
        let groups = self.0.groups.iter();
        groups
            .map(|group| ScanMembership {
                name: group.name.clone(),
            })
            .collect()
    }

    /// Address and port of the SSH server; null for the machine of the worker itself.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// The fingerprint of the host key that the server showed.
    async fn host_key(&self) -> Option<&str> {
        self.0.host_key.as_deref()
    }

    /// How sudo was used; null where no log-in was needed.
    async fn sudo(&self) -> Option<SudoMode> {
        self.0.sudo.map(SudoMode::from)
    }

    /// The version of the program that collected and judged.
    async fn engine_version(&self) -> &str {
        &self.0.engine
    }

    /// Who logged in; null where no log-in was needed, and for those who may not see credentials.
    async fn login(&self, ctx: &Context<'_>) -> Result<Option<ScanLogin>> {
        let access = require(ctx, Permission::ScanRead)?;
        if !access.caller().may(Permission::CredentialRead) {
            return Ok(None);
        }
        Ok(self.0.login.clone().map(ScanLogin))
    }
}

/// Who logged in to the host.
#[Object]
impl ScanLogin {
    /// The name of the credential then, or `command line`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The account on the host.
    async fn username(&self) -> &str {
        &self.0.username
    }

    /// What it proved itself with.
    async fn method(&self) -> AuthMethod {
        self.0.method.into()
    }

    /// The fingerprint of the key, where there is one.
    async fn fingerprint(&self) -> Option<&str> {
        self.0.fingerprint.as_deref()
    }

    /// The credential as it is now; null when the command line brought its own.
    async fn credential(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        let access = require(ctx, Permission::CredentialRead)?;
        let Some(id) = self.0.credential else {
            return Ok(None);
        };
        let row = access
            .loaders()
            .load_one(id)
            .await
            .map_err(Fault::internal)?;
        Ok(row.map(Credential))
    }
}

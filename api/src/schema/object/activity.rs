//! What happened, in words for people.

use async_graphql::{Context, Enum, ID, Object, Result};
use projections::read::ActivityRow;

use super::actor::Actor;
use super::fleet_scan::{FleetScan, load_fleet_scan};
use super::group::{Group, load_group};
use super::host::{Host, load_host};
use super::scan::{Scan, load_scan};
use crate::schema::id::global_text;
use crate::schema::scalar::{DateTime, Long};

/// What a line of the activity is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum ActivityKind {
    /// A scan.
    Scan,
    /// A host.
    Host,
    /// A group.
    Group,
    /// A credential.
    Credential,
    /// A person or a token.
    User,
    /// Rules.
    Rules,
    /// A log-in.
    Session,
    /// What holds for the whole organisation.
    Settings,
}

impl ActivityKind {
    const ALL: [(&'static str, Self); 8] = [
        ("SCAN", Self::Scan),
        ("HOST", Self::Host),
        ("GROUP", Self::Group),
        ("CREDENTIAL", Self::Credential),
        ("USER", Self::User),
        ("RULES", Self::Rules),
        ("SESSION", Self::Session),
        ("SETTINGS", Self::Settings),
    ];

    /// The word of the read table.
    pub(crate) fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("SCAN", |(word, _)| *word)
    }

    fn of_word(word: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == word)
            .map_or(Self::Scan, |(_, kind)| *kind)
    }
}

/// How much a line asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum ActivitySeverity {
    /// For the record.
    Info,
    /// Worth a look.
    Warning,
    /// Something did not work.
    Error,
}

/// Something that happened, in words.
pub(crate) struct Activity(pub(crate) ActivityRow);

/// Something that happened, in words.
#[Object]
impl Activity {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global_text("activity", &self.0.position.to_string())
    }

    /// The place of the event in the log.
    async fn position_number(&self) -> Long {
        Long(self.0.position.0)
    }

    /// When it was written to the log.
    async fn occurred_at(&self) -> DateTime {
        self.0.occurred_at.into()
    }

    /// What it is about.
    async fn kind(&self) -> ActivityKind {
        ActivityKind::of_word(&self.0.kind)
    }

    /// How much it asks for attention.
    async fn severity(&self) -> ActivitySeverity {
        match self.0.severity.as_str() {
            "ERROR" => ActivitySeverity::Error,
            "WARNING" => ActivitySeverity::Warning,
            _ => ActivitySeverity::Info,
        }
    }

    /// What happened.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Who did it.
    async fn actor(&self) -> Actor {
        let mut actor = self.0.actor.clone();
        // Where people are is for those who may see the audit log.
        actor.address = None;
        actor.into()
    }

    /// The host that it concerns.
    async fn host(&self, ctx: &Context<'_>) -> Result<Option<Host>> {
        match self.0.host {
            Some(host) => load_host(ctx, host).await,
            None => Ok(None),
        }
    }

    /// The group that it concerns.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        match self.0.group {
            Some(group) => load_group(ctx, group).await,
            None => Ok(None),
        }
    }

    /// The scan that it concerns.
    async fn scan(&self, ctx: &Context<'_>) -> Result<Option<Scan>> {
        match self.0.scan {
            Some(scan) => load_scan(ctx, scan).await,
            None => Ok(None),
        }
    }

    /// The fleet scan that it concerns.
    async fn fleet_scan(&self, ctx: &Context<'_>) -> Result<Option<FleetScan>> {
        match self.0.fleet_scan {
            Some(fleet_scan) => load_fleet_scan(ctx, fleet_scan).await,
            None => Ok(None),
        }
    }
}

//! What happened, in words for people. A line names no host: the name is looked up when it is shown,
//! and a table that is built anew says the same.

mod rules;

use async_trait::async_trait;
use domain::credential::CredentialEvent;
use domain::event::DomainEvent;
use domain::fleet_scan::FleetScanEvent;
use domain::group::GroupEvent;
use domain::host::HostEvent;
use domain::id::{FleetScanId, GroupId, HostId, ScanId};
use domain::maintenance::Maintenance;
use domain::rule_pack::PackVersion;
use domain::scan::ScanEvent;
use domain::session::SessionEvent;
use domain::settings::SettingsEvent;
use domain::target::Target;
use domain::token::TokenEvent;
use domain::user::UserEvent;
use event_store::{StoreError, Tx};

use super::Projection;
use super::row::{json, word};
use crate::event::Event;

/// See the module.
pub(super) struct ActivityProjection;

#[async_trait]
impl Projection for ActivityProjection {
    fn name(&self) -> &'static str {
        "activity"
    }

    fn version(&self) -> i64 {
        4
    }

    fn tables(&self) -> &'static [&'static str] {
        &["activity"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let Some(line) = line(&event.body) else {
            return Ok(());
        };
        tx.execute(
            "INSERT INTO activity (position, occurred_at, kind, severity, title, actor, host_id, scan_id, \
             group_id, fleet_scan_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &[
                event.recorded.position.0.into(),
                event.recorded.recorded_at.into(),
                line.kind.into(),
                line.severity.into(),
                line.title.into(),
                json(&event.recorded.metadata.actor),
                line.host.map(|host| host.to_string()).into(),
                line.scan.map(|scan| scan.to_string()).into(),
                line.group.map(|group| group.to_string()).into(),
                line.fleet_scan.map(|scan| scan.to_string()).into(),
            ],
        )
        .await
        .map(drop)
    }
}

struct Line {
    kind: &'static str,
    severity: &'static str,
    title: String,
    host: Option<HostId>,
    scan: Option<ScanId>,
    group: Option<GroupId>,
    fleet_scan: Option<FleetScanId>,
}

impl Line {
    fn new(kind: &'static str, title: impl Into<String>) -> Self {
        let title = title.into();
        Self {
            kind,
            severity: "INFO",
            title,
            host: None,
            scan: None,
            group: None,
            fleet_scan: None,
        }
    }

    fn warning(self) -> Self {
        Self {
            severity: "WARNING",
            ..self
        }
    }

    fn error(self) -> Self {
        Self {
            severity: "ERROR",
            ..self
        }
    }

    fn host(self, host: HostId) -> Self {
        Self {
            host: Some(host),
            ..self
        }
    }

    fn scan(self, scan: ScanId, host: HostId) -> Self {
        Self {
            scan: Some(scan),
            host: Some(host),
            ..self
        }
    }

    fn fleet_scan(self, fleet_scan: FleetScanId) -> Self {
        Self {
            fleet_scan: Some(fleet_scan),
            ..self
        }
    }
}

/// A maintenance in words.
fn began(maintenance: &Maintenance) -> String {
    match maintenance.until {
        Some(until) => format!("Maintenance until {until}: {}", maintenance.reason),
        None => format!("Maintenance: {}", maintenance.reason),
    }
}

/// A target in words.
fn target(what: &str, target: Option<&Target>) -> String {
    let Some(target) = target else {
        return format!("{what} taken away");
    };
    let overall = target.score.map(|score| format!("{score} %"));
    let single = target
        .frameworks
        .iter()
        .map(|(framework, score)| format!("{framework} {score} %"));
    let words: Vec<String> = overall.into_iter().chain(single).collect();
    format!("{what} set: {}", words.join(", "))
}

fn line(event: &DomainEvent) -> Option<Line> {
    match event {
        DomainEvent::Catalogue(event) => rules::of_catalogue(event),
        DomainEvent::Credential(event) => Some(of_credential(event)),
        DomainEvent::Group(event) => Some(of_group(event)),
        DomainEvent::FleetScan(event) => of_fleet_scan(event),
        DomainEvent::Host(event) => Some(of_host(event)),
        DomainEvent::RuleBase(event) => rules::of_rule_base(event),
        DomainEvent::RulePack(event) => Some(rules::of_rule_pack(event)),
        DomainEvent::RuleSet(event) => Some(rules::of_rule_set(event)),
        // Of a fleet scan it is said once, not for each of its hosts.
        DomainEvent::Scan(ScanEvent::Requested(event)) if event.fleet_scan.is_some() => None,
        DomainEvent::Scan(event) => Some(of_scan(event)),
        DomainEvent::Session(event) => of_session(event),
        DomainEvent::Settings(event) => Some(of_settings(event)),
        DomainEvent::Token(TokenEvent::Created(token)) => {
            Some(Line::new("USER", format!("Token {} created", token.name)))
        }
        DomainEvent::Token(TokenEvent::Revoked(_)) => Some(Line::new("USER", "Token revoked")),
        DomainEvent::User(event) => Some(of_user(event)),
        DomainEvent::Preference(_) => None,
    }
}

/// A change of the value of a variable in words.
fn variable(name: &str, before: Option<&str>, after: Option<&str>) -> String {
    match (before, after) {
        (None, Some(after)) => format!("Variable {name} set to {after}"),
        (Some(before), Some(after)) => format!("Variable {name} changed from {before} to {after}"),
        (before, None) => {
            let was = before.map_or_else(String::new, |before| format!(": it was {before}"));
            format!("Variable {name} taken back{was}")
        }
    }
}

fn of_settings(event: &SettingsEvent) -> Line {
    let title = match event {
        SettingsEvent::OrganisationTargetSet(event) => {
            target("Target of the organisation", event.after.as_ref())
        }
        SettingsEvent::EnabledLensesSet(event) => match &event.after {
            Some(lenses) => format!("Frameworks chosen: {}", lenses.join(", ")),
            None => "Every framework is looked through".to_owned(),
        },
        SettingsEvent::OrganisationVariableSet(event) => {
            variable(&event.name, event.before.as_deref(), event.after.as_deref())
        }
    };
    Line::new("SETTINGS", title)
}

fn of_host(event: &HostEvent) -> Line {
    match event {
        HostEvent::Registered(event) => Line::new("HOST", "Host registered").host(event.host),
        HostEvent::Edited(event) => Line::new("HOST", "Host edited").host(event.host),
        HostEvent::Removed(event) => Line::new("HOST", "Host removed").warning().host(event.host),
        HostEvent::Restored(event) => Line::new("HOST", "Host restored").host(event.host),
        HostEvent::KeyTrusted(event) => {
            let how = match (&event.replaced, event.first_use) {
                (Some(_), _) => "SSH host key replaced",
                (None, true) => "SSH host key trusted on first use",
                (None, false) => "SSH host key trusted",
            };
            let line =
                Line::new("HOST", format!("{how}: {}", event.key.fingerprint)).host(event.host);
            if event.replaced.is_some() {
                line.warning()
            } else {
                line
            }
        }
        HostEvent::KeyForgotten(event) => {
            let title = format!("SSH host key forgotten: {}", event.key.fingerprint);
            Line::new("HOST", title).warning().host(event.host)
        }
        HostEvent::TargetSet(event) => {
            Line::new("HOST", target("Target", event.after.as_ref())).host(event.host)
        }
        HostEvent::MaintenanceStarted(event) => {
            Line::new("HOST", began(&event.maintenance)).host(event.host)
        }
        HostEvent::MaintenanceEnded(event) => {
            Line::new("HOST", "Maintenance ended").host(event.host)
        }
        HostEvent::VariableSet(event) => {
            let (before, after) = (event.before.as_deref(), event.after.as_deref());
            Line::new("HOST", variable(&event.name, before, after)).host(event.host)
        }
    }
}

fn of_group(event: &GroupEvent) -> Line {
    let of = |group, title: String| Line {
        group: Some(group),
        ..Line::new("GROUP", title)
    };
    let hosts = |count: usize| match count {
        1 => "1 host".to_owned(),
        count => format!("{count} hosts"),
    };
    match event {
        GroupEvent::Created(event) => {
            of(event.group, format!("Group {} created", event.details.name))
        }
        GroupEvent::Edited(event) => of(event.group, format!("Group {} edited", event.after.name)),
        GroupEvent::Removed(event) => {
            of(event.group, format!("Group {} removed", event.details.name)).warning()
        }
        GroupEvent::Restored(event) => of(
            event.group,
            format!("Group {} restored", event.details.name),
        ),
        GroupEvent::HostsAdded(event) => {
            of(event.group, format!("{} added", hosts(event.hosts.len())))
        }
        GroupEvent::HostsRemoved(event) => of(
            event.group,
            format!("{} taken out", hosts(event.hosts.len())),
        ),
        GroupEvent::MaintenanceStarted(event) => of(event.group, began(&event.maintenance)),
        GroupEvent::MaintenanceEnded(event) => of(event.group, "Maintenance ended".to_owned()),
        GroupEvent::VariableSet(event) => {
            let (before, after) = (event.before.as_deref(), event.after.as_deref());
            of(event.group, variable(&event.name, before, after))
        }
    }
}

fn of_scan(event: &ScanEvent) -> Line {
    match event {
        ScanEvent::Requested(event) => {
            Line::new("SCAN", "Scan requested").scan(event.scan, event.host)
        }
        ScanEvent::TrialRequested(event) => {
            let PackVersion { name, version, .. } = &event.version;
            Line::new("SCAN", format!("Trial of {name} {version} requested"))
                .scan(event.scan, event.host)
        }
        ScanEvent::TrialCompleted(event) => {
            let (totals, PackVersion { name, version, .. }) = (&event.totals, &event.version);
            let title = format!(
                "Trial of {name} {version} completed: {} pass, {} fail, {} error; it counts for nothing",
                totals.pass, totals.fail, totals.error
            );
            Line::new("SCAN", title).scan(event.scan, event.host)
        }
        ScanEvent::Started(event) => {
            let title = match event.attempt {
                0 | 1 => "Scan started".to_owned(),
                number => format!("Scan started again (attempt {number})"),
            };
            Line::new("SCAN", title).scan(event.scan, event.host)
        }
        ScanEvent::Completed(event) => {
            let totals = &event.totals;
            let title = format!(
                "Scan completed: {} pass, {} fail, {} error",
                totals.pass, totals.fail, totals.error
            );
            let line = Line::new("SCAN", title).scan(event.scan, event.host);
            if totals.fail + totals.error > 0 {
                line.warning()
            } else {
                line
            }
        }
        ScanEvent::Failed(event) => {
            let reason = word(&event.reason).to_lowercase().replace('_', " ");
            Line::new("SCAN", format!("Scan failed: {reason}"))
                .error()
                .scan(event.scan, event.host)
        }
        ScanEvent::Cancelled(event) => {
            Line::new("SCAN", "Scan cancelled").scan(event.scan, event.host)
        }
    }
}

fn of_fleet_scan(event: &FleetScanEvent) -> Option<Line> {
    let line = match event {
        FleetScanEvent::Requested(event) => {
            let hosts = counted(event.host_count);
            let title = match event.retry_of {
                Some(_) => format!("Fleet scan of {hosts} that had failed requested"),
                None => format!("Fleet scan of {hosts} requested"),
            };
            Line::new("SCAN", title).fleet_scan(event.fleet_scan)
        }
        FleetScanEvent::Completed(event) => {
            let totals = &event.totals;
            let title = format!(
                "Fleet scan completed: {} scanned, {} failed, {} skipped, {} cancelled",
                totals.completed, totals.failed, totals.skipped, totals.cancelled
            );
            let line = Line::new("SCAN", title).fleet_scan(event.fleet_scan);
            if totals.failed > 0 {
                line.warning()
            } else {
                line
            }
        }
        FleetScanEvent::Cancelled(event) => {
            Line::new("SCAN", "Fleet scan cancelled").fleet_scan(event.fleet_scan)
        }
        FleetScanEvent::HostsListed(_)
        | FleetScanEvent::ScanAttached(_)
        | FleetScanEvent::HostSkipped(_) => return None,
    };
    Some(line)
}

fn counted(hosts: u32) -> String {
    match hosts {
        1 => "1 host".to_owned(),
        hosts => format!("{hosts} hosts"),
    }
}

fn of_credential(event: &CredentialEvent) -> Line {
    match event {
        CredentialEvent::Created(event) => Line::new(
            "CREDENTIAL",
            format!("Credential {} created", event.details.name),
        ),
        CredentialEvent::Edited(event) => Line::new(
            "CREDENTIAL",
            format!("Credential {} edited", event.after.name),
        ),
        CredentialEvent::Removed(event) => Line::new(
            "CREDENTIAL",
            format!("Credential {} removed", event.details.name),
        )
        .warning(),
        CredentialEvent::DefaultMade(_) => {
            Line::new("CREDENTIAL", "Another credential is the default now")
        }
        CredentialEvent::DefaultCleared(_) => {
            Line::new("CREDENTIAL", "The default credential was cleared")
        }
    }
}

fn of_user(event: &UserEvent) -> Line {
    match event {
        UserEvent::Created(event) => Line::new("USER", format!("User {} created", event.username)),
        UserEvent::RoleChanged(event) => Line::new(
            "USER",
            format!(
                "Role changed from {} to {}",
                event.before.as_str(),
                event.after.as_str()
            ),
        ),
        UserEvent::PasswordChanged(_) => Line::new("USER", "Password changed"),
        UserEvent::Disabled(_) => Line::new("USER", "User disabled").warning(),
        UserEvent::Enabled(_) => Line::new("USER", "User enabled"),
    }
}

fn of_session(event: &SessionEvent) -> Option<Line> {
    match event {
        SessionEvent::LoggedIn(_) => Some(Line::new("SESSION", "Logged in")),
        SessionEvent::LogInRefused(_) => Some(Line::new("SESSION", "Log-in refused").warning()),
        SessionEvent::LoggedOut(_) => None,
    }
}

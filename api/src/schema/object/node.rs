//! Anything with a global id.

use async_graphql::{Context, ID, Interface, Result};
use domain::id::{CredentialId, FleetScanId, GroupId, HostId, RulePackId, ScanId, TypedId, UserId};
use domain::permission::Permission;
use event_store::Position;
use projections::read::{AuditFilter, Window};

use super::activity::Activity;
use super::audit::AuditEntry;
use super::credential::Credential;
use super::fleet_scan::{FleetScan, load_fleet_scan};
use super::group::{Group, load_group};
use super::host::{Host, load_host};
use super::rule::Rule;
use super::rule_pack::{RulePack, load_rule_pack};
use super::rule_result::RuleResult;
use super::scan::{Scan, load_scan};
use super::scan_result::scan_result;
use super::user::{Token, User};
use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::id::parts;
use crate::schema::loader::RuleKey;

/// Anything with a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The global id."))]
pub(crate) enum Node {
    /// Something that happened.
    Activity(Activity),
    /// An event of the log.
    AuditEntry(AuditEntry),
    /// A stored way to log in.
    Credential(Credential),
    /// Hosts that belong together.
    Group(Group),
    /// A scan of many hosts.
    FleetScan(FleetScan),
    /// A machine under watch.
    Host(Host),
    /// A rule.
    Rule(Rule),
    /// Rules of the organisation's own.
    RulePack(RulePack),
    /// What is known of a rule on a host.
    RuleResult(RuleResult),
    /// A scan.
    Scan(Scan),
    /// A bearer token.
    Token(Token),
    /// A person.
    User(User),
}

fn key<T: TypedId>(key: &str) -> Option<T> {
    key.parse().ok()
}

/// The thing with a global id. Absent and hidden look the same.
pub(crate) async fn load_node(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let Some((kind, text)) = parts(id) else {
        return Ok(None);
    };
    Ok(match kind.as_str() {
        "host" => match key::<HostId>(&text) {
            Some(id) => load_host(ctx, id).await?.map(Node::Host),
            None => None,
        },
        "group" => match key::<GroupId>(&text) {
            Some(id) => load_group(ctx, id).await?.map(Node::Group),
            None => None,
        },
        "fleet_scan" => match key::<FleetScanId>(&text) {
            Some(id) => load_fleet_scan(ctx, id).await?.map(Node::FleetScan),
            None => None,
        },
        "rule_pack" => match key::<RulePackId>(&text) {
            Some(id) => load_rule_pack(ctx, id).await?.map(Node::RulePack),
            None => None,
        },
        "scan" => match key::<ScanId>(&text) {
            Some(id) => load_scan(ctx, id).await?.map(Node::Scan),
            None => None,
        },
        "credential" => credential(ctx, &text).await?.map(Node::Credential),
        "user" => user(ctx, &text).await?.map(Node::User),
        "token" => token(ctx, &text).await?.map(Node::Token),
        "rule" => rule(ctx, &text).await?.map(Node::Rule),
        "rule_result" => rule_result(ctx, &text).await?.map(Node::RuleResult),
        "activity" => activity(ctx, &text).await?.map(Node::Activity),
        "audit" => audit(ctx, &text).await?.map(Node::AuditEntry),
        _ => None,
    })
}

async fn credential(ctx: &Context<'_>, text: &str) -> Result<Option<Credential>> {
    let access = require(ctx, Permission::CredentialRead)?;
    let Some(id) = key::<CredentialId>(text) else {
        return Ok(None);
    };
    let row = access
        .loaders()
        .load_one(id)
        .await
        .map_err(Fault::internal)?;
    Ok(row.map(Credential))
}

async fn user(ctx: &Context<'_>, text: &str) -> Result<Option<User>> {
    let access = require(ctx, Permission::UserRead)?;
    let Some(id) = key::<UserId>(text) else {
        return Ok(None);
    };
    let row = access
        .loaders()
        .load_one(id)
        .await
        .map_err(Fault::internal)?;
    Ok(row.map(User))
}

async fn token(ctx: &Context<'_>, text: &str) -> Result<Option<Token>> {
    let access = require(ctx, Permission::TokenRead)?;
    let Some(id) = key(text) else { return Ok(None) };
    Ok(access
        .read()
        .token(id)
        .await
        .map_err(Fault::from)?
        .map(Token))
}

/// A rule by the id of its file.
pub(crate) async fn rule(ctx: &Context<'_>, text: &str) -> Result<Option<Rule>> {
    let access = require(ctx, Permission::RuleRead)?;
    let row = access
        .loaders()
        .load_one(RuleKey(text.to_owned()))
        .await
        .map_err(Fault::internal)?;
    Ok(row.map(Rule))
}

async fn rule_result(ctx: &Context<'_>, text: &str) -> Result<Option<RuleResult>> {
    let access = require(ctx, Permission::HostRead)?;
    let Some((host, rule)) = text.split_once('/') else {
        return Ok(None);
    };
    let Some(host) = key::<HostId>(host) else {
        return Ok(None);
    };
    if let Some((rule, scan)) = rule.split_once('/') {
        return match key::<ScanId>(scan) {
            Some(scan) => found_by(ctx, scan, rule).await,
            None => Ok(None),
        };
    }
    Ok(access
        .read()
        .rule_state(host, rule)
        .await
        .map_err(Fault::from)?
        .map(RuleResult))
}

/// What a scan found for a rule then.
async fn found_by(ctx: &Context<'_>, scan: ScanId, rule: &str) -> Result<Option<RuleResult>> {
    match load_scan(ctx, scan).await? {
        Some(scan) => scan_result(ctx, &scan.0, rule).await,
        None => Ok(None),
    }
}

async fn activity(ctx: &Context<'_>, text: &str) -> Result<Option<Activity>> {
    let access = require(ctx, Permission::ActivityRead)?;
    let Ok(position) = text.parse().map(Position) else {
        return Ok(None);
    };
    Ok(access
        .read()
        .activity_at(position)
        .await
        .map_err(Fault::from)?
        .map(Activity))
}

async fn audit(ctx: &Context<'_>, text: &str) -> Result<Option<AuditEntry>> {
    let access = require(ctx, Permission::AuditRead)?;
    let Ok(position) = text.parse().map(Position) else {
        return Ok(None);
    };
    let filter = AuditFilter {
        position: Some(position),
        ..AuditFilter::default()
    };
    let page = access
        .read()
        .page(&filter, &Window::first(1))
        .await
        .map_err(Fault::from)?;
    Ok(page.rows.into_iter().next().map(|(_, row)| AuditEntry(row)))
}

//! What happened to rules, in words.

use domain::catalogue::CatalogueEvent;
use domain::rule_base::RuleBaseEvent;
use domain::rule_pack::RulePackEvent;
use domain::rule_set::{RuleSetEvent, RuleSetVoucher};

use super::Line;

/// The same rules with other values are no news: that the values were set was said.
pub(super) fn of_catalogue(event: &CatalogueEvent) -> Option<Line> {
    let CatalogueEvent::Published(published) = event;
    if published.base.is_some() {
        return None;
    }
    let title = format!(
        "{} rules of {} published",
        published.rules.len(),
        published.pack
    );
    Some(Line::new("RULES", title))
}

/// New rules are told of when they are published.
pub(super) fn of_rule_base(event: &RuleBaseEvent) -> Option<Line> {
    let RuleBaseEvent::Announced(announced) = event;
    if announced.dropped.is_empty() {
        return None;
    }
    let title = format!(
        "Rules retired by {} {}: {}",
        announced.name,
        announced.version,
        announced.dropped.len()
    );
    Some(Line::new("RULES", title).warning())
}

pub(super) fn of_rule_pack(event: &RulePackEvent) -> Line {
    let line = |title: String| Line::new("RULES", title);
    match event {
        RulePackEvent::Created(event) => line(format!("Rule pack {} made", event.name)),
        RulePackEvent::VersionUploaded(event) => {
            let (name, version) = (&event.name, event.version);
            let count = event.content.rules.len();
            line(format!("{name} {version} uploaded, rules: {count}"))
        }
        RulePackEvent::VersionTrusted(event) => {
            let (name, version) = (&event.name, event.version);
            let words = match &event.voucher {
                RuleSetVoucher::Signature { key } => format!("by the signature of {key}"),
                RuleSetVoucher::Ownership | RuleSetVoucher::Operator => {
                    "by word of a person".to_owned()
                }
            };
            line(format!("Scripts of {name} {version} trusted {words}")).warning()
        }
        RulePackEvent::VersionEnabled(event) => {
            let (name, after) = (&event.name, event.after);
            let (added, dropped) = (event.added.len(), event.dropped.len());
            let before = event.before;
            let before = before.map_or_else(String::new, |before| format!(" instead of {before}"));
            line(format!(
                "{name} {after} enabled{before}; rules that came: {added}, that went: {dropped}"
            ))
        }
        RulePackEvent::Disabled(event) => {
            let (name, before) = (&event.name, event.before);
            let dropped = event.dropped.len();
            line(format!(
                "{name} {before} disabled; rules that went: {dropped}"
            ))
            .warning()
        }
        RulePackEvent::Removed(event) => {
            line(format!("Rule pack {} removed", event.name)).warning()
        }
    }
}

pub(super) fn of_rule_set(event: &RuleSetEvent) -> Line {
    match event {
        RuleSetEvent::Trusted(event) => {
            let (count, name) = (event.rule_count, &event.name);
            let words = match &event.voucher {
                RuleSetVoucher::Ownership => "by the owner of the files".to_owned(),
                RuleSetVoucher::Operator => "by word of who ran the command".to_owned(),
                RuleSetVoucher::Signature { key } => format!("by the signature of {key}"),
            };
            Line::new("RULES", format!("{count} rules of {name} trusted {words}"))
        }
        RuleSetEvent::Distrusted(event) => Line::new(
            "RULES",
            format!("Rules of {} trusted no longer", event.name),
        )
        .warning(),
    }
}

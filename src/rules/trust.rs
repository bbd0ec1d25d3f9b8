//! `openwatch rules trust`: says in the log that exactly these rules are trusted, or are no longer.

use domain::actor::Actor;
use domain::id::{CommandId, CorrelationId, TypedId as _};
use domain::rule_set::{DistrustRuleSet, RuleSet, RuleSetCommand, RuleSetVoucher, TrustRuleSet};
use domain::words::counted;
use engine::rule::RuleBase;
use event_store::{CommandContext, Store};
use serde::Serialize;

use super::sources;
use crate::cli::TrustRulesArguments;
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct RuleSetTrust {
    name: String,
    hash: String,
    rules: usize,
    trusted: bool,
}

/// Writes the event.
pub(super) async fn run(
    arguments: &TrustRulesArguments,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    let sourced = sources::read(
        std::slice::from_ref(&arguments.folder),
        &arguments.variables,
        &arguments.trust_key,
        console,
    )?;
    let base = sourced.base;
    let store = crate::store::open(config).await?;
    let done = if arguments.revoke {
        execute(&store, &base, RuleSetCommand::Distrust(DistrustRuleSet)).await
    } else {
        // Whoever says it speaks for them, whosever the files are.
        let voucher = match sourced.voucher {
            Some(voucher @ RuleSetVoucher::Signature { .. }) => voucher,
            _ => RuleSetVoucher::Operator,
        };
        trust(&store, &base, voucher).await
    };
    store.close().await;
    done?;
    let trust = RuleSetTrust {
        name: base.name().to_owned(),
        hash: base.hash().to_string(),
        rules: base.rules().len(),
        trusted: !arguments.revoke,
    };
    let words = if trust.trusted {
        "trusted"
    } else {
        "trusted no longer"
    };
    let text = format!(
        "{}: {} {words} ({})",
        trust.name,
        counted(trust.rules, "rule"),
        trust.hash
    );
    console.result(&text, &trust)?;
    Ok(Exit::Ok)
}

/// Writes down what speaks for these rules; nothing when that is written already.
pub(crate) async fn trust(
    store: &Store,
    base: &RuleBase,
    voucher: RuleSetVoucher,
) -> Result<(), Failure> {
    let command = RuleSetCommand::Trust(TrustRuleSet {
        rule_set: base.hash(),
        name: base.name().to_owned(),
        rule_count: u32::try_from(base.rules().len()).unwrap_or(u32::MAX),
        voucher,
    });
    execute(store, base, command).await
}

async fn execute(store: &Store, base: &RuleBase, command: RuleSetCommand) -> Result<(), Failure> {
    let ids = store.ids().as_ref();
    let (command_id, correlation) = (CommandId::draw(ids), CorrelationId::draw(ids));
    let context = CommandContext::new(command_id, Actor::system("command_line"), correlation);
    match store
        .execute::<RuleSet>(base.hash(), command, context)
        .await
    {
        Ok(_) => Ok(()),
        Err(event_store::ExecuteError::Refused(error)) => Err(Failure::refused(error)),
        Err(error) => Err(Failure::cannot("could not write to the log", error)),
    }
}

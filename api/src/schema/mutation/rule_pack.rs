//! Rule packs: uploading, trusting, trying, enabling, disabling, removing.

use async_graphql::{Context, Object, Result};
use domain::host::Host as HostAggregate;
use domain::id::{HostId, RulePackId, ScanId, TypedId as _};
use domain::permission::Permission;
use domain::rule_pack::{
    CreateRulePack, DisableRulePack, EnableRulePackVersion, ReadPackError, RemoveRulePack,
    RulePack as RulePackAggregate, RulePackCommand, TrustRulePackVersion,
};
use domain::scan::{RequestTrial, Scan as ScanAggregate, ScanCommand};
use event_store::Position;

use super::payload::{command_of, made, outcome, payloads};
use super::rule_pack_input::{
    CreateRulePackInput, RequestTrialInput, RulePackInput, RulePackVersionInput,
    UploadRulePackVersionInput, Uploaded, read_upload,
};
use super::scan::load as load_scan;
use crate::access::{Access, require};
use crate::schema::error::{Explain as _, Fault, Refusal, UserError, UserErrorCode, refusal};
use crate::schema::id::of_input;
use crate::schema::object::rule_pack::RulePack;
use crate::schema::object::scan::Scan;

/// See the module.
#[derive(Default)]
pub(crate) struct RulePackMutation;

payloads! {
    /// What came of it.
    RulePackPayload {
        /// The rule pack.
        rule_pack: RulePack
    }
    /// What came of it.
    TrialPayload {
        /// The scan that tries the rules.
        scan: Scan
    }
}

#[Object]
impl RulePackMutation {
    /// Makes a rule pack of uploaded files. When a file does not hold nothing is made, and the errors say where.
    async fn create_rule_pack(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The name and the files.")] input: CreateRulePackInput,
    ) -> Result<RulePackPayload> {
        let access = require(ctx, Permission::RulePackWrite)?;
        let result = create(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Adds a version to a rule pack. It counts for nothing until it is enabled.
    async fn upload_rule_pack_version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pack and the files.")] input: UploadRulePackVersionInput,
    ) -> Result<RulePackPayload> {
        let access = require(ctx, Permission::RulePackWrite)?;
        let result = upload(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Says that the scripts of a version may run as root on hosts. Who says it answers for it: look at them first.
    async fn trust_rule_pack_version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The version.")] input: RulePackVersionInput,
    ) -> Result<RulePackPayload> {
        let access = require(ctx, Permission::RulePackTrust)?;
        let version = input.number;
        let command = RulePackCommand::Trust(TrustRulePackVersion { version });
        let result = simple(&access, &input.into(), command, "trust").await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Tries a version on a host: a real scan, whose result counts for nothing.
    async fn request_trial(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The version and the host.")] input: RequestTrialInput,
    ) -> Result<TrialPayload> {
        let access = require(ctx, Permission::RulePackWrite)?;
        require(ctx, Permission::ScanRequest)?;
        let result = request_trial(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Lets a version count from the next scan on, instead of the one that counted before. Needs a trial that came to
    /// its end. An older version may be enabled again.
    async fn enable_rule_pack_version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The version.")] input: RulePackVersionInput,
    ) -> Result<RulePackPayload> {
        let access = require(ctx, Permission::RulePackEnable)?;
        let result = enable(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Lets no version of a rule pack count any more, from the next scan on.
    async fn disable_rule_pack(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pack.")] input: RulePackInput,
    ) -> Result<RulePackPayload> {
        let access = require(ctx, Permission::RulePackEnable)?;
        let command = RulePackCommand::Disable(DisableRulePack);
        let result = simple(&access, &input, command, "disable").await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Takes a rule pack out of use for ever; its rules count no longer. Its history stays.
    async fn remove_rule_pack(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pack.")] input: RulePackInput,
    ) -> Result<RulePackPayload> {
        let access = require(ctx, Permission::RulePackWrite)?;
        // What counts is taken away with it.
        require(ctx, Permission::RulePackEnable)?;
        let command = RulePackCommand::Remove(RemoveRulePack);
        let result = simple(&access, &input, command, "remove").await;
        Ok(outcome(&access, result).await?.into())
    }
}

async fn create(
    access: &Access<'_>,
    input: CreateRulePackInput,
) -> Result<(RulePack, Position), Refusal> {
    let drawn = RulePackId::draw(access.store().ids().as_ref());
    let Uploaded { first, blobs } = read_upload(access, input.files, input.note).await?;
    let command = RulePackCommand::Create(CreateRulePack {
        pack: drawn,
        name: input.name.trim().to_owned(),
        first,
    });
    // Content is addressed by its hash: what nobody names in the end is harmless.
    access.store().put_blobs(&blobs).await?;
    let key = command_of(access, input.idempotency_key.as_ref(), "create rule pack");
    let executed = access
        .execute::<RulePackAggregate>(drawn, command, access.context(key))
        .await
        .map_err(refusal::<RulePackAggregate>)?;
    let pack = made(&executed.stream, drawn);
    Ok((load(access, pack).await?, executed.position))
}

async fn upload(
    access: &Access<'_>,
    input: UploadRulePackVersionInput,
) -> Result<(RulePack, Position), Refusal> {
    let pack: RulePackId = of_input(&input.id, "id")?;
    let Uploaded { first, blobs } = read_upload(access, input.files, input.note).await?;
    access.store().put_blobs(&blobs).await?;
    let key = command_of(access, input.idempotency_key.as_ref(), "upload rule pack");
    let executed = access
        .execute::<RulePackAggregate>(pack, RulePackCommand::Upload(first), access.context(key))
        .await
        .map_err(refusal::<RulePackAggregate>)?;
    Ok((load(access, pack).await?, executed.position))
}

async fn request_trial(
    access: &Access<'_>,
    input: RequestTrialInput,
) -> Result<(Scan, Position), Refusal> {
    let pack: RulePackId = of_input(&input.id, "id")?;
    let host: HostId = of_input(&input.host, "host")?;
    let packs = access.store().load::<RulePackAggregate>(pack).await?.state;
    let version = packs
        .runnable(input.number)
        .map_err(|error| error.explain())?;
    let state = access.store().load::<HostAggregate>(host).await?.state;
    let host = state.scannable().ok_or_else(|| {
        let message = "there is no such host under watch; a removed host can be restored first";
        UserError::field(&["host"], UserErrorCode::NotFound, message)
    })?;
    let drawn = ScanId::draw(access.store().ids().as_ref());
    let request = ScanCommand::RequestTrial(RequestTrial {
        scan: drawn,
        host,
        version,
    });
    let key = command_of(access, input.idempotency_key.as_ref(), "request trial");
    let executed = access
        .execute::<ScanAggregate>(drawn, request, access.context(key))
        .await
        .map_err(refusal::<ScanAggregate>)?;
    let scan = load_scan(access, made(&executed.stream, drawn)).await?;
    Ok((scan, executed.position))
}

async fn enable(
    access: &Access<'_>,
    input: RulePackVersionInput,
) -> Result<(RulePack, Position), Refusal> {
    let pack: RulePackId = of_input(&input.id, "id")?;
    let version = input.number;
    let trial = match access.read().completed_trial(pack, version).await? {
        Some(scan) => {
            let scan = access.store().load::<ScanAggregate>(scan).await?.state;
            scan.completed_trial()
        }
        None => None,
    };
    let state = access.store().load::<RulePackAggregate>(pack).await?.state;
    if let (Ok(runnable), Some(_)) = (state.runnable(version), &trial) {
        let fits = access.inner().rule_packs.fits(runnable).await;
        fits.map_err(not_read)?;
    }
    let command = RulePackCommand::Enable(EnableRulePackVersion { version, trial });
    simple(access, &input.into(), command, "enable").await
}

async fn simple(
    access: &Access<'_>,
    input: &RulePackInput,
    command: RulePackCommand,
    part: &str,
) -> Result<(RulePack, Position), Refusal> {
    let pack: RulePackId = of_input(&input.id, "id")?;
    let context = access.context(command_of(access, input.idempotency_key.as_ref(), part));
    let executed = access
        .execute::<RulePackAggregate>(pack, command, context)
        .await
        .map_err(refusal::<RulePackAggregate>)?;
    Ok((load(access, pack).await?, executed.position))
}

/// What is wrong with rules as data, a fault of ours as a fault.
pub(super) fn not_read(error: ReadPackError) -> Refusal {
    match error {
        ReadPackError::Faults(faults) => {
            Refusal::Several(faults.into_iter().map(UserError::file).collect())
        }
        error @ ReadPackError::Fault(_) => Fault::internal(domain::causes::in_full(&error)).into(),
    }
}

async fn load(access: &Access<'_>, pack: RulePackId) -> Result<RulePack, Refusal> {
    let row = access.read().rule_packs_by_id(&[pack]).await?;
    row.into_iter()
        .next()
        .map(RulePack)
        .ok_or_else(|| Fault::behind("the rule pack").into())
}

//! What a person prefers in the user interface.

use async_graphql::{Context, InputObject, Object, Result};
use domain::preference::{ChangePreference, Preference as PreferenceAggregate};
use event_store::Position;

use super::payload::{outcome, payloads};
use crate::access::{Access, signed_in};
use crate::schema::error::{Fault, Refusal, refusal};
use crate::schema::object::user::{Preference, PreferenceKey};

/// See the module.
#[derive(Default)]
pub(crate) struct PreferenceMutation;

payloads! {
    /// What came of it.
    PreferencePayload {
        /// The setting as it is now.
        preference: Preference
    }
}

/// A setting to be changed.
#[derive(Debug, InputObject)]
pub(crate) struct ChangePreferenceInput {
    /// The setting.
    key: PreferenceKey,
    /// One of its values.
    value: String,
}

#[Object]
impl PreferenceMutation {
    /// Changes a setting of the one who asks.
    async fn change_preference(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The setting and its value.")] input: ChangePreferenceInput,
    ) -> Result<PreferencePayload> {
        let access = signed_in(ctx)?;
        let result = change(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }
}

async fn change(
    access: &Access<'_>,
    input: ChangePreferenceInput,
) -> Result<(Preference, Position), Refusal> {
    let user = access
        .caller()
        .user()
        .ok_or_else(|| Fault::internal("a caller without a user"))?;
    let command = ChangePreference {
        user,
        key: input.key.into(),
        value: input.value.clone(),
    };
    let executed = access
        .execute::<PreferenceAggregate>(user, command, access.context(None))
        .await
        .map_err(refusal::<PreferenceAggregate>)?;
    Ok((
        Preference {
            key: input.key,
            value: input.value,
        },
        executed.position,
    ))
}

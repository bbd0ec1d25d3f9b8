//! "What if": judges what an earlier scan collected again. A query, because it changes nothing.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::permission::Permission;
use domain::rejudge::{RejudgeError, RejudgeQuestion};

use crate::access::require;
use crate::schema::error::{Fault, FaultCode};
use crate::schema::id::typed;
use crate::schema::mutation::scan::SelectionInput;
use crate::schema::object::rejudgement::Rejudgement;
use crate::schema::scalar::Digest;

/// See the module.
#[derive(Default)]
pub(crate) struct RejudgeQuery;

/// A value for a variable.
#[derive(Debug, InputObject)]
pub(crate) struct VariableInput {
    /// The variable.
    name: String,
    /// Its value, a list with commas or semicolons.
    value: String,
}

#[Object]
impl RejudgeQuery {
    /// What other rules would have said of what a scan collected. No host is touched and nothing is written.
    /// Null when there is no such scan with a result.
    #[graphql(complexity = "200 + child_complexity")]
    async fn rejudge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The scan.")] scan: ID,
        #[graphql(desc = "Which rules; all of them without a wish.")] selection: Option<
            SelectionInput,
        >,
        #[graphql(
            desc = "A published list of rules, as `Scan.catalogue` names it; the rules that this server scans with without it."
        )]
        catalogue: Option<Digest>,
        #[graphql(
            desc = "Values for variables; the others have those that were set for the host then, or those of the rules."
        )]
        variables: Option<Vec<VariableInput>>,
    ) -> Result<Option<Rejudgement>> {
        let access = require(ctx, Permission::ScanRead)?;
        let Some(scan) = typed(&scan) else {
            return Ok(None);
        };
        let question = RejudgeQuestion {
            scan,
            catalogue: catalogue.map(|digest| digest.0),
            selection: selection.unwrap_or_default().into(),
            variables: variables
                .unwrap_or_default()
                .into_iter()
                .map(|one| (one.name, one.value))
                .collect(),
        };
        match access.inner().rejudge.rejudge(question).await {
            Ok(judged) => Ok(Some(Rejudgement(judged))),
            Err(RejudgeError::NoResult { .. }) => Ok(None),
            Err(RejudgeError::Fault(cause)) => Err(Fault::internal(cause).into()),
            Err(error) => Err(Fault::new(FaultCode::BadUserInput, error.to_string()).into()),
        }
    }
}

//! Tells with every answer what the document cost, and gives errors of the library their codes.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextRequest, NextValidation,
};
use async_graphql::{Response, ServerError, ValidationResult, value};

/// Adds `extensions.cost`.
pub(crate) struct ReportCost;

impl ExtensionFactory for ReportCost {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Report::default())
    }
}

#[derive(Default)]
struct Report {
    result: Mutex<Option<ValidationResult>>,
}

#[async_trait::async_trait]
impl Extension for Report {
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let response = next.run(ctx).await;
        let result = self
            .result
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match result {
            Some(result) => response.extension(
                "cost",
                value!({ "cost": result.complexity, "depth": result.depth, "limit": super::COST }),
            ),
            None => response,
        }
    }

    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let result = next.run(ctx).await?;
        *self.result.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        Ok(result)
    }
}

/// Gives every error of an answer a code.
pub(crate) fn add_codes(response: &mut Response) {
    response.errors.iter_mut().for_each(add_code);
}

/// Errors without a code come from the library: of the document when they have no path.
fn add_code(error: &mut ServerError) {
    let code = match error.message.as_str() {
        "Query is too complex." | "Query is nested too deep." => "QUERY_TOO_EXPENSIVE",
        _ if error.path.is_empty() => "GRAPHQL_VALIDATION_FAILED",
        _ => "BAD_USER_INPUT",
    };
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        extensions.set("code", code);
    }
}

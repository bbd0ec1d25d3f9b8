//! Limits that are counted on the document before anything is validated: fields, aliases, directives,
//! and what stands at the root.

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextParseQuery};
use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};
use async_graphql::{ErrorExtensionValues, ServerError, ServerResult, Variables};

/// Fields of a document, before fragments are expanded.
const FIELDS: usize = 400;
/// Aliases of a document.
const ALIASES: usize = 30;
/// Directives of a document.
const DIRECTIVES: usize = 20;
/// Fields at the root of an operation.
const ROOTS: usize = 20;

/// Counts a document.
pub(crate) struct DocumentLimits;

impl ExtensionFactory for DocumentLimits {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for DocumentLimits {
    async fn parse_query(
        &self,
        ctx: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        let document = next.run(ctx, query, variables).await?;
        check(&document).map_err(|message| too_expensive(&message))?;
        Ok(document)
    }
}

fn too_expensive(message: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", "QUERY_TOO_EXPENSIVE");
    error.extensions = Some(extensions);
    error
}

#[derive(Default)]
struct Count {
    fields: usize,
    aliases: usize,
    directives: usize,
}

impl Count {
    fn add(&mut self, set: &SelectionSet) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    self.fields += 1;
                    self.aliases += usize::from(field.node.alias.is_some());
                    self.directives += field.node.directives.len();
                    self.add(&field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => {
                    self.directives += fragment.node.directives.len();
                    self.add(&fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    self.fields += 1;
                    self.directives += spread.node.directives.len();
                }
            }
        }
    }
}

fn check(document: &ExecutableDocument) -> Result<(), String> {
    let mut count = Count::default();
    for (_, operation) in document.operations.iter() {
        let set = &operation.node.selection_set.node;
        let roots = set.items.len();
        if roots > ROOTS {
            return Err(format!(
                "an operation may have {ROOTS} root fields; this has {roots}"
            ));
        }
        if operation.node.ty == OperationType::Subscription && !one_field(set) {
            return Err("a subscription has exactly one root field".to_owned());
        }
        count.add(set);
    }
    for fragment in document.fragments.values() {
        count.add(&fragment.node.selection_set.node);
    }
    for (what, number, most) in [
        ("fields", count.fields, FIELDS),
        ("aliases", count.aliases, ALIASES),
        ("directives", count.directives, DIRECTIVES),
    ] {
        if number > most {
            return Err(format!(
                "a document may have {most} {what}; this has {number}"
            ));
        }
    }
    Ok(())
}

/// GraphQL, section 5.2.3.1. Fragments at the root are refused with it: nobody needs them there.
fn one_field(set: &SelectionSet) -> bool {
    matches!(set.items.as_slice(), [only] if matches!(only.node, Selection::Field(_)))
}

//! Variables of rules.

use std::collections::BTreeMap;

use async_graphql::{Context, ID, Object, Result};
use domain::id::{GroupId, HostId};
use domain::permission::Permission;
use domain::variable::{ValueSource, VariableStanding, standings};
use projections::read::VariableScope;

use crate::access::{Access, require};
use crate::schema::error::{Fault, FaultCode};
use crate::schema::id::typed;
use crate::schema::object::variable::{Variable, VariableValue};
use crate::schema::position::{EventPosition, at_least as wait};

/// See the module.
#[derive(Default)]
pub(crate) struct VariableQuery;

#[Object]
impl VariableQuery {
    /// The variables of the rules that scans judge by, by name, with the values that were set: in every place, or
    /// those that may concern a group or a host. Variables of other rules are among them as long as values are set.
    #[graphql(complexity = "50 * child_complexity")]
    async fn variables(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Those that may concern this host.")] host: Option<ID>,
        #[graphql(desc = "Those that may concern this group.")] group: Option<ID>,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Vec<Variable>> {
        let access = require(ctx, Permission::SettingsRead)?;
        wait(&access, at_least).await?;
        let scope = match (host, group) {
            (None, None) => VariableScope::Everywhere,
            (Some(host), None) => {
                require(ctx, Permission::HostRead)?;
                VariableScope::Host(typed::<HostId>(&host).ok_or_else(|| unknown("host"))?)
            }
            (None, Some(group)) => {
                require(ctx, Permission::GroupRead)?;
                VariableScope::Group(typed::<GroupId>(&group).ok_or_else(|| unknown("group"))?)
            }
            (Some(_), Some(_)) => {
                let message = "ask for a host or for a group, not for both";
                return Err(Fault::new(FaultCode::BadUserInput, message).into());
            }
        };
        Ok(variables(&access, scope).await?)
    }
}

fn unknown(what: &str) -> Fault {
    let message = format!("this is not the id of a {what}");
    Fault::new(FaultCode::BadUserInput, message)
}

async fn variables(access: &Access<'_>, scope: VariableScope) -> Result<Vec<Variable>, Fault> {
    let rules = &access.inner().variables;
    let mut found: BTreeMap<String, Variable> = rules
        .declared()
        .into_iter()
        .map(|declared| {
            let variable = Variable {
                declared: Some(declared.clone()),
                ..undeclared(&declared.name)
            };
            (declared.name, variable)
        })
        .collect();
    let values = access.read().variable_values(scope).await?;
    let counting = values.iter().filter(|value| match scope {
        VariableScope::Everywhere => value.source == ValueSource::Organisation,
        VariableScope::Group(_) | VariableScope::Host(_) => true,
    });
    let mut counts = standings(counting.cloned());
    for value in values {
        let name = value.name.clone();
        let variable = found
            .entry(name.clone())
            .or_insert_with(|| undeclared(&name));
        let fits = rules.accept(&name, &value.value).is_ok();
        variable.values.push(VariableValue { value, fits });
    }
    for (name, variable) in &mut found {
        variable.standing = counts.remove(name);
        let standing = variable.standing.as_ref();
        variable.contested = standing.is_some_and(VariableStanding::is_contested);
    }
    Ok(found.into_values().collect())
}

fn undeclared(name: &str) -> Variable {
    Variable {
        name: name.to_owned(),
        declared: None,
        standing: None,
        values: Vec::new(),
        contested: false,
    }
}

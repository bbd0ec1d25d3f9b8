//! The group: hosts that belong together, chosen one by one or by a rule. Knows which hosts were chosen,
//! not which ones a rule finds: that follows from the hosts.

mod command;
mod decide;
mod event;
mod rule;
mod state;
#[cfg(test)]
mod tests;

pub use command::{
    AddHosts, CreateGroup, EditGroup, GroupColor, GroupCommand, GroupDetails, RemoveGroup,
    RemoveHosts, RestoreGroup, SetGroupVariable,
};
pub use decide::{Group, GroupError, MOST_HOSTS};
pub use event::{
    GroupCreated, GroupEdited, GroupEvent, GroupHostsAdded, GroupHostsRemoved,
    GroupMaintenanceEnded, GroupMaintenanceStarted, GroupRemoved, GroupRestored, GroupVariableSet,
};
pub use rule::{Combination, Condition, ConditionKind, HostTraits, MembershipRule, RuleMatcher};
pub use state::{GroupState, GroupStatus};

//! Which of several values counts for a host: pure. Nobody else decides.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{EffectiveVariable, VariableOrigin};
use crate::event::Position;
use crate::id::{GroupId, HostId};
use crate::time::Timestamp;

/// Where a value was set, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueSource {
    /// For the whole organisation.
    Organisation,
    /// For a group.
    Group(GroupId),
    /// For one host.
    Host(HostId),
}

/// A value that somebody has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableValue {
    /// The variable.
    pub name: String,
    /// The value.
    pub value: String,
    /// Where it was set.
    pub source: ValueSource,
    /// The name of that group or host as it is now; empty for the organisation.
    pub place: String,
    /// Who set it, as they were called then.
    pub set_by: String,
    /// When.
    pub set_at: Timestamp,
    /// By which event.
    pub position: Position,
}

/// What counts for one variable on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableStanding {
    /// The value that counts.
    pub effective: VariableValue,
    /// Those that it is stronger than, the strongest first.
    pub outweighed: Vec<VariableValue>,
}

impl VariableValue {
    /// How strong it is: the host before its groups before the organisation; of several groups the one whose value
    /// was set last.
    fn strength(&self) -> (u8, Position) {
        let rank = match self.source {
            ValueSource::Organisation => 0,
            ValueSource::Group(_) => 1,
            ValueSource::Host(_) => 2,
        };
        (rank, self.position)
    }

    /// What a result keeps of it.
    pub fn effective(&self) -> EffectiveVariable {
        let day = self.set_at.to_string();
        let day = day.split('T').next().unwrap_or_default();
        let (origin, place) = match self.source {
            ValueSource::Organisation => (VariableOrigin::Organisation, String::new()),
            ValueSource::Group(_) => (VariableOrigin::Group, format!("{}, ", self.place)),
            ValueSource::Host(_) => (VariableOrigin::Host, String::new()),
        };
        EffectiveVariable {
            name: self.name.clone(),
            value: self.value.clone(),
            origin,
            place: format!("{place}set by {} on {day}", self.set_by),
        }
    }
}

impl VariableStanding {
    /// Whether another group of the host wants another value.
    pub fn is_contested(&self) -> bool {
        let is_group = |value: &VariableValue| matches!(value.source, ValueSource::Group(_));
        is_group(&self.effective)
            && self
                .outweighed
                .iter()
                .any(|other| is_group(other) && other.value != self.effective.value)
    }
}

/// What counts for each variable, of all values that may concern a host.
pub fn standings(
    values: impl IntoIterator<Item = VariableValue>,
) -> BTreeMap<String, VariableStanding> {
    let mut by_name: BTreeMap<String, Vec<VariableValue>> = BTreeMap::new();
    for value in values {
        by_name.entry(value.name.clone()).or_default().push(value);
    }
    by_name
        .into_iter()
        .filter_map(|(name, mut values)| {
            values.sort_by_key(|value| Reverse(value.strength()));
            let mut values = values.into_iter();
            let effective = values.next()?;
            let outweighed = values.collect();
            Some((
                name,
                VariableStanding {
                    effective,
                    outweighed,
                },
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::id;

    fn value(source: ValueSource, value: &str, position: u64) -> VariableValue {
        VariableValue {
            name: "days".to_owned(),
            value: value.to_owned(),
            source,
            place: "Web servers".to_owned(),
            set_by: "ada".to_owned(),
            set_at: Timestamp::from_micros(0),
            position: Position(position),
        }
    }

    fn counts(values: Vec<VariableValue>) -> VariableStanding {
        standings(values).remove("days").unwrap()
    }

    #[test]
    fn the_host_comes_before_its_groups_and_they_before_the_organisation() {
        let all = value(ValueSource::Organisation, "1", 9);
        let group = value(ValueSource::Group(id(1)), "2", 5);
        let host = value(ValueSource::Host(id(1)), "3", 1);
        let standing = counts(vec![all.clone(), host.clone(), group.clone()]);
        assert_eq!(standing.effective, host);
        assert_eq!(standing.outweighed, [group.clone(), all.clone()]);
        assert_eq!(counts(vec![all, group.clone()]).effective, group);
    }

    #[test]
    fn of_several_groups_the_value_that_was_set_last_counts_and_it_is_told() {
        let (one, other) = (
            value(ValueSource::Group(id(2)), "1", 5),
            value(ValueSource::Group(id(1)), "2", 6),
        );
        let standing = counts(vec![one.clone(), other.clone()]);
        assert_eq!(standing.effective, other);
        assert!(standing.is_contested());
        let same = value(ValueSource::Group(id(1)), "1", 6);
        assert!(!counts(vec![one, same]).is_contested());
    }

    #[test]
    fn a_result_tells_who_set_the_value_and_when() {
        let kept = value(ValueSource::Group(id(1)), "2", 5).effective();
        assert_eq!(kept.origin, VariableOrigin::Group);
        assert_eq!(kept.place, "Web servers, set by ada on 1970-01-01");
        let kept = value(ValueSource::Organisation, "2", 5).effective();
        assert_eq!(kept.place, "set by ada on 1970-01-01");
    }
}

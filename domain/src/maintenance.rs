//! Maintenance: work is being done on a host, so that what is seen of it means little. This is the one
//! place that decides whether a host is in maintenance, and what may then be done with it.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::id::GroupId;
use crate::time::Timestamp;
use crate::validate::{self, InvalidField};

/// A switch with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct Maintenance {
    /// Why.
    #[n(0)]
    pub reason: String,
    /// When it ends by itself; without it, when somebody ends it.
    #[n(1)]
    pub until: Option<Timestamp>,
}

/// Put a host or a group into maintenance; one that is in it gets the new reason and end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartMaintenance {
    /// Why and until when.
    pub maintenance: Maintenance,
    /// The present.
    pub now: Timestamp,
}

/// End a maintenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndMaintenance;

impl StartMaintenance {
    /// The maintenance, if it has a reason and ends in the future.
    pub(crate) fn checked(self) -> Result<Maintenance, InvalidField> {
        validate::line("reason", &self.maintenance.reason, 256)?;
        if !self.maintenance.holds(self.now) {
            return Err(InvalidField::new("until", "must be in the future"));
        }
        Ok(self.maintenance)
    }
}

impl Maintenance {
    /// Whether it has not come to its end.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// Where a maintenance comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaintenanceSource {
    /// The host itself.
    Host,
    /// A group that the host is in.
    Group(GroupId),
}

/// By whose initiative something is done with a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiative {
    /// Somebody asked for it now.
    Demand,
    /// It is due by a schedule.
    Schedule,
}

/// Whether a host is in maintenance at an instant, and why. Only [`MaintenanceState::at`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaintenanceState(Vec<(MaintenanceSource, Maintenance)>);

impl MaintenanceState {
    /// What holds now of everything that was started and not ended: a host is in maintenance when it
    /// or any group that it is in is.
    pub fn at(
        now: Timestamp,
        started: impl IntoIterator<Item = (MaintenanceSource, Maintenance)>,
    ) -> Self {
        let holds = |(_, maintenance): &(MaintenanceSource, Maintenance)| maintenance.holds(now);
        Self(started.into_iter().filter(holds).collect())
    }

    /// Whether the host is in maintenance.
    pub fn is_active(&self) -> bool {
        !self.0.is_empty()
    }

    /// Why: what holds, and where it comes from.
    pub fn reasons(&self) -> &[(MaintenanceSource, Maintenance)] {
        &self.0
    }

    /// Whether something may be done with the host: what somebody asks for always, what a schedule
    /// brings only outside of maintenance.
    pub fn permits(&self, initiative: Initiative) -> bool {
        match initiative {
            Initiative::Demand => true,
            Initiative::Schedule => !self.is_active(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::id;

    fn maintenance(until: Option<i64>) -> Maintenance {
        Maintenance {
            reason: "new disks".to_owned(),
            until: until.map(Timestamp::from_micros),
        }
    }

    #[test]
    fn a_schedule_waits_for_the_end_of_every_maintenance_and_a_person_does_not() {
        let started = [
            (MaintenanceSource::Host, maintenance(Some(10))),
            (MaintenanceSource::Group(id(1)), maintenance(Some(20))),
        ];
        for (now, reasons) in [(0, 2), (10, 1), (19, 1), (20, 0)] {
            let state = MaintenanceState::at(Timestamp::from_micros(now), started.clone());
            assert_eq!(state.reasons().len(), reasons, "at {now}");
            assert_eq!(state.permits(Initiative::Schedule), reasons == 0);
            assert!(state.permits(Initiative::Demand));
        }
    }

    #[test]
    fn without_an_end_it_holds_until_it_is_ended() {
        let started = [(MaintenanceSource::Host, maintenance(None))];
        let late = Timestamp::from_micros(i64::MAX);
        assert!(MaintenanceState::at(late, started).is_active());
    }

    #[test]
    fn it_has_a_reason_and_ends_in_the_future() {
        let start = |reason: &str, until| StartMaintenance {
            maintenance: Maintenance {
                reason: reason.to_owned(),
                ..maintenance(until)
            },
            now: Timestamp::from_micros(5),
        };
        assert!(start("disks", Some(6)).checked().is_ok());
        assert!(start("disks", Some(5)).checked().is_err());
        assert!(start("", None).checked().is_err());
    }
}

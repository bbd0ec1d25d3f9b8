//! Hosts as far as the order of scans depends on them: whether they are under watch, and where they are.

use std::collections::HashMap;

use domain::host::{Connection, HostDetails, HostEvent};
use domain::id::HostId;
use serde::{Deserialize, Serialize};

use crate::subnet::Address;

/// All of them.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Hosts(HashMap<HostId, WatchedHost>);

/// One of them.
#[derive(Serialize, Deserialize)]
pub(crate) struct WatchedHost {
    pub(crate) active: bool,
    pub(crate) address: Address,
}

impl Hosts {
    pub(super) fn fold(&mut self, event: &HostEvent) {
        match event {
            HostEvent::Registered(event) => {
                let place = WatchedHost {
                    active: true,
                    address: address(&event.details),
                };
                self.0.insert(event.host, place);
            }
            HostEvent::Edited(edited) => {
                if let Some(place) = self.0.get_mut(&edited.host) {
                    place.address = address(&edited.after);
                }
            }
            HostEvent::Removed(event) => self.set_active(event.host, false),
            HostEvent::Restored(event) => self.set_active(event.host, true),
            _ => {}
        }
    }

    fn set_active(&mut self, host: HostId, active: bool) {
        if let Some(place) = self.0.get_mut(&host) {
            place.active = active;
        }
    }

    /// What is known of a host.
    pub(crate) fn get(&self, host: HostId) -> Option<&WatchedHost> {
        self.0.get(&host)
    }
}

fn address(details: &HostDetails) -> Address {
    match &details.connection {
        Connection::Local => Address::Local,
        Connection::Ssh(ssh) if ssh.jump.is_some() => Address::BehindJump(ssh.address.clone()),
        Connection::Ssh(ssh) => Address::Direct(ssh.address.clone()),
    }
}

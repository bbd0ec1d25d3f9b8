//! Scans of many hosts.

use domain::fleet_scan::{
    AttachScan, CancelFleetScan, CompleteFleetScan, FleetLimits, FleetScan, FleetScanCommand,
    FleetTotals, HostChoice, HostQuery, RequestFleetScan, SkipHost, SkipReason,
};
use domain::host::Host;
use domain::id::{FleetScanId, HostId, ScanId, TypedId as _};
use domain::scan::{FailureReason, RequestScan, Scan, ScanCommand, Selection, Trigger};

use super::World;

impl World {
    /// Asks for a scan of many hosts.
    pub(crate) async fn request_fleet_scan(&self, hosts: &[HostId]) -> FleetScanId {
        let fleet_scan = FleetScanId::draw(self.store.ids().as_ref());
        let command = FleetScanCommand::Request(Box::new(RequestFleetScan {
            fleet_scan,
            hosts: hosts.to_vec(),
            choice: HostChoice::Matching(HostQuery {
                tag: Some("web".to_owned()),
                ..HostQuery::default()
            }),
            selection: Selection::default(),
            limits: FleetLimits::default(),
            retry_of: None,
        }));
        self.execute::<FleetScan>(fleet_scan, command).await;
        fleet_scan
    }

    /// Asks for the scan of one host of a fleet scan.
    pub(crate) async fn request_child(&self, fleet_scan: FleetScanId, host: HostId) -> ScanId {
        let scan = ScanId::draw(self.store.ids().as_ref());
        let state = self.store.load::<Host>(host).await.unwrap().state;
        let command = ScanCommand::Request(RequestScan {
            scan,
            host: state.scannable().unwrap(),
            trigger: Trigger::FleetScan,
            selection: Selection::default(),
            fleet_scan: Some(fleet_scan),
        });
        self.execute::<Scan>(scan, command).await;
        scan
    }

    pub(super) async fn fleet_scans(&self) {
        let host = self.register("first").await;
        let other = self.register("other").await;
        let all = self.request_fleet_scan(&[host, other]).await;
        let skip = FleetScanCommand::Skip(SkipHost {
            host: other,
            reason: SkipReason::HostRemoved,
        });
        self.execute::<FleetScan>(all, skip).await;
        let child = self.request_child(all, host).await;
        let second = self.request_fleet_scan(&[host, other]).await;
        let attach = FleetScanCommand::Attach(AttachScan { host, scan: child });
        self.execute::<FleetScan>(second, attach).await;
        self.start(child).await;
        self.fail(child, FailureReason::AuthenticationRefused).await;
        let totals = FleetTotals {
            failed: 1,
            skipped: 1,
            ..FleetTotals::default()
        };
        let complete = FleetScanCommand::Complete(CompleteFleetScan { totals });
        self.execute::<FleetScan>(all, complete).await;
        let cancel = FleetScanCommand::Cancel(CancelFleetScan);
        self.execute::<FleetScan>(second, cancel).await;
    }
}

//! Hosts.

use domain::host::{
    Connection, EditHost, ForgetHostKey, Host, HostCommand, HostDetails, HostKey, RegisterHost,
    RemoveHost, RestoreHost, TrustHostKey,
};
use domain::id::{HostId, TypedId as _};
use domain::scan::{CancelScan, FailScan, FailureReason, Scan, ScanCommand};
use domain::verdict::Verdict;

use super::World;

impl World {
    pub(crate) async fn register(&self, name: &str) -> HostId {
        let host = HostId::draw(self.store.ids().as_ref());
        let register = RegisterHost {
            host,
            details: details(name, &["web"]),
            trusted_keys: Vec::new(),
        };
        self.execute::<Host>(host, HostCommand::Register(register))
            .await;
        host
    }

    pub(super) async fn hosts(&self) {
        let host = self.register("a").await;
        let edit = EditHost {
            details: details("b", &["db", "web"]),
        };
        self.execute::<Host>(host, HostCommand::Edit(edit)).await;
        let trust = TrustHostKey {
            key: key("k"),
            first_use: false,
        };
        self.execute::<Host>(host, HostCommand::TrustKey(trust))
            .await;
        let forget = ForgetHostKey {
            fingerprint: "SHA256:k".to_owned(),
        };
        self.execute::<Host>(host, HostCommand::ForgetKey(forget))
            .await;
        let (pass, fail) = (Some(Verdict::Pass), Some(Verdict::Fail));
        self.scan(host, [pass, fail, Some(Verdict::Error)]).await;
        self.scan(host, [fail, fail, None]).await;
        let failing = self.request(host).await;
        self.start(failing).await;
        let fail = FailScan {
            attempt: Some(1),
            reason: FailureReason::HostUnreachable,
            detail: "no route".to_owned(),
        };
        self.execute::<Scan>(failing, ScanCommand::Fail(fail)).await;
        let cancelled = self.request(host).await;
        self.execute::<Scan>(cancelled, ScanCommand::Cancel(CancelScan))
            .await;
        self.execute::<Host>(host, HostCommand::Remove(RemoveHost))
            .await;
        self.execute::<Host>(host, HostCommand::Restore(RestoreHost))
            .await;
    }
}

pub(crate) fn details(name: &str, tags: &[&str]) -> HostDetails {
    HostDetails {
        name: name.to_owned(),
        environment: "test".to_owned(),
        description: String::new(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        connection: Connection::Local,
    }
}

fn key(name: &str) -> HostKey {
    HostKey {
        endpoint: "h:22".to_owned(),
        algorithm: "ssh-ed25519".to_owned(),
        public_key: name.to_owned(),
        fingerprint: format!("SHA256:{name}"),
    }
}

//! Shells of this machine as hosts.

use std::path::Path;
use std::process::Stdio;

use async_trait::async_trait;
use bytes::Bytes;
use domain::time::{Clock, Timestamp};
use engine::host::{Host, RunError, RunLimits, RunReport, Sink};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

/// A shell of this machine as a host.
pub(crate) struct Shell(pub(crate) Vec<&'static str>);

#[async_trait]
impl Host for Shell {
    async fn run(
        &self,
        program: Bytes,
        limits: RunLimits,
        sink: &mut Sink<'_>,
    ) -> Result<RunReport, RunError> {
        let mut child = Command::new(self.0[0])
            .args(&self.0[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut output = child.stdout.take().unwrap();
        let work = async {
            let write = async {
                input.write_all(&program).await.unwrap();
                drop(input);
            };
            let read = async {
                let mut buffer = vec![0; 64 * 1024];
                loop {
                    let read = output.read(&mut buffer).await.unwrap();
                    if read == 0 {
                        return;
                    }
                    sink(&buffer[..read]);
                }
            };
            tokio::join!(write, read);
            child.wait_with_output().await.unwrap()
        };
        let ended = tokio::time::timeout(limits.deadline, work)
            .await
            .expect("the program ends by itself");
        let exit = ended.status.code().map(i32::cast_unsigned);
        Ok(RunReport {
            exit,
            stderr: ended.stderr,
            ..RunReport::default()
        })
    }
}

/// A clock that stands.
pub(crate) struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000)
    }
}

/// The shells of this machine that a host may have.
pub(crate) fn shells() -> Vec<Shell> {
    let known = [
        vec!["/bin/dash", "-s"],
        vec!["/bin/bash", "-s"],
        vec!["/bin/busybox", "ash", "-s"],
    ];
    let there: Vec<Shell> = known
        .into_iter()
        .filter(|words| Path::new(words[0]).exists())
        .map(Shell)
        .collect();
    assert!(there.len() >= 2, "install dash, bash and busybox");
    there
}

//! A session channel as the link of a shell.

use std::pin::Pin;

use async_trait::async_trait;
use futures::FutureExt as _;
use russh::client::{Handle, Msg};
use russh::{ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Sig};

use super::client::Client;
use crate::shell::{Link, LinkEvent, LinkEvents};

/// The code of standard error (RFC 4254 section 5.2).
const STDERR: u32 = 1;

/// Opens a channel and asks for `command` without waiting for the answer.
pub(super) async fn open_link(
    handle: &Handle<Client>,
    command: &str,
) -> Result<Link, russh::Error> {
    let channel = handle.channel_open_session().await?;
    channel.exec(true, command).await?;
    let (read, write) = channel.split();
    Ok(Link {
        input: Box::new(Pin::from(Box::new(write.make_writer()))),
        events: Box::new(ChannelEvents {
            read,
            write,
            exited: false,
            ended: false,
        }),
    })
}

struct ChannelEvents {
    read: ChannelReadHalf,
    write: ChannelWriteHalf<Msg>,
    /// Whether the command has ended.
    exited: bool,
    /// Whether the channel has.
    ended: bool,
}

#[async_trait]
impl LinkEvents for ChannelEvents {
    async fn next(&mut self) -> LinkEvent {
        while !self.ended {
            match self.read.wait().await {
                None | Some(ChannelMsg::Close) => self.ended = true,
                Some(ChannelMsg::Data { data }) => return LinkEvent::Stdout(data),
                Some(ChannelMsg::ExtendedData { data, ext: STDERR }) => {
                    return LinkEvent::Stderr(data);
                }
                Some(ChannelMsg::ExitStatus { exit_status }) => {
                    self.exited = true;
                    return LinkEvent::Exit(Some(exit_status));
                }
                // Failure: the server does not run commands for this account.
                Some(ChannelMsg::ExitSignal { .. } | ChannelMsg::Failure) => {
                    self.exited = true;
                    return LinkEvent::Exit(None);
                }
                Some(_) => {}
            }
        }
        LinkEvent::Closed
    }

    async fn kill(&mut self) {
        self.exited = true;
        // OpenSSH passes the signal on to what runs with the rights of the account; for the rest the
        // closed channel is the end of its standard input and output.
        let _ = self.write.signal(Sig::TERM).await;
        let _ = self.write.close().await;
    }
}

impl Drop for ChannelEvents {
    /// A run that was called off ends on the host too. What cannot be said at once stays unsaid: the connection ends
    /// soon, and says enough.
    fn drop(&mut self) {
        if !self.exited && !self.ended {
            let _ = self.write.signal(Sig::TERM).now_or_never();
            let _ = self.write.close().now_or_never();
        }
    }
}

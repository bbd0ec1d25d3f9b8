//! TLS for addresses that others can reach. Loopback may be plain HTTP; nothing else may.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use domain::digest::Digest;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::self_signed;
use crate::config::Config;
use crate::exit::Failure;

/// A client that does not finish its handshake in this time is dropped.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// Handshakes that wait to be taken up by the server.
const READY_LIMIT: usize = 64;

/// How this process speaks TLS.
pub(super) struct Tls {
    pub(super) config: Arc<ServerConfig>,
    /// The fingerprint of a certificate that nobody vouches for: the SHA-256 of its DER, as openssl prints it.
    pub(super) fingerprint: Option<String>,
}

/// What the settings ask for. Plain HTTP is for this machine alone.
pub(super) fn of(config: &Config) -> Result<Option<Tls>, Failure> {
    let settings = &config.settings;
    match (&settings.tls_certificate, &settings.tls_key) {
        (Some(_), _) | (_, Some(_)) if settings.tls_self_signed => Err(Failure::usage(
            "a certificate of your own and tls_self_signed exclude each other",
        )),
        (Some(certificate), Some(key)) => Ok(Some(Tls {
            config: load(certificate, key)?,
            fingerprint: None,
        })),
        (None, None) if settings.tls_self_signed => {
            let (certificate, key) = self_signed::files(config)?;
            Ok(Some(Tls {
                config: load(&certificate, &key)?,
                fingerprint: Some(fingerprint(&certificate)?),
            }))
        }
        (None, None) if settings.listen.ip().is_loopback() => Ok(None),
        (None, None) => Err(Failure::usage(format!(
            "{} can be reached by others, so it needs TLS: give --tls-certificate and --tls-key, or --tls-self-signed, \
             or listen on 127.0.0.1 behind a proxy that has it",
            settings.listen
        ))),
        _ => Err(Failure::usage(
            "tls_certificate and tls_key belong together",
        )),
    }
}

fn fingerprint(path: &Path) -> Result<String, Failure> {
    let certificate = CertificateDer::from_pem_file(path)
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
    let digest = Digest::of(&certificate).to_string().to_uppercase();
    let pairs = digest.as_bytes().chunks(2).map(String::from_utf8_lossy);
    Ok(pairs.collect::<Vec<_>>().join(":"))
}

/// Reads a certificate chain and its key.
fn load(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, Failure> {
    let fault = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::usage(format!("{}: {error}", path.display()))
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| fault(certificate, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| fault(key, &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| fault(certificate, &error))?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| fault(certificate, &error))?;
    // What the server does not speak must not be offered: clients would take it and get nothing.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// A listener whose connections have finished their TLS handshake. A slow client delays nobody.
pub(super) struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl TlsListener {
    /// Takes over a bound socket.
    pub(super) fn start(listener: TcpListener, config: Arc<ServerConfig>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(READY_LIMIT);
        tokio::spawn(accept(listener, TlsAcceptor::from(config), sender));
        Ok(Self { address, ready })
    }
}

async fn accept(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    sender: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    loop {
        let (stream, peer) = Listener::accept(&mut listener).await;
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        tokio::spawn(async move {
            match tokio::time::timeout(HANDSHAKE_LIMIT, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => drop(sender.send((stream, peer)).await),
                Ok(Err(error)) => tracing::debug!(%peer, %error, "TLS handshake failed"),
                Err(_) => tracing::debug!(%peer, "TLS handshake took too long"),
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The accepting task ends only with the runtime.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

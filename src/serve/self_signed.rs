//! `--tls-self-signed`: a certificate of our own, for networks that have no authority. It is made once and kept in the
//! data folder, so that whoever has compared its fingerprint can go on relying on it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use rustls::RootCertStore;
use rustls::client::verify_server_cert_signed_by_trust_anchor as verify;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::ParsedCertificate;

use domain::time::Timestamp;

use super::first_run::write_private;
use crate::config::Config;
use crate::exit::Failure;
use crate::sources;

/// The files in the data folder.
const CERTIFICATE: &str = "self-signed.crt";
const KEY: &str = "self-signed.key";
/// How long it is good for. Apple's clients take no longer one, whoever has signed it.
const GOOD_FOR: i64 = 825;
/// A certificate that runs out so soon is made anew at the start, in days.
const SOON: i64 = 30;
const DAY: i64 = 86_400;

/// The files of the certificate, which is made where there is none.
pub(super) fn files(config: &Config) -> Result<(PathBuf, PathBuf), Failure> {
    crate::store::create_data_dir(config)?;
    let folder = &config.settings.data_dir;
    let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
    if !certificate.exists() || !key.exists() || runs_out(&certificate) {
        make(config, &certificate, &key)?;
    }
    Ok((certificate, key))
}

/// Whether the certificate will soon be refused. One that cannot be read is not ours to throw away.
fn runs_out(path: &Path) -> bool {
    let Ok(certificate) = CertificateDer::from_pem_file(path) else {
        return false;
    };
    let soon = sources::clock().now().as_micros() / 1_000_000 + SOON * DAY;
    let soon = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(soon).unwrap_or(0)));
    let mut itself = RootCertStore::empty();
    let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
    let judged = itself.add(certificate.clone()).and_then(|()| {
        let certificate = ParsedCertificate::try_from(&certificate)?;
        verify(&certificate, &itself, &[], soon, algorithms.all)
    });
    matches!(
        judged,
        Err(rustls::Error::InvalidCertificate(
            rustls::CertificateError::Expired | rustls::CertificateError::ExpiredContext { .. }
        ))
    )
}

fn make(config: &Config, certificate: &Path, key: &Path) -> Result<(), Failure> {
    let fault = |error: rcgen::Error| Failure::cannot("could not make a certificate", error);
    let unwritten = |path: &Path, error: std::io::Error| {
        Failure::cannot(format!("could not write {}", path.display()), error)
    };
    let pair = KeyPair::generate().map_err(fault)?;
    let signed = parameters(config)
        .and_then(|parameters| parameters.self_signed(&pair))
        .map_err(fault)?;
    match std::fs::remove_file(key) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(unwritten(key, error)),
        _ => {}
    }
    write_private(key, &pair.serialize_pem()).map_err(|error| unwritten(key, error))?;
    // Last, because what is looked for is this one.
    std::fs::write(certificate, signed.pem()).map_err(|error| unwritten(certificate, error))
}

/// Who it stands for: this machine, by its names and the address that it listens on.
fn parameters(config: &Config) -> Result<CertificateParams, rcgen::Error> {
    let name = crate::machine::name();
    let mut parameters = CertificateParams::new(vec!["localhost".to_owned()])?;
    // A name that no certificate can hold is left out: the address is there.
    if name != "localhost"
        && let Ok(name) = name.clone().try_into()
    {
        parameters.subject_alt_names.push(SanType::DnsName(name));
    }
    let loopback = [
        std::net::Ipv4Addr::LOCALHOST.into(),
        std::net::Ipv6Addr::LOCALHOST.into(),
    ];
    let listen = config.settings.listen.ip();
    let own = (!listen.is_unspecified() && !listen.is_loopback()).then_some(listen);
    let addresses = loopback.into_iter().chain(own).map(SanType::IpAddress);
    parameters.subject_alt_names.extend(addresses);
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters
        .distinguished_name
        .push(DnType::CommonName, format!("OpenWatch on {name}"));
    let today = sources::clock().now();
    // From yesterday: the clocks of others may be behind.
    let (year, month, day) = date(today.plus_seconds(-DAY));
    parameters.not_before = rcgen::date_time_ymd(year, month, day);
    let (year, month, day) = date(today.plus_seconds(GOOD_FOR * DAY));
    parameters.not_after = rcgen::date_time_ymd(year, month, day);
    Ok(parameters)
}

/// The date of an instant in UTC: year, month, day.
fn date(of: Timestamp) -> (i32, u8, u8) {
    let date = jiff::Timestamp::from_microsecond(of.as_micros())
        .unwrap_or_default()
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)
        .date();
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    (i32::from(date.year()), part(date.month()), part(date.day()))
}

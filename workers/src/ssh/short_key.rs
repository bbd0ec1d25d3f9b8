//! ECDSA P-256 keys whose private number has leading zero bytes: one key in 256. OpenSSH writes the
//! number without them (RFC 4251 `mpint`), which `ssh-key` does not read back. Here the zeros are
//! put in again, and the key goes to `ssh-key` in the form that it reads.
//!
//! The form of the file: `PROTOCOL.key` of OpenSSH.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use russh::keys::PrivateKey;
use zeroize::Zeroizing;

const MAGIC: &[u8] = b"openssh-key-v1\0";
const ALGORITHM: &[u8] = b"ecdsa-sha2-nistp256";
const SCALAR: usize = 32;
/// Unencrypted private parts are padded to multiples of this.
const BLOCK: usize = 8;

/// Reads such a key; nothing when it is not one.
pub(super) fn read(private_key: &str, passphrase: Option<&str>) -> Option<PrivateKey> {
    let file = Zeroizing::new(body(private_key)?);
    let mut rest = file.strip_prefix(MAGIC)?;
    let cipher = string(&mut rest)?;
    let (_kdf, _options) = (string(&mut rest)?, string(&mut rest)?);
    let count = number(&mut rest)?;
    let (public, private) = (string(&mut rest)?, string(&mut rest)?);
    if count != 1 {
        return None;
    }
    let plain = if cipher == b"none" {
        Zeroizing::new(private.to_vec())
    } else {
        decrypt(&file, passphrase?)?
    };
    let padded = pad_scalar(&plain)?;
    let mut whole = Zeroizing::new(MAGIC.to_vec());
    for word in [b"none".as_slice(), b"none", b""] {
        put(&mut whole, word)?;
    }
    whole.extend_from_slice(&1u32.to_be_bytes());
    put(&mut whole, public)?;
    put(&mut whole, &padded)?;
    PrivateKey::from_bytes(&whole).ok()
}

fn body(private_key: &str) -> Option<Vec<u8>> {
    let (_, rest) = private_key.split_once("-----BEGIN OPENSSH PRIVATE KEY-----")?;
    let (text, _) = rest.split_once("-----END")?;
    let text: Zeroizing<String> = Zeroizing::new(text.split_whitespace().collect());
    STANDARD.decode(text.as_bytes()).ok()
}

fn decrypt(file: &[u8], passphrase: &str) -> Option<Zeroizing<Vec<u8>>> {
    let key = PrivateKey::from_bytes(file).ok()?;
    let (secret, iv) = key.kdf().derive_key_and_iv(key.cipher(), passphrase).ok()?;
    let mut plain = Zeroizing::new(key.key_data().encrypted()?.to_vec());
    key.cipher().decrypt(&secret, &iv, &mut plain, None).ok()?;
    Some(plain)
}

/// The private part with the number in full length.
fn pad_scalar(plain: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut rest = plain;
    let (check, again) = (number(&mut rest)?, number(&mut rest)?);
    let (algorithm, curve) = (string(&mut rest)?, string(&mut rest)?);
    let (point, scalar, comment) = (string(&mut rest)?, string(&mut rest)?, string(&mut rest)?);
    if check != again || algorithm != ALGORITHM || scalar.len() >= SCALAR {
        return None;
    }
    let mut full = Zeroizing::new(vec![0; SCALAR - scalar.len()]);
    full.extend_from_slice(scalar);
    let mut out = Zeroizing::new([check.to_be_bytes(), check.to_be_bytes()].concat());
    for part in [algorithm, curve, point, &full, comment] {
        put(&mut out, part)?;
    }
    for padding in 1u8.. {
        if out.len().is_multiple_of(BLOCK) {
            break;
        }
        out.push(padding);
    }
    Some(out)
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (bytes, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(u32::from_be_bytes(*bytes))
}

fn string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number(rest)?).ok()?;
    let (bytes, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(bytes)
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    out.extend_from_slice(&u32::try_from(bytes.len()).ok()?.to_be_bytes());
    out.extend_from_slice(bytes);
    Some(())
}

//! Content by its hash: written once, compressed when that helps, checked when it is read.

use std::collections::{BTreeMap, BTreeSet};

use domain::digest::Digest;

use crate::db::Conn;
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::value::Value;

const PLAIN: i64 = 0;
const ZSTD: i64 = 1;
/// Beyond level 3 text of this kind gets hardly smaller and takes much longer.
const LEVEL: i32 = 3;
/// The largest content; what commands print is cut long before.
const MAX_BYTES: usize = 64 << 20;

const INSERT: &str = "INSERT INTO blob (hash, codec, size, bytes) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (hash) DO NOTHING";

/// A blob as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    hash: Digest,
    codec: i64,
    size: usize,
    pub(crate) bytes: Vec<u8>,
}

/// Compresses, and checks that the hash is that of the bytes.
pub(crate) fn pack(hash: Digest, bytes: &[u8]) -> Result<Stored, StoreError> {
    if bytes.len() > MAX_BYTES || Digest::of(bytes) != hash {
        return Err(StoreError::DamagedBlob { hash });
    }
    let packed = zstd::bulk::compress(bytes, LEVEL).ok();
    let (codec, stored) = packed
        .filter(|packed| packed.len() < bytes.len())
        .map_or_else(|| (PLAIN, bytes.to_vec()), |packed| (ZSTD, packed));
    Ok(Stored {
        hash,
        codec,
        size: bytes.len(),
        bytes: stored,
    })
}

/// Writes a blob unless it is there.
pub(crate) async fn insert(connection: &mut Conn<'_>, stored: &Stored) -> Result<(), StoreError> {
    let params = [
        stored.hash.into(),
        stored.codec.into(),
        stored.size.into(),
        stored.bytes.clone().into(),
    ];
    connection.execute(INSERT, &params).await.map(drop)
}

/// How many hashes one statement asks for.
const AT_ONCE: usize = 128;

/// A statement for one of few numbers of hashes, so that few are prepared, and its parameters. The first hash
/// fills what is left.
fn by_hash(columns: &str, hashes: &[Digest]) -> (String, Vec<Value>) {
    let number = if hashes.len() <= 4 { 4 } else { AT_ONCE };
    let places: Vec<String> = (1..=number).map(|place| format!("${place}")).collect();
    let sql = format!(
        "SELECT {columns} FROM blob WHERE hash IN ({})",
        places.join(", ")
    );
    let filler = hashes.first().into_iter().cycle();
    let params = hashes.iter().chain(filler).take(number);
    (sql, params.map(|hash| (*hash).into()).collect())
}

/// The hash and the content of a row, checked.
fn content(row: &Row) -> Result<(Digest, Vec<u8>), StoreError> {
    let hash: Digest = row.get("hash")?;
    let size: usize = row.get("size")?;
    let mut bytes: Vec<u8> = row.get("bytes")?;
    let damaged = || StoreError::DamagedBlob { hash };
    if row.get::<i64>("codec")? == ZSTD {
        if size > MAX_BYTES {
            return Err(damaged());
        }
        bytes = zstd::bulk::decompress(&bytes, size).map_err(|_| damaged())?;
    }
    if Digest::of(&bytes) == hash {
        Ok((hash, bytes))
    } else {
        Err(damaged())
    }
}

impl Store {
    /// Stores content and returns its hash. What is there already is not written again.
    pub async fn put_blob(&self, bytes: &[u8]) -> Result<Digest, StoreError> {
        let hash = Digest::of(bytes);
        let blobs = BTreeMap::from([(hash, bytes.to_vec())]);
        self.put_blobs(&blobs).await.map(|_| hash)
    }

    /// Stores contents by their hashes, all or none, and says how many were not there before. Call it before
    /// the event that names them: content that no event names does no harm, the reverse does.
    pub async fn put_blobs(&self, blobs: &BTreeMap<Digest, Vec<u8>>) -> Result<usize, StoreError> {
        let hashes: Vec<Digest> = blobs.keys().copied().collect();
        let mut known = BTreeSet::new();
        for some in hashes.chunks(AT_ONCE) {
            let (sql, params) = by_hash("hash", some);
            for row in self.db().fetch_all(&sql, &params).await? {
                known.insert(row.get::<Digest>("hash")?);
            }
        }
        let new = blobs.iter().filter(|(hash, _)| !known.contains(hash));
        let new: Vec<Stored> = new
            .map(|(hash, bytes)| pack(*hash, bytes))
            .collect::<Result<_, _>>()?;
        if new.is_empty() {
            return Ok(0);
        }
        // Everybody writes in the order of the hashes, so nobody waits for the other in a circle.
        let mut tx = self.db().begin().await?;
        for stored in &new {
            insert(&mut tx.conn(), stored).await?;
        }
        tx.commit().await?;
        Ok(new.len())
    }

    /// The content with this hash, if it is there.
    pub async fn get_blob(&self, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.get_blobs([*hash]).await?.remove(hash))
    }

    /// The contents with these hashes, as far as they are there.
    pub async fn get_blobs(
        &self,
        hashes: impl IntoIterator<Item = Digest>,
    ) -> Result<BTreeMap<Digest, Vec<u8>>, StoreError> {
        let hashes: BTreeSet<Digest> = hashes.into_iter().collect();
        let hashes: Vec<Digest> = hashes.into_iter().collect();
        let mut found = BTreeMap::new();
        for some in hashes.chunks(AT_ONCE) {
            let (sql, params) = by_hash("hash, codec, size, bytes", some);
            for row in self.db().fetch_all(&sql, &params).await? {
                let (hash, bytes) = content(&row)?;
                found.insert(hash, bytes);
            }
        }
        Ok(found)
    }
}

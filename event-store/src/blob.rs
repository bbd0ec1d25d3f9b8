//! Content by its hash: written once, compressed when that helps, checked when it is read.

use domain::digest::Digest;

use crate::db::Conn;
use crate::error::StoreError;
use crate::store::Store;

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

impl Store {
    /// Stores content and returns its hash. What is there already is not written again.
    pub async fn put_blob(&self, bytes: &[u8]) -> Result<Digest, StoreError> {
        let hash = Digest::of(bytes);
        let known = "SELECT size FROM blob WHERE hash = $1";
        if self
            .db()
            .fetch_optional(known, &[hash.into()])
            .await?
            .is_some()
        {
            return Ok(hash);
        }
        let stored = pack(hash, bytes)?;
        let mut tx = self.db().begin().await?;
        insert(&mut tx.conn(), &stored).await?;
        tx.commit().await?;
        Ok(hash)
    }

    /// The content with this hash, if it is there.
    pub async fn get_blob(&self, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let select = "SELECT codec, size, bytes FROM blob WHERE hash = $1";
        let Some(row) = self.db().fetch_optional(select, &[(*hash).into()]).await? else {
            return Ok(None);
        };
        let damaged = || StoreError::DamagedBlob { hash: *hash };
        let size: usize = row.get("size")?;
        let mut bytes: Vec<u8> = row.get("bytes")?;
        if row.get::<i64>("codec")? == ZSTD {
            if size > MAX_BYTES {
                return Err(damaged());
            }
            bytes = zstd::bulk::decompress(&bytes, size).map_err(|_| damaged())?;
        }
        if Digest::of(&bytes) == *hash {
            Ok(Some(bytes))
        } else {
            Err(damaged())
        }
    }
}

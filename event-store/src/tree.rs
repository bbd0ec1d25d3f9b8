//! The Merkle tree over the log (RFC 6962, section 2.1): leaves, the right edge, the root. Pure.

use domain::digest::Digest;

/// The size and root of the tree: what a log commits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// How many events.
    pub size: u64,
    /// The root over their leaves.
    pub root: Digest,
}

/// The right edge of the tree: the roots of its full subtrees, the largest first. All that is needed
/// to grow it; at most 64 hashes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    nodes: Vec<Digest>,
}

/// The hash of a leaf over its canonical bytes.
pub(crate) fn leaf_hash(canonical: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], canonical])
}

fn node(left: &Digest, right: &Digest) -> Digest {
    Digest::of_parts(&[&[1], left.as_bytes(), right.as_bytes()])
}

impl Frontier {
    /// The frontier of a stored row; `None` when the bytes do not fit the size.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let (chunks, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() || u32::try_from(chunks.len()).ok()? != size.count_ones() {
            return None;
        }
        let nodes = chunks.iter().copied().map(Digest::from_bytes).collect();
        Some(Self { size, nodes })
    }

    /// The bytes for the stored row.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.nodes
            .iter()
            .flat_map(|digest| digest.as_bytes().iter().copied())
            .collect()
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf at the end.
    pub fn push(&mut self, leaf: Digest) {
        let mut right = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.nodes.pop() {
                right = node(&left, &right);
            }
        }
        self.nodes.push(right);
        self.size += 1;
    }

    /// The root over all leaves; of no leaves, the hash of nothing.
    pub fn root(&self) -> Digest {
        self.nodes
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| node(&left, &right))
            .unwrap_or_else(|| Digest::of(&[]))
    }

    /// Size and root.
    pub fn head(&self) -> TreeHead {
        TreeHead {
            size: self.size,
            root: self.root(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 6962, section 2.1, word for word: split at the largest power of two below n.
    fn root_by_definition(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => Digest::of(&[]),
            [one] => *one,
            many => {
                let split = many.len().next_power_of_two() / 2;
                node(
                    &root_by_definition(&many[..split]),
                    &root_by_definition(&many[split..]),
                )
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_definition_at_every_size() {
        let mut frontier = Frontier::default();
        let mut leaves = Vec::new();
        assert_eq!(frontier.root(), root_by_definition(&leaves));
        for number in 0_u64..70 {
            let leaf = leaf_hash(&number.to_be_bytes());
            frontier.push(leaf);
            leaves.push(leaf);
            assert_eq!(frontier.root(), root_by_definition(&leaves));
            let stored = Frontier::from_bytes(frontier.size(), &frontier.to_bytes());
            assert_eq!(stored.as_ref(), Some(&frontier));
        }
    }

    #[test]
    fn the_root_of_two_empty_leaves_is_that_of_the_test_vectors_of_certificate_transparency() {
        let mut frontier = Frontier::default();
        frontier.push(leaf_hash(b""));
        assert_eq!(
            frontier.root().to_string(),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        frontier.push(leaf_hash(b"\0"));
        assert_eq!(
            frontier.root().to_string(),
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
        );
    }

    #[test]
    fn bytes_that_do_not_fit_the_size_are_no_frontier() {
        assert!(Frontier::from_bytes(1, &[]).is_none());
        assert!(Frontier::from_bytes(2, &[0; 31]).is_none());
        assert!(Frontier::from_bytes(3, &[0; 32]).is_none());
    }
}

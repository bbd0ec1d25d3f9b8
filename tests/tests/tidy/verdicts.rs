//! The page on honest verdicts names proofs: hosts that mislead, and tests. Each of them exists.

use crate::report;
use crate::repository::root;

const PAGE: &str = "docs/reference/honest-verdicts.md";

/// The proofs of a row: words in backticks of its last column.
fn proofs(row: &str) -> Vec<&str> {
    let last = row
        .trim_end_matches('|')
        .rsplit('|')
        .next()
        .unwrap_or_default();
    last.split('`').skip(1).step_by(2).collect()
}

fn exists(proof: &str) -> bool {
    let Some((file, name)) = proof.split_once("::") else {
        return root()
            .join(format!("tests/false-positives/{proof}.yml"))
            .is_file();
    };
    let text = std::fs::read_to_string(root().join(file)).unwrap_or_default();
    [format!("fn {name}("), format!("def {name}(")]
        .iter()
        .any(|head| text.contains(head))
}

#[test]
fn every_honest_verdict_has_its_proof() {
    let page = std::fs::read_to_string(root().join(PAGE)).unwrap();
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .collect();
    assert!(rows.len() >= 20, "{PAGE} names {} verdicts", rows.len());
    let mut found = Vec::new();
    for row in rows {
        let proofs = proofs(row);
        if proofs.is_empty() {
            found.push(format!("{PAGE}: nothing proves {row}"));
        }
        let missing = proofs.into_iter().filter(|proof| !exists(proof));
        found.extend(missing.map(|proof| format!("{PAGE}: there is no {proof}")));
    }
    report(&found);
}

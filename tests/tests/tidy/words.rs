//! Names that say nothing, and words that do not belong into the repository of a product.

use crate::report;
use crate::repository::files;

/// Endings of type names that say nothing.
const EMPTY: [&str; 7] = [
    "Manager", "Helper", "Util", "Utils", "Service", "Info", "Impl",
];

#[test]
fn types_are_called_by_what_they_are() {
    let mut found = Vec::new();
    for file in files(&[".rs"]) {
        for (line, number) in file.text.lines().zip(1..) {
            let words: Vec<&str> = line
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .filter(|word| !word.is_empty())
                .collect();
            let named = words.windows(2).find_map(|pair| match pair {
                ["struct" | "enum" | "trait" | "type", name] => Some(*name),
                _ => None,
            });
            if let Some(name) = named
                && let Some(ending) = EMPTY.iter().find(|ending| name.ends_with(**ending))
            {
                found.push(format!(
                    "{}:{number}: {name}: {ending} says nothing",
                    file.path
                ));
            }
        }
    }
    report(&found);
}

#[test]
fn the_repository_speaks_of_the_product_alone() {
    let words = [["/wo", "rk/"], ["/home/", "user"], ["issue", " #"]].map(|pieces| pieces.concat());
    let mut found = Vec::new();
    for file in files(&[
        ".rs", ".ts", ".tsx", ".js", ".py", ".sql", ".yml", ".md", ".toml",
    ]) {
        for (line, number) in file.text.lines().zip(1..) {
            if let Some(word) = words.iter().find(|word| line.contains(word.as_str())) {
                found.push(format!(
                    "{}:{number}: {word} is not about the product",
                    file.path
                ));
            }
        }
    }
    report(&found);
}

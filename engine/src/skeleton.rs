//! The beginning of a new rule: the head with places to fill in, and the check and the recorded hosts of a rule
//! that ships. So it validates and its fixtures run from the first minute, for every method that there is.

use crate::check::METHODS;
use crate::rule::schema::RULE;
use crate::rule::{Rule, RuleBase, is_rule_name, nearest};

/// Why there is no skeleton.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SkeletonError {
    /// Nobody knows the method.
    #[error("there is no check method {method:?}{}; the methods are {}", hint(.near.as_ref()), METHODS.join(", "))]
    Method {
        /// What was asked for.
        method: String,
        /// What was perhaps meant.
        near: Option<String>,
    },
    /// The name would not hold.
    #[error(
        "{what} {name:?} must be lower-case words and numbers joined by single hyphens, at most 100 characters"
    )]
    Name {
        /// What it is a name of.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// No shipped rule can be taken as a pattern.
    #[error("no rule that ships uses {0}")]
    Pattern(String),
}

fn hint(near: Option<&String>) -> String {
    near.map_or_else(String::new, |near| format!(" (did you mean {near}?)"))
}

/// The keys that are taken over from the pattern as they are written there.
const TAKEN: [&str; 4] = ["platforms", "implementations", "check", "fixtures"];

/// The text of a new rule file. `schema` is where editors find the JSON Schema.
pub fn skeleton(
    base: &RuleBase,
    id: &str,
    category: &str,
    method: &str,
    schema: &str,
) -> Result<String, SkeletonError> {
    for (what, name) in [("the id", id), ("the category", category)] {
        if !is_rule_name(name) {
            let name = name.to_owned();
            return Err(SkeletonError::Name { what, name });
        }
    }
    if !METHODS.contains(&method) {
        let near = nearest(method, METHODS.iter().copied());
        let method = method.to_owned();
        return Err(SkeletonError::Method { method, near });
    }
    let pattern = pattern(base, method).ok_or_else(|| SkeletonError::Pattern(method.to_owned()))?;
    let mut text = format!(
        "# yaml-language-server: $schema={schema}\n\
         # Fill in what stands in <…>, then change platforms, check and fixtures; they are those of {}.\n\
         # openwatch rules validate FOLDER | rules test FOLDER | rules explain FILE\n",
        pattern.id
    );
    for key in RULE.keys.iter().map(|key| key.name) {
        match key {
            "schema" => text.push_str("schema: openwatch/1\n"),
            "id" => text.push_str(&format!("id: {id}\n")),
            "title" => {
                text.push_str("title: <one line that says what holds when the rule passes>\n");
            }
            "description" => text.push_str("description: <what exactly is judged>\n"),
            "rationale" => text.push_str("rationale: |\n  <why it matters, in your own words>\n"),
            "severity" => text.push_str("severity: medium\n"),
            "category" => text.push_str(&format!("category: {category}\n")),
            "tags" => text.push_str(&format!("tags: [{category}]\n")),
            "references" => text.push_str("# references: {nist_800_53: [AC-6]}\n"),
            key if TAKEN.contains(&key) => text.push_str(&block(&pattern.text, key)),
            _ => {}
        }
    }
    Ok(text)
}

/// The simplest rule that uses the method, best alone, of those that are for the most systems.
fn pattern<'p>(base: &'p RuleBase, method: &str) -> Option<&'p Rule> {
    let uses = |rule: &&Rule| rule.methods().contains(&method) && !rule.fixtures().is_empty();
    let rules = base.rules().iter().filter(uses);
    rules.min_by_key(|rule| {
        let beside = rule.methods().len();
        let elsewhere = usize::MAX - rule.platforms.len();
        let ways = rule.implementations.len();
        (beside, ways, elsewhere, rule.text.len())
    })
}

/// The lines of one key of the file, as they are written.
fn block(text: &str, key: &str) -> String {
    let opens = |line: &str| {
        let rest = line.strip_prefix(key);
        rest.is_some_and(|rest| rest.starts_with(':'))
    };
    let belongs = |line: &&str| line.is_empty() || line.starts_with([' ', '-', '#']);
    let mut lines = text.lines().skip_while(|line| !opens(line));
    let mut block = String::new();
    let first = lines.next();
    for line in first.into_iter().chain(lines.take_while(belongs)) {
        block.push_str(line);
        block.push('\n');
    }
    block
}

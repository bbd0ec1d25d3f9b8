//! What the files of the SSH server say, in the order in which it reads them: what is included stands in the place
//! of the line that includes it, and a `Match` block ends with its file (`sshd_config(5)`).

use std::sync::Arc;

use crate::collect::content::{Line, Lines};
use crate::collect::literal;
use crate::pattern::Pattern;

/// So deep does the server follow `Include`.
const DEPTH: u32 = 16;

/// A line that gives a keyword a value.
#[derive(Debug)]
pub(super) struct Setting<'f> {
    /// The file that holds it.
    pub file: &'f Arc<Lines>,
    /// From 1.
    pub number: u32,
    /// The keyword in small letters, as it is written.
    pub written: String,
    /// What stands behind the keyword.
    pub words: Vec<String>,
    /// What has to be so for the line to count; nothing outside of `Match` blocks.
    pub within: Option<Vec<String>>,
}

/// The files that were read, and how many may still be passed through: they can include each other many times over.
pub(super) struct Reader<'f> {
    pub files: Vec<&'f Arc<Lines>>,
    pub left: u32,
    /// Whether a pattern whose files nobody read ends it all.
    pub strict: bool,
    pub found: Vec<Setting<'f>>,
}

/// There is more that could not be followed.
pub(super) struct Cut;

impl<'f> Reader<'f> {
    /// Reads a file within a block, or outside of all.
    pub(super) fn read(
        &mut self,
        file: &'f Arc<Lines>,
        around: Option<&[String]>,
        depth: u32,
    ) -> Result<(), Cut> {
        if self.left == 0 || depth > DEPTH {
            return Err(Cut);
        }
        self.left -= 1;
        let mut within = around.map(<[String]>::to_vec);
        for Line { number, text } in &file.lines {
            let Some((written, words)) = directive(text) else {
                continue;
            };
            match written.as_str() {
                "match" => {
                    let mut all = around.unwrap_or_default().to_vec();
                    all.extend(conditions(&words));
                    within = Some(all);
                }
                "include" => self.include(&words, within.as_deref(), depth)?,
                _ => self.found.push(Setting {
                    file,
                    number: *number,
                    written,
                    words,
                    within: within.clone(),
                }),
            }
        }
        Ok(())
    }

    fn include(
        &mut self,
        patterns: &[String],
        within: Option<&[String]>,
        depth: u32,
    ) -> Result<(), Cut> {
        for pattern in patterns {
            let pattern = if pattern.starts_with('/') {
                pattern.clone()
            } else {
                format!("/etc/ssh/{pattern}")
            };
            if self.strict && pattern != super::FILES[1] {
                return Err(Cut);
            }
            let mut named: Vec<&'f Arc<Lines>> = self
                .files
                .iter()
                .copied()
                .filter(|file| names(&pattern, &file.path))
                .collect();
            named.sort_by(|one, other| one.path.cmp(&other.path));
            named.dedup_by(|one, other| one.path == other.path);
            for file in named {
                self.read(file, within, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// The conditions of a `Match` line, each as one text; none for `all`.
fn conditions(words: &[String]) -> Vec<String> {
    let mut conditions = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (kind, value) = word.split_once('=').unwrap_or((word, ""));
        let kind = kind.to_ascii_lowercase();
        match kind.as_str() {
            "all" => {}
            "invalid-user" => conditions.push(kind),
            _ if value.is_empty() => {
                let value = words.next().map_or("", String::as_str);
                conditions.push(format!("{kind} {value}"));
            }
            _ => conditions.push(format!("{kind} {value}")),
        }
    }
    conditions
}

/// A line of `sshd_config(5)`: a keyword in small letters, blanks or one `=`, words that may be quoted. A word that
/// begins with `#` begins a comment.
pub(super) fn directive(line: &str) -> Option<(String, Vec<String>)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let end = line
        .find(|c: char| c.is_whitespace() || c == '=')
        .unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    Some((name.trim_matches('"').to_ascii_lowercase(), words(rest)))
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut quoted) = (None::<String>, None::<char>);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if quoted.is_none() && c.is_whitespace() {
            words.extend(word.take());
            continue;
        }
        if word.is_none() && c == '#' {
            break;
        }
        let word = word.get_or_insert_default();
        let escaped = characters.next_if(|next| c == '\\' && "\"'\\ ".contains(*next));
        match (escaped, quoted) {
            (Some(escaped), _) => word.push(escaped),
            (None, Some(quote)) if c == quote => quoted = None,
            (None, None) if c == '"' || c == '\'' => quoted = Some(c),
            _ => word.push(c),
        }
    }
    words.extend(word);
    words
}

/// Whether a pattern of glob(7) names a path: nothing but a slash stands for a slash, nor but a dot for one in front.
fn names(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('/').zip(path.split('/'));
    let hidden = parts.any(|(pattern, part)| part.starts_with('.') && !pattern.starts_with('.'));
    !hidden && Pattern::ascii(expression(pattern)).is_match(path)
}

/// The pattern as a regular expression.
fn expression(pattern: &str) -> String {
    let mut expression = "^".to_owned();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            '*' => expression.push_str("[^/]*"),
            '?' => expression.push_str("[^/]"),
            '\\' => expression.push_str(&literal(
                rest.next().unwrap_or('\\').encode_utf8(&mut [0; 4]),
            )),
            // A bracket that stands right behind the first one closes nothing.
            '[' => match rest
                .as_str()
                .char_indices()
                .skip(1)
                .find(|(_, c)| *c == ']')
            {
                Some((end, _)) => {
                    let (inner, behind) = rest.as_str().split_at(end);
                    rest = behind[1..].chars();
                    expression.push_str(&class(inner));
                }
                None => expression.push_str(r"\["),
            },
            _ => expression.push_str(&literal(c.encode_utf8(&mut [0; 4]))),
        }
    }
    expression.push('$');
    expression
}

fn class(inner: &str) -> String {
    let (not, inner) = match inner.strip_prefix(['!', '^']) {
        Some(inner) => ("^", inner),
        None => ("", inner),
    };
    let mut class = format!("[{not}");
    for c in inner.chars() {
        if c.is_ascii_punctuation() && c != '-' {
            class.push('\\');
        }
        class.push(c);
    }
    class.push(']');
    class
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_the_server_reads_it() {
        for (line, expected) in [
            ("Banner /etc/issue", Some(("banner", vec!["/etc/issue"]))),
            ("\tBanner=/x\t# all", Some(("banner", vec!["/x"]))),
            ("Banner = \"/our own\"", Some(("banner", vec!["/our own"]))),
            (r"Banner /our\ own", Some(("banner", vec!["/our own"]))),
            ("Banner 'a\"b' c#d", Some(("banner", vec!["a\"b", "c#d"]))),
            ("Banner", Some(("banner", vec![]))),
            ("  # Banner x", None),
            ("", None),
        ] {
            let read = directive(line);
            let read = read
                .as_ref()
                .map(|(name, words)| (name.as_str(), words.iter().map(String::as_str).collect()));
            assert_eq!(read, expected, "{line}");
        }
    }

    #[test]
    fn a_pattern_names_what_the_shell_makes_of_it() {
        for (pattern, path, expected) in [
            ("/a/*.conf", "/a/b.conf", true),
            ("/a/*.conf", "/a/b/c.conf", false),
            ("/a/*.conf", "/a/.b.conf", false),
            ("/a/.*.conf", "/a/.b.conf", true),
            ("/a/*/*.conf", "/a/b/c.conf", true),
            ("/a/[0-9]?.conf", "/a/12.conf", true),
            ("/a/[!0-9].conf", "/a/1.conf", false),
            ("/a/[]x].conf", "/a/].conf", true),
            ("/a/[x.conf", "/a/[x.conf", true),
            (r"/a/\*", "/a/*", true),
            ("/a/b+c", "/a/bbc", false),
        ] {
            assert_eq!(names(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn files_that_include_each_other_come_to_an_end() {
        let line = |number| Line {
            number,
            text: "Include *.conf".to_owned(),
        };
        let file = |path: &str| {
            Arc::new(Lines {
                path: path.to_owned(),
                lines: (1..100).map(line).collect(),
            })
        };
        let files = [file("/etc/ssh/a.conf"), file("/etc/ssh/b.conf")];
        let mut reader = Reader {
            files: files.iter().collect(),
            left: 1000,
            strict: false,
            found: Vec::new(),
        };
        assert!(reader.read(&files[0], None, 0).is_err());
    }
}

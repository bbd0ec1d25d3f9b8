//! Entries of the Boot Loader Specification.

use super::grub::Variables;
use super::{CommandLine, Lines};

/// `options root=… ro $kernelopts`; several such lines add up. Without one, grub takes what its menu has as default.
pub(super) fn entry_lines(file: &Lines, variables: &Variables) -> Vec<CommandLine> {
    let of = |key: &str| {
        let mut found = Vec::new();
        for line in &file.lines {
            let rest = line.text.trim().strip_prefix(key);
            if let Some(rest) = rest.filter(|rest| rest.starts_with([' ', '\t']) || rest.is_empty())
            {
                found.push((line.number, rest.trim()));
            }
        }
        found
    };
    let options = of("options");
    let (line, text) = match options.first() {
        Some((line, _)) => {
            let texts: Vec<&str> = options.iter().map(|(_, text)| *text).collect();
            (*line, texts.join(" "))
        }
        None => match of("linux").first() {
            Some((line, _)) => (*line, "$default_kernelopts".to_owned()),
            None => return Vec::new(),
        },
    };
    let alternatives = variables.alternatives(&text);
    let lines = alternatives.iter().map(|chosen| CommandLine {
        file: file.path.clone(),
        line,
        text: chosen.put_in(&text),
    });
    lines.collect()
}

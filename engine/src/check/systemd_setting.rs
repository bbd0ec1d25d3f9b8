//! `systemd_setting`: a setting of a program of systemd, as systemd reads it (systemd.syntax(7), journald.conf(5)): one
//! main file, then drop-ins from four folders, where a file hides those of its name further down. What stands behind a
//! value on its line belongs to the value.

use super::{CheckResult, Checked, Expectation, Method};
use crate::collect::{Collector, Lines, Need, in_force, lines_of, literal, search};
use crate::facts::Facts;
use crate::pattern::Pattern;
use crate::rule::schema::{Demanded, Key, Kind, Shape};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemdSetting {
    /// `journald.conf`, ….
    file: String,
    section: String,
    key: String,
    expectation: Expectation,
    /// What systemd takes where nothing sets it.
    default: String,
}

/// The folders of configuration, the strongest first (`CONF_PATHS` of systemd).
const FOLDERS: [&str; 4] = [
    "/etc/systemd",
    "/run/systemd",
    "/usr/local/lib/systemd",
    "/usr/lib/systemd",
];

impl Method for SystemdSetting {
    const SHAPE: Shape = Shape {
        what: "a systemd_setting check",
        doc: "Systemd reads such a value from its main file and the drop-ins of all four folders, or else takes such a default.",
        keys: &[
            Key::needed(
                "file",
                Kind::Text,
                "The name of the main file, such as journald.conf; drop-ins are those of journald.conf.d.",
            ),
            Key::needed("section", Kind::Text, "The section, without brackets."),
            Key::needed("key", Kind::Text, "The key."),
            Key::needed(
                "default",
                Kind::Text,
                "The value that counts where nothing sets the key.",
            ),
        ],
        demand: Demanded::Needed,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let mut text = |key: &str| {
            let value = reader.required(node, "the check", key)?;
            reader.text(value, key)
        };
        let (file, section) = (text("file")?, text("section")?);
        let (key, default) = (text("key")?, text("default")?);
        Some(Self {
            file,
            section,
            key,
            expectation: Expectation::read(reader, node)?,
            default,
        })
    }

    fn needs(&self) -> Vec<Need> {
        let of = |folder: &str| [self.main(folder), self.dropins(folder)];
        FOLDERS
            .into_iter()
            .flat_map(of)
            .map(|path| Need::new(Collector::Content, path))
            .collect()
    }

    fn expected(&self) -> String {
        format!("{} {} in [{}]", self.key, self.expectation, self.section)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let (mut mains, mut dropins) = (Vec::new(), Vec::new());
        for folder in FOLDERS {
            mains.extend(lines_of(facts, &self.main(folder))?);
            dropins.extend(lines_of(facts, &self.dropins(folder))?);
        }
        // Of the main files only the strongest is read.
        mains.truncate(1);
        let files = [mains, in_force(dropins)].concat();
        let (main, dropins) = (self.main(FOLDERS[0]), self.dropins(FOLDERS[0]));
        let item = search(
            &Pattern::ascii(format!(r"^\s*{}\s*=", literal(&self.key))),
            &files,
            &[&main, &dropins],
        );
        let set = files.iter().flat_map(|file| self.settings(file)).last();
        // An empty value takes back what was set before.
        let (value, actual, item) = match set {
            Some((path, line, value)) if !value.is_empty() => {
                let actual = format!("{} {value}", self.key);
                (value, actual, item.at(path, line))
            }
            _ => {
                let actual = format!("{} is not set; the default is {}", self.key, self.default);
                (self.default.clone(), actual, item)
            }
        };
        let holds = self.expectation.holds(&value);
        Ok(CheckResult::compared(
            holds,
            self.expected(),
            actual,
            vec![item],
        ))
    }
}

impl SystemdSetting {
    fn main(&self, folder: &str) -> String {
        format!("{folder}/{}", self.file)
    }

    fn dropins(&self, folder: &str) -> String {
        format!("{folder}/{}.d/*.conf", self.file)
    }

    /// Every line of a file that sets the key, with its value. A line that ends with a backslash goes on in the next.
    fn settings<'l>(&self, file: &'l Lines) -> Vec<(&'l str, u32, String)> {
        let (mut found, mut inside) = (Vec::new(), false);
        let mut begun: Option<(u32, String)> = None;
        for line in &file.lines {
            let text = line.text.trim_start();
            if text.starts_with(['#', ';']) {
                continue;
            }
            let (number, mut whole) = begun.take().unwrap_or((line.number, String::new()));
            // A blank behind the backslash, and the line ends there.
            if let Some(part) = text.strip_suffix('\\') {
                whole.push_str(part);
                whole.push(' ');
                begun = Some((number, whole));
                continue;
            }
            whole.push_str(text.trim_end());
            if let Some(heading) = whole.strip_prefix('[') {
                inside = heading.strip_suffix(']') == Some(&self.section);
            } else if inside
                && let Some((key, value)) = whole.split_once('=')
                && key.trim() == self.key
            {
                found.push((file.path.as_str(), number, value.trim().to_owned()));
            }
        }
        found
    }
}

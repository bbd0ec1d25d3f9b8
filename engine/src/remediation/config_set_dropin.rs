//! `config_set_dropin`: a key has a value in a drop-in file of its own, which holds the section, the key and
//! nothing else. Where the main file does not include the folder, the key is set in the main file instead.

use super::config_set::separator_and_section;
use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigSetDropin {
    dir: String,
    file: String,
    key: String,
    value: String,
    separator: String,
    section: Option<String>,
    /// The file that has to include the folder; `None` where every version of the program reads it.
    main: Option<String>,
}

impl Mechanism for ConfigSetDropin {
    const PARAMETERS: &'static [&'static str] = &[
        "dir",
        "file",
        "key",
        "value",
        "separator",
        "section",
        "main",
    ];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let dir = parameter::path(reader, node, "dir");
        let file = parameter::line(reader, node, "file");
        let (key, value) = (
            parameter::line(reader, node, "key"),
            parameter::line(reader, node, "value"),
        );
        let (separator, section) = separator_and_section(reader, node)?;
        let main = match node.get("main") {
            Some(_) => Some(parameter::path(reader, node, "main")?),
            None => None,
        };
        let file = file?;
        if file.contains('/') || file.starts_with('.') {
            reader.fault(node.mark, "file is a name within dir, without a slash");
            return None;
        }
        Some(Self {
            dir: dir?,
            file,
            key: key?,
            value: value?,
            separator,
            section,
            main,
        })
    }

    fn describe(&self) -> String {
        let line = format!("{}{}{}", self.key, self.separator, self.value);
        let path = self.path();
        let section = self
            .section
            .as_ref()
            .map_or_else(String::new, |section| format!(" in [{section}]"));
        let otherwise = self.main.as_ref().map_or_else(String::new, |main| {
            format!(", or set it in {main} where that does not include the folder")
        });
        format!("write {path} with \"{line}\"{section}{otherwise}")
    }

    fn touches(&self) -> Vec<Touched> {
        let main = self.main.clone().map(Touched::File);
        main.into_iter()
            .chain([Touched::File(self.path())])
            .collect()
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}

impl ConfigSetDropin {
    fn path(&self) -> String {
        format!("{}/{}", self.dir.trim_end_matches('/'), self.file)
    }
}

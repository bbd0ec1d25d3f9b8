//! The command line of the kernel: of the one that runs, and of every entry that the boot loader offers, from
//! grub's menu and from entries of the Boot Loader Specification.

mod entries;
mod grub;

use std::sync::Arc;

use super::{Collector, Lines, Need, lines_of};
use crate::facts::{Facts, Unknown};
use grub::Variables;

const RUNNING: &str = "/proc/cmdline";

/// Menus of grub; on Red Hat's systems they only point to the entries.
const MENUS: [&str; 3] = [
    "/boot/grub/grub.cfg",
    "/boot/grub2/grub.cfg",
    "/boot/efi/EFI/*/grub.cfg",
];

/// What those menus take in.
const OWN_MENUS: [&str; 2] = ["/boot/grub/custom.cfg", "/boot/grub2/custom.cfg"];

/// Entries of the Boot Loader Specification.
const ENTRIES: [&str; 3] = [
    "/boot/loader/entries/*.conf",
    "/boot/efi/loader/entries/*.conf",
    "/efi/loader/entries/*.conf",
];

/// Where grub keeps the variables that entries name.
const VARIABLES: [&str; 2] = ["/boot/grub2/grubenv", "/boot/efi/EFI/*/grubenv"];

/// The same on Debian's systems.
const OTHER_VARIABLES: &str = "/boot/grub/grubenv";

/// One command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    /// The file that holds it.
    pub file: String,
    /// The line there, from 1.
    pub line: u32,
    /// The parameters, with the values of variables put in.
    pub text: String,
}

/// All command lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLines {
    /// What the running kernel was started with.
    pub running: CommandLine,
    /// What a boot can start; empty where the boot loader keeps nothing on this machine.
    pub boot: Vec<CommandLine>,
}

/// What has to be collected.
pub fn command_line_needs() -> Vec<Need> {
    [RUNNING]
        .iter()
        .chain(&MENUS)
        .chain(&ENTRIES)
        .chain(&VARIABLES)
        .chain(&OWN_MENUS)
        .chain([&OTHER_VARIABLES])
        .map(|path| Need::new(Collector::Content, *path))
        .collect()
}

/// Reads them.
pub fn command_lines(facts: &Facts) -> Result<CommandLines, Unknown> {
    let running = lines_of(facts, RUNNING)?
        .into_iter()
        .find_map(|file| Some((file.path.clone(), file.lines.first()?.clone())));
    let Some((file, line)) = running else {
        return Err(Unknown::new(format!("{RUNNING} is not there or empty")));
    };
    let running = CommandLine {
        file,
        line: line.number,
        text: line.text,
    };
    let mut kept = files(facts, &VARIABLES)?;
    kept.extend(files(facts, &newer(facts, &[OTHER_VARIABLES]))?);
    let mut menus = files(facts, &MENUS)?;
    menus.extend(files(facts, &newer(facts, &OWN_MENUS))?);
    let variables = Variables::read(&kept, &menus);
    let mut boot: Vec<CommandLine> = Vec::new();
    for menu in &menus {
        boot.extend(grub::menu_lines(menu, &variables));
    }
    for entry in files(facts, &ENTRIES)? {
        boot.extend(entries::entry_lines(&entry, &variables));
    }
    Ok(CommandLines { running, boot })
}

fn files(facts: &Facts, paths: &[&str]) -> Result<Vec<Arc<Lines>>, Unknown> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(lines_of(facts, path)?);
    }
    Ok(files)
}

/// Files that scans of long ago did not ask for.
fn newer<'p>(facts: &Facts, paths: &[&'p str]) -> Vec<&'p str> {
    let is_asked = |path: &&str| facts.frames.contains_key(&format!("content {path}"));
    paths.iter().copied().filter(is_asked).collect()
}

impl CommandLine {
    /// The value that the kernel takes: that of the last of several, empty where the name stands alone, nothing
    /// where it does not stand there. Dashes and underscores are the same to the kernel, and quotes hold blanks.
    pub fn value(&self, name: &str) -> Option<String> {
        let same = |known: &str| known.replace('-', "_") == name.replace('-', "_");
        let words = parameters(&self.text);
        words.iter().rev().find_map(|word| {
            let (known, value) = word.split_once('=').unwrap_or((word, ""));
            same(known).then(|| value.to_owned())
        })
    }
}

/// Words of a command line up to `--`, after which they are for init.
fn parameters(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(String::new()),
            c => words.last_mut().into_iter().for_each(|word| word.push(c)),
        }
    }
    words.retain(|word| !word.is_empty());
    let end = words.iter().position(|word| word == "--");
    words.truncate(end.unwrap_or(words.len()));
    words
}

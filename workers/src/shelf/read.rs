//! Reads what somebody uploads: the files hold, their recorded hosts get the verdicts that they name, and they go
//! together with the rules that the program was started with. Writes nothing.

use std::collections::BTreeMap;
use std::path::Path;

use domain::catalogue::CataloguePublished;
use domain::digest::Digest;
use domain::event::to_cbor;
use domain::id::RulePackId;
use domain::port::Pending;
use domain::rule_pack::{
    PACK_FILES_SCHEMA, PackFault, PackFiles, PackRule, PackSignature, ReadPack, ReadPackError,
    RulePacks, RunnableVersion, UploadedFile, VersionContent,
};
use engine::fixture::try_fixtures;
use engine::pack::{self, Unpacked};
use engine::rule::{Diagnostic, Rule, RuleBase, RuleBaseError};
use event_store::MAX_EVENT_BYTES;

use super::{Shelf, ShelfError};
use crate::pack_scanner::{Origins, PackScanner};
use crate::scanner::Scanner as _;

/// What a list of rules may take in the log: an event has an envelope around it.
const MOST_LISTED: usize = MAX_EVENT_BYTES - 4096;

impl RulePacks for Shelf {
    fn read(&self, files: Vec<UploadedFile>) -> Pending<'_, Result<ReadPack, ReadPackError>> {
        let (base, trusted) = (self.base.clone(), self.trusted.clone());
        let (clock, ids) = (self.clock.clone(), self.ids.clone());
        Box::pin(async move {
            // Reading hundreds of rules and trying their fixtures takes a processor for a while.
            let task = tokio::task::spawn_blocking(move || {
                let files: Vec<(String, Vec<u8>)> = files
                    .into_iter()
                    .map(|file| (file.path, file.bytes))
                    .collect();
                let unpacked = pack::unpack(&files, &trusted).map_err(|error| {
                    ReadPackError::Faults(vec![PackFault::of(error.file, error.message)])
                })?;
                let rules = checked(&unpacked.files, &base)?;
                let scanner = PackScanner::new(rules, Origins::new(), clock, ids).map_err(fault)?;
                describe(&scanner, unpacked, &files)
            });
            task.await.map_err(fault)?
        })
    }

    fn fits(&self, version: RunnableVersion) -> Pending<'_, Result<(), ReadPackError>> {
        Box::pin(async move {
            let pack = version.version().pack;
            let mut versions = self.board.enabled_packs().await.map_err(fault)?;
            versions.remove(&pack);
            let others = self.assemble(&versions).await.map_err(fault)?;
            match self.join(others.scanner.rule_base(), &version).await {
                Ok((joined, _)) => small_enough(&joined),
                Err(ShelfError::Store(error)) => Err(fault(error)),
                Err(error) => {
                    let fault = PackFault::of("", error.to_string());
                    Err(ReadPackError::Faults(vec![fault]))
                }
            }
        })
    }

    fn left_out(&self) -> Pending<'_, Result<Vec<(RulePackId, String)>, ReadPackError>> {
        Box::pin(async move {
            let assembled = self.assembled().await.map_err(fault)?;
            Ok(assembled.left_out.clone())
        })
    }
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> ReadPackError {
    ReadPackError::Fault(Box::new(error))
}

/// A list of rules is one event; what does not fit into it could never be scanned with.
fn small_enough(rules: &RuleBase) -> Result<(), ReadPackError> {
    let listed = CataloguePublished {
        base: None,
        catalogue: rules.hash(),
        pack: rules.name().to_owned(),
        rules: rules
            .rules()
            .iter()
            .map(crate::pack_scanner::catalogue_rule)
            .collect(),
        content: rules.hash(),
    };
    if to_cbor(&listed).len() <= MOST_LISTED {
        return Ok(());
    }
    let message = format!(
        "with it there are {} rules, more than one scan can list; disable other packs or rules first",
        rules.rules().len()
    );
    Err(ReadPackError::Faults(vec![PackFault::of("", message)]))
}

/// The rules, when nothing is wrong with them.
fn checked(files: &[(String, String)], base: &RuleBase) -> Result<RuleBase, ReadPackError> {
    let own =
        RuleBase::from_upload("the upload", files).map_err(|error| not_loaded(error, files))?;
    let mut faults: Vec<PackFault> = own
        .rules()
        .iter()
        .filter(|rule| base.get(&rule.id).is_some())
        .map(|rule| {
            let message = format!(
                "the id {} is that of a rule that ships; take another one, as with a word of your own in front of it",
                rule.id
            );
            at_id(rule, message, files)
        })
        .collect();
    if faults.is_empty()
        && let Err(error) = base.joined(&own)
    {
        return Err(not_loaded(error, files));
    }
    let report = try_fixtures(&own);
    faults.extend(report.faults.into_iter().map(|wrong| {
        let message = format!("the fixture {}: {}", wrong.fixture, wrong.message);
        match own.rules().iter().find(|rule| rule.id == wrong.rule) {
            Some(rule) => at_id(rule, message, files),
            None => PackFault::of(wrong.rule, message),
        }
    }));
    if faults.is_empty() {
        Ok(own)
    } else {
        Err(ReadPackError::Faults(faults))
    }
}

fn not_loaded(error: RuleBaseError, files: &[(String, String)]) -> ReadPackError {
    match error {
        RuleBaseError::Faults(faults) => ReadPackError::Faults(
            faults
                .into_iter()
                .map(|fault| in_place(fault, files))
                .collect(),
        ),
        error => fault(error),
    }
}

fn in_place(fault: Diagnostic, files: &[(String, String)]) -> PackFault {
    let text = files.iter().find(|(path, _)| *path == fault.file);
    let line = text.and_then(|(_, text)| text.lines().nth(fault.mark.line.saturating_sub(1)));
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    PackFault {
        place: text.map(|_| (number(fault.mark.line), number(fault.mark.column))),
        // A fault of the set has the name of the set in the place of a file.
        file: text.map_or_else(String::new, |_| fault.file.clone()),
        message: fault.message,
        suggestion: fault.suggestion,
        excerpt: line
            .filter(|line| !line.trim().is_empty())
            .map(|line| line.chars().take(200).collect()),
    }
}

/// A fault of a rule as a whole stands where the rule says what it is called.
fn at_id(rule: &Rule, message: String, files: &[(String, String)]) -> PackFault {
    let stem = |path: &str| Path::new(path).file_stem().map(ToOwned::to_owned);
    let file = files
        .iter()
        .find(|(path, text)| *text == rule.text && stem(path).is_some())
        .or_else(|| files.iter().find(|(_, text)| *text == rule.text));
    let Some((path, text)) = file else {
        return PackFault::of(rule.id.as_str(), message);
    };
    let mut lines = text.lines().zip(1..);
    let found = lines.find(|(line, _)| line.starts_with("id:"));
    PackFault {
        place: found.map(|(_, number)| (number, 1)),
        excerpt: found.map(|(line, _)| line.to_owned()),
        ..PackFault::of(path.as_str(), message)
    }
}

fn describe(
    scanner: &PackScanner,
    unpacked: Unpacked,
    uploaded: &[(String, Vec<u8>)],
) -> Result<ReadPack, ReadPackError> {
    let files = serde_json::to_vec(&PackFiles {
        schema: PACK_FILES_SCHEMA.to_owned(),
        files: unpacked.files,
    })
    .map_err(fault)?;
    let (rules, catalogue) = (scanner.rule_base().rules(), scanner.catalogue());
    let listed = rules.iter().zip(&catalogue.rules);
    let mut blobs = BTreeMap::new();
    let mut keep = |bytes: Vec<u8>| {
        let hash = Digest::of(&bytes);
        blobs.insert(hash, bytes);
        hash
    };
    let content = VersionContent {
        files: keep(files),
        content: keep(scanner.content().to_vec()),
        rule_set: catalogue.catalogue,
        rules: listed
            .map(|(rule, listed)| PackRule {
                rule: listed.rule.clone(),
                version: listed.version.clone(),
                severity: listed.severity,
                runs_script: rule.runs_script(),
            })
            .collect(),
        signature: unpacked
            .signer
            .zip(uploaded.first())
            .map(|(key, (_, archive))| PackSignature {
                key,
                archive: keep(archive.clone()),
            }),
    };
    Ok(ReadPack { content, blobs })
}

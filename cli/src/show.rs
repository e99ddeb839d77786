//! `example`, `catalogue`, `source`, `validate`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use serde_json::json;
use ytterby::catalogue;
use ytterby::fields::{Field, nearest};
use ytterby::library::Library;
use ytterby::quantity::figures;
use ytterby::scenario::{self, Scenario};
use ytterby::validation;

use crate::out::say;

pub fn examples() -> Result<ExitCode> {
    for name in Scenario::bundled_names() {
        let scenario = Scenario::bundled(&name)?;
        let title = scenario.node.get("title").and_then(|title| title.text()).unwrap_or_default();
        say(format!("{name:28} {title}"));
    }
    Ok(ExitCode::SUCCESS)
}

pub fn copy(name: &str, to: Option<PathBuf>) -> Result<ExitCode> {
    let scenario = Scenario::bundled(name)?;
    let full = scenario.folder.to_string_lossy().into_owned();
    let to = to.unwrap_or_else(|| PathBuf::from(&full));
    if to.exists() {
        bail!("`{}` exists already\n  try: another folder", to.display());
    }
    for (path, contents) in Scenario::bundled_files(&full) {
        let path = to.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, contents)?;
    }
    say(to.join("scenario.toml").display());
    if scenario.node.get("base").is_some() {
        say("it stands on a base: the one that ships, until you copy that beside it too");
    }
    Ok(ExitCode::SUCCESS)
}

pub fn catalogue(name: Option<&str>, library: &Library) -> Result<ExitCode> {
    let Some(name) = name else {
        say("kinds of unit");
        for (stage, kinds) in catalogue::UNITS {
            for kind in *kinds {
                say(format!("  {stage:12} {:24} {}", kind.name, kind.about));
            }
        }
        say("\nsections of a scenario");
        for (name, about) in scenario::SECTIONS {
            say(format!("  {:12} {name:24} {about}", ""));
        }
        say("\nlaws a validation file can question");
        for (stage, kinds) in catalogue::CASES {
            for kind in *kinds {
                say(format!("  {stage:12} {:34} {}", kind.name, kind.about));
            }
        }
        return Ok(ExitCode::SUCCESS);
    };
    let section = scenario::SECTIONS.iter().find(|(section, _)| *section == name);
    let (about, sources, fields): (_, &[&str], _) = if let Some((_, about)) = section {
        (*about, &[], scenario::section(name, library).unwrap_or_default())
    } else if let Some(kind) = catalogue::unit(name) {
        (kind.about, kind.sources, kind.fields(library))
    } else if let Some(kind) = catalogue::case(name) {
        (kind.about, kind.sources, kind.fields(library))
    } else {
        let units = catalogue::UNITS.iter().flat_map(|(_, kinds)| kinds.iter().map(|kind| kind.name));
        let cases = catalogue::CASES.iter().flat_map(|(_, kinds)| kinds.iter().map(|kind| kind.name));
        let sections = scenario::SECTIONS.iter().map(|(section, _)| *section);
        bail!("there is no kind `{name}`\n  try: {}", nearest(name, units.chain(cases).chain(sections)));
    };
    say(format!("{name}: {about}"));
    if !sources.is_empty() {
        say(format!("sources: {}", sources.join(", ")));
    }
    for field in fields {
        say(line(&field));
    }
    Ok(ExitCode::SUCCESS)
}

fn line(field: &Field) -> String {
    let range = field
        .range
        .as_ref()
        .map(|range| format!(", {} to {}", figures(*range.start(), 3), figures(*range.end(), 3)))
        .unwrap_or_default();
    let must = if field.required { "" } else { " (may be absent)" };
    format!("  {:28} {}{range}{must}\n  {:28} {}", field.key, field.takes, "", field.about)
}

pub fn source(path: &str, scenario: &str, library: &Library) -> Result<ExitCode> {
    let outcome = crate::run::outcome(scenario, library)?;
    let found: Vec<_> = outcome
        .ledger
        .iter()
        .filter(|entry| entry.path == path || entry.path.starts_with(&format!("{path}.")))
        .collect();
    if found.is_empty() {
        let paths = outcome.ledger.iter().map(|entry| entry.path.as_str());
        bail!("`{scenario}` uses no number at `{path}`\n  try: {}", nearest(path, paths));
    }
    for entry in found {
        let line = entry.line.filter(|line| *line > 0).map(|line| format!(":{line}")).unwrap_or_default();
        say(format!("{} = {}", entry.path, entry.value));
        say(format!("  {} · {}{line}", entry.citation.evidence, entry.citation.file));
        if !entry.citation.place.is_empty() {
            say(format!("  {}", entry.citation.place));
        }
        if let Some(work) = outcome.bibliography.iter().find(|work| work.key == *entry.citation.key) {
            say(format!("  {}{}", work.text, work.url.as_ref().map(|url| format!(" {url}")).unwrap_or_default()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub fn validate(folder: Option<&Path>, as_json: bool, library: &Library) -> Result<ExitCode> {
    let verdicts = match folder {
        Some(folder) => validation::folder(folder, library)?,
        None => validation::builtin(library)?,
    };
    if verdicts.is_empty() {
        bail!(
            "there are no validation files here\n  try: a folder with .toml files; without one, those that ship are run"
        );
    }
    if as_json {
        let all: Vec<_> = verdicts
            .iter()
            .map(|v| json!({
                "file": v.file, "claim": v.claim, "source": v.source, "where": v.place, "quantity": v.quantity,
                "expected": v.expected, "got": v.got, "error": v.error, "within": v.within, "verdict": v.verdict.to_string(), "reason": v.reason,
            }))
            .collect();
        say(serde_json::to_string_pretty(&all)?);
    } else {
        say(validation::as_text(&verdicts).trim_end());
    }
    let failed = verdicts.iter().any(validation::Finding::failed);
    Ok(if failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

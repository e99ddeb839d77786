//! The run of a reconciliation: a survey of flows and assays, read whole, brought to balance.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::{bibliography_of, certificate};
use crate::beneficiate::reconcile::given::{Survey, folder_of};
use crate::document::{Node, text_of};
use crate::error::Error;
use crate::fields::{Check, Fields};
use crate::library::{Library, hex};
use crate::outcome::{Outcome, Provenance};
use crate::source::Entry;

/// Reconciles the survey at `path`: a CSV of streams, or a TOML that holds or names one.
pub fn reconcile(path: &Path, library: &Library, commit: Option<&str>) -> Result<Outcome, Error> {
    let text = text_of(path)?;
    let file = path.display().to_string();
    let check = Check::new();
    let (title, summary, survey);
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
        let node = Node::parse(&file, &text).map_err(Error::Scenario)?;
        let mut fields = Fields::new(&node, "", &check);
        title = fields.text("title", "what is reconciled");
        summary = fields.text("summary", "one sentence for the head of the report");
        survey = Survey::read(&mut fields, &folder_of(path));
        fields.finish();
    } else {
        let stem = path.file_stem().map_or_else(|| "survey".to_owned(), |stem| stem.to_string_lossy().into_owned());
        title = Some(stem);
        summary = Some("Measured flows and assays, brought to balance with the least adjustment.".to_owned());
        survey = Survey::of_table(path, &text, &check);
    }
    let (problems, ledger) = check.finish();
    let (Some(title), Some(summary), Some(survey)) = (title, summary, survey) else {
        return Err(Error::Scenario(problems));
    };
    if !problems.is_empty() {
        return Err(Error::Scenario(problems));
    }
    outcome(&survey, (title, summary, file), &text, ledger, library, commit)
}

fn outcome(
    survey: &Survey,
    (title, summary, file): (String, String, String),
    text: &str,
    ledger: Vec<Entry>,
    library: &Library,
    commit: Option<&str>,
) -> Result<Outcome, Error> {
    let found = survey.network.reconcile()?;
    let told = survey.tell(&found);
    let mut hash = Sha256::new();
    hash.update(text.as_bytes());
    Ok(Outcome {
        title,
        summary,
        file,
        money: String::new(),
        certificate: certificate::of(None, &told.caveats, &ledger, 1, None),
        readings: told.readings,
        hours_per_year: 8760.0,
        plant: None,
        products: Vec::new(),
        bibliography: bibliography_of(&ledger, &told.tables, library),
        tables: told.tables,
        files: Vec::new(),
        caveats: told.caveats,
        ledger,
        provenance: Provenance {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: commit.map(str::to_owned),
            seed: 0,
            scenario: hex(&hash.finalize()),
            data: library.digest(),
        },
    })
}

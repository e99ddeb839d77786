//! The run of an estimate: a model of a deposit, read whole, on anyone's tables.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::Progress;
use crate::deposit::ground::given::Shelf;
use crate::deposit::study::Study;
use crate::document::{Node, text_of};
use crate::error::{Error, Place, Problem};
use crate::fields::{Check, Fields};
use crate::flowsheet::Flowsheet;
use crate::library::{Library, hex};
use crate::outcome::Outcome;
use crate::scenario::{Hours, Model};

/// Estimates what the model at `path` asks for; a `table` of collars or samples goes before the one that it names.
pub fn estimate(
    table: Option<&Path>,
    path: &Path,
    library: &Library,
    commit: Option<&str>,
    progress: &mut dyn Progress,
) -> Result<Outcome, Error> {
    let file = path.display().to_string();
    let text = text_of(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    read(&file, &text, Shelf { library, folder, instead: table })?.run(library, commit, progress)
}

/// Reads a model of a deposit: `title`, `summary` and the tables of a scenario's `[deposit]`; on failure every problem found.
pub fn read(file: &str, text: &str, shelf: Shelf<'_>) -> Result<Model, Error> {
    let node = Node::parse(file, text).map_err(Error::Scenario)?;
    let check = Check::new();
    let mut root = Fields::new(&node, "", &check);
    let title = root.text("title", "what is estimated");
    let summary = root.text("summary", "one sentence for the head of the report");
    let study = Study::read_from(&mut root, shelf);
    root.finish();
    let (problems, ledger) = check.finish();
    let mut hash = Sha256::new();
    hash.update(text.as_bytes());
    if let Some(Ok(bytes)) = shelf.instead.map(std::fs::read) {
        hash.update(bytes);
    }
    match (title, summary, study) {
        (Some(title), Some(summary), Some(study)) if problems.is_empty() => Ok(Model {
            title,
            summary,
            file: file.to_owned(),
            money: String::new(),
            seed: 0,
            hours: Hours::AllYear,
            sea: None,
            deposit: Some(study),
            ore: None,
            feeds: Vec::new(),
            pattern: None,
            flowsheet: Flowsheet::default(),
            sold: Vec::new(),
            logistics: None,
            selection: None,
            economics: None,
            cash_flow: None,
            market: None,
            record: None,
            ledger,
            digests: (hex(&hash.finalize()), shelf.library.digest()),
        }),
        _ if problems.is_empty() => Err(Error::Scenario(vec![Problem {
            place: Place { file: file.into(), line: 0 },
            path: String::new(),
            what: "the model could not be read".into(),
            hint: String::new(),
        }])),
        _ => Err(Error::Scenario(problems)),
    }
}

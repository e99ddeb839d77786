//! The run of a design: a specification is read whole, designed, and the scenario it gives is run.

use std::path::Path;

use super::{Progress, Silent};
use crate::document::{Node, text_of};
use crate::error::{Error, Place, Problem};
use crate::fields::{Check, Fields};
use crate::library::Library;
use crate::outcome::Outcome;
use crate::scenario::Scenario;
use crate::separate::design::spec::Spec;
use crate::separate::design::{tell, train};

/// A design and the run of its scenario.
#[derive(Debug, Clone)]
pub struct Designed {
    /// The scenario, as TOML.
    pub scenario: String,
    /// Its run, with the design's tables before its own.
    pub outcome: Outcome,
    /// How many of the outcome's first tables are the design's.
    pub tables: usize,
    /// Rigorous solutions the search took.
    pub solves: usize,
    /// What remains to be said.
    pub notes: Vec<String>,
}

/// Designs what the specification at `path` asks for, and runs it.
pub fn design(
    path: &Path,
    library: &Library,
    commit: Option<&str>,
    progress: &mut dyn Progress,
) -> Result<Designed, Error> {
    let file = path.display().to_string();
    let text = text_of(path)?;
    design_text(&file, &text, library, commit, progress)
}

/// As [`design`], from the text.
pub fn design_text(
    file: &str,
    text: &str,
    library: &Library,
    commit: Option<&str>,
    progress: &mut dyn Progress,
) -> Result<Designed, Error> {
    let spec = read(file, text, library)?;
    let mut done = 0;
    let cuts = spec.products.len() - 1;
    let train = train::design(&spec, library, &mut |what| {
        done += 1;
        progress.step(done.min(cuts), cuts, what);
    })?;
    let scenario = tell::scenario(&spec, &train);
    let tables = tell::tables(&spec, &train);
    let model = Scenario::from_text("scenario.toml", &scenario)?.check(library)?;
    let mut outcome = model.run(library, commit, &mut Silent)?;
    let count = tables.len();
    outcome.tables.splice(0..0, tables);
    Ok(Designed { scenario, outcome, tables: count, solves: train.solves, notes: train.notes })
}

/// Reads a specification; on failure every problem found.
pub fn read(file: &str, text: &str, library: &Library) -> Result<Spec, Error> {
    let node = Node::parse(file, text).map_err(Error::Scenario)?;
    let check = Check::new();
    let spec = {
        let mut root = Fields::new(&node, "", &check);
        let spec = Spec::read(&mut root, library, &mut |scenario, stream| stream_of(scenario, stream, library));
        root.finish();
        spec
    };
    let (mut problems, _) = check.finish();
    problems.dedup();
    match spec {
        Some(spec) if problems.is_empty() => Ok(spec),
        _ if problems.is_empty() => Err(Error::Scenario(vec![Problem {
            place: Place { file: file.into(), line: 0 },
            path: String::new(),
            what: "the specification could not be read".into(),
            hint: String::new(),
        }])),
        _ => Err(Error::Scenario(problems)),
    }
}

/// A stream of a scenario, which is run for it.
fn stream_of(named: &str, stream: &str, library: &Library) -> Result<crate::stream::Stream, String> {
    let path = Path::new(named);
    let scenario = if path.exists() { Scenario::read(path) } else { Scenario::bundled(named) };
    let outcome = scenario
        .and_then(|scenario| scenario.check(library))
        .and_then(|model| model.run(library, None, &mut Silent))
        .map_err(|error| error.to_string())?;
    let plant = outcome.plant.ok_or_else(|| format!("`{named}` has no plant"))?;
    let found = plant.pipe(stream).map(|pipe| pipe.stream.clone());
    found.ok_or_else(|| {
        let near = crate::fields::nearest(stream, plant.pipes.iter().map(|pipe| pipe.name.as_str()));
        format!("`{named}` has no stream `{stream}`; {near}")
    })
}

//! `reconcile`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use ytterby::library::Library;
use ytterby::run::reconcile::reconcile as reconciled;

use crate::out::say;
use crate::run::{summary, write};

/// Brings measured flows and assays to balance; writes tables and report, prints what was found.
pub fn reconcile(survey: &Path, out: Option<PathBuf>, library: &Library) -> Result<ExitCode> {
    let found = reconciled(survey, library, option_env!("YTTERBY_COMMIT"))?;
    let folder = out.unwrap_or_else(|| {
        let stem = survey.file_stem().map_or_else(|| "survey".to_owned(), |stem| stem.to_string_lossy().into_owned());
        Path::new("out").join(stem)
    });
    let report = write(&found, library, &folder)?;
    say(summary(&found));
    say(format!("tables  {}", folder.join("tables").display()));
    say(format!("report  {}", report.display()));
    Ok(ExitCode::SUCCESS)
}

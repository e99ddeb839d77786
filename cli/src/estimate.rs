//! `estimate`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use ytterby::library::Library;
use ytterby::run::estimate::estimate as estimated;

use crate::out::say;
use crate::run::{Bar, summary, write};

/// Estimates a deposit from tables of holes or samples; writes blocks, tables and report, prints what was found.
pub fn estimate(table: Option<&Path>, model: &Path, out: Option<PathBuf>, library: &Library) -> Result<ExitCode> {
    let mut bar = Bar::new();
    let found = estimated(table, model, library, option_env!("YTTERBY_COMMIT"), &mut bar);
    bar.clear();
    let found = found?;
    let folder = out.unwrap_or_else(|| {
        let stem = model.file_stem().map_or_else(|| "estimate".to_owned(), |stem| stem.to_string_lossy().into_owned());
        Path::new("out").join(stem)
    });
    let report = write(&found, library, &folder)?;
    say(summary(&found));
    for (name, _) in &found.files {
        say(format!("blocks  {}", folder.join(name).display()));
        let parquet = folder.join(name).with_extension("parquet");
        if name == "blocks.csv" && parquet.is_file() {
            say(format!("blocks  {}", parquet.display()));
        }
    }
    say(format!("tables  {}", folder.join("tables").display()));
    say(format!("report  {}", report.display()));
    Ok(ExitCode::SUCCESS)
}

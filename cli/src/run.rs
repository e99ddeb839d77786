//! `run` and `check`.

use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Map, Value, json};
use ytterby::error::Error;
use ytterby::library::Library;
use ytterby::outcome::{Certificate, Outcome, Verdict};
use ytterby::quantity::figures;
use ytterby::report;
use ytterby::run::Progress;
use ytterby::scenario::Scenario;
use ytterby::source::Evidence;
use ytterby::table::{Cell, Table};

use crate::out::say;

/// A bar on a terminal (rate and time left), nothing in a pipe.
pub struct Bar(ProgressBar);

impl Bar {
    pub fn new() -> Self {
        let bar = ProgressBar::new(1);
        if std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        } else {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec} {eta} left  {msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn step(&mut self, done: usize, of: usize, what: &str) {
        // Blocks, realisations and stages are counted each by themselves, and so is the time they take.
        if self.0.length() != Some(of as u64) || self.0.position() > done as u64 {
            self.0.reset();
            self.0.set_length(of as u64);
        }
        self.0.set_position(done as u64);
        self.0.set_message(what.to_owned());
    }
}

pub fn outcome(named: &str, library: &Library) -> Result<Outcome> {
    watched(&crate::scenario(named)?, library)
}

/// Checks and runs, with a bar where there is somebody to watch it.
fn watched(scenario: &Scenario, library: &Library) -> Result<Outcome> {
    let model = scenario.check(library)?;
    let mut bar = Bar::new();
    let outcome = model.run(library, option_env!("YTTERBY_COMMIT"), &mut bar);
    bar.clear();
    Ok(outcome?)
}

pub fn run(named: &str, out: Option<PathBuf>, as_json: bool, library: &Library) -> Result<ExitCode> {
    finish(&outcome(named, library)?, named, out, as_json, library)
}

/// One of those that ship, whatever folder of the same name stands here.
pub fn example(name: &str, out: Option<PathBuf>, library: &Library) -> Result<ExitCode> {
    let scenario = Scenario::bundled(name)?;
    let full = scenario.folder.to_string_lossy().into_owned();
    finish(&watched(&scenario, library)?, &full, out, false, library)
}

fn finish(outcome: &Outcome, named: &str, out: Option<PathBuf>, as_json: bool, library: &Library) -> Result<ExitCode> {
    let folder = out.unwrap_or_else(|| {
        let stem = Path::new(named).with_extension("");
        let name = match stem.file_name().map(|name| name.to_string_lossy().into_owned()) {
            Some(name) if name == "scenario" => {
                stem.parent().and_then(Path::file_name).map_or(name, |parent| parent.to_string_lossy().into_owned())
            }
            Some(name) => name,
            None => "scenario".to_owned(),
        };
        Path::new("out").join(name)
    });
    let report = write(outcome, library, &folder)?;
    if as_json {
        let mut value = as_value(outcome);
        value["tables"] = outcome.tables.iter().map(|table| (table.name.clone(), table_value(table))).collect();
        say(serde_json::to_string_pretty(&value)?);
    } else {
        say(summary(outcome));
        say(format!("tables  {}", folder.join("tables").display()));
        say(format!("report  {}", report.display()));
    }
    Ok(if outcome.certificate.verdict == Verdict::Red { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

pub fn check(named: &str, library: &Library) -> Result<ExitCode> {
    let model = crate::scenario(named)?.check(library)?;
    say(format!(
        "{}: sound: {} units, {} numbers read, {} products",
        model.file,
        model.flowsheet.units.len(),
        model.ledger.len(),
        model.sold.len()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Writes everything a run leaves; returns the report's path.
pub fn write(outcome: &Outcome, library: &Library, folder: &Path) -> Result<PathBuf> {
    let put = |path: PathBuf, text: &str| -> Result<PathBuf> {
        fs::write(&path, text).map_err(|why| Error::File {
            file: path.display().to_string(),
            doing: "written",
            why: why.to_string(),
        })?;
        Ok(path)
    };
    let tables = folder.join("tables");
    if tables.is_dir() {
        // Tables of an earlier run would stand beside this one's as if they belonged to it.
        for old in fs::read_dir(&tables)?.flatten().filter(|f| f.path().extension().is_some_and(|e| e == "csv")) {
            fs::remove_file(old.path()).with_context(|| format!("`{}` could not be replaced", old.path().display()))?;
        }
    }
    fs::create_dir_all(&tables).map_err(|why| Error::File {
        file: tables.display().to_string(),
        doing: "written",
        why: why.to_string(),
    })?;
    let mut index = Vec::new();
    for table in &outcome.tables {
        put(tables.join(format!("{}.csv", table.name)), &table.to_csv())?;
        index.push(format!("[{:?}]\ntitle = {:?}\nbasis = {:?}\n\n", table.name, table.title, table.basis));
    }
    put(tables.join("tables.toml"), &index.concat())?;
    for (name, text) in &outcome.files {
        put(folder.join(name), text)?;
        // A block model goes beside its CSV as Parquet, where this build writes it.
        let stem = name.strip_suffix(".csv");
        if let Some((stem, written)) = stem.and_then(|stem| Some((stem, ytterby::columnar::of_csv(text)?))) {
            let path = folder.join(format!("{stem}.parquet"));
            let file = path.display().to_string();
            let failed = |why: std::io::Error| Error::File { file, doing: "written", why: why.to_string() };
            written.and_then(|bytes| fs::write(&path, bytes)).map_err(failed)?;
        }
    }
    put(folder.join("ledger.csv"), &outcome.ledger_table().to_csv())?;
    put(folder.join("caveats.txt"), &outcome.caveats.iter().map(|c| format!("{c}\n")).collect::<Vec<_>>().concat())?;
    put(folder.join("sources.bib"), &outcome.sources_bib(library))?;
    put(folder.join("run.toml"), &outcome.run_toml())?;
    put(folder.join("report.html"), &report::html(outcome))
}

/// The terminal's page: the certificate first.
pub fn summary(outcome: &Outcome) -> String {
    let mut lines = vec![format!("{}\n{}\n\n{}", outcome.title, outcome.summary, certificate(&outcome.certificate))];
    let width = outcome.readings.iter().map(|r| r.name.chars().count()).max().unwrap_or(0);
    for reading in &outcome.readings {
        let unit = if reading.unit == "1" { "" } else { reading.unit };
        lines.push(format!("  {:width$}  {} {unit}", reading.name, figures(reading.value, 3)));
    }
    if outcome.reading("NPV").is_some() && outcome.reading("IRR").is_none() {
        lines.push(format!("  {:width$}  none", "IRR"));
    }
    if !outcome.products.is_empty() {
        lines.push("\n  product            t REO/y   relative purity   oxide purity".to_owned());
        for product in &outcome.products {
            lines.push(format!(
                "  {:16} {:>9}   {:>14} %   {:>11} %",
                product.name,
                figures(product.oxide * outcome.hours_per_year / 1000.0, 3),
                purity(product.relative_purity),
                purity(product.oxide_purity)
            ));
        }
    }
    if !outcome.caveats.is_empty() {
        lines.push(format!("\n  {} caveats; the first ones:", outcome.caveats.len()));
        for caveat in outcome.caveats.iter().take(6) {
            lines.push(format!("  - {caveat}"));
        }
    }
    lines.join("\n") + "\n"
}

/// A purity keeps the digits that its nines need; beyond five nines no analysis would follow.
pub fn purity(share: f64) -> String {
    if share > 0.99999 {
        return ">99.999".to_owned();
    }
    let nines = (-(1.0 - share).log10()).floor().max(0.0);
    let decimals = (nines - 1.0).max(1.0) as usize;
    format!("{:.decimals$}", share * 100.0)
}

fn certificate(certificate: &Certificate) -> String {
    let verdict = match certificate.verdict {
        Verdict::Green => "GREEN",
        Verdict::Amber => "AMBER",
        Verdict::Red => "RED",
    };
    let mix: Vec<String> = Evidence::ALL
        .into_iter()
        .filter(|class| *class != Evidence::Choice)
        .map(|class| format!("{:.0} % {class}", certificate.share(class) * 100.0))
        .collect();
    let choices = certificate.evidence.iter().find(|(class, _)| *class == Evidence::Choice).map_or(0, |(_, n)| *n);
    let mut lines = vec![
        format!("CERTIFICATE {verdict}"),
        format!(
            "  converged   {} (worst recycle residual {:.0e})",
            if certificate.converged { "yes" } else { "NO" },
            certificate.residual
        ),
        format!(
            "  balanced    to {:.0e} of {}",
            certificate.closure,
            if certificate.closure_of.is_empty() { "everything" } else { &certificate.closure_of }
        ),
        format!("  in range    {} of {} parts without a caveat", certificate.in_range, certificate.parts),
        format!("  rests on    {} of the facts; {choices} choices", mix.join(", ")),
    ];
    if let Some(class) = &certificate.estimate_class {
        lines.push(format!("  estimate    {class}; not a public report under any reporting code"));
    }
    lines.join("\n") + "\n"
}

/// A table: what it is, its columns, its rows; what is not known is null.
fn table_value(table: &Table) -> Value {
    let cell = |cell: &Cell| match cell {
        Cell::Text(text) => json!(text),
        Cell::Number(number) => json!(number),
        Cell::Absent => Value::Null,
    };
    json!({
        "title": table.title,
        "basis": table.basis,
        "columns": table.columns.iter().map(|c| json!({"name": c.name, "unit": c.unit})).collect::<Vec<_>>(),
        "rows": table.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>()).collect::<Vec<_>>(),
    })
}

/// The certificate and the headline results.
pub fn as_value(outcome: &Outcome) -> Value {
    let certificate = &outcome.certificate;
    let evidence: Map<String, Value> =
        certificate.evidence.iter().map(|(class, n)| (class.to_string(), json!(n))).collect();
    json!({
        "title": outcome.title,
        "money": outcome.money,
        "certificate": {
            "verdict": format!("{:?}", certificate.verdict).to_lowercase(),
            "converged": certificate.converged,
            "residual": certificate.residual,
            "closure": certificate.closure,
            "closure_of": certificate.closure_of,
            "in_range": certificate.in_range,
            "parts": certificate.parts,
            "numbers_by_evidence": evidence,
            "estimate_class": certificate.estimate_class,
        },
        "results": outcome.readings.iter().map(|r| json!({"name": r.name, "value": r.value, "unit": r.unit})).collect::<Vec<_>>(),
        "products": outcome.products.iter().map(|p| json!({
            "name": p.name, "stream": p.stream, "t_reo_per_year": p.oxide * outcome.hours_per_year / 1000.0,
            "relative_purity": p.relative_purity, "oxide_purity": p.oxide_purity,
        })).collect::<Vec<_>>(),
        "caveats": outcome.caveats.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "run": {
            "version": outcome.provenance.version, "commit": outcome.provenance.commit, "seed": outcome.provenance.seed,
            "scenario_sha256": outcome.provenance.scenario, "data_sha256": outcome.provenance.data,
        },
    })
}

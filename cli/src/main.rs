//! The terminal's door to Ytterby: arguments in, folders and lines out. No physics.

mod compare;
mod design;
mod estimate;
mod fit;
mod out;
mod reconcile;
mod run;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use ytterby::error::Error;
use ytterby::library::Library;
use ytterby::scenario::Scenario;

/// From a rare-earth find to separated oxides, their cost, and what they change.
#[derive(Parser)]
#[command(name = "ytterby", version, max_term_width = 100)]
struct Arguments {
    /// A folder of facts laid over those that ship (same layout as data/).
    #[arg(long, global = true, value_name = "FOLDER")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Run a scenario: tables, report and run.toml into a folder.
    Run {
        /// A scenario.toml, its folder, or the name of one that ships.
        scenario: String,
        /// Where to write; `out/<name>` when not given.
        #[arg(short, long, value_name = "FOLDER")]
        out: Option<PathBuf>,
        /// Print the certificate, the headline results and every table as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Check a scenario: every problem at once, with file, line and what to try.
    Check {
        /// A scenario.toml, its folder, or the name of one that ships.
        scenario: String,
    },
    /// Compare scenarios in one table, on one fence.
    Compare {
        /// Scenarios: paths or names of those that ship.
        #[arg(required = true, num_args = 1..)]
        scenarios: Vec<String>,
        /// Also write the table as CSV and the comparison as a page into a folder.
        #[arg(short, long, value_name = "FOLDER")]
        out: Option<PathBuf>,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Design a separation train from a product slate: batteries, order of cuts, a scenario that runs.
    Design {
        /// A specification, TOML.
        spec: PathBuf,
        /// Where to write; `out/<name>` when not given.
        #[arg(short, long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// Estimate a deposit from drill holes or samples: blocks, grade and tonnage, maps, a report.
    Estimate {
        /// Collars or samples, CSV (or Parquet, where built with it); without it, the table that the model names.
        table: Option<PathBuf>,
        /// The model, TOML: tables, lattice, search, method, classes, cut-offs.
        #[arg(short, long, value_name = "MODEL.toml")]
        model: PathBuf,
        /// Where to write; `out/<name>` when not given.
        #[arg(short, long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// Reconcile measured flows and assays: balances met with the least adjustment, gross errors named.
    Reconcile {
        /// A survey: a CSV of streams, or a TOML that holds or names one.
        survey: PathBuf,
        /// Where to write; `out/<name>` when not given.
        #[arg(short, long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// The scenarios that ship.
    #[command(subcommand)]
    Example(Example),
    /// The kinds of unit, the laws that can be questioned; with a name, its fields.
    Catalogue {
        /// A kind, for its fields, units and ranges.
        name: Option<String>,
    },
    /// Where does this number come from?
    Source {
        /// A path such as `SX-1.log_k.Nd`, or the beginning of one.
        path: String,
        /// The scenario that uses it.
        #[arg(long = "in", value_name = "SCENARIO", default_value = "minamitorishima")]
        scenario: String,
    },
    /// Fit an extractant's constants to batch points: residuals, errors, correlations, a file ready to use.
    Fit {
        /// A recipe.toml: which points, which law, what is free.
        recipe: PathBuf,
        /// Where to write; `out/<name>` when not given.
        #[arg(short, long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// Run validation files (ours, or a folder of anyone's): claim, expected, got, error, verdict.
    Validate {
        /// A folder of validation files; ours when not given.
        folder: Option<PathBuf>,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum Example {
    /// List them.
    List,
    /// Copy one into a folder, to change it.
    Copy {
        /// Its name (a unique beginning will do).
        name: String,
        /// Where to; a folder of its name when not given.
        to: Option<PathBuf>,
    },
    /// Run one.
    Run {
        /// Its name (a unique beginning will do).
        name: String,
        /// Where to write; `out/<name>` when not given.
        #[arg(short, long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(folder) = arguments.data.as_ref().filter(|folder| !folder.is_dir()) {
        eprintln!("`{}` is not a folder of facts\n  try: a folder laid out as data/ is", folder.display());
        return ExitCode::from(2);
    }
    let library = arguments.data.as_ref().map_or_else(Library::builtin, Library::with_overlay);
    let ended = match arguments.command {
        Action::Run { scenario, out, json } => run::run(&scenario, out, json, &library),
        Action::Check { scenario } => run::check(&scenario, &library),
        Action::Compare { scenarios, out, json } => compare::compare(&scenarios, out.as_deref(), json, &library),
        Action::Design { spec, out } => design::design(&spec, out, &library),
        Action::Estimate { table, model, out } => estimate::estimate(table.as_deref(), &model, out, &library),
        Action::Reconcile { survey, out } => reconcile::reconcile(&survey, out, &library),
        Action::Example(Example::List) => show::examples(),
        Action::Example(Example::Copy { name, to }) => show::copy(&name, to),
        Action::Example(Example::Run { name, out }) => run::example(&name, out, &library),
        Action::Catalogue { name } => show::catalogue(name.as_deref(), &library),
        Action::Source { path, scenario } => show::source(&path, &scenario, &library),
        Action::Fit { recipe, out } => fit::fit(&recipe, out, &library),
        Action::Validate { folder, json } => show::validate(folder.as_deref(), json, &library),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(status(&error))
        }
    }
}

/// 2 for a scenario that is wrong, 3 for a plant that does not balance, 1 for a calculation that failed.
fn status(error: &anyhow::Error) -> u8 {
    match error.downcast_ref::<Error>() {
        // `None`: names the user gave that are not known are told without an error of the library.
        None | Some(Error::Scenario(_) | Error::File { .. }) => 2,
        Some(Error::NotConserved { .. }) => 3,
        _ => 1,
    }
}

/// A scenario from a path, or from those that ship.
fn scenario(named: &str) -> Result<Scenario, Error> {
    let path = PathBuf::from(named);
    if path.exists() || named.contains(['/', '\\', '.']) { Scenario::read(path) } else { Scenario::bundled(named) }
}

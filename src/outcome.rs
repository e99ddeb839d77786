//! What a run gives: every result as tables, with the certificate first.

use crate::flowsheet::Plant;
use crate::library::Library;
use crate::product::Product;
use crate::source::{Caveat, Entry, Evidence};
use crate::table::Table;
use crate::unit::Reading;

/// Everything a run found.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The scenario's title.
    pub title: String,
    /// Its one-sentence summary.
    pub summary: String,
    /// The scenario file, as named by the user.
    pub file: String,
    /// Currency and year: `USD 2025`.
    pub money: String,
    /// Does the result stand?
    pub certificate: Certificate,
    /// Headline results, by name.
    pub readings: Vec<Reading>,
    /// Hours at work in a year.
    pub hours_per_year: f64,
    /// The plant, solved; `None` for a scenario without units.
    pub plant: Option<Plant>,
    /// What is sold.
    pub products: Vec<Product>,
    /// Every table, in the order of the chain.
    pub tables: Vec<Table>,
    /// Further files, by name: a block model for other programs.
    pub files: Vec<(String, String)>,
    /// Every caveat.
    pub caveats: Vec<Caveat>,
    /// Every number that was used.
    pub ledger: Vec<Entry>,
    /// The works those numbers come from.
    pub bibliography: Vec<Reference>,
    /// Enough to repeat the run to the bit.
    pub provenance: Provenance,
}

/// A verdict on the whole result.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Converged, balanced, everything inside the range of its sources.
    Green,
    /// Converged and balanced, with caveats.
    Amber,
    /// Not to be used.
    Red,
}

/// Converged? Balanced? Inside the range of its sources? On what does it rest?
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// The verdict.
    pub verdict: Verdict,
    /// Every iteration converged; the worst recycle residual.
    pub converged: bool,
    /// Worst recycle residual, relative; zero without recycles.
    pub residual: f64,
    /// Worst closure over the plant, relative.
    pub closure: f64,
    /// Of which element.
    pub closure_of: String,
    /// Parts (units and stages) without a caveat.
    pub in_range: usize,
    /// Parts in all.
    pub parts: usize,
    /// Numbers used, by evidence class, best first.
    pub evidence: Vec<(Evidence, usize)>,
    /// Class of the cost estimate, when there is one.
    pub estimate_class: Option<String>,
}

impl Certificate {
    /// Share of the facts (choices apart) in a class.
    pub fn share(&self, class: Evidence) -> f64 {
        let facts: usize = self.evidence.iter().filter(|(c, _)| *c != Evidence::Choice).map(|(_, n)| n).sum();
        let of_class: usize = self.evidence.iter().filter(|(c, _)| *c == class).map(|(_, n)| n).sum();
        if facts == 0 || class == Evidence::Choice { 0.0 } else { of_class as f64 / facts as f64 }
    }
}

/// A work in the bibliography.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its key.
    pub key: String,
    /// Author, year, title, where: one line for people.
    pub text: String,
    /// Address, if it has one.
    pub url: Option<String>,
}

/// What must be the same for the same bits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// Of the program.
    pub version: String,
    /// Of the program's source, when known.
    pub commit: Option<String>,
    /// Of the scenario.
    pub seed: u64,
    /// SHA-256 of the scenario's files.
    pub scenario: String,
    /// SHA-256 of the data.
    pub data: String,
}

impl Outcome {
    /// A table by name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// A headline result by name.
    pub fn reading(&self, name: &str) -> Option<f64> {
        self.readings.iter().find(|reading| reading.name == name).map(|reading| reading.value)
    }

    /// Every number used, as a table: path, value, evidence, source, place, file.
    pub fn ledger_table(&self) -> Table {
        let columns = [("path", ""), ("value", ""), ("evidence", ""), ("source", ""), ("place", ""), ("file", "")];
        let mut table = Table::new("ledger", "Every number that was used", "as written, each with its unit", &columns);
        for entry in &self.ledger {
            let citation = &entry.citation;
            table.row(vec![
                entry.path.clone().into(),
                entry.value.clone().into(),
                citation.evidence.word().into(),
                (*citation.key).into(),
                (*citation.place).into(),
                (*citation.file).into(),
            ]);
        }
        table
    }

    /// The `.bib` entries of the works that were used.
    pub fn sources_bib(&self, library: &Library) -> String {
        let text = library.text("refs.bib").unwrap_or_default();
        let wanted = |entry: &str| {
            let key = entry.split_once('{').and_then(|(_, rest)| rest.split_once(',')).map(|(key, _)| key.trim());
            self.bibliography.iter().any(|work| Some(work.key.as_str()) == key)
        };
        let entries = text.split("\n@").map(|entry| entry.trim_start_matches('@').trim());
        entries.filter(|entry| wanted(entry)).fold(String::new(), |bib, entry| bib + "@" + entry + "\n\n")
    }

    /// `run.toml`: enough to repeat the run to the bit.
    pub fn run_toml(&self) -> String {
        let run = &self.provenance;
        format!(
            "# Repeat with this version, this scenario and these data, and every table is the same to the byte.\n\
             title = {:?}\nscenario = {:?}\nversion = {:?}\ncommit = {:?}\nseed = {}\n\
             scenario_sha256 = {:?}\ndata_sha256 = {:?}\nverdict = {:?}\n",
            self.title,
            self.file,
            run.version,
            run.commit.as_deref().unwrap_or("unknown"),
            run.seed,
            run.scenario,
            run.data,
            format!("{:?}", self.certificate.verdict).to_lowercase(),
        )
    }
}

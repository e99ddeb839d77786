//! The record: what has been claimed about a find, and what the data say.
//!
//! [`Record`] is the section `[record]` of a scenario. It holds the claims, the dated
//! announcements and the facts of maturity of one find, and [`Record::judge`] sets them beside
//! the results of a run.

use crate::error::Error;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::source::Caveat;
use crate::table::Table;
use crate::unit::Reading;

mod claims;
mod maturity;

pub use claims::{Claim, Verdict};
pub use maturity::Maturity;

/// Something announced.
#[derive(Debug, Clone, PartialEq)]
struct Event {
    date: String,
    year: f64,
    what: String,
    stage: f64,
    sort: String,
    source: String,
}

/// What is on record about a find.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    claims: Vec<Claim>,
    timeline: Vec<Event>,
    maturity: Maturity,
}

/// The record beside a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// `claims`, `timeline`, `maturity`.
    pub tables: Vec<Table>,
    /// Counts of verdicts, the stage reached and for how long.
    pub readings: Vec<Reading>,
    /// What to know before believing it.
    pub caveats: Vec<Caveat>,
}

/// Years without a new stage after which a find counts as standing still.
const STANDING_STILL: f64 = 5.0;

impl Record {
    /// Reads the section.
    pub fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let find = fields.text("find", "the find, by the name of its files in data/record: minamitorishima")?;
        let known: Vec<String> = library
            .names("record", "csv")
            .iter()
            .filter_map(|name| name.strip_suffix("_claims").map(str::to_owned))
            .collect();
        if !known.contains(&find) {
            let hint = nearest(&find, known.iter().map(String::as_str));
            fields.refuse("find", format!("there is no record of `{find}`"), hint);
            return None;
        }
        Self::of(library, &find).map_err(|error| fields.refuse("find", error.to_string(), "")).ok()
    }

    /// The record of a find.
    pub fn of(library: &Library, find: &str) -> Result<Self, Error> {
        let timeline = library.table(&format!("record/{find}_timeline"))?;
        Ok(Self {
            claims: Claim::all(library, find)?,
            timeline: timeline
                .rows()
                .filter_map(|row| {
                    Some(Event {
                        date: row.text("date")?.to_owned(),
                        year: row.number("year")?,
                        what: row.text("event")?.to_owned(),
                        stage: row.number("stage")?,
                        sort: row.text("sort")?.to_owned(),
                        source: row.text("source").unwrap_or_default().to_owned(),
                    })
                })
                .collect(),
            maturity: Maturity::of(library, find)?,
        })
    }

    /// The record beside the results of a run.
    pub fn judge(&self, readings: &[Reading], tables: &[Table]) -> Judged {
        let results = claims::results(readings, tables);
        let (claims, counts) = claims::table(&self.claims, &results);
        let mut told: Vec<Reading> = Verdict::ALL
            .iter()
            .zip(counts)
            .map(|(verdict, count)| Reading::new(format!("claims {}", verdict.word()), count as f64, "1"))
            .collect();
        let mut caveats = Vec::new();
        if let Some((stage, years, since)) = self.stage() {
            told.push(Reading::new("stage reached", stage, "1"));
            told.push(Reading::new("years at this stage", years, "y"));
            if years >= STANDING_STILL && since > 0 {
                caveats.push(Caveat::at(
                    "record",
                    format!("stalled: {since} announcements in {years:.0} years without a new stage"),
                ));
            }
        }
        if !self.maturity.is_reserve() {
            caveats.push(Caveat::at(
                "record",
                "the find is an in-place estimate, not a reserve under any reporting code; this is not a public report",
            ));
        }
        Judged { tables: vec![claims, self.timeline_table(), self.maturity.table()], readings: told, caveats }
    }

    /// The stage reached, the years since it was, and the announcements since; plans do not count.
    fn stage(&self) -> Option<(f64, f64, usize)> {
        let happened = || self.timeline.iter().filter(|event| event.sort != "plan");
        let stage = happened().map(|event| event.stage).max_by(f64::total_cmp)?;
        let reached = happened().find(|event| event.stage >= stage)?.year;
        let now = self.maturity.fact("as_of").and_then(decimal_year)?;
        Some((stage, now - reached, happened().filter(|event| event.year > reached).count()))
    }

    fn timeline_table(&self) -> Table {
        let mut table = Table::new(
            "timeline",
            "What was announced, and when",
            "stages: 1 discovery, 2 samples assayed, 3 in-place estimate, 4 lifting shown at sea, 5 pilot; plans are not events",
            &[("event", ""), ("year", ""), ("date", ""), ("stage", ""), ("sort", ""), ("source", "")],
        );
        for event in &self.timeline {
            table.row(vec![
                event.what.as_str().into(),
                event.year.into(),
                event.date.as_str().into(),
                event.stage.into(),
                event.sort.as_str().into(),
                event.source.as_str().into(),
            ]);
        }
        table
    }
}

/// `2026-11` as 2026.83.
fn decimal_year(date: &str) -> Option<f64> {
    let (year, month) = date.split_once('-')?;
    Some(year.parse::<f64>().ok()? + (month.parse::<f64>().ok()? - 1.0) / 12.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record::of(&Library::builtin(), "minamitorishima").unwrap()
    }

    fn verdict(judged: &Judged, id: &str) -> String {
        let table = &judged.tables[0];
        let row = table.rows.iter().find(|row| row[table.position("id").unwrap()] == id.into()).unwrap();
        match &row[table.position("verdict").unwrap()] {
            crate::table::Cell::Text(text) => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_numeric_claim_follows_the_run() {
        let share = |value: f64| vec![Reading::new("share of the world, mining", value, "%")];
        assert_eq!(verdict(&record().judge(&share(0.05), &[]), "C9"), "not supported");
        assert_eq!(verdict(&record().judge(&share(1.6), &[]), "C9"), "partly");
        assert_eq!(verdict(&record().judge(&share(7.0), &[]), "C9"), "supported");
        // Without a run the data speak.
        assert_eq!(verdict(&record().judge(&[], &[]), "C9"), "not supported");
        let elements =
            [("Nd", 0.1), ("Dy", 11.0)].map(|(e, value)| Reading::new(format!("share of world {e}"), value, "%"));
        assert_eq!(verdict(&record().judge(&elements, &[]), "C9b"), "partly");
    }

    #[test]
    fn maturity_is_by_the_rules() {
        let judged = record().judge(&[], &[]);
        let levels: Vec<_> = judged.tables[2].rows.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
        for (axis, level) in
            [("UNFC E", "E3"), ("UNFC F", "F3"), ("UNFC G", "G3 to G4"), ("TRL, lifting", "6"), ("reserve", "no")]
        {
            assert!(levels.contains(&(axis.into(), level.into())), "{axis} {level}: {levels:?}");
        }
    }

    #[test]
    fn the_stage_counts_from_when_it_was_reached() {
        let (stage, years, since) = record().stage().unwrap();
        assert!((stage - 4.0).abs() < 1e-12 && (4.0..4.3).contains(&years) && since == 2, "{stage} {years} {since}");
    }
}

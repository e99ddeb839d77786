//! Claims, set against the data and against what this run found.

use crate::error::Error;
use crate::library::Library;
use crate::table::{Cell, Table};
use crate::unit::Reading;

/// The four verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The data bear it out.
    Supported,
    /// In part, or only under conditions.
    Partly,
    /// The data speak against it.
    NotSupported,
    /// Nothing published decides it.
    CannotBeJudged,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Verdict; 4] = [Verdict::Supported, Verdict::Partly, Verdict::NotSupported, Verdict::CannotBeJudged];

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Supported => "supported",
            Verdict::Partly => "partly",
            Verdict::NotSupported => "not supported",
            Verdict::CannotBeJudged => "cannot be judged",
        }
    }

    fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word).unwrap_or(Verdict::CannotBeJudged)
    }
}

/// One claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Short name: `C9`.
    pub id: String,
    /// What is said.
    pub claim: String,
    /// By whom, when.
    pub who: String,
    /// What the data say.
    pub verdict: Verdict,
    /// Why.
    pub why: String,
    /// Key of the source of the reason.
    pub source: String,
    /// The result of a run it is set beside.
    reading: Option<(String, String)>,
    /// From where that result makes it partly true, and true.
    thresholds: Option<(f64, f64)>,
}

impl Claim {
    /// All claims about a find.
    pub fn all(library: &Library, find: &str) -> Result<Vec<Self>, Error> {
        let table = library.table(&format!("record/{find}_claims"))?;
        Ok(table
            .rows()
            .filter_map(|row| {
                let text = |column: &str| row.text(column).map(str::to_owned);
                Some(Self {
                    id: text("id")?,
                    claim: text("claim")?,
                    who: text("who")?,
                    verdict: Verdict::from_word(row.text("verdict").unwrap_or_default()),
                    why: text("why").unwrap_or_default(),
                    source: text("source").unwrap_or_default(),
                    reading: text("reading").zip(text("unit")),
                    thresholds: row.number("partly_from").zip(row.number("supported_from")),
                })
            })
            .collect())
    }

    /// The run's own number, if it has one.
    fn found(&self, results: &[Reading]) -> Option<f64> {
        let (name, _) = self.reading.as_ref()?;
        results.iter().find(|reading| reading.name == *name).map(|reading| reading.value)
    }

    /// The verdict with the run's number in sight.
    fn judged(&self, results: &[Reading]) -> Verdict {
        match (self.found(results), self.thresholds) {
            (Some(value), Some((_, supported))) if value >= supported => Verdict::Supported,
            (Some(value), Some((partly, _))) if value >= partly => Verdict::Partly,
            (Some(_), Some(_)) => Verdict::NotSupported,
            _ => self.verdict,
        }
    }
}

/// The ledger of claims as a table, and how many have each verdict.
pub(super) fn table(claims: &[Claim], results: &[Reading]) -> (Table, [usize; 4]) {
    let mut table = Table::new(
        "claims",
        "What is claimed, and what the data say",
        "verdicts: supported, partly, not supported, cannot be judged; `this run` is the result of this scenario where the claim is about a number",
        &[
            ("claim", ""),
            ("who", ""),
            ("verdict", ""),
            ("why", ""),
            ("source", ""),
            ("id", ""),
            ("this run", ""),
            ("unit", ""),
            ("of", ""),
        ],
    );
    let mut counts = [0; 4];
    for claim in claims {
        let verdict = claim.judged(results);
        if let Some(at) = Verdict::ALL.iter().position(|known| *known == verdict) {
            counts[at] += 1;
        }
        let found = claim.found(results);
        let (of, unit) = match (&claim.reading, found) {
            (Some((of, unit)), Some(_)) => (of.as_str(), unit.as_str()),
            _ => ("", ""),
        };
        table.row(vec![
            claim.claim.as_str().into(),
            claim.who.as_str().into(),
            verdict.word().into(),
            claim.why.as_str().into(),
            claim.source.as_str().into(),
            claim.id.as_str().into(),
            Cell::from(found),
            unit.into(),
            of.into(),
        ]);
    }
    (table, counts)
}

/// What a run's results say of claims that no stage tells by itself.
pub(super) fn results(readings: &[Reading], tables: &[Table]) -> Vec<Reading> {
    let mut all = readings.to_vec();
    let largest = readings
        .iter()
        .filter(|reading| reading.name.starts_with("share of world "))
        .map(|reading| reading.value)
        .max_by(f64::total_cmp);
    all.extend(largest.map(|share| Reading::new("largest share of the world of one element", share, "%")));
    let bar = |name: &str| {
        let table = tables.iter().find(|table| table.name == "value_waterfall")?;
        let at = table.rows.iter().position(|row| row.first() == Some(&name.into()))?;
        table.numbers("value").get(at).copied().flatten()
    };
    if let (Some(paid), Some(mined)) = (bar("payable"), bar("mined"))
        && mined > 0.0
    {
        all.push(Reading::new("paid over mined value", 100.0 * paid / mined, "%"));
    }
    all
}

//! Concentration of a supply: shares and the Herfindahl–Hirschman index.
//!
//! # Equation
//! `HHI = Σ s_i²`
//!
//! # Symbols
//! `s_i` share of producer `i`, from 0 to 1. What statistics lump together as "other" is
//! bounded: infinitely many producers (adds nothing) to one producer (adds its square).
//!
//! # Holds for
//! Shares of one total, recomputed from the rows and not from a rounded total.
//!
//! # Source
//! Textbook definition.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Mass, Number};
use crate::unit::{Case, Kind, Reading};

/// Producers and what each makes, in one unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Supply {
    /// By name, in the order of the source.
    pub producers: Vec<(String, f64)>,
}

/// Is this the lump at the end of a statistic?
pub fn is_rest(name: &str) -> bool {
    matches!(name, "Other" | "Rest of world")
}

impl Supply {
    /// The sum.
    pub fn total(&self) -> f64 {
        self.producers.iter().map(|(_, amount)| amount).sum()
    }

    /// The share of one producer.
    pub fn share(&self, name: &str) -> f64 {
        let own: f64 = self.producers.iter().filter(|(producer, _)| producer == name).map(|(_, amount)| amount).sum();
        let total = self.total();
        if total > 0.0 { own / total } else { 0.0 }
    }

    /// The index with the rest as infinitely many, and as one.
    pub fn concentration(&self) -> (f64, f64) {
        let total = self.total();
        if total <= 0.0 {
            return (0.0, 0.0);
        }
        let of = |rest: bool| -> f64 {
            self.producers
                .iter()
                .filter(|(name, _)| is_rest(name) == rest)
                .map(|(_, amount)| (amount / total).powi(2))
                .sum()
        };
        let named = of(false);
        (named, named + of(true))
    }

    /// The share of the three largest that have a name.
    pub fn top_three(&self) -> f64 {
        let mut amounts: Vec<f64> =
            self.producers.iter().filter(|(name, _)| !is_rest(name)).map(|(_, amount)| *amount).collect();
        amounts.sort_by(|a, b| b.total_cmp(a));
        let total = self.total();
        if total > 0.0 { amounts.iter().take(3).sum::<f64>() / total } else { 0.0 }
    }

    /// The supply with more from one country.
    pub fn with(&self, country: &str, amount: f64) -> Self {
        let mut more = self.clone();
        match more.producers.iter_mut().find(|(name, _)| name == country) {
            Some((_, held)) => *held += amount,
            None => more.producers.push((country.to_owned(), amount)),
        }
        more
    }

    /// What others would have to add for a producer's share to fall to `share`; zero when it is below.
    pub fn others_needed(&self, name: &str, share: f64) -> f64 {
        (self.share(name) * self.total() / share - self.total()).max(0.0)
    }

    fn readings(&self) -> Vec<Reading> {
        let (low, high) = self.concentration();
        let mut readings = vec![
            Reading::new("HHI, low", low, "1"),
            Reading::new("HHI, high", high, "1"),
            Reading::new("top three", self.top_three(), "1"),
            Reading::new("total", self.total(), "given"),
        ];
        readings.extend(
            self.producers.iter().map(|(name, _)| Reading::new(format!("share of {name}"), self.share(name), "1")),
        );
        readings
    }
}

/// A stage of the chain for which the world is known by country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Mine output, all rare earths, t oxide (geological survey).
    Mining,
    /// Mine output of Nd, Pr, Dy and Tb, t element.
    MagnetMining,
    /// Separated output of Nd, Pr, Dy and Tb, t element.
    MagnetRefining,
    /// Reserves, t oxide; not an output.
    Reserves,
}

impl Stage {
    /// As written in scenarios and validation files.
    pub const WORDS: [(&'static str, Stage); 4] = [
        ("mining", Stage::Mining),
        ("magnet-mining", Stage::MagnetMining),
        ("magnet-refining", Stage::MagnetRefining),
        ("reserves", Stage::Reserves),
    ];

    /// In words for people.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Mining => "mining",
            Stage::MagnetMining => "mining, Nd Pr Dy Tb",
            Stage::MagnetRefining => "refining, Nd Pr Dy Tb",
            Stage::Reserves => "reserves",
        }
    }

    /// The world at this stage by country, t; empty when the data have no such edition or year.
    pub fn world(self, library: &Library, edition: &str, year: usize) -> Result<Supply, Error> {
        let (table, column, amount) = match self {
            Stage::Mining => ("market/mine_production", "country", "production"),
            Stage::MagnetMining | Stage::MagnetRefining => ("market/iea2025_magnet_supply", "country", "output"),
            Stage::Reserves => ("market/reserves", "country", "reserves"),
        };
        let table = library.table(table)?;
        let of_year = |row: crate::library::Row<'_>| row.number("year").is_some_and(|y| y as usize == year);
        let producers = table
            .rows()
            .filter(|row| match self {
                Stage::Mining => row.text("edition") == Some(edition) && of_year(*row),
                Stage::MagnetMining => row.text("stage") == Some("mining") && of_year(*row),
                Stage::MagnetRefining => row.text("stage") == Some("refining") && of_year(*row),
                Stage::Reserves => row.text("edition") == Some(edition),
            })
            .filter_map(|row| Some((row.text(column)?.to_owned(), row.number(amount)?)))
            .filter(|(_, amount)| *amount > 0.0)
            .collect();
        Ok(Supply { producers })
    }
}

/// The index of amounts written down.
pub const CASE: Kind<dyn Case> = Kind {
    name: "concentration",
    about: "Shares and concentration index of producers whose amounts are given",
    sources: &[],
    read,
};

/// The index of the world as the data have it, with a project or without.
pub const WORLD_CASE: Kind<dyn Case> = Kind {
    name: "world-concentration",
    about: "Shares and concentration index of a stage of the world, with a project or without",
    sources: &["usgs2026", "iea2025"],
    read: read_world,
};

#[derive(Debug)]
struct Question {
    supply: Supply,
    added: Option<(f64, f64)>,
    target: Option<f64>,
}

fn read(fields: &mut Fields<'_>, _library: &Library) -> Option<Box<dyn Case>> {
    let producers: Vec<(String, Number)> = fields.named("producers", "what each makes, in one unit", 0.0..=1e15)?;
    let producers: Vec<(String, f64)> = producers.into_iter().map(|(name, amount)| (name, amount.0)).collect();
    if producers.iter().all(|(_, amount)| *amount <= 0.0) {
        fields.refuse("producers", "nobody makes anything", "producers = { A = 1, B = 2 }");
        return None;
    }
    Some(Box::new(Question { supply: Supply { producers }, added: None, target: None }))
}

fn read_world(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Case>> {
    let stage = fields.word("stage", "of the chain", &Stage::WORDS);
    let edition = fields.may_text("edition", "edition of the survey; absent for the other stages").unwrap_or_default();
    let year = fields.count("year", "year of the output", 1990..=2100);
    let country = fields.may_text("country", "where a project adds; absent means no project");
    let more: Option<Mass> = fields.may("more", "what it adds a year, in the unit of the stage", 0.0..=1e15);
    let target: Option<Number> =
        fields.may("china_share", "share China should fall to; absent means the question is not asked", 1e-6..=1.0);
    let (stage, year) = (stage?, year?);
    let before = stage.world(library, &edition, year).map_err(|e| fields.refuse("stage", e.to_string(), "")).ok()?;
    if before.producers.is_empty() {
        fields.refuse("year", "the data hold no such year or edition", "a year of the tables in data/market");
        return None;
    }
    let added = more.map(|more| (more.0 / 1000.0, before.total()));
    let supply = match (&country, added) {
        (Some(country), Some((more, _))) => before.with(country, more),
        _ => before,
    };
    Some(Box::new(Question { supply, added, target: target.map(|share| share.0) }))
}

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let mut readings = self.supply.readings();
        if let Some((more, before)) = self.added {
            readings.push(Reading::new("project over the world before", more / before, "1"));
            readings.push(Reading::new("project over the world after", more / self.supply.total(), "1"));
        }
        if let Some(share) = self.target {
            readings.push(Reading::new("needed outside China", self.supply.others_needed("China", share), "t/y"));
        }
        Ok(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supply(amounts: &[(&str, f64)]) -> Supply {
        Supply { producers: amounts.iter().map(|(name, amount)| ((*name).to_owned(), *amount)).collect() }
    }

    #[test]
    fn one_producer_is_one_and_equals_share() {
        assert_eq!(supply(&[("A", 3.0)]).concentration(), (1.0, 1.0));
        let equal = supply(&[("A", 1.0), ("B", 1.0), ("C", 1.0), ("D", 1.0)]);
        assert!((equal.concentration().0 - 0.25).abs() < 1e-15);
    }

    #[test]
    fn the_rest_is_a_bound() {
        let (low, high) = supply(&[("A", 1.0), ("Rest of world", 1.0)]).concentration();
        assert!((low - 0.25).abs() < 1e-15 && (high - 0.5).abs() < 1e-15);
    }

    #[test]
    fn adding_what_is_needed_reaches_the_share() {
        let world = supply(&[("China", 90.0), ("B", 10.0)]);
        let more = world.others_needed("China", 0.65);
        assert!((world.with("B", more).share("China") - 0.65).abs() < 1e-12);
    }

    #[test]
    fn the_world_is_there() {
        let library = Library::builtin();
        for (stage, edition, year) in [
            (Stage::Mining, "MCS2026", 2025),
            (Stage::MagnetMining, "", 2024),
            (Stage::MagnetRefining, "", 2030),
            (Stage::Reserves, "MCS2026 v1.3", 2025),
        ] {
            assert!(stage.world(&library, edition, year).unwrap().share("China") > 0.4, "{stage:?}");
        }
    }
}

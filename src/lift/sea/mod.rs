//! The sea over the site: hours at work in a year, and what takes the rest.
//!
//! The section `[sea]` of a scenario. Many years of sea are drawn ([`sea_state`]), a vessel and its pipe are watched through them
//! ([`watch`]), and the hours are told by state and month, with their spread from year to year. Where `[operation] sea` asks for it,
//! these are the hours at work of the whole scenario.

mod read;
pub mod sea_state;
mod tell;
pub mod watch;

use crate::chance::Chance;
use crate::deposit::simulate::spread::Spread;
use crate::source::Caveat;
use crate::table::Table;
use crate::unit::Reading;

use sea_state::MONTHS;
use watch::{Plan, State, Year};

/// The section `[sea]`: the sea, the watch kept in it, and how long.
#[derive(Debug, Clone)]
pub struct Sea {
    plan: Plan,
    /// Share of the hours the sea gives that repair takes.
    repair: f64,
    years: usize,
    /// Fields that nobody has published a number for.
    assumed: Vec<&'static str>,
}

/// Which of the years drawn speaks for the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Their mean.
    Mean,
    /// The year that every other year exceeds.
    Median,
    /// The year that nine in ten exceed.
    Cautious,
}

impl Which {
    /// As a scenario writes it.
    pub const WORDS: &'static [(&'static str, Which)] =
        &[("mean", Which::Mean), ("P50", Which::Median), ("P90", Which::Cautious)];
}

/// The years, counted.
#[derive(Debug, Clone)]
pub struct Watched {
    years: Vec<Year>,
    /// Hours at work in a year, repair taken off.
    pub hours: Spread,
    /// Tables of the sea.
    pub tables: Vec<Table>,
    /// Headline results.
    pub readings: Vec<Reading>,
    /// What must be said of it.
    pub caveats: Vec<Caveat>,
}

impl Watched {
    /// The hours at work of one of the years.
    pub fn hours_of(&self, which: Which) -> f64 {
        match which {
            Which::Mean => self.hours.mean,
            Which::Median => self.hours.exceeded_50,
            Which::Cautious => self.hours.exceeded_90,
        }
    }

    /// The share of years that give at least so many hours.
    pub fn share_of_years_with(&self, hours: f64, repair: f64) -> f64 {
        let enough = self.years.iter().filter(|year| (1.0 - repair) * year.hours_of(State::Lifting) >= hours).count();
        enough as f64 / self.years.len().max(1) as f64
    }
}

impl Sea {
    /// Draws the years and counts them; `planned` is what the scenario states of its hours at work.
    pub fn run(&self, seed: u64, planned: Option<f64>) -> Watched {
        let mut years = Vec::with_capacity(self.years);
        self.plan.watch(Chance::of(seed).within(0x5EA), self.years, |year| years.push(year));
        tell::told(self, years, planned)
    }

    /// The share of the year in which the sea stays below a height, typhoons apart.
    pub fn share_below(&self, height: f64) -> f64 {
        self.plan.sea.share_of_year_below(height)
    }

    /// Hours at work until the end of each month, of one year.
    fn until(&self, year: &Year) -> [f64; MONTHS] {
        let mut sum = 0.0;
        std::array::from_fn(|month| {
            sum += (1.0 - self.repair) * year.hours[month][State::Lifting as usize];
            sum
        })
    }
}

pub use read::SKETCH;

#[cfg(test)]
mod tests;

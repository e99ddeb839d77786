//! The sea's state: the significant wave height of a year, month by month, with a memory.
//!
//! # Equation
//! ```text
//! P(H < h) = 1 − exp(−(h/λ)^k)                    in each month;   mean λ Γ(1 + 1/k)
//! H(t) = P⁻¹(Φ(√(1 − s) z(t) + √s y))             y: one draw a year
//! z(t + Δ) = ρ z(t) + √(1 − ρ²) ε,                ρ = exp(−Δ/τ),  Δ = 3 h
//! ```
//!
//! # Symbols
//! `H` significant wave height, m; `λ` scale, m, and `k` shape (1) of the month; `z`, `y`, `ε` standard normal scores; `τ` memory, h;
//! `s` share of the scores' variance that a whole year has in common, 1.
//!
//! # Holds for
//! Open sea away from ice. Within a month the height follows its law exactly, whatever the memory; months join in a step. Storms are as
//! long as the memory makes them: real seas rise faster than they fall, which this process does not know. Swell, wind and current are
//! not told apart.
//!
//! # Source
//! The Weibull law of wave heights and its normal scores as a first-order process: textbook (`monbet2007` reviews such models of the sea);
//! numbers are the scenario's, with their own evidence.

use crate::chance::Chance;
use crate::gaussian::{quantile, share_below};

/// Months of a year.
pub const MONTHS: usize = 12;
/// Days of each.
pub const DAYS: [usize; MONTHS] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/// Their names, short.
pub const NAMES: [&str; MONTHS] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// A step of the process, h.
pub const STEP: f64 = 3.0;
/// Steps of a day.
pub const STEPS_A_DAY: usize = 8;
/// Steps of a year.
pub const STEPS: usize = 365 * STEPS_A_DAY;

/// The month of each step of a year.
pub fn months() -> impl Iterator<Item = usize> {
    DAYS.iter().enumerate().flat_map(|(month, days)| std::iter::repeat_n(month, days * STEPS_A_DAY))
}

/// The sea of a place.
#[derive(Debug, Clone, PartialEq)]
pub struct SeaState {
    /// Scale of each month, m.
    pub scale: [f64; MONTHS],
    /// Shape of each month.
    pub shape: [f64; MONTHS],
    /// Memory of the scores, h.
    pub memory: f64,
    /// Share of the scores' variance that a whole year has in common.
    pub yearly: f64,
}

impl SeaState {
    /// The share of time in a month in which the sea stays below a height.
    pub fn share_below(&self, month: usize, height: f64) -> f64 {
        -(-(height / self.scale[month]).powf(self.shape[month])).exp_m1()
    }

    /// The same over a year.
    pub fn share_of_year_below(&self, height: f64) -> f64 {
        (0..MONTHS).map(|month| DAYS[month] as f64 / 365.0 * self.share_below(month, height)).sum()
    }

    /// The score at which the sea of a month stands at a height.
    pub fn score(&self, month: usize, height: f64) -> f64 {
        let above = (-(height / self.scale[month]).powf(self.shape[month])).exp();
        if above > 0.5 { quantile(1.0 - above) } else { -quantile(above) }
    }

    /// The height at a score.
    pub fn height(&self, month: usize, score: f64) -> f64 {
        self.scale[month] * (-share_below(-score).ln()).powf(1.0 / self.shape[month])
    }

    /// The mean height of a month, m.
    pub fn mean(&self, month: usize) -> f64 {
        self.scale[month] * gamma(1.0 + 1.0 / self.shape[month])
    }

    /// How alike two scores are that follow each other.
    pub fn correlation(&self) -> f64 {
        if self.memory > 0.0 { (-STEP / self.memory).exp() } else { 0.0 }
    }

    /// The scores of years one after the other, for a stream of chance.
    pub fn scores(&self, chance: Chance) -> Scores {
        let correlation = self.correlation();
        Scores {
            chance: chance.within(1),
            years: chance.within(2),
            correlation,
            fresh: (1.0 - correlation * correlation).sqrt(),
            weights: ((1.0 - self.yearly).sqrt(), self.yearly.sqrt()),
            state: chance.within(1).normal(0),
            drawn: 0,
        }
    }
}

/// The sea's scores, year after year.
#[derive(Debug, Clone)]
pub struct Scores {
    chance: Chance,
    years: Chance,
    correlation: f64,
    fresh: f64,
    weights: (f64, f64),
    state: f64,
    drawn: u64,
}

impl Scores {
    /// The scores of the next year.
    pub fn year(&mut self) -> Vec<f64> {
        let common = self.weights.1 * self.years.normal(self.drawn / STEPS as u64);
        (0..STEPS)
            .map(|_| {
                self.drawn += 1;
                self.state = self.correlation * self.state + self.fresh * self.chance.normal(self.drawn);
                self.weights.0 * self.state + common
            })
            .collect()
    }
}

/// Γ(x) for x ≥ 1: Stirling's series where it is good to rounding, then down by Γ(x) = Γ(x + 1)/x.
pub fn gamma(x: f64) -> f64 {
    let (mut above, mut product) = (x, 1.0);
    while above < 24.0 {
        product *= above;
        above += 1.0;
    }
    let square = above * above;
    let series = (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square) / above;
    ((above - 0.5) * above.ln() - above + 0.5 * (2.0 * std::f64::consts::PI).ln() + series).exp() / product
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sea(memory: f64, yearly: f64) -> SeaState {
        let scale = std::array::from_fn(|month| 2.0 + 0.1 * month as f64);
        SeaState { scale, shape: [1.8; MONTHS], memory, yearly }
    }

    #[test]
    fn gamma_is_the_factorial_and_knows_the_root_of_pi() {
        for (x, law) in [(1.0, 1.0), (2.0, 1.0), (5.0, 24.0), (1.5, std::f64::consts::PI.sqrt() / 2.0)] {
            assert!((gamma(x) / law - 1.0).abs() < 1e-13, "{x}: {}", gamma(x));
        }
    }

    #[test]
    fn scores_and_heights_are_each_others_inverse() {
        let sea = sea(48.0, 0.0);
        for month in 0..MONTHS {
            for height in [0.05, 0.5, 1.0, 2.0, 3.5, 6.0, 9.0] {
                assert!((sea.height(month, sea.score(month, height)) / height - 1.0).abs() < 1e-11, "{height}");
                let below = share_below(sea.score(month, height));
                assert!((below - sea.share_below(month, height)).abs() < 1e-13);
            }
        }
    }

    /// The law within the month, whatever the memory: mean and share below a height within four standard errors,
    /// counted over years that share nothing.
    #[test]
    fn every_month_keeps_its_own_law() {
        for memory in [0.0, 30.0, 90.0] {
            let sea = sea(memory, 0.1);
            let mut scores = sea.scores(Chance::of(5));
            let years = 300;
            let (mut below, mut mean) = (vec![[0.0; MONTHS]; years], vec![[0.0; MONTHS]; years]);
            for year in 0..years {
                for (month, score) in months().zip(scores.year()) {
                    let (height, steps) = (sea.height(month, score), (DAYS[month] * STEPS_A_DAY) as f64);
                    below[year][month] += if height < 2.0 { 1.0 / steps } else { 0.0 };
                    mean[year][month] += height / steps;
                }
            }
            for month in 0..MONTHS {
                for (found, law) in [(&below, sea.share_below(month, 2.0)), (&mean, sea.mean(month))] {
                    let count = years as f64;
                    let middle = found.iter().map(|year| year[month]).sum::<f64>() / count;
                    let spread = found.iter().map(|year| (year[month] - middle).powi(2)).sum::<f64>() / count;
                    // Neighbouring years hold hands through one night only.
                    assert!((middle - law).abs() < 4.0 * (spread / count).sqrt(), "{memory} {month}: {middle} {law}");
                }
            }
        }
    }

    /// Second route for the memory: how often the sea rises past its median, by the angle between neighbouring scores.
    #[test]
    fn the_sea_rises_past_its_median_as_often_as_its_memory_says() {
        let sea = sea(24.0, 0.0);
        let mut scores = sea.scores(Chance::of(9));
        let (mut before, mut risen, years) = (scores.clone().year()[0], 0usize, 200);
        for _ in 0..years {
            for score in scores.year() {
                risen += usize::from(before < 0.0 && score >= 0.0);
                before = score;
            }
        }
        let law = sea.correlation().acos() / (2.0 * std::f64::consts::PI) * STEPS as f64;
        assert!((risen as f64 / f64::from(years) / law - 1.0).abs() < 0.01, "{risen} {law}");
    }

    #[test]
    fn a_year_has_as_many_steps_as_its_months() {
        assert_eq!(months().count(), STEPS);
        assert_eq!(months().filter(|month| *month == 1).count(), 28 * STEPS_A_DAY);
    }
}

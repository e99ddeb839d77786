//! How the tax office lets a plant grow old.
//!
//! # Equation
//! Straight line: `1/N` of the cost in each of `N` years. Declining balance: `d_k = max(ρ b_k, b_k / (N − k))` of what is
//! left, `b_k = 1 − Σ_{j<k} d_j`: a share of the rest, and the straight line over the years left once that gives more.
//! Otherwise the shares of a table.
//!
//! # Symbols
//! `N` years, whole; `ρ` rate, 1/y, `2/N` in the double declining balance; `k` years since the first, from 0.
//!
//! # Holds for
//! Shares sum to one; what the life of the project cuts off is written off in its last year. Shares are of what was paid,
//! in the money of that day: inflation eats them.
//!
//! # Source
//! Tables of the modified accelerated cost recovery system, half-year convention: `data/economics/macrs.csv` (`irs946`).

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::YearlyRate;

/// Shares of the cost by year from the first year of production.
#[derive(Debug, Clone, PartialEq)]
pub struct Depreciation {
    shares: Vec<f64>,
}

#[derive(Clone, Copy)]
enum Plan {
    StraightLine,
    Declining,
    Table(usize),
}

impl Depreciation {
    /// Reads `depreciation` and the fields it asks for.
    pub fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let words = [
            ("straight-line", Plan::StraightLine),
            ("declining-balance", Plan::Declining),
            ("macrs-3", Plan::Table(3)),
            ("macrs-5", Plan::Table(5)),
            ("macrs-7", Plan::Table(7)),
            ("macrs-10", Plan::Table(10)),
            ("macrs-15", Plan::Table(15)),
            ("macrs-20", Plan::Table(20)),
        ];
        let plan = fields.word("depreciation", "how the plant is written off for tax", &words)?;
        if let Plan::Table(class) = plan {
            return Self::macrs(library, class)
                .map_err(|error| fields.refuse("depreciation", error.to_string(), ""))
                .ok();
        }
        let years = fields.count("depreciation_years", "years in which all is written off", 1..=100);
        if let Plan::StraightLine = plan {
            return Some(Self::straight_line(years?));
        }
        let about = "share of what is left that is written off each year; absent: two over the years, the double declining balance";
        let rate: Option<YearlyRate> = fields.may("depreciation_rate", about, 0.0..=1.0);
        let years = years?;
        Some(Self::declining_balance(rate.map_or(2.0 / years as f64, |rate| rate.0), years))
    }

    /// The same share for so many years.
    pub fn straight_line(years: usize) -> Self {
        Self { shares: vec![1.0 / years.max(1) as f64; years.max(1)] }
    }

    /// A share of what is left, and the straight line over the years left once that gives more.
    pub fn declining_balance(rate: f64, years: usize) -> Self {
        let mut left = 1.0_f64;
        let shares = (0..years.max(1)).map(|year| {
            let share = (rate * left).max(left / (years.max(1) - year) as f64).min(left);
            left -= share;
            share
        });
        Self { shares: shares.collect() }
    }

    /// The accelerated table of a class of property: 3, 5, 7, 10, 15 or 20 years.
    pub fn macrs(library: &Library, class: usize) -> Result<Self, Error> {
        let table = library.table("economics/macrs")?;
        let of_class = table.rows().filter(|row| row.number("class").is_some_and(|own| own as usize == class));
        let shares: Vec<f64> = of_class.filter_map(|row| row.number("share")).collect();
        Ok(Self { shares })
    }

    /// The share written off in a year of production (from 0) of a life of so many years.
    pub fn share(&self, year: usize, life: usize) -> f64 {
        let own = self.shares.get(year).copied().unwrap_or(0.0);
        if year + 1 == life {
            own + self.shares.iter().skip(life).sum::<f64>()
        } else if year < life {
            own
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_written_off_once() {
        let library = Library::builtin();
        let mut plans = vec![
            Depreciation::straight_line(10),
            Depreciation::declining_balance(0.2, 10),
            Depreciation::declining_balance(1.0, 3),
            Depreciation::declining_balance(0.0, 8),
        ];
        plans.extend([3, 5, 7, 10, 15, 20].map(|class| Depreciation::macrs(&library, class).unwrap()));
        for plan in plans {
            for life in [1, 4, 8, 10, 30] {
                let sum: f64 = (0..life + 3).map(|year| plan.share(year, life)).sum();
                assert!((sum - 1.0).abs() < 1e-9, "{life}: {sum} {plan:?}");
            }
        }
    }

    #[test]
    fn a_rate_of_nought_is_the_straight_line() {
        for (year, share) in Depreciation::declining_balance(0.0, 8).shares.iter().enumerate() {
            assert!((share - 0.125).abs() < 1e-12, "{year}");
        }
    }

    /// The tables are the law, counted in half years: half of the first year's share in the first year, and the balance
    /// (200 %, from 15 years on 150 %) or the straight line over what is left, whichever is more. They are printed to two
    /// digits of a per cent (three in the class of twenty), and their last places were shuffled so that they sum to a hundred.
    #[test]
    fn the_tables_are_the_declining_balance_in_half_years() {
        let library = Library::builtin();
        for class in [3, 5, 7, 10, 15, 20] {
            let table = Depreciation::macrs(&library, class).unwrap();
            let rate = if class < 15 { 2.0 } else { 1.5 } / class as f64;
            let mut left = 1.0;
            assert_eq!(table.shares.len(), class + 1);
            for (year, printed) in table.shares.iter().enumerate() {
                let years_left = class as f64 + 0.5 - year as f64;
                let share: f64 =
                    if year == 0 { rate / 2.0 } else { f64::max(rate * left, left / years_left.max(1.0)).min(left) };
                left -= share;
                assert!((share - printed).abs() < 1.01e-4, "{class}, year {}: {share} {printed}", year + 1);
            }
        }
    }
}

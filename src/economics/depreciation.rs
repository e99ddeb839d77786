//! How the tax office lets a plant grow old.
//!
//! # Equation
//! Straight line: `1/N` of the cost in each of `N` years; otherwise the shares of a table.
//!
//! # Symbols
//! `N` years, whole.
//!
//! # Holds for
//! Shares sum to one; what the life of the project cuts off is written off in its last year.
//!
//! # Source
//! Seven-year table: `data/economics/macrs7.csv` (`smerigan2025`).

use crate::error::Error;
use crate::library::Library;

/// Shares of the cost by year from the first year of production.
#[derive(Debug, Clone, PartialEq)]
pub struct Depreciation {
    shares: Vec<f64>,
}

impl Depreciation {
    /// The same share for so many years.
    pub fn straight_line(years: usize) -> Self {
        Self { shares: vec![1.0 / years.max(1) as f64; years.max(1)] }
    }

    /// The seven-year accelerated table.
    pub fn macrs7(library: &Library) -> Result<Self, Error> {
        let table = library.table("economics/macrs7")?;
        Ok(Self { shares: table.rows().filter_map(|row| row.number("share")).collect() })
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
        for plan in [Depreciation::straight_line(10), Depreciation::macrs7(&library).unwrap()] {
            for life in [1, 4, 8, 10, 30] {
                let sum: f64 = (0..life + 3).map(|year| plan.share(year, life)).sum();
                assert!((sum - 1.0).abs() < 1e-9, "{life}: {sum}");
            }
        }
    }
}

//! The years of the project: building, running up, working, giving back.
//!
//! # Equation
//! `F = −s_i T` in construction; in production
//! `F = ρR − ρV − X − yρR − σT − ΔW − t max(0, E − L)`, `E = ρR(1 − y) − ρV − X − σT − D`.
//!
//! # Symbols
//! `T` total plant cost; `R` revenue, `V` cost that stops with the plant, `X` cost that does not,
//! each of a full year; `ρ` share of full production; `y` royalty; `σ` sustaining capital, charged
//! against profit in its year, none in the last; `W` working capital, paid with the first year and
//! given back in the last; `D` depreciation, `L` losses carried forward without limit, `t` tax.
//!
//! # Holds for
//! Real money, no debt. Value is told at the start of construction.
//!
//! # Source
//! Textbook.

use super::study::Study;
use super::time_value::net_present_value;

/// The yearly amounts of full production, USD.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FullYear {
    /// Total plant cost (not yearly).
    pub capital: f64,
    /// Revenue.
    pub revenue: f64,
    /// Cost that stops with the plant.
    pub varying: f64,
    /// Cost that does not.
    pub fixed: f64,
}

/// One year.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Year {
    /// Capital, sustaining and working capital included, USD (positive is spent).
    pub capital: f64,
    /// Revenue, USD.
    pub revenue: f64,
    /// Operating cost, USD.
    pub operating: f64,
    /// Royalty, USD.
    pub royalty: f64,
    /// Tax, USD.
    pub tax: f64,
    /// Share of full production.
    pub production: f64,
}

impl Year {
    /// What is left, USD.
    pub fn net(&self) -> f64 {
        self.revenue - self.capital - self.operating - self.royalty - self.tax
    }

    /// All that is spent but tax, USD.
    pub fn spent(&self) -> f64 {
        self.capital + self.operating
    }
}

impl Study {
    /// The years of the project.
    pub fn years(&self, full: &FullYear) -> Vec<Year> {
        let mut years: Vec<Year> =
            self.construction.iter().map(|share| Year { capital: share * full.capital, ..Year::default() }).collect();
        let working = self.working_capital * full.capital;
        let mut losses = 0.0;
        for year in 0..self.life {
            let last = year + 1 == self.life;
            let production = self.ramp_up.get(year).copied().unwrap_or(1.0);
            let sustaining = if last { 0.0 } else { self.sustaining * full.capital };
            let moved = if year == 0 { working } else { 0.0 } - if last { working } else { 0.0 };
            let mut this = Year {
                capital: sustaining + moved,
                revenue: production * full.revenue,
                operating: production * full.varying + full.fixed,
                royalty: self.royalty * production * full.revenue,
                tax: 0.0,
                production,
            };
            let written_off = full.capital * self.depreciation.share(year, self.life);
            let profit = this.revenue - this.royalty - this.operating - sustaining - written_off - losses;
            losses = (-profit).max(0.0);
            this.tax = self.tax * profit.max(0.0);
            years.push(this);
        }
        years
    }

    /// Present value of something of each year.
    pub fn present(&self, years: &[Year], of: impl Fn(&Year) -> f64) -> f64 {
        let flows: Vec<f64> = years.iter().map(of).collect();
        net_present_value(&flows, self.rate, self.timing)
    }

    /// The factor on revenue at which the value after tax is zero; `None` without revenue.
    pub fn break_even(&self, full: &FullYear) -> Option<f64> {
        if full.revenue <= 0.0 {
            return None;
        }
        let value = |factor: f64| {
            let years = self.years(&FullYear { revenue: factor * full.revenue, ..*full });
            self.present(&years, Year::net)
        };
        let (mut low, mut high) = (0.0, 1.0);
        while value(high) < 0.0 {
            low = high;
            high *= 2.0;
            if high > 1e9 {
                return None;
            }
        }
        for _ in 0..100 {
            let middle = f64::midpoint(low, high);
            if value(middle) < 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }
}

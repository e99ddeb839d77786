//! Rising prices: money of one day in the money of another.
//!
//! # Equation
//! `A = a (1 + g)^t`, real `= A / (1 + π)^t`; `1 + r = (1 + n) / (1 + π)`.
//!
//! # Symbols
//! `a` an amount in money of the money year, `A` in money of its day, `t` years later; `g` yearly rise of its price, `π` of
//! prices in general; `r` real rate, `n` nominal rate.
//!
//! # Holds for
//! Steady rises. Where every price rises with the rest, nothing real changes but what is fixed in old money: depreciation and
//! debt.
//!
//! # Source
//! Textbook.

use crate::fields::Fields;
use crate::quantity::YearlyRate;

/// How prices rise, each nominal, 1/y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inflation {
    /// Prices in general.
    pub general: f64,
    /// Of plant and machines.
    pub capital: f64,
    /// Of what it takes to work.
    pub operating: f64,
    /// Of what is sold.
    pub revenue: f64,
}

impl Inflation {
    /// Reads `[inflation]`; is the discount rate nominal?
    pub fn read(fields: &mut Fields<'_>) -> Option<(Self, bool)> {
        let range = -0.2..=1.0;
        let general: Option<YearlyRate> = fields.need("general", "yearly rise of prices in general", range.clone());
        let other = |fields: &mut Fields<'_>, key: &'static str, about: &str| -> Option<f64> {
            fields.may::<YearlyRate>(key, about, range.clone()).map(|rate| rate.0)
        };
        let capital = other(fields, "capital", "of plant and machines; absent: as prices in general");
        let operating = other(fields, "operating", "of operating cost; absent: as prices in general");
        let revenue = other(fields, "revenue", "of what is sold; absent: as prices in general");
        let nominal = fields.word(
            "discount_rate_is",
            "is the discount rate real or nominal",
            &[("real", false), ("nominal", true)],
        );
        let general = general?.0;
        let inflation = Self {
            general,
            capital: capital.unwrap_or(general),
            operating: operating.unwrap_or(general),
            revenue: revenue.unwrap_or(general),
        };
        Some((inflation, nominal?))
    }
}

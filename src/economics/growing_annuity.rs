//! A whole project as four growing annuities: the convention of PrOMMiS.
//!
//! # Equation
//! With `P/A` of [`super::finance::time_value`], construction shares `s_i`, `i = 1 … n`, and life `L`:
//! `PV_capital = −Σ s_i C [P/A(r, g_c, i) − P/A(r, g_c, i − 1)]`,
//! `PV_loan = f C [P/A(r, 0, N) / P/A(r_l, 0, N) − 1]`, counted against the project,
//! `PV_opex = −O [P/A(r, g_o, L + n) − P/A(r, g_o, n)]`, revenue likewise with `+`,
//! tax likewise with no growth; `NPV` is their sum.
//!
//! # Symbols
//! `C` capital; `O` operating cost, `R` revenue, `T` tax, each a year; `r` discount rate; `r_l`
//! loan rate over `N` years; `f` share borrowed; `g` growth rates.
//!
//! # Holds for
//! A flat year repeated. The loan term is an interest penalty on capital that stays counted as
//! own money: it is negative when `r > r_l`, where borrowed money in a textbook cash flow would
//! gain; the textbook value, `f C [1 − P/A(r,0,N)/P/A(r_l,0,N)]`, is given beside it.
//!
//! # Source
//! `prommis2026`, costing module, commit 9beba554.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Duration, Fraction, Money, MoneyRate, YearlyRate};
use crate::unit::{Case, Kind, Reading};

use super::finance::time_value::present_value_of_annuity;

/// Hours in the year of the quantity words.
pub(super) const YEAR_HOURS: f64 = 8760.0;

/// The terms of the convention.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// Discount rate, 1/y.
    pub rate: f64,
    /// Years of production.
    pub life: f64,
    /// Share of capital spent in each year of construction.
    pub construction: Vec<f64>,
    /// Growth of capital cost, 1/y.
    pub capital_growth: f64,
    /// Share of capital borrowed.
    pub loan_share: f64,
    /// Interest, 1/y.
    pub loan_rate: f64,
    /// Years of repayment.
    pub loan_years: f64,
    /// Growth of operating cost, 1/y.
    pub opex_growth: f64,
    /// Growth of revenue, 1/y.
    pub revenue_growth: f64,
}

/// The four present values and the tax, all in the unit of what was put in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Values {
    /// Of the capital (negative).
    pub capital: f64,
    /// Of the loan, in this convention.
    pub loan: f64,
    /// Of the operating cost (negative).
    pub opex: f64,
    /// Of the revenue.
    pub revenue: f64,
    /// Of the tax (negative or zero).
    pub tax: f64,
    /// Of the loan, as a textbook cash flow has it.
    pub textbook_loan: f64,
}

impl Values {
    /// Net present value.
    pub fn net(&self) -> f64 {
        self.capital + self.loan + self.opex + self.revenue + self.tax
    }
}

impl Terms {
    /// Reads the terms.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let any = -0.5..=1.0;
        let rate: Option<YearlyRate> = fields.need("discount_rate", "discount rate", 0.0..=1.0);
        let life: Option<Duration> = fields.need("life", "years of production", YEAR_HOURS..=YEAR_HOURS * 200.0);
        let construction: Option<Vec<Fraction>> =
            fields.list("construction", "share of the capital spent in each year of construction", 0.0..=1.0);
        let capital_growth: Option<YearlyRate> =
            fields.need("capital_growth", "yearly growth of capital cost", any.clone());
        let loan_share: Option<Fraction> = fields.need("loan_share", "share of the capital borrowed", 0.0..=1.0);
        let loan_rate: Option<YearlyRate> = fields.need("loan_rate", "interest", 0.0..=1.0);
        let loan_years: Option<Duration> =
            fields.need("loan_years", "years of repayment", YEAR_HOURS..=YEAR_HOURS * 100.0);
        let opex_growth: Option<YearlyRate> =
            fields.need("opex_growth", "yearly growth of operating cost", any.clone());
        let revenue_growth: Option<YearlyRate> = fields.need("revenue_growth", "yearly growth of revenue", any);
        Some(Self {
            rate: rate?.0,
            life: life?.0 / YEAR_HOURS,
            construction: construction?.iter().map(|share| share.0).collect(),
            capital_growth: capital_growth?.0,
            loan_share: loan_share?.0,
            loan_rate: loan_rate?.0,
            loan_years: loan_years?.0 / YEAR_HOURS,
            opex_growth: opex_growth?.0,
            revenue_growth: revenue_growth?.0,
        })
    }

    /// The present values of a capital and three yearly amounts.
    pub fn values(&self, capital: f64, opex: f64, revenue: f64, tax: f64) -> Values {
        let years = self.construction.len() as f64;
        let stretch = |growth: f64, from: f64, to: f64| {
            present_value_of_annuity(self.rate, growth, to) - present_value_of_annuity(self.rate, growth, from)
        };
        let spent: f64 = self
            .construction
            .iter()
            .enumerate()
            .map(|(year, share)| share * stretch(self.capital_growth, year as f64, year as f64 + 1.0))
            .sum();
        let held = present_value_of_annuity(self.rate, 0.0, self.loan_years)
            / present_value_of_annuity(self.loan_rate, 0.0, self.loan_years);
        let debt = self.loan_share * capital;
        let works = |growth: f64| stretch(growth, years, years + self.life);
        Values {
            capital: -capital * spent,
            loan: debt * (held - 1.0),
            opex: -opex * works(self.opex_growth),
            revenue: revenue * works(self.revenue_growth),
            tax: -tax * works(0.0),
            textbook_loan: debt * (1.0 - held),
        }
    }
}

/// The readings every case of this convention gives, in MUSD.
pub(super) fn readings(values: &Values, unit: f64) -> Vec<Reading> {
    let reading = |name: &str, value: f64| Reading::new(name, value / unit, "MUSD");
    vec![
        reading("present value of capital", values.capital),
        reading("present value of loan", values.loan),
        reading("present value of operating cost", values.opex),
        reading("present value of revenue", values.revenue),
        reading("present value of tax", values.tax),
        reading("NPV", values.net()),
        reading("NPV with the loan as a cash flow", values.net() - values.loan + values.textbook_loan),
    ]
}

/// A project given by four amounts.
#[derive(Debug)]
struct Project {
    terms: Terms,
    capital: f64,
    opex: f64,
    revenue: f64,
    tax: f64,
}

/// Net present value by growing annuities.
pub const CASE: Kind<dyn Case> = Kind {
    name: "growing-annuity-npv",
    about: "Net present value of a flat project by growing annuities, as PrOMMiS counts it",
    sources: &["prommis2026"],
    read,
};

fn read(fields: &mut Fields<'_>, _library: &Library) -> Option<Box<dyn Case>> {
    let terms = Terms::read(fields);
    let capital: Option<Money> = fields.need("capital", "installed capital", 0.0..=1e13);
    let opex: Option<MoneyRate> = fields.need("operating_cost", "operating cost", 0.0..=1e10);
    let revenue: Option<MoneyRate> = fields.need("revenue", "revenue", 0.0..=1e10);
    let tax: Option<MoneyRate> = fields.may("tax", "tax; absent means none", 0.0..=1e10);
    Some(Box::new(Project {
        terms: terms?,
        capital: capital?.0,
        opex: opex?.0 * YEAR_HOURS,
        revenue: revenue?.0 * YEAR_HOURS,
        tax: tax.map_or(0.0, |tax| tax.0 * YEAR_HOURS),
    }))
}

impl Case for Project {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        Ok(readings(&self.terms.values(self.capital, self.opex, self.revenue, self.tax), 1e6))
    }
}

#[cfg(test)]
mod tests {
    use super::super::finance::time_value::{Timing, net_present_value};
    use super::*;

    fn terms() -> Terms {
        Terms {
            rate: 0.1,
            life: 20.0,
            construction: vec![0.1, 0.6, 0.3],
            capital_growth: 0.0,
            loan_share: 0.0,
            loan_rate: 0.06,
            loan_years: 10.0,
            opex_growth: 0.0,
            revenue_growth: 0.0,
        }
    }

    /// Without growth it is the plain cash flow, discounted at year ends.
    #[test]
    fn without_growth_it_is_the_cash_flow() {
        let flows: Vec<f64> = [10.0, 60.0, 30.0].iter().map(|c| -c).chain([25.0; 20]).collect();
        let whole = terms().values(100.0, 15.0, 40.0, 0.0).net();
        assert!((whole - net_present_value(&flows, 0.1, Timing::End)).abs() < 1e-9);
    }

    #[test]
    fn a_loan_at_the_discount_rate_changes_nothing() {
        let terms = Terms { loan_share: 0.5, loan_rate: 0.1, ..terms() };
        assert!(terms.values(100.0, 0.0, 0.0, 0.0).loan.abs() < 1e-12);
    }
}

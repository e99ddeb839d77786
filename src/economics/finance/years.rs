//! The years of the project: building, running up, working, giving back, closing.
//!
//! # Equation
//! `F = −s_i T` in construction; in production
//! `F = ρR − ρV − X − yρR − S − ΔW − t P_t`, `P = ρR(1 − y) − ρV − X − S − D − Q`; then `F = −K/n` in closing.
//! To the owners: `F + A − S_l − t (P'_t − P_t)`, with the loan's interest set against `P'`.
//!
//! # Symbols
//! `T` total plant cost; `R` revenue, `V` cost that stops with the plant, `X` cost that does not, each of a full year; `ρ`
//! share of full production; `y` royalty; `S` sustaining capital, charged against profit in its year, none in the last; `W`
//! working capital and what is locked in the circuit, held in step with prices, given back in the last year; `D`
//! depreciation; `Q` closing cost set aside; `P_t` profit after losses of other years ([`super::losses`]), `t` tax; `K` closing
//! cost, spent in `n` years; `A` drawn and `S_l` paid on the loan ([`super::debt`]).
//!
//! # Holds for
//! Everything is worked out in the money of its day and told in that of the money year. Value is told before the loan, and
//! to the owners where there is one.
//!
//! # Source
//! Textbook.

use super::Finance;
use super::debt::LoanYear;
use super::losses::Losses;

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

/// A year of production, money of the money year.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Operation {
    /// Revenue.
    pub revenue: f64,
    /// Operating cost.
    pub operating: f64,
    /// Sustaining capital.
    pub sustaining: f64,
    /// Share of full production.
    pub production: f64,
}

/// What the terms are applied to, money of the money year.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// Total plant cost.
    pub capital: f64,
    /// Held while the plant works.
    pub working: f64,
    /// Share of it that comes back.
    pub returned: f64,
    /// The years of production.
    pub years: Vec<Operation>,
}

/// One year, money of the money year.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Year {
    /// Capital, sustaining and working capital and closing included, USD (positive is spent).
    pub capital: f64,
    /// Revenue, USD.
    pub revenue: f64,
    /// Operating cost, USD.
    pub operating: f64,
    /// Royalty, USD.
    pub royalty: f64,
    /// Tax as without a loan, USD.
    pub tax: f64,
    /// Share of full production.
    pub production: f64,
    /// What the loan brings the owners, less what it takes, tax included, USD.
    pub loan: f64,
    /// Prices in general, over those of the money year.
    pub level: f64,
}

impl Year {
    /// What is left before any loan, USD.
    pub fn net(&self) -> f64 {
        self.revenue - self.capital - self.operating - self.royalty - self.tax
    }

    /// What is left to the owners, USD.
    pub fn to_owners(&self) -> f64 {
        self.net() + self.loan
    }

    /// All that is spent but tax, USD.
    pub fn spent(&self) -> f64 {
        self.capital + self.operating
    }
}

/// Price levels of a year over the money year.
struct Levels {
    general: f64,
    capital: f64,
    operating: f64,
    revenue: f64,
}

impl Finance {
    fn levels(&self, at: usize, money_year: usize) -> Levels {
        let Some(inflation) = self.inflation else {
            return Levels { general: 1.0, capital: 1.0, operating: 1.0, revenue: 1.0 };
        };
        let gap = self.starts.map_or(0.0, |starts| starts as f64 - money_year as f64);
        let time = gap + at as f64 + self.timing.offset();
        let grown = |rate: f64| (1.0 + rate).powf(time);
        Levels {
            general: grown(inflation.general),
            capital: grown(inflation.capital),
            operating: grown(inflation.operating),
            revenue: grown(inflation.revenue),
        }
    }

    /// The years of production of a plant whose full year is given, with each year's prices over those of today.
    pub fn operations(&self, full: &FullYear, prices: impl Fn(usize) -> f64) -> Vec<Operation> {
        (0..self.life)
            .map(|year| {
                let production = self.ramp_up.get(year).copied().unwrap_or(1.0);
                Operation {
                    revenue: production * full.revenue * prices(year),
                    operating: production * full.varying + full.fixed,
                    sustaining: if year + 1 == self.life { 0.0 } else { self.sustaining * full.capital },
                    production,
                }
            })
            .collect()
    }

    /// The years of a project.
    pub fn years(&self, project: &Project, money_year: usize) -> Vec<Year> {
        let built = self.construction.len();
        let life = project.years.len();
        let mut years = Vec::with_capacity(built + life + self.closure.map_or(0, |closure| closure.years));
        let mut spent = Vec::with_capacity(built);
        for (at, share) in self.construction.iter().enumerate() {
            let levels = self.levels(at, money_year);
            let nominal = share * project.capital * levels.capital;
            spent.push(nominal);
            years.push(Year { capital: nominal / levels.general, level: levels.general, ..Year::default() });
        }
        let to_write_off: f64 = spent.iter().sum();
        let loan: Vec<LoanYear> = self.debt.as_ref().map_or_else(Vec::new, |debt| debt.years(&spent, life));
        let closing = self.closure.map_or(0.0, |closure| closure.share * project.capital);
        let set_aside = if self.closure.is_some_and(|closure| closure.provided) { closing / life as f64 } else { 0.0 };
        let (mut alone, mut lent) = (Losses::new(self.losses), Losses::new(self.losses));
        for (at, year) in years.iter_mut().enumerate() {
            if let Some(of_loan) = loan.get(at) {
                lent.taxed(at, -of_loan.interest);
                year.loan = (of_loan.drawn - of_loan.paid) / year.level;
            }
        }
        let mut held = 0.0;
        for (year, of) in project.years.iter().enumerate() {
            let (at, last) = (built + year, year + 1 == life);
            let levels = self.levels(at, money_year);
            let revenue = of.revenue * levels.revenue;
            let operating = of.operating * levels.operating;
            let sustaining = of.sustaining * levels.capital;
            let royalty = self.royalty * revenue;
            let holds = project.working * levels.general;
            let back = if last { project.returned * holds } else { 0.0 };
            let moved = holds - held - back;
            held = holds;
            let written_off = to_write_off * self.depreciation.share(year, life);
            let profit = revenue - royalty - operating - sustaining - written_off - set_aside * levels.general;
            let tax = self.tax * alone.taxed(at, profit);
            let of_loan = loan.get(at).copied().unwrap_or_default();
            let relief = if loan.is_empty() { 0.0 } else { tax - self.tax * lent.taxed(at, profit - of_loan.interest) };
            let real = |nominal: f64| nominal / levels.general;
            years.push(Year {
                capital: real(sustaining + moved),
                revenue: real(revenue),
                operating: real(operating),
                royalty: real(royalty),
                tax: real(tax),
                production: of.production,
                loan: real(of_loan.drawn - of_loan.paid + relief),
                level: levels.general,
            });
        }
        if let Some(closure) = self.closure {
            for year in 0..closure.years {
                let levels = self.levels(built + life + year, money_year);
                let nominal = closing / closure.years as f64 * levels.capital;
                years.push(Year { capital: nominal / levels.general, level: levels.general, ..Year::default() });
            }
        }
        years
    }
}

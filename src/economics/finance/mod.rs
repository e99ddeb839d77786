//! How a project is built, taxed, lent to and valued: the choices that turn yearly amounts into a value.

pub mod debt;
pub mod depreciation;
pub mod inflation;
pub mod losses;
pub mod rate_of_return;
pub mod stated_flows;
pub mod time_value;
mod years;

pub use years::{FullYear, Operation, Project, Year};

use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Duration, Fraction, YearlyRate};

use super::growing_annuity::YEAR_HOURS;
use debt::Debt;
use depreciation::Depreciation;
use inflation::Inflation;
use losses::LossRule;
use time_value::{Timing, net_present_value, present_value_of_annuity};

/// What closing costs, and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Closure {
    /// Share of the capital.
    pub share: f64,
    /// Years after the last of production over which it is spent.
    pub years: usize,
    /// Is it set against profits in equal parts while the plant works, or not at all?
    pub provided: bool,
}

/// The terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Finance {
    /// Calendar year in which building begins.
    pub starts: Option<usize>,
    /// Calendar year whose beginning the value is told for; that in which building begins when `None`.
    pub valued: Option<usize>,
    /// Share of the capital spent in each year of construction.
    pub construction: Vec<f64>,
    /// Share of full production in the first years.
    pub ramp_up: Vec<f64>,
    /// Years of production.
    pub life: usize,
    /// Real discount rate, 1/y.
    pub rate: f64,
    /// When in its year a flow is counted.
    pub timing: Timing,
    /// On profit.
    pub tax: f64,
    /// Of revenue.
    pub royalty: f64,
    /// How the plant is written off.
    pub depreciation: Depreciation,
    /// Share of the capital held as working capital.
    pub working_capital: f64,
    /// Share of the capital spent each year of production but the last.
    pub sustaining: f64,
    /// How prices rise.
    pub inflation: Option<Inflation>,
    /// The loan.
    pub debt: Option<Debt>,
    /// Losses carried forward.
    pub losses: LossRule,
    /// What closing costs.
    pub closure: Option<Closure>,
}

/// Reads the shares of a list that must sum to one.
fn whole(fields: &mut Fields<'_>, key: &'static str, about: &str) -> Option<Vec<f64>> {
    let shares: Vec<Fraction> = fields.list(key, about, 0.0..=1.0)?;
    let shares: Vec<f64> = shares.iter().map(|share| share.0).collect();
    let sum: f64 = shares.iter().sum();
    if (sum - 1.0).abs() > 1e-6 {
        fields.refuse(key, format!("the shares sum to {sum:.4}, not 1"), "[\"10 %\", \"60 %\", \"30 %\"]");
        return None;
    }
    Some(shares)
}

impl Finance {
    /// Reads the terms; what cannot be had without a plant is left to the caller.
    pub fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let share = |fields: &mut Fields<'_>, key: &'static str, about: &str| -> Option<f64> {
            fields.need::<Fraction>(key, about, 0.0..=2.0).map(|share| share.0)
        };
        let starts = fields.may_count(
            "starts",
            "calendar year in which building begins; absent: years are counted from 1",
            1900..=2300,
        );
        let valued = fields.may_count(
            "valued",
            "the value is told for the beginning of this year; absent: when building begins",
            1900..=2300,
        );
        if let (Some(valued), None) = (valued, starts) {
            let what = format!("a value at the beginning of {valued}, and no year in which building begins");
            fields.refuse("valued", what, format!("starts = {valued}"));
        }
        let construction = whole(fields, "construction", "share of the capital spent in each year of construction");
        let ramp_up: Option<Vec<Fraction>> =
            fields.list("ramp_up", "share of full production in the first years; [] for none", 0.0..=1.0);
        let life: Option<Duration> = fields.need("life", "years of production", YEAR_HOURS..=200.0 * YEAR_HOURS);
        let rate: Option<YearlyRate> =
            fields.need("discount_rate", "discount rate, real unless [inflation] says otherwise", 0.0..=1.0);
        let timing = Timing::read(fields);
        let tax = share(fields, "tax", "on profit after depreciation and losses carried forward");
        let royalty = share(fields, "royalty", "of revenue");
        let depreciation = Depreciation::read(fields, library);
        let working_capital = share(fields, "working_capital", "of total plant cost, given back at the end");
        let sustaining = share(fields, "sustaining_capital", "of total plant cost, each year of production");
        let inflation =
            fields.may_table("inflation", "how prices rise; absent: real money throughout").map(|mut table| {
                let read = Inflation::read(&mut table);
                table.finish();
                read
            });
        let debt = fields.may_table("debt", "a loan; absent: none").map(|mut table| {
            let read = Debt::read(&mut table);
            table.finish();
            read
        });
        let losses = fields.may_table("losses", "limits on losses carried forward; absent: none").map_or_else(
            LossRule::default,
            |mut table| {
                let read = LossRule::read(&mut table);
                table.finish();
                read
            },
        );
        let closure =
            fields.may_table("closure", "what closing costs; absent: nothing, which is said").map(|mut table| {
                let cost = share(&mut table, "cost", "of total plant cost");
                let years = table.count("years", "after the last of production, over which it is spent", 1..=50);
                let provided = table.word(
                    "for_tax",
                    "set against profits in equal parts while the plant works, or never",
                    &[("provided", true), ("never", false)],
                );
                table.finish();
                Some(Closure { share: cost?, years: years?, provided: provided? })
            });
        let (inflation, nominal) = match inflation {
            Some(read) => read.map(|(inflation, nominal)| (Some(inflation), nominal))?,
            None => (None, false),
        };
        let stated = rate?.0;
        let rate = match inflation {
            Some(Inflation { general, .. }) if nominal => (1.0 + stated) / (1.0 + general) - 1.0,
            _ => stated,
        };
        Some(Self {
            starts,
            valued,
            construction: construction?,
            ramp_up: ramp_up?.iter().map(|share| share.0).collect(),
            life: (life?.0 / YEAR_HOURS).round().max(1.0) as usize,
            rate,
            timing: timing?,
            tax: tax?,
            royalty: royalty?,
            depreciation: depreciation?,
            working_capital: working_capital?,
            sustaining: sustaining?,
            inflation,
            debt: match debt {
                Some(read) => Some(read?),
                None => None,
            },
            losses,
            closure: match closure {
                Some(read) => Some(read?),
                None => None,
            },
        })
    }

    /// Years from the day the value is told for to the first day of building.
    fn wait(&self) -> f64 {
        self.starts.zip(self.valued).map_or(0.0, |(starts, valued)| starts as f64 - valued as f64)
    }

    /// Present value of yearly amounts in real money.
    pub fn present_value(&self, flows: &[f64]) -> f64 {
        net_present_value(flows, self.rate, self.timing) / (1.0 + self.rate).powf(self.wait())
    }

    /// Present value of something of each year.
    pub fn present(&self, years: &[Year], of: impl Fn(&Year) -> f64) -> f64 {
        let flows: Vec<f64> = years.iter().map(of).collect();
        self.present_value(&flows)
    }

    /// What a flow of year `at` is multiplied with to be told as a present value.
    pub fn discount(&self, at: usize) -> f64 {
        (1.0 + self.rate).powf(-(at as f64 + self.timing.offset() + self.wait()))
    }

    /// The year as it is printed: of the calendar, or counted from one.
    pub fn calendar(&self, at: usize) -> f64 {
        self.starts.map_or(at as f64 + 1.0, |starts| (starts + at) as f64)
    }

    /// Yearly charge on capital: the annuity of what is spent in the years of construction, and what sustains it, 1/y.
    pub fn charge(&self) -> f64 {
        let years = self.construction.len();
        let grown = |(year, share): (usize, &f64)| share * (1.0 + self.rate).powf((years - 1 - year) as f64);
        let built: f64 = self.construction.iter().enumerate().map(grown).sum();
        built / present_value_of_annuity(self.rate, 0.0, self.life as f64) + self.sustaining
    }

    /// How the value is told: discounting, rate, day.
    pub fn words(&self) -> String {
        let day = match self.valued.or(self.starts) {
            Some(year) => format!("the beginning of {year}"),
            None => "the start of construction".to_owned(),
        };
        format!(
            "{} discounting at {} %/y real from {day}",
            self.timing.word(),
            crate::quantity::figures(100.0 * self.rate, 3)
        )
    }
}

/// The least `x` from nought up at which a rising value is not below nought; `None` when none up to `10⁹` is.
pub fn least_that_pays(value: impl Fn(f64) -> f64) -> Option<f64> {
    let (mut low, mut high) = (0.0, 1.0);
    let (mut below, mut above) = (value(low), value(high));
    if below >= 0.0 {
        return Some(0.0);
    }
    while above < 0.0 {
        (low, below) = (high, above);
        high *= 2.0;
        if high > 1e9 {
            return None;
        }
        above = value(high);
    }
    // The value is made of straight pieces: the chord finds the root in a few steps, halving where it does not.
    for step in 0..200 {
        let chord = low - below * (high - low) / (above - below);
        let next = if step % 3 == 2 { f64::midpoint(low, high) } else { chord.clamp(low, high) };
        let here = value(next);
        if here < 0.0 {
            (low, below) = (next, here);
        } else {
            (high, above) = (next, here);
        }
        if here == 0.0 || high - low <= 4.0 * f64::EPSILON * high {
            break;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests;

//! A study seen from its headline: capital, then blocks of equal years.
//!
//! # Equation
//! `F = −C s_i` in the years of construction, then in each year of a block
//! `F = E − t max(0, E − D)`, `E = R − O` and `D` the depreciation of that year.
//!
//! # Symbols
//! `C` capital; `s_i` construction shares; `R` revenue, `O` operating cost, `E` operating
//! result, each a year; `t` tax rate. Money in the study's own currency.
//!
//! # Holds for
//! No ramp-up, no sustaining capital, no working capital unless written into the blocks: it
//! mostly overstates what studies publish, by tens of per cent. It is a check of their
//! arithmetic, not a forecast.
//!
//! # Source
//! Textbook.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Number, YearlyRate};
use crate::unit::{Case, Kind, Reading};

use super::finance::depreciation::Depreciation;
use super::finance::rate_of_return::{payback, rate_of_return};
use super::finance::time_value::{Timing, net_present_value};

#[derive(Debug)]
struct Flat {
    capital: f64,
    construction: Vec<f64>,
    blocks: Vec<(usize, f64)>,
    rate: f64,
    timing: Timing,
    tax: f64,
    depreciation: Depreciation,
    yearly_feed: Option<f64>,
}

/// A flat cash flow.
pub const CASE: Kind<dyn Case> = Kind {
    name: "flat-cash-flow",
    about: "Capital spread over construction, then blocks of equal years: NPV, IRR, payback",
    sources: &[],
    read,
};

fn read(fields: &mut Fields<'_>, _library: &Library) -> Option<Box<dyn Case>> {
    let capital: Option<Number> = fields.need("capital", "capital, in millions of the study's currency", 0.0..=1e9);
    let construction: Option<Vec<Fraction>> =
        fields.list("construction", "share of the capital in each year of construction", 0.0..=1.0);
    let rate: Option<YearlyRate> = fields.need("discount_rate", "discount rate", 0.0..=1.0);
    let timing = Timing::read(fields);
    let tax: Option<Fraction> = fields.may("tax", "tax on profit; absent means before tax", 0.0..=1.0);
    let years = if fields.has("depreciation_years") {
        fields.count("depreciation_years", "years of straight-line depreciation", 1..=100)
    } else {
        Some(1)
    };
    let feed: Option<Number> =
        fields.may("feed_per_year", "millions of tonnes fed a year; absent: no cost per tonne is told", 1e-9..=1e6);
    let mut blocks = Vec::new();
    let mut complete = true;
    for mut block in fields.may_tables("block", "years alike: `years`, `revenue`, `operating_cost`") {
        let span = block.count("years", "how many", 1..=500);
        let revenue: Option<Number> = block.need("revenue", "revenue a year, millions", -1e9..=1e9);
        let cost: Option<Number> = block.need("operating_cost", "operating cost a year, millions", -1e9..=1e9);
        block.finish();
        match (span, revenue, cost) {
            (Some(span), Some(revenue), Some(cost)) => blocks.push((span, revenue.0 - cost.0)),
            _ => complete = false,
        }
    }
    if !complete {
        return None;
    }
    Some(Box::new(Flat {
        capital: capital?.0,
        construction: construction?.iter().map(|share| share.0).collect(),
        blocks,
        rate: rate?.0,
        timing: timing?,
        tax: tax.map_or(0.0, |tax| tax.0),
        depreciation: Depreciation::straight_line(years?),
        yearly_feed: feed.map(|feed| feed.0),
    }))
}

impl Flat {
    fn flows(&self) -> Vec<f64> {
        let life = self.blocks.iter().map(|(years, _)| years).sum();
        let mut flows: Vec<f64> = self.construction.iter().map(|share| -share * self.capital).collect();
        let earned = self.blocks.iter().flat_map(|&(years, result)| std::iter::repeat_n(result, years));
        flows.extend(earned.enumerate().map(|(year, result)| {
            let written_off = self.capital * self.depreciation.share(year, life);
            result - self.tax * (result - written_off).max(0.0)
        }));
        flows
    }
}

impl Case for Flat {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let flows = self.flows();
        let npv = net_present_value(&flows, self.rate, self.timing);
        let mut readings = vec![Reading::new("NPV", npv, "million")];
        readings.extend(rate_of_return(&flows).rate().map(|rate| Reading::new("IRR", 100.0 * rate, "%")));
        readings.extend(payback(&flows).map(|years| Reading::new("payback", years, "y")));
        // The yearly cost, on top of what is counted, that would bring the value to zero.
        let life: usize = self.blocks.iter().map(|(years, _)| years).sum();
        let built = self.construction.len();
        let ones: Vec<f64> = (0..built + life).map(|year| f64::from(u8::from(year >= built))).collect();
        let bearable = npv / net_present_value(&ones, self.rate, self.timing);
        let undiscounted = flows.iter().sum::<f64>() / life as f64;
        readings.push(Reading::new("bearable yearly cost", bearable, "million/y"));
        readings.push(Reading::new("bearable yearly cost, undiscounted", undiscounted, "million/y"));
        if let Some(feed) = self.yearly_feed {
            readings.push(Reading::new("bearable cost per tonne fed", bearable / feed, "1/t"));
            readings.push(Reading::new("bearable cost per tonne fed, undiscounted", undiscounted / feed, "1/t"));
        }
        Ok(readings)
    }
}

//! The value today of money at other times.
//!
//! # Equation
//! `NPV = Σ F_k / (1 + r)^(k + o)`, with the offset `o` 0 for flows at the start of each
//! year, ½ for mid-year, 1 for end-year flows;
//! `P/A(r, g, N) = (1 − (1 + g)^N (1 + r)^−N) / (r − g)`, and `N / (1 + r)` where `r = g`.
//!
//! # Symbols
//! `F_k` net flow of year `k`, counted from 0; `r` discount rate, 1/y; `g` growth of the flow,
//! 1/y; `N` number of years; `P/A` present value of a growing yearly flow that is 1 in the
//! money of year 0, the first after one year with growth begun.
//!
//! # Holds for
//! `r > −1`. Real flows ask for a real rate, nominal flows for a nominal one.
//!
//! # Source
//! Textbook; the growing form as PrOMMiS writes it (`prommis2026`).

use crate::fields::Fields;

/// When in its year a flow falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// At its start.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

impl Timing {
    /// Years from the start of the year to the flow.
    pub fn offset(self) -> f64 {
        match self {
            Timing::Start => 0.0,
            Timing::Middle => 0.5,
            Timing::End => 1.0,
        }
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Timing::Start => "start-year",
            Timing::Middle => "mid-year",
            Timing::End => "end-year",
        }
    }

    /// Reads the field `discounting`.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let words = [Timing::Start, Timing::Middle, Timing::End].map(|timing| (timing.word(), timing));
        fields.word("discounting", "when in its year a flow is counted", &words)
    }
}

/// Net present value of yearly flows.
pub fn net_present_value(flows: &[f64], rate: f64, timing: Timing) -> f64 {
    let step = 1.0 / (1.0 + rate);
    let mut discount = step.powf(timing.offset());
    let mut sum = 0.0;
    for flow in flows {
        sum += flow * discount;
        discount *= step;
    }
    sum
}

/// Present value of a growing yearly flow of 1.
pub fn present_value_of_annuity(rate: f64, growth: f64, years: f64) -> f64 {
    let difference = rate - growth;
    if difference.abs() < 1e-12 {
        return years / (1.0 + rate);
    }
    (1.0 - ((1.0 + growth) / (1.0 + rate)).powf(years)) / difference
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_annuity_is_the_sum_of_its_payments() {
        let sum = net_present_value(&[1.0; 20], 0.08, Timing::End);
        assert!((sum - present_value_of_annuity(0.08, 0.0, 20.0)).abs() < 1e-12);
    }

    #[test]
    fn equal_rate_and_growth_is_the_limit() {
        let at = present_value_of_annuity(0.05, 0.05, 7.0);
        let near = present_value_of_annuity(0.05, 0.05 - 1e-8, 7.0);
        assert!((at - near).abs() < 1e-6);
    }

    #[test]
    fn the_middle_of_the_year_lies_between() {
        let [start, middle, end] =
            [Timing::Start, Timing::Middle, Timing::End].map(|t| net_present_value(&[-3.0, 5.0], 0.1, t));
        assert!(start > middle && middle > end);
        assert!((middle * middle - start * end).abs() < 1e-12);
    }
}

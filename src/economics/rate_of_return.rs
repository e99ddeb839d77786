//! The internal rate of return, or the plain word that there is none.
//!
//! # Equation
//! The `r` at which `Σ F_k (1 + r)^−k = 0`.
//!
//! # Symbols
//! `F_k` net flow of year `k`; `r` 1/y.
//!
//! # Holds for
//! Flows that begin with spending and whose sum is positive. With `x = 1/(1 + r)` the net
//! present value is a polynomial in `x`; its sign changes between `r = 0` and `r = 100` are
//! bracketed on a fine grid and each is bisected. A project that never earns its money back
//! has no rate of return worth the name, and more than one root means the rate does not say
//! which of two projects is better: both are told, neither is answered with a number.
//!
//! # Source
//! Textbook. Descartes' rule bounds the count of roots by the sign changes of the flows.

/// What the flows say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Return {
    /// One rate, 1/y.
    Rate(f64),
    /// The flows do not begin with spending, or never earn it back.
    None,
    /// So many roots: no single rate has a meaning.
    Several(usize),
}

impl Return {
    /// The rate, if there is one.
    pub fn rate(self) -> Option<f64> {
        match self {
            Return::Rate(rate) => Some(rate),
            _ => None,
        }
    }
}

/// The present value as a polynomial in `x = 1/(1 + r)` (Horner), flows at the start of each year.
fn value(flows: &[f64], x: f64) -> f64 {
    flows.iter().rev().fold(0.0, |sum, flow| sum * x + flow)
}

/// Largest rate looked at, 1/y.
const HIGHEST: f64 = 100.0;
/// Cells of the grid in `x`.
const CELLS: usize = 4096;

/// The internal rate of return of yearly flows.
pub fn rate_of_return(flows: &[f64]) -> Return {
    let first = flows.iter().position(|flow| *flow != 0.0);
    let sum: f64 = flows.iter().sum();
    let size: f64 = flows.iter().map(|flow| flow.abs()).sum();
    let Some(first) = first else { return Return::None };
    // Years before the first flow shift the value, not the rate.
    let flows = &flows[first..];
    if flows[0] > 0.0 || sum <= 1e-12 * size || !size.is_finite() {
        return Return::None;
    }
    let lowest = 1.0 / (1.0 + HIGHEST);
    let at = |cell: usize| lowest + (1.0 - lowest) * cell as f64 / CELLS as f64;
    let mut roots = Vec::new();
    let mut below = value(flows, at(0));
    for cell in 1..=CELLS {
        let above = value(flows, at(cell));
        if (below < 0.0) != (above < 0.0) {
            roots.push(bisect(flows, at(cell - 1), at(cell), below < 0.0));
        }
        below = above;
    }
    match roots.as_slice() {
        [] => Return::None,
        [x] => Return::Rate(1.0 / x - 1.0),
        _ => Return::Several(roots.len()),
    }
}

fn bisect(flows: &[f64], mut low: f64, mut high: f64, rising: bool) -> f64 {
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if (value(flows, middle) < 0.0) == rising {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// Years from the start of the first year until the flows, undiscounted and even through each
/// year, have earned back what was spent. `None` when they never do.
pub fn payback(flows: &[f64]) -> Option<f64> {
    let mut sum = 0.0;
    let mut back = None;
    for (year, flow) in flows.iter().enumerate() {
        let before = sum;
        sum += flow;
        if before < 0.0 && sum >= 0.0 {
            back = Some(year as f64 - before / flow);
        } else if sum < 0.0 {
            back = None;
        }
    }
    back
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_year_is_plain_interest() {
        let rate = rate_of_return(&[-100.0, 107.0]).rate().unwrap();
        assert!((rate - 0.07).abs() < 1e-12);
        assert!((payback(&[-100.0, 50.0, 100.0]).unwrap() - 2.5).abs() < 1e-12);
    }

    #[test]
    fn what_never_earns_its_money_back_has_none() {
        assert_eq!(rate_of_return(&[-100.0, 10.0, 10.0]), Return::None);
        assert_eq!(rate_of_return(&[100.0, -10.0]), Return::None);
        assert_eq!(rate_of_return(&[0.0; 5]), Return::None);
        assert_eq!(rate_of_return(&[]), Return::None);
        assert_eq!(payback(&[-100.0, 10.0]), None);
    }

    /// −1 + 6 x − 11 x² + 6 x³ … with roots x = 1/1.1, 1/1.3, 1/1.5: three rates.
    #[test]
    fn several_roots_are_said() {
        let [a, b, c] = [1.1, 1.3, 1.5];
        let flows = [-1.0, a + b + c, -(a * b + b * c + a * c), a * b * c].map(|f| f * 100.0);
        assert_eq!(rate_of_return(&flows), Return::Several(3));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn a_reported_rate_makes_the_value_zero(flows in proptest::collection::vec(-1e3..1e3f64, 2..40)) {
            if let Return::Rate(rate) = rate_of_return(&flows) {
                let first = flows.iter().position(|f| *f != 0.0).unwrap();
                let value = value(&flows[first..], 1.0 / (1.0 + rate));
                prop_assert!(value.abs() <= 1e-9 * 1e3 * flows.len() as f64, "{value}");
                prop_assert!(rate >= 0.0);
            }
        }
    }
}

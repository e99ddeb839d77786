//! The internal rates of return, every one, or the plain word that there is none.
//!
//! # Equation
//! The `r > −1` at which `Σ F_k (1 + r)^−k = 0`.
//!
//! # Symbols
//! `F_k` net flow of year `k`; `r` 1/y.
//!
//! # Holds for
//! Any yearly flows. In `x = 1/(1 + r)` the present value is a polynomial: rates from nought up are its roots in (0, 1], rates
//! below are those of the flows read backwards. Where the flows change sign once there is one root (Descartes); else the roots
//! of each derivative part the line into stretches where the next lower one rises or falls, so that none is missed: a root that
//! only touches nought is found as an extreme that is nought to rounding. A project that begins with income has no rate of
//! return worth the name, and more than one root means the rate does not say which of two projects is better: both are told,
//! neither is answered with a number. A rate below nought is that of a project that loses money.
//!
//! # Source
//! Textbook; the roots between those of the derivative after Rolle.

/// What the flows say.
#[derive(Debug, Clone, PartialEq)]
pub enum Return {
    /// One rate, 1/y.
    Rate(f64),
    /// The flows do not begin with spending, or never change sign.
    None,
    /// These roots, from the least: no single rate has a meaning.
    Several(Vec<f64>),
}

impl Return {
    /// The rate, if there is one.
    pub fn rate(&self) -> Option<f64> {
        match self {
            Return::Rate(rate) => Some(*rate),
            _ => None,
        }
    }
}

/// The internal rate of return of yearly flows.
pub fn rate_of_return(flows: &[f64]) -> Return {
    if flows.iter().copied().find(|flow| *flow != 0.0).is_none_or(|first| first > 0.0) {
        return Return::None;
    }
    let rates = rates(flows);
    match rates.as_slice() {
        [] => Return::None,
        [rate] => Return::Rate(*rate),
        _ => Return::Several(rates),
    }
}

/// Every rate above −1 at which the flows are worth nothing, from the least.
pub fn rates(flows: &[f64]) -> Vec<f64> {
    let size = flows.iter().fold(0.0_f64, |most, flow| most.max(flow.abs()));
    if size <= 0.0 || !size.is_finite() {
        return Vec::new();
    }
    // Years before the first flow and after the last shift the value, not the rate.
    let first = flows.iter().position(|flow| *flow != 0.0).unwrap_or(0);
    let last = flows.iter().rposition(|flow| *flow != 0.0).unwrap_or(0);
    let forward: Vec<f64> = flows[first..=last].iter().map(|flow| flow / size).collect();
    let backward: Vec<f64> = forward.iter().rev().copied().collect();
    let losing = unit_roots(&backward).into_iter().filter(|z| *z < 1.0).map(|z| z - 1.0);
    let earning = unit_roots(&forward).into_iter().rev().map(|x| 1.0 / x - 1.0);
    losing.chain(earning).collect()
}

/// A polynomial, lowest power first (Horner).
fn value(polynomial: &[f64], x: f64) -> f64 {
    polynomial.iter().rev().fold(0.0, |sum, term| sum * x + term)
}

/// How far a value may be from nought by rounding alone.
fn rounding(polynomial: &[f64], x: f64) -> f64 {
    let whole = polynomial.iter().rev().fold(0.0, |sum, term| sum * x + term.abs());
    4.0 * polynomial.len() as f64 * f64::EPSILON * whole
}

fn sign_changes(polynomial: &[f64]) -> usize {
    let signs: Vec<bool> = polynomial.iter().filter(|term| **term != 0.0).map(|term| *term > 0.0).collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// The roots in (0, 1], rising.
fn unit_roots(polynomial: &[f64]) -> Vec<f64> {
    // A root at nought itself is no rate, and would hide the sign beside it.
    let lowest = polynomial.iter().position(|term| *term != 0.0).unwrap_or(polynomial.len());
    let polynomial = &polynomial[lowest..];
    match sign_changes(polynomial) {
        0 => Vec::new(),
        1 => crossings(polynomial, &[]),
        _ => {
            // A derivative has as many roots between nought and one as sign changes at most: those without any end the descent.
            let derivative = differentiated(polynomial);
            crossings(polynomial, &unit_roots(&derivative))
        }
    }
}

/// The derivative, brought to the size of one.
fn differentiated(polynomial: &[f64]) -> Vec<f64> {
    let raw: Vec<f64> = polynomial.iter().enumerate().skip(1).map(|(power, term)| power as f64 * term).collect();
    let size = raw.iter().fold(f64::MIN_POSITIVE, |most, term| most.max(term.abs()));
    raw.into_iter().map(|term| term / size).collect()
}

/// The roots in (0, 1] of a polynomial that turns at these places alone.
fn crossings(polynomial: &[f64], turns: &[f64]) -> Vec<f64> {
    let mut roots: Vec<f64> = Vec::new();
    let mut low = 0.0;
    let mut below = value(polynomial, low);
    for high in turns.iter().copied().filter(|turn| *turn < 1.0).chain([1.0]) {
        let above = value(polynomial, high);
        if above.abs() <= rounding(polynomial, high) {
            // It touches here, or crosses where it turns; the stretches on either side hold no other root.
            roots.push(high);
            low = high;
            below = 0.0;
            continue;
        }
        if below != 0.0 && (below < 0.0) != (above < 0.0) {
            roots.push(between(polynomial, low, high, below < 0.0));
        }
        (low, below) = (high, above);
    }
    roots
}

/// The one root between: by halving, hastened by the secant.
fn between(polynomial: &[f64], mut low: f64, mut high: f64, rising: bool) -> f64 {
    let at = |x: f64| if rising { value(polynomial, x) } else { -value(polynomial, x) };
    let (mut below, mut above) = (at(low), at(high));
    for turn in 0..400 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        let secant = low - below * (high - low) / (above - below);
        // Every second step halves, so that no flat stretch holds it up.
        let next = if turn % 2 == 0 && secant > low && secant < high { secant } else { middle };
        let here = at(next);
        if here < 0.0 {
            (low, below) = (next, here);
        } else {
            (high, above) = (next, here);
        }
    }
    if -below < above { low } else { high }
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
    fn what_loses_money_has_a_rate_below_nought_and_what_never_earns_has_none() {
        // −100 + 10 x + 10 x² = 0 at x = (√41 − 1)/2.
        let rate = rate_of_return(&[-100.0, 10.0, 10.0]).rate().unwrap();
        assert!((1.0 / (1.0 + rate) - (41.0_f64.sqrt() - 1.0) / 2.0).abs() < 1e-12, "{rate}");
        assert_eq!(rate_of_return(&[100.0, -10.0]), Return::None);
        assert_eq!(rate_of_return(&[-100.0, -10.0]), Return::None);
        assert_eq!(rate_of_return(&[0.0; 5]), Return::None);
        assert_eq!(rate_of_return(&[]), Return::None);
        assert_eq!(rate_of_return(&[-1.0, f64::INFINITY]), Return::None);
        assert_eq!(payback(&[-100.0, 10.0]), None);
    }

    /// Flows whose value is nought at these rates and nowhere else.
    fn with_roots(rates: &[f64]) -> Vec<f64> {
        rates.iter().fold(vec![-100.0], |flows, rate| {
            let mut next = vec![0.0; flows.len() + 1];
            for (year, flow) in flows.iter().enumerate() {
                next[year] += flow;
                next[year + 1] -= flow * (1.0 + rate);
            }
            next
        })
    }

    #[test]
    fn several_roots_are_said_each_of_them() {
        for wanted in
            [vec![0.1, 0.3, 0.5], vec![-0.4, 0.0, 0.25], vec![0.1, 0.100_1], vec![-0.2, -0.1], vec![0.05, 30.0]]
        {
            let Return::Several(found) = rate_of_return(&with_roots(&wanted)) else { panic!("{wanted:?}") };
            assert_eq!(found.len(), wanted.len(), "{found:?} {wanted:?}");
            for (found, wanted) in found.iter().zip(&wanted) {
                assert!((found - wanted).abs() < 1e-6 * (1.0 + wanted), "{found} {wanted}");
            }
        }
    }

    /// −(1 − 1.2 x)²: nought at 20 % and below nought elsewhere.
    #[test]
    fn a_root_that_only_touches_is_found() {
        let found = rate_of_return(&with_roots(&[0.2, 0.2])).rate().unwrap();
        assert!((found - 0.2).abs() < 1e-6, "{found}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100_000))]
        /// At every rate the flows are worth nothing, today where it is above nought, at their end where it is below.
        #[test]
        fn every_rate_makes_the_value_zero(flows in proptest::collection::vec(-1e3..1e3f64, 2..40)) {
            let most = flows.iter().fold(0.0_f64, |most, flow| most.max(flow.abs()));
            let last: Vec<f64> = flows.iter().rev().copied().collect();
            let found = rates(&flows);
            for rate in &found {
                let worth = if *rate >= 0.0 { value(&flows, 1.0 / (1.0 + rate)) } else { value(&last, 1.0 + rate) };
                prop_assert!(worth.abs() <= 1e-9 * most, "{worth} at {rate}");
            }
            prop_assert!(found.windows(2).all(|pair| pair[0] <= pair[1]));
            // Descartes: no more roots than sign changes, and as odd.
            let changes = sign_changes(&flows);
            prop_assert!(found.len() <= changes);
            prop_assert!(found.len() % 2 == changes % 2, "{} roots, {changes} changes: {flows:?}", found.len());
        }

        /// No grid finds a change of sign that was missed.
        #[test]
        fn no_root_is_missed(flows in proptest::collection::vec(prop_oneof![Just(0.0), -1e3..1e3f64], 2..30)) {
            let found = rates(&flows).iter().filter(|rate| **rate > 0.001 && **rate < 10.0).count();
            let at = |cell: u32| value(&flows, 1.0 / (1.001 * (10.999_f64 / 1.001).powf(f64::from(cell) / 500.0)));
            let seen = (0..500).filter(|cell| (at(*cell) < 0.0) != (at(cell + 1) < 0.0)).count();
            prop_assert!(found >= seen, "{found} {seen}");
        }
    }
}

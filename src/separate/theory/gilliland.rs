//! Stages between the fewest and the infinite, from the reflux.
//!
//! # Equation
//! ```text
//! X = (R − R_min)/(R + 1),   Y = (N − N_min)/(N + 1)
//! Y = 1 − exp[ (1 + 54.4 X)/(11 + 117.2 X) · (X − 1)/√X ]
//! ```
//!
//! # Symbols
//! R: reflux, metal in the scrub liquor over metal leaving with the organic phase, W/f_A'; R_min: its
//! least value ([`super::underwood`]); N: stages; N_min: the fewest ([`mod@super::fenske`]).
//!
//! # Holds for
//! A correlation of calculated columns, within a quarter of N (too many where β is near 1); a first guess that the rigorous
//! solution corrects. Both ends are exact: N → N_min at total reflux, N → ∞ at R_min.
//!
//! # Source
//! Graph: `gilliland1940`; closed form: `molokanov1972`.

/// Stages at reflux `r`, with its least value and the fewest stages; `None` at or below the least reflux.
pub fn stages(r: f64, least: f64, fewest: f64) -> Option<f64> {
    if !(r > least && least >= 0.0 && fewest >= 0.0) {
        return None;
    }
    let x = (r - least) / (r + 1.0);
    let y = 1.0 - ((1.0 + 54.4 * x) / (11.0 + 117.2 * x) * (x - 1.0) / x.sqrt()).exp();
    (y < 1.0).then(|| (fewest + y) / (1.0 - y))
}

#[cfg(test)]
mod tests {
    use super::super::xu_zhang::{Specification, design};
    use super::super::{fenske, least_flows};
    use super::*;

    #[test]
    fn both_ends_are_exact_and_stages_fall_with_reflux() {
        assert_eq!(stages(2.0, 2.0, 10.0), None);
        assert!((stages(1e9, 2.0, 10.0).unwrap() - 10.0).abs() < 1e-3);
        let mut before = f64::INFINITY;
        for step in 1..200 {
            let n = stages(2.0 + 0.05 * f64::from(step), 2.0, 10.0).unwrap();
            assert!(n < before && n > 10.0);
            before = n;
        }
    }

    /// Second route: the closed form for two components, over its range of flows.
    #[test]
    fn it_is_near_the_exact_binary_count() {
        for beta in [1.4, 2.0, 4.0] {
            let spec = Specification { feed: 0.5, extracted: 0.999, raffinate: 0.999, beta };
            let exact = design(&spec).unwrap();
            let least = least_flows(beta, 0.5, false)[1] / exact.extract;
            let n = stages(exact.scrub / exact.extract, least, fenske(beta, 0.999, 0.001)).unwrap();
            let whole: f64 = exact.stages.iter().sum();
            assert!((n / whole - 1.0).abs() < 0.25, "β {beta}: {n} against {whole}");
        }
    }
}

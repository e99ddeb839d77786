//! Stages that take one solute out of a liquor.
//!
//! # Equation
//! ```text
//! N = ln[(x_in/x_out)(1 − 1/E) + 1/E] / ln E,      E = D O/A;      N = x_in/x_out − 1 at E = 1
//! ```
//!
//! # Symbols
//! x: concentration in the phase that gives; E: extraction factor (stripping: its inverse); D:
//! distribution ratio; O/A: organic over aqueous flow.
//!
//! # Holds for
//! One solute of constant distribution ratio, clean entering solvent. At E < 1 there is a ratio,
//! 1/(1−E), that no number of stages passes: the answer is then infinite.
//!
//! # Source
//! `kremser1930`.

/// Stages that take `x_in` to `x_out` of one solute at the extraction factor E.
pub fn kremser(factor: f64, in_over_out: f64) -> f64 {
    if (factor - 1.0).abs() < 1e-9 {
        in_over_out - 1.0
    } else {
        let argument = in_over_out * (1.0 - 1.0 / factor) + 1.0 / factor;
        if argument > 0.0 { argument.ln() / factor.ln() } else { f64::INFINITY }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_continuous_at_one() {
        assert!((kremser(1.0 + 1e-7, 1000.0) - kremser(1.0, 1000.0)).abs() < 0.1);
    }

    /// Second route: stage by stage, x_{j} = x_{j−1} counted from the clean end.
    #[test]
    fn it_counts_what_a_ladder_counts() {
        let (factor, stages) = (1.7_f64, 6);
        let ratio: f64 = (0..=stages).map(|j| factor.powi(j)).sum();
        assert!((kremser(factor, ratio) - f64::from(stages)).abs() < 1e-12);
        assert!(kremser(0.5, 3.0).is_infinite(), "no battery passes 1/(1-E)");
    }
}

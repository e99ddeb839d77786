//! How much floats in a bank of equal cells.
//!
//! # Equation
//! ```text
//! R_f = R∞ (1 − (1 + k τ/N)^-N)
//! R   = R_f + (1 − R_f) e w
//! ```
//! # Symbols
//! k: first-order rate of the mineral, 1/min; τ: residence time of the pulp in the whole bank,
//! min; N: cells in series, each well mixed; R∞: share of the mineral that can float at all;
//! e: degree of entrainment, grains carried per water carried; w: share of the feed's water that
//! goes to the froth.
//!
//! # Holds for
//! Steady, dilute froth loading; rates as measured for that ore, grind and reagents.
//!
//! # Source
//! Tanks in series of a first-order rate; as used in `prommis2026`.

/// Share of a mineral that truly floats.
pub fn floated(rate: f64, residence: f64, cells: usize, at_most: f64) -> f64 {
    let cells = cells.max(1) as f64;
    at_most * (1.0 - (1.0 + rate * residence / cells).powf(-cells))
}

/// Share that leaves with the froth, carried grains included.
pub fn with_entrainment(floated: f64, degree: f64, water: f64) -> f64 {
    floated + (1.0 - floated) * (degree * water).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_cells_are_a_pipe_and_one_is_a_tank() {
        assert!((floated(0.5, 4.0, 1, 1.0) - 2.0 / 3.0).abs() < 1e-12);
        assert!((floated(0.5, 4.0, 100_000, 1.0) - (1.0 - (-2.0f64).exp())).abs() < 1e-5);
        assert!((floated(1e9, 4.0, 3, 0.9) - 0.9).abs() < 1e-9);
        assert!(floated(0.0, 4.0, 3, 1.0).abs() < 1e-12);
        assert!((with_entrainment(0.5, 1.0, 0.2) - 0.6).abs() < 1e-12);
    }
}

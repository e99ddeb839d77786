//! How readily the grains of a mineral float: one rate, a few, or a spread of them.
//!
//! # Equation
//! ```text
//! classes      R = Σ φi (1 − (1 + ki τ/N)^-N),   the rest does not float
//! rectangular  R = R∞ (1/kmax) ∫0^kmax (1 − (1 + k τ/N)^-N) dk
//!            N = 1:  R∞ (1 − ln(1 + x)/x)
//!            N > 1:  R∞ (1 − (1 − (1 + x/N)^(1−N)) N / ((N − 1) x)),   x = kmax τ
//!            N → ∞:  R∞ (1 − (1 − e^-x)/x)
//! flux         k = P Sb Rf,   Sb = 6 Jg/db
//! ```
//!
//! # Symbols
//! φi: share of a mineral with rate ki; τ: residence in the whole bank; N: cells, each well mixed; R∞: share that can
//! float; kmax: the greatest rate of an even spread (Klimpel); P: floatability, without dimension; Sb: bubble surface
//! an area of cell and time, 1/time; Jg: gas an area of cell, speed; db: Sauter mean of bubbles; Rf: share of what
//! reaches the froth that leaves over the lip.
//!
//! # Holds for
//! First-order attachment; a froth that carries what it is given. Rf multiplies the rate, since what drops back
//! can float again.
//!
//! # Source
//! Klimpel 1980 (`klimpel1980`) for the spread; Gorain, Franzidis and Manlapig 1997 (`gorain1997`) for the flux.

/// How the grains of a mineral float; rates in 1/h.
#[derive(Debug, Clone, PartialEq)]
pub enum Floatability {
    /// Share and rate of each class; what is not shared out does not float.
    Classes(Vec<(f64, f64)>),
    /// R∞ and the greatest rate of an even spread.
    Rectangular(f64, f64),
}

/// Share that one rate floats in a bank; `residence` h in all cells together.
fn bank(rate: f64, residence: f64, cells: f64) -> f64 {
    -(-cells * (rate * residence / cells).ln_1p()).exp_m1()
}

/// Mean of [`bank`] over rates even from nought to the greatest.
fn even(greatest: f64, residence: f64, cells: usize) -> f64 {
    let x = greatest * residence;
    if x < 1e-6 {
        return x / 2.0;
    }
    if cells == 1 {
        return 1.0 - x.ln_1p() / x;
    }
    let n = cells as f64;
    let left = -((1.0 - n) * (x / n).ln_1p()).exp_m1();
    1.0 - left * n / ((n - 1.0) * x)
}

impl Floatability {
    /// Share that truly floats when every rate is multiplied by `factor`.
    pub fn floated(&self, factor: f64, residence: f64, cells: usize) -> f64 {
        match self {
            Floatability::Classes(classes) => {
                classes.iter().map(|(share, rate)| share * bank(rate * factor, residence, cells as f64)).sum()
            }
            Floatability::Rectangular(most, greatest) => most * even(greatest * factor, residence, cells),
        }
    }

    /// Share that could float in endless time.
    pub fn most(&self) -> f64 {
        match self {
            Floatability::Classes(classes) => {
                classes.iter().filter(|(_, rate)| *rate > 0.0).map(|(share, _)| share).sum()
            }
            Floatability::Rectangular(most, _) => *most,
        }
    }
}

/// Bubble surface flux, 1/h, from gas an area, m/h, and the Sauter mean of bubbles, m.
pub fn bubble_flux(gas_speed: f64, bubble: f64) -> f64 {
    6.0 * gas_speed / bubble
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_even_spread_is_the_mean_of_its_rates() {
        for cells in [1, 2, 5, 30] {
            let spread = Floatability::Rectangular(0.9, 12.0);
            let parts = 20_000;
            let classes: Vec<(f64, f64)> = (0..parts)
                .map(|at| (0.9 / f64::from(parts), 12.0 * (f64::from(at) + 0.5) / f64::from(parts)))
                .collect();
            let sum = Floatability::Classes(classes).floated(1.0, 0.4, cells);
            assert!((spread.floated(1.0, 0.4, cells) / sum - 1.0).abs() < 1e-7, "{cells}");
        }
        // Klimpel's own batch form is that of endless cells.
        let x: f64 = 4.8;
        let pipe = Floatability::Rectangular(1.0, 12.0).floated(1.0, 0.4, 1_000_000);
        assert!((pipe - (1.0 - (1.0 - (-x).exp()) / x)).abs() < 1e-6);
        assert!(Floatability::Rectangular(1.0, 1e-9).floated(1.0, 1.0, 3) < 1e-9);
    }

    #[test]
    fn bubbles_by_hand() {
        // 1 cm/s of gas in bubbles of 1 mm: 60 1/s.
        assert!((bubble_flux(36.0, 1e-3) / 3600.0 - 60.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn more_cells_time_and_rate_float_more(k in 0.1..50.0f64, t in 0.01..2.0f64, n in 1..20usize, most in 0.1..1.0f64) {
            for kind in [Floatability::Classes(vec![(most * 0.7, k), (most * 0.3, k / 10.0)]), Floatability::Rectangular(most, k)] {
                let r = |f: f64, t: f64, n: usize| kind.floated(f, t, n);
                prop_assert!(r(1.0, t, n) >= 0.0 && r(1.0, t, n) <= kind.most());
                prop_assert!(r(1.0, t, n + 1) >= r(1.0, t, n) - 1e-12);
                prop_assert!(r(1.0, 2.0 * t, n) >= r(1.0, t, n));
                prop_assert!(r(0.5, t, n) <= r(1.0, t, n));
            }
        }
    }
}

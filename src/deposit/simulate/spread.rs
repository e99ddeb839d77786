//! Spread: what is exceeded with nine chances in ten, with one in two, with one in ten.
//!
//! # Equation
//! Of n values in rising order `x_0 … x_(n−1)`, the value below which a share p lies is that at the place `p (n − 1)`, between two of them by
//! a straight line. **P90 is exceeded with a chance of 90 %** (p = 0.1, the cautious figure), P50 with 50 %, P10 with 10 % (p = 0.9).
//!
//! # Symbols
//! `x` the quantity in each realisation; `p` share of realisations below.
//!
//! # Holds for
//! Ten realisations or more; with a hundred the P90 itself is known to some three places in rank. Some reports count the other way
//! round (P10 as the low figure): the tables say which.
//!
//! # Source
//! The convention of `spe2018`; the definition of a quantile is the commonest of the nine in `hyndman1996` (the seventh).

/// The spread of a quantity over realisations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// P90: exceeded with a chance of 90 %.
    pub exceeded_90: f64,
    /// P50: exceeded as often as not.
    pub exceeded_50: f64,
    /// P10: exceeded with a chance of 10 %.
    pub exceeded_10: f64,
    /// Mean.
    pub mean: f64,
    /// Standard deviation over realisations.
    pub deviation: f64,
    /// Realisations that have the quantity: a grade above a cut-off is not there where no block is above it.
    pub realisations: usize,
}

/// The value below which a share of sorted values lies; `None` of nothing.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[(place.floor() as usize + 1).min(last)]);
    Some(below + (above - below) * place.fract())
}

impl Spread {
    /// Of the values in any order, which it sorts; `None` of nothing.
    pub fn of(values: &mut [f64]) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Self {
            exceeded_90: quantile(values, 0.1)?,
            exceeded_50: quantile(values, 0.5)?,
            exceeded_10: quantile(values, 0.9)?,
            mean,
            deviation: (squares / (count - 1.0).max(1.0)).sqrt(),
            realisations: values.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ninety_in_a_hundred_exceed_the_cautious_figure() {
        let mut values: Vec<f64> = (0..101).map(|at| f64::from(at * 37 % 101)).collect();
        let spread = Spread::of(&mut values).unwrap();
        assert!((spread.exceeded_90 - 10.0).abs() < 1e-12 && (spread.exceeded_10 - 90.0).abs() < 1e-12);
        assert!((spread.exceeded_50 - 50.0).abs() < 1e-12 && (spread.mean - 50.0).abs() < 1e-12);
        assert_eq!(values.iter().filter(|value| **value > spread.exceeded_90).count(), 90);
        assert!(Spread::of(&mut []).is_none());
        let one = Spread::of(&mut [3.0]).unwrap();
        assert!((one.exceeded_10 - 3.0).abs() < 1e-15 && one.deviation.abs() < 1e-15);
    }
}

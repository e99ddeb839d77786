//! Where the feed enters.
//!
//! # Equation
//! ```text
//! m/n = [ (z_B/z_A) (x_A,r/x_B,d)² (r/d) ]^0.206
//! ```
//!
//! # Symbols
//! n, m: stages below the feed (extraction) and above it (scrub); r, d: all that leaves with the
//! raffinate and with the organic phase; z: feed; A the more extractable key, B the other; x_A,r: share
//! of A in the raffinate; x_B,d: share of B in the organic outlet.
//!
//! # Holds for
//! A correlation of columns: a first guess of the feed stage, corrected by the rigorous solution.
//!
//! # Source
//! `kirkbride1944`.

/// Stages of extraction and scrub, out of `stages`; `feed` and `organic` are amounts of the two keys
/// (A, B) fed and leaving with the organic phase, `total` all that leaves with raffinate and organic phase.
pub fn split(stages: f64, feed: [f64; 2], organic: [f64; 2], total: [f64; 2]) -> [f64; 2] {
    let [raffinate, extract] = total;
    let a_lost = (feed[0] - organic[0]) / raffinate;
    let b_slipped = organic[1] / extract;
    let ratio = (feed[1] / feed[0] * (a_lost / b_slipped).powi(2) * raffinate / extract).powf(0.206);
    let extraction = stages / (1.0 + ratio);
    [extraction, stages - extraction]
}

#[cfg(test)]
mod tests {
    use super::super::xu_zhang::{Specification, design};
    use super::*;

    #[test]
    fn a_cut_that_is_the_same_both_ways_is_fed_in_the_middle() {
        let [n, m] = split(40.0, [0.5, 0.5], [0.4995, 0.0005], [0.5, 0.5]);
        assert!((n - 20.0).abs() < 1e-9 && (m - 20.0).abs() < 1e-9);
    }

    /// The purer side has the more stages, as in the exact binary.
    #[test]
    fn the_purer_outlet_has_the_longer_section() {
        let spec = Specification { feed: 0.5, extracted: 0.99, raffinate: 0.9999, beta: 2.0 };
        let exact = design(&spec).unwrap();
        let a = 0.5 * exact.recovery[0];
        let b = 0.5 * (1.0 - exact.recovery[1]);
        let [n, m] = split(exact.stages.iter().sum(), [0.5, 0.5], [a, b], [exact.raffinate, exact.extract]);
        assert!(n > m && exact.stages[0] > exact.stages[1], "{n} {m} {exact:?}");
    }
}

//! The fewest stages of a battery, and where every metal goes then.
//!
//! # Equation
//! ```text
//! N_min = ln[(x_P/(1−x_P)) ((1−x_R)/x_R)] / ln β                 two components
//! N_min = ln[(d_A/r_A) (r_B/d_B)] / ln(b_A/b_B)                   keys A, B of a mixture
//! d_i/r_i = (d_B/r_B) (b_i/b_B)^N                                 any other component
//! ```
//!
//! # Symbols
//! d, r: amounts in the organic outlet and in the raffinate; x_P, x_R: share of A in them;
//! b: relative extractability, β = b_A/b_B; N: equilibrium stages, first and last included.
//!
//! # Holds for
//! Total reflux: flows without bound against the feed. No battery, however much reflux it has,
//! does with fewer equilibrium stages at these separation factors.
//!
//! # Source
//! `fenske1932`.

/// Fewest stages, at total reflux: purity `p` of A in the one outlet, share `r` of A in the other.
pub fn fenske(beta: f64, p: f64, r: f64) -> f64 {
    (p / (1.0 - p) * (1.0 - r) / r).ln() / beta.ln()
}

/// Fewest stages that take shares `recovered` of the two keys (the more extractable first) into
/// the organic outlet; `None` where the shares are not between 0 and 1 or do not separate.
pub fn fewest(beta: f64, recovered: [f64; 2]) -> Option<f64> {
    let [a, b] = recovered;
    let inside = |x: f64| x > 0.0 && x < 1.0;
    (inside(a) && inside(b) && a > b && beta > 1.0).then(|| (a / (1.0 - a) * (1.0 - b) / b).ln() / beta.ln())
}

/// Share of each component in the organic outlet at total reflux, from that of component `key`.
pub fn distribution(b: &[f64], key: usize, recovered: f64, stages: f64) -> Vec<f64> {
    let odds = recovered / (1.0 - recovered);
    b.iter()
        .map(|b_i| {
            let here = odds * (b_i / b[key]).powf(stages);
            // Written so that neither end overflows.
            if here > 1.0 { 1.0 / (1.0 + 1.0 / here) } else { here / (1.0 + here) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Mixture, stagewise};
    use super::*;

    #[test]
    fn the_keys_of_a_mixture_are_a_binary() {
        let by_purity = fenske(2.0, 0.999, 0.001);
        let by_recovery = fewest(2.0, [0.999, 0.001]).unwrap();
        assert!((by_purity - by_recovery).abs() < 1e-12);
        assert!(
            fewest(2.0, [0.5, 0.6]).is_none() && fewest(1.0, [0.9, 0.1]).is_none() && fewest(2.0, [1.0, 0.1]).is_none()
        );
    }

    /// Second route: a battery with ten thousand times its feed in circulation.
    #[test]
    fn a_battery_near_total_reflux_needs_the_fewest_stages() {
        let mixture = Mixture { b: vec![4.0, 2.0, 1.3, 1.0], feed: vec![0.2, 0.3, 0.1, 0.4], organic_feed: false };
        let battery = stagewise::Battery { stages: [6, 6], organic: 1e5, scrub: 1e5 - 0.5, side: None };
        let solved = battery.solve(&mixture).unwrap();
        let shares: Vec<f64> = solved.organic.iter().zip(&mixture.feed).map(|(d, f)| d / f).collect();
        let n = fewest(2.0 / 1.3, [shares[1], shares[2]]).unwrap();
        assert!((n - 12.0).abs() < 2e-3, "{n}");
        for (ours, law) in shares.iter().zip(distribution(&mixture.b, 1, shares[1], n)) {
            assert!((ours - law).abs() < 1e-4, "{shares:?}");
        }
    }
}

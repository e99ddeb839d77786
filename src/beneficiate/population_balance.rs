//! Grinding size by size: how fast each size breaks, and into what.
//!
//! # Equation
//! ```text
//! S(x) = S0 (x/x0)^α / (1 + (x/μ)^Λ)
//! B(x; y) = φ (x/y')^γ + (1 − φ) (x/y')^β,   x ≤ y'
//! p_i (1 + S_i τ) = f_i + τ Σ_{j coarser} b_ij S_j p_j      in each of N mixers, τ the residence in one
//! ```
//! b_ij is the difference of B over class i; the finest class keeps what reaches it.
//!
//! # Symbols
//! S: rate at which a size breaks, 1/h, x the upper edge of its class; x0: size at which it is S0; μ, Λ: size beyond
//! which lumps are too large for the balls, and how steeply; B: share finer than x of what breaks from a class whose
//! lower edge is y'; φ, γ, β: of the ore, γ the slope of its fines; f, p: fed and ground.
//!
//! # Holds for
//! Rates that do not depend on what else is in the mill; constants measured in a laboratory mill must be brought to
//! the size, speed and filling of the plant's by their owner.
//!
//! # Source
//! Austin, Klimpel and Luckie 1984 (`austin1984`).

/// Constants of an ore in a mill.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breakage {
    /// S0, 1/h.
    pub rate: f64,
    /// x0, m.
    pub size: f64,
    /// α.
    pub exponent: f64,
    /// μ m and Λ; `None` where no lump is too large.
    pub too_large: Option<(f64, f64)>,
    /// φ, γ, β.
    pub spread: [f64; 3],
}

impl Breakage {
    /// S of a class by its upper edge.
    pub fn selection(&self, upper: f64) -> f64 {
        let whole = self.rate * (upper / self.size).powf(self.exponent);
        self.too_large.map_or(whole, |(most, steep)| whole / (1.0 + (upper / most).powf(steep)))
    }

    /// Share finer than `edge` of what breaks from a class whose lower edge is `lower`.
    pub fn finer(&self, edge: f64, lower: f64) -> f64 {
        let [phi, gamma, beta] = self.spread;
        let ratio = (edge / lower).min(1.0);
        phi * ratio.powf(gamma) + (1.0 - phi) * ratio.powf(beta)
    }

    /// What leaves `mixers` in series, each with a residence of `tank` h; classes finest first, rates times `softness`.
    pub fn ground(&self, edges: &[f64], fed: &[f64], tank: f64, mixers: usize, softness: f64) -> Vec<f64> {
        let mut kg: Vec<f64> = fed.to_vec();
        kg.resize(edges.len(), 0.0);
        for _ in 0..mixers {
            let mut out = vec![0.0; kg.len()];
            let mut broken = kg.clone();
            for class in (0..kg.len()).rev() {
                if class == 0 {
                    out[0] = broken[0];
                    break;
                }
                let rate = softness * self.selection(edges[class]) * tank;
                out[class] = broken[class] / (1.0 + rate);
                let gone = out[class] * rate;
                let lower = edges[class - 1];
                let mut above = 1.0;
                for (to, slot) in broken[..class].iter_mut().enumerate().rev() {
                    let below = if to == 0 { 0.0 } else { self.finer(edges[to - 1], lower) };
                    *slot += gone * (above - below);
                    above = below;
                }
            }
            kg = out;
        }
        kg
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edges() -> Vec<f64> {
        (0..14).map(|n| 20e-6 * 2f64.sqrt().powi(n)).collect()
    }

    /// Where S(x) B is the same from whatever size it breaks (α = γ, φ = 1), what is coarser than x decays by itself:
    /// R = R0 / (1 + S(r x) τ)^N, r the ratio of edges.
    #[test]
    fn a_compensated_mill_has_a_closed_form() {
        let ore = Breakage { rate: 8.0, size: 1e-3, exponent: 0.9, too_large: None, spread: [1.0, 0.9, 5.0] };
        let edges = edges();
        let fed: Vec<f64> = (0..14).map(|n| 1.0 + f64::from(n)).collect();
        let (tank, mixers) = (0.2, 3);
        let out = ore.ground(&edges, &fed, tank, mixers, 1.0);
        for at in 0..13 {
            let coarser = |kg: &[f64]| kg[at + 1..].iter().sum::<f64>();
            let rate = ore.selection(edges[at] * 2f64.sqrt());
            let told = coarser(&fed) / (1.0 + rate * tank).powi(3);
            assert!((coarser(&out) / told - 1.0).abs() < 1e-12, "{at}");
        }
    }

    #[test]
    fn lumps_too_large_for_the_balls_break_slowly() {
        let ore =
            Breakage { rate: 8.0, size: 1e-3, exponent: 0.8, too_large: Some((4e-3, 3.0)), spread: [0.6, 0.7, 4.0] };
        assert!(ore.selection(3e-3) > ore.selection(1e-3) && ore.selection(20e-3) < ore.selection(3e-3));
    }

    proptest! {
        #[test]
        fn mass_is_kept_and_longer_is_finer(rate in 0.1..50.0f64, alpha in 0.4..1.5f64, phi in 0.1..0.9f64, gamma in 0.4..1.2f64, mixers in 1..6usize) {
            let ore = Breakage { rate, size: 1e-3, exponent: alpha, too_large: None, spread: [phi, gamma, 4.0] };
            let edges = edges();
            let fed = vec![1.0; 14];
            let (short, long) = (ore.ground(&edges, &fed, 0.1, mixers, 1.0), ore.ground(&edges, &fed, 0.2, mixers, 1.0));
            prop_assert!((short.iter().sum::<f64>() - 14.0).abs() < 1e-9 && short.iter().all(|kg| *kg >= 0.0));
            for at in 1..14 {
                let finer = |kg: &[f64]| kg[..at].iter().sum::<f64>();
                prop_assert!(finer(&long) >= finer(&short) - 1e-12 && finer(&short) >= finer(&fed) - 1e-12);
            }
        }
    }
}

//! The optimum battery for two components at a constant separation factor.
//!
//! # Equation
//! Specification, for purities P and feed shares f (A extracted, B left):
//! ```text
//! a = [P_A/(1−P_A)]/(f_A/f_B),  b = [P_B/(1−P_B)]/(f_B/f_A)
//! Y_A = a(b−1)/(ab−1),  Y_B = b(a−1)/(ab−1),  f_A' = f_A Y_A/P_A,  f_B' = f_B Y_B/P_B
//! ```
//! Flows, aqueous feed: `E_M = S/(S+f_B')`, `E_M' = S/W`, `W = S − f_A'`. With f_B' above
//! `√β/(1+√β)` extraction controls, `E_M = 1/√β`; else scrubbing does, `E_M' = √β` and
//! `E_M = E_M' f_A'/(E_M' − f_B')`. Then `S = E_M f_B'/(1−E_M)`. Never below
//! `S_min = f_A + 1/(β−1)`, `W_min = 1/(β−1)`.
//! ```text
//! n     = ln b/ln(β E_M)   + ln[(P_B − x_B*)/(f_B − x_B*)],  x_B* = β(1−E_M)/(β−1)
//! m + 1 = ln a/ln(β/E_M')  + ln[(P_A − x_A*)/(f_A − x_A*)],  x_A* = (β/E_M' − 1)/(β−1)
//! ```
//!
//! # Symbols
//! S: metal in the organic phase, W: metal in the scrub liquor, mol per mol fed; n, m: stages of
//! extraction and scrubbing; β: separation factor; Y: recovery; E: extraction factor D·O/A.
//!
//! # Holds for
//! Two components (or two groups with an effective β), saponified organic at constant loading,
//! aqueous feed.
//!
//! # Source
//! `zhang2016`, chapter 5 on cascade theory. The second terms of the stage counts are checked
//! here against a stage-by-stage solution.

/// What is asked of a cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Specification {
    /// Share of the more extractable, A, in the feed.
    pub feed: f64,
    /// Purity of A in the organic outlet.
    pub extracted: f64,
    /// Purity of B in the raffinate.
    pub raffinate: f64,
    /// Separation factor A/B.
    pub beta: f64,
}

/// What the theory answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Design {
    /// Recovery of A in the organic outlet, of B in the raffinate.
    pub recovery: [f64; 2],
    /// f_A': all that leaves with the organic phase, per mol fed.
    pub extract: f64,
    /// f_B': all that leaves with the raffinate, per mol fed.
    pub raffinate: f64,
    /// E_M and E_M'.
    pub ratio: [f64; 2],
    /// S.
    pub organic: f64,
    /// W.
    pub scrub: f64,
    /// Does extraction control? Else scrubbing does.
    pub extraction_controls: bool,
    /// Theoretical stages of extraction and of scrubbing.
    pub stages: [f64; 2],
}

/// The optimum design of a cut; `None` where no battery meets the specification
/// (β ≤ 1, purity below the feed's, or shares outside 0 … 1).
pub fn design(spec: &Specification) -> Option<Design> {
    let Specification { feed: f_a, extracted: p_a, raffinate: p_b, beta } = *spec;
    let f_b = 1.0 - f_a;
    let inside = |x: f64| x > 0.0 && x < 1.0;
    if !(inside(f_a) && inside(p_a) && inside(p_b) && beta > 1.0) {
        return None;
    }
    let a = p_a / (1.0 - p_a) * f_b / f_a;
    let b = p_b / (1.0 - p_b) * f_a / f_b;
    if a <= 1.0 || b <= 1.0 {
        return None;
    }
    let recovery = [a * (b - 1.0) / (a * b - 1.0), b * (a - 1.0) / (a * b - 1.0)];
    let extract = f_a * recovery[0] / p_a;
    let raffinate = f_b * recovery[1] / p_b;
    let root = beta.sqrt();
    let extraction_controls = raffinate > root / (1.0 + root);
    let mut extraction = if extraction_controls { 1.0 / root } else { root * extract / (root - raffinate) };
    // A wide factor lets the rule ask for less than the least flow; half again above the least is kept.
    let least = f_a + 1.0 / (beta - 1.0);
    let mut organic = extraction * raffinate / (1.0 - extraction);
    if !(organic > 1.05 * least && extraction < 1.0) {
        organic = 1.05 * least;
        extraction = organic / (organic + raffinate);
    }
    let scrub = organic - extract;
    let scrubbing = organic / scrub;
    let term = |p: f64, f: f64, x: f64| {
        let argument = (p - x) / (f - x);
        if argument > 0.0 { argument.ln() } else { 0.0 }
    };
    let x_b = beta * (1.0 - extraction) / (beta - 1.0);
    let x_a = (beta / scrubbing - 1.0) / (beta - 1.0);
    Some(Design {
        recovery,
        extract,
        raffinate,
        ratio: [extraction, scrubbing],
        organic,
        scrub,
        extraction_controls,
        stages: [
            b.ln() / (beta * extraction).ln() + term(p_b, f_b, x_b),
            a.ln() / (beta / scrubbing).ln() + term(p_a, f_a, x_a) - 1.0,
        ],
    })
}

/// Least metal flows S and W, per mol fed, for pure products.
pub fn least_flows(beta: f64, share_extracted: f64, organic_feed: bool) -> [f64; 2] {
    let least = 1.0 / (beta - 1.0);
    if organic_feed { [least, 1.0 - share_extracted + least] } else { [share_extracted + least, least] }
}

/// The reflux ratio of the optimum battery.
pub fn optimum_reflux(beta: f64) -> f64 {
    1.0 / (beta.sqrt() - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_binary_design() {
        let spec = Specification { feed: 0.5, extracted: 0.999, raffinate: 0.9999, beta: 2.0 };
        let design = design(&spec).unwrap();
        assert!(!design.extraction_controls);
        assert!((design.stages[0] - 23.5354).abs() < 1e-3 && (design.stages[1] - 20.8481).abs() < 1e-3, "{design:?}");
        assert!((design.organic - 1.70858).abs() < 1e-4 && (design.scrub - 1.20813).abs() < 1e-4, "{design:?}");
        assert!((design.extract + design.raffinate - 1.0).abs() < 1e-12, "what enters leaves");
    }

    #[test]
    fn what_nobody_can_do_is_said() {
        for (feed, extracted, beta) in [(0.5, 0.4, 2.0), (0.5, 0.99, 1.0), (0.0, 0.99, 2.0), (0.5, 1.0, 2.0)] {
            assert!(design(&Specification { feed, extracted, raffinate: 0.99, beta }).is_none());
        }
    }
}

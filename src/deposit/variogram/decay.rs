//! e to a falling power, of many numbers side by side.
//!
//! # Equation
//! ```text
//! exp(−x) = 2ⁿ exp(r),   n = round(−x/ln 2),   r = −x − n ln 2,   exp(r) = Σ r^k/k!,  k ≤ 13
//! ```
//! with ln 2 in two parts, so that r keeps its digits; no branch and no table, so that several are worked out in one step.
//!
//! # Symbols
//! `x` nought or more (1).
//!
//! # Holds for
//! Every x of nought or more, to two units in the last place; beyond 708 the answer stays at 3e-308.
//!
//! # Source
//! Textbook: reduction of the argument and Taylor's series.

/// Beyond it the answer is as good as nought.
const FAR: f64 = 708.0;
/// Added to a number it leaves it whole, in the lowest bits.
const WHOLE: f64 = 6_755_399_441_055_744.0;
/// ln 2: its first 32 bits, and the rest.
const LN_2: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];
/// One over the factorials, the last first.
const TERMS: [f64; 14] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

/// exp(−x) for x of nought or more.
#[inline]
pub fn decay(x: f64) -> f64 {
    let x = if x < FAR { x } else { FAR };
    let shifted = WHOLE - x * std::f64::consts::LOG2_E;
    let n = shifted - WHOLE;
    let r = (-x - n * LN_2[0]) - n * LN_2[1];
    let series = TERMS.iter().fold(0.0, |sum, term| sum * r + term);
    // The power of two as the exponent of a number.
    series * f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Second route: the library's exponential.
    #[test]
    fn it_is_the_exponential_to_the_last_digits() {
        for at in 0..700_000u32 {
            let x = f64::from(at) * 1.000_123e-3;
            let wanted = (-x).exp();
            assert!((decay(x) / wanted - 1.0).abs() < 4.5e-16, "{x}: {} {wanted}", decay(x));
        }
        assert!((decay(0.0) - 1.0).abs() <= 0.0 && decay(1e9) < 1e-300 && decay(f64::INFINITY) >= 0.0);
    }
}

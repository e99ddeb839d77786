//! e to a falling power, of many numbers side by side.
//!
//! # Equation
//! ```text
//! exp(−x) = 2ⁿ exp(r),   n = round(−x/ln 2),   r = −x − n ln 2,   exp(r) = 1 + r + r² Σ q_k r^k,  k ≤ 9
//! ```
//! with ln 2 in two parts, so that r keeps its digits; no branch and no table, so that several are worked out in one step.
//!
//! # Symbols
//! `x` nought or more (1); `q` coefficients.
//!
//! # Holds for
//! Every x of nought or more, to two units in the last place; beyond 708 the answer stays at 3e-308.
//!
//! # Source
//! Textbook: reduction of the argument; the `q` interpolate `(exp(r) − 1 − r)/r²` at the ten Chebyshev nodes of |r| ≤ ½ ln 2, which leaves 2e-17 of exp(r).

/// Beyond it the answer is as good as nought.
const FAR: f64 = 708.0;
/// Added to a number it leaves it whole, in the lowest bits.
const WHOLE: f64 = 6_755_399_441_055_744.0;
/// ln 2: its first 32 bits, and the rest.
const LN_2: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];
/// q, the lowest power first.
const Q: [f64; 10] = [
    0.500_000_000_000_000_1,
    0.166_666_666_666_666_69,
    0.041_666_666_666_624_13,
    0.008_333_333_333_330_062,
    0.001_388_888_891_721_371_7,
    0.000_198_412_698_630_536_18,
    2.480_152_129_595_437_6e-5,
    2.755_726_845_999_706_4e-6,
    2.762_008_844_540_974_6e-7,
    2.510_038_549_551_032e-8,
];

/// exp(−x) for x of nought or more.
#[inline]
pub fn decay(x: f64) -> f64 {
    let x = if x < FAR { x } else { FAR };
    let shifted = WHOLE - x * std::f64::consts::LOG2_E;
    let n = shifted - WHOLE;
    let r = (-x - n * LN_2[0]) - n * LN_2[1];
    // In pairs, and pairs of pairs: short chains of work.
    let (r2, pair) = (r * r, |low: usize| Q[low] + Q[low + 1] * r);
    let (r4, first) = (r2 * r2, (1.0 + r) + pair(0) * r2);
    let series = first + ((pair(2) + pair(4) * r2) + (pair(6) + pair(8) * r2) * r4) * r4;
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

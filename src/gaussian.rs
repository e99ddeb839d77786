//! The normal distribution: its shares and its quantiles.
//!
//! # Equation
//! ```text
//! Φ(x) = ½ + φ(x) Σ x^(2k+1)/(1·3·5…(2k+1))            near nought
//! 1 − Φ(x) = φ(x) / (x + 1/(x + 2/(x + 3/(x + …))))    in the tails
//! ```
//! and Φ⁻¹ by ratios of polynomials, one set for the middle and two for the tails.
//!
//! # Symbols
//! `x` standard normal score (1); `Φ` share below it; `φ` its density.
//!
//! # Holds for
//! Every `x`, to 1e-14 of a share; quantiles of shares between 1e-300 and 1 − 1e-16 to some 1e-15 of their value.
//!
//! # Source
//! Series and continued fraction: textbook. Quantiles: `wichura1988`, algorithm AS 241 (PPND16).

#![expect(clippy::excessive_precision, reason = "the coefficients stand as they are printed")]

/// Numerator in the middle, lowest power first.
const MIDDLE: [f64; 8] = [
    3.387_132_872_796_366_608,
    1.331_416_678_917_843_774_5e2,
    1.971_590_950_306_551_442_7e3,
    1.373_169_376_550_946_112_5e4,
    4.592_195_393_154_987_145_7e4,
    6.726_577_092_700_870_085_3e4,
    3.343_057_558_358_812_810_5e4,
    2.509_080_928_730_122_672_7e3,
];
/// Denominator in the middle.
const UNDER_MIDDLE: [f64; 8] = [
    1.0,
    4.231_333_070_160_091_125_2e1,
    6.871_870_074_920_579_083e2,
    5.394_196_021_424_751_107_7e3,
    2.121_379_430_158_659_586_7e4,
    3.930_789_580_009_271_061e4,
    2.872_908_573_572_194_267_4e4,
    5.226_495_278_852_854_561e3,
];
/// Numerator where the tail begins.
const TAIL: [f64; 8] = [
    1.423_437_110_749_683_577_34,
    4.630_337_846_156_545_295_9,
    5.769_497_221_460_691_405_5,
    3.647_848_324_763_204_605_04,
    1.270_458_252_452_368_382_58,
    2.417_807_251_774_506_117_7e-1,
    2.272_384_498_926_918_458_33e-2,
    7.745_450_142_783_414_076_4e-4,
];
/// Denominator where the tail begins.
const UNDER_TAIL: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87,
    1.676_384_830_183_803_849_4,
    6.897_673_349_851_000_045_5e-1,
    1.481_039_764_274_800_745_9e-1,
    1.519_866_656_361_645_719_66e-2,
    5.475_938_084_995_344_946e-4,
    1.050_750_071_644_416_843_24e-9,
];
/// Numerator far out.
const FAR: [f64; 8] = [
    6.657_904_643_501_103_777_2,
    5.463_784_911_164_114_369_9,
    1.784_826_539_917_291_335_8,
    2.965_605_718_285_048_912_3e-1,
    2.653_218_952_657_612_309_3e-2,
    1.242_660_947_388_078_438_6e-3,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
/// Denominator far out.
const UNDER_FAR: [f64; 8] = [
    1.0,
    5.998_322_065_558_879_376_9e-1,
    1.369_298_809_227_358_053_1e-1,
    1.487_536_129_085_061_485_25e-2,
    7.868_691_311_456_132_591e-4,
    1.846_318_317_510_054_681_8e-5,
    1.421_511_758_316_445_888_7e-7,
    2.044_263_103_389_939_785_64e-15,
];

fn ratio(over: &[f64; 8], under: &[f64; 8], at: f64) -> f64 {
    let sum = |powers: &[f64; 8]| powers.iter().rev().fold(0.0, |sum, factor| sum * at + factor);
    sum(over) / sum(under)
}

/// The density at a score.
pub fn density(score: f64) -> f64 {
    (-0.5 * score * score).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// The share of a standard normal below a score.
pub fn share_below(score: f64) -> f64 {
    let far = score.abs();
    if far > 38.5 {
        return if score > 0.0 { 1.0 } else { 0.0 };
    }
    if far < 3.0 {
        let (mut term, mut sum, mut odd) = (score, score, 1.0);
        while term.abs() > 1e-17 * sum.abs() {
            odd += 2.0;
            term *= score * score / odd;
            sum += term;
        }
        return 0.5 + density(score) * sum;
    }
    let mut under = far;
    for step in (1..=60u8).rev() {
        under = far + f64::from(step) / under;
    }
    let beyond = density(far) / under;
    if score > 0.0 { 1.0 - beyond } else { beyond }
}

/// The score below which a share lies; of nought and one, far out but a number.
pub fn quantile(share: f64) -> f64 {
    let off = share - 0.5;
    if off.abs() <= 0.425 {
        return off * ratio(&MIDDLE, &UNDER_MIDDLE, 0.180_625 - off * off);
    }
    let tail = if off < 0.0 { share } else { 1.0 - share };
    let root = (-tail.max(1e-300).ln()).sqrt();
    let out = if root <= 5.0 { ratio(&TAIL, &UNDER_TAIL, root - 1.6) } else { ratio(&FAR, &UNDER_FAR, root - 5.0) };
    if off < 0.0 { -out } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Second route: the quantile's polynomials against the series and the continued fraction.
    #[test]
    fn quantiles_and_shares_are_each_others_inverse() {
        for step in 1..4000 {
            let share = f64::from(step) / 4000.0;
            assert!((share_below(quantile(share)) - share).abs() < 5e-16, "{share}");
        }
        for power in 1..280 {
            let share = 10f64.powi(-power);
            let score = quantile(share);
            assert!((share_below(score) / share - 1.0).abs() < 1e-11, "{share}");
            assert!((quantile(1.0 - share) + score).abs() < 1e-6 || power > 9, "{share}");
        }
    }

    #[test]
    fn known_values() {
        assert!((share_below(1.0) - 0.841_344_746_068_542_9).abs() < 1e-15);
        assert!((quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
        assert!(quantile(0.5).abs() < 1e-16);
        assert!(quantile(0.0).is_finite() && quantile(1.0).is_finite());
        let both: Vec<f64> = [2.999_999_999, 3.000_000_001].map(share_below).to_vec();
        assert!((both[1] - both[0] - 2e-9 * density(3.0)).abs() < 1e-15, "no step where the two laws meet");
    }
}

//! Chance by counting: the draw for a place is worked out from its number, not from the draws before it.
//!
//! # Equation
//! ```text
//! draw(key, n) = mix(key + n·γ),   key = mix(… mix(mix(seed) ⊕ a) ⊕ b …)
//! mix(z): z ⊕= z≫30; z ·= m₁; z ⊕= z≫27; z ·= m₂; z ⊕= z≫31      (modulo 2⁶⁴)
//! ```
//! a share is the upper 53 bits and a half over 2⁵³, a normal score its quantile.
//!
//! # Symbols
//! γ odd constant near 2⁶⁴/golden ratio; a, b what the draw is for (realisation, variable); n its number there.
//!
//! # Holds for
//! Simulation; not for secrets. Any order of asking, any number of cores: the same seed gives the same bits.
//!
//! # Source
//! `steele2014` (SplitMix64).

use crate::gaussian::quantile;

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A stream of draws, numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance(u64);

impl Chance {
    /// Of a seed.
    pub fn of(seed: u64) -> Self {
        Self(mix(seed.wrapping_add(STEP)))
    }

    /// The stream within this one that belongs to a purpose: a realisation, a variable, a line.
    pub fn within(self, purpose: u64) -> Self {
        Self(mix(self.0 ^ mix(purpose.wrapping_mul(STEP).wrapping_add(1))))
    }

    /// Sixty-four bits.
    pub fn bits(self, number: u64) -> u64 {
        mix(self.0.wrapping_add(number.wrapping_mul(STEP)))
    }

    /// A number between nought and one, neither of them.
    pub fn share(self, number: u64) -> f64 {
        ((self.bits(number) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// A standard normal score.
    pub fn normal(self, number: u64) -> f64 {
        quantile(self.share(number))
    }

    /// A whole number below `end`.
    pub fn below(self, number: u64, end: usize) -> usize {
        ((u128::from(self.bits(number)) * end as u128) >> 64) as usize
    }

    /// Puts things in a random order.
    pub fn shuffle<T>(self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last as u64, last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four moments within four standard errors, and no memory from one draw to the next or between streams.
    #[test]
    fn draws_are_normal_and_independent() {
        let count = 200_000u64;
        let (one, other) = (Chance::of(7).within(3), Chance::of(7).within(4));
        let (mut moments, mut next, mut across) = ([0.0; 4], 0.0, 0.0);
        for at in 0..count {
            let draw = one.normal(at);
            for (power, moment) in moments.iter_mut().enumerate() {
                *moment += draw.powi(power as i32 + 1) / count as f64;
            }
            next += draw * one.normal(at + 1) / count as f64;
            across += draw * other.normal(at) / count as f64;
        }
        // Variances of a normal's powers: 1, 2, 15, 96.
        for ((moment, law), variance) in moments.iter().zip([0.0, 1.0, 0.0, 3.0]).zip([1.0f64, 2.0, 15.0, 96.0]) {
            assert!((moment - law).abs() < 4.0 * (variance / count as f64).sqrt(), "{moments:?}");
        }
        assert!(next.abs() < 4.0 / (count as f64).sqrt() && across.abs() < 4.0 / (count as f64).sqrt());
    }

    #[test]
    fn a_shuffle_keeps_every_thing_and_each_place_is_as_likely() {
        let mut first = [0usize; 5];
        for seed in 0..5000 {
            let mut things = [0, 1, 2, 3, 4];
            Chance::of(seed).shuffle(&mut things);
            first[things[0]] += 1;
            things.sort_unstable();
            assert_eq!(things, [0, 1, 2, 3, 4]);
        }
        assert!(first.iter().all(|count| count.abs_diff(1000) < 4 * 29), "{first:?}");
    }
}

//! A small generator of random numbers: the same circuit from the same seed on every machine.
//!
//! # Source
//! SplitMix64 (Steele, Lea and Flood, 2014): a counter and a mix.

/// A stream of random numbers.
pub struct Dice(u64);

impl Dice {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xD134_2543_DE82_EF95).wrapping_add(0x632B_E59B_D9B4_E019))
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Evenly between two numbers.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.bits() >> 11) as f64 / (1u64 << 53) as f64)
    }

    /// Evenly in the logarithm.
    pub fn decades(&mut self, low: f64, high: f64) -> f64 {
        10f64.powf(self.between(low.log10(), high.log10()))
    }

    /// A whole number, both ends included.
    pub fn count(&mut self, low: usize, high: usize) -> usize {
        low + (self.bits() % (high - low + 1) as u64) as usize
    }

    /// True with a probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.between(0.0, 1.0) < probability
    }

    /// Some of them, in their order.
    pub fn some<T: Copy>(&mut self, all: &[T], how_many: usize) -> Vec<T> {
        let mut left = how_many.min(all.len());
        let mut chosen = Vec::new();
        for (at, &one) in all.iter().enumerate() {
            if self.chance(left as f64 / (all.len() - at) as f64) && left > 0 {
                chosen.push(one);
                left -= 1;
            }
        }
        chosen
    }
}

//! What every vessel holds: solutes, and what rides with the solution.

use std::ops::Range;

use super::{Carried, Filling, Vessels};
use crate::separate::cascade::network::Network;

/// Carried quantities as amounts that are never negative: charge and acid above and below zero apart.
pub(super) const RIDERS: usize = 7;

/// A carried five as seven amounts.
pub(super) fn riders(carried: &Carried) -> [f64; RIDERS] {
    let [anions, acid, sulfate, fluoride, phosphate] = *carried;
    [anions.max(0.0), (-anions).max(0.0), acid.max(0.0), (-acid).max(0.0), sulfate, fluoride, phosphate]
}

/// Where each vessel's contents stand in a list of all.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    pub mixer: Vec<usize>,
    pub tanks: [Vec<Range<usize>>; 2],
    pub count: usize,
}

impl Places {
    pub(super) fn of(vessels: &[Vessels]) -> Self {
        let mut places = Self::default();
        for stage in vessels {
            places.mixer.push(places.count);
            places.count += 1;
            for (ranges, tanks) in places.tanks.iter_mut().zip(&stage.tanks) {
                ranges.push(places.count..places.count + tanks.len());
                places.count += tanks.len();
            }
        }
        places
    }
}

/// Amounts of both sorts, vessel by vessel; the last row is what has left for good.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    pub solutes: Vec<f64>,
    pub riders: Vec<f64>,
}

impl Held {
    pub(super) fn filled(network: &Network<'_>, vessels: &[Vessels], places: &Places, filled: &[Filling]) -> Self {
        let k = network.solutes.len();
        let mut held =
            Self { solutes: vec![0.0; (places.count + 1) * k], riders: vec![0.0; (places.count + 1) * RIDERS] };
        let mut fill = |place: usize, filling: &Filling, litres: [f64; 2]| {
            for (content, litres) in filling.solutes.iter().zip(litres) {
                for (slot, moles) in held.solutes[place * k..(place + 1) * k].iter_mut().zip(content) {
                    *slot += moles * litres;
                }
            }
            let row = &mut held.riders[place * RIDERS..(place + 1) * RIDERS];
            for (slot, amount) in row.iter_mut().zip(riders(&filling.carried)) {
                *slot += amount * litres[0];
            }
        };
        for (at, ((vessel, filling), stage)) in vessels.iter().zip(filled).zip(&network.stages).enumerate() {
            let per_flow = vessel.mixer / (stage.aqueous + stage.organic);
            fill(places.mixer[at], filling, [stage.aqueous * per_flow, stage.organic * per_flow]);
            for (place, &litres) in places.tanks[0][at].clone().zip(&vessel.tanks[0]) {
                fill(place, filling, [litres, 0.0]);
            }
            for (place, &litres) in places.tanks[1][at].clone().zip(&vessel.tanks[1]) {
                fill(place, filling, [0.0, litres]);
            }
        }
        held
    }

    /// mol of each solute in all vessels.
    pub(super) fn totals(&self, k: usize) -> Vec<f64> {
        let mut sums = vec![0.0; k];
        for row in self.solutes[..self.solutes.len() - k].chunks_exact(k) {
            for (sum, moles) in sums.iter_mut().zip(row) {
                *sum += moles;
            }
        }
        sums
    }

    /// mol of each solute that has left for good.
    pub(super) fn left(&self, k: usize) -> &[f64] {
        &self.solutes[self.solutes.len() - k..]
    }

    /// Third order from steps in one, two and three parts, written into `self`; beside it the
    /// largest error over what is tolerated: the root mean square over the vessels, of the worst solute.
    /// Infinite where too much would fall below zero.
    ///
    /// `typical`: equivalents that a vessel holds when it is full of metal.
    pub(super) fn extrapolate(&mut self, parts: [&Held; 3], charge: &[f64], typical: f64, tolerance: f64) -> f64 {
        let ([one, two, three], k) = (parts, charge.len());
        let combined = |a: f64, b: f64, c: f64| 4.5 * c - 4.0 * b + 0.5 * a;
        let mut worst: f64 = 0.0;
        let rows = self.solutes.len() / k - 1;
        let mut sums = vec![0.0; k];
        for row in 0..rows {
            let here = row * k..(row + 1) * k;
            let all = equivalents(&self.solutes[here.clone()], charge) + typical;
            for (i, at) in here.enumerate() {
                let (a, b, c) = (one.solutes[at], two.solutes[at], three.solutes[at]);
                // Half of what the two second-order results differ by is what third order corrects.
                let error = 0.5 * ((3.0 * c - 2.0 * b) - (2.0 * b - a));
                let scale = tolerance * (self.solutes[at].abs().max(c) + FLOOR * all / charge[i]);
                sums[i] += (error / scale) * (error / scale);
            }
        }
        for sum in &sums {
            worst = worst.max((sum / rows as f64).sqrt());
        }
        if worst.is_nan() {
            return f64::INFINITY;
        }
        if worst > 1.0 {
            return worst;
        }
        let mut new = self.clone();
        let lists = [
            (&mut new.solutes, [&one.solutes, &two.solutes, &three.solutes], k),
            (&mut new.riders, [&one.riders, &two.riders, &three.riders], RIDERS),
        ];
        for (mine, list, width) in lists {
            for (at, slot) in mine.iter_mut().enumerate() {
                *slot = combined(list[0][at], list[1][at], list[2][at]);
            }
            let end = mine.len() - width;
            if !never_negative(&mut mine[..end], width) {
                return f64::INFINITY;
            }
        }
        *self = new;
        worst
    }
}

/// Below this share of a vessel's contents, and of what it typically holds, a solute is not followed to its own digits.
const FLOOR: f64 = 1e-6;
/// Share of what there is of a solute that may be shifted to keep all amounts from falling below zero.
const SHIFTED: f64 = 1e-4;

fn equivalents(row: &[f64], charge: &[f64]) -> f64 {
    row.iter().zip(charge).map(|(moles, z)| z * moles.abs()).sum()
}

/// Sets what is below zero to zero and takes it from the same amount elsewhere; false if that is too much.
fn never_negative(amounts: &mut [f64], width: usize) -> bool {
    for i in 0..width {
        let (mut above, mut below) = (0.0, 0.0);
        for &amount in amounts.iter().skip(i).step_by(width) {
            if amount < 0.0 {
                below -= amount;
            } else {
                above += amount;
            }
        }
        if below > 0.0 {
            if below > SHIFTED * above {
                return false;
            }
            let keep = 1.0 - below / above;
            for amount in amounts.iter_mut().skip(i).step_by(width) {
                *amount = if *amount < 0.0 { 0.0 } else { *amount * keep };
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_falls_below_zero_is_taken_from_the_same_solute() {
        let mut amounts = [1.0, 5.0, -1e-6, 5.0, 1.0, 0.0];
        assert!(never_negative(&mut amounts, 2));
        assert!(amounts[2].abs() < 1e-30);
        assert!((amounts[0] + amounts[4] - (2.0 - 1e-6)).abs() < 1e-15);
        assert_eq!((amounts[1], amounts[3]), (5.0, 5.0));
        assert!(!never_negative(&mut [1.0, -0.1], 1));
    }
}

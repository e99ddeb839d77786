//! Hoist: grains that sink while the water rises, and so stand closer together than they were fed.
//!
//! # Equation
//! ```text
//! Cᵢ = cᵢ V/(V − wᵢ)        wᵢ = vᵢ (1 − C)^βᵢ        C = Σ Cᵢ
//! ```
//! The column is heavier than its feed by `Σ (Cᵢ − cᵢ)(ρᵢ − ρl)`. The greater C is, the less the grains sink, so the sum has
//! one root between Σ cᵢ and the densest packing, found by halving; where even packing is not enough, the riser chokes.
//!
//! # Symbols
//! cᵢ: grains of one size and mineral, by volume of what is delivered, 1; Cᵢ: the same in the riser; V: velocity of the
//! slurry, m/s; vᵢ, βᵢ: settling alone and the exponent of its hindering ([`super::settling`]).
//!
//! # Holds for
//! Steady upward flow, grains small beside the pipe (a tenth), no yield stress that would carry them: the safe side. A grain
//! whose hindered settling is faster than the slurry does not rise and is an error, not a caveat.
//!
//! # Source
//! Continuity of each class; settling and hindering as in `richardson1954` and `miedema2023`.

use super::crossing::crossing;
use super::pipe::GRAVITY;
use super::settling;
use crate::stream::Stream;

/// Solids by volume beyond which grains lock.
pub const PACKING: f64 = 0.60;

/// Settling, as a share of the slurry's speed, below which grains count as water.
const STILL: f64 = 1e-4;

/// Grains of one size and density.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grain {
    /// m.
    pub size: f64,
    /// kg/m³.
    pub density: f64,
    /// Share of the slurry's volume, as delivered.
    pub delivered: f64,
    /// Settling velocity alone, m/s.
    pub alone: f64,
    /// Exponent of its hindering.
    pub hindering: f64,
}

/// Why grains do not rise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stuck {
    /// This size, m, sinks at this speed, m/s, faster than the slurry rises.
    Sinks(f64, f64),
    /// The grains crowd to packing.
    Chokes,
}

/// The grains of a slurry, finest classes and coarsest, each by its middle size; none where the stream has no sizes.
pub fn grains(slurry: &Stream, liquid_density: f64, viscosity: f64) -> Vec<Grain> {
    let volume = slurry.slurry_volume();
    if slurry.solid.edges.is_empty() || volume <= 0.0 {
        return Vec::new();
    }
    let mut grains = Vec::new();
    for lot in &slurry.solid.lots {
        for (class, kg) in lot.kg_per_h.iter().enumerate().filter(|(_, kg)| **kg > 0.0) {
            let Some((lower, upper)) = slurry.solid.class(class) else { continue };
            let (size, density) = ((lower * upper).sqrt(), lot.mineral.density);
            let alone = settling::terminal(size, density, liquid_density, viscosity, GRAVITY);
            let hindering = settling::hindering(alone * size * liquid_density / viscosity);
            grains.push(Grain { size, density, delivered: kg / density / volume, alone, hindering });
        }
    }
    grains
}

/// A class of grains that slips.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slipping {
    /// By which the slurry is heavier for its grains, as delivered, kg/m³.
    pub weight: f64,
    /// How fast they sink in the crowd, m/s.
    pub sinks: f64,
}

/// The classes that slip at all, where the slurry holds `solids` by volume and rises at `velocity`, m/s, where it is slowest.
pub fn slipping(grains: &[Grain], solids: f64, liquid: f64, velocity: f64) -> Result<Vec<Slipping>, Stuck> {
    let slips: Vec<Grain> = grains.iter().filter(|grain| grain.alone > STILL * velocity).copied().collect();
    let others = (solids - slips.iter().map(|grain| grain.delivered).sum::<f64>()).max(0.0);
    let slipping =
        |(sinks, grain): (f64, &Grain)| Slipping { weight: grain.delivered * (grain.density - liquid), sinks };
    Ok(sinking(&slips, others, velocity)?.into_iter().zip(&slips).map(slipping).collect())
}

/// By how much the column is heavier than what is delivered, kg/m³, where the slurry rises at `velocity`, m/s.
pub fn crowd(slipping: &[Slipping], velocity: f64) -> f64 {
    slipping.iter().map(|Slipping { weight, sinks }| weight * sinks / (velocity - sinks)).sum()
}

/// How fast each grain sinks in the riser, m/s, in the order given, where the slurry rises at `velocity`, m/s, and brings
/// `others` (by volume) that do not sink.
pub fn sinking(grains: &[Grain], others: f64, velocity: f64) -> Result<Vec<f64>, Stuck> {
    let delivered = others + grains.iter().map(|grain| grain.delivered).sum::<f64>();
    let at = |crowd: f64, grain: &Grain| grain.alone * (1.0 - crowd).powf(grain.hindering);
    let stuck = grains.iter().filter(|grain| at(delivered.min(PACKING), grain) >= velocity);
    if let Some(grain) = stuck.max_by(|a, b| a.alone.total_cmp(&b.alone)) {
        return Err(Stuck::Sinks(grain.size, at(delivered, grain)));
    }
    let standing = |crowd: f64| {
        others + grains.iter().map(|grain| grain.delivered * velocity / (velocity - at(crowd, grain))).sum::<f64>()
    };
    if delivered >= PACKING || standing(PACKING) >= PACKING {
        return Err(Stuck::Chokes);
    }
    if grains.is_empty() {
        return Ok(Vec::new());
    }
    let crowd = crossing(delivered, PACKING, 1e-12, |crowd| crowd - standing(crowd));
    Ok(grains.iter().map(|grain| at(crowd, grain)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grain(size: f64, delivered: f64) -> Grain {
        let alone = settling::terminal(size, 2650.0, 1030.0, 1.5e-3, GRAVITY);
        let hindering = settling::hindering(alone * size * 1030.0 / 1.5e-3);
        Grain { size, density: 2650.0, delivered, alone, hindering }
    }

    #[test]
    fn a_lone_grain_sinks_as_it_does_alone_and_a_crowd_is_slower() {
        let lone = sinking(&[grain(1e-3, 1e-9)], 0.0, 2.0).unwrap()[0];
        assert!((lone / grain(1e-3, 0.0).alone - 1.0).abs() < 1e-6);
        let mut before = lone;
        for delivered in [0.05, 0.1, 0.2, 0.3] {
            let crowd = sinking(&[grain(1e-3, delivered)], 0.0, 2.0).unwrap()[0];
            assert!(crowd < before);
            before = crowd;
        }
    }

    #[test]
    fn what_is_fed_is_what_arrives() {
        let grains = [grain(2e-3, 0.1), grain(5e-4, 0.05)];
        let velocity = 1.5;
        let sinks = sinking(&grains, 0.02, velocity).unwrap();
        let standing: Vec<f64> =
            grains.iter().zip(&sinks).map(|(g, w)| g.delivered * velocity / (velocity - w)).collect();
        let crowd = 0.02 + standing.iter().sum::<f64>();
        for ((grain, w), c) in grains.iter().zip(&sinks).zip(&standing) {
            assert!((grain.alone * (1.0 - crowd).powf(grain.hindering) / w - 1.0).abs() < 1e-9);
            assert!((c * (velocity - w) / (grain.delivered * velocity) - 1.0).abs() < 1e-12);
            assert!(*c > grain.delivered);
        }
    }

    #[test]
    fn slow_water_leaves_grains_below_and_too_many_choke() {
        let cobble = grain(0.03, 0.01);
        assert!(matches!(sinking(&[cobble], 0.0, 0.5), Err(Stuck::Sinks(size, _)) if size > 0.02));
        assert_eq!(sinking(&[grain(1e-3, 0.59)], 0.0, 0.02), Err(Stuck::Chokes));
        assert!(sinking(&[], 0.3, 1.0).unwrap().is_empty());
    }
}

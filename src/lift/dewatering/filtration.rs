//! Cake filtration at constant pressure.
//!
//! # Equation
//! ```text
//! dv/dt = Δp / [μ (α c v + R)]              t = μ/Δp · (α c v²/2 + R v)
//! α = α₁ (Δp / 1 bar)ⁿ                      c = ρ / (1/s − 1 − l)
//! α = 5 S² (1 − ε) / (ρs ε³)                where it is not measured: Kozeny and Carman, S = 6/d
//! ```
//!
//! # Symbols
//! v: filtrate by area, m; Δp: pressure across cake and cloth, Pa; μ: viscosity, Pa·s; α: specific resistance, m/kg; c: dry
//! cake by filtrate, kg/m³; R: resistance of the cloth, 1/m; s: solids in the slurry's mass, 1; l: liquor in the cake by its
//! dry solids, 1; ρ, ρs: density of liquor and grains, kg/m³; ε: voids of the cake, 1; S: surface by volume, 1/m; d: Sauter
//! mean diameter, m.
//!
//! # Holds for
//! Cakes that form evenly and do not go on consolidating. Kozeny and Carman's law is for packed grains: flat clays and broad
//! mixtures resist one to three powers of ten more.
//!
//! # Source
//! `ruth1933`, `carman1938`; measured run worked out in `rushton1996`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Area, Density, Fraction, Number, Pressure, Viscosity, Volume};
use crate::unit::{Case, Kind, Reading};

/// A cake on its cloth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Filtration {
    /// Specific resistance at this pressure, m/kg.
    pub resistance: f64,
    /// Of the cloth, 1/m.
    pub cloth: f64,
    /// Dry cake by filtrate, kg/m³.
    pub deposit: f64,
    /// Of the filtrate, Pa·s.
    pub viscosity: f64,
    /// Pa.
    pub pressure: f64,
}

impl Filtration {
    /// Time that filtrate `v`, m, takes, s.
    pub fn time(&self, v: f64) -> f64 {
        self.viscosity / self.pressure * (0.5 * self.resistance * self.deposit * v * v + self.cloth * v)
    }

    /// Flux once `v`, m, have passed, m/s.
    pub fn flux(&self, v: f64) -> f64 {
        self.pressure / (self.viscosity * (self.resistance * self.deposit * v + self.cloth))
    }
}

/// Dry cake by filtrate, kg/m³, of a slurry with `solids` by mass whose cake holds `liquor` by its dry solids; nothing
/// where the slurry is as thick as the cake.
pub fn deposit(solids: f64, liquor: f64, density: f64) -> Option<f64> {
    let free = 1.0 / solids - 1.0 - liquor;
    (free > 0.0).then(|| density / free)
}

/// Specific resistance of packed grains, m/kg, by surface by volume, 1/m.
pub fn packed(surface: f64, voids: f64, solid_density: f64) -> f64 {
    5.0 * surface * surface * (1.0 - voids) / (solid_density * voids.powi(3))
}

/// A run on a filter of known area.
#[derive(Debug)]
struct Run {
    filtration: Filtration,
    area: f64,
    filtrate: f64,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "cake-filtration",
    about: "Time that a filtrate takes through a growing cake at constant pressure",
    sources: &["ruth1933", "rushton1996"],
    read,
};

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let resistance: Option<Number> = fields.need("resistance", "of the cake, m/kg", 1e6..=1e16);
    let cloth: Option<Number> = fields.need("cloth_resistance", "1/m", 0.0..=1e16);
    let solids: Option<Fraction> = fields.need("solids", "in the slurry's mass", 1e-5..=0.9);
    let liquor: Option<Number> = fields.need("liquor", "in the cake by its dry solids", 0.0..=20.0);
    let density: Option<Density> = fields.need("density", "of the filtrate", 500.0..=2000.0);
    let viscosity: Option<Viscosity> = fields.need("viscosity", "of the filtrate", 1e-5..=1.0);
    let pressure: Option<Pressure> = fields.need("pressure", "across cake and cloth", 1e2..=1e8);
    let area: Option<Area> = fields.need("area", "of the filter", 1e-4..=1e5);
    let filtrate: Option<Volume> = fields.need("filtrate", "that is to pass", 1e-7..=1e5);
    let Some(deposit) = deposit(solids?.0, liquor?.0, density?.0) else {
        fields.refuse("solids", "the slurry is as thick as the cake", "a thinner slurry");
        return None;
    };
    let filtration = Filtration {
        resistance: resistance?.0,
        cloth: cloth?.0,
        deposit,
        viscosity: viscosity?.0,
        pressure: pressure?.0,
    };
    Some(Box::new(Run { filtration, area: area?.0, filtrate: filtrate?.0 }))
}

impl Case for Run {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let v = self.filtrate / self.area;
        Ok(vec![
            Reading::new("time", self.filtration.time(v), "s"),
            Reading::new("dry cake by filtrate", self.filtration.deposit, "kg/m3"),
            Reading::new("flux at the end", self.filtration.flux(v) * 3600.0, "m/h"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: Filtration =
        Filtration { resistance: 1e11, cloth: 5e10, deposit: 100.0, viscosity: 1e-3, pressure: 3e5 };

    #[test]
    fn time_is_the_flux_summed_up() {
        let (v, steps) = (0.4, 20_000);
        let dv = v / f64::from(steps);
        let summed: f64 = (0..steps).map(|n| dv / RUN.flux((f64::from(n) + 0.5) * dv)).sum();
        assert!((summed / RUN.time(v) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn without_cake_the_cloth_alone_and_without_cloth_the_square_law() {
        let clear = Filtration { deposit: 0.0, ..RUN };
        assert!((clear.time(0.2) / clear.time(0.1) - 2.0).abs() < 1e-12);
        let bare = Filtration { cloth: 0.0, ..RUN };
        assert!((bare.time(0.2) / bare.time(0.1) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn a_slurry_loses_what_the_cake_does_not_hold() {
        // 1 kg of solids in 9 of water, cake with 1: 8 kg pass.
        assert!((deposit(0.1, 1.0, 1000.0).unwrap() - 1000.0 / 8.0).abs() < 1e-9);
        assert_eq!(deposit(0.5, 1.0, 1000.0), None);
    }

    #[test]
    fn finer_and_denser_cakes_resist_more() {
        let of = |d: f64, voids| packed(6.0 / d, voids, 2650.0);
        assert!((of(1e-6, 0.4) / of(2e-6, 0.4) - 4.0).abs() < 1e-12);
        assert!(of(1e-6, 0.35) > of(1e-6, 0.4));
        assert!((of(10e-6, 0.4) / 6.37e9 - 1.0).abs() < 1e-2, "{}", of(10e-6, 0.4));
    }
}

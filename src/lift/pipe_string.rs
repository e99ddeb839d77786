//! Pipe string: what hangs from the ship, and whether the steel bears it.
//!
//! # Equation
//! ```text
//! N  = L g [(ρst − ρw) A (1 − b) + (ρin − ρw) Ai]        hang-off load
//! σa = N/A        σh = (pi − pe) D/(2 t) at the deck      σ² = σa² − σa σh + σh²
//! py = 2 σy t/Do        pel = 2 E/(1 − ν²) (t/Do)³        pc = py pel/√(py² + pel²)
//! ```
//! The first line is the load at the top; strength is told as σ/σy there and as (pe − pi)/pc where the sea presses most.
//!
//! # Symbols
//! L: length, m; A, Ai: area of the steel and of the bore, m²; ρst, ρw, ρin: density of steel, sea and contents, kg/m³;
//! b: share of the steel's weight in water that floats carry; σy: yield strength, Pa; t: wall, m; D: inner, Do: outer
//! diameter, m; pi, pe: pressure inside and outside, Pa; E = 207 GPa, ν = 0.3: steel; pc: collapse pressure, Pa.
//!
//! # Holds for
//! Still water: no waves, current, heave, bending or fatigue, no wear, no out-of-roundness, one wall thickness all the way
//! down. What fails here cannot work; what passes here is not yet designed.
//!
//! # Source
//! Statics; collapse as in `api1111`.

use super::pipe::GRAVITY;

/// kg/m³ of steel.
pub const STEEL: f64 = 7850.0;

/// Young's modulus, Pa, and Poisson's ratio.
const ELASTIC: (f64, f64) = (207e9, 0.3);

/// A pipe that hangs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pipe {
    /// Inner diameter, m.
    pub diameter: f64,
    /// Wall, m.
    pub wall: f64,
    /// Length, m.
    pub length: f64,
}

/// What the pipe is made of and how it is held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steel {
    /// Pa.
    pub yield_strength: f64,
    /// Share of the steel's weight in water that floats carry.
    pub buoyancy: f64,
}

impl Pipe {
    /// m, outside.
    pub fn outer(&self) -> f64 {
        self.diameter + 2.0 * self.wall
    }

    /// m² of the bore.
    pub fn bore(&self) -> f64 {
        std::f64::consts::FRAC_PI_4 * self.diameter * self.diameter
    }

    /// m² of steel.
    pub fn steel(&self) -> f64 {
        std::f64::consts::PI * self.wall * (self.diameter + self.wall)
    }

    /// kg of steel.
    pub fn mass(&self) -> f64 {
        STEEL * self.steel() * self.length
    }

    /// N that the ship holds; `inside` and `sea`: mean densities, kg/m³.
    pub fn hang_off(&self, steel: &Steel, inside: f64, sea: f64) -> f64 {
        let wall = (STEEL - sea) * self.steel() * (1.0 - steel.buoyancy);
        self.length * GRAVITY * (wall + (inside - sea) * self.bore())
    }

    /// Stress at the top under that load and a pressure inside over that outside, Pa.
    pub fn stress(&self, load: f64, over: f64) -> f64 {
        let (along, around) = (load / self.steel(), over * self.diameter / (2.0 * self.wall));
        (along * along - along * around + around * around).sqrt()
    }

    /// Pressure outside over that inside at which it collapses, Pa.
    pub fn collapse(&self, steel: &Steel) -> f64 {
        let slender = self.wall / self.outer();
        let (modulus, poisson) = ELASTIC;
        let plastic = 2.0 * steel.yield_strength * slender;
        let elastic = 2.0 * modulus / (1.0 - poisson * poisson) * slender.powi(3);
        plastic * elastic / plastic.hypot(elastic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRONG: Steel = Steel { yield_strength: 552e6, buoyancy: 0.0 };

    #[test]
    fn a_bare_pipe_full_of_sea_hangs_by_its_weight_in_water_whatever_its_section() {
        for (diameter, wall) in [(0.25, 0.015), (0.5, 0.03)] {
            let pipe = Pipe { diameter, wall, length: 5600.0 };
            let stress = pipe.stress(pipe.hang_off(&STRONG, 1030.0, 1030.0), 0.0);
            assert!((stress / ((STEEL - 1030.0) * GRAVITY * 5600.0) - 1.0).abs() < 1e-12, "{stress}");
        }
        let floated = Steel { buoyancy: 1.0, ..STRONG };
        let pipe = Pipe { diameter: 0.25, wall: 0.015, length: 5600.0 };
        assert!(pipe.hang_off(&floated, 1030.0, 1030.0).abs() < 1e-6);
        assert!(pipe.hang_off(&floated, 1100.0, 1030.0) > 0.0, "heavy contents still hang");
    }

    #[test]
    fn a_thick_tube_yields_and_a_thin_one_buckles() {
        let thick = Pipe { diameter: 0.1, wall: 0.03, length: 1.0 };
        let thin = Pipe { diameter: 1.0, wall: 0.005, length: 1.0 };
        let yields = 2.0 * 552e6 * 0.03 / 0.16;
        let buckles = 2.0 * 207e9 / 0.91 * (0.005f64 / 1.01).powi(3);
        assert!((thick.collapse(&STRONG) / yields - 1.0).abs() < 0.01);
        assert!((thin.collapse(&STRONG) / buckles - 1.0).abs() < 0.01);
    }

    #[test]
    fn pressure_and_load_are_joined_by_distortion_energy() {
        let pipe = Pipe { diameter: 0.3, wall: 0.02, length: 1.0 };
        assert!((pipe.stress(1e6, 0.0) - 1e6 / pipe.steel()).abs() < 1e-3);
        let hoop = 5e6 * 0.3 / 0.04;
        assert!((pipe.stress(0.0, 5e6) - hoop).abs() < 1e-3);
        assert!(pipe.stress(hoop * pipe.steel(), 5e6) - hoop < 1e-3, "equal stresses: the same as either");
    }
}

//! Tonnes and grade of a volume of ground.
//!
//! # Equation
//! `M = V ρ_d`, `M_wet = V ρ_w`, `M_REO = M g F`; `ρ_w = ρ_d + (1 − ρ_d/ρ_s) ρ_f`.
//!
//! # Symbols
//! `V` volume in place (m³); `ρ_d` mass of dry solids in a volume in place (kg/m³); `ρ_s`
//! density of the grains, `ρ_f` of the water in the pores (kg/m³); `g` grade, mass of rare
//! earths (as elements) in dry solids (1); `F` mass of reporting oxide per mass of element (1).
//!
//! # Holds for
//! Ground saturated with water; one density throughout.
//!
//! # Source
//! Definitions; `takaya2018` for what they are set against.

use crate::deposit::pattern::Pattern;
use crate::error::Error;
use crate::quantity::{Area, Density, Fraction, Length, Mass, MassFlow, Number, OperatingTime};
use crate::unit::{Case, Kind, Reading};

/// Density in place of ground saturated with water, kg/m³.
pub fn wet_density(dry: f64, grain: f64, pore_water: f64) -> f64 {
    dry + (1.0 - dry / grain) * pore_water
}

/// Round cut-offs, twenty to forty of them, from nought to the greatest grade.
pub fn cut_offs(greatest_ppm: f64) -> Vec<f64> {
    let rough = (greatest_ppm / 40.0).max(1e-6);
    let decade = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * decade).find(|step| *step >= rough).unwrap_or(rough);
    (0..=(greatest_ppm / step) as usize).map(|n| n as f64 * step).collect()
}

/// The tonnage identity asked with published figures.
#[derive(Debug)]
struct Identity {
    ground_m2: f64,
    thickness_m: f64,
    dry_density: f64,
    grain_density: f64,
    pore_water_density: f64,
    grade: f64,
    factor: f64,
    stated_kg: Option<f64>,
}

/// The identity's entry in the catalogue.
pub const CASE: Kind<dyn Case> = Kind {
    name: "resource-tonnage",
    about: "Tonnes of ground and of rare-earth oxide from area, thickness, density and grade",
    sources: &["takaya2018"],
    read: |fields, library| {
        let area: Option<Area> = fields.need("area", "ground covered", 1.0..=1e13);
        let thickness: Option<Length> = fields.need("thickness", "thickness", 1e-3..=1e4);
        let dry: Option<Density> = fields.need("dry_density", "dry solids in a volume in place", 1.0..=6000.0);
        let grain: Option<Density> = fields.need("grain_density", "density of the grains", 1000.0..=8000.0);
        let water: Option<Density> = fields.need("pore_water_density", "water in the pores", 900.0..=1300.0);
        let grade: Option<Fraction> = fields.need("grade", "rare earths, as elements, in dry solids", 0.0..=0.9);
        let stated: Option<Mass> =
            fields.may("stated_oxide", "published mass of oxide, to work the density back", 1.0..=1e16);
        let pattern = Pattern::field(fields, library, "pattern");
        Some(Box::new(Identity {
            ground_m2: area?.0,
            thickness_m: thickness?.0,
            dry_density: dry?.0,
            grain_density: grain?.0,
            pore_water_density: water?.0,
            grade: grade?.0,
            factor: pattern?.oxide_factor(),
            stated_kg: stated.map(|mass| mass.0),
        }))
    },
};

impl Case for Identity {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let volume_m3 = self.ground_m2 * self.thickness_m;
        let wet = wet_density(self.dry_density, self.grain_density, self.pore_water_density);
        let dry_t = volume_m3 * self.dry_density / 1000.0;
        let oxide_t = dry_t * self.grade * self.factor;
        let mut readings = vec![
            Reading::new("oxide", oxide_t / 1e6, "Mt"),
            Reading::new("dry", dry_t / 1e6, "Mt"),
            Reading::new("wet", volume_m3 * wet / 1e9, "Mt"),
            Reading::new("oxide factor", self.factor, "1"),
            Reading::new("porosity", 1.0 - self.dry_density / self.grain_density, "1"),
            Reading::new("wet density", wet, "kg/m3"),
            Reading::new("dry share of wet mass", self.dry_density / wet, "1"),
            Reading::new("oxide in dry solids", self.grade * self.factor * 1000.0, "kg/t"),
        ];
        if let Some(stated) = self.stated_kg {
            let dry_density = stated / (volume_m3 * self.grade * self.factor);
            readings.push(Reading::new("dry density worked back", dry_density, "kg/m3"));
            let grade = stated / (volume_m3 * self.dry_density * self.factor);
            readings.push(Reading::new("grade worked back", grade * 1e6, "ppm"));
        }
        Ok(readings)
    }
}

/// A yearly sum set against the tonnes of a year, as potential assessments publish it.
#[derive(Debug)]
struct PerTonne {
    tonnes_a_year: f64,
    yearly: f64,
    once: f64,
    years: f64,
}

/// The arithmetic's entry in the catalogue.
pub const PER_TONNE: Kind<dyn Case> = Kind {
    name: "per-tonne-of-mud",
    about: "Yearly and once-only sums of an assessment, per tonne lifted, in the assessment's own currency",
    sources: &["meti2016"],
    read: |fields, _| {
        let lifted: Option<MassFlow> = fields.need("lifted", "mud lifted while at work", 1e-3..=1e9);
        let at_work: Option<OperatingTime> = fields.need("at_work", "time at work", 1.0..=8784.0);
        let yearly: Option<Number> = fields.need("yearly", "sum of a year, in currency units", 0.0..=1e18);
        let once: Option<Number> = fields.need("once", "sum spent once, in currency units", 0.0..=1e18);
        let years: Option<Number> = fields.need("years", "years of work", 0.1..=1000.0);
        Some(Box::new(PerTonne {
            tonnes_a_year: lifted?.0 * at_work?.0 / 1000.0,
            yearly: yearly?.0,
            once: once?.0,
            years: years?.0,
        }))
    },
};

impl Case for PerTonne {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        Ok(vec![
            Reading::new("yearly sum per tonne", self.yearly / self.tonnes_a_year, "1/t"),
            Reading::new("once-only sum per tonne", self.once / (self.tonnes_a_year * self.years), "1/t"),
            Reading::new("lifted in all", self.tonnes_a_year * self.years / 1e6, "Mt"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_offs_are_round_and_some_dozens() {
        for greatest in [0.7, 991.0, 43_000.0] {
            let cuts = cut_offs(greatest);
            assert!((15..60).contains(&cuts.len()), "{}", cuts.len());
            assert!(cuts[0].abs() < 1e-12 && cuts.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(cuts[cuts.len() - 1] <= greatest * (1.0 + 1e-12));
        }
    }

    #[test]
    fn saturated_mud_weighs_what_its_parts_weigh() {
        assert!((wet_density(555.0, 2650.0, 1030.0) - 1369.3).abs() < 0.1);
    }
}

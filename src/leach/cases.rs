//! Questions a validation file can put to the laws of this room.

use std::sync::Arc;

use super::dissolution::{Acid, Behaviours};
use super::equilibrium::{Activity, Chemistry};
use crate::element::Element;
use crate::error::Error;
use crate::formula::Formula;
use crate::ion::Ion;
use crate::quantity::{Duration, Fraction, Molarity, Number};
use crate::stream::Aqueous;
use crate::unit::{Case, Kind, Reading};

/// A solution of these molarities, as one litre.
fn litre(ions: &[(Ion, f64)]) -> Aqueous {
    let mut solution = Aqueous { water: 1.0, ..Aqueous::default() };
    for _ in 0..50 {
        let litres = solution.volume() * 1000.0;
        for (ion, molarity) in ions {
            solution.ions[*ion] = molarity * litres;
        }
    }
    solution.water /= solution.volume() * 1000.0;
    for (ion, molarity) in ions {
        solution.ions[*ion] = *molarity;
    }
    solution
}

/// Iron from a nitrate solution, by mass action alone.
pub const FERRIC: Kind<dyn Case> = Kind {
    name: "ferric-hydroxide",
    about: "Ferric hydroxide out of ferric nitrate: one solubility product, one acid constant, ideal.",
    sources: &["prommis2026"],
    read: |fields, library| {
        let iron = fields.need::<Molarity>("iron", "total ferric iron", 0.0..=5.0);
        let nitrate = fields.need::<Molarity>("nitrate", "total nitrate", 0.0..=5.0);
        let log_ksp = fields.need::<Number>("log_ksp", "log [Fe3+][OH-]^3", -60.0..=0.0);
        let log_k = fields.need::<Number>("log_k_nitric", "log [H+][NO3-]/[HNO3]", -5.0..=5.0);
        let mut chemistry = Chemistry::read(library).ok()?;
        let iron_only = chemistry.pick(&["ferric hydroxide".to_owned()]).ok()?;
        chemistry.only_association(Ion::Nitrate, -log_k?.0);
        chemistry.phases[*iron_only.first()?].log_k.value = log_ksp?.0 + 3.0 * 13.995;
        Some(Box::new(Ferric { iron: iron?.0, nitrate: nitrate?.0, chemistry, phase: *iron_only.first()? }))
    },
};

#[derive(Debug)]
struct Ferric {
    iron: f64,
    nitrate: f64,
    chemistry: Chemistry,
    phase: usize,
}

impl Case for Ferric {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let solution = litre(&[(Ion::Fe, self.iron), (Ion::Nitrate, self.nitrate)]);
        let settled = self.chemistry.settle(&solution, &[self.phase], None, Activity::Ideal)?;
        let hydrogen = 10f64.powf(-settled.ph);
        Ok(vec![
            Reading::new("Fe(OH)3 formed", settled.formed[0], "mol/L"),
            Reading::new("Fe3+ left", settled.aqueous.ions[Ion::Fe], "mol/L"),
            Reading::new("H+", hydrogen, "mol/L"),
            Reading::new("OH-", 10f64.powf(-13.995) / hydrogen, "mol/L"),
        ])
    }
}

/// Gypsum's own solubility.
pub const GYPSUM: Kind<dyn Case> = Kind {
    name: "gypsum-solubility",
    about: "Calcium left by gypsum in water or sulfuric acid, Davies with pairing.",
    sources: &["parkhurst2013"],
    read: |fields, library| {
        let acid = fields.need::<Molarity>("sulfuric_acid", "beside the gypsum", 0.0..=2.0);
        Some(Box::new(Gypsum { acid: acid?.0, chemistry: Chemistry::read(library).ok()? }))
    },
};

#[derive(Debug)]
struct Gypsum {
    acid: f64,
    chemistry: Chemistry,
}

impl Case for Gypsum {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let solution = litre(&[(Ion::Ca, 0.2), (Ion::Sulfate, 0.2 + self.acid), (Ion::H, 2.0 * self.acid)]);
        let allowed = self.chemistry.pick(&["gypsum".to_owned()]).unwrap_or_default();
        let settled = self.chemistry.settle(&solution, &allowed, None, Activity::Davies)?;
        Ok(vec![Reading::new("calcium left", settled.aqueous.molarity(Ion::Ca), "mol/L")])
    }
}

/// The acid an apatite host takes.
pub const HOST_ACID: Kind<dyn Case> = Kind {
    name: "apatite-host-acid",
    about: "Acid to dissolve the fluorapatite that hosts a mud's rare earths, its phosphate and fluoride protonated.",
    sources: &["takaya2018", "takaya2015"],
    read: |fields, _| {
        let grade = fields.need::<Fraction>("grade", "rare earths of the mud, all in apatite", 0.0..=0.1);
        let host = fields.need::<Fraction>("host_grade", "rare earths of the apatite", 1e-4..=0.1);
        let recovery = fields.need::<Fraction>("recovery", "of the rare earths", 0.0..=1.0);
        let factor = fields.need::<Number>("oxide_factor", "oxide over element", 1.0..=1.5);
        Some(Box::new(HostAcid { grade: grade?.0, host: host?.0, recovery: recovery?.0, factor: factor?.0 }))
    },
};

#[derive(Debug)]
struct HostAcid {
    grade: f64,
    host: f64,
    recovery: f64,
    factor: f64,
}

impl Case for HostAcid {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let apatite = Formula::parse("Ca5(PO4)3F").map_err(|why| Error::Infeasible {
            unit: String::new(),
            what: why.to_string(),
            hint: "none".into(),
        })?;
        let mineral = crate::mineral::Mineral::new("apatite", &apatite, 3200.0, &crate::element::ByElement::default());
        let ions = Arc::new(mineral).dissolve().ions;
        // Protons on H3PO4 and HF, less the acid of the formula itself.
        let per_kg = 3.0 * ions[Ion::Phosphate] + ions[Ion::Fluoride] - ions[Ion::H];
        let share = self.grade / self.host;
        let acid = share * 1000.0 * per_kg;
        let mass = |formula: f64| acid * formula / 1000.0;
        let hydrochloric = mass(Ion::Chloride.molar_mass() + Ion::H.molar_mass());
        Ok(vec![
            Reading::new("apatite", 100.0 * share, "%"),
            Reading::new("acid", acid, "mol H+/t dry"),
            Reading::new("HCl", hydrochloric, "kg/t dry"),
            Reading::new("H2SO4", mass(0.5 * Ion::Sulfate.molar_mass() + Ion::H.molar_mass()), "kg/t dry"),
            Reading::new("HCl per oxide", hydrochloric / (1000.0 * self.grade * self.factor * self.recovery), "kg/kg"),
        ])
    }
}

/// Which acid, as a scenario writes it.
const ACIDS: &[(&str, Acid)] = &[("hydrochloric", Acid::Hydrochloric), ("sulfuric", Acid::Sulfuric)];

/// What a mud gives up, host by host.
pub const MUD: Kind<dyn Case> = Kind {
    name: "mud-leach",
    about: "Extraction of a mud from the shares of its hosts and the dissolution of each.",
    sources: &["takaya2015", "hclnd"],
    read: |fields, library| {
        let acid = fields.word("acid", "which", ACIDS);
        let time = fields.need::<Duration>("time", "of the batch", 0.0..=100.0);
        let ph = fields.need::<Number>("ph", "at the end", -1.0..=7.0);
        let rest =
            fields.need::<Fraction>("apatite_holds", "share of the rare earths but cerium in apatite", 0.0..=1.0);
        let cerium = fields.need::<Fraction>("apatite_holds_cerium", "share of cerium in apatite", 0.0..=1.0);
        let manganese =
            fields.need::<Fraction>("manganese_holds_cerium", "share of cerium in manganese oxide", 0.0..=1.0);
        let open = fields.may::<Fraction>(
            "apatite_opens",
            "share of the apatite that dissolves; absent: the data's",
            0.0..=1.0,
        );
        let reductant = fields.flag("reductant", "hydrogen peroxide?");
        let behaviours = Behaviours::read(library, acid?).ok()?;
        Some(Box::new(Mud {
            minutes: time?.0 * 60.0,
            ph: ph?.0,
            rest: rest?.0,
            cerium: cerium?.0,
            manganese: manganese?.0,
            open: open.map(|share| share.0),
            reductant: reductant?,
            behaviours,
        }))
    },
};

#[derive(Debug)]
struct Mud {
    minutes: f64,
    ph: f64,
    rest: f64,
    cerium: f64,
    manganese: f64,
    open: Option<f64>,
    reductant: bool,
    behaviours: Behaviours,
}

impl Case for Mud {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        // A batch is a train of very many tanks.
        let share = |name: &str| {
            self.behaviours.0.get(name).map_or(0.0, |b| b.share(self.minutes, 10_000, self.reductant, self.ph))
        };
        let apatite = self.open.unwrap_or_else(|| share("bioapatite"));
        let cerium = self.cerium * apatite + self.manganese * share("manganese-micronodule");
        Ok(vec![
            Reading::new("extraction of rare earths but cerium", 100.0 * self.rest * apatite, "%"),
            Reading::new(format!("extraction of {}", Element::Ce), 100.0 * cerium, "%"),
            Reading::new("cerium bound to manganese oxide", 100.0 * self.manganese, "%"),
        ])
    }
}

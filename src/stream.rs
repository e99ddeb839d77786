//! What a pipe holds: solids by mineral and size, a solution, a solvent, a gas, all at once.
//!
//! Amounts are per hour at work. Elements are conserved as elements; solutions are counted
//! in basis species ([`Ion`]), so electroneutrality is a linear law as well; an organic
//! phase is neutral with its extractant counted as the anion it can be.

use std::sync::Arc;

use crate::element::{ByElement, Element};
use crate::ion::{ByIon, ByVapour, Ion};
use crate::mineral::{Mineral, WATER_KG_PER_MOL};

/// Density of water, kg/m³, 25 °C.
pub const WATER_DENSITY: f64 = 997.0;

/// One mineral in a stream, by size class.
#[derive(Debug, Clone, PartialEq)]
pub struct Lot {
    /// Which.
    pub mineral: Arc<Mineral>,
    /// kg/h in each size class, finest first. A missing tail is zero; what forms from
    /// solution is born in the finest class.
    pub kg_per_h: Vec<f64>,
}

impl Lot {
    /// kg/h over all sizes.
    pub fn total(&self) -> f64 {
        self.kg_per_h.iter().sum()
    }
}

/// The solids of a stream.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Solid {
    /// Upper edge of each size class, m, finest first; empty where size plays no part.
    pub edges: Arc<[f64]>,
    /// One lot a mineral, in order of name.
    pub lots: Vec<Lot>,
}

impl Solid {
    /// kg/h.
    pub fn mass(&self) -> f64 {
        self.lots.iter().map(Lot::total).sum()
    }

    /// m³/h.
    pub fn volume(&self) -> f64 {
        self.lots.iter().map(|lot| lot.total() / lot.mineral.density).sum()
    }

    /// Lower and upper edge of a size class, m; the finest is taken from half its edge on. `None` where there are no sizes and
    /// for what is coarser than the last edge.
    pub fn class(&self, class: usize) -> Option<(f64, f64)> {
        let upper = self.edges.get(class).copied().filter(|edge| edge.is_finite())?;
        Some((if class > 0 { self.edges[class - 1] } else { 0.5 * upper }, upper))
    }

    /// The lot of a mineral.
    pub fn lot(&self, name: &str) -> Option<&Lot> {
        self.lots.iter().find(|lot| &*lot.mineral.name == name)
    }

    /// Adds a lot, size by size.
    pub fn add(&mut self, mineral: &Arc<Mineral>, kg_per_h: &[f64]) {
        let at = match self.lots.binary_search_by(|lot| lot.mineral.name.cmp(&mineral.name)) {
            Ok(at) => at,
            Err(at) => {
                self.lots.insert(at, Lot { mineral: mineral.clone(), kg_per_h: Vec::new() });
                at
            }
        };
        let mine = &mut self.lots[at].kg_per_h;
        mine.resize(mine.len().max(kg_per_h.len()), 0.0);
        for (mine, theirs) in mine.iter_mut().zip(kg_per_h) {
            *mine += theirs;
        }
    }

    /// kg/h of each element.
    pub fn element_mass(&self) -> ByElement<f64> {
        let mut mass = ByElement::default();
        for lot in &self.lots {
            mass += &lot.mineral.mass_fractions.scaled(lot.total());
        }
        mass
    }
}

/// The solution of a stream.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Aqueous {
    /// mol/h of each basis species.
    pub ions: ByIon,
    /// kg/h of water.
    pub water: f64,
}

impl Aqueous {
    /// kg/h.
    pub fn mass(&self) -> f64 {
        self.water + self.ions.mass_kg()
    }

    /// m³/h.
    ///
    /// # Equation
    /// `ρ = 997 (1 + 0.75 w)`, w the mass share of solutes.
    ///
    /// # Holds for
    /// Salt solutions to w ≈ 0.25 within about 3 % (sea water 1023, saturated NaCl 1197 kg/m³);
    /// strong HCl is 8 % lighter than this.
    pub fn volume(&self) -> f64 {
        volume(self.water, self.ions.mass_kg())
    }

    /// mol/L of a species.
    pub fn molarity(&self, ion: Ion) -> f64 {
        let volume = self.volume();
        if volume > 0.0 { self.ions[ion] / volume / 1000.0 } else { 0.0 }
    }

    /// g/L of an element.
    pub fn grams_per_litre(&self, element: Element) -> f64 {
        let volume = self.volume();
        if volume > 0.0 { self.ions.elements()[element] * element.molar_mass() / volume / 1000.0 } else { 0.0 }
    }
}

/// What a concentration in mol/L is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Litre {
    /// A litre of solution, by [`Aqueous::volume`].
    OfSolution,
    /// A kilogram of water, as constants on the molal scale count.
    OfWater,
}

impl Litre {
    /// As a scenario writes it.
    pub const WORDS: &'static [(&'static str, Litre)] =
        &[("of-solution", Litre::OfSolution), ("kilogram-of-water", Litre::OfWater)];

    /// Litres of a solution of so many kg of water and of solutes.
    pub fn of(self, water: f64, solutes: f64) -> f64 {
        match self {
            Litre::OfWater => water,
            Litre::OfSolution => volume(water, solutes) * 1000.0,
        }
    }

    /// Litres per hour of a solution.
    pub fn count(self, solution: &Aqueous) -> f64 {
        self.of(solution.water, solution.ions.mass_kg())
    }
}

/// m³ of a solution of so many kg of water and of solutes.
fn volume(water: f64, solutes: f64) -> f64 {
    let mass = water + solutes;
    if mass <= 0.0 {
        return 0.0;
    }
    mass / (WATER_DENSITY * (1.0 + 0.75 * (solutes / mass).clamp(0.0, 1.0)))
}

/// A solvent: extractant in diluent.
#[derive(Debug, Clone, PartialEq)]
pub struct Solvent {
    /// Name of the extractant's data file.
    pub name: Arc<str>,
    /// Protons one mole (monomer) can exchange: 1 for an acidic extractant, 0 for a neutral one.
    pub exchange: f64,
    /// kg/mol of monomer.
    pub molar_mass: f64,
    /// kg/m³ of the pure extractant.
    pub density: f64,
    /// kg/m³ of the diluent.
    pub diluent_density: f64,
}

/// The organic phase of a stream.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Organic {
    /// Which solvent; `None` when there is none.
    pub solvent: Option<Arc<Solvent>>,
    /// mol/h of extractant, as monomer.
    pub extractant: f64,
    /// kg/h of diluent.
    pub diluent: f64,
    /// mol/h of what the extractant holds, its own protons (`H⁺`) included.
    pub ions: ByIon,
}

impl Organic {
    /// Net charge, mol/h: cations held less exchange sites; zero in a lawful organic phase.
    pub fn charge(&self) -> f64 {
        self.ions.charge() - self.sites()
    }

    fn sites(&self) -> f64 {
        self.solvent.as_ref().map_or(0.0, |solvent| solvent.exchange * self.extractant)
    }

    /// m³/h, additive: extractant and diluent; what it holds adds none.
    pub fn volume(&self) -> f64 {
        self.solvent
            .as_ref()
            .map_or(0.0, |s| self.extractant * s.molar_mass / s.density + self.diluent / s.diluent_density)
    }

    /// kg/h; the extractant's exchangeable protons are counted in its molar mass, not twice.
    pub fn mass(&self) -> f64 {
        let solvent = self.solvent.as_ref().map_or(0.0, |s| self.extractant * s.molar_mass);
        solvent + self.diluent + self.ions.mass_kg() - self.sites() * Ion::H.molar_mass() / 1000.0
    }
}

/// A stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// Solids.
    pub solid: Solid,
    /// Solution.
    pub aqueous: Aqueous,
    /// Solvent.
    pub organic: Organic,
    /// mol/h of each gas.
    pub gas: ByVapour,
    /// K.
    pub temperature: f64,
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            solid: Solid::default(),
            aqueous: Aqueous::default(),
            organic: Organic::default(),
            gas: ByVapour::default(),
            temperature: 298.15,
        }
    }
}

impl Stream {
    /// kg/h of everything.
    pub fn mass(&self) -> f64 {
        self.solid.mass() + self.aqueous.mass() + self.organic.mass() + self.gas.mass_kg()
    }

    /// m³/h of slurry: solids and solution.
    pub fn slurry_volume(&self) -> f64 {
        self.solid.volume() + self.aqueous.volume()
    }

    /// Share of solids in the mass of slurry.
    pub fn solids_fraction(&self) -> f64 {
        let mass = self.solid.mass() + self.aqueous.mass();
        if mass > 0.0 { self.solid.mass() / mass } else { 0.0 }
    }

    /// mol/h of each element, water included; the extractant's own carbon and hydrogen are not
    /// followed as elements but as a carrier.
    pub fn elements(&self) -> ByElement<f64> {
        let mut moles = self.solid.element_mass().map(|element, kg| kg * 1000.0 / element.molar_mass());
        moles += &self.aqueous.ions.elements();
        moles += &self.organic.ions.elements();
        moles += &self.gas.elements();
        let water = self.aqueous.water / WATER_KG_PER_MOL;
        moles[Element::H] += 2.0 * water;
        moles[Element::O] += water;
        moles
    }

    /// kg/h of each element.
    pub fn element_mass(&self) -> ByElement<f64> {
        self.elements().map(|element, moles| moles * element.molar_mass() / 1000.0)
    }

    /// kg/h of the fifteen rare earths as reporting oxides.
    pub fn rare_earth_oxide(&self) -> f64 {
        self.element_mass().rare_earth_oxide()
    }

    /// Adds another stream: phases add, temperature mixes by mass.
    pub fn add(&mut self, other: &Stream) {
        let (mine, theirs) = (self.mass(), other.mass());
        if theirs > 0.0 {
            self.temperature =
                (self.temperature * mine.max(0.0) + other.temperature * theirs) / (mine.max(0.0) + theirs);
        }
        if other.solid.edges.len() > self.solid.edges.len() {
            self.solid.edges = other.solid.edges.clone();
        }
        for lot in &other.solid.lots {
            self.solid.add(&lot.mineral, &lot.kg_per_h);
        }
        self.aqueous.ions += &other.aqueous.ions;
        self.aqueous.water += other.aqueous.water;
        if other.organic.solvent.is_some() {
            self.organic.solvent.clone_from(&other.organic.solvent);
        }
        self.organic.extractant += other.organic.extractant;
        self.organic.diluent += other.organic.diluent;
        self.organic.ions += &other.organic.ions;
        self.gas += &other.gas;
    }

    /// The sum of some streams.
    pub fn mixed<'s>(streams: impl IntoIterator<Item = &'s Stream>) -> Self {
        let mut whole = Stream::default();
        for stream in streams {
            whole.add(stream);
        }
        whole
    }

    /// Every flow times a number.
    pub fn scaled(&self, factor: f64) -> Self {
        let mut scaled = self.clone();
        for lot in &mut scaled.solid.lots {
            for kg in &mut lot.kg_per_h {
                *kg *= factor;
            }
        }
        scaled.aqueous.ions = scaled.aqueous.ions.scaled(factor);
        scaled.aqueous.water *= factor;
        scaled.organic.ions = scaled.organic.ions.scaled(factor);
        scaled.organic.extractant *= factor;
        scaled.organic.diluent *= factor;
        scaled.gas = scaled.gas.scaled(factor);
        scaled
    }

    /// The first amount that is not finite, or negative where it must not be
    /// (`H⁺` counts bases as negative, so it may).
    pub fn unlawful(&self) -> Option<String> {
        let bad = |value: f64, signed: bool| !value.is_finite() || (value < 0.0 && !signed);
        for lot in &self.solid.lots {
            if let Some(class) = lot.kg_per_h.iter().position(|kg| bad(*kg, false)) {
                return Some(format!("{} of size class {} = {}", lot.mineral.name, class + 1, lot.kg_per_h[class]));
            }
        }
        for (what, value) in [
            ("water", self.aqueous.water),
            ("extractant", self.organic.extractant),
            ("diluent", self.organic.diluent),
            ("temperature", self.temperature),
        ] {
            if bad(value, false) {
                return Some(format!("{what} = {value}"));
            }
        }
        for (how, ions) in [("dissolved", &self.aqueous.ions), ("held", &self.organic.ions)] {
            if let Some((ion, moles)) = ions.iter().find(|(ion, moles)| bad(*moles, *ion == Ion::H)) {
                return Some(format!("{ion} {how} = {moles}"));
            }
        }
        self.gas.iter().find(|(_, moles)| bad(*moles, false)).map(|(gas, moles)| format!("{gas} as gas = {moles}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ion::Vapour;

    fn brine() -> Stream {
        let mut stream = Stream::default();
        stream.aqueous.water = 1000.0;
        stream.aqueous.ions[Ion::Na] = 500.0;
        stream.aqueous.ions[Ion::Chloride] = 500.0;
        stream
    }

    #[test]
    fn what_no_stream_can_hold_is_named() {
        let unlawful = |change: &dyn Fn(&mut Stream)| {
            let mut stream = brine();
            change(&mut stream);
            stream.unlawful()
        };
        assert_eq!(unlawful(&|_| {}), None);
        assert_eq!(unlawful(&|s| s.aqueous.ions[Ion::H] = -1.0), None, "a base");
        assert_eq!(unlawful(&|s| s.aqueous.ions[Ion::Na] = -1.0).unwrap(), "Na+ dissolved = -1");
        assert_eq!(unlawful(&|s| s.organic.ions[Ion::Nd] = f64::NAN).unwrap(), "Nd3+ held = NaN");
        assert_eq!(unlawful(&|s| s.aqueous.water = f64::INFINITY).unwrap(), "water = inf");
        assert_eq!(unlawful(&|s| s.gas[Vapour::Water] = -2.0).unwrap(), "H2O as gas = -2");
        let lime = Arc::new(Mineral::compound("CaO", 3300.0).unwrap());
        assert_eq!(unlawful(&|s| s.solid.add(&lime, &[1.0, -2.0])).unwrap(), "CaO of size class 2 = -2");
    }

    #[test]
    fn classes_lie_between_their_edges() {
        let solid = Solid { edges: [2e-6, 8e-6, f64::INFINITY].into(), lots: Vec::new() };
        assert_eq!(solid.class(0), Some((1e-6, 2e-6)));
        assert_eq!(solid.class(1), Some((2e-6, 8e-6)));
        assert_eq!(solid.class(2), None, "coarser than the last edge that is a number");
        assert_eq!(solid.class(3), None);
        assert_eq!(Solid::default().class(0), None);
    }

    #[test]
    fn mixing_adds_and_scaling_scales() {
        let two = Stream::mixed([&brine(), &brine()]);
        assert!((two.mass() - brine().scaled(2.0).mass()).abs() < 1e-9);
        assert!(two.aqueous.ions.charge().abs() < 1e-12);
    }

    #[test]
    fn sea_water_weighs_what_it_weighs() {
        let mut sea = Stream::default();
        sea.aqueous.water = 965.0;
        sea.aqueous.ions[Ion::Na] = 599.0;
        sea.aqueous.ions[Ion::Chloride] = 599.0;
        let density = sea.aqueous.mass() / sea.aqueous.volume();
        assert!((density - 1024.0).abs() < 4.0, "{density}");
    }
}

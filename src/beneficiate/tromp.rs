//! Magnets, jigs, spirals and heavy media: a share of each grain by a property of its mineral and its size.
//!
//! # Equation
//! ```text
//! Y = b + (1 − b − a) / (1 + e^(−ln 3 · (x − x50)/E))
//! density         x = ρ,     x50 = ρ50 + s (d0/d),   E = Ep (d0/d)^t
//! susceptibility  x = ln χ,  x50 = ln χ50 + …,        E = the half width in ln χ
//! ```
//!
//! # Symbols
//! Y: share that goes to the heavy or magnetic product; x50: at which half of it goes; E: half the width between a
//! quarter and three quarters (écart probable); a, b: shares that go astray, of the heavy to the light side and of
//! the light to the heavy; d: middle of the size class; d0: size at which cut and E are stated; s, t: how much finer
//! grains raise the cut and blunt it, 0 for not at all.
//!
//! # Holds for
//! The machine and feed rate the curve was measured with; grains part one by one.
//!
//! # Source
//! Tromp 1937 (`tromp1937`) for the curve; the logistic form makes (x75 − x25)/2 = E by definition; cut and E are the
//! scenario's own, densities those of `data/minerals`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Length, Number, SpecificEnergy};
use crate::source::Caveat;
use crate::stream::{Solid, Stream};
use crate::table::Table;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

use super::dilution::Dilution;
use super::hydrocyclone::difference;
use super::partition::lower_edge;

/// The curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tromp {
    /// x50 at the reference size.
    pub cut: f64,
    /// E there.
    pub spread: f64,
    /// Share of the heavy that goes astray.
    pub lost: f64,
    /// Share of the light that goes astray.
    pub carried: f64,
    /// d0, m; s; t.
    pub size: Option<(f64, f64, f64)>,
}

impl Tromp {
    /// Share to the heavy product of a property at a size, m.
    pub fn share(&self, property: f64, size: Option<f64>) -> f64 {
        let (mut cut, mut spread) = (self.cut, self.spread);
        if let (Some((reference, shift, blunt)), Some(size)) = (self.size, size) {
            cut += shift * (reference / size);
            spread *= (reference / size).powf(blunt);
        }
        let z = 3f64.ln() * (property - cut) / spread;
        self.carried + (1.0 - self.carried - self.lost) / (1.0 + (-z).exp())
    }
}

/// The separator.
#[derive(Debug)]
struct Separator {
    curve: Tromp,
    /// Susceptibilities by mineral, and which stands for the rest; none goes by density.
    susceptibility: Option<(Vec<(String, f64)>, String)>,
    water: f64,
    energy: f64,
    machine: &'static str,
    dilution: Option<Dilution>,
}

/// The kind.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "tromp-separator",
    about: "Gravity or magnetic separation by a partition curve of density or susceptibility, and of size",
    sources: &["tromp1937"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let magnetic = fields.word("by", "what the curve goes by", &[("density", false), ("susceptibility", true)]);
    let cut: Option<Number> =
        fields.need("cut", "half goes either way: kg/m3 of density, or volume susceptibility (SI)", 1e-9..=1e5);
    let spread: Option<Number> = fields.need(
        "spread",
        "half the width from a quarter to three quarters: kg/m3, or in the natural logarithm of susceptibility",
        1e-6..=1e4,
    );
    let lost: Option<Fraction> =
        fields.need("heavy_astray", "share of the heavy or magnetic that is lost for its own sake", 0.0..=0.5);
    let carried: Option<Fraction> = fields.need("light_astray", "share of the light that is carried along", 0.0..=0.5);
    let reference: Option<Length> =
        fields.may("reference_size", "at which cut and spread are stated; absent means size plays no part", 1e-7..=1.0);
    let shift: Option<Number> =
        fields.may("size_shift", "s: rise of the cut a reference size over size; absent means 0", -1e4..=1e4);
    let blunt: Option<Number> =
        fields.may("size_bluntness", "power of reference over size on the spread; absent means 0", 0.0..=5.0);
    let values: Vec<(String, Number)> = fields.may_named(
        "susceptibility",
        "volume susceptibility (SI) by mineral; absent means by density",
        1e-9..=1e3,
    );
    let unlisted = fields.may_text("unlisted", "the mineral whose susceptibility stands for those not listed");
    let machine = fields.word(
        "machine",
        "what is bought",
        &[
            ("magnetic", "magnetic separator"),
            ("gravity", "spiral concentrator"),
            ("electrostatic", "electrostatic separator"),
        ],
    );
    let water: Option<Fraction> =
        fields.need("water_to_concentrate", "share of the solution that goes with the concentrate", 0.0..=1.0);
    let energy: Option<SpecificEnergy> = fields.need("energy", "electricity per dry tonne fed", 0.0..=100.0);
    let dilution = Dilution::read(fields, library);
    let susceptibility = match (magnetic?, unlisted) {
        (false, _) => None,
        (true, Some(unlisted)) => {
            let values: Vec<(String, f64)> = values.into_iter().map(|(name, value)| (name, value.0)).collect();
            if !values.iter().any(|(name, _)| *name == unlisted) {
                fields.refuse(
                    "unlisted",
                    format!("`{unlisted}` has no susceptibility of its own"),
                    "a mineral of `susceptibility`",
                );
                return None;
            }
            Some((values, unlisted))
        }
        (true, None) => {
            fields.refuse(
                "unlisted",
                "the curve goes by susceptibility, but of which mineral for those not listed?",
                "`susceptibility = { … }` and `unlisted`",
            );
            return None;
        }
    };
    let cut = if susceptibility.is_some() { cut?.0.ln() } else { cut?.0 };
    let size = reference.map(|d| (d.0, shift.map_or(0.0, |s| s.0), blunt.map_or(0.0, |t| t.0)));
    Some(Box::new(Separator {
        curve: Tromp { cut, spread: spread?.0, lost: lost?.0, carried: carried?.0, size },
        susceptibility,
        water: water?.0,
        energy: energy?.0,
        machine: machine?,
        dilution: dilution.ok()?,
    }))
}

impl Separator {
    /// The property of a mineral, and whether it is its own.
    fn property(&self, mineral: &crate::mineral::Mineral) -> (f64, bool) {
        let Some((values, unlisted)) = &self.susceptibility else { return (mineral.density, true) };
        let of = |name: &str| values.iter().find(|(known, _)| known == name).map(|(_, value)| value.ln());
        match of(&mineral.name) {
            Some(value) => (value, true),
            None => (of(unlisted).unwrap_or_default(), false),
        }
    }
}

impl Unit for Separator {
    fn ports(&self) -> Ports {
        Ports { inlets: &["feed"], outlets: &["concentrate", "tailings"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut feed = inlets[0].clone();
        let (mut caveats, mut drawn) = (Vec::new(), Vec::new());
        if let Some(dilution) = &self.dilution {
            drawn.extend(dilution.apply(&mut feed, &mut caveats));
        }
        let borrowed: Vec<&str> =
            feed.solid.lots.iter().filter(|l| !self.property(&l.mineral).1).map(|l| &*l.mineral.name).collect();
        if let (Some((_, unlisted)), false) = (&self.susceptibility, borrowed.is_empty()) {
            caveats.push(Caveat::new(format!(
                "{} taken to be as magnetic as {unlisted} for want of data",
                borrowed.join(", ")
            )));
        }
        let edges = feed.solid.edges.clone();
        let mut taken = Solid { edges: edges.clone(), lots: Vec::new() };
        let mut table = Table::new(
            "partition_curve",
            "What each size of a mineral does",
            "share to the concentrate",
            &[("mineral", ""), ("size", "um"), ("fed", "kg/h"), ("to concentrate", "%")],
        );
        for lot in &feed.solid.lots {
            let property = self.property(&lot.mineral).0;
            let mut kg = Vec::with_capacity(lot.kg_per_h.len());
            for (class, fed) in lot.kg_per_h.iter().enumerate() {
                let at = class.min(edges.len().saturating_sub(1));
                let size = edges.get(at).map(|upper| (upper * lower_edge(&edges, at)).sqrt());
                let share = self.curve.share(property, size);
                kg.push(fed * share);
                if *fed > 0.0 {
                    table.row(vec![
                        (&*lot.mineral.name).into(),
                        size.map(|size| size * 1e6).into(),
                        (*fed).into(),
                        (share * 100.0).into(),
                    ]);
                }
            }
            taken.add(&lot.mineral, &kg);
        }
        let (mut concentrate, mut tailings) = (feed.scaled(self.water), feed.scaled(1.0 - self.water));
        tailings.solid = difference(&feed.solid, &taken);
        concentrate.solid = taken;
        let rare = |s: &Stream| s.solid.element_mass().rare_earth_total();
        let solids = feed.solid.mass();
        let mut readings = Vec::new();
        if solids > 0.0 {
            readings.push(Reading::new("mass pull", concentrate.solid.mass() / solids * 100.0, "%"));
        }
        if rare(&feed) > 0.0 {
            readings.push(Reading::new("rare-earth recovery", rare(&concentrate) / rare(&feed) * 100.0, "%"));
            let grade = |s: &Stream| rare(s) / s.solid.mass().max(1e-300);
            readings.push(Reading::new("enrichment", grade(&concentrate) / grade(&feed), "1"));
        }
        let power_kw = self.energy * solids / 1000.0;
        let outlets = vec![concentrate, tailings];
        Ok(Balance { outlets, drawn, power_kw, readings, tables: vec![table], caveats, ..Balance::default() })
    }

    fn equipment(&self, inlets: &[Stream], _: &Balance) -> Vec<Equipment> {
        let size = inlets[0].solid.mass() / 1000.0;
        if size <= 0.0 {
            return Vec::new();
        }
        vec![Equipment { name: self.machine.into(), count: 1, size, unit: "t/h" }]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ore, solved};
    use super::*;

    const CURVE: Tromp = Tromp { cut: 3200.0, spread: 150.0, lost: 0.0, carried: 0.0, size: None };

    #[test]
    fn a_quarter_a_half_and_three_quarters_where_they_belong() {
        for (x, y) in [(3050.0, 0.25), (3200.0, 0.5), (3350.0, 0.75)] {
            assert!((CURVE.share(x, None) - y).abs() < 1e-12);
        }
        let leaky = Tromp { lost: 0.05, carried: 0.02, ..CURVE };
        assert!((leaky.share(1e5, None) - 0.95).abs() < 1e-12 && (leaky.share(0.0, None) - 0.02).abs() < 1e-9);
        // Finer grains are cut higher and more bluntly.
        let sized = Tromp { size: Some((1e-4, 20.0, 0.5)), ..CURVE };
        assert!(sized.share(3400.0, Some(2e-5)) < sized.share(3400.0, Some(1e-4)));
        assert!(
            (sized.share(3320.0, Some(1e-4)) - sized.share(3120.0, Some(1e-4))).abs()
                > (sized.share(3700.0, Some(1e-5)) - sized.share(3500.0, Some(1e-5))).abs()
        );
    }

    fn run(text: &str) -> crate::flowsheet::Plant {
        solved("tromp-separator", text, ore("monazite-sand", 2e-3), &["concentrate", "tailings"])
    }

    const REST: &str =
        "heavy_astray = \"2 %\"\nlight_astray = \"1 %\"\nwater_to_concentrate = \"10 %\"\nenergy = \"1 kWh/t\"\n";

    #[test]
    fn heavy_sand_is_parted_from_quartz() {
        let plant = run(&format!("by = \"density\"\ncut = 3400\nspread = 200\nmachine = \"gravity\"\n{REST}"));
        let read = |name: &str| plant.units[0].balance.readings.iter().find(|r| r.name == name).unwrap().value;
        assert!(read("rare-earth recovery") > 95.0 && read("enrichment") > 3.0);
        assert!(plant.closure.gap < 1e-9);
    }

    #[test]
    fn a_magnet_takes_by_susceptibility_and_says_whom_it_guessed() {
        let plant = run(&format!(
            "by = \"susceptibility\"\ncut = 5e-4\nspread = 0.6\nmachine = \"magnetic\"\nunlisted = \"quartz\"\n{REST}[susceptibility]\nmonazite = 2e-3\nxenotime = 2e-3\nilmenite = 1e-1\nquartz = 1e-6\n"
        ));
        assert!(plant.caveats.iter().any(|c| c.text.contains("as magnetic as quartz")));
        let read = |name: &str| plant.units[0].balance.readings.iter().find(|r| r.name == name).unwrap().value;
        assert!(read("rare-earth recovery") > 85.0, "{}", read("rare-earth recovery"));
    }
}

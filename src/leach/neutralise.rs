//! Neutralisation: a base drives iron, aluminium, thorium and phosphate out of a liquor.
//!
//! # Equation
//! The base dose B is the root of `a(B) = 0`, where a is the acid that would have to be added
//! to hold the target pH in the liquor with B in it, at equilibrium with the solids allowed
//! ([`super::equilibrium`]). a rises with B, so there is one root. A stated share of the rare
//! earths still dissolved may go with the precipitate (entrainment), as hydroxide; the acid that
//! sets free is met by base as well.
//!
//! # Symbols
//! B: base, kg/h; a: acid, mol/h.
//!
//! # Holds for
//! As [`super::equilibrium`]; solids that enter do not dissolve again; the base dissolves whole.
//!
//! # Source
//! Constants as there; the method is bracketing (`dahlquist2008`, Illinois rule).

use std::sync::Arc;

use super::equilibrium::{Activity, Chemistry, Settled};
use super::root::root;
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::fields::Fields;
use crate::ion::{Ion, Vapour};
use crate::library::Library;
use crate::quantity::{Duration, Fraction, Number};
use crate::reagent::Reagent;
use crate::solution;
use crate::source::Caveat;
use crate::stream::{Aqueous, Solid, Stream};
use crate::table::Table;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// As a scenario places it.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "neutralise",
    about: "A base to a pH: iron, aluminium, thorium, phosphate and fluoride precipitate by their solubility products.",
    sources: &[
        "parkhurst2013",
        "delany1990",
        "ball1991",
        "neck2002",
        "alphosphatend",
        "haynes2014",
        "boyd2004",
        "dahlquist2008",
    ],
    read: |fields, library| Neutralise::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

#[derive(Debug)]
struct Neutralise {
    base: Reagent,
    ph: f64,
    hours: f64,
    kw_per_m3: f64,
    entrainment: Option<f64>,
    activity: Activity,
    solids: Vec<usize>,
    chemistry: Chemistry,
}

/// mol of acid one kg takes up, carbonate as carbonic acid.
fn strength(base: &Reagent) -> f64 {
    2.0 * base.ions[Ion::Carbonate] - base.acid()
}

/// Reads the constants and the list of what may form; carbon dioxide always may.
pub(super) fn read_solids(
    fields: &mut Fields<'_>,
    library: &Library,
    key: &'static str,
    about: &str,
) -> Option<(Chemistry, Vec<usize>)> {
    let chemistry = match Chemistry::read(library) {
        Ok(chemistry) => chemistry,
        Err(error) => {
            fields.refuse(key, error.to_string(), "mend the table named");
            return None;
        }
    };
    let mut wanted = fields.texts(key, about)?;
    wanted.push("carbon dioxide".into());
    match chemistry.pick(&wanted) {
        Ok(solids) => {
            for &at in &solids {
                let phase = &chemistry.phases[at];
                fields.check().cite(format!("{}.log_k.{}", fields.path(), phase.name), &phase.log_k, "1");
            }
            Some((chemistry, solids))
        }
        Err(word) => {
            let groups = ["hydroxides", "phosphates", "sulfates", "fluorides", "carbonates"];
            let known = groups.into_iter().chain(chemistry.phases.iter().map(|phase| phase.name.as_str()));
            fields.refuse(key, format!("nothing called `{word}` can form"), crate::fields::nearest(&word, known));
            None
        }
    }
}

/// Puts what has formed into the solids (carbon dioxide into the gas).
pub(super) fn book(settled: &Settled, chemistry: &Chemistry, allowed: &[usize], slurry: &mut Stream, gas: &mut Stream) {
    for (&at, &moles) in allowed.iter().zip(&settled.formed) {
        let phase = &chemistry.phases[at];
        if moles <= 0.0 {
            continue;
        }
        if phase.group == "gas" {
            gas.gas[Vapour::CarbonDioxide] += moles;
        } else {
            slurry.solid.add(&phase.mineral, &[moles * phase.kg_per_mol]);
        }
    }
}

impl Neutralise {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let base = Reagent::field(fields, "base", "the base, a file in data/reagents", library);
        let ph = fields.need::<Number>("ph", "the pH to reach", 0.0..=12.0);
        let hours = fields.need::<Duration>("residence", "residence time of the tanks", 1e-3..=100.0);
        let stirring = fields.need::<Number>("stirring", "shaft power, kW per m3 of slurry", 0.0..=10.0);
        let entrainment = fields.may::<Fraction>(
            "entrainment",
            "share of the rare earths still dissolved that the precipitate takes along; absent: none beyond solubility",
            0.0..=1.0,
        );
        let activity = fields.word("activity", "how activities are counted", Activity::WORDS);
        let solids = read_solids(
            fields,
            library,
            "solids",
            "what may precipitate: groups (hydroxides, phosphates, sulfates, fluorides, carbonates) or names",
        );
        let base = base?;
        if strength(&base) <= 0.0 {
            fields.refuse(
                "base",
                format!("`{}` takes up no acid", base.name),
                "lime, limestone, magnesia, sodium-hydroxide-50",
            );
            return None;
        }
        let (chemistry, solids) = solids?;
        Some(Self {
            base,
            ph: ph?.0,
            hours: hours?.0,
            kw_per_m3: stirring?.0,
            entrainment: entrainment.map(|share| share.0),
            activity: activity?,
            solids,
            chemistry,
        })
    }

    fn dosed(&self, liquor: &Aqueous, base: f64) -> Aqueous {
        let mut dosed = liquor.clone();
        dosed.ions += &self.base.ions.scaled(base);
        dosed.water += self.base.water * base;
        dosed
    }

    /// The base it takes, kg/h, and the equilibrium it comes to.
    fn settle(&self, liquor: &Aqueous) -> Result<(f64, Settled), Error> {
        let base = self.dose(liquor)?;
        let dosed = self.dosed(liquor, base);
        Ok((base, self.chemistry.settle(&dosed, &self.solids, None, self.activity)?))
    }

    /// kg/h of base that brings the liquor to the pH; zero where it is there already.
    fn dose(&self, liquor: &Aqueous) -> Result<f64, Error> {
        let lacking = |base: f64| {
            let dosed = self.dosed(liquor, base);
            self.chemistry.settle(&dosed, &self.solids, Some(self.ph), self.activity).map(|settled| settled.acid)
        };
        let at_rest = lacking(0.0)?;
        if at_rest >= 0.0 {
            return Ok(0.0);
        }
        let guess = -at_rest / strength(&self.base);
        root("the base dose", lacking, (0.0, at_rest), guess)
    }
}

impl Unit for Neutralise {
    fn ports(&self) -> Ports {
        Ports { inlets: &["liquor"], outlets: &["slurry", "gas"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut slurry = inlets[0].clone();
        let mut gas = Stream { gas: slurry.gas, temperature: slurry.temperature, ..Stream::default() };
        slurry.gas = crate::ion::ByVapour::default();
        let before = slurry.aqueous.clone();
        let (mut base, mut settled) = self.settle(&before)?;
        if let Some(share) = self.entrainment.filter(|share| *share > 0.0) {
            // What goes along leaves its acid behind, and the base must meet that too.
            let mut rest = before.clone();
            entrain(&mut rest, &settled.aqueous, share, &self.chemistry, &mut slurry.solid);
            (base, settled) = self.settle(&rest)?;
        }
        slurry.aqueous = settled.aqueous.clone();
        book(&settled, &self.chemistry, &self.solids, &mut slurry, &mut gas);
        let mut caveats = caveats_of(&settled, &before);
        if base == 0.0 && before.water > 0.0 && settled.ph > self.ph + 1e-6 {
            caveats.push(Caveat::new(format!(
                "the liquor is at pH {:.2} already, above the {} asked for; no base is taken",
                settled.ph, self.ph
            )));
        }
        if self.entrainment.is_none() {
            caveats.push(Caveat::new(
                "rare earths are lost by solubility alone; sorption on iron and aluminium hydroxide is not counted",
            ));
        }
        let volume = slurry.slurry_volume() * self.hours;
        let mut readings = vec![
            Reading::new("pH", settled.ph, "1"),
            Reading::new("pH before", solution::ph(&before).unwrap_or(7.0), "1"),
            Reading::new(format!("{} taken", self.base.name), base, "kg/h"),
            Reading::new("ionic strength", settled.ionic_strength, "mol/L"),
        ];
        let table = precipitation(&before, &slurry.aqueous, &mut readings);
        Ok(Balance {
            outlets: vec![slurry, gas],
            drawn: vec![self.base.drawn(base)],
            power_kw: volume * self.kw_per_m3,
            readings,
            tables: vec![table],
            caveats,
            ..Balance::default()
        })
    }

    fn equipment(&self, _inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        let size = done.outlets[0].slurry_volume() * self.hours;
        vec![Equipment { name: "leach tank".into(), count: 1, size, unit: "m3" }]
    }
}

/// Moves a share of each rare earth that would stay dissolved out of the liquor as its hydroxide; three
/// protons stay behind for each.
fn entrain(liquor: &mut Aqueous, dissolved: &Aqueous, share: f64, chemistry: &Chemistry, solid: &mut Solid) {
    for &element in Element::RARE_EARTHS {
        let name = format!("{element} hydroxide");
        let (Some(ion), Some(phase)) = (Ion::of(element), chemistry.phases.iter().find(|phase| phase.name == name))
        else {
            continue;
        };
        let moles = (dissolved.ions[ion] * share).min(liquor.ions[ion]);
        if moles > 0.0 && liquor.water > phase.water * moles {
            for (ion, n) in &phase.ions {
                liquor.ions[*ion] -= n * moles;
            }
            liquor.water -= phase.water * moles;
            let mineral: Arc<_> = phase.mineral.clone();
            solid.add(&mineral, &[moles * phase.kg_per_mol]);
        }
    }
}

/// Outside what the equilibrium's sources tested?
pub(super) fn caveats_of(settled: &Settled, liquor: &Aqueous) -> Vec<Caveat> {
    let mut caveats = Vec::new();
    if settled.ionic_strength > 0.5 {
        caveats.push(Caveat::new(format!(
            "ionic strength {:.2} mol/L: activity coefficients are kept at those of 0.5 mol/L (Davies) or at one (ideal); solubilities may be off several-fold",
            settled.ionic_strength
        )));
    }
    if liquor.ions[Ion::Sc] > 0.0 {
        caveats.push(Caveat::new("no solubility constant for scandium: it is left in solution"));
    }
    caveats
}

fn precipitation(before: &Aqueous, after: &Aqueous, readings: &mut Vec<Reading>) -> Table {
    let mut table = Table::new(
        "precipitation",
        "Precipitation by element",
        "elements; share of what was dissolved that has left the solution; none where the base brought more than fell",
        &[("element", ""), ("dissolved before", "kg/h"), ("precipitated", "%"), ("left", "g/L")],
    );
    let (had, left): (ByElement<f64>, ByElement<f64>) = (before.ions.elements(), after.ions.elements());
    let share = |had: f64, left: f64| (had > 0.0).then(|| 100.0 * (1.0 - left / had));
    if let Some(lost) = share(had.rare_earth_total(), left.rare_earth_total()) {
        readings.push(Reading::new("rare earths precipitated", lost, "%"));
    }
    for element in [Element::Fe, Element::Al, Element::Th, Element::U, Element::P, Element::Ca, Element::F] {
        if let Some(gone) = share(had[element], left[element]).filter(|gone| *gone >= 0.0) {
            readings.push(Reading::new(format!("{element} precipitated"), gone, "%"));
        }
    }
    for (element, &moles) in had.iter().filter(|(e, n)| **n > 0.0 && !matches!(e, Element::H | Element::O)) {
        table.row(vec![
            element.symbol().into(),
            (moles * element.molar_mass() / 1000.0).into(),
            share(moles, left[element]).filter(|gone| *gone >= 0.0).into(),
            after.grams_per_litre(element).into(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leach::testing::{read, solve};

    fn liquor() -> Stream {
        let mut stream = Stream::default();
        stream.aqueous.water = 10_000.0;
        for (ion, moles) in [
            (Ion::Nd, 40.0),
            (Ion::Y, 60.0),
            (Ion::Fe, 60.0),
            (Ion::Al, 200.0),
            (Ion::Ca, 900.0),
            (Ion::Th, 0.02),
            (Ion::U, 0.05),
            (Ion::Phosphate, 50.0),
            (Ion::Fluoride, 60.0),
        ] {
            stream.aqueous.ions[ion] = moles;
        }
        stream.aqueous.ions[Ion::H] = 700.0;
        let charge = stream.aqueous.ions.charge();
        stream.aqueous.ions[Ion::Chloride] = charge;
        stream
    }

    fn unit(base: &str, ph: f64) -> Box<dyn Unit> {
        read(
            &KIND,
            &format!(
                "base = \"{base}\"\nph = {ph}\nresidence = \"1 h\"\nstirring = 0.5\nactivity = \"davies\"\nsolids = [\"hydroxides\", \"phosphates\", \"sulfates\", \"fluorides\", \"carbonates\"]\n"
            ),
        )
    }

    #[test]
    fn it_reaches_the_ph_and_balances_whatever_the_base() {
        for base in ["lime", "limestone", "magnesia", "sodium-hydroxide-50", "ammonium-bicarbonate", "soda-ash"] {
            let done = solve(unit(base, 3.5), &[liquor()]);
            let ph = done.balance.readings[0].value;
            assert!((ph - 3.5).abs() < 1e-5, "{base}: {ph}");
        }
    }

    #[test]
    fn what_is_entrained_does_not_sour_the_liquor() {
        let text = "base = \"lime\"\nph = 4\nresidence = \"1 h\"\nstirring = 0.5\nactivity = \"davies\"\nsolids = [\"hydroxides\"]\nentrainment = ";
        let at = |share: &str| solve(read(&KIND, &format!("{text}\"{share}\"\n")), &[liquor()]);
        let (none, some) = (at("0 %"), at("10 %"));
        let dissolved = |done: &crate::flowsheet::Done| done.balance.outlets[0].aqueous.ions[Ion::Nd];
        let acid = |done: &crate::flowsheet::Done| done.balance.outlets[0].aqueous.ions[Ion::H];
        assert!((dissolved(&some) / dissolved(&none) - 0.9).abs() < 1e-3);
        assert!((acid(&some) - acid(&none)).abs() < 0.05 * acid(&none).abs(), "{} {}", acid(&some), acid(&none));
        assert!(some.balance.drawn[0].stream.mass() > none.balance.drawn[0].stream.mass());
    }

    #[test]
    fn what_the_base_brings_has_no_share_precipitated() {
        let done = solve(unit("lime", 2.5), &[liquor()]);
        assert!(done.balance.readings.iter().all(|reading| reading.name != "Ca precipitated"));
        let shares = done.balance.tables[0].numbers("precipitated");
        assert!(shares.iter().flatten().all(|share| (0.0..=100.0).contains(share)));
    }

    #[test]
    fn more_base_to_a_higher_ph_and_iron_before_rare_earths() {
        let (low, high) = (solve(unit("lime", 2.5), &[liquor()]), solve(unit("lime", 4.0), &[liquor()]));
        let dose = |done: &crate::flowsheet::Done| done.balance.drawn[0].stream.mass();
        assert!(dose(&high) > dose(&low));
        let reading = |name: &str| high.balance.readings.iter().find(|r| r.name == name).unwrap().value;
        assert!(reading("Fe precipitated") > 99.0 && reading("rare earths precipitated") < 60.0);
    }

    #[test]
    fn a_liquor_already_there_takes_no_base() {
        let done = solve(unit("lime", 0.2), &[liquor()]);
        assert!(done.balance.drawn[0].stream.mass().abs() < 1e-15);
        assert!(solve(unit("lime", 3.0), &[Stream::default()]).balance.outlets[0].mass() == 0.0);
    }
}

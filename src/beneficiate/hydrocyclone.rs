//! Hydrocyclones in parallel: coarse and heavy grains down, fine and light ones over.
//!
//! # Equation
//! Flow, split, reduced cut d50 and sharpness of one cyclone at a pressure drop by the law that the
//! scenario names ([`super::cyclone`]), d50 for each mineral's own density; each mineral and size then
//! parts by `Y = y(d/d50)(1 − R) + R` ([`super::partition`]), the solution by R. As many cyclones
//! stand open as pass the feed at that pressure drop; pump power is `Q Δp / η`. Where a cut is wished,
//! the pressure drop that gives it is sought up to the one allowed.
//!
//! # Symbols
//! As in the laws; R: bypass, the share of the liquid that leaves by the apex; Q: whole slurry flow;
//! η: efficiency of pump and motor.
//!
//! # Holds for
//! Slurries of grains that part one by one (dispersed, not flocculated). Outside the range of its
//! law, or where the underflow would be thicker than a paste, a caveat is told; where what settles
//! cannot pass the apex, or would have to be packed closer than grains pack, there is no answer.
//!
//! # Source
//! `coelho2001`, `plitt1976`, `nageswararao2004`, `lynch1975`; proportions and sharpness of families:
//! `data/beneficiate/cyclone_proportions.csv`, `cyclone_sharpness.csv`; catalogue ranges:
//! `hydrocyclone_catalogue.csv`.

use std::f64::consts::PI;

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Length, Number, Pressure, Viscosity};
use crate::source::Caveat;
use crate::stream::{Solid, Stream};
use crate::unit::{Balance, Drawn, Equipment, Kind, Ports, Reading, Unit};

use super::cyclone::coelho_medronho::CoelhoMedronho;
use super::cyclone::lynch_rao::LynchRao;
use super::cyclone::nageswararao::Nageswararao;
use super::cyclone::parting::{PACKING, ROPE, parted};
use super::cyclone::plitt::{Plitt, read_calibration};
use super::cyclone::wishes::{pressure_for_cut, rising};
use super::cyclone::{Feed, Law, Shape};
use super::dilution::Dilution;
use super::partition::Curve;

/// A cluster of cyclones.
#[derive(Debug)]
struct Hydrocyclone {
    shape: Shape,
    law: Box<dyn Law>,
    /// As it is, or where a cut is wished the most allowed.
    pressure_drop: f64,
    wished_cut: Option<f64>,
    viscosity: f64,
    pump_efficiency: f64,
    dilution: Option<Dilution>,
    catalogue: Option<CatalogueRange>,
}

/// What the catalogue says of cyclones of this diameter.
#[derive(Debug, Clone, Copy)]
struct CatalogueRange {
    finest: f64,
    coarsest: f64,
    capacity: f64,
}

/// Which law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    CoelhoMedronho,
    Plitt,
    Nageswararao,
    LynchRao,
}

/// The kind.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "hydrocyclone",
    about: "Cyclones in parallel that part a slurry by size and density, by any of four laws",
    sources: &["coelho2001", "plitt1976", "flintoff1987", "nageswararao2004", "lynch1975"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let named = fields.may_word(
        "law",
        "of flow, split and cut; absent means coelho-medronho",
        &[
            ("coelho-medronho", Named::CoelhoMedronho),
            ("plitt", Named::Plitt),
            ("nageswararao", Named::Nageswararao),
            ("lynch-rao", Named::LynchRao),
        ],
    );
    let named = if fields.has("law") { named } else { Some(Named::CoelhoMedronho) };
    let family = fields.word(
        "family",
        "proportions and sharpness of the cyclone",
        &[("rietema", "rietema"), ("bradley", "bradley")],
    );
    let diameter: Option<Length> = fields.need("diameter", "of one cyclone's body", 5e-3..=1.0);
    let mut own = |key, about: &str, range| {
        let about = format!("{about} over the body's diameter; absent means the family's");
        fields.may::<Number>(key, &about, range).map(|share| share.0)
    };
    let own = [
        own("inlet", "diameter of the inlet", 0.02..=0.6),
        own("vortex_finder", "diameter of the vortex finder", 0.05..=0.7),
        own("apex", "diameter of the apex", 0.02..=0.4),
        own("length", "whole length", 1.0..=20.0),
        own("finder_length", "length of the vortex finder", 0.05..=3.0),
    ];
    let form =
        fields.word("partition", "law of the efficiency curve", &[("plitt", "plitt_m"), ("lynch-rao", "lynch_rao_a")]);
    let sharpness: Option<Number> = fields.may(
        "sharpness",
        "of the efficiency curve, m or a; absent means the family's, or with the law of Plitt its own",
        0.3..=50.0,
    );
    let drop: Option<Pressure> =
        fields.need("pressure_drop", "feed to overflow; where `cut_size` is wished, the most allowed", 5e3..=1e6);
    let wished: Option<Length> = fields.may(
        "cut_size",
        "wished reduced cut of the mean solid, for which the pressure drop is sought; absent means `pressure_drop` as it is",
        1e-7..=1e-2,
    );
    let viscosity: Option<Viscosity> = fields.need("viscosity", "of the carrying liquid", 2e-4..=0.05);
    let efficiency: Option<Fraction> = fields.need("pump_efficiency", "of the feed pump with its motor", 0.05..=1.0);
    let dilution = Dilution::read(fields, library);
    let ratios = proportions(fields, library, family?, own);
    let family_curve = curve(fields, library, family?, form?, sharpness.map(|s| s.0), named?);
    let law = law(fields, library, named?, family_curve?, form? == "lynch_rao_a", sharpness.map(|s| s.0))?;
    let shape = Shape::proportioned(diameter?.0, ratios?);
    if shape.below_finder() <= 0.0 {
        fields.refuse("finder_length", "the vortex finder is longer than the cyclone", "a greater `length`");
        return None;
    }
    Some(Box::new(Hydrocyclone {
        law,
        shape,
        pressure_drop: drop?.0,
        wished_cut: wished.map(|cut| cut.0),
        viscosity: viscosity?.0,
        pump_efficiency: efficiency?.0,
        dilution: dilution.ok()?,
        catalogue: catalogue_range(library, shape.body),
    }))
}

/// The family's proportions, each unless the scenario gives its own.
fn proportions(fields: &Fields<'_>, library: &Library, family: &str, own: [Option<f64>; 5]) -> Option<[f64; 5]> {
    let table = library.table("beneficiate/cyclone_proportions").ok();
    let columns = ["inlet", "vortex_finder", "apex", "length", "finder_length"];
    let mut ratios = [0.0; 5];
    for ((slot, own), column) in ratios.iter_mut().zip(own).zip(columns) {
        let listed = || {
            let fact = table.as_ref()?.find("family", family)?.fact(column)?;
            fields.check().cite(format!("{}.{family}.{column}", fields.path()), &fact, "1");
            Some(fact.value)
        };
        let Some(value) = listed().map(|listed| own.unwrap_or(listed)) else {
            fields.refuse("family", "its numbers are not in the data", "a family of data/beneficiate/cyclone_*.csv");
            return None;
        };
        *slot = value;
    }
    Some(ratios)
}

/// The curve that a law which tells none takes; Plitt's law asks for no family's number.
fn curve(
    fields: &Fields<'_>,
    library: &Library,
    family: &str,
    form: &str,
    sharpness: Option<f64>,
    named: Named,
) -> Option<Curve> {
    let listed = || {
        let fact = library.table("beneficiate/cyclone_sharpness").ok()?.find("family", family)?.fact(form)?;
        fields.check().cite(format!("{}.{family}.{form}", fields.path()), &fact, "1");
        Some(fact.value)
    };
    let sharpness = match (sharpness, named) {
        (Some(given), _) => Some(given),
        (None, Named::Plitt) => Some(1.0),
        (None, _) => listed(),
    };
    if sharpness.is_none() {
        fields.refuse(
            "family",
            "its sharpness is not in the data",
            "a family of data/beneficiate/cyclone_sharpness.csv",
        );
    }
    sharpness.map(|s| if form == "plitt_m" { Curve::Plitt(s) } else { Curve::LynchRao(s) })
}

fn law(
    fields: &mut Fields<'_>,
    library: &Library,
    named: Named,
    curve: Curve,
    as_lynch_rao: bool,
    sharpness: Option<f64>,
) -> Option<Box<dyn Law>> {
    match named {
        Named::CoelhoMedronho => Some(Box::new(CoelhoMedronho { curve })),
        Named::Plitt => {
            let calibration = fields.may_table("calibration", "f1 to f4 of Plitt's law; absent means 1 each");
            let calibrated = calibration.map(|mut inner| {
                let law = read_calibration(&mut inner);
                inner.finish();
                law
            });
            let law = calibrated.unwrap_or(Plitt { factors: [1.0; 4], exponent: 0.5, as_lynch_rao, sharpness });
            Some(Box::new(Plitt { as_lynch_rao, sharpness, ..law }))
        }
        Named::Nageswararao | Named::LynchRao => {
            let mut inner = fields.table("constants", "of the material and survey the law was fitted to")?;
            let law: Option<Box<dyn Law>> = if named == Named::Nageswararao {
                Nageswararao::read(&mut inner, library, curve).map(|law| Box::new(law) as Box<dyn Law>)
            } else {
                LynchRao::read(&mut inner, curve).map(|law| Box::new(law) as Box<dyn Law>)
            };
            inner.finish();
            law
        }
    }
}

/// The widest range of cuts and the capacity listed for this diameter (within 1 %).
fn catalogue_range(library: &Library, diameter: f64) -> Option<CatalogueRange> {
    let table = library.table("beneficiate/hydrocyclone_catalogue").ok()?;
    let mut found: Option<CatalogueRange> = None;
    for row in table.rows() {
        let (Some(size), Some(finest), Some(coarsest), Some(capacity)) =
            (row.number("diameter"), row.number("finest_cut"), row.number("coarsest_cut"), row.number("capacity"))
        else {
            continue;
        };
        if (size / 1000.0 / diameter - 1.0).abs() < 0.01 {
            let range = found.get_or_insert(CatalogueRange { finest, coarsest, capacity });
            range.finest = range.finest.min(finest);
            range.coarsest = range.coarsest.max(coarsest);
            range.capacity = range.capacity.max(capacity);
        }
    }
    found
}

impl Unit for Hydrocyclone {
    fn ports(&self) -> Ports {
        Ports { inlets: &["slurry"], outlets: &["underflow", "overflow"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut slurry = inlets[0].clone();
        let mut caveats: Vec<Caveat> = Vec::new();
        let mut drawn: Vec<Drawn> = Vec::new();
        if let Some(dilution) = &self.dilution {
            drawn.extend(dilution.apply(&mut slurry, &mut caveats));
        }
        let (liquid, volume) = (slurry.aqueous.volume(), slurry.slurry_volume());
        if volume <= 0.0 {
            let outlets = vec![slurry, Stream::default()];
            return Ok(Balance { outlets, drawn, caveats, ..Balance::default() });
        }
        if liquid <= 0.0 {
            return Err(infeasible("there is no liquid to carry the solids", "`dilution` and `feed_solids`"));
        }
        if slurry.solid.edges.is_empty() && slurry.solid.mass() > 0.0 {
            return Err(infeasible("the solids have no sizes", "feed it from an ore with size classes"));
        }
        let mean = slurry.solid.mass() / slurry.solid.volume().max(1e-300);
        let density = slurry.aqueous.mass() / liquid;
        let mut feed = Feed {
            pressure_drop: self.pressure_drop,
            solids: slurry.solid.volume() / volume,
            viscosity: self.viscosity,
            density,
            solid_density: if slurry.solid.mass() > 0.0 { mean } else { density },
        };
        if feed.solids > PACKING {
            let most = PACKING * mean / (PACKING * mean + (1.0 - PACKING) * density);
            return Err(infeasible(
                &format!(
                    "{:.0} % solids by volume are fed; grains pack at {:.0} %",
                    feed.solids * 100.0,
                    PACKING * 100.0
                ),
                &format!("`dilution`, and `feed_solids` well below {:.0} %", most * 100.0),
            ));
        }
        if let Some(wished) = self.wished_cut {
            feed.pressure_drop = pressure_for_cut(&*self.law, &self.shape, &feed, wished)?;
        }
        caveats.extend(self.law.outside(&self.shape, &feed).into_iter().map(Caveat::new));
        let one = self.law.flow(&self.shape, &feed) * 3600.0;
        let open = volume / one;
        let parting = parted(&*self.law, &self.shape, &feed, &slurry.solid)?;
        let bypass = parting.bypass;
        let (mut underflow, mut overflow) = (slurry.scaled(bypass), slurry.scaled(1.0 - bypass));
        let tables = vec![parting.table(&slurry.solid), parting.curve_table(&slurry.solid)];
        overflow.solid = difference(&slurry.solid, &parting.under);
        underflow.solid = parting.under;
        let cut = self.law.cut_size(&self.shape, &feed, mean).map(|cut| cut * 1e6);
        self.packed(&slurry, &feed, &underflow)?;
        self.judge(one, cut, &underflow, &mut caveats);
        let rare = |s: &Stream| s.solid.element_mass().rare_earth_total();
        let grade = |s: &Stream| rare(s) / s.solid.mass();
        let mut readings = vec![
            Reading::new("cyclones at work", open.ceil(), "1"),
            Reading::new("flow per cyclone", one, "m3/h"),
            Reading::new("slurry fed", volume, "m3/h"),
            Reading::new("solids fed by volume", feed.solids * 100.0, "%"),
            Reading::new("water to underflow", bypass * 100.0, "%"),
            Reading::new(
                "Reynolds number",
                4.0 * density * one / 3600.0 / (PI * self.viscosity * self.shape.body),
                "1",
            ),
        ];
        readings.extend(cut.map(|cut| Reading::new("cut size", cut, "um")));
        if self.wished_cut.is_some() {
            readings.push(Reading::new("pressure drop", feed.pressure_drop / 1e5, "bar"));
        }
        if slurry.solid.mass() > 0.0 {
            readings.push(Reading::new("mass pull", underflow.solid.mass() / slurry.solid.mass() * 100.0, "%"));
        }
        if rare(&slurry) > 0.0 {
            readings.push(Reading::new("rare-earth recovery", rare(&underflow) / rare(&slurry) * 100.0, "%"));
            readings.push(Reading::new("enrichment", grade(&underflow) / grade(&slurry), "1"));
        }
        Ok(Balance {
            outlets: vec![underflow, overflow],
            drawn,
            power_kw: volume / 3600.0 * feed.pressure_drop / self.pump_efficiency / 1000.0,
            readings,
            tables,
            caveats,
            ..Balance::default()
        })
    }

    fn equipment(&self, _: &[Stream], done: &Balance) -> Vec<Equipment> {
        let fed = done.readings.iter().find(|reading| reading.name == "slurry fed").map_or(0.0, |r| r.value);
        if fed <= 0.0 {
            return Vec::new();
        }
        vec![Equipment { name: "hydrocyclone cluster".into(), count: 1, size: fed, unit: "m3/h" }]
    }
}

impl Hydrocyclone {
    /// Fails where the underflow would be packed closer than grains pack, and says which apex would do.
    fn packed(&self, slurry: &Stream, feed: &Feed, underflow: &Stream) -> Result<(), Error> {
        let thick = thickness(underflow);
        if thick <= PACKING {
            return Ok(());
        }
        let sprays = |apex: f64| {
            let shape = Shape { apex, ..self.shape };
            parted(&*self.law, &shape, feed, &slurry.solid).is_ok_and(|parting| {
                let solids = parting.under.volume();
                solids / (solids + slurry.aqueous.volume() * parting.bypass) <= ROPE
            })
        };
        let (body, widest) = (self.shape.body, 0.4 * self.shape.body);
        let hint = match rising(sprays, self.shape.apex, widest) {
            Some(apex) => format!("`apex = {:.3}` or more, or a thinner feed", apex / body),
            None => "a thinner feed: `feed_solids` and `dilution`".to_owned(),
        };
        Err(infeasible(
            &format!(
                "the underflow would hold {:.0} % solids by volume; grains pack at {:.0} %, and it ropes from about {:.0} %",
                thick * 100.0,
                PACKING * 100.0,
                ROPE * 100.0
            ),
            &hint,
        ))
    }

    fn judge(&self, one: f64, cut: Option<f64>, underflow: &Stream, caveats: &mut Vec<Caveat>) {
        let thick = thickness(underflow);
        if thick > ROPE {
            caveats.push(Caveat::new(format!(
                "the underflow would hold {:.0} % solids by volume and rope; open the apex or dilute the feed",
                thick * 100.0
            )));
        }
        let Some(range) = self.catalogue else { return };
        if let Some(cut) = cut.filter(|cut| *cut < range.finest || *cut > range.coarsest) {
            caveats.push(Caveat::new(format!(
                "cut size {cut:.1} um; catalogues offer {} to {} um at this diameter",
                range.finest, range.coarsest
            )));
        }
        if one > range.capacity * 1.2 {
            caveats.push(Caveat::new(format!(
                "{one:.2} m3/h through one cyclone; catalogues offer up to {} m3/h at this diameter, so more of them may be needed",
                range.capacity
            )));
        }
    }
}

/// Volume share of solids.
fn thickness(slurry: &Stream) -> f64 {
    slurry.solid.volume() / slurry.slurry_volume().max(1e-300)
}

/// What is left of `whole` without `part`, lot by lot.
pub fn difference(whole: &Solid, part: &Solid) -> Solid {
    let mut rest = whole.clone();
    for lot in &mut rest.lots {
        if let Some(taken) = part.lot(&lot.mineral.name) {
            for (kg, gone) in lot.kg_per_h.iter_mut().zip(&taken.kg_per_h) {
                *kg = (*kg - gone).max(0.0);
            }
        }
    }
    rest
}

fn infeasible(what: &str, hint: &str) -> Error {
    Error::Infeasible { unit: String::new(), what: what.into(), hint: hint.into() }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{mud, solved};

    const CYCLONE: &str = "family = \"rietema\"\ndiameter = \"25 mm\"\npartition = \"plitt\"\npressure_drop = \"2 bar\"\nviscosity = \"1.1 mPa s\"\npump_efficiency = \"0.65\"\n";

    #[test]
    fn the_mud_grows_richer_and_nothing_is_lost() {
        let text = format!("{CYCLONE}feed_solids = \"5 %\"\ndilution = \"sea-water\"\n");
        let plant = solved("hydrocyclone", &text, mud(), &["underflow", "overflow"]);
        let done = &plant.units[0].balance;
        let read = |name: &str| done.readings.iter().find(|r| r.name == name).unwrap().value;
        assert!(read("enrichment") > 1.5 && read("enrichment") < 6.0, "{}", read("enrichment"));
        assert!(read("rare-earth recovery") > read("mass pull"));
        assert_eq!(done.drawn.len(), 1);
        assert!(plant.closure.gap < 1e-9);
    }

    #[test]
    fn a_clear_liquid_passes_too() {
        let mut clear = mud();
        clear.solid.lots.clear();
        let plant = solved("hydrocyclone", CYCLONE, clear, &["underflow", "overflow"]);
        assert!(plant.pipe("overflow").unwrap().stream.aqueous.water > 0.0);
    }
}

//! Hydrocyclones in parallel: coarse and heavy grains down, fine and light ones over.
//!
//! # Equation
//! Flow, water split Rw and reduced cut size d50 of one cyclone at the given pressure drop by
//! [`super::coelho_medronho`], d50 for each mineral's own density; each mineral and size then
//! parts by `Y = y(d/d50)(1 − Rw) + Rw` ([`super::partition`]), the solution by Rw. As many
//! cyclones stand open as pass the feed at that pressure drop; pump power is `Q Δp / η`.
//!
//! # Symbols
//! As in the two laws; Q: whole slurry flow; η: efficiency of pump and motor.
//!
//! # Holds for
//! Dilute slurries of grains that part one by one (dispersed, not flocculated). Outside the
//! fitted proportions, above 10 % solids by volume, or where the underflow would be thicker
//! than a paste, a caveat is told.
//!
//! # Source
//! `coelho2001`, `plitt1976`, `lynch1975`; proportions and sharpness of families:
//! `data/beneficiate/cyclone_proportions.csv`, `cyclone_sharpness.csv`; catalogue ranges:
//! `hydrocyclone_catalogue.csv`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Length, Number, Pressure, Viscosity};
use crate::source::Caveat;
use crate::stream::{Solid, Stream};
use crate::table::Table;
use crate::unit::{Balance, Drawn, Equipment, Kind, Ports, Reading, Unit};

use super::coelho_medronho::{Feed, Shape};
use super::dilution::Dilution;
use super::partition::{Curve, lower_edge};

/// A cluster of cyclones.
#[derive(Debug)]
struct Hydrocyclone {
    shape: Shape,
    curve: Curve,
    pressure_drop: f64,
    viscosity: f64,
    pump_efficiency: f64,
    dilution: Option<Dilution>,
    catalogue: Option<CatalogueRange>,
    caveats: Vec<String>,
}

/// What the catalogue says of cyclones of this diameter.
#[derive(Debug, Clone, Copy)]
struct CatalogueRange {
    finest: f64,
    coarsest: f64,
    capacity: f64,
}

/// The kind.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "hydrocyclone",
    about: "Cyclones in parallel that part a slurry by size and density",
    sources: &["coelho2001", "plitt1976", "lynch1975"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let family = fields.word(
        "family",
        "proportions and sharpness of the cyclone",
        &[("rietema", "rietema"), ("bradley", "bradley")],
    );
    let diameter: Option<Length> = fields.need("diameter", "of one cyclone's body", 5e-3..=1.0);
    let apex: Option<Number> =
        fields.may("apex", "diameter of the apex over the body's; absent means the family's", 0.02..=0.4);
    let law =
        fields.word("partition", "law of the efficiency curve", &[("plitt", "plitt_m"), ("lynch-rao", "lynch_rao_a")]);
    let drop: Option<Pressure> = fields.need("pressure_drop", "feed to overflow", 5e3..=1e6);
    let viscosity: Option<Viscosity> = fields.need("viscosity", "of the carrying liquid", 2e-4..=0.05);
    let efficiency: Option<Fraction> = fields.need("pump_efficiency", "of the feed pump with its motor", 0.05..=1.0);
    let dilution = Dilution::read(fields, library);
    let proportions = library.table("beneficiate/cyclone_proportions").ok();
    let sharpness = library.table("beneficiate/cyclone_sharpness").ok();
    let (family, law, diameter) = (family?, law?, diameter?.0);
    let number = |table: &Option<crate::library::FactTable>, column: &str| {
        let fact = table.as_ref()?.find("family", family)?.fact(column)?;
        fields.check().cite(format!("{}.{family}.{column}", fields.path()), &fact, "1");
        Some(fact.value)
    };
    let columns = ["inlet", "vortex_finder", "apex", "length", "finder_length"];
    let ratios: Option<Vec<f64>> = columns.iter().map(|column| number(&proportions, column)).collect();
    let sharp = number(&sharpness, law);
    let (Some(ratios), Some(sharp)) = (ratios, sharp) else {
        fields.refuse("family", "its numbers are not in the data", "a family of data/beneficiate/cyclone_*.csv");
        return None;
    };
    let mut ratios: [f64; 5] = ratios.try_into().ok()?;
    if let Some(apex) = apex {
        ratios[2] = apex.0;
    }
    let shape = Shape::proportioned(diameter, ratios);
    Some(Box::new(Hydrocyclone {
        caveats: shape.outside(),
        shape,
        curve: if law == "plitt_m" { Curve::Plitt(sharp) } else { Curve::LynchRao(sharp) },
        pressure_drop: drop?.0,
        viscosity: viscosity?.0,
        pump_efficiency: efficiency?.0,
        dilution: dilution.ok()?,
        catalogue: catalogue_range(library, diameter),
    }))
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
        let mut caveats: Vec<Caveat> = self.caveats.iter().map(Caveat::new).collect();
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
        let feed = Feed {
            pressure_drop: self.pressure_drop,
            solids: slurry.solid.volume() / volume,
            viscosity: self.viscosity,
            density: slurry.aqueous.mass() / liquid,
        };
        let bypass = self.shape.water_split(&feed);
        let one = self.shape.flow(&feed) * 3600.0;
        let open = volume / one;
        let (under, table) = self.parted(&slurry.solid, &feed, bypass);
        let (mut underflow, mut overflow) = (slurry.scaled(bypass), slurry.scaled(1.0 - bypass));
        overflow.solid = difference(&slurry.solid, &under);
        underflow.solid = under;
        let mean = slurry.solid.mass() / slurry.solid.volume().max(1e-300);
        let cut = self.shape.cut_size(&feed, mean).map(|cut| cut * 1e6);
        self.judge(&feed, one, cut, &underflow, &mut caveats);
        let rare = |s: &Stream| s.solid.element_mass().rare_earth_total();
        let grade = |s: &Stream| rare(s) / s.solid.mass();
        let mut readings = vec![
            Reading::new("cyclones at work", open.ceil(), "1"),
            Reading::new("flow per cyclone", one, "m3/h"),
            Reading::new("slurry fed", volume, "m3/h"),
            Reading::new("solids fed by volume", feed.solids * 100.0, "%"),
            Reading::new("water to underflow", bypass * 100.0, "%"),
            Reading::new("Reynolds number", self.shape.reynolds(&feed), "1"),
        ];
        readings.extend(cut.map(|cut| Reading::new("cut size", cut, "um")));
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
            power_kw: volume / 3600.0 * self.pressure_drop / self.pump_efficiency / 1000.0,
            readings,
            tables: vec![table],
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
    /// The solids that go down, and the table of what went where.
    fn parted(&self, solid: &Solid, feed: &Feed, bypass: f64) -> (Solid, Table) {
        let mut under = Solid { edges: solid.edges.clone(), lots: Vec::new() };
        let mut table = Table::new(
            "partition",
            "Where each mineral and size went",
            "dry solids per hour at work",
            &[("mineral", ""), ("finer than", "um"), ("cut size", "um"), ("fed", "kg/h"), ("to underflow", "%")],
        );
        for lot in &solid.lots {
            let cut = self.shape.cut_size(feed, lot.mineral.density);
            let mut down = Vec::with_capacity(lot.kg_per_h.len());
            for (class, &kg) in lot.kg_per_h.iter().enumerate() {
                let at = class.min(solid.edges.len() - 1);
                let upper = solid.edges[at];
                // What floats goes with the liquid.
                let share =
                    cut.map_or(bypass, |cut| self.curve.over_class(lower_edge(&solid.edges, at), upper, cut, bypass));
                down.push(kg * share);
                if kg > 0.0 {
                    table.row(vec![
                        (&*lot.mineral.name).into(),
                        (upper * 1e6).into(),
                        cut.map(|cut| cut * 1e6).into(),
                        kg.into(),
                        (share * 100.0).into(),
                    ]);
                }
            }
            under.add(&lot.mineral, &down);
        }
        (under, table)
    }

    fn judge(&self, feed: &Feed, one: f64, cut: Option<f64>, underflow: &Stream, caveats: &mut Vec<Caveat>) {
        if feed.solids > 0.10 {
            caveats.push(Caveat::new(format!(
                "{:.1} % solids by volume: grains crowd each other more than the cut law's factor knows",
                feed.solids * 100.0
            )));
        }
        let thick = underflow.solid.volume() / underflow.slurry_volume().max(1e-300);
        if thick > 0.5 {
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

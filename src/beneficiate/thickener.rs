//! A thickener: solids sink to an underflow, water clears over a weir.
//!
//! # Equation
//! By the limiting flux G_L of [`super::batch_flux`]: area `A = M s / G_L` for a wished underflow, or the
//! thickest underflow that `M / A` bears. Where both are set and `M / A` exceeds G_L the tank is overloaded: it hands
//! down G_L A and the rest goes over the weir.
//!
//! # Symbols
//! M: solids fed by volume, m³/h; A: area, m²; s: factor on the area for feed and settling that vary.
//!
//! # Holds for
//! Suspensions that settle as a zone, all sizes and minerals together; a bed's compression is not counted.
//!
//! # Source
//! `kynch1952`, `coe1916`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Area, Fraction, Number, Power};
use crate::source::Caveat;
use crate::stream::{Solid, Stream};
use crate::table::Table;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

use super::batch_flux::{Limit, Settling};
use super::dilution::Dilution;
use super::hydrocyclone::difference;

/// The tank.
#[derive(Debug)]
struct Thickener {
    settling: Settling,
    /// Mass share wished.
    underflow: Option<f64>,
    area: Option<f64>,
    factor: f64,
    rakes: f64,
    dilution: Option<Dilution>,
}

/// The kind.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "thickener",
    about: "Tank in which solids settle to a thick underflow, sized by batch flux",
    sources: &["kynch1952", "coe1916", "richardson1954", "vesilind1968"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let underflow: Option<Fraction> =
        fields.may("underflow_solids", "wished mass share; absent means the thickest that `area` bears", 0.01..=0.9);
    let area: Option<Area> = fields.may("area", "of all tanks; absent means what `underflow_solids` asks", 0.01..=1e6);
    let factor: Option<Number> = fields.need("area_factor", "area built over area needed", 1.0..=5.0);
    let rakes: Option<Power> = fields.need("rake_power", "of all rakes", 0.0..=1e4);
    let settling = Settling::read(fields);
    let dilution = Dilution::read(fields, library);
    if underflow.is_none() && area.is_none() && !fields.has("underflow_solids") && !fields.has("area") {
        fields.refuse("underflow_solids", "neither a wished underflow nor an area", "add one of them, or both");
        return None;
    }
    Some(Box::new(Thickener {
        settling: settling?,
        underflow: underflow.map(|share| share.0),
        area: area.map(|area| area.0),
        factor: factor?.0,
        rakes: rakes?.0,
        dilution: dilution.ok()?,
    }))
}

/// How the tank stands.
struct Standing {
    /// Volume shares.
    feed: f64,
    underflow: f64,
    limit: Limit,
    /// m².
    area: f64,
    /// Share of the solids that goes down.
    down: f64,
}

impl Thickener {
    /// `rate`: m³ of solids an hour; densities kg/m³.
    fn stand(&self, rate: f64, feed: f64, solid: f64, liquid: f64) -> Result<Standing, Error> {
        let by_volume = |w: f64| w / solid / (w / solid + (1.0 - w) / liquid);
        let by_mass = |share: f64| share * solid / (share * solid + (1.0 - share) * liquid) * 100.0;
        let fail = |what: String, hint: String| Error::Infeasible { unit: String::new(), what, hint };
        let most = self.settling.most();
        let underflow = match (self.underflow.map(by_volume), self.area) {
            (Some(wished), _) => wished,
            (None, Some(area)) => self.settling.thickest(feed, rate * self.factor / area).ok_or_else(|| {
                fail(
                    format!("{:.1} % solids are fed, which do not settle at all by this law", by_mass(feed)),
                    format!("a feed below {:.1} %: `feed_solids` and `dilution`", by_mass(most)),
                )
            })?,
            (None, None) => most,
        };
        if underflow >= most {
            return Err(fail(
                format!(
                    "an underflow of {:.1} % solids is wished; by this law nothing settles beyond {:.1} %",
                    by_mass(underflow),
                    by_mass(most)
                ),
                format!("`underflow_solids` below {:.1} %, or a law with less floc volume", by_mass(most)),
            ));
        }
        let Some(limit) = self.settling.limit(feed, underflow) else {
            return Err(fail(
                format!(
                    "the feed holds {:.1} % solids, as thick as the underflow of {:.1} %",
                    by_mass(feed),
                    by_mass(underflow)
                ),
                "a thicker `underflow_solids`, a greater `area`, or no thickener".into(),
            ));
        };
        let area = self.area.unwrap_or(rate * self.factor / limit.flux);
        let down = (limit.flux * area / (rate * self.factor)).min(1.0);
        Ok(Standing { feed, underflow, limit, area, down })
    }

    fn curve(&self, standing: &Standing, solid: f64) -> Table {
        let mut table = Table::new(
            "flux",
            "Flux of solids",
            "batch settling flux against solids, and the line of the limiting flux to the underflow",
            &[("solids", "kg/m3"), ("settling", "kg/m2/h"), ("limit", "kg/m2/h"), ("speed", "m/h")],
        );
        let top = (standing.underflow * 1.15).min(self.settling.most());
        for step in 0..=60 {
            let share = top * f64::from(step) / 60.0;
            let line = standing.limit.flux * (1.0 - share / standing.underflow);
            let speed = self.settling.speed(share);
            let limit = (line >= 0.0).then_some(line * solid);
            table.row(vec![(share * solid).into(), (share * speed * solid).into(), limit.into(), speed.into()]);
        }
        table
    }
}

impl Unit for Thickener {
    fn ports(&self) -> Ports {
        Ports { inlets: &["feed"], outlets: &["underflow", "overflow"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut feed = inlets[0].clone();
        let (mut caveats, mut drawn) = (Vec::new(), Vec::new());
        if let Some(dilution) = &self.dilution {
            drawn.extend(dilution.apply(&mut feed, &mut caveats));
        }
        let (mass, rate, liquid) = (feed.solid.mass(), feed.solid.volume(), feed.aqueous.volume());
        if mass <= 0.0 || liquid <= 0.0 {
            let (underflow, overflow) = if mass > 0.0 { (feed, Stream::default()) } else { (Stream::default(), feed) };
            return Ok(Balance { outlets: vec![underflow, overflow], drawn, caveats, ..Balance::default() });
        }
        let (solid, density) = (mass / rate, feed.aqueous.mass() / liquid);
        let standing = self.stand(rate, rate / (rate + liquid), solid, density)?;
        let down = standing.down;
        let below = rate * down * (1.0 / standing.underflow - 1.0);
        let water = (below / liquid).min(1.0);
        let (mut underflow, mut overflow) = (feed.scaled(water), feed.scaled(1.0 - water));
        let mut settled = Solid { edges: feed.solid.edges.clone(), lots: Vec::new() };
        for lot in &feed.solid.lots {
            settled.add(&lot.mineral, &lot.kg_per_h.iter().map(|kg| kg * down).collect::<Vec<_>>());
        }
        overflow.solid = difference(&feed.solid, &settled);
        underflow.solid = settled;
        let rise = (liquid - below).max(0.0) / standing.area;
        let settles = self.settling.speed(standing.feed);
        let turbid = standing.limit.at <= standing.feed * (1.0 + 1e-6);
        if down < 1.0 - 1e-12 {
            let needed = rate * self.factor / standing.limit.flux;
            let bearable = self.settling.thickest(standing.feed, rate * self.factor / standing.area);
            let bearable = bearable.map_or(String::new(), |share| {
                let thin = share * solid / (share * solid + (1.0 - share) * density) * 100.0;
                format!(", or an underflow of at most {thin:.1} % solids")
            });
            caveats.push(Caveat::new(format!(
                "overloaded: {:.1} % of the solids go over the weir; it would take {needed:.0} m2{bearable}",
                (1.0 - down) * 100.0
            )));
        }
        if turbid {
            caveats.push(Caveat::new(format!(
                "the feed itself limits: water rises {rise:.2} m/h and the feed settles {settles:.2} m/h, so the overflow has no room to clear"
            )));
        }
        let kg = |flux: f64| flux * solid;
        let readings = vec![
            Reading::new("area", standing.area, "m2"),
            Reading::new("solids loading", kg(rate / standing.area), "kg/m2/h"),
            Reading::new("limiting flux", kg(standing.limit.flux), "kg/m2/h"),
            Reading::new("solids where it limits", kg(standing.limit.at), "kg/m3"),
            Reading::new("underflow solids", underflow.solids_fraction() * 100.0, "%"),
            Reading::new("rise of water", rise, "m/h"),
            Reading::new("settling of the feed", settles, "m/h"),
            Reading::new("area a daily tonne", standing.area / (mass / 1000.0 * 24.0), "m2 d/t"),
            Reading::new("solids lost to the overflow", (1.0 - down) * 100.0, "%"),
        ];
        let tables = vec![self.curve(&standing, solid)];
        let outlets = vec![underflow, overflow];
        Ok(Balance { outlets, drawn, power_kw: self.rakes, readings, tables, caveats, ..Balance::default() })
    }

    fn equipment(&self, _: &[Stream], done: &Balance) -> Vec<Equipment> {
        let size = done.readings.iter().find(|reading| reading.name == "area").map_or(0.0, |reading| reading.value);
        if size <= 0.0 {
            return Vec::new();
        }
        vec![Equipment { name: "thickener".into(), count: 1, size, unit: "m2" }]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{mud, solved, unit};
    use crate::flowsheet::Plant;

    const TANK: &str = "area_factor = 1.25\nrake_power = \"4 kW\"\nfeed_solids = \"4 %\"\ndilution = \"sea-water\"\n";
    const LAW: &str = "[settling]\nlaw = \"richardson-zaki\"\nvelocity = \"3 m/h\"\nexponent = 4.65\nfloc_volume = 6\n";

    fn run(more: &str) -> Plant {
        solved("thickener", &format!("{TANK}{more}{LAW}"), mud(), &["underflow", "overflow"])
    }

    fn read(plant: &Plant, name: &str) -> f64 {
        plant.units[0].balance.readings.iter().find(|r| r.name == name).unwrap().value
    }

    #[test]
    fn it_is_sized_and_the_overflow_is_clear() {
        let plant = run("underflow_solids = \"28 %\"\n");
        let (under, over) = (&plant.pipe("underflow").unwrap().stream, &plant.pipe("overflow").unwrap().stream);
        assert!((under.solids_fraction() - 0.28).abs() < 1e-9, "{}", under.solids_fraction());
        assert!(over.solid.mass() < 1e-9 && plant.closure.gap < 1e-9 && plant.caveats.is_empty());
        // The built area given back bears the same underflow, and half of it a thinner one.
        let area = read(&plant, "area");
        let same = run(&format!("area = \"{area} m2\"\n"));
        assert!((read(&same, "underflow solids") - 28.0).abs() < 1e-4, "{}", read(&same, "underflow solids"));
        let half = run(&format!("area = \"{} m2\"\n", area / 2.0));
        assert!(read(&half, "underflow solids") < 28.0);
    }

    #[test]
    fn an_overloaded_tank_spills_and_says_what_it_would_take() {
        let whole = read(&run("underflow_solids = \"28 %\"\n"), "area");
        let plant = run(&format!("underflow_solids = \"28 %\"\narea = \"{} m2\"\n", whole / 2.0));
        assert!((read(&plant, "solids lost to the overflow") - 50.0).abs() < 1e-6);
        let told = &plant.caveats[0].text;
        assert!(told.contains("overloaded") && told.contains(&format!("{whole:.0} m2")), "{told}");
        assert!(plant.closure.gap < 1e-9);
    }

    #[test]
    fn an_underflow_beyond_the_law_is_refused_with_its_limit() {
        let text = format!("{TANK}underflow_solids = \"60 %\"\n{LAW}");
        let told = unit("thickener", &text).solve(&[mud()]).unwrap_err().to_string();
        assert!(told.contains("nothing settles beyond") && told.contains("`underflow_solids` below"), "{told}");
    }
}

//! How often should the coarse part be sorted again, and in how wide a cyclone? Every choice on the same feed.
//!
//! # Equation
//! Stage by stage as `hydrocyclone`, each fed with the underflow of the one before, overflows thrown away;
//! of every choice `n = w R g − c m − e P`, the best is the one with the greatest n.
//!
//! # Symbols
//! n: USD a tonne of feed; w: worth of a kg of rare-earth oxide in the concentrate; R g: kg of it a tonne of feed; c: cost of
//! all that is done to a tonne of concentrate; m: its mass pull; e, P: price and use of electricity.
//!
//! # Holds for
//! Open circuit; worth and cost that do not depend on the choice.
//!
//! # Source
//! That of the cyclone and of the feed; worth and costs are the scenario's.

use crate::document::{Node, Value};
use crate::error::{Error, Place};
use crate::fields::{Check, Fields};
use crate::library::Library;
use crate::quantity::{Length, Number, PriceByMass, Quantity};
use crate::source::Caveat;
use crate::stream::Stream;
use crate::table::Table;
use crate::unit::{Reading, Unit};

use super::hydrocyclone;

/// Choices that leave so little less than the best are told apart from it by nothing that is known.
const ALIKE: f64 = 0.03;

/// The study.
#[derive(Debug)]
pub struct Sweep {
    /// The stream that is sorted.
    pub feed: String,
    stages: usize,
    /// Diameter, m, and the cyclone.
    cyclones: Vec<(f64, Box<dyn Unit>)>,
    /// USD/kg.
    worth: f64,
    /// USD/kg.
    treatment: f64,
    /// USD/kWh.
    electricity: f64,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Swept {
    /// Every choice.
    pub table: Table,
    /// The best.
    pub readings: Vec<Reading>,
    /// What must be said.
    pub caveats: Vec<Caveat>,
}

impl Sweep {
    /// Reads `[selection]`.
    pub fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let feed = fields.text("feed", "the stream that is sorted, by its name in the plant");
        let stages = fields.count("stages", "how often the underflow is sorted again, at most", 1..=10);
        let diameters = fields.texts("diameters", "of the cyclones to try");
        let worth: Option<PriceByMass> =
            fields.need("worth", "of a kg of rare-earth oxide in the concentrate, to what follows", 0.0..=1e6);
        let treatment: Option<PriceByMass> =
            fields.need("treatment", "cost of all that is done to a kg of dry concentrate", 0.0..=1e6);
        let electricity: Option<Number> = fields.need("electricity", "USD a kWh", 0.0..=10.0);
        let node = fields.raw("cyclone").cloned();
        let template = fields.table("cyclone", "a hydrocyclone's fields; its diameter is taken from `diameters`");
        let (diameters, node) = (diameters?, node?);
        template?;
        let mut cyclones = Vec::new();
        for (at, diameter) in diameters.iter().enumerate() {
            let Ok(length) = Length::parse(diameter) else {
                fields.refuse("diameters", format!("`{diameter}` is not a length"), "[\"25 mm\", \"50 mm\"]");
                return None;
            };
            let own = node.clone().overlaid(Node {
                value: Value::Table(vec![(
                    "diameter".into(),
                    Node { value: Value::Text(diameter.clone()), place: node.place.clone() },
                )]),
                place: Place::default(),
            });
            // The numbers are entered once; the others differ by their diameter alone.
            let aside = Check::new();
            let check = if at == 0 { fields.check() } else { &aside };
            let path = format!("{}.cyclone", fields.path());
            let mut inner = Fields::new(&own, path, check);
            let cyclone = (hydrocyclone::KIND.read)(&mut inner, library);
            inner.finish();
            let (problems, _) = aside.finish();
            for problem in problems {
                fields.check().complain(problem);
            }
            cyclones.push((length.0, cyclone?));
        }
        Some(Self {
            feed: feed?,
            stages: stages?,
            cyclones,
            worth: worth?.0,
            treatment: treatment?.0,
            electricity: electricity?.0,
        })
    }

    /// Tries every choice on a feed.
    pub fn run(&self, feed: &Stream) -> Result<Swept, Error> {
        let mut table = Table::new(
            "selection_sweep",
            "Stages and diameters of cyclones",
            "per tonne of dry feed; oxide as reported; net: worth of the oxide less treatment of the concentrate less electricity",
            &[
                ("diameter", "mm"),
                ("stages", ""),
                ("cut size", "um"),
                ("grade", "ppm"),
                ("enrichment", ""),
                ("recovery", "%"),
                ("mass pull", "%"),
                ("cyclones", ""),
                ("electricity", "kWh/t"),
                ("electricity a kg of oxide", "kWh/kg"),
                ("cost a tonne of feed", "USD/t"),
                ("cost a kg of oxide", "USD/kg"),
                ("net", "USD/t"),
                ("why not", ""),
            ],
        );
        let rare = |s: &Stream| s.solid.element_mass().rare_earth_total();
        let grade = |s: &Stream| rare(s) / s.solid.mass().max(1e-300);
        let (fed, tonnes) = (feed.solid.mass(), feed.solid.mass() / 1000.0);
        if fed <= 0.0 || rare(feed) <= 0.0 {
            return Err(Error::Infeasible {
                unit: "selection".into(),
                what: format!("`{}` holds no rare earths in its solids", self.feed),
                hint: "the name of a stream of ore in `feed`".into(),
            });
        }
        let mut best: Option<(f64, f64, usize, Vec<Reading>)> = None;
        let mut nets: Vec<(f64, usize)> = Vec::new();
        let mut tell = |net: f64, diameter: f64, stages: usize, readings: Vec<Reading>| {
            nets.push((net, stages));
            if best.as_ref().is_none_or(|b| net > b.0) {
                best = Some((net, diameter, stages, readings));
            }
        };
        // Not to sort at all is a choice too.
        let unsorted = self.worth * feed.rare_earth_oxide() / tonnes - self.treatment * 1000.0;
        table.row(vec![
            None.into(),
            0.0.into(),
            None.into(),
            (grade(feed) * 1e6).into(),
            1.0.into(),
            100.0.into(),
            100.0.into(),
            0.0.into(),
            0.0.into(),
            0.0.into(),
            (self.treatment * 1000.0).into(),
            (self.treatment * fed / feed.rare_earth_oxide()).into(),
            unsorted.into(),
            "".into(),
        ]);
        tell(unsorted, 0.0, 0, Vec::new());
        for (diameter, cyclone) in &self.cyclones {
            let (mut slurry, mut count, mut power) = (feed.clone(), 0.0, 0.0);
            for stage in 1..=self.stages {
                let done = match cyclone.solve(std::slice::from_ref(&slurry)) {
                    Ok(done) => done,
                    Err(why) => {
                        let mut row = vec![(diameter * 1e3).into(), (stage as f64).into()];
                        row.resize(13, None.into());
                        row.push(
                            why.to_string()
                                .lines()
                                .next()
                                .unwrap_or_default()
                                .trim_start_matches(": ")
                                .to_owned()
                                .into(),
                        );
                        table.row(row);
                        break;
                    }
                };
                let read = |name: &str| done.readings.iter().find(|r| r.name == name).map(|r| r.value);
                count += read("cyclones at work").unwrap_or(0.0);
                power += done.power_kw;
                let cut = read("cut size");
                slurry = done.outlets.into_iter().next().unwrap_or_default();
                let (oxide, pull) = (slurry.rare_earth_oxide(), slurry.solid.mass() / fed);
                let cost = self.treatment * 1000.0 * pull + self.electricity * power / tonnes;
                let net = self.worth * oxide / tonnes - cost;
                let recovery = rare(&slurry) / rare(feed) * 100.0;
                table.row(vec![
                    (diameter * 1e3).into(),
                    (stage as f64).into(),
                    cut.into(),
                    (grade(&slurry) * 1e6).into(),
                    (grade(&slurry) / grade(feed)).into(),
                    recovery.into(),
                    (pull * 100.0).into(),
                    count.into(),
                    (power / tonnes).into(),
                    (power / oxide).into(),
                    cost.into(),
                    (cost * tonnes / oxide).into(),
                    net.into(),
                    "".into(),
                ]);
                tell(
                    net,
                    *diameter,
                    stage,
                    vec![
                        Reading::new("selection, recovery at the best", recovery, "%"),
                        Reading::new("selection, mass pull at the best", pull * 100.0, "%"),
                        Reading::new("selection, enrichment at the best", grade(&slurry) / grade(feed), "1"),
                        Reading::new("selection, electricity at the best", power / tonnes, "kWh/t"),
                    ],
                );
            }
        }
        let mut readings = Vec::new();
        let mut caveats = Vec::new();
        if let Some((net, diameter, stages, more)) = best {
            readings.push(Reading::new("selection, best number of stages", stages as f64, "1"));
            readings.push(Reading::new("selection, best diameter", diameter * 1e3, "mm"));
            let near = |(other, _): &&(f64, usize)| *other >= net - ALIKE * net.abs();
            if let Some((_, fewest)) = nets.iter().filter(near).min_by_key(|(_, stages)| *stages) {
                readings.push(Reading::new("selection, fewest stages within 3 % of the best", *fewest as f64, "1"));
            }
            readings.push(Reading::new("selection, net at the best", net, "USD/t"));
            readings.push(Reading::new("selection, net without sorting", unsorted, "USD/t"));
            readings.extend(more);
            if stages == self.stages {
                caveats.push(Caveat::at(
                    "selection",
                    format!("the best number of stages, {stages}, is the most that was tried"),
                ));
            }
            let ends = self.cyclones.iter().map(|c| c.0);
            let (least, most) = ends.fold((f64::INFINITY, 0.0_f64), |(a, b), d| (a.min(d), b.max(d)));
            if stages > 0 && self.cyclones.len() > 1 && (diameter <= least || diameter >= most) {
                caveats.push(Caveat::at(
                    "selection",
                    format!("the best diameter, {:.0} mm, is at an end of what was tried", diameter * 1e3),
                ));
            }
        }
        Ok(Swept { table, readings, caveats })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::mud;
    use super::*;

    fn sweep(worth: &str, treatment: &str) -> Sweep {
        let text = format!(
            "feed = \"ore\"\nstages = 3\ndiameters = [\"25 mm\", \"50 mm\", \"75 mm\"]\nworth = \"{worth}\"\ntreatment = \"{treatment}\"\nelectricity = 0.2\n[cyclone]\nfamily = \"bradley\"\npartition = \"plitt\"\npressure_drop = \"2 bar\"\nviscosity = \"1.1 mPa s\"\npump_efficiency = 0.65\nfeed_solids = \"5 %\"\ndilution = \"sea-water\"\n"
        );
        let node = Node::parse("s.toml", &text).unwrap();
        let check = Check::new();
        let mut fields = Fields::new(&node, "selection", &check);
        let sweep = Sweep::read(&mut fields, &Library::builtin());
        fields.finish();
        let (problems, _) = check.finish();
        assert!(problems.is_empty(), "{problems:#?}");
        sweep.unwrap()
    }

    fn best(swept: &Swept) -> f64 {
        swept.readings.iter().find(|r| r.name.contains("number of stages")).unwrap().value
    }

    #[test]
    fn dear_treatment_asks_for_more_stages_and_dear_oxide_for_fewer() {
        let stages = |worth: &str, treatment: &str| best(&sweep(worth, treatment).run(&mud()).unwrap());
        assert!(stages("50 USD/kg", "0 USD/t") < 1.0, "what costs nothing to treat is not sorted");
        assert!(stages("50 USD/kg", "400 USD/t") > stages("50 USD/kg", "20 USD/t"));
        let swept = sweep("50 USD/kg", "100 USD/t").run(&mud()).unwrap();
        assert_eq!(swept.table.rows.len(), 1 + 3 * 3);
        // Each further stage is richer and recovers less.
        let (grade, recovery) = (swept.table.numbers("grade"), swept.table.numbers("recovery"));
        for stage in [2, 3, 5, 6, 8, 9] {
            assert!(grade[stage] > grade[stage - 1] && recovery[stage] < recovery[stage - 1]);
        }
    }

    #[test]
    fn a_feed_without_rare_earths_is_told() {
        let told = sweep("1 USD/kg", "1 USD/t").run(&Stream::default()).unwrap_err().to_string();
        assert!(told.contains("holds no rare earths"), "{told}");
    }
}

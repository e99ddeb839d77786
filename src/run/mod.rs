//! The run: a checked model becomes an outcome. Pure: same model, same bits.

mod case;
mod certificate;
pub mod design;
pub mod estimate;
pub mod reconcile;
mod selection;
mod tables;

pub use crate::progress::{Progress, Silent};
pub use case::CASES;
pub use tables::OXIDE_BASIS;

use std::collections::BTreeSet;

use crate::bibliography;
use crate::deposit::study::Resource;
use crate::element::ByElement;
use crate::error::Error;
use crate::flowsheet::Plant;
use crate::library::Library;
use crate::lift::logistics;
use crate::outcome::{Outcome, Provenance, Reference};
use crate::product::Product;
use crate::progress::Watch;
use crate::scenario::{Hours, Model};
use crate::source::{Caveat, Entry, Evidence};
use crate::stream::Stream;
use crate::table::{Cell, Table};
use crate::unit::Reading;

/// Hours of a calendar year.
const YEAR: f64 = 8760.0;

/// What the stages add up to while the run goes on.
#[derive(Default)]
struct Gathered {
    tables: Vec<Table>,
    files: Vec<(String, String)>,
    readings: Vec<Reading>,
    caveats: Vec<Caveat>,
    entries: Vec<Entry>,
    parts: usize,
    estimate_class: Option<String>,
}

impl Gathered {
    fn stage(&mut self, at: &str, tables: Vec<Table>, readings: Vec<Reading>, caveats: Vec<Caveat>) {
        self.parts += 1;
        self.tables.extend(tables);
        self.readings.extend(readings);
        self.caveats.extend(caveats.into_iter().map(|caveat| match caveat.at.as_str() {
            "" => Caveat::at(at, caveat.text),
            _ => caveat,
        }));
    }
}

impl Model {
    /// Runs the whole chain.
    pub fn run(&self, library: &Library, commit: Option<&str>, progress: &mut dyn Progress) -> Result<Outcome, Error> {
        let resource = match &self.deposit {
            Some(study) => Some(study.watched(&Watch::new(&mut *progress))?),
            None => None,
        };
        let steps = self.flowsheet.units.len() + 4;
        let mut done = 0;
        let mut step = |what: &str| {
            done += 1;
            progress.step(done, steps, what);
        };
        let mut gathered = Gathered::default();
        if let Some(resource) = &resource {
            gathered.files.extend(resource.files.iter().cloned());
            gathered.stage("deposit", resource.tables.clone(), resource.readings.clone(), resource.caveats.clone());
        }
        step("deposit");
        let hours = self.hours_at_work(&mut gathered)?;
        let given = self.given(resource.as_ref(), &mut gathered)?;
        let plant = if self.flowsheet.units.is_empty() {
            None
        } else {
            Some(self.flowsheet.solve(&given, &mut |tag| step(tag))?)
        };
        let products = plant.as_ref().map(|plant| self.products(plant)).unwrap_or_default();
        if let Some(plant) = &plant {
            tables::of_plant(plant, &products, hours, &mut gathered.tables, &mut gathered.readings);
            gathered.parts += plant.units.len();
            gathered.caveats.extend(plant.caveats.iter().cloned());
            gathered.tables.extend(selection::of_plant(plant, &self.ledger));
            gathered.tables.extend(logistics::year(plant, hours));
        }
        if let (Some(logistics), Some(plant)) = (&self.logistics, &plant) {
            let carried = logistics.of_plant(plant, hours, self.sea.as_ref());
            gathered.stage("logistics", carried.tables, carried.readings, carried.caveats);
        }
        if let (Some(sweep), Some(plant)) = (&self.selection, &plant) {
            let feed = plant.pipe(&sweep.feed).map(|pipe| pipe.stream.clone()).unwrap_or_default();
            let swept = sweep.run(&feed)?;
            gathered.stage("selection", vec![swept.table], swept.readings, swept.caveats);
        }
        if let (Some(study), Some(plant)) = (&self.economics, &plant) {
            let account = study.account(plant, &products, hours, self.process_assumed())?;
            gathered.entries.extend(account.entries);
            gathered.estimate_class = Some(account.estimate_class);
            gathered.stage("economics", account.tables, account.readings, account.caveats);
        }
        if let Some(flows) = &self.cash_flow {
            let evaluated = flows.evaluate();
            gathered.stage("cash_flow", evaluated.tables, evaluated.readings, evaluated.caveats);
        }
        step("economics");
        if let Some(study) = &self.market {
            let (mut sold, mut separated) = (ByElement::default(), ByElement::default());
            for product in &products {
                let yearly = product.elements.scaled(hours);
                sold += &yearly;
                separated += &product.separated().scaled(hours);
            }
            let effect = study.effect(&sold, &separated);
            gathered.stage("market", effect.tables, effect.readings, effect.caveats);
        }
        step("market");
        if let Some(record) = &self.record {
            let judged = record.judge(&gathered.readings, &gathered.tables);
            gathered.stage("record", judged.tables, judged.readings, judged.caveats);
        }
        step("record");
        Ok(self.outcome(gathered, plant, products, hours, library, commit))
    }

    /// Share of the plant's own facts, money apart, that are assumed.
    fn process_assumed(&self) -> f64 {
        let facts = || {
            let own = self.ledger.iter().filter(|entry| !entry.path.starts_with("economics."));
            own.filter(|entry| entry.citation.evidence != Evidence::Choice)
        };
        let assumed = facts().filter(|entry| entry.citation.evidence == Evidence::Assumed).count();
        assumed as f64 / facts().count().max(1) as f64
    }

    /// Hours at work in a year: as stated, or as the sea gives them.
    fn hours_at_work(&self, gathered: &mut Gathered) -> Result<f64, Error> {
        let planned = match self.hours {
            Hours::Stated(hours) => Some(hours),
            Hours::OfTheSea(_) | Hours::AllYear => None,
        };
        let watched = self.sea.as_ref().map(|sea| sea.run(self.seed, planned));
        let hours = match (self.hours, &watched) {
            (Hours::OfTheSea(which), Some(watched)) => watched.hours_of(which),
            (Hours::Stated(hours), _) => hours,
            (Hours::AllYear | Hours::OfTheSea(_), _) => YEAR,
        };
        if let Some(watched) = watched {
            gathered.stage("sea", watched.tables, watched.readings, watched.caveats);
        }
        if hours < 1.0 {
            return Err(Error::Infeasible {
                unit: "sea".into(),
                what: "the year that was asked for has no hour at work".into(),
                hint: "higher limits of the sea, a quicker pipe, or `sea = \"mean\"` in [operation]".into(),
            });
        }
        Ok(hours)
    }

    fn given(&self, resource: Option<&Resource>, gathered: &mut Gathered) -> Result<Vec<(String, Stream)>, Error> {
        let mut given: Vec<(String, Stream)> =
            self.feeds.iter().map(|feed| (feed.stream.clone(), feed.holds.clone())).collect();
        if let Some(ore) = &self.ore {
            let mined = self.mined(resource)?;
            let (stream, caveats) = ore.stream(mined.grade, &mined.pattern)?;
            gathered.stage("ore", Vec::new(), Vec::new(), caveats);
            given.insert(0, ("ore".to_owned(), stream));
        }
        Ok(given)
    }

    fn products(&self, plant: &Plant) -> Vec<Product> {
        self.sold
            .iter()
            .filter_map(|sold| {
                plant.pipe(&sold.stream).map(|pipe| Product::of(&sold.name, &sold.stream, &pipe.stream, &sold.of))
            })
            .collect()
    }

    fn outcome(
        &self,
        gathered: Gathered,
        plant: Option<Plant>,
        products: Vec<Product>,
        hours_per_year: f64,
        library: &Library,
        commit: Option<&str>,
    ) -> Outcome {
        let mut ledger = self.ledger.clone();
        ledger.extend(gathered.entries);
        let mut caveats = gathered.caveats;
        caveats.sort();
        caveats.dedup();
        let certificate = certificate::of(plant.as_ref(), &caveats, &ledger, gathered.parts, gathered.estimate_class);
        Outcome {
            title: self.title.clone(),
            summary: self.summary.clone(),
            file: self.file.clone(),
            money: self.money.clone(),
            certificate,
            readings: gathered.readings,
            hours_per_year,
            plant,
            products,
            bibliography: bibliography_of(&ledger, &gathered.tables, library),
            tables: gathered.tables,
            files: gathered.files,
            caveats,
            ledger,
            provenance: Provenance {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                commit: commit.map(str::to_owned),
                seed: self.seed,
                scenario: self.digests.0.clone(),
                data: self.digests.1.clone(),
            },
        }
    }
}

/// The works behind the ledger's numbers and behind what a table cites in a column `source`.
fn bibliography_of(ledger: &[Entry], tables: &[Table], library: &Library) -> Vec<Reference> {
    let (works, _) = bibliography::read(&library.text("refs.bib").unwrap_or_default());
    let mut keys: BTreeSet<String> = ledger.iter().map(|entry| entry.citation.key.to_string()).collect();
    for table in tables {
        let Some(at) = table.position("source") else { continue };
        for row in &table.rows {
            if let Some(Cell::Text(cited)) = row.get(at) {
                keys.extend(cited.split([';', ',', ' ']).map(|key| key.trim().to_owned()));
            }
        }
    }
    keys.iter().filter_map(|key| works.get(key).map(|work| bibliography::reference(key, work))).collect()
}

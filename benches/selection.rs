//! How long the sorting of an ore takes: a flotation circuit with recycle, two stages of cyclones, a mill in closed
//! circuit, a reconciliation.
//!
//! `cargo bench --bench selection`. A plain program: median of as many solves as fit in a second.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use ytterby::beneficiate::reconcile::given::Survey;
use ytterby::catalogue;
use ytterby::document::Node;
use ytterby::element::{ByElement, Element};
use ytterby::fields::{Check, Fields};
use ytterby::flowsheet::{Flowsheet, Placed};
use ytterby::library::Library;
use ytterby::ore::Ore;
use ytterby::stream::Stream;

type Answer<T> = Result<T, Box<dyn Error>>;

const ENTRAINED: &str = "entrainment_size = \"18 um\"\nentrainment_drainage = 1.4\n";
const MILL: &str = "holdup = \"8 t\"\nmixers = 3\npower = \"170 kW\"\nwork_index = \"13 kWh/t\"\nselection_rate = \"0.8 1/min\"\nselection_size = \"1 mm\"\nselection_exponent = 0.8\nbreakage_share = 0.6\nbreakage_fines = 0.7\nbreakage_coarse = 4\nfeed_solids = \"65 %\"\ndilution = \"water\"\n";
const COARSE: &str = "law = \"plitt\"\nfamily = \"rietema\"\ndiameter = \"150 mm\"\npartition = \"plitt\"\npressure_drop = \"0.8 bar\"\nviscosity = \"1 mPa s\"\npump_efficiency = \"0.65\"\nfeed_solids = \"40 %\"\ndilution = \"water\"\n";
const FINE: &str = "family = \"bradley\"\ndiameter = \"25 mm\"\npartition = \"plitt\"\npressure_drop = \"2 bar\"\nviscosity = \"1.1 mPa s\"\npump_efficiency = \"0.65\"\nfeed_solids = \"5 %\"\ndilution = \"sea-water\"\n";

fn bank(cells: usize, minutes: f64, froth: f64) -> String {
    format!(
        "cells = {cells}\nresidence = \"{minutes} min\"\nair = \"15 %\"\nfroth_recovery = {froth}\nfroth_solids = \"35 %\"\nfeed_solids = \"25 %\"\ndilution = \"water\"\nunlisted = \"quartz\"\npower_per_volume = 1.5\n{ENTRAINED}\
         [[mineral]]\nname = \"bastnasite\"\nform = \"classes\"\nfast_share = \"60 %\"\nfast = \"1.2 1/min\"\nslow_share = \"30 %\"\nslow = \"0.12 1/min\"\n\
         [[mineral]]\nname = \"quartz\"\nform = \"even-spread\"\nfloatable = \"20 %\"\ngreatest = \"0.05 1/min\"\n"
    )
}

fn ore(kind: &str, grade: f64) -> Answer<Stream> {
    let text = format!("kind = \"{kind}\"\nrate = \"1 t/h\"\nbasis = \"dry\"\n");
    let node = Node::parse("ore", &text).map_err(|_| "the ore does not read")?;
    let check = Check::new();
    let ore = Ore::read(&mut Fields::new(&node, "ore", &check), &Library::builtin()).ok_or("no such ore")?;
    let pattern = ByElement::from_fn(|element: Element| f64::from(u8::from(element.is_rare_earth())));
    Ok(ore.stream(grade, &pattern)?.0)
}

fn place(tag: &str, kind: &str, text: &str, inlets: &[&str], outlets: &[&str]) -> Answer<Placed> {
    let kind = catalogue::unit(kind).ok_or("no such kind")?;
    let node = Node::parse(tag, text).map_err(|_| "the unit does not read")?;
    let check = Check::new();
    let unit = (kind.read)(&mut Fields::new(&node, tag, &check), &Library::builtin()).ok_or("the unit is refused")?;
    Ok(Placed {
        tag: tag.into(),
        kind: kind.name,
        unit,
        inlets: vec![inlets.iter().map(|name| (*name).to_owned()).collect()],
        outlets: outlets.iter().map(|name| (*name).to_owned()).collect(),
    })
}

/// Median seconds of a run.
fn median(mut run: impl FnMut()) -> f64 {
    run();
    let (begin, mut times) = (Instant::now(), Vec::new());
    while times.len() < 5 || begin.elapsed().as_secs_f64() < 1.0 {
        let start = Instant::now();
        run();
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn circuit(name: &str, feed: &Stream, units: Vec<Placed>) -> Answer<()> {
    let flowsheet = Flowsheet { units };
    let given = [("feed".to_owned(), feed.clone())];
    let plant = flowsheet.solve(&given, &mut |_| {})?;
    let passes: usize = plant.recycles.iter().map(|recycle| recycle.residuals.len()).sum();
    let seconds = median(|| drop(black_box(flowsheet.solve(&given, &mut |_| {}))));
    println!("{name:44} {:8.3} ms  {passes} passes, closure {:.0e}", seconds * 1e3, plant.closure.gap);
    Ok(())
}

fn main() -> Answer<()> {
    let (rock, mud) =
        (ore("mountain-pass-bastnasite", 0.064)?.scaled(20.0), ore("minamitorishima-mud", 1.72e-3)?.scaled(6.0));
    let float = "froth-flotation";
    circuit(
        "rougher, cleaner, scavenger, with recycle",
        &rock,
        vec![
            place("rougher", float, &bank(6, 8.0, 0.6), &["feed", "middlings"], &["rc", "rt"])?,
            place("cleaner", float, &bank(3, 5.0, 0.5), &["rc"], &["product", "ct"])?,
            place("scavenger", float, &bank(6, 12.0, 0.7), &["rt", "ct"], &["middlings", "tails"])?,
        ],
    )?;
    circuit(
        "mill closed with cyclones",
        &rock,
        vec![
            place("mill", "mill", MILL, &["feed", "sands"], &["ground"])?,
            place("cyclones", "hydrocyclone", COARSE, &["ground"], &["sands", "fines"])?,
        ],
    )?;
    circuit(
        "mud, two stages, the second's overflow back",
        &mud,
        vec![
            place("one", "hydrocyclone", FINE, &["feed", "back"], &["rough", "tails"])?,
            place("two", "hydrocyclone", FINE, &["rough"], &["concentrate", "back"])?,
        ],
    )?;
    let text = include_str!("../scenarios/bastnasite/survey_SYNTHETIC.csv");
    let survey = Survey::of_table(Path::new("survey.csv"), text, &Check::new()).ok_or("the survey does not read")?;
    let seconds = median(|| drop(black_box(survey.network.reconcile())));
    println!("{:44} {:8.3} ms", "reconciliation, 7 streams, 3 assays", seconds * 1e3);
    Ok(())
}

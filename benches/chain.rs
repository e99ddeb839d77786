//! How long each unit of a plant takes by itself: the shipped scenario is run once, then every unit is solved over and over
//! with what came into it.
//!
//! `cargo bench --bench chain`, with `-- --write` for the page `docs/benchmarks/chain.md`; further arguments name scenarios.

use std::error::Error;
use std::fmt::Write as _;
use std::time::Instant;

use ytterby::document::Node;
use ytterby::element::{ByElement, Element};
use ytterby::fields::{Check, Fields};
use ytterby::library::Library;
use ytterby::ore::Ore;
use ytterby::run::Silent;
use ytterby::scenario::Scenario;
use ytterby::stream::Stream;

/// Least time spent on a unit, s.
const LEAST: f64 = 0.2;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let write = arguments.iter().any(|argument| argument == "--write");
    let mut names: Vec<&str> = arguments.iter().map(String::as_str).filter(|name| !name.starts_with("--")).collect();
    if names.is_empty() {
        names = vec!["minamitorishima"];
    }
    let mut page = String::from(
        "# Every unit by itself\n\nMade by `cargo bench --bench chain -- --write`: a shipped scenario is run once, then each unit is solved again and again with what came into it. Best of all rounds, one core.\n",
    );
    let library = Library::builtin();
    for name in names {
        let model = Scenario::bundled(name)?.check(&library)?;
        let outcome = model.run(&library, None, &mut Silent)?;
        let Some(plant) = &outcome.plant else { continue };
        write!(page, "\n## {name}\n\n| unit | kind | one solve | survey |\n| --- | --- | ---: | ---: |\n")?;
        for placed in &model.flowsheet.units {
            let inlet = |streams: &Vec<String>| {
                Stream::mixed(streams.iter().filter_map(|stream| plant.pipe(stream)).map(|pipe| &pipe.stream))
            };
            let inlets: Vec<Stream> = placed.inlets.iter().map(inlet).collect();
            let mut failed = None;
            let solve = best(|| {
                if let Err(error) = std::hint::black_box(placed.unit.solve(std::hint::black_box(&inlets))) {
                    failed = Some(error);
                }
            });
            if let Some(error) = failed {
                return Err(error.into());
            }
            let done = placed.unit.solve(&inlets)?;
            // What else could be is asked once of a plant, not at every pass.
            let survey = if placed.unit.survey(&inlets, &done).is_empty() {
                String::new()
            } else {
                best(|| drop(std::hint::black_box(placed.unit.survey(&inlets, &done))))
            };
            writeln!(page, "| {} | {} | {solve} | {survey} |", placed.tag, placed.kind)?;
        }
    }
    page.push_str(&risers(&library)?);
    print!("{page}");
    if write {
        std::fs::write("docs/benchmarks/chain.md", page)?;
    }
    Ok(())
}

const COMMON: &str = "depth = \"5600 m\"\ndiameter = \"0.3 m\"\nsolids = \"5 %\"\nmotor_efficiency = \"93 %\"\nhead_energy = \"1 kWh/t\"\nvessels = 1\ncarrier = \"sea-water\"\nrheology = { curve = \"rey-mud-illustrative\" }\n";
const WALLS: &str = "wall_thickness = \"20 mm\"\npump_efficiency = \"65 %\"\n";
const RISERS: [(&str, &str); 3] = [
    ("closed-circuit-riser", "down_path = \"pipe\"\ndown_diameter = \"0.3 m\"\n"),
    (
        "pumped-riser",
        "pumps = 4\nshallowest_pump = \"500 m\"\ndeepest_pump = \"2000 m\"\nmouth_loss = 1.5\nsuction_reserve = \"0.1 MPa\"\n",
    ),
    (
        "air-lift",
        "injection_depth = \"1500 m\"\ndeck_height = \"10 m\"\ncompressor_efficiency = \"60 %\"\nair = \"air\"\n",
    ),
];

/// The three ways up on 350 t of mud a day.
fn risers(library: &Library) -> Result<String, Box<dyn Error>> {
    let mut page = String::from(
        "\n## the ways up\n\n350 t of wet mud a day from 5,600 m.\n\n| kind | one solve | survey |\n| --- | ---: | ---: |\n",
    );
    let check = Check::new();
    let node = Node::parse("ore", "kind = \"minamitorishima-mud\"\nrate = \"350 t/d\"\nbasis = \"wet\"\n")
        .map_err(|_| "the ore does not read")?;
    let ore = Ore::read(&mut Fields::new(&node, "ore", &check), library).ok_or("no such ore")?;
    let pattern = ByElement::from_fn(|element: Element| f64::from(u8::from(element.is_rare_earth())));
    let mud = [ore.stream(1.7e-3, &pattern)?.0];
    for (kind, own) in RISERS {
        let walls = if kind == "air-lift" { "" } else { WALLS };
        let node = Node::parse(kind, &format!("{COMMON}{walls}{own}")).map_err(|_| "the riser does not read")?;
        let found = ytterby::catalogue::unit(kind).ok_or("no such kind")?;
        let unit = (found.read)(&mut Fields::new(&node, kind, &check), library).ok_or("the riser is refused")?;
        let done = unit.solve(&mud)?;
        let solve = best(|| drop(std::hint::black_box(unit.solve(std::hint::black_box(&mud)))));
        let survey = if unit.survey(&mud, &done).is_empty() {
            String::new()
        } else {
            best(|| drop(std::hint::black_box(unit.survey(&mud, &done))))
        };
        writeln!(page, "| {kind} | {solve} | {survey} |")?;
    }
    Ok(page)
}

/// The best time of many rounds, in words.
fn best(mut run: impl FnMut()) -> String {
    let (begun, mut best) = (Instant::now(), f64::INFINITY);
    while begun.elapsed().as_secs_f64() < LEAST {
        let one = Instant::now();
        run();
        best = best.min(one.elapsed().as_secs_f64());
    }
    if best < 1e-3 { format!("{:.0} µs", best * 1e6) } else { format!("{:.2} ms", best * 1e3) }
}

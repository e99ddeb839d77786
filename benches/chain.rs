//! How long each unit of a plant takes by itself: the shipped scenario is run once, then every unit is solved over and over
//! with what came into it.
//!
//! `cargo bench --bench chain`, with `-- --write` for the page `docs/benchmarks/chain.md`; further arguments name scenarios.

use std::error::Error;
use std::fmt::Write as _;
use std::time::Instant;

use ytterby::library::Library;
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
    print!("{page}");
    if write {
        std::fs::write("docs/benchmarks/chain.md", page)?;
    }
    Ok(())
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

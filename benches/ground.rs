//! How long the ground takes: a million blocks of fifteen elements kriged from ten thousand samples, the whole command of an
//! estimate from five thousand that all speak, a hundred realisations of a hundred thousand nodes simulated.
//!
//! `cargo bench --bench ground`, with `-- --command` or `-- --simulated` for a part alone, with `-- --write` for the page `docs/benchmarks/ground.md`.

use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use ytterby::deposit::anisotropy::Ellipsoid;
use ytterby::deposit::factors::{Ask, Factors, Noughts};
use ytterby::deposit::kriging::Kriging;
use ytterby::deposit::kriging::drift::Drift;
use ytterby::deposit::lattice::{Kriged, Lattice};
use ytterby::deposit::point::Point;
use ytterby::deposit::search::Search;
use ytterby::deposit::simulate::chance::Chance;
use ytterby::deposit::simulate::layers::Layers;
use ytterby::deposit::simulate::sequential::Neighbours;
use ytterby::deposit::simulate::tally::{Count, Quantity, Tally};
use ytterby::deposit::simulate::{Back, Method, Simulation, Variable};
use ytterby::deposit::variogram::spherical::Spherical;
use ytterby::deposit::variogram::{Model, Structure};
use ytterby::element::Element;
use ytterby::library::Library;
use ytterby::report;
use ytterby::run::Silent;
use ytterby::run::estimate::estimate;

const LATTICE: Lattice = Lattice { corner: [0.0; 3], block: [10.0, 10.0, 2.0], count: [200, 200, 25] };

/// Four hundred holes of twenty-five samples, none quite straight, with fifteen smooth grades.
fn samples() -> (Vec<Point>, Vec<u32>, Vec<Vec<f64>>) {
    let (mut points, mut holes) = (Vec::new(), Vec::new());
    for hole in 0..400u32 {
        for down in 0..25u32 {
            let sway = (f64::from(hole * 31 + down * 17)).sin();
            points.push([
                100.0 * f64::from(hole % 20) + 50.0 + 20.0 * sway,
                100.0 * f64::from(hole / 20) + 50.0 - 15.0 * sway,
                2.0 * f64::from(down) + 1.0,
            ]);
            holes.push(hole);
        }
    }
    let grade = |element: u32| {
        let turn = f64::from(element);
        points
            .iter()
            .map(|[x, y, z]| 100.0 + 40.0 * (x / 300.0 + turn).sin() + 30.0 * (y / 200.0 - turn).cos() + z)
            .collect()
    };
    let grades = (0..15).map(grade).collect();
    (points, holes, grades)
}

fn model() -> Model {
    let ellipsoid = Ellipsoid { reach_m: [400.0, 250.0, 30.0], azimuth: 30.0, dip: 5.0, plunge: 0.0 };
    let shape = Arc::new(Spherical { range_m: 400.0 });
    Model { nugget_share: 0.1, sill: 1.0, structures: vec![Structure::new("spherical", 0.9, shape, ellipsoid)] }
}

/// The most memory the process has held, MB, where the system tells.
fn held_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}

/// Processor time the process has had, s, where the system tells.
fn worked_s() -> Option<f64> {
    /// Ticks a second of the figures there.
    const TICKS: f64 = 100.0;
    let status = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name, which may hold anything, in brackets: user and system time are the twelfth and thirteenth.
    let mut figures = status.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || figures.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / TICKS)
}

/// Forgets the most memory held so far, where the system lets it.
fn forget() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The million blocks.
fn kriged(page: &mut String) -> Result<(), Box<dyn Error>> {
    let (points, holes, grades) = samples();
    let within = Ellipsoid { reach_m: [300.0, 200.0, 20.0], azimuth: 30.0, dip: 5.0, plunge: 0.0 };
    page.push_str(
        "# A million blocks\n\nMade by `cargo bench --bench ground -- --write`; ordinary kriging of 200 × 200 × 25 blocks and fifteen elements from 10,000 samples \
         of 400 holes, one anisotropic spherical structure and a nugget, an ellipsoid that reaches 300 × 200 × 20 m. Times are wall times on a machine shared \
         with other work.\n\n| search | points a block | time | blocks a second | most memory |\n| --- | ---: | ---: | ---: | ---: |\n",
    );
    for (name, search, support) in [
        ("24 nearest", Search { within: Some(within), least: 4, most: 24, octant: None, hole: None }, [1, 1, 1]),
        ("24 nearest", Search { within: Some(within), least: 4, most: 24, octant: None, hole: None }, [3, 3, 2]),
        (
            "4 an octant, 4 a hole",
            Search { within: Some(within), least: 4, most: 24, octant: Some(4), hole: Some(4) },
            [3, 3, 2],
        ),
    ] {
        let started = Instant::now();
        let kriging = Kriging::new(points.clone(), &holes, model(), Drift::Constant, Some(search))?;
        let kriged = Kriged::of(&kriging, &LATTICE, support, &grades)?;
        let seconds = started.elapsed().as_secs_f64();
        let answered = (0..LATTICE.blocks()).filter(|block| kriged.grades(*block).is_some()).count();
        let memory = held_mb().map_or("not told".into(), |mb| format!("{mb:.0} MB"));
        let stands = support.iter().product::<usize>();
        let row = format!("| {name} | {stands} | {seconds:.1} s | {:.0} | {memory} |", answered as f64 / seconds);
        println!("{row}   ({answered} blocks answered)");
        writeln!(page, "{row}")?;
    }
    Ok(())
}

/// The model of the whole command: every sample speaks for every block, and each is left out in turn.
const GLOBAL: &str = r#"
title = "A million blocks from five thousand samples"
summary = "Fifteen elements, every sample for every block."
cross_validation = "sample"
[samples]
file = "samples.csv"
below = "half"
[lattice]
corner = ["0 m", "0 m", "0 m"]
block = ["10 m", "10 m", "2 m"]
count = [200, 200, 25]
[variogram]
kind = "spherical"
nugget = "10 %"
range = "400 m"
across = ["250 m", "30 m"]
azimuth = "30 deg"
dip = "5 deg"
[search]
least = 1
most = "all"
[estimate]
method = "ordinary-kriging"
discretisation = [1, 1, 1]
mode = "space"
heights = "surveyed"
negatives = "keep"
[tonnage]
dry_density = "2 t/m3"
dry_share = 1
of = "SREY"
cut_off = "1500 ppm"
mined = "whole"
"#;

/// The whole of `ytterby estimate`: tables read and checked, blocks estimated, samples left out, everything told and written.
fn command(page: &mut String) -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("ytterby_ground_{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let (points, holes, grades) = samples();
    let names: Vec<String> = Element::RARE_EARTHS.iter().map(|element| format!("{element} [ppm]")).collect();
    let mut text = format!("x [m],y [m],z [m],{}\n", names.join(","));
    for (at, [x, y, z]) in points.iter().enumerate().filter(|(at, _)| holes[*at].is_multiple_of(2)) {
        write!(text, "{x},{y},{z}")?;
        for grades in &grades {
            write!(text, ",{}", grades[at])?;
        }
        text.push('\n');
    }
    std::fs::write(folder.join("samples.csv"), text)?;
    std::fs::write(folder.join("model.toml"), GLOBAL)?;
    forget();
    let (started, before) = (Instant::now(), worked_s());
    let outcome = estimate(None, &folder.join("model.toml"), &Library::builtin(), None, &mut Silent)?;
    let estimated = started.elapsed().as_secs_f64();
    let mut written = 0;
    let mut put = |name: &str, text: &str| {
        written += text.len();
        std::fs::write(folder.join(name), text)
    };
    for table in &outcome.tables {
        put(&format!("{}.csv", table.name), &table.to_csv())?;
    }
    for (name, text) in &outcome.files {
        put(name, text)?;
    }
    put("report.html", &report::html(&outcome))?;
    let seconds = started.elapsed().as_secs_f64();
    let memory = held_mb().map_or("not told".into(), |mb| format!("{mb:.0} MB"));
    let worked = worked_s().zip(before).map_or("not told".into(), |(after, before)| format!("{:.0} s", after - before));
    let row = format!("| {estimated:.0} s | {seconds:.0} s | {worked} | {memory} | {:.0} MB |", written as f64 / 1e6);
    println!("{row}");
    writeln!(
        page,
        "\n# The whole command\n\nWhat `ytterby estimate` does with a table of 5,000 samples (200 of those holes) and a model with `most = \"all\"`: read and checked, the same \
         million blocks and fifteen elements with their sum kriged from all samples by one system, each sample left out in turn, counted and told, tables, \
         blocks (CSV and VTK) and report written. The cores were shared with other work.\n\n| to the answers | to the last file | processor time | most memory | written |\n| ---: | ---: | ---: | ---: | ---: |\n{row}"
    )?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// The nodes that are simulated.
const NODES: Lattice = Lattice { corner: [0.0; 3], block: [20.0, 20.0, 5.0], count: [100, 100, 10] };

/// A lag of sampling, in which factors are told apart.
const LAG: Ellipsoid = Ellipsoid { reach_m: [130.0, 130.0, 4.0], azimuth: 0.0, dip: 0.0, plunge: 0.0 };

/// The hundred realisations.
fn simulated(page: &mut String) -> Result<(), Box<dyn Error>> {
    const REALISATIONS: usize = 100;
    let (points, _, smooth) = samples();
    let speck = Chance::of(1);
    let grades: Vec<Vec<f64>> = (0..points.len())
        .map(|at| {
            let grade = |of: usize| smooth[of][at] * (0.2 * speck.within(of as u64).normal(at as u64)).exp();
            (0..15).map(grade).collect()
        })
        .collect();
    let ask = Ask { whole: 1e6, noughts: Noughts::Refused, lag: Some(LAG), beyond: 0.5, layers: Layers::default() };
    let started = Instant::now();
    let factors = Factors::new(&points, &grades, None, &ask)?;
    let found = started.elapsed().as_secs_f64();
    writeln!(
        page,
        "\n# A hundred realisations\n\nSequential simulation of 100 × 100 × 10 nodes from the same samples, 100 realisations, 12 samples and 16 nodes round each; scores \
         drawn, brought back to grades, and tonnes, grade and metal of every element above ten cut-offs counted in every realisation with the mean, spread and \
         chances of every block. Fifteen factors of the log-ratios (found in {found:.1} s) follow a variogram each or share three; realisations of a lot share \
         their path. Turning bands have 300 lines and 16 samples a node. The cores were shared with other work, so that \
         processor time says more than the clock: free cores divide it.\n\n| variables | variograms | method | lot | drawn and counted | processor time | node values a second | \
         most memory |\n| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |"
    )?;
    let within = Ellipsoid { reach_m: [400.0, 250.0, 30.0], azimuth: 30.0, dip: 5.0, plunge: 0.0 };
    let near = Neighbours { within, samples: 12, octant: None, nodes: 16, known_mean: true };
    let some = Search { within: Some(within), least: 1, most: 16, octant: None, hole: None };
    let bands = Method::TurningBands { lines: 300, search: Some(some) };
    for (variables, models, method, lot) in [
        (1, 1, Method::Sequential(near), 25),
        (1, 1, bands, 25),
        (15, 3, Method::Sequential(near), 25),
        (15, 15, Method::Sequential(near), 25),
    ] {
        forget();
        let (started, before) = (Instant::now(), worked_s());
        let model = |at: usize| {
            let mut model = model();
            let structure = &model.structures[0];
            let range_m = 400.0 / (1.0 + 0.2 * at as f64);
            let ellipsoid = Ellipsoid {
                reach_m: structure.ellipsoid.reach_m.map(|reach| reach * range_m / 400.0),
                ..structure.ellipsoid
            };
            model.structures = vec![Structure::new("spherical", 0.9, Arc::new(Spherical { range_m }), ellipsoid)];
            model
        };
        let simulation = Simulation {
            nodes: NODES,
            points: points.clone(),
            variables: (0..variables)
                .map(|at| Variable { scores: factors.scores(at).to_vec(), model: at * models / variables })
                .collect(),
            models: (0..models).map(model).collect(),
            method,
            seed: 2026,
            lot,
        };
        let count = Count {
            blocks: NODES,
            points: [1; 3],
            mass_t: vec![5000.0; NODES.blocks()],
            cut_on: vec![1.0; if variables == 1 { 1 } else { 15 }],
            cut_offs: (0..10u32)
                .map(|step| if variables == 1 { f64::from(step) - 5.0 } else { 200.0 * f64::from(step) })
                .collect(),
            share: 1e-6,
            realisations: REALISATIONS,
            keep: 1,
        };
        let mut tally = Tally::new(count)?;
        if variables == 1 {
            simulation.run(REALISATIONS, &|_| (), |round| tally.take(round, &Plain))?;
        } else {
            simulation.run(REALISATIONS, &|_| (), |round| tally.take(round, &factors))?;
        }
        let seconds = started.elapsed().as_secs_f64();
        let memory = held_mb().map_or("not told".into(), |mb| format!("{mb:.0} MB"));
        let worked =
            worked_s().zip(before).map_or("not told".into(), |(after, before)| format!("{:.1} s", after - before));
        let name = if matches!(method, Method::Sequential(_)) { "sequential" } else { "turning bands" };
        let values = (variables * REALISATIONS * NODES.blocks()) as f64;
        let row = format!(
            "| {variables} | {models} | {name} | {lot} | {seconds:.1} s | {worked} | {:.1} million | {memory} |",
            values / seconds / 1e6
        );
        // The same bits whatever the number of cores.
        let bits =
            tally.values(6, Quantity::CutMetal).iter().fold(0u64, |bits, value| bits.rotate_left(5) ^ value.to_bits());
        println!("{row}   (bits {bits:016x})");
        writeln!(page, "{row}")?;
    }
    Ok(())
}

/// Scores counted as they are.
struct Plain;

impl Back for Plain {
    fn grades(&self) -> usize {
        1
    }

    fn scores(&self) -> usize {
        1
    }

    fn write(&self, _: usize, scores: &[f64], _: &mut Vec<f64>, grades: &mut [f64]) {
        grades.copy_from_slice(scores);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut page = String::new();
    let asked = |word: &str| std::env::args().any(|asked| asked == word);
    if !asked("--simulated") && !asked("--command") {
        kriged(&mut page)?;
    }
    // Ten minutes and more of two cores that are shared.
    if asked("--command") {
        command(&mut page)?;
    }
    if !asked("--command") {
        simulated(&mut page)?;
    }
    if std::env::args().any(|word| word == "--write") {
        std::fs::write("docs/benchmarks/ground.md", page)?;
    }
    Ok(())
}

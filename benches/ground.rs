//! How long the ground takes: a million blocks of fifteen elements from ten thousand samples.
//!
//! `cargo bench --bench ground`, with `-- --write` for the page `docs/benchmarks/ground.md`.

use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use ytterby::deposit::anisotropy::Ellipsoid;
use ytterby::deposit::kriging::Kriging;
use ytterby::deposit::kriging::drift::Drift;
use ytterby::deposit::lattice::{Kriged, Lattice};
use ytterby::deposit::point::Point;
use ytterby::deposit::search::Search;
use ytterby::deposit::variogram::spherical::Spherical;
use ytterby::deposit::variogram::{Model, Structure};

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

fn main() -> Result<(), Box<dyn Error>> {
    let (points, holes, grades) = samples();
    let within = Ellipsoid { reach_m: [300.0, 200.0, 20.0], azimuth: 30.0, dip: 5.0, plunge: 0.0 };
    let mut page = String::from(
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
    if std::env::args().any(|word| word == "--write") {
        std::fs::write("docs/benchmarks/ground.md", page)?;
    }
    Ok(())
}

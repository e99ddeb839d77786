//! A table of samples kriged onto a plane of nodes a metre apart, for holding against other programs.
//!
//! `cargo bench --bench krige -- SAMPLES.csv SHAPE RANGE NUGGET PARTIAL_SILL COLUMNS ROWS FIRST NEAREST|all OCTANT|none REPEATS OUT`
//! writes estimates, variances and, of the nearest, by how much the next one is farther off; tells times and memory.

use std::error::Error;
use std::io::Write as _;
use std::time::Instant;

use ytterby::deposit::kriging::Kriging;
use ytterby::deposit::kriging::drift::Drift;
use ytterby::deposit::lattice::{Kriged, Lattice};
use ytterby::deposit::point::{Point, apart};
use ytterby::deposit::search::Search;
use ytterby::deposit::variogram::{Model, SHAPES};

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

/// By how much the square of the distance of the next sample is more than that of the last that speaks; of the octants, if
/// they limit, the least.
fn margins(points: &[Point], lattice: &Lattice, search: Option<Search>) -> Vec<f64> {
    let mut squares = vec![Vec::new(); 8];
    let margin = |squares: &mut Vec<f64>, most: usize| {
        squares.sort_unstable_by(f64::total_cmp);
        if most < squares.len() { squares[most] - squares[most - 1] } else { f64::INFINITY }
    };
    let node = |node: usize| {
        let Some(search) = search else { return f64::INFINITY };
        squares.iter_mut().for_each(Vec::clear);
        for place in points {
            let way = apart(*place, lattice.middle(node));
            let octant = way.iter().fold(0, |octant, along| 2 * octant + usize::from(*along >= 0.0));
            let group = if search.octant.is_some() { octant } else { 0 };
            squares[group].push(way.iter().map(|way| way * way).sum());
        }
        let most = search.octant.unwrap_or(search.most);
        squares.iter_mut().map(|squares| margin(squares, most)).fold(f64::INFINITY, f64::min)
    };
    (0..lattice.blocks()).map(node).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [samples, shape, range, nugget, partial, columns, rows, first, nearest, octant, repeats, out] = &words[..]
    else {
        println!("samples.csv shape range nugget partial-sill columns rows first nearest|all octant|none repeats out");
        return Ok(());
    };
    let (mut points, mut values): (Vec<Point>, Vec<f64>) = (Vec::new(), Vec::new());
    for line in std::fs::read_to_string(samples)?.lines().skip(1) {
        let mut row = line.split(',').map(str::parse::<f64>);
        let mut next = || row.next().ok_or("a row is short")?.map_err(Box::<dyn Error>::from);
        points.push([next()?, next()?, 0.0]);
        values.push(next()?);
    }
    let (nugget, partial): (f64, f64) = (nugget.parse()?, partial.parse()?);
    let make = SHAPES.iter().find(|(name, _)| name == shape).ok_or("no such shape")?.1;
    let model = Model::named(shape, make(range.parse()?), nugget / (nugget + partial), nugget + partial)?;
    let first: f64 = first.parse()?;
    let corner = [first - 0.5, first - 0.5, -0.5];
    let lattice = Lattice { corner, block: [1.0; 3], count: [columns.parse()?, rows.parse()?, 1] };
    let search = match nearest.as_str() {
        "all" => None,
        most => Some(Search { most: most.parse()?, octant: octant.parse().ok(), ..Search::ALL }),
    };
    let mut best = f64::INFINITY;
    let mut kriged = None;
    let repeats: usize = repeats.parse()?;
    let before = worked_s();
    for _ in 0..repeats {
        let started = Instant::now();
        let kriging = Kriging::new(points.clone(), &[], model.clone(), Drift::Constant, search)?;
        let found = Kriged::of(&kriging, &lattice, [1; 3], std::slice::from_ref(&values))?;
        best = best.min(started.elapsed().as_secs_f64());
        kriged = Some(found);
    }
    let kriged = kriged.ok_or("no repeats")?;
    // A mean over the calls: the system counts in hundredths of a second.
    let worked = worked_s().zip(before).map_or(f64::NAN, |(after, before)| (after - before) / repeats as f64);
    let held = held_mb().unwrap_or(f64::NAN);
    let mut file = std::io::BufWriter::new(std::fs::File::create(out)?);
    for node in 0..lattice.blocks() {
        file.write_all(&kriged.grades(node).map_or(f64::NAN, |grades| grades[0]).to_le_bytes())?;
    }
    for told in &kriged.told {
        file.write_all(&told.variance.unwrap_or(f64::NAN).to_le_bytes())?;
    }
    for margin in margins(&points, &lattice, search) {
        file.write_all(&margin.to_le_bytes())?;
    }
    println!("{{\"seconds\": {best}, \"cpu_seconds\": {worked}, \"peak_mb\": {held}}}");
    Ok(())
}

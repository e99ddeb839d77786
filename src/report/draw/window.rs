//! The operating window of a riser: where it works, at what energy, and what stops it elsewhere.

use super::axis::range;
use super::canvas::Canvas;
use super::colour::{ACCENT, INK};
use super::deposit::shade;
use crate::quantity::figures;

/// One flow and concentration.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Wet mud, t/d.
    pub mud: f64,
    /// Solids by mass, %.
    pub solids: f64,
    /// kWh/t where it works.
    pub energy: Option<f64>,
    /// What stops it; `None`: nothing.
    pub stop: Option<String>,
}

/// Fills of what stops a riser: greys apart in lightness, told apart by their letters too.
const STOPS: [&str; 6] = ["#f2efe9", "#e3ded4", "#d3ccbf", "#c2b9aa", "#b0a596", "#9d9183"];

const SIDE: (f64, f64) = (400.0, 300.0);

/// The net drawn cell by cell; `here`: wet mud, t/d, and solids, %, of the scenario.
pub fn draw(cells: &[Cell], here: Option<(f64, f64)>) -> Option<Canvas> {
    let steps = |of: &dyn Fn(&Cell) -> f64| {
        let mut all: Vec<f64> = cells.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.dedup_by(|a, b| (*a / *b - 1.0).abs() < 1e-9);
        all
    };
    let (muds, solids) = (steps(&|cell| cell.mud), steps(&|cell| cell.solids));
    if muds.len() < 2 || solids.len() < 2 {
        return None;
    }
    let (left, top) = (56.0, 18.0);
    let (wide, tall) = (SIDE.0 / muds.len() as f64, SIDE.1 / solids.len() as f64);
    // Both axes run in equal ratios: a cell's middle is its value.
    let share = |axis: &[f64], value: f64| {
        let (low, high) = (axis[0], axis[axis.len() - 1]);
        ((value / low).ln() / (high / low).ln() * (axis.len() - 1) as f64 + 0.5) / axis.len() as f64
    };
    let place =
        |mud: f64, solid: f64| (left + SIDE.0 * share(&muds, mud), top + SIDE.1 * (1.0 - share(&solids, solid)));
    let mut canvas = Canvas::new(left + SIDE.0 + 190.0, top + SIDE.1 + 46.0);
    let (low, high) = range(cells.iter().filter_map(|cell| cell.energy.filter(|_| cell.stop.is_none())))?;
    let mut stops: Vec<&str> = Vec::new();
    for stop in cells.iter().filter_map(|cell| cell.stop.as_deref()) {
        if !stops.contains(&stop) {
            stops.push(stop);
        }
    }
    for cell in cells {
        let (x, y) = place(cell.mud, cell.solids);
        let fill = match (&cell.stop, cell.energy) {
            (Some(stop), _) => {
                let at = stops.iter().position(|known| known == stop).unwrap_or(0);
                STOPS[at % STOPS.len()].to_owned()
            }
            (None, energy) => {
                shade(energy.map_or(0.0, |e| if high > low { (e / low).ln() / (high / low).ln() } else { 0.5 }))
            }
        };
        canvas.rect(x - wide / 2.0, y - tall / 2.0, wide + 0.3, tall + 0.3, &format!("fill=\"{fill}\""));
        if let Some(at) = cell.stop.as_deref().and_then(|stop| stops.iter().position(|known| *known == stop)) {
            let letter = char::from(b'a' + at as u8).to_string();
            canvas.text((x, y + 3.5), &letter, "class=\"tick mid\"");
        }
    }
    for (axis, across) in [(&muds, true), (&solids, false)] {
        let every = axis.len().div_ceil(6);
        for value in axis.iter().step_by(every) {
            if across {
                let (x, _) = place(*value, solids[0]);
                canvas.text((x, top + SIDE.1 + 15.0), &figures(*value, 2), "class=\"tick mid\"");
            } else {
                let (_, y) = place(muds[0], *value);
                canvas.text((left - 6.0, y + 4.0), &figures(*value, 2), "class=\"tick end\"");
            }
        }
    }
    canvas.text((left + SIDE.0, top + SIDE.1 + 33.0), "mud, wet, t/d", "class=\"axis end\"");
    canvas.text((4.0, top - 6.0), "solids in the slurry, %", "class=\"axis\"");
    canvas.rect(left, top, SIDE.0, SIDE.1, &format!("fill=\"none\" stroke=\"{INK}\""));
    if let Some((mud, solid)) = here {
        let inside =
            (muds[0]..=muds[muds.len() - 1]).contains(&mud) && (solids[0]..=solids[solids.len() - 1]).contains(&solid);
        if inside {
            canvas.circle(place(mud, solid), 6.0, &format!("fill=\"none\" stroke=\"{ACCENT}\" stroke-width=\"3\""));
        }
    }
    let x = left + SIDE.0 + 14.0;
    for step in 0..20 {
        let at = f64::from(step) / 19.0;
        canvas.rect(x, top + 80.0 * (1.0 - at), 12.0, 5.0, &format!("fill=\"{}\"", shade(at)));
    }
    canvas.text((x + 18.0, top + 8.0), &format!("{} kWh/t dry", figures(high, 3)), "class=\"tick\"");
    canvas.text((x + 18.0, top + 85.0), &format!("{} kWh/t dry", figures(low, 3)), "class=\"tick\"");
    for (at, stop) in stops.iter().enumerate() {
        let y = top + 112.0 + 20.0 * at as f64;
        canvas.rect(x, y - 10.0, 14.0, 14.0, &format!("fill=\"{}\"", STOPS[at % STOPS.len()]));
        canvas.text((x + 7.0, y + 1.0), &char::from(b'a' + at as u8).to_string(), "class=\"tick mid\"");
        canvas.text((x + 20.0, y + 1.0), stop, "class=\"tick\"");
    }
    if here.is_some() {
        let y = top + 112.0 + 20.0 * stops.len() as f64;
        canvas.circle((x + 7.0, y - 3.0), 5.0, &format!("fill=\"none\" stroke=\"{ACCENT}\" stroke-width=\"3\""));
        canvas.text((x + 20.0, y + 1.0), "this scenario", "class=\"tick\"");
    }
    Some(canvas)
}

//! The map: time across, stages down, the share of the heavy side as a colour that opens both ends.

use super::Map;
use crate::report::draw::axis::{Frame, Scale};
use crate::report::draw::canvas::Canvas;

/// Light to dark, even in lightness, so that grey print keeps the order: from all light to all heavy.
const RAMP: [&str; 13] = [
    "#fdf3d0", "#f8e2a0", "#efcb70", "#e8ae48", "#e39039", "#db703e", "#ce5349", "#ba3b5b", "#9e2d69", "#7f2470",
    "#5e1b70", "#3d1369", "#20095a",
];
/// Nines at the ends of the ramp.
const NINES: f64 = 4.0;

/// The step of the ramp a share in % falls on.
fn step(percent: f64) -> usize {
    let share = (percent / 100.0).clamp(1e-12, 1.0 - 1e-12);
    let log = (share / (1.0 - share)).log10();
    let most = (RAMP.len() - 1) as f64;
    ((log + NINES) / (2.0 * NINES) * most).round().clamp(0.0, most) as usize
}

pub(super) fn draw(
    canvas: &mut Canvas,
    map: &Map,
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
    end: f64,
    named: bool,
) {
    let frame = Frame { left, right, top, bottom };
    let across = Scale::between(0.0, end, left, right);
    let count = map.stages.len();
    let high = (bottom - top) / count as f64;
    // A column of the map reaches half-way to the moments before and after.
    let mut edges: Vec<f64> = map.times.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect();
    edges.insert(0, map.times[0]);
    edges.push(map.times[map.times.len() - 1]);
    let mut strokes: Vec<Vec<f64>> = vec![Vec::new(); RAMP.len()];
    for stage in 0..count {
        let y = top + high * stage as f64;
        let mut from: Option<(usize, f64)> = None;
        for (at, moment) in map.heavy.iter().enumerate() {
            let here = moment[stage].map(step);
            if from.map(|(step, _)| step) != here {
                if let Some((step, start)) = from {
                    strokes[step].extend([across.at(start), y, across.at(edges[at])]);
                }
                from = here.map(|step| (step, edges[at]));
            }
        }
        if let Some((step, start)) = from {
            strokes[step].extend([across.at(start), y, across.at(edges[edges.len() - 1])]);
        }
    }
    // One path a colour keeps the page small. A hair of overlap hides the seams.
    for (fill, cells) in RAMP.iter().zip(&strokes) {
        let numbers: Vec<f64> =
            cells.chunks_exact(3).flat_map(|c| [c[0], c[1], c[2], c[1] + high + 0.2, c[0]]).collect();
        if !numbers.is_empty() {
            canvas.path(&"M{} {}H{}V{}H{}Z".repeat(numbers.len() / 5), &numbers, &format!("fill=\"{fill}\""));
        }
    }
    let mut start = 0;
    for at in 1..=count {
        if at == count || map.sections[at] != map.sections[start] {
            let (y0, y1) = (top + high * start as f64, top + high * at as f64);
            if start > 0 {
                canvas.line((left - 4.0, y0), (right, y0), "stroke=\"#fff\" stroke-width=\"1.6\"");
            }
            if named && y1 - y0 >= 13.0 {
                canvas.text((left - 7.0, f64::midpoint(y0, y1) + 4.0), &map.sections[start], "class=\"small end\"");
            }
            start = at;
        }
    }
    frame.bottom_axis(canvas, &across, "time, h");
}

/// The ramp with its meaning.
pub(super) fn legend(canvas: &mut Canvas, (x, y): (f64, f64)) {
    let high = 9.0;
    canvas.text((x, y - 9.0), "heavy, %", "class=\"small\"");
    for (at, fill) in RAMP.iter().enumerate() {
        canvas.rect(x, y + high * at as f64, 13.0, high, &format!("fill=\"{fill}\""));
    }
    let most = (RAMP.len() - 1) as f64;
    for (percent, words) in [(0.01, "0.01"), (1.0, "1"), (50.0, "50"), (99.0, "99"), (99.99, "99.99")] {
        let share: f64 = percent / 100.0;
        let at = ((share / (1.0 - share)).log10() + NINES) / (2.0 * NINES) * most;
        canvas.text((x + 18.0, y + high * (at + 0.5) + 4.0), words, "class=\"tick\"");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ramp_opens_both_ends() {
        assert_eq!([0.0, 50.0, 100.0].map(step), [0, 6, 12]);
        assert!(step(99.0) < step(99.9) && step(1.0) > step(0.1));
    }
}

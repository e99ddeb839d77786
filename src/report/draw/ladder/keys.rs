//! The cut pair: the share of the heavy key in the two, on a scale that opens both ends, so
//! that every nine of purity takes the same room.

use super::Steps;
use crate::report::draw::axis::{Frame, Scale};
use crate::report::draw::canvas::Canvas;
use crate::report::draw::colour::{Carrier, INK};
use crate::report::draw::label::{Place, Space};
use crate::report::profile::Profile;

/// Purities beyond this many nines are off the scale.
const NINES: f64 = 6.0;

/// A scale of odds, and shares in % worth a line on it.
pub fn scale_of_shares(odds: impl Iterator<Item = f64>, start: f64, end: f64) -> (Scale, Vec<(f64, String)>) {
    let edge = 10f64.powf(NINES);
    let held: Vec<f64> = odds.map(|odds| odds.clamp(1.0 / edge, edge)).chain([0.5, 2.0]).collect();
    let scale = Scale::log(held, start, end);
    let mut ticks = vec![(1.0, "50".to_owned())];
    for nines in 1..=6_i32 {
        let rest = 10f64.powi(-nines);
        let odds = rest / (1.0 - rest);
        let (low, high) = (
            if nines > 2 {
                format!("10{}", crate::report::draw::axis::superscript(2 - nines))
            } else {
                format!("{}", 100.0 * rest)
            },
            format!("{:.*}", (nines - 2).max(0) as usize, 100.0 - 100.0 * rest),
        );
        ticks.push((odds, if nines == 3 { "0.1".into() } else { low }));
        ticks.push((1.0 / odds, high));
    }
    ticks.retain(|(odds, _)| scale.holds(*odds));
    (scale, ticks)
}

pub(super) fn draw(canvas: &mut Canvas, profile: &Profile, frame: &Frame, steps: Steps) {
    let Some((light, heavy)) = profile.key_pair() else { return };
    let (aqueous, organic) = (profile.odds(&profile.aqueous), profile.odds(&profile.organic));
    let (scale, ticks) = scale_of_shares(aqueous.iter().chain(&organic).flatten().copied(), frame.bottom, frame.top);
    let mut last = f64::INFINITY;
    let mut ticks = ticks;
    ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (odds, label) in ticks {
        let y = scale.at(odds);
        canvas.line((frame.left, y), (frame.right, y), "class=\"grid\"");
        if last - y > 12.0 {
            canvas.text((frame.left - 6.0, y + 4.0), &label, "class=\"tick end\"");
            last = y;
        }
    }
    canvas.text((4.0, frame.top - 9.0), &format!("{heavy} in {light} + {heavy}, mol %"), "class=\"axis\"");
    let mut space = Space::new(Place(frame.left, frame.top, frame.right, frame.bottom));
    let mut drawn: Vec<(Vec<(f64, f64)>, &str)> = Vec::new();
    for (odds, width, ink, name) in
        [(&organic, 1.4, Carrier::Organic.colour(), "in the solvent"), (&aqueous, 3.2, INK, "in the solution")]
    {
        for run in profile.joined() {
            let points: Vec<(f64, f64)> = (run.start..run.end)
                .filter_map(|s| Some((steps.middle(s), scale.at(odds[s].filter(|v| scale.holds(*v))?))))
                .collect();
            super::line(canvas, &points, &format!("stroke=\"{ink}\" stroke-width=\"{width}\""), ink);
            if !run.is("strip") {
                drawn.push((points, name));
            }
        }
    }
    for place in drawn.iter().flat_map(|(points, _)| points) {
        space.take(Place(place.0 - 2.0, place.1 - 2.0, place.0 + 2.0, place.1 + 2.0));
    }
    // The organic curve runs above and left, the other below and right.
    for (points, name) in &drawn {
        let above = *name == "in the solvent";
        for (x, y) in points {
            let (at, class) =
                if above { ((x - 8.0, y - 5.0), "small end halo") } else { ((x + 8.0, y + 13.0), "small halo") };
            if space.write(canvas, at, name, class) {
                break;
            }
        }
    }
    for (first, last) in profile.pinches() {
        let middle = f64::midpoint(steps.edge(first), steps.edge(last + 1));
        for y in [frame.bottom - 8.0, frame.top + 14.0, f64::midpoint(frame.top, frame.bottom)] {
            if space.write(canvas, (middle, y), "pinch", "small mid strong halo") {
                break;
            }
        }
    }
}

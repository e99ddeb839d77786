//! The McCabe–Thiele diagram of the cut pair, from the stages as they are.
//!
//! Equilibrium points are the stages themselves, operating points the streams that pass each
//! other between two stages; nothing is constructed. Drawn twice, as is usual and with both ends
//! opened, where a constant separation factor is a straight line. A diagnostic, not a design: the
//! other elements share the phases, so that neither curve need be smooth.

use super::axis::{Frame, Scale};
use super::canvas::Canvas;
use super::colour::{ACCENT, Carrier, INK};
use super::label::{Place, Space};
use super::ladder::scale_of_shares;
use crate::quantity::figures;
use crate::report::profile::Profile;

/// One of the two diagrams: where a ratio of the keys stands.
struct Diagram {
    frame: Frame,
    across: Scale,
    upward: Scale,
    open: bool,
}

impl Diagram {
    fn value(&self, odds: f64) -> f64 {
        if self.open { odds } else { odds / (1.0 + odds) }
    }

    /// The place of a pair of ratios; `None` off the scales.
    fn at(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let (x, y) = (self.value(x), self.value(y));
        (self.across.holds(x) && self.upward.holds(y)).then(|| (self.across.at(x), self.upward.at(y)))
    }
}

/// The two diagrams; `None` where the table holds no cut pair in two stages or more.
pub fn draw(profile: &Profile) -> Option<Canvas> {
    let (light, heavy) = profile.key_pair()?;
    let (aqueous, organic) = (profile.odds(&profile.aqueous), profile.odds(&profile.organic));
    let run = profile.joined().into_iter().find(|run| !run.is("strip"))?;
    let states: Vec<(usize, (f64, f64))> =
        (run.start..run.end).filter_map(|s| Some((s, (aqueous[s]?, organic[s]?)))).collect();
    if states.len() < 2 {
        return None;
    }
    let mut canvas = Canvas::new(980.0, 498.0);
    let all = || states.iter().flat_map(|(_, (x, y))| [*x, *y]);
    for (at, open) in [false, true].into_iter().enumerate() {
        let left = 60.0 + 484.0 * at as f64;
        let frame = Frame { left, right: left + 404.0, top: 34.0, bottom: 438.0 };
        let (across, upward, ticks) = if open {
            let (across, mut ticks) = scale_of_shares(all(), frame.left, frame.right);
            ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
            (across, scale_of_shares(all(), frame.bottom, frame.top).0, ticks)
        } else {
            let across = Scale::from_zero([1.0], frame.left, frame.right);
            let ticks = across.ticks().into_iter().map(|tick| (tick, format!("{:.0}", 100.0 * tick))).collect();
            (across, Scale::from_zero([1.0], frame.bottom, frame.top), ticks)
        };
        let diagram = Diagram { frame, across, upward, open };
        axes(&mut canvas, &diagram, &ticks, &format!("{heavy} in {light} + {heavy}"));
        curves(&mut canvas, &diagram, profile, &states);
    }
    Some(canvas)
}

fn axes(canvas: &mut Canvas, diagram: &Diagram, ticks: &[(f64, String)], pair: &str) {
    let Diagram { frame, across, upward, .. } = diagram;
    let (mut last_x, mut last_y) = (f64::NEG_INFINITY, f64::INFINITY);
    for (tick, label) in ticks {
        let (x, y) = (across.at(*tick), upward.at(*tick));
        canvas.line((x, frame.top), (x, frame.bottom), "class=\"grid\"");
        canvas.line((frame.left, y), (frame.right, y), "class=\"grid\"");
        if x - last_x > 42.0 {
            canvas.text((x, frame.bottom + 15.0), label, "class=\"tick mid\"");
            last_x = x;
        }
        if last_y - y > 13.0 {
            canvas.text((frame.left - 6.0, y + 4.0), label, "class=\"tick end\"");
            last_y = y;
        }
    }
    canvas.line((frame.left, frame.bottom), (frame.right, frame.top), "class=\"rule\" stroke-opacity=\"0.35\"");
    canvas.text((frame.right, frame.bottom + 33.0), &format!("{pair}, in the solution, mol %"), "class=\"axis end\"");
    canvas.text((frame.left - 46.0, frame.top - 13.0), &format!("{pair}, in the solvent, mol %"), "class=\"axis\"");
}

fn curves(canvas: &mut Canvas, diagram: &Diagram, profile: &Profile, states: &[(usize, (f64, f64))]) {
    let frame = &diagram.frame;
    let mut space = Space::new(Place(frame.left + 2.0, frame.top + 2.0, frame.right - 2.0, frame.bottom - 2.0));
    // Equilibrium at the mean factor, as a guide.
    let beta = (states.iter().map(|(_, (x, y))| (y / x).ln()).sum::<f64>() / states.len() as f64).exp();
    let guide: Vec<(f64, f64)> =
        (-140..=140).map(|step| 10f64.powf(f64::from(step) / 20.0)).filter_map(|x| diagram.at((x, beta * x))).collect();
    canvas.polyline(
        &guide,
        &format!("stroke=\"{}\" stroke-width=\"1.4\" stroke-dasharray=\"6 4\"", Carrier::Organic.colour()),
    );
    // Steps: along each stage's organic to the next stage's solution, then up to its organic.
    let mut steps: Vec<(f64, f64)> = Vec::new();
    let mut passing: [Vec<(f64, f64)>; 2] = Default::default();
    let feed = profile.feed_stage();
    for pair in states.windows(2) {
        let [(stage, here), (_, next)] = pair else { continue };
        let corner = (next.0, here.1);
        steps.extend([*here, corner, *next].into_iter().filter_map(|odds| diagram.at(odds)));
        // What passes between the feed stage and the scrub belongs to the scrub's line.
        let scrub = feed.is_some_and(|feed| *stage >= feed);
        passing[usize::from(scrub)].extend(diagram.at(corner));
    }
    canvas.polyline(&steps, "stroke=\"#8d959e\" stroke-width=\"0.8\"");
    for (line, dash) in passing.iter().zip(["", " stroke-dasharray=\"2 2\""]) {
        canvas.polyline(line, &format!("stroke=\"{ACCENT}\" stroke-width=\"1.8\"{dash}"));
    }
    let dots: Vec<(usize, (f64, f64))> = states.iter().filter_map(|(s, odds)| Some((*s, diagram.at(*odds)?))).collect();
    let radius = if dots.len() > 40 { 1.7 } else { 2.8 };
    for (_, place) in &dots {
        canvas.circle(*place, radius, &format!("fill=\"{INK}\""));
        space.take(Place(place.0 - 3.0, place.1 - 3.0, place.0 + 3.0, place.1 + 3.0));
    }
    for place in steps.iter().step_by(2).chain(passing.iter().flatten()) {
        space.take(Place(place.0 - 1.0, place.1 - 1.0, place.0 + 1.0, place.1 + 1.0));
    }
    let ends = [dots.first(), dots.iter().find(|(s, _)| Some(*s) == feed), dots.last()];
    for (stage, (x, y)) in ends.into_iter().flatten() {
        let name = &profile.stages[*stage];
        let name = if Some(*stage) == feed { format!("{name}, feed") } else { name.clone() };
        let _ = space.write(canvas, (x - 7.0, y - 7.0), &name, "small end halo")
            || space.write(canvas, (x + 8.0, y + 14.0), &name, "small halo")
            || space.write(canvas, (x + 16.0, y + 20.0), &name, "small halo")
            || space.write(canvas, (x + 8.0, y - 8.0), &name, "small halo");
    }
    let legend = [
        ("stages, as solved", INK),
        ("passing streams; scrub dotted", ACCENT),
        (&*format!("β {}, mean of the stages", figures(beta, 3)), Carrier::Organic.colour()),
    ];
    // The corner below the diagonal is empty: the solvent is always the richer.
    for (row, (words, ink)) in legend.into_iter().enumerate() {
        let y = frame.bottom - 46.0 + 15.0 * row as f64;
        canvas.circle((frame.right - 172.0, y - 3.5), 3.0, &format!("fill=\"{ink}\""));
        canvas.text((frame.right - 163.0, y), words, "class=\"small halo\"");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::draw::eye;
    use crate::report::fixture;

    #[test]
    fn small_and_big_batteries_are_drawn_cleanly() {
        for (stages, elements) in [([1, 1, 1], 2), ([8, 8, 4], 15), ([70, 70, 10], 15)] {
            let profile = Profile::read(&fixture::battery(stages, elements)).unwrap();
            let drawing = draw(&profile).unwrap();
            eye::inspect(&drawing);
            assert_eq!(eye::count(&drawing, "stages, as solved"), 2);
        }
    }

    /// By mass action the keys' factor is one number, so every stage lies on the guide.
    #[test]
    fn stages_lie_on_the_equilibrium_of_their_factor() {
        let profile = Profile::read(&fixture::battery([8, 8, 4], 15)).unwrap();
        let beta: Vec<f64> = profile.beta().into_iter().flatten().collect();
        let mean = (beta.iter().map(|b| b.ln()).sum::<f64>() / beta.len() as f64).exp();
        assert!(beta.iter().all(|b| (b / mean - 1.0).abs() < 1e-6));
    }
}

//! The solution, a line an element on a log scale, each named on its line.

use super::Steps;
use crate::element::Element;
use crate::report::draw::axis::{Frame, Scale};
use crate::report::draw::canvas::Canvas;
use crate::report::draw::colour;
use crate::report::draw::label::{Place, Space, on_curve, pill, pill_place};
use crate::report::profile::Profile;

/// What lies more decades below the most is not drawn.
const DECADES: f64 = 8.0;

/// A stretch of a curve between two places where it leaves the frame.
struct Stretch {
    element: Element,
    points: Vec<(f64, f64)>,
}

pub(super) fn draw(canvas: &mut Canvas, profile: &Profile, frame: &Frame, steps: Steps) {
    let all = profile.aqueous.iter().flat_map(|(_, values)| values.iter().flatten().copied());
    let scale = Scale::log(all, frame.bottom, frame.top).decades(DECADES);
    frame.left_axis(canvas, &scale, "");
    canvas.text((4.0, frame.top - 30.0), "solution", "class=\"axis\"");
    canvas.text((4.0, frame.top - 16.0), "g/L", "class=\"axis\"");
    let key = profile.key_pair();
    let is_key = |element: Element| key.is_some_and(|(a, b)| a == element || b == element);
    let stretches = stretches(profile, &scale, steps);
    for thick in [false, true] {
        for stretch in stretches.iter().filter(|s| is_key(s.element) == thick) {
            let fill = colour::of(stretch.element);
            let dash = if stretch.element.is_rare_earth() { "" } else { " stroke-dasharray=\"3 3\"" };
            let width = if thick { 3.0 } else { 1.4 };
            super::line(canvas, &stretch.points, &format!("stroke=\"{fill}\" stroke-width=\"{width}\"{dash}"), fill);
        }
    }
    names(canvas, &stretches, frame, steps, &is_key);
}

/// Every curve in the frame, cut where it sinks below or where the solution is another.
fn stretches(profile: &Profile, scale: &Scale, steps: Steps) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    for (element, values) in &profile.aqueous {
        for run in profile.joined() {
            let mut points = Vec::new();
            for stage in run.start..run.end {
                match values.get(stage).copied().flatten().filter(|v| *v > 0.0 && scale.holds(*v)) {
                    Some(value) => points.push((steps.middle(stage), scale.at(value))),
                    None if points.is_empty() => {}
                    None => stretches.push(Stretch { element: *element, points: std::mem::take(&mut points) }),
                }
            }
            if !points.is_empty() {
                stretches.push(Stretch { element: *element, points });
            }
        }
    }
    stretches
}

/// One name on each curve, the keys first; a second where the curve goes on in the strip.
fn names(canvas: &mut Canvas, stretches: &[Stretch], frame: &Frame, steps: Steps, is_key: &dyn Fn(Element) -> bool) {
    let mut space = Space::new(Place(frame.left, frame.top, frame.right, frame.bottom));
    let mut order: Vec<&Stretch> = stretches.iter().collect();
    order.sort_by(|a, b| {
        is_key(b.element)
            .cmp(&is_key(a.element))
            .then(b.points.len().cmp(&a.points.len()))
            .then(a.element.cmp(&b.element))
    });
    let mut named: Vec<Element> = Vec::new();
    for stretch in order {
        // A short second stretch needs no second name.
        let long = match stretch.points[..] {
            [_] => steps.width > 60.0,
            [first, .., last] => last.0 - first.0 > 36.0,
            [] => false,
        };
        if named.contains(&stretch.element) && !long {
            continue;
        }
        let distance = |(x, y): (f64, f64)| {
            stretches
                .iter()
                .filter(|other| !std::ptr::eq(*other, stretch))
                .flat_map(|other| other.points.iter())
                .filter(|(ox, _)| (ox - x).abs() < 14.0)
                .map(|(_, oy)| (oy - y).abs())
                .fold(f64::INFINITY, f64::min)
        };
        // Places between the stages serve as well, where stages are few.
        let mut places: Vec<(f64, f64)> = stretch.points.clone();
        for pair in stretch.points.windows(2) {
            if pair[1].0 - pair[0].0 > 20.0 {
                for share in [0.25, 0.5, 0.75] {
                    let between = |a: f64, b: f64| a + share * (b - a);
                    places.push((between(pair[0].0, pair[1].0), between(pair[0].1, pair[1].1)));
                }
            }
        }
        if let [alone] = stretch.points[..] {
            places = [-16.0, 16.0, 40.0, -40.0, 64.0, -64.0, 88.0, -88.0].map(|dx| (alone.0 + dx, alone.1)).to_vec();
        }
        if let Some(place) = on_curve(&places, &space, &distance) {
            space.take(pill_place(place));
            pill(canvas, place, stretch.element, false);
            named.push(stretch.element);
        }
    }
}

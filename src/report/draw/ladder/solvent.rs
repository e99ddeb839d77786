//! The solvent: what each element takes of the limit, stacked, under the dashed line of the limit.

use super::{LEFT, RIGHT, Steps};
use crate::element::Element;
use crate::report::draw::axis::{Frame, Scale};
use crate::report::draw::canvas::Canvas;
use crate::report::draw::colour;
use crate::report::draw::label::{Place, Space, pill, pill_place};
use crate::report::profile::{Profile, Series};

/// Other metals, in grey.
const OTHERS: &str = "#a8adb5";

pub(super) fn draw(canvas: &mut Canvas, profile: &Profile, frame: &Frame, steps: Steps) {
    let (parts, others, name) = stack(profile);
    let total = |stage: usize| -> f64 {
        parts.iter().filter_map(|(_, v)| v.get(stage).copied().flatten()).sum::<f64>() + others[stage]
    };
    let of_limit = name.contains('%');
    let scale =
        Scale::from_zero((0..profile.count()).map(total).chain(of_limit.then_some(100.0)), frame.bottom, frame.top);
    frame.left_axis(canvas, &scale, "");
    canvas.text((4.0, frame.top - 9.0), name, "class=\"axis\"");
    // Bars keep a hair's gap as long as there is room for one.
    let gap = if steps.width > 6.0 { 0.07 * steps.width } else { 0.0 };
    // A white hair parts the bands in grey print, where it does not drown them.
    let hair = if steps.width > 10.0 { " stroke=\"#fff\" stroke-width=\"0.6\"" } else { "" };
    let mut bases = vec![0.0; profile.count()];
    let mut bands: Vec<(Element, Vec<Place>)> = Vec::new();
    for (element, values) in &parts {
        let fill = colour::of(*element);
        let mut band = Vec::new();
        for (stage, base) in bases.iter_mut().enumerate() {
            let value = values.get(stage).copied().flatten().unwrap_or(0.0);
            let (y0, y1) = (scale.at(*base), scale.at(*base + value));
            if y0 - y1 > 0.15 {
                let place = Place(steps.edge(stage) + gap, y1, steps.edge(stage + 1) - gap, y0);
                let edge = if y0 - y1 > 3.0 { hair } else { "" };
                canvas.rect(place.0, y1, place.2 - place.0, y0 - y1, &format!("fill=\"{fill}\"{edge}"));
                band.push(place);
            }
            *base += value;
        }
        bands.push((*element, band));
    }
    for (stage, base) in bases.iter().enumerate() {
        let (y0, y1) = (scale.at(*base), scale.at(*base + others[stage]));
        if y0 - y1 > 0.15 {
            let x = steps.edge(stage) + gap;
            canvas.rect(x, y1, steps.width - 2.0 * gap, y0 - y1, &format!("fill=\"{OTHERS}\""));
        }
    }
    if of_limit {
        let y = scale.at(100.0);
        canvas.line((LEFT, y), (RIGHT, y), "class=\"rule dash\"");
        canvas.text((RIGHT - 4.0, y - 4.0), "limit", "class=\"small end\"");
    }
    names(canvas, &bands, frame);
}

/// Elements in their order with what they take, what other metals take, and the axis' name.
fn stack(profile: &Profile) -> (Vec<Series>, Vec<f64>, &'static str) {
    let none = vec![0.0; profile.count()];
    if let Some((shares, others)) = profile.shares() {
        return (shares, others, "solvent, % of its limit");
    }
    if profile.loading.iter().any(Option::is_none) {
        return (profile.organic.clone(), none, "solvent, g/L");
    }
    let whole: Vec<f64> = (0..profile.count())
        .map(|stage| profile.organic.iter().filter_map(|(_, v)| v.get(stage).copied().flatten()).sum())
        .collect();
    let part = |values: &[Option<f64>]| {
        values
            .iter()
            .enumerate()
            .map(|(stage, value)| Some(profile.loading[stage]? * (*value)? / whole[stage]).filter(|v| v.is_finite()))
            .collect()
    };
    let shared = profile.organic.iter().map(|(element, values)| (*element, part(values))).collect();
    (shared, none, "solvent, % of its limit, shared by mass")
}

/// A name on each band where it is thickest, if it is thick enough to bear one.
fn names(canvas: &mut Canvas, bands: &[(Element, Vec<Place>)], frame: &Frame) {
    let mut space = Space::new(Place(frame.left, frame.top, frame.right, frame.bottom));
    for (element, band) in bands {
        let thick = |place: &Place| place.3 - place.1;
        let most = band.iter().map(thick).fold(0.0, f64::max);
        if most < 13.0 {
            continue;
        }
        // The middle of the longest row of bars nearly as thick.
        let thickest: Vec<&Place> = band.iter().filter(|place| thick(place) > 0.9 * most).collect();
        let middle = thickest.len() / 2;
        let tries = (0..thickest.len()).map(|n| if n % 2 == 0 { middle.saturating_sub(n / 2) } else { middle + n / 2 });
        for place in tries.filter_map(|at| thickest.get(at)) {
            let centre = (f64::midpoint(place.0, place.2), f64::midpoint(place.1, place.3));
            if space.free(&pill_place(centre)) {
                space.take(pill_place(centre));
                pill(canvas, centre, *element, false);
                break;
            }
        }
    }
}

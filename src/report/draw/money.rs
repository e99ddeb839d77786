//! Waterfalls of value and cost, mass against value, and the cash of the years.

use super::axis::{Frame, Scale, spread};
use super::canvas::{Canvas, fitted};
use super::colour::{self, ACCENT, LOSS};
use crate::element::Element;
use crate::quantity::figures;

/// Levels that fall from step to step: what is left of a value.
pub fn falling(steps: &[(String, f64)], unit: &str) -> Canvas {
    let rows: Vec<(String, f64, f64, bool)> = steps
        .iter()
        .enumerate()
        .map(|(at, (name, level))| {
            let before = if at == 0 { 0.0 } else { steps[at - 1].1 };
            (name.clone(), before, *level, at == 0)
        })
        .collect();
    let mut canvas = Canvas::new(540.0, 44.0 + 34.0 * rows.len() as f64);
    let levels = steps.iter().map(|s| s.1);
    let scale = Scale::from_zero(levels, 150.0, 440.0);
    axis(&mut canvas, &scale, rows.len(), 34.0, unit);
    for (at, (name, before, level, first)) in rows.iter().enumerate() {
        let y = 28.0 + 34.0 * at as f64;
        canvas.text((142.0, y + 15.0), &fitted(name, 138.0, 12.0), "class=\"end\"");
        canvas.rect(scale.at(0.0), y, scale.at(*level) - scale.at(0.0), 22.0, &format!("fill=\"{ACCENT}\""));
        if !first && level < before {
            canvas.rect(
                scale.at(*level),
                y,
                scale.at(*before) - scale.at(*level),
                22.0,
                &format!("fill=\"{LOSS}\" fill-opacity=\"0.6\""),
            );
        }
        let reach = scale.at(level.max(*before)).max(scale.at(0.0));
        canvas.text((reach + 5.0, y + 11.0), &figures(*level, 3), "class=\"strong\"");
        if !first && *before != 0.0 {
            let change = 100.0 * (level - before) / before.abs();
            let sign = if change < 0.0 { "\u{2212}" } else { "+" };
            canvas.text(
                (reach + 5.0, y + 23.0),
                &format!("{sign}{change:.0} %", change = change.abs()),
                "class=\"small muted\"",
            );
        }
    }
    canvas
}

/// Parts that add up: bars that start where the one before ended, and their sum.
pub fn adding(parts: &[(String, f64)], total: &str, unit: &str) -> Canvas {
    let mut canvas = Canvas::new(540.0, 44.0 + 27.0 * (parts.len() + 1) as f64);
    let mut at = 0.0;
    let mut reach = vec![0.0];
    for (_, part) in parts {
        at += part;
        reach.push(at);
    }
    let scale = Scale::from_zero(reach.iter().copied(), 150.0, 450.0);
    axis(&mut canvas, &scale, parts.len() + 1, 27.0, unit);
    for (index, (name, part)) in parts.iter().enumerate() {
        let y = 28.0 + 27.0 * index as f64;
        let (from, to) = (scale.at(reach[index]), scale.at(reach[index + 1]));
        canvas.text((142.0, y + 14.0), &fitted(name, 138.0, 12.0), "class=\"end\"");
        let fill = if *part < 0.0 { colour::of(Element::Y) } else { "#5b6673" };
        canvas.rect(from, y, to - from, 19.0, &format!("fill=\"{fill}\""));
        canvas.text((from.max(to) + 5.0, y + 14.0), &figures(*part, 3), "class=\"tick\"");
        canvas.line((to, y), (to, y + 27.0), "class=\"rule\" stroke-opacity=\"0.4\"");
    }
    let y = 28.0 + 27.0 * parts.len() as f64;
    canvas.text((142.0, y + 14.0), total, "class=\"end strong\"");
    canvas.rect(scale.at(0.0), y, scale.at(at) - scale.at(0.0), 19.0, &format!("fill=\"{ACCENT}\""));
    canvas.text((scale.at(at.max(0.0)) + 5.0, y + 14.0), &figures(at, 3), "class=\"strong\"");
    canvas
}

fn axis(canvas: &mut Canvas, scale: &Scale, rows: usize, pitch: f64, unit: &str) {
    let bottom = 28.0 + pitch * rows as f64;
    for tick in scale.ticks() {
        let x = scale.at(tick);
        canvas.line((x, 22.0), (x, bottom), "class=\"grid\"");
        canvas.text((x, 16.0), &scale.label(tick), "class=\"tick mid\"");
    }
    canvas.text((142.0, 16.0), unit, "class=\"axis end\"");
}

/// Two stacked bars, by mass and by value, joined by ribbons.
pub fn twin_bars(shares: &[(Element, f64, f64)]) -> Canvas {
    let mut canvas = Canvas::new(540.0, 400.0);
    let (top, tall) = (34.0, 350.0);
    let (mass, value): (f64, f64) = (shares.iter().map(|s| s.1).sum(), shares.iter().map(|s| s.2).sum());
    if mass <= 0.0 || value <= 0.0 {
        return canvas;
    }
    let (left, right, wide) = (100.0, 360.0, 74.0);
    canvas.text((left + wide / 2.0, 22.0), "mass", "class=\"strong mid\"");
    canvas.text((right + wide / 2.0, 22.0), "value", "class=\"strong mid\"");
    let (mut a, mut b) = (top, top);
    let mut marks = Vec::new();
    for (element, by_mass, by_value) in shares {
        let (h, k) = (tall * by_mass / mass, tall * by_value / value);
        let fill = colour::of(*element);
        canvas.open(
            "",
            &format!("{element}: {:.1} % of mass, {:.1} % of value", 100.0 * by_mass / mass, 100.0 * by_value / value),
        );
        canvas.polygon(
            &[(left + wide, a), (right, b), (right, b + k), (left + wide, a + h)],
            &format!("fill=\"{fill}\" fill-opacity=\"0.25\""),
        );
        canvas.rect(left, a, wide, h, &format!("fill=\"{fill}\" stroke=\"#fff\" stroke-width=\"0.7\""));
        canvas.rect(right, b, wide, k, &format!("fill=\"{fill}\" stroke=\"#fff\" stroke-width=\"0.7\""));
        canvas.close();
        marks.push((*element, a + h / 2.0, 100.0 * by_mass / mass, b + k / 2.0, 100.0 * by_value / value));
        a += h;
        b += k;
    }
    for (side, anchor) in [(false, left - 8.0), (true, right + wide + 8.0)] {
        let shown: Vec<_> = marks.iter().filter(|m| if side { m.4 >= 0.4 } else { m.2 >= 0.4 }).collect();
        let wanted: Vec<f64> = shown.iter().map(|m| if side { m.3 } else { m.1 }).collect();
        let placed = spread(&wanted, 12.5, top + 4.0, top + tall);
        for (mark, y) in shown.iter().zip(placed) {
            let share = if side { mark.4 } else { mark.2 };
            let magnet = matches!(mark.0, Element::Pr | Element::Nd | Element::Tb | Element::Dy);
            let class = match (side, magnet) {
                (true, true) => "class=\"strong\"",
                (true, false) => "class=\"tick\"",
                (false, true) => "class=\"strong end\"",
                (false, false) => "class=\"tick end\"",
            };
            canvas.text((anchor, y + 4.0), &format!("{} {share:.1} %", mark.0), class);
        }
    }
    canvas
}

/// Cash of each year as bars, their running sum as a line.
pub fn cash_flow(years: &[(f64, f64)], running: &[(f64, f64)], unit: &str) -> Canvas {
    let mut canvas = Canvas::new(1130.0, 320.0);
    let frame = Frame { left: 66.0, right: 1020.0, top: 30.0, bottom: 276.0 };
    let values = years.iter().chain(running).map(|(_, v)| *v);
    let scale = Scale::from_zero(values, frame.bottom, frame.top);
    frame.left_axis(&mut canvas, &scale, "");
    canvas.text((4.0, frame.top - 12.0), unit, "class=\"axis\"");
    let slot = (frame.right - frame.left) / years.len().max(1) as f64;
    let x = |at: usize| frame.left + slot * (at as f64 + 0.5);
    for (at, (year, value)) in years.iter().enumerate() {
        let fill = if *value < 0.0 { "#5b6673" } else { ACCENT };
        let (zero, y) = (scale.at(0.0), scale.at(*value));
        canvas.rect(
            x(at) - 0.36 * slot,
            zero.min(y),
            0.72 * slot,
            (zero - y).abs(),
            &format!("fill=\"{fill}\" fill-opacity=\"0.8\""),
        );
        if at % (24.0 / slot).ceil().max(1.0) as usize == 0 {
            canvas.text((x(at), frame.bottom + 16.0), &format!("{year:.0}"), "class=\"tick mid\"");
        }
    }
    canvas.line((frame.left, scale.at(0.0)), (frame.right, scale.at(0.0)), "class=\"rule\"");
    let points: Vec<(f64, f64)> = running.iter().enumerate().map(|(at, (_, v))| (x(at), scale.at(*v))).collect();
    canvas.polyline(&points, "stroke=\"#22272e\" stroke-width=\"1.8\" stroke-dasharray=\"6 3\"");
    if let Some(last) = points.last() {
        canvas.text((last.0 + 8.0, last.1 + 4.0), "running sum", "class=\"tick\"");
    }
    canvas.text((frame.right, frame.bottom + 34.0), "year", "class=\"axis end\"");
    canvas
}

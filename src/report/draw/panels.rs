//! Small charts in rows under one key: what was drawn many times as a ribbon, with the curve it should follow and the points it came from.

use super::axis::{Frame, Scale, range};
use super::canvas::{Canvas, fitted, text_width};
use super::colour::INK;
use crate::quantity::figures;

/// A ribbon's fill.
const RIBBON: &str = "fill=\"#1f5fa8\" fill-opacity=\"0.2\"";

/// How a thing is drawn, and so how it stands in the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A pale band.
    Ribbon,
    /// A full line in the accent: the middle of the ribbon.
    Middle,
    /// A dashed line in ink: what should be.
    Model,
    /// A full line in ink: what was estimated.
    Estimate,
    /// Dots in ink: what was measured.
    Dots,
}

/// One chart.
#[derive(Debug, Clone, Default)]
pub struct Panel {
    /// Its name, over it.
    pub title: String,
    /// Name of its upright axis.
    pub y: String,
    /// x, low, high.
    pub ribbon: Vec<(f64, f64, f64)>,
    /// Lines.
    pub lines: Vec<(Mark, Vec<(f64, f64)>)>,
    /// Dots, each with a weight that sizes it (one: the usual).
    pub dots: Vec<(f64, f64, f64)>,
    /// A level that is marked: a sill.
    pub level: Option<f64>,
    /// A place that is marked: a cut-off.
    pub at: Option<f64>,
    /// Ends of the level axis; those of what stands on it where none are told.
    pub across: Option<(f64, f64)>,
}

/// How charts stand on the page.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'l> {
    /// Charts in a row.
    pub columns: usize,
    /// Width of the whole, px.
    pub wide: f64,
    /// Height of a chart's frame, px.
    pub tall: f64,
    /// Name of the level axis.
    pub x: &'l str,
    /// All charts on one upright scale.
    pub one_scale: bool,
    /// What the marks mean.
    pub key: &'l [(Mark, &'l str)],
}

/// Draws the charts.
pub fn draw(panels: &[Panel], layout: &Layout<'_>) -> Canvas {
    const LEFT: f64 = 56.0;
    let columns = layout.columns.clamp(1, panels.len().max(1));
    let rows = panels.len().div_ceil(columns);
    let (key_tall, titled) = (key_rows(layout) * 17.0, panels.iter().any(|panel| !panel.title.is_empty()));
    let head = 20.0 + if titled { 16.0 } else { 0.0 };
    let (cell_wide, cell_tall) = (layout.wide / columns as f64, head + layout.tall + 40.0);
    let mut canvas = Canvas::new(layout.wide, key_tall + 8.0 + rows as f64 * cell_tall);
    key(&mut canvas, layout);
    let all: Vec<f64> = panels.iter().flat_map(heights).collect();
    for (at, panel) in panels.iter().enumerate() {
        let (x, y) = (cell_wide * (at % columns) as f64, key_tall + 8.0 + cell_tall * (at / columns) as f64);
        let frame =
            Frame { left: x + LEFT, right: x + cell_wide - 26.0, top: y + head, bottom: y + head + layout.tall };
        let own: Vec<f64> = if layout.one_scale { all.clone() } else { heights(panel).collect() };
        let upward = Scale::from_zero(own, frame.bottom, frame.top);
        chart(&mut canvas, panel, &frame, &upward, layout.x);
    }
    canvas
}

/// Every height that a chart shows.
fn heights(panel: &Panel) -> impl Iterator<Item = f64> + '_ {
    let lines = panel.lines.iter().flat_map(|(_, points)| points.iter().map(|point| point.1));
    let ribbon = panel.ribbon.iter().flat_map(|(_, low, high)| [*low, *high]);
    lines.chain(ribbon).chain(panel.dots.iter().map(|dot| dot.1)).chain(panel.level)
}

fn chart(canvas: &mut Canvas, panel: &Panel, frame: &Frame, upward: &Scale, x: &str) {
    let lines = panel.lines.iter().flat_map(|(_, points)| points.iter().map(|point| point.0));
    let places = lines.chain(panel.ribbon.iter().map(|of| of.0)).chain(panel.dots.iter().map(|dot| dot.0));
    let places: Vec<f64> = places.collect();
    let across = match (panel.across, range(places.iter().copied())) {
        (Some((low, high)), _) => Scale::between(low, high, frame.left, frame.right),
        // Places far from nought keep their own range.
        (None, Some((low, high))) if low > 0.5 * high => Scale::linear(places, frame.left, frame.right),
        _ => Scale::from_zero(places, frame.left, frame.right),
    };
    frame.left_axis(canvas, upward, "");
    if !panel.title.is_empty() {
        let title = fitted(&panel.title, frame.right - frame.left + 50.0, 12.6);
        canvas.text((frame.left - 50.0, frame.top - 23.0), &title, "class=\"strong\"");
    }
    canvas.text((frame.left - 50.0, frame.top - 8.0), &panel.y, "class=\"axis\"");
    // A narrow chart names every other tick.
    let ticks = across.ticks();
    let widest = ticks.iter().map(|tick| text_width(&across.label(*tick), 11.0)).fold(0.0, f64::max);
    let pitch = (frame.right - frame.left) / (ticks.len().max(2) - 1) as f64;
    let every = ((widest + 8.0) / pitch).ceil().max(1.0) as usize;
    for (at, tick) in ticks.iter().enumerate() {
        let place = across.at(*tick);
        canvas.line((place, frame.top), (place, frame.bottom), super::axis::GRID);
        if at % every == 0 {
            // The last one stays on the paper.
            let words = across.label(*tick);
            let place = place.min(frame.right + 25.0 - 0.5 * text_width(&words, 11.0));
            canvas.text((place, frame.bottom + 15.0), &words, "class=\"tick mid\"");
        }
    }
    canvas.line((frame.left, frame.bottom), (frame.right, frame.bottom), "class=\"rule\"");
    canvas.text((frame.right, frame.bottom + 30.0), x, "class=\"axis end\"");
    if let Some(level) = panel.level {
        let y = upward.at(level);
        canvas.line((frame.left, y), (frame.right, y), "class=\"grid\" style=\"stroke:#9aa3ad\"");
    }
    if let Some(at) = panel.at.filter(|at| across.holds(*at)) {
        canvas.line((across.at(at), frame.top), (across.at(at), frame.bottom), "class=\"rule dash\"");
    }
    let place = |(x, y): (f64, f64)| (across.at(x), upward.at(y));
    let edge = |of: fn(&(f64, f64, f64)) -> f64| panel.ribbon.iter().map(move |band| place((band.0, of(band))));
    let mut outline: Vec<(f64, f64)> = edge(|band| band.1).collect();
    outline.extend(edge(|band| band.2).collect::<Vec<_>>().into_iter().rev());
    if panel.ribbon.len() > 1 {
        canvas.polygon(&outline, RIBBON);
    }
    for (mark, points) in &panel.lines {
        let places: Vec<(f64, f64)> = points.iter().map(|point| place(*point)).collect();
        canvas.polyline(&places, stroke(*mark));
    }
    for (x, y, weight) in &panel.dots {
        dot(canvas, place((*x, *y)), 2.4 * weight.clamp(0.4, 2.2));
    }
}

fn dot(canvas: &mut Canvas, place: (f64, f64), radius: f64) {
    canvas.circle(place, radius, &format!("fill=\"{INK}\" stroke=\"#fff\" stroke-width=\"0.6\""));
}

fn stroke(mark: Mark) -> &'static str {
    match mark {
        Mark::Middle => "stroke=\"#1f5fa8\" stroke-width=\"1.8\" stroke-linejoin=\"round\"",
        Mark::Model => "stroke=\"#22272e\" stroke-width=\"1.5\" stroke-linejoin=\"round\" stroke-dasharray=\"6 3\"",
        _ => "stroke=\"#22272e\" stroke-width=\"1.8\" stroke-linejoin=\"round\"",
    }
}

/// Places of the key: x and row of each entry.
fn key_places(layout: &Layout<'_>) -> Vec<(f64, f64)> {
    let (mut x, mut row) = (6.0, 0.0);
    let mut places = Vec::new();
    for (_, words) in layout.key {
        let wide = 46.0 + text_width(words, 11.0);
        if x > 6.0 && x + wide > layout.wide {
            (x, row) = (6.0, row + 1.0);
        }
        places.push((x, row));
        x += wide;
    }
    places
}

fn key_rows(layout: &Layout<'_>) -> f64 {
    key_places(layout).last().map_or(0.0, |place| place.1 + 1.0)
}

fn key(canvas: &mut Canvas, layout: &Layout<'_>) {
    for ((mark, words), (x, row)) in layout.key.iter().zip(key_places(layout)) {
        let y = 10.0 + 17.0 * row;
        match mark {
            Mark::Ribbon => canvas.rect(x, y - 5.0, 22.0, 10.0, RIBBON),
            Mark::Dots => dot(canvas, (x + 11.0, y), 3.2),
            line => canvas.polyline(&[(x, y), (x + 22.0, y)], stroke(*line)),
        }
        canvas.text((x + 28.0, y + 4.0), words, "class=\"tick\"");
    }
}

/// A bar of an element: least, middle and greatest, and what was estimated.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its name.
    pub name: String,
    /// P90, P50, P10.
    pub spread: [f64; 3],
    /// What the estimated blocks have.
    pub estimated: Option<f64>,
    /// Its colour.
    pub colour: &'static str,
}

/// What each holds: on the left in decades, on the right in per cent of its middle.
pub fn holdings(all: &[Held], unit: &str) -> Canvas {
    const ROW: f64 = 19.0;
    let (top, wide) = (66.0, 1130.0);
    let bottom = top + ROW * all.len() as f64 + 6.0;
    let mut canvas = Canvas::new(wide, bottom + 40.0);
    let left = Frame { left: 62.0, right: 520.0, top, bottom };
    let right = Frame { left: 690.0, right: 1100.0, top, bottom };
    let values = || all.iter().flat_map(|held| held.spread.into_iter().chain(held.estimated)).filter(|v| *v > 0.0);
    let tonnes = Scale::log(values(), left.left, left.right);
    let percent = |held: &Held, value: f64| 100.0 * (value / held.spread[1] - 1.0);
    let off = |held: &Held| -> Vec<f64> {
        let middle = held.spread[1] > 0.0;
        let all = held.spread.into_iter().chain(held.estimated);
        all.filter(|_| middle).map(|value| percent(held, value)).collect()
    };
    let per_cent = Scale::linear(all.iter().flat_map(off).chain([-5.0, 5.0]), right.left, right.right);
    left.bottom_axis(&mut canvas, &tonnes, unit);
    right.bottom_axis(&mut canvas, &per_cent, "off its own P50, %");
    canvas.text((left.left, top - 10.0), "held, in decades", "class=\"strong\"");
    canvas.text((610.0, top - 10.0), &format!("P50, {unit}"), "class=\"strong end\"");
    canvas.text((right.left, top - 10.0), "spread", "class=\"strong\"");
    canvas.line((per_cent.at(0.0), top), (per_cent.at(0.0), bottom), "class=\"rule\"");
    let (x, y) = (62.0, 14.0);
    canvas.circle((x + 8.0, y), 4.6, "fill=\"#8a9099\"");
    canvas.text((x + 20.0, y + 4.0), "P50 of the simulated grounds", "class=\"tick\"");
    canvas.rect(x + 220.0, y - 5.0, 30.0, 10.0, "rx=\"2\" fill=\"#8a9099\"");
    canvas.line((x + 234.0, y - 5.0), (x + 234.0, y + 5.0), "stroke=\"#fff\" stroke-width=\"2\"");
    canvas.text((x + 257.0, y + 4.0), "P90 to P10, the gap at P50", "class=\"tick\"");
    diamond(&mut canvas, (x + 450.0, y));
    canvas.text((x + 460.0, y + 4.0), "the estimated blocks", "class=\"tick\"");
    for (at, held) in all.iter().enumerate() {
        let y = top + 6.0 + ROW * (at as f64 + 0.5);
        for frame in [left, right] {
            canvas.text((frame.left - 10.0, y + 4.0), &held.name, "class=\"tick end\"");
        }
        let [low, middle, high] = held.spread;
        if middle > 0.0 {
            let places = [low.max(middle * 1e-3), high].map(|value| (tonnes.at(value), y));
            canvas.line((left.left, y), (left.right, y), "class=\"grid\"");
            canvas.line(places[0], places[1], &format!("stroke=\"{}\" stroke-width=\"3\"", held.colour));
            canvas.circle((tonnes.at(middle), y), 4.6, &format!("fill=\"{}\"", held.colour));
            canvas.text((610.0, y + 4.0), &figures(middle, 3), "class=\"tick end\"");
            let ends = [low, high].map(|value| per_cent.at(percent(held, value)));
            bar(&mut canvas, ends, per_cent.at(0.0), y, held.colour);
        }
        if let Some(estimated) = held.estimated.filter(|estimated| *estimated > 0.0 && middle > 0.0) {
            diamond(&mut canvas, (tonnes.at(estimated), y));
            diamond(&mut canvas, (per_cent.at(percent(held, estimated)), y));
        }
    }
    canvas
}

/// A bar between two places, at least wide enough to be seen, with a gap at its middle.
fn bar(canvas: &mut Canvas, [low, high]: [f64; 2], middle: f64, y: f64, colour: &str) {
    let wide = (high - low).max(4.0);
    canvas.rect(low, y - 5.0, wide, 10.0, &format!("rx=\"2\" fill=\"{colour}\""));
    canvas.line((middle, y - 5.0), (middle, y + 5.0), "stroke=\"#fff\" stroke-width=\"2\"");
}

fn diamond(canvas: &mut Canvas, (x, y): (f64, f64)) {
    let corners = [(x, y - 5.0), (x + 4.2, y), (x, y + 5.0), (x - 4.2, y)];
    canvas.polygon(&corners, &format!("fill=\"#fff\" stroke=\"{INK}\" stroke-width=\"1.3\""));
}

#[cfg(test)]
mod tests {
    use super::super::colour::ACCENT;
    use super::*;

    fn panel(title: &str, by: f64) -> Panel {
        let points: Vec<(f64, f64)> = (1..=20).map(|at| (f64::from(at) * 10.0 * by, f64::from(at % 7) * by)).collect();
        Panel {
            title: title.into(),
            y: "semivariance".into(),
            ribbon: points.iter().map(|(x, y)| (*x, 0.8 * y, 1.2 * y)).collect(),
            dots: points.iter().map(|(x, y)| (*x, *y, 1.0)).collect(),
            lines: vec![(Mark::Middle, points.clone()), (Mark::Model, points)],
            level: Some(4.0 * by),
            at: Some(50.0 * by),
            across: None,
        }
    }

    const KEY: &[(Mark, &str)] = &[
        (Mark::Ribbon, "P90 to P10 of the realisations"),
        (Mark::Middle, "their P50"),
        (Mark::Model, "the model drawn with"),
        (Mark::Dots, "the samples"),
    ];

    #[test]
    fn words_of_panels_stay_apart() {
        for (columns, count, wide) in [(3, 3, 1130.0), (5, 15, 1130.0), (1, 2, 540.0), (3, 12, 1130.0)] {
            for by in [1e-3, 1.0, 1e5] {
                let panels: Vec<Panel> =
                    (0..count).map(|at| panel(&format!("east, down the dip and {at}"), by)).collect();
                for one_scale in [true, false] {
                    let layout = Layout { columns, wide, tall: 150.0, x: "distance, m", one_scale, key: KEY };
                    super::super::eye::inspect(&draw(&panels, &layout));
                }
            }
        }
        let layout = Layout { columns: 3, wide: 540.0, tall: 100.0, x: "", one_scale: true, key: &[] };
        super::super::eye::inspect(&draw(&[], &layout));
        super::super::eye::inspect(&draw(&[Panel::default()], &layout));
    }

    #[test]
    fn words_of_holdings_stay_apart() {
        let held = |name: &str, middle: f64| Held {
            name: name.into(),
            spread: [0.9 * middle, middle, 1.2 * middle],
            estimated: Some(0.95 * middle),
            colour: ACCENT,
        };
        super::super::eye::inspect(&holdings(&[held("La", 3e4), held("Lu", 11.0), held("none", 0.0)], "t"));
        super::super::eye::inspect(&holdings(&[], "t"));
    }
}

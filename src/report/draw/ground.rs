//! The ground studied: maps with their samples, and points beside the curves that should go through them.

use super::axis::{Frame, Scale, range};
use super::canvas::Canvas;
use super::colour::{ACCENT, INK};
use super::deposit::shade;
use crate::quantity::figures;

/// A value somewhere on a map.
#[derive(Debug, Clone, Copy)]
pub struct Spot {
    /// Across, m.
    pub x: f64,
    /// Upward on the paper, m.
    pub y: f64,
    /// Its value.
    pub value: f64,
}

/// Steps of the shading.
const SHADES: u32 = 28;

/// A map of rectangles of one size, samples on it in the same shades; `axes` name east, north or up.
pub fn map(cells: &[Spot], size: (f64, f64), samples: &[Spot], axes: [&str; 2], unit: &str) -> Canvas {
    map_within(cells, size, samples, axes, unit, None)
}

/// The same, its shades from one value to another; `None`: from the least to the ninety-eighth in a hundred.
pub fn map_within(
    cells: &[Spot],
    (wide, tall): (f64, f64),
    samples: &[Spot],
    axes: [&str; 2],
    unit: &str,
    bounds: Option<(f64, f64)>,
) -> Canvas {
    let span = |values: &mut dyn Iterator<Item = f64>, half: f64| {
        range(values).map_or((0.0, 1.0), |(a, b)| (a - half, b + half))
    };
    let (x0, x1) = span(&mut cells.iter().map(|cell| cell.x), wide / 2.0);
    let (y0, y1) = span(&mut cells.iter().map(|cell| cell.y), tall / 2.0);
    // A flat section is stretched upward, and says so.
    let plan = axes == ["east", "north"];
    let across = 396.0 / (x1 - x0);
    let upward = if plan { across } else { (220.0 / (y1 - y0)).max(across) };
    let (across, upward) = if plan {
        let scale = across.min(360.0 / (y1 - y0));
        (scale, scale)
    } else {
        (across, upward.min(320.0 / (y1 - y0)))
    };
    let (left, top) = (66.0, 26.0);
    let frame = Frame { left, right: left + (x1 - x0) * across, top, bottom: top + (y1 - y0) * upward };
    let mut canvas = Canvas::new(540.0, frame.bottom + 44.0);
    let place = |x: f64, y: f64| (left + (x - x0) * across, top + (y1 - y) * upward);
    // The few greatest values do not take all the shades.
    let mut values: Vec<f64> = cells.iter().chain(samples).map(|spot| spot.value).filter(|v| v.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = bounds.unwrap_or((
        values.first().copied().unwrap_or(0.0),
        values.get(values.len().saturating_sub(1).min(values.len() * 98 / 100)).copied().unwrap_or(1.0),
    ));
    let share = |value: f64| if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 };
    let (width, height) = (wide * across + 0.3, tall * upward + 0.3);
    for level in 0..SHADES {
        let of_level = |cell: &&Spot| (share(cell.value) * f64::from(SHADES - 1)).round() as u32 == level;
        let corners: Vec<f64> = cells
            .iter()
            .filter(of_level)
            .flat_map(|cell| {
                let (x, y) = place(cell.x - wide / 2.0, cell.y + tall / 2.0);
                [x, y, width, height, width]
            })
            .collect();
        let fill = shade(f64::from(level) / f64::from(SHADES - 1));
        if !corners.is_empty() {
            canvas.path(&"M{} {}h{}v{}h-{}z".repeat(corners.len() / 5), &corners, &format!("fill=\"{fill}\""));
        }
    }
    let east = Scale::between(x0, x1, frame.left, frame.right);
    let up = Scale::between(y0, y1, frame.bottom, frame.top);
    for tick in up.ticks() {
        canvas.text((left - 6.0, up.at(tick) + 4.0), &up.label(tick), "class=\"tick end\"");
    }
    let ticks = east.ticks();
    for tick in ticks.iter().step_by(if frame.right - left < 200.0 { 2 } else { 1 }) {
        canvas.text((east.at(*tick), frame.bottom + 15.0), &east.label(*tick), "class=\"tick mid\"");
    }
    canvas.text((4.0, top - 12.0), &format!("{}, m", axes[1]), "class=\"axis\"");
    canvas.text((frame.right, frame.bottom + 33.0), &format!("{}, m", axes[0]), "class=\"axis end\"");
    let stretched = upward / across;
    if stretched > 1.05 {
        canvas.text((left, frame.bottom + 33.0), &format!("heights {} times", figures(stretched, 2)), "class=\"tick\"");
    }
    let radius = if samples.len() > 300 { 1.8 } else { 3.0 };
    for sample in samples {
        let (x, y) = place(sample.x, sample.y);
        let inside = x >= frame.left - 1.0 && x <= frame.right + 1.0 && y >= frame.top - 1.0 && y <= frame.bottom + 1.0;
        if inside {
            let fill = shade(share(sample.value));
            canvas.circle((x, y), radius, &format!("fill=\"{fill}\" stroke=\"{INK}\" stroke-width=\"0.8\""));
        }
    }
    canvas.rect(left, top, frame.right - left, frame.bottom - top, &format!("fill=\"none\" stroke=\"{INK}\""));
    key(&mut canvas, (frame.right + 12.0, top), low, high, *values.last().unwrap_or(&high) > high, unit);
    canvas
}

/// The key of shades.
fn key(canvas: &mut Canvas, (x, y): (f64, f64), low: f64, high: f64, beyond: bool, unit: &str) {
    for step in 0..20 {
        let share = f64::from(step) / 19.0;
        canvas.rect(x, y + 80.0 * (1.0 - share), 12.0, 5.0, &format!("fill=\"{}\"", shade(share)));
    }
    let most = if beyond { format!("{} +", figures(high, 2)) } else { figures(high, 2) };
    canvas.text((x + 16.0, y + 8.0), &most, "class=\"tick\"");
    canvas.text((x + 16.0, y + 85.0), &figures(low, 2), "class=\"tick\"");
    canvas.text((x, y + 101.0), unit, "class=\"tick\"");
}

/// What is drawn in a frame: dots, a line, or both.
#[derive(Debug, Clone)]
pub struct Series {
    /// Its name in the key.
    pub name: String,
    /// Its points, each with a weight that sizes its dot (one: the usual).
    pub points: Vec<(f64, f64, f64)>,
    /// As a line.
    pub line: bool,
    /// As dots.
    pub dots: bool,
    /// Which of the colours.
    pub tone: usize,
}

/// Colours and dashes, in turn.
const STROKES: &[(&str, &str)] = &[
    (ACCENT, ""),
    (INK, " stroke-dasharray=\"7 3\""),
    ("#982b6b", " stroke-dasharray=\"2 3\""),
    ("#1a8f8a", " stroke-dasharray=\"9 3 2 3\""),
    ("#e27d38", ""),
    ("#69707a", " stroke-dasharray=\"4 2\""),
];

/// Series in one frame; `level` draws a dashed line across (a sill), `even` both axes alike with their diagonal.
pub fn chart(series: &[Series], x: &str, y: &str, level: Option<f64>, even: bool) -> Canvas {
    let rows = series.len().div_ceil(2) as f64;
    let (top, wide) = (32.0 + 15.0 * rows, 540.0);
    let mut canvas = Canvas::new(wide, top + 300.0);
    let frame = Frame { left: 62.0, right: if even { 320.0 } else { 504.0 }, top, bottom: top + 258.0 };
    let all = |of: fn(&(f64, f64, f64)) -> f64| series.iter().flat_map(move |series| series.points.iter().map(of));
    let both: Vec<f64> = all(|p| p.0).chain(all(|p| p.1)).collect();
    let (across, upward) = if even {
        (Scale::from_zero(both.clone(), frame.left, frame.right), Scale::from_zero(both, frame.bottom, frame.top))
    } else {
        // Places keep their own range; values stand over nought.
        let xs: Vec<f64> = all(|p| p.0).collect();
        let near_nought = range(xs.iter().copied()).is_none_or(|(low, high)| low >= 0.0 && low < 0.5 * high);
        let across = if near_nought {
            Scale::from_zero(xs, frame.left, frame.right)
        } else {
            Scale::linear(xs, frame.left, frame.right)
        };
        (across, Scale::from_zero(all(|p| p.1).chain(level), frame.bottom, frame.top))
    };
    frame.left_axis(&mut canvas, &upward, "");
    canvas.text((4.0, top - 10.0), y, "class=\"axis\"");
    frame.bottom_axis(&mut canvas, &across, x);
    if even {
        canvas.line((frame.left, frame.bottom), (frame.right, frame.top), "class=\"rule dash\"");
    }
    if let Some(level) = level {
        let at = upward.at(level);
        canvas.line((frame.left, at), (frame.right, at), "class=\"rule dash\"");
    }
    for (at, series) in series.iter().enumerate() {
        let (colour, dash) = STROKES[series.tone % STROKES.len()];
        let places: Vec<(f64, f64)> = series.points.iter().map(|(x, y, _)| (across.at(*x), upward.at(*y))).collect();
        if series.line {
            canvas.polyline(
                &places,
                &format!("stroke=\"{colour}\" stroke-width=\"1.8\" stroke-linejoin=\"round\"{dash}"),
            );
        }
        if series.dots {
            for (place, (_, _, weight)) in places.iter().zip(&series.points) {
                let radius = 2.6 * weight.clamp(0.3, 2.5);
                canvas.circle(*place, radius, &format!("fill=\"{colour}\" fill-opacity=\"0.75\""));
            }
        }
        if series.name.is_empty() {
            continue;
        }
        let (x, y) = (12.0 + 262.0 * (at % 2) as f64, 10.0 + 15.0 * (at / 2) as f64);
        if series.line {
            canvas.line((x, y), (x + 22.0, y), &format!("stroke=\"{colour}\" stroke-width=\"1.8\"{dash}"));
        }
        if series.dots {
            canvas.circle((x + 11.0, y), 2.6, &format!("fill=\"{colour}\""));
        }
        canvas.text((x + 27.0, y + 4.0), &super::canvas::fitted(&series.name, 220.0, 11.0), "class=\"tick\"");
    }
    canvas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_map_and_a_chart_stay_apart() {
        let cells: Vec<Spot> = (0..600u32)
            .map(|at| Spot {
                x: f64::from(at % 30) * 10.0 + 500_005.0,
                y: f64::from(at / 30) * 5.0,
                value: f64::from(at % 97),
            })
            .collect();
        let samples = [Spot { x: 500_100.0, y: 40.0, value: 55.0 }];
        for axes in [["east", "north"], ["east", "up"]] {
            super::super::eye::inspect(&map(&cells, (10.0, 5.0), &samples, axes, "ppm"));
        }
        let series = |name: &str| Series {
            name: name.into(),
            points: vec![(1.0, 2.0, 1.0), (5.0, 3.0, 2.0)],
            line: true,
            dots: true,
            tone: 1,
        };
        let five = [
            series("east"),
            series("north"),
            series("down the hole"),
            series("model, a rather long name of many words"),
            series(""),
        ];
        super::super::eye::inspect(&chart(&five, "distance, m", "semivariance", Some(3.0), false));
        super::super::eye::inspect(&chart(&five[..1], "estimated", "measured", None, true));
    }

    #[test]
    fn nothing_and_one_thing_can_be_drawn() {
        assert!(
            !map(&[Spot { x: 1.0, y: 1.0, value: 3.0 }], (1.0, 1.0), &[], ["east", "north"], "")
                .svg("")
                .contains("NaN")
        );
        assert!(!chart(&[], "x", "y", None, false).svg("").contains("NaN"));
    }
}

//! Grade and tonnage above a cut-off, and the plan of the sea bed or the field.

use super::axis::{Frame, Scale, range};
use super::canvas::Canvas;
use super::colour::{ACCENT, INK};
use super::label::{Place, Space};
use crate::quantity::figures;

/// One point of the curve.
#[derive(Debug, Clone, Copy)]
pub struct Above {
    /// ppm.
    pub cut_off: f64,
    /// Mt dry.
    pub tonnage: f64,
    /// ppm.
    pub grade: f64,
    /// kt.
    pub oxide: Option<f64>,
}

/// Tonnage falls from the left axis, grade rises on the right.
pub fn grade_tonnage(points: &[Above], chosen: Option<Above>, unit: &str) -> Canvas {
    let mut canvas = Canvas::new(540.0, 360.0);
    let frame = Frame { left: 62.0, right: 478.0, top: 34.0, bottom: 310.0 };
    let of = |what: &str| if unit.is_empty() { what.to_owned() } else { format!("{what}, {unit}") };
    let across = Scale::from_zero(points.iter().map(|p| p.cut_off), frame.left, frame.right);
    let tonnes = Scale::from_zero(points.iter().map(|p| p.tonnage), frame.bottom, frame.top);
    let grades = Scale::from_zero(points.iter().map(|p| p.grade), frame.bottom, frame.top);
    frame.left_axis(&mut canvas, &tonnes, "");
    canvas.text((4.0, frame.top - 14.0), "tonnage, Mt dry", "class=\"axis\"");
    frame.right_axis(&mut canvas, &grades, "");
    canvas.text((536.0, frame.top - 14.0), &of("grade"), "class=\"axis end\"");
    frame.bottom_axis(&mut canvas, &across, &of("cut-off"));
    let line = |value: &dyn Fn(&Above) -> f64, scale: &Scale| -> Vec<(f64, f64)> {
        points.iter().map(|p| (across.at(p.cut_off), scale.at(value(p)))).collect()
    };
    canvas.polyline(&line(&|p| p.tonnage, &tonnes), &format!("stroke=\"{INK}\" stroke-width=\"2\""));
    canvas.polyline(
        &line(&|p| p.grade, &grades),
        &format!("stroke=\"{ACCENT}\" stroke-width=\"2\" stroke-dasharray=\"7 3\""),
    );
    let early = points[points.len() / 6];
    canvas.text((across.at(early.cut_off) + 4.0, tonnes.at(early.tonnage) - 7.0), "tonnage", "class=\"strong halo\"");
    let late = points[points.len() * 3 / 4];
    canvas.text((across.at(late.cut_off), grades.at(late.grade) - 8.0), "grade", "class=\"strong accent halo end\"");
    if let Some(p) = chosen {
        let x = across.at(p.cut_off);
        canvas.line((x, frame.top), (x, frame.bottom), "class=\"rule dash\"");
        canvas.circle((x, tonnes.at(p.tonnage)), 3.5, &format!("fill=\"{INK}\""));
        canvas.circle((x, grades.at(p.grade)), 3.5, &format!("fill=\"{ACCENT}\""));
    }
    canvas
}

/// A square of the plan.
#[derive(Debug, Clone, Copy)]
pub struct Square {
    /// Middle, m east.
    pub x: f64,
    /// Middle, m north.
    pub y: f64,
    /// ppm.
    pub grade: f64,
}

/// A core.
#[derive(Debug, Clone)]
pub struct Core {
    /// Its name.
    pub name: String,
    /// m east.
    pub x: f64,
    /// m north.
    pub y: f64,
}

/// More squares than this carry no number of their own.
const MOST_NAMED: usize = 1200;

/// Steps of the shading when there are many squares.
const SHADES: u32 = 28;

/// The plan: grade in shades, cores as points, a bar of length.
pub fn plan(squares: &[Square], cores: &[Core], side: f64) -> Canvas {
    let half = side / 2.0;
    let span = |values: Vec<f64>| range(values).map_or((0.0, 1.0), |(a, b)| (a - half, b + half));
    let (x0, x1) = span(squares.iter().map(|s| s.x).chain(cores.iter().map(|c| c.x)).collect());
    let (y0, y1) = span(squares.iter().map(|s| s.y).chain(cores.iter().map(|c| c.y)).collect());
    let scale = (440.0 / (x1 - x0)).min(330.0 / (y1 - y0));
    let (wide, tall) = ((x1 - x0) * scale, (y1 - y0) * scale);
    let mut canvas = Canvas::new(540.0, tall + 74.0);
    let place = |x: f64, y: f64| (8.0 + (x - x0) * scale, 8.0 + (y1 - y) * scale);
    let (low, high) = range(squares.iter().map(|s| s.grade)).unwrap_or((0.0, 1.0));
    let size = side * scale + 0.4;
    let share = |grade: f64| if high > low { (grade - low) / (high - low) } else { 0.5 };
    if squares.len() <= MOST_NAMED {
        for square in squares {
            let (x, y) = place(square.x - half, square.y + half);
            canvas.open("", &format!("{} ppm", figures(square.grade, 3)));
            canvas.rect(x, y, size, size, &format!("fill=\"{}\"", shade(share(square.grade))));
            canvas.close();
        }
    } else {
        // Many squares: one path a shade keeps the page light.
        for level in 0..SHADES {
            let of_level = |square: &&Square| (share(square.grade) * f64::from(SHADES - 1)).round() as u32 == level;
            let corners: Vec<f64> = squares
                .iter()
                .filter(of_level)
                .flat_map(|square| {
                    let (x, y) = place(square.x - half, square.y + half);
                    [x, y, size, size, size]
                })
                .collect();
            let pattern = "M{} {}h{}v{}h-{}z".repeat(corners.len() / 5);
            let fill = shade(f64::from(level) / f64::from(SHADES - 1));
            canvas.path(&pattern, &corners, &format!("fill=\"{fill}\""));
        }
    }
    canvas.rect(8.0, 8.0, wide, tall, "fill=\"none\" class=\"rule\" stroke=\"#22272e\"");
    let mut space = Space::new(Place(8.0, 0.0, 8.0 + wide, 8.0 + tall));
    for core in cores {
        let (x, y) = place(core.x, core.y);
        canvas.circle((x, y), 3.2, "fill=\"#fff\" stroke=\"#22272e\" stroke-width=\"1.4\"");
        space.take(Place(x - 2.5, y - 2.5, x + 2.5, y + 2.5));
    }
    // A name that finds no room beside its core is left out.
    for core in cores.iter().filter(|_| cores.len() <= 40) {
        let (x, y) = place(core.x, core.y);
        let sides = [
            (7.0, 3.5, "small halo"),
            (-7.0, 3.5, "small halo end"),
            (0.0, -7.0, "small halo mid"),
            (0.0, 14.0, "small halo mid"),
        ];
        let _ = sides.iter().any(|(dx, dy, class)| space.write(&mut canvas, (x + dx, y + dy), &core.name, class));
    }
    // The key of shades, and a bar as long as a round number of kilometres.
    let left = 8.0 + wide + 14.0;
    for step in 0..20 {
        let share = f64::from(step) / 19.0;
        canvas.rect(left, 8.0 + 100.0 * (1.0 - share), 12.0, 6.0, &format!("fill=\"{}\"", shade(share)));
    }
    canvas.text((left + 17.0, 17.0), &figures(high, 3), "class=\"tick\"");
    canvas.text((left + 17.0, 114.0), &figures(low, 3), "class=\"tick\"");
    canvas.text((left, 132.0), "ppm", "class=\"tick\"");
    let bar = 10f64.powf(((x1 - x0) / 3.0).max(1.0).log10().floor());
    let bar = [5.0, 2.0, 1.0].into_iter().map(|m| m * bar).find(|b| *b <= (x1 - x0) / 2.5).unwrap_or(bar);
    let foot = tall + 30.0;
    canvas.line((8.0, foot), (8.0 + bar * scale, foot), "class=\"rule\" stroke-width=\"2\"");
    let words =
        if bar >= 1000.0 { format!("{} km", figures(bar / 1000.0, 2)) } else { format!("{} m", figures(bar, 2)) };
    canvas.text((8.0, foot + 15.0), &words, "class=\"tick\"");
    canvas.text((8.0 + wide, foot + 4.0), "north is up", "class=\"tick end\"");
    if !cores.is_empty() {
        canvas.circle((8.0 + wide - 70.0, foot + 11.0), 3.2, "fill=\"#fff\" stroke=\"#22272e\" stroke-width=\"1.4\"");
        canvas.text((8.0 + wide, foot + 15.0), "core", "class=\"tick end\"");
    }
    canvas
}

/// From pale sand to dark blue: even in lightness.
pub fn shade(share: f64) -> String {
    let mix = |a: f64, b: f64| (a + (b - a) * share.clamp(0.0, 1.0)).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mix(246.0, 12.0), mix(240.0, 58.0), mix(222.0, 112.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cores that stand close keep their names apart.
    #[test]
    fn names_of_cores_keep_apart() {
        let square = Square { x: 0.0, y: 0.0, grade: 1.0 };
        let squares = [square, Square { x: 5000.0, y: 4000.0, grade: 2.0 }];
        let core = |name: &str, x: f64, y: f64| Core { name: name.into(), x, y };
        let cores = [
            core("PC1", 100.0, 100.0),
            core("PC2", 130.0, 100.0),
            core("PC3", 110.0, 120.0),
            core("PC4", 4990.0, 3990.0),
        ];
        super::super::eye::inspect(&plan(&squares, &cores, 500.0));
    }

    /// Ten thousand squares must not make the page heavy.
    #[test]
    fn a_fine_plan_stays_light() {
        let squares: Vec<Square> = (0..10_000_u32)
            .map(|at| Square {
                x: f64::from(at % 100) * 50.0,
                y: f64::from(at / 100) * 50.0,
                grade: f64::from(at % 997),
            })
            .collect();
        let svg = plan(&squares, &[], 50.0).svg("");
        assert!(svg.len() < 450_000, "{}", svg.len());
        assert!(!svg.contains("NaN"));
    }
}

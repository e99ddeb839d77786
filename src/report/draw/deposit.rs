//! Grade and tonnage above a cut-off, and the shades of grades.

use super::axis::{Frame, Scale};
use super::canvas::Canvas;
use super::colour::{ACCENT, INK};

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

/// From pale sand to dark blue: even in lightness.
pub fn shade(share: f64) -> String {
    let mix = |a: f64, b: f64| (a + (b - a) * share.clamp(0.0, 1.0)).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mix(246.0, 12.0), mix(240.0, 58.0), mix(222.0, 112.0))
}

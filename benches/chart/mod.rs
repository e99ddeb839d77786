//! A chart with two logarithmic axes, points and their fitted lines, as SVG.

use std::fmt::Write;

/// Points that belong together.
pub struct Series {
    /// In the legend.
    pub name: String,
    /// x and y, both positive.
    pub points: Vec<(f64, f64)>,
}

/// A chart before it is drawn.
pub struct Chart<'c> {
    /// Above it.
    pub title: &'c str,
    /// Along the axis.
    pub x: &'c str,
    /// Up the axis.
    pub y: &'c str,
    /// What is shown.
    pub series: Vec<Series>,
}

/// Slope and level of log y by log x, least squares.
fn line(points: &[(f64, f64)]) -> (f64, f64) {
    let n = points.len() as f64;
    let logs = || points.iter().map(|&(x, y)| (x.log10(), y.log10()));
    let (xm, ym) = (logs().map(|p| p.0).sum::<f64>() / n, logs().map(|p| p.1).sum::<f64>() / n);
    let slope = logs().map(|p| (p.0 - xm) * (p.1 - ym)).sum::<f64>() / logs().map(|p| (p.0 - xm).powi(2)).sum::<f64>();
    (slope, ym - slope * xm)
}

/// The exponent in y ∝ x^slope.
pub fn slope(points: &[(f64, f64)]) -> f64 {
    if points.len() < 2 { f64::NAN } else { line(points).0 }
}

/// The next of 1, 2 and 5 times a power of ten: an axis ends where its points do.
fn round_up(value: f64) -> f64 {
    let decade = 10f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|step| step * decade).into_iter().find(|round| *round >= 0.999 * value).unwrap_or(value)
}

/// Where an axis has lines, and what stands there: powers of ten, on a short axis twice and five times as much too.
fn marks(from: f64, to: f64) -> Vec<(f64, String)> {
    let mut marks = Vec::new();
    for decade in from.floor() as i32..=to.ceil() as i32 {
        for times in [1_u8, 2, 5] {
            let value = f64::from(times) * 10f64.powi(decade);
            let inside = (from - 1e-9..=to + 1e-9).contains(&value.log10());
            if inside && times == 1 {
                marks.push((value, power(decade)));
            } else if inside && to - from < 2.0 {
                let label = if decade < 0 { format!("{times}·{}", power(decade)) } else { format!("{value}") };
                marks.push((value, label));
            }
        }
    }
    marks
}

/// A power of ten: written out from 1 to 10,000, else with its exponent raised.
fn power(decade: i32) -> String {
    if (0..=4).contains(&decade) {
        return format!("{}", 10f64.powi(decade));
    }
    let raised = |sign: char| match sign {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32('⁰' as u32 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
    };
    format!("10{}", decade.to_string().chars().map(raised).collect::<String>())
}

const COLOURS: [&str; 3] = ["#1b6ca8", "#c8553d", "#3d7c47"];
const LEFT: f64 = 70.0;
const TOP: f64 = 40.0;
const WIDE: f64 = 480.0;
const HIGH: f64 = 300.0;

impl Chart<'_> {
    /// The drawing.
    pub fn svg(&self) -> String {
        let all = || self.series.iter().flat_map(|series| series.points.iter());
        let span = |pick: fn(&(f64, f64)) -> f64| {
            let (low, high) = all().map(pick).fold((f64::MAX, 0.0_f64), |(a, b), v| (a.min(v), b.max(v)));
            (-round_up(1.0 / low).log10(), round_up(high).log10())
        };
        let ((x0, x1), (y0, y1)) = (span(|p| p.0), span(|p| p.1));
        let at_x = |x: f64| LEFT + WIDE * (x.log10() - x0) / (x1 - x0);
        let at_y = |y: f64| TOP + HIGH * (1.0 - (y.log10() - y0) / (y1 - y0));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 620 400\" font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"620\" height=\"400\" fill=\"#fff\"/>\n<text x=\"{LEFT}\" y=\"22\" font-size=\"14\">{}</text>\n\
             <text x=\"{}\" y=\"385\" text-anchor=\"middle\">{}</text>\n\
             <text x=\"16\" y=\"{}\" text-anchor=\"middle\" transform=\"rotate(-90 16 {3})\">{}</text>\n",
            self.title,
            LEFT + WIDE / 2.0,
            self.x,
            TOP + HIGH / 2.0,
            self.y
        );
        for (from, to, along) in [(x0, x1, true), (y0, y1, false)] {
            for (value, label) in marks(from, to) {
                let _ = if along {
                    writeln!(
                        svg,
                        "<path d=\"M{0:.1} {TOP}v{HIGH}\" stroke=\"#ddd\"/><text x=\"{0:.1}\" y=\"357\" text-anchor=\"middle\">{label}</text>",
                        at_x(value)
                    )
                } else {
                    writeln!(
                        svg,
                        "<path d=\"M{LEFT} {0:.1}h{WIDE}\" stroke=\"#ddd\"/><text x=\"64\" y=\"{0:.1}\" dy=\"4\" text-anchor=\"end\">{label}</text>",
                        at_y(value)
                    )
                };
            }
        }
        for (series, colour) in self.series.iter().zip(COLOURS) {
            if series.points.len() > 1 {
                let (slope, level) = line(&series.points);
                let fitted = |x: f64| 10f64.powf(level + slope * x.log10());
                let (first, last) = (series.points[0].0, series.points[series.points.len() - 1].0);
                let _ = writeln!(
                    svg,
                    "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"{colour}\" stroke-dasharray=\"4 3\" fill=\"none\"/>",
                    at_x(first),
                    at_y(fitted(first)),
                    at_x(last),
                    at_y(fitted(last))
                );
            }
            for &(x, y) in &series.points {
                let _ =
                    writeln!(svg, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"{colour}\"/>", at_x(x), at_y(y));
            }
        }
        for (at, (series, colour)) in self.series.iter().zip(COLOURS).enumerate() {
            let y = TOP + 16.0 + 18.0 * at as f64;
            let _ = writeln!(
                svg,
                "<circle cx=\"84\" cy=\"{y}\" r=\"4\" fill=\"{colour}\"/><text x=\"94\" y=\"{y}\" dy=\"4\">{}</text>",
                series.name
            );
        }
        svg + "</svg>\n"
    }
}

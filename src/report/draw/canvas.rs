//! A drawing under construction: SVG shapes on a canvas with a viewBox.
//!
//! Shapes take a string of attributes written by us; whatever comes from a scenario goes
//! through [`Canvas::text`], which escapes it. A shape with a coordinate that is not
//! finite is left out rather than drawn somewhere.

use std::fmt::Write;

/// An SVG drawing.
#[derive(Debug, Clone)]
pub struct Canvas {
    /// Width, px.
    pub width: f64,
    /// Height, px.
    pub height: f64,
    body: String,
}

/// Mean width of a character, as a share of the font size, for placing labels.
const CHARACTER: f64 = 0.56;

/// About how wide a text is, px.
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * CHARACTER
}

/// A text cut to a width, with an ellipsis.
pub fn fitted(text: &str, width: f64, size: f64) -> String {
    let room = (width / (size * CHARACTER)).floor().max(1.0) as usize;
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(room.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// A coordinate as short text.
fn coordinate(value: f64) -> String {
    let mut text = format!("{value:.1}");
    if let Some(short) = text.strip_suffix(".0") {
        text.truncate(short.len());
    }
    if text == "-0" { "0".into() } else { text }
}

/// Text safe inside markup.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

impl Canvas {
    /// An empty canvas.
    pub fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    fn shape(&mut self, numbers: &[f64], shape: impl FnOnce(&mut String)) {
        if numbers.iter().all(|n| n.is_finite()) {
            shape(&mut self.body);
        }
    }

    /// A straight line.
    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), attributes: &str) {
        self.shape(&[x1, y1, x2, y2], |body| {
            let (x1, y1, x2, y2) = (coordinate(x1), coordinate(y1), coordinate(x2), coordinate(y2));
            let _ = write!(body, "<path d=\"M{x1} {y1}L{x2} {y2}\" {attributes}/>");
        });
    }

    /// A rectangle; a negative size is turned round.
    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, attributes: &str) {
        self.shape(&[x, y, width, height], |body| {
            let (x, y) = (coordinate(x + width.min(0.0)), coordinate(y + height.min(0.0)));
            let (width, height) = (coordinate(width.abs()), coordinate(height.abs()));
            let _ = write!(body, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {attributes}/>");
        });
    }

    /// A circle.
    pub fn circle(&mut self, (x, y): (f64, f64), radius: f64, attributes: &str) {
        self.shape(&[x, y, radius], |body| {
            let (x, y, radius) = (coordinate(x), coordinate(y), coordinate(radius));
            let _ = write!(body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {attributes}/>");
        });
    }

    /// A line through points.
    pub fn polyline(&mut self, points: &[(f64, f64)], attributes: &str) {
        let mut path = String::new();
        for (x, y) in points.iter().filter(|(x, y)| x.is_finite() && y.is_finite()) {
            let _ = write!(path, "{}{} {}", if path.is_empty() { 'M' } else { 'L' }, coordinate(*x), coordinate(*y));
        }
        if !path.is_empty() {
            let _ = write!(self.body, "<path d=\"{path}\" fill=\"none\" {attributes}/>");
        }
    }

    /// A filled shape through points.
    pub fn polygon(&mut self, points: &[(f64, f64)], attributes: &str) {
        self.shape(&points.iter().flat_map(|p| [p.0, p.1]).collect::<Vec<_>>(), |body| {
            let points: Vec<String> =
                points.iter().map(|(x, y)| format!("{},{}", coordinate(*x), coordinate(*y))).collect();
            let _ = write!(body, "<polygon points=\"{}\" {attributes}/>", points.join(" "));
        });
    }

    /// Any path; each `{}` of the pattern takes the next number.
    pub fn path(&mut self, pattern: &str, numbers: &[f64], attributes: &str) {
        self.shape(numbers, |body| {
            let mut parts = pattern.split("{}");
            let mut d = parts.next().unwrap_or_default().to_owned();
            for (part, number) in parts.zip(numbers) {
                d.push_str(&coordinate(*number));
                d.push_str(part);
            }
            let _ = write!(body, "<path d=\"{d}\" {attributes}/>");
        });
    }

    /// Words; `attributes` may set class, anchor or fill.
    pub fn text(&mut self, (x, y): (f64, f64), words: &str, attributes: &str) {
        self.shape(&[x, y], |body| {
            let (x, y) = (coordinate(x), coordinate(y));
            let _ = write!(body, "<text x=\"{x}\" y=\"{y}\" {attributes}>{}</text>", escaped(words));
        });
    }

    /// Opens a group; what follows belongs to it until [`Canvas::close`]. The title shows on hovering.
    pub fn open(&mut self, attributes: &str, title: &str) {
        let _ = write!(self.body, "<g {attributes}>");
        if !title.is_empty() {
            let _ = write!(self.body, "<title>{}</title>", escaped(title));
        }
    }

    /// Closes the group opened last.
    pub fn close(&mut self) {
        self.body.push_str("</g>");
    }

    /// Draws another canvas with its corner at a point.
    pub fn place(&mut self, (x, y): (f64, f64), other: &Canvas) {
        self.shape(&[x, y], |body| {
            let _ = write!(body, "<g transform=\"translate({} {})\">{}</g>", coordinate(x), coordinate(y), other.body);
        });
    }

    /// The finished drawing; `says` is what a reader who cannot see it is told.
    pub fn svg(&self, says: &str) -> String {
        let (width, height) = (coordinate(self.width), coordinate(self.height));
        format!(
            "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{}\">{}</svg>",
            escaped(says),
            self.body
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_escaped_and_numbers_that_are_none_are_not_drawn() {
        let mut canvas = Canvas::new(10.0, 10.0);
        canvas.text((1.0, 2.0), "<b> & \"c\"", "");
        canvas.line((0.0, f64::NAN), (1.0, 1.0), "");
        canvas.rect(5.0, 5.0, -2.0, 1.0, "");
        let svg = canvas.svg("a < b");
        assert!(svg.contains("&lt;b&gt; &amp; &quot;c&quot;") && !svg.contains("NaN"));
        assert!(svg.contains("x=\"3\"") && svg.contains("aria-label=\"a &lt; b\""));
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(fitted("abc", 100.0, 10.0), "abc");
        assert!(fitted("a very long name indeed", 50.0, 10.0).ends_with('…'));
    }
}

//! The spider plot: rare earths over chondrite, from the ore to the products.

use super::axis::{Frame, Scale, spread};
use super::canvas::{Canvas, fitted};
use crate::element::{ByElement, Element};

/// Rare earths of a CI chondrite, mg/kg: `data/report/mcdonough1995_chondrite.csv`.
fn chondrite(element: Element) -> Option<f64> {
    include_str!("../../../data/report/mcdonough1995_chondrite.csv").lines().skip(1).find_map(|line| {
        let (symbol, value) = line.split_once(',')?;
        (symbol == element.symbol()).then(|| value.parse().ok()).flatten()
    })
}

/// The order of the plot: Y stands between Dy and Ho, where its radius puts it.
pub const ORDER: [Element; 15] = {
    use Element as E;
    [E::La, E::Ce, E::Pr, E::Nd, E::Sm, E::Eu, E::Gd, E::Tb, E::Dy, E::Y, E::Ho, E::Er, E::Tm, E::Yb, E::Lu]
};

/// One line of the plot.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// What it is.
    pub name: String,
    /// Mass fractions of the elements in what carries them.
    pub fractions: ByElement<f64>,
}

const STROKES: &[(&str, &str)] = &[
    ("#8a5a2b", ""),
    ("#c98a3a", " stroke-dasharray=\"8 3\""),
    ("#2878bd", ""),
    ("#8a9099", " stroke-dasharray=\"3 3\""),
    ("#982b6b", ""),
    ("#230b60", " stroke-dasharray=\"9 3 2 3\""),
    ("#1a8f8a", ""),
    ("#e27d38", " stroke-dasharray=\"2 2\""),
    ("#5c6b3c", ""),
];

/// Below this share of a pattern's greatest value a point is a trace and not drawn.
const TRACE: f64 = 1e-6;

/// Draws patterns; `None` when none has two points.
pub fn draw(patterns: &[Pattern]) -> Option<Canvas> {
    let lines: Vec<(usize, Vec<(usize, f64)>)> = patterns
        .iter()
        .enumerate()
        .map(|(at, pattern)| {
            let values: Vec<(usize, f64)> = ORDER
                .iter()
                .enumerate()
                .filter_map(|(x, element)| Some((x, pattern.fractions[*element] * 1e6 / chondrite(*element)?)))
                .collect();
            let most = values.iter().map(|v| v.1).fold(0.0, f64::max);
            (at, values.into_iter().filter(|(_, v)| *v > TRACE * most && *v > 0.1).collect::<Vec<_>>())
        })
        .filter(|(_, values)| values.len() > 1)
        .collect();
    if lines.is_empty() {
        return None;
    }
    let mut canvas = Canvas::new(1130.0, 430.0);
    let frame = Frame { left: 66.0, right: 910.0, top: 30.0, bottom: 386.0 };
    let scale =
        Scale::log(lines.iter().flat_map(|(_, v)| v.iter().map(|p| p.1)), frame.bottom, frame.top).decades(10.0);
    frame.left_axis(&mut canvas, &scale, "");
    canvas.text((4.0, frame.top - 12.0), "times chondrite", "class=\"axis\"");
    let step = (frame.right - frame.left) / ORDER.len() as f64;
    let x = |at: usize| frame.left + step * (at as f64 + 0.5);
    for (at, element) in ORDER.iter().enumerate() {
        canvas.line((x(at), frame.top), (x(at), frame.bottom), "class=\"grid\"");
        let class = if *element == Element::Y { "class=\"mid strong\" fill=\"#1a8f8a\"" } else { "class=\"mid\"" };
        canvas.text((x(at), frame.bottom + 18.0), element.symbol(), class);
    }
    let mut ends = Vec::new();
    for (at, values) in &lines {
        let (colour, dash) = STROKES[at % STROKES.len()];
        let points: Vec<(f64, f64)> = values.iter().map(|(e, v)| (x(*e), scale.at(*v))).collect();
        // Only neighbours are joined: a line across a missing element would be made up.
        for pair in values.windows(2).filter(|pair| pair[0].0 + 1 == pair[1].0) {
            let ends: Vec<(f64, f64)> = pair.iter().map(|(e, v)| (x(*e), scale.at(*v))).collect();
            canvas.polyline(&ends, &format!("stroke=\"{colour}\" stroke-width=\"1.7\"{dash}"));
        }
        for point in &points {
            canvas.circle(*point, 2.2, &format!("fill=\"{colour}\""));
        }
        if let Some(last) = points.last() {
            ends.push((*last, colour, dash, &patterns[*at].name));
        }
    }
    let wanted: Vec<f64> = ends.iter().map(|e| e.0.1).collect();
    let placed = spread(&wanted, 14.0, frame.top, frame.bottom);
    for ((end, colour, dash, name), y) in ends.iter().zip(placed) {
        let corner = frame.right - 14.0;
        canvas.polyline(
            &[*end, (corner.max(end.0), y), (frame.right + 12.0, y)],
            &format!("stroke=\"{colour}\" stroke-width=\"1\" stroke-opacity=\"0.7\"{dash}"),
        );
        canvas.text((frame.right + 16.0, y + 4.0), &fitted(name, 200.0, 12.0), "");
    }
    Some(canvas)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chondrite_is_flat_at_one() {
        for element in ORDER {
            assert!(chondrite(element).is_some_and(|v| v > 0.0), "{element}");
        }
        let fractions = ByElement::from_fn(|element| chondrite(element).unwrap_or(0.0) * 1e-6);
        let svg = draw(&[Pattern { name: "chondrite".into(), fractions }]).unwrap().svg("");
        assert!(svg.contains("chondrite"));
        assert!(draw(&[]).is_none());
    }
}

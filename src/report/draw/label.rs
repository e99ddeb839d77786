//! Labels that stand on what they name: an element's name on its curve, words that give way
//! to each other.

use super::canvas::{Canvas, text_width};
use super::colour::{self, INK};
use crate::element::Element;

/// A box on the paper: left, top, right, bottom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place(pub f64, pub f64, pub f64, pub f64);

impl Place {
    /// Do two boxes overlap?
    fn meets(&self, other: &Self) -> bool {
        self.0 < other.2 && other.0 < self.2 && self.1 < other.3 && other.1 < self.3
    }
}

/// What is already taken, inside a frame.
#[derive(Debug, Clone)]
pub struct Space {
    bounds: Place,
    taken: Vec<Place>,
}

impl Space {
    /// An empty space.
    pub fn new(bounds: Place) -> Self {
        Self { bounds, taken: Vec::new() }
    }

    /// Is the box inside and free?
    pub fn free(&self, place: &Place) -> bool {
        let inside = place.0 >= self.bounds.0
            && place.1 >= self.bounds.1
            && place.2 <= self.bounds.2
            && place.3 <= self.bounds.3;
        inside && !self.taken.iter().any(|taken| taken.meets(place))
    }

    /// Takes a box.
    pub fn take(&mut self, place: Place) {
        self.taken.push(place);
    }

    /// The box words would take, if it is free; `class` may set an anchor.
    pub fn fits(&self, at: (f64, f64), words: &str, class: &str) -> Option<Place> {
        let size = if class.contains("small") { 10.5 } else { 12.0 };
        let width = text_width(words, size) * if class.contains("strong") { 1.06 } else { 1.0 };
        let left = match class {
            c if c.split(' ').any(|c| c == "end") => at.0 - width,
            c if c.split(' ').any(|c| c == "mid") => at.0 - width / 2.0,
            _ => at.0,
        };
        let place = Place(left - 3.0, at.1 - 0.8 * size, left + width + 3.0, at.1 + 0.2 * size);
        self.free(&place).then_some(place)
    }

    /// Writes words if they find room, and says whether they did.
    pub fn write(&mut self, canvas: &mut Canvas, at: (f64, f64), words: &str, class: &str) -> bool {
        let place = self.fits(at, words, class);
        if let Some(place) = place {
            canvas.text(at, words, &format!("class=\"{class}\""));
            self.take(place);
        }
        place.is_some()
    }
}

/// Half the width and half the height of an element's pill.
pub const PILL: (f64, f64) = (10.5, 7.0);

/// The box of a pill around a point.
pub fn pill_place((x, y): (f64, f64)) -> Place {
    Place(x - PILL.0 - 0.5, y - PILL.1 - 0.5, x + PILL.0 + 0.5, y + PILL.1 + 0.5)
}

/// An element's symbol on its colour; hollow where its constant is assumed.
pub fn pill(canvas: &mut Canvas, (x, y): (f64, f64), element: Element, hollow: bool) {
    let fill = colour::of(element);
    let dark = colour::is_dark(element);
    let (paper, ink) = if hollow {
        ("#fff", INK)
    } else if dark {
        (fill, "#fff")
    } else {
        (fill, INK)
    };
    let dash = if hollow { " stroke-dasharray=\"3 1.5\"" } else { "" };
    let edge = if hollow { fill } else { "#fff" };
    canvas.rect(
        x - PILL.0,
        y - PILL.1,
        2.0 * PILL.0,
        2.0 * PILL.1,
        &format!("rx=\"4\" fill=\"{paper}\" stroke=\"{edge}\" stroke-width=\"1\"{dash}"),
    );
    canvas.text((x, y + 3.7), element.symbol(), &format!("class=\"pill mid\" style=\"fill:{ink}\""));
}

/// Sets a pill on one of the points of a curve: where it is farthest from every other curve,
/// and never on what is taken. `others` answers the distance from a place to the nearest other curve.
pub fn on_curve(points: &[(f64, f64)], space: &Space, others: &dyn Fn((f64, f64)) -> f64) -> Option<(f64, f64)> {
    let mut best: Option<(f64, (f64, f64))> = None;
    let middle = points.len() / 2;
    for point in (0..2 * points.len()).filter_map(|n| {
        // From the middle outwards.
        let away = n / 2 + n % 2;
        points.get(if n % 2 == 0 { middle + away } else { middle.checked_sub(away)? }).copied()
    }) {
        if !space.free(&pill_place(point)) {
            continue;
        }
        let room = others(point).min(24.0);
        if best.is_none_or(|(most, _)| room > most + 0.5) {
            best = Some((room, point));
        }
    }
    best.map(|(_, point)| point)
}

/// `La–Nd, Y`: elements in the order of the series, neighbours that all belong drawn together.
pub fn group(elements: &[Element], among: &[Element]) -> String {
    let known: Vec<Element> = super::spider::ORDER
        .iter()
        .chain([&Element::Sc])
        .copied()
        .filter(|e| among.contains(e) || elements.contains(e))
        .collect();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, element) in known.iter().enumerate() {
        if elements.contains(element) {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == at => *last = at,
                _ => runs.push((at, at)),
            }
        }
    }
    let words: Vec<String> = runs
        .into_iter()
        .flat_map(|(first, last)| match last - first {
            0 => vec![known[first].to_string()],
            1 => vec![known[first].to_string(), known[last].to_string()],
            _ => vec![format!("{}–{}", known[first], known[last])],
        })
        .collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_give_way() {
        let mut canvas = Canvas::new(200.0, 40.0);
        let mut space = Space::new(Place(0.0, 0.0, 200.0, 40.0));
        assert!(space.write(&mut canvas, (100.0, 20.0), "feed", "small mid"));
        assert!(!space.write(&mut canvas, (104.0, 22.0), "scrub", "small mid"));
        assert!(!space.write(&mut canvas, (198.0, 20.0), "off the paper", "small"));
        super::super::eye::inspect(&canvas);
    }

    #[test]
    fn groups_are_told_short() {
        use Element as E;
        let all = Element::RARE_EARTHS;
        assert_eq!(group(&[E::La, E::Ce, E::Pr, E::Nd, E::Y], all), "La–Nd, Y");
        assert_eq!(group(&[E::Pr, E::Nd], all), "Pr, Nd");
        // What lies between and is not there does not part two neighbours.
        assert_eq!(group(&[E::La, E::Nd, E::Sm], &[E::La, E::Nd, E::Sm, E::Dy]), "La–Sm");
    }
}

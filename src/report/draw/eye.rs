//! What a test can see of a drawing: that it is well formed, that every word lies on the
//! paper, and that words do not lie on each other.

use super::canvas::{Canvas, text_width};

/// A word and the box it takes, estimated from its class.
#[derive(Debug, Clone)]
struct Word {
    text: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[start..].split('"').next()
}

fn size(classes: &str) -> f64 {
    classes
        .split(' ')
        .find_map(|class| match class {
            "tick" => Some(11.0),
            "axis" => Some(11.5),
            "small" | "pill" => Some(10.5),
            "number" => Some(9.5),
            _ => None,
        })
        .unwrap_or(12.0)
}

/// Every word of a drawing, in places of the whole.
fn words(svg: &str) -> Vec<Word> {
    let (mut all, mut moved, mut rest) = (Vec::new(), vec![(0.0, 0.0)], svg);
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').unwrap();
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if tag == "/g" {
            moved.pop();
        } else if tag.starts_with("g ") || tag == "g" {
            let (mut x, mut y) = *moved.last().unwrap();
            if let Some(to) = attribute(tag, "transform").and_then(|t| t.strip_prefix("translate(")) {
                let mut by = to.trim_end_matches(')').split(' ').map(|n| n.parse::<f64>().unwrap());
                (x, y) = (x + by.next().unwrap(), y + by.next().unwrap());
            }
            moved.push((x, y));
        } else if tag.starts_with("text ") {
            let (dx, dy) = *moved.last().unwrap();
            let place = |name: &str| attribute(tag, name).unwrap().parse::<f64>().unwrap();
            let text = rest.split('<').next().unwrap().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            let classes = attribute(tag, "class").unwrap_or("");
            let size = size(classes);
            let width = text_width(&text, size) * if classes.contains("strong") { 1.06 } else { 1.0 };
            let (x, y) = (place("x") + dx, place("y") + dy);
            let left = if classes.split(' ').any(|c| c == "end") {
                x - width
            } else if classes.split(' ').any(|c| c == "mid") {
                x - width / 2.0
            } else {
                x
            };
            all.push(Word { text, left, right: left + width, top: y - 0.72 * size, bottom: y + 0.1 * size });
        }
    }
    all
}

/// Holds a drawing to the rules of every picture.
pub fn inspect(drawing: &Canvas) {
    let svg = drawing.svg("a picture");
    crate::report::tests::well_formed(&svg).unwrap();
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "a number that is none");
    let words = words(&svg);
    for word in &words {
        assert!(
            word.left >= -1.0
                && word.right <= drawing.width + 1.0
                && word.top >= -1.0
                && word.bottom <= drawing.height + 1.0,
            "off the paper of {} × {}: {word:?}",
            drawing.width,
            drawing.height
        );
    }
    for (at, one) in words.iter().enumerate() {
        for other in &words[at + 1..] {
            let over = (one.right.min(other.right) - one.left.max(other.left))
                .min(one.bottom.min(other.bottom) - one.top.max(other.top));
            assert!(over < 1.0, "on each other: {one:?} and {other:?}");
        }
    }
}

/// How many words a drawing holds with this in them.
pub fn count(drawing: &Canvas, part: &str) -> usize {
    words(&drawing.svg("")).iter().filter(|word| word.text.contains(part)).count()
}

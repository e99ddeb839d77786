//! The order of cuts: a box a battery, ribbons as wide as the oxide that flows, products at the leaves.
//!
//! Light leaves to the left, heavy to the right, so that the leaves stand in the order of the
//! series. A box holds the battery's sections to scale and, where its stages are known, the share of
//! the heavy key in the solution across them, both ends opened.

mod plant;
mod table;

use super::canvas::{Canvas, fitted, text_width};
use super::colour::{self, INK};
use super::label::{Place, Space, group};
use super::spider;
use crate::element::Element;
use crate::report::tables::nines;

/// One outlet of a battery.
#[derive(Debug, Clone, Default)]
pub struct Outlet {
    /// What it is meant to hold.
    pub elements: Vec<Element>,
    /// kg/h of rare-earth oxide.
    pub flow: f64,
    /// The flow by element; `None` for what is known only together.
    pub parts: Vec<(Option<Element>, f64)>,
    /// % of what it is meant to hold.
    pub purity: Option<f64>,
    /// Name of the product it becomes.
    pub product: Option<String>,
    /// The battery it feeds.
    pub to: Option<usize>,
}

/// One battery.
#[derive(Debug, Clone, Default)]
pub struct Battery {
    /// `SX-1`.
    pub tag: String,
    /// `Nd/Sm`.
    pub cut: String,
    /// What extracts.
    pub extractant: String,
    /// Extraction, scrub, strip.
    pub stages: [f64; 3],
    /// kg/h of rare-earth oxide.
    pub feed: f64,
    /// Lines of figures.
    pub notes: Vec<String>,
    /// log₁₀ of heavy key over light key in the solution, along extraction and scrub.
    pub spark: Vec<f64>,
    /// Light first.
    pub outlets: Vec<Outlet>,
}

/// Batteries joined by their outlets.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// In any order.
    pub batteries: Vec<Battery>,
    /// Those that are fed from outside.
    pub roots: Vec<usize>,
}

const WIDTH: f64 = 980.0;
/// A box is no wider than this, nor than two leaves.
const BOX: f64 = 134.0;
const TOP: f64 = 52.0;
const GAP: f64 = 62.0;
/// Width of the feed's ribbon.
const WIDEST: f64 = 26.0;

impl Tree {
    /// Stages of all batteries.
    pub fn stages(&self) -> f64 {
        self.batteries.iter().flat_map(|b| b.stages).sum()
    }

    /// What each battery parts, made up from what its outlets' own batteries part.
    fn fill_parts(&mut self, at: usize) -> Vec<(Option<Element>, f64)> {
        let mut all = Vec::new();
        for port in 0..self.batteries[at].outlets.len() {
            let outlet = &self.batteries[at].outlets[port];
            let parts = match (outlet.to, &outlet.elements[..]) {
                _ if !outlet.parts.is_empty() => outlet.parts.clone(),
                (Some(to), _) => self.fill_parts(to),
                (None, [single]) => vec![(Some(*single), outlet.flow)],
                (None, _) => vec![(None, outlet.flow)],
            };
            self.batteries[at].outlets[port].parts.clone_from(&parts);
            all.extend(parts);
        }
        all
    }

    /// Every element that flows.
    fn elements(&self) -> Vec<Element> {
        self.batteries.iter().flat_map(|b| &b.outlets).flat_map(|o| o.elements.iter().copied()).collect()
    }

    fn leaves(&self, at: usize) -> usize {
        self.batteries[at].outlets.iter().map(|outlet| outlet.to.map_or(1, |to| self.leaves(to))).sum()
    }

    fn depth(&self, at: usize) -> usize {
        1 + self.batteries[at].outlets.iter().filter_map(|outlet| Some(self.depth(outlet.to?))).max().unwrap_or(0)
    }
}

/// A drawing under way.
struct Drawing<'t> {
    tree: &'t Tree,
    canvas: Canvas,
    space: Space,
    among: Vec<Element>,
    pitch: f64,
    wide: f64,
    height: f64,
    /// px per kg/h.
    scale: f64,
    next_leaf: f64,
}

/// Draws a tree; `None` when it has no battery.
pub fn draw(tree: &Tree) -> Option<Canvas> {
    let leaves: usize = tree.roots.iter().map(|root| tree.leaves(*root)).sum();
    let depth = tree.roots.iter().map(|root| tree.depth(*root)).max()?;
    let notes = tree.batteries.iter().map(|b| b.notes.len()).max().unwrap_or(0);
    let height = 62.0 + 12.0 * notes as f64;
    // Past this many leaves the paper grows, so that the words stay readable.
    let pitch = (WIDTH / leaves as f64).clamp(64.0, 190.0);
    let width = WIDTH.max(pitch * leaves as f64);
    let bottom = TOP + depth as f64 * (height + GAP) + 46.0;
    let feed: f64 = tree.roots.iter().map(|root| tree.batteries[*root].feed).fold(0.0, f64::max);
    let mut drawing = Drawing {
        tree,
        canvas: Canvas::new(width, bottom),
        space: Space::new(Place(0.0, 0.0, width, bottom)),
        among: tree.elements(),
        pitch,
        wide: BOX.min(2.0 * pitch - 10.0),
        height,
        scale: if feed > 0.0 { WIDEST / feed } else { 0.0 },
        next_leaf: (width - pitch * leaves as f64) / 2.0,
    };
    for root in &tree.roots {
        let x = drawing.battery(*root, 0);
        drawing.feed(*root, x);
    }
    Some(drawing.canvas)
}

impl Drawing<'_> {
    fn level(&self, depth: usize) -> f64 {
        TOP + depth as f64 * (self.height + GAP)
    }

    /// Draws what hangs below a battery, then the battery; answers where its middle stands.
    fn battery(&mut self, at: usize, depth: usize) -> f64 {
        let battery = &self.tree.batteries[at];
        let mut ends = Vec::new();
        for outlet in &battery.outlets {
            ends.push(match outlet.to {
                Some(to) => self.battery(to, depth + 1),
                None => self.leaf(outlet, depth + 1),
            });
        }
        let middle = ends.iter().sum::<f64>() / ends.len().max(1) as f64;
        let middle = middle.clamp(self.wide / 2.0 + 1.0, self.canvas.width - self.wide / 2.0 - 1.0);
        let top = self.level(depth);
        self.box_of(battery, middle - self.wide / 2.0, top);
        let count = battery.outlets.len();
        for (port, (outlet, end)) in battery.outlets.iter().zip(ends).enumerate() {
            let x = middle - self.wide / 2.0 + self.wide * (port as f64 + 0.5) / count as f64;
            let (from, to) = ((x, top + self.height), (end, self.level(depth + 1)));
            self.ribbon(outlet.flow, &outlet.parts, from, to);
            if outlet.to.is_some() {
                self.edge_words(outlet, to, x > middle);
            }
        }
        middle
    }

    fn ribbon(&mut self, flow: f64, parts: &[(Option<Element>, f64)], from: (f64, f64), to: (f64, f64)) {
        let whole = (flow * self.scale).max(0.9);
        let known: f64 = parts.iter().map(|p| p.1).sum();
        let single = [(None, 1.0)];
        let shares: Vec<(Option<Element>, f64)> = if known > 0.0 {
            parts.iter().map(|(element, part)| (*element, part / known)).collect()
        } else {
            single.to_vec()
        };
        let bend = f64::midpoint(from.1, to.1);
        let mut left = -whole / 2.0;
        for (element, share) in shares {
            let width = whole * share;
            if width > 0.05 {
                let (a, b) = (from.0 + left, to.0 + left);
                let fill = element.map_or("#b5c3d3", colour::of);
                self.canvas.path(
                    "M{} {}C{} {} {} {} {} {}L{} {}C{} {} {} {} {} {}Z",
                    &[
                        a,
                        from.1,
                        a,
                        bend,
                        b,
                        bend,
                        b,
                        to.1,
                        b + width,
                        to.1,
                        b + width,
                        bend,
                        a + width,
                        bend,
                        a + width,
                        from.1,
                    ],
                    &format!("fill=\"{fill}\""),
                );
            }
            left += width;
        }
        let half = whole / 2.0 + 1.0;
        self.space.take(Place(to.0 - half, bend, to.0 + half, to.1));
    }

    /// What flows to another battery, beside the end of its ribbon.
    fn edge_words(&mut self, outlet: &Outlet, (x, y): (f64, f64), right: bool) {
        let half = (outlet.flow * self.scale).max(0.9) / 2.0 + 5.0;
        let lines = [group(&outlet.elements, &self.among), rate(outlet.flow)].map(|words| fitted(&words, 104.0, 10.5));
        let line = |row: usize, dx: f64| (x + dx, y - 19.0 + 13.0 * row as f64);
        let mut sides = [(-half, "small end"), (half, "small")];
        if right {
            sides.reverse();
        }
        // Both lines stand on the same side, where there is room for both; else the flow is left out.
        let both = sides.iter().find(|(dx, class)| {
            lines.iter().enumerate().all(|(row, words)| self.space.fits(line(row, *dx), words, class).is_some())
        });
        match both {
            Some((dx, class)) => lines.iter().enumerate().for_each(|(row, words)| {
                self.space.write(&mut self.canvas, line(row, *dx), words, class);
            }),
            None => {
                let _ =
                    sides.iter().any(|(dx, class)| self.space.write(&mut self.canvas, line(1, *dx), &lines[0], class));
            }
        }
    }

    /// A product: name, purity, flow.
    fn leaf(&mut self, outlet: &Outlet, depth: usize) -> f64 {
        let (x, y) = (self.next_leaf + self.pitch / 2.0, self.level(depth));
        self.next_leaf += self.pitch;
        let room = self.pitch - 5.0;
        let elements = group(&outlet.elements, &self.among);
        let name = outlet.product.clone().unwrap_or_else(|| elements.clone());
        let half = ((outlet.flow * self.scale) / 2.0 + 4.0).max(12.0).min(self.pitch / 2.0 - 2.0);
        self.canvas.line((x - half, y + 1.0), (x + half, y + 1.0), &format!("stroke=\"{INK}\" stroke-width=\"2\""));
        self.canvas.text((x, y + 15.0), &fitted(&name, room / 1.06, 12.0), "class=\"strong mid\"");
        let purity = outlet.purity.map(|purity| format!("{} %", nines(purity)));
        for (row, words) in purity.into_iter().chain([rate(outlet.flow)]).enumerate() {
            self.canvas.text((x, y + 29.0 + 13.0 * row as f64), &fitted(&words, room, 10.5), "class=\"small mid\"");
        }
        x
    }

    fn feed(&mut self, root: usize, x: f64) {
        let battery = &self.tree.batteries[root];
        let mut parts: Vec<(Option<Element>, f64)> =
            battery.outlets.iter().flat_map(|o| o.parts.iter().copied()).collect();
        parts.sort_by_key(|(element, _)| spider::ORDER.iter().position(|known| Some(*known) == *element));
        self.ribbon(battery.feed, &parts, (x, 22.0), (x, TOP));
        let elements: Vec<Element> = battery.outlets.iter().flat_map(|o| o.elements.iter().copied()).collect();
        let words = format!("feed: {}, {}", group(&elements, &self.among), rate(battery.feed));
        self.space.write(&mut self.canvas, (x, 13.0), &words, "strong mid");
    }

    fn box_of(&mut self, battery: &Battery, x: f64, y: f64) {
        let (wide, height) = (self.wide, self.height);
        self.space.take(Place(x, y, x + wide, y + height));
        let canvas = &mut self.canvas;
        canvas.rect(x, y, wide, height, "class=\"unit\" rx=\"3\"");
        canvas.text((x + 7.0, y + 15.0), &fitted(&battery.tag, 60.0, 12.0), "class=\"strong\"");
        let room = wide - 20.0 - text_width(&battery.tag, 12.7).min(60.0);
        canvas.text((x + wide - 7.0, y + 15.0), &fitted(&battery.extractant, room, 10.5), "class=\"small muted end\"");
        let counts = battery.stages.map(|n| format!("{n:.0}")).join("·");
        let room = wide - 22.0 - text_width(&counts, 10.5);
        canvas.text((x + 7.0, y + 29.0), &fitted(&battery.cut.replace('/', " | "), room, 10.5), "class=\"small\"");
        canvas.text((x + wide - 7.0, y + 29.0), &counts, "class=\"small end\"");
        for (row, note) in battery.notes.iter().enumerate() {
            let at = (x + 7.0, y + 66.0 + 12.0 * row as f64);
            canvas.text(at, &fitted(note, wide - 10.0, 9.5), "class=\"number muted\" style=\"font-weight:400\"");
        }
        let (left, width, top, high) = (x + 7.0, wide - 14.0, y + 35.0, 20.0);
        let whole: f64 = battery.stages.iter().sum();
        let mut start = left;
        for (count, fill) in battery.stages.iter().zip(["#dfe8f1", "#f1eadb", "#e2e3e6"]) {
            let wide = if whole > 0.0 { width * count / whole } else { 0.0 };
            canvas.rect(start, top, wide, high, &format!("fill=\"{fill}\""));
            start += wide;
        }
        // The line of the cut over extraction and scrub, ±5 nines high.
        let run = if whole > 0.0 { width * (battery.stages[0] + battery.stages[1]) / whole } else { 0.0 };
        let count = battery.spark.len();
        let points: Vec<(f64, f64)> = battery
            .spark
            .iter()
            .enumerate()
            .map(|(at, log)| {
                let share = (log.clamp(-5.0, 5.0) + 5.0) / 10.0;
                (left + run * (at as f64 + 0.5) / count as f64, top + high * (1.0 - share))
            })
            .collect();
        canvas.polyline(&points, &format!("stroke=\"{INK}\" stroke-width=\"1.3\" stroke-linejoin=\"round\""));
    }
}

fn rate(flow: f64) -> String {
    format!("{} kg/h", crate::report::tables::people_short(flow))
}

/// For tests of the page and for the eye.
#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::report::draw::eye;
    use crate::report::fixture;

    pub use super::table::tests::table;

    #[test]
    fn a_tree_from_the_contract_is_drawn() {
        for deep in [false, true] {
            let tree = Tree::read(&table(deep)).unwrap();
            let drawing = draw(&tree).unwrap();
            eye::inspect(&drawing);
            assert_eq!(eye::count(&drawing, "SX-"), tree.batteries.len());
        }
    }

    #[test]
    fn a_tree_from_the_flowsheet_conserves() {
        let plant = fixture::train();
        let tree = Tree::of(&plant, &[]).unwrap();
        assert_eq!((tree.batteries.len(), tree.roots.len()), (3, 1));
        for battery in &tree.batteries {
            let out: f64 = battery.outlets.iter().map(|o| o.flow).sum();
            assert!((out / battery.feed - 1.0).abs() < 1e-9, "{}: {out} of {}", battery.tag, battery.feed);
            assert!(battery.outlets.iter().all(|o| o.purity.is_some_and(|p| p > 90.0)), "{battery:?}");
            assert!(!battery.spark.is_empty() && battery.extractant == "p507");
        }
        eye::inspect(&draw(&tree).unwrap());
    }
}

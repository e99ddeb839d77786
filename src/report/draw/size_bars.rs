//! Size by mineral: one stacked bar a size class, one panel a stream, alike in scale.

use std::collections::BTreeMap;

use super::axis::{Frame, Scale};
use super::canvas::{Canvas, fitted};
use crate::quantity::figures;
use crate::report::columns::{numbers, texts};
use crate::table::Table;

/// Shades that stay apart in grey; the first is of the mineral that carries most rare earths.
const SHADES: [&str; 8] = ["#1f5fa8", "#d9c9a3", "#8a9099", "#b98b52", "#5c6b3c", "#cfd4da", "#982b6b", "#e0e3e7"];

/// One stream: share of its solids by size class (µm, finest first) and mineral.
#[derive(Debug, Clone, Default)]
struct Panel {
    name: String,
    share: BTreeMap<usize, BTreeMap<String, f64>>,
}

/// The panels, the classes and the minerals in the order they are stacked.
#[derive(Debug, Clone)]
pub struct SizeBars {
    panels: Vec<Panel>,
    classes: Vec<f64>,
    minerals: Vec<String>,
}

impl SizeBars {
    /// Reads `selection_sizes`: `stream`, `mineral`, `finer than`, `share`, `rare earths`; the first stream and the last.
    pub fn read(table: &Table) -> Option<Self> {
        let (streams, minerals) = (texts(table, &["stream"])?, texts(table, &["mineral"])?);
        let (sizes, shares) = (numbers(table, &["finer than"])?, numbers(table, &["share"])?);
        let rare = numbers(table, &["rare earths"]).unwrap_or_else(|| vec![None; sizes.len()]);
        let wanted = [streams.first()?.clone(), streams.last()?.clone()];
        let mut classes: Vec<f64> = sizes.iter().flatten().copied().collect();
        classes.sort_by(f64::total_cmp);
        classes.dedup();
        let mut panels: Vec<Panel> =
            wanted.iter().map(|name| Panel { name: name.clone(), ..Panel::default() }).collect();
        let mut carried: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for at in 0..sizes.len() {
            let (Some(size), Some(share)) = (sizes[at], shares[at]) else { continue };
            let own = carried.entry(minerals[at].clone()).or_default();
            own.0 += rare[at].unwrap_or(0.0);
            own.1 += share;
            for panel in panels.iter_mut().filter(|panel| panel.name == streams[at]) {
                let class = classes.partition_point(|c| *c < size);
                *panel.share.entry(class).or_default().entry(minerals[at].clone()).or_default() += share;
            }
        }
        let mut order: Vec<(String, (f64, f64))> = carried.into_iter().collect();
        order.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(b.1.1.total_cmp(&a.1.1)));
        panels.dedup_by(|a, b| a.name == b.name);
        let minerals: Vec<String> = order.into_iter().map(|(name, _)| name).collect();
        (!classes.is_empty() && panels.iter().any(|p| !p.share.is_empty())).then_some(Self {
            panels,
            classes,
            minerals,
        })
    }

    fn shade(&self, mineral: &str) -> &'static str {
        let at = self.minerals.iter().position(|m| m == mineral).unwrap_or(0);
        SHADES[at.min(SHADES.len() - 1)]
    }
}

/// Draws the bars.
pub fn draw(bars: &SizeBars) -> Canvas {
    let (width, gap, left) = (420.0, 46.0, 46.0);
    let mut canvas = Canvas::new(left + bars.panels.len() as f64 * (width + gap) + 130.0, 330.0);
    let heights = bars.panels.iter().flat_map(|p| p.share.values().map(|class| class.values().sum::<f64>()));
    let tallest: Vec<f64> = heights.collect();
    for (at, panel) in bars.panels.iter().enumerate() {
        let start = left + at as f64 * (width + gap);
        let frame = Frame { left: start, right: start + width, top: 40.0, bottom: 264.0 };
        let upward = Scale::from_zero(tallest.iter().copied(), frame.bottom, frame.top);
        frame.left_axis(&mut canvas, &upward, "");
        canvas.text((start, 18.0), &fitted(&panel.name, width - 90.0, 12.0), "class=\"strong\"");
        canvas.text((start + width, 18.0), "% of its solids", "class=\"small muted end\"");
        let step = width / bars.classes.len() as f64;
        for (class, size) in bars.classes.iter().enumerate() {
            let x = start + step * class as f64;
            let mut below = 0.0;
            let own = panel.share.get(&class);
            for mineral in &bars.minerals {
                let Some(share) = own.and_then(|own| own.get(mineral)) else { continue };
                let (y0, y1) = (upward.at(below), upward.at(below + share));
                canvas.rect(
                    x + 0.12 * step,
                    y1,
                    0.76 * step,
                    y0 - y1,
                    &format!("fill=\"{}\" stroke=\"#fff\" stroke-width=\"0.4\"", bars.shade(mineral)),
                );
                below += share;
            }
            if step > 26.0 || class % 2 == 0 {
                canvas.text((x + step / 2.0, frame.bottom + 15.0), &figures(*size, 2), "class=\"tick mid\"");
            }
        }
        canvas.line((frame.left, frame.bottom), (frame.right, frame.bottom), "class=\"rule\"");
        canvas.text((frame.right, frame.bottom + 33.0), "finer than, µm", "class=\"axis end\"");
    }
    let x = left + bars.panels.len() as f64 * (width + gap) - gap + 16.0;
    for (at, mineral) in bars.minerals.iter().take(SHADES.len()).enumerate() {
        let y = 46.0 + 18.0 * at as f64;
        canvas.rect(x, y - 9.0, 11.0, 11.0, &format!("fill=\"{}\"", bars.shade(mineral)));
        canvas.text((x + 17.0, y), &fitted(mineral, 135.0, 11.0), "class=\"tick\"");
    }
    canvas
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::draw::eye;

    #[test]
    fn bars_are_drawn_and_named() {
        let columns = [
            ("stream", ""),
            ("mineral", ""),
            ("finer than", "um"),
            ("mass", "kg/h"),
            ("share", "%"),
            ("rare earths", "kg/h"),
        ];
        let mut table = Table::new("selection_sizes", "Size by mineral", "dry", &columns);
        for stream in ["ore", "CY-1"] {
            for (mineral, rare) in [("illite", 0.1), ("bioapatite", 3.0), ("quartz", 0.0)] {
                for size in [1.0, 2.0, 4.0, 8.5, 75.0] {
                    table.row(vec![stream.into(), mineral.into(), size.into(), 1.0.into(), 6.6.into(), rare.into()]);
                }
            }
        }
        let bars = SizeBars::read(&table).unwrap();
        assert_eq!(bars.minerals[0], "bioapatite");
        let drawing = draw(&bars);
        eye::inspect(&drawing);
        assert_eq!(eye::count(&drawing, "bioapatite"), 1);
        assert!(SizeBars::read(&Table::new("selection_sizes", "", "", &columns)).is_none());
    }
}

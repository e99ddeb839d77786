//! Scales, ticks and a plain frame to draw in.

use super::canvas::Canvas;
use crate::quantity::figures;

/// From values to places on the paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    start: f64,
    end: f64,
    log: bool,
}

impl Scale {
    /// A linear scale whose ends are rounded outwards to whole ticks.
    pub fn linear(values: impl IntoIterator<Item = f64>, start: f64, end: f64) -> Self {
        let (mut low, mut high) = range(values).unwrap_or((0.0, 1.0));
        if (high - low).abs() <= 1e-12 * high.abs().max(1e-300) {
            (low, high) = if high == 0.0 { (0.0, 1.0) } else { (low.min(0.0), high.max(0.0)) };
        }
        let step = step(high - low, 5.0);
        Self {
            low: (low / step + 1e-9).floor() * step,
            high: (high / step - 1e-9).ceil() * step,
            start,
            end,
            log: false,
        }
    }

    /// A linear scale from one value to another, as they are.
    pub fn between(low: f64, high: f64, start: f64, end: f64) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        Self { low, high, start, end, log: false }
    }

    /// A linear scale that starts at nought.
    pub fn from_zero(values: impl IntoIterator<Item = f64>, start: f64, end: f64) -> Self {
        Self::linear(values.into_iter().chain([0.0]), start, end)
    }

    /// A logarithmic scale over whole decades, of positive values only.
    pub fn log(values: impl IntoIterator<Item = f64>, start: f64, end: f64) -> Self {
        let (low, high) = range(values.into_iter().filter(|v| *v > 0.0)).unwrap_or((1.0, 10.0));
        let (low, high) = ((low.log10() + 1e-9).floor(), (high.log10() - 1e-9).ceil());
        let high = if high > low { high } else { low + 1.0 };
        Self { low, high, start, end, log: true }
    }

    /// The same with no more than so many decades, the uppermost.
    pub fn decades(mut self, most: f64) -> Self {
        if self.log {
            self.low = self.low.max(self.high - most);
        }
        self
    }

    /// The place of a value; values beyond the ends are held at the ends.
    pub fn at(&self, value: f64) -> f64 {
        let value = if self.log { value.max(1e-300).log10() } else { value };
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.start + share * (self.end - self.start)
    }

    /// Is the value between the ends?
    pub fn holds(&self, value: f64) -> bool {
        let value = if self.log { value.max(1e-300).log10() } else { value };
        value >= self.low - 1e-12 && value <= self.high + 1e-12
    }

    /// Values worth a line: 1-2-5 steps, or decades.
    pub fn ticks(&self) -> Vec<f64> {
        if self.log {
            let every = ((self.high - self.low) / 6.0).ceil().max(1.0) as i32;
            let (low, high) = (self.low.ceil() as i32, self.high.floor() as i32);
            return (low..=high).filter(|d| (d - low) % every == 0).map(|d| 10f64.powi(d)).collect();
        }
        let step = step(self.high - self.low, 5.0);
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last).map(|n| n as f64 * step).collect()
    }

    /// A tick in words, all ticks alike.
    pub fn label(&self, tick: f64) -> String {
        if self.log {
            return match tick.log10().round() as i32 {
                power @ -2..=3 => plain(tick, (-power).max(0) as usize),
                power => format!("10{}", superscript(power)),
            };
        }
        let step = step(self.high - self.low, 5.0);
        let most = self.high.abs().max(self.low.abs());
        // Coordinates far from nought keep the digits by which they differ.
        if (most >= 1e6 && step > 1e-3 * most) || step < 1e-4 {
            return figures(tick, 3);
        }
        plain(tick, (-step.log10().floor()).max(0.0) as usize)
    }
}

fn plain(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, part) = text.split_once('.').map_or((text.as_str(), ""), |(whole, part)| (whole, part));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) && whole.len() > 4 {
            grouped.push('\u{2009}');
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 { "\u{2212}" } else { "" };
    if part.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{part}") }
}

/// A whole number in raised digits.
pub fn superscript(power: impl std::fmt::Display) -> String {
    power
        .to_string()
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            digit => char::from_u32(0x2070 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
        })
        .collect()
}

/// Least and greatest of the finite values.
pub fn range(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|v| v.is_finite()).fold(None, |found, v| match found {
        None => Some((v, v)),
        Some((low, high)) => Some((low.min(v), high.max(v))),
    })
}

fn step(span: f64, about: f64) -> f64 {
    let rough = (span / about).abs().max(1e-300);
    let decade = 10f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * decade).find(|s| *s >= rough * 0.999).unwrap_or(decade)
}

/// Attributes of a grid line.
pub const GRID: &str = "class=\"grid\"";

/// A frame with two axes.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// Left edge.
    pub left: f64,
    /// Right edge.
    pub right: f64,
    /// Upper edge.
    pub top: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Frame {
    /// Draws the upright axis on the left: grid lines, numbers, name on top.
    pub fn left_axis(&self, canvas: &mut Canvas, scale: &Scale, name: &str) {
        for tick in scale.ticks() {
            let y = scale.at(tick);
            canvas.line((self.left, y), (self.right, y), GRID);
            canvas.text((self.left - 6.0, y + 4.0), &scale.label(tick), "class=\"tick end\"");
        }
        canvas.text((self.left - 6.0, self.top - 9.0), name, "class=\"axis\"");
    }

    /// Draws a second upright axis on the right, without grid lines.
    pub fn right_axis(&self, canvas: &mut Canvas, scale: &Scale, name: &str) {
        for tick in scale.ticks() {
            canvas.text((self.right + 6.0, scale.at(tick) + 4.0), &scale.label(tick), "class=\"tick\"");
        }
        canvas.text((self.right + 6.0, self.top - 9.0), name, "class=\"axis end\"");
    }

    /// Draws the lower axis: grid lines, numbers, name at the right end.
    pub fn bottom_axis(&self, canvas: &mut Canvas, scale: &Scale, name: &str) {
        for tick in scale.ticks() {
            let x = scale.at(tick);
            canvas.line((x, self.top), (x, self.bottom), GRID);
            canvas.text((x, self.bottom + 15.0), &scale.label(tick), "class=\"tick mid\"");
        }
        canvas.line((self.left, self.bottom), (self.right, self.bottom), "class=\"rule\"");
        canvas.text((self.right, self.bottom + 31.0), name, "class=\"axis end\"");
    }
}

/// Moves labels apart so that none stands closer than `gap` to the next; order is kept.
pub fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let mut placed: Vec<f64> = wanted.to_vec();
    let mut least = low;
    for &at in &order {
        placed[at] = placed[at].max(least);
        least = placed[at] + gap;
    }
    let mut most = high;
    for &at in order.iter().rev() {
        placed[at] = placed[at].min(most);
        most = placed[at] - gap;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round() {
        let scale = Scale::from_zero([0.0, 87.0], 0.0, 100.0);
        assert_eq!(scale.ticks(), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        let scale = Scale::log([0.003, 40.0], 100.0, 0.0);
        let labels: Vec<_> = scale.ticks().into_iter().map(|t| scale.label(t)).collect();
        assert_eq!(labels, ["10⁻³", "0.01", "0.1", "1", "10", "100"]);
        assert_eq!(superscript(-12), "⁻¹²");
    }

    #[test]
    fn a_single_value_has_an_axis() {
        for value in [0.0, 5.0, -3.0, 1e-9, 1e12] {
            let scale = Scale::linear([value], 0.0, 1.0);
            assert!(scale.ticks().len() >= 2, "{value}");
            assert!(scale.holds(value), "{value}");
        }
    }

    proptest! {
        #[test]
        fn every_axis_has_a_sensible_number_of_ticks(a in -1e6..1e6f64, b in -1e6..1e6f64) {
            let scale = Scale::linear([a, b], 0.0, 100.0);
            let ticks = scale.ticks();
            prop_assert!((2..=12).contains(&ticks.len()), "{ticks:?}");
            prop_assert!(scale.holds(a) && scale.holds(b));
            let labels: std::collections::BTreeSet<_> = ticks.iter().map(|t| scale.label(*t)).collect();
            prop_assert_eq!(labels.len(), ticks.len());
        }

        #[test]
        fn labels_keep_their_distance(wanted in prop::collection::vec(0.0..300.0f64, 1..15)) {
            let placed = spread(&wanted, 12.0, 0.0, 300.0);
            let mut sorted = placed.clone();
            sorted.sort_by(f64::total_cmp);
            for pair in sorted.windows(2) {
                prop_assert!(pair[1] - pair[0] >= 12.0 - 1e-9);
            }
        }
    }
}

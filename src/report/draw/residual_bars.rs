//! Standardised residuals of a reconciliation, the largest first, between the lines that chance seldom crosses.

use super::axis::Scale;
use super::canvas::{Canvas, fitted};
use super::colour::{ACCENT, INK};
use crate::quantity::figures;
use crate::report::columns::{numbers, texts};
use crate::table::Table;

/// Bars at most.
const MOST: usize = 24;

/// A bar: what, how much, flagged.
type Bar = (String, f64, bool);

/// Reads `reconciled`; `None` where nothing is redundant.
pub fn read(table: &Table) -> Option<Vec<Bar>> {
    let (streams, quantities) = (texts(table, &["stream"])?, texts(table, &["quantity"])?);
    let residuals = numbers(table, &["standardised residual"])?;
    let standing = texts(table, &["standing"])?;
    let mut bars: Vec<Bar> = (0..streams.len())
        .filter_map(|at| {
            Some((format!("{}, {}", streams[at], quantities[at]), residuals[at]?, standing[at].contains("gross")))
        })
        .collect();
    bars.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    bars.truncate(MOST);
    (!bars.is_empty()).then_some(bars)
}

/// Draws the bars.
pub fn draw(bars: &[Bar]) -> Canvas {
    let (left, right, top, pitch) = (200.0, 500.0, 30.0, 17.0);
    let bottom = top + pitch * bars.len() as f64;
    let mut canvas = Canvas::new(560.0, bottom + 42.0);
    let most = bars.iter().map(|bar| bar.1.abs()).fold(2.5, f64::max);
    let across = Scale::linear([-most, most], left, right);
    for tick in across.ticks() {
        let x = across.at(tick);
        canvas.line((x, top), (x, bottom), "class=\"grid\"");
        canvas.text((x, bottom + 15.0), &across.label(tick), "class=\"tick mid\"");
    }
    for limit in [-1.96, 1.96] {
        canvas.line((across.at(limit), top), (across.at(limit), bottom), "class=\"rule dash\"");
    }
    canvas.text((across.at(1.96), top - 8.0), "95 % of one alone", "class=\"small muted\"");
    for (at, (name, value, flagged)) in bars.iter().enumerate() {
        let y = top + pitch * at as f64;
        let (zero, end) = (across.at(0.0), across.at(*value));
        let fill = if *flagged { "#b4442f" } else { ACCENT };
        canvas.rect(zero, y + 3.0, end - zero, pitch - 6.0, &format!("fill=\"{fill}\""));
        canvas.text((left - 8.0, y + 12.0), &fitted(name, 180.0, 11.0), "class=\"tick end\"");
        canvas.text((right + 8.0, y + 12.0), &figures(*value, 2), "class=\"tick\"");
    }
    canvas.line((across.at(0.0), top), (across.at(0.0), bottom), &format!("stroke=\"{INK}\" stroke-width=\"1\""));
    canvas.text((right, bottom + 33.0), "standardised residual", "class=\"axis end\"");
    canvas
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::draw::eye;

    #[test]
    fn the_largest_stands_first() {
        let columns = [("stream", ""), ("quantity", ""), ("standardised residual", ""), ("standing", "")];
        let mut table = Table::new("reconciled", "R", "t/h", &columns);
        for (stream, residual) in [("feed", 0.4), ("concentrate", -5.2), ("tailings", 1.1)] {
            let standing = if residual < -3.0 { "redundant, gross error?" } else { "redundant" };
            table.row(vec![stream.into(), "Zn".into(), residual.into(), standing.into()]);
        }
        table.row(vec!["feed".into(), "flow".into(), None.into(), "measured alone".into()]);
        let bars = read(&table).unwrap();
        assert!(bars.len() == 3 && bars[0].0.starts_with("concentrate") && bars[0].2);
        eye::inspect(&draw(&bars));
    }
}

//! A calendar of shares: twelve bars, each a month, stacked by what it is spent on.

use super::axis::{Frame, Scale};
use super::canvas::{Canvas, fitted};
use crate::table::{Cell, Table};

/// Shades in the order of the columns: what is wanted first, what is endured last; apart in grey as well.
const SHADES: [&str; 9] =
    ["#1f5fa8", "#9dbbdd", "#1a8f8a", "#d9c9a3", "#b98b52", "#efe3c4", "#982b6b", "#22272e", "#b9bec5"];

/// Draws a table of a month and shares in per cent; states that never come are left out of the key. `None` without rows.
pub fn draw(table: &Table) -> Option<Canvas> {
    let shares: Vec<(&str, Vec<f64>)> = table
        .columns
        .iter()
        .filter(|column| column.unit == "%")
        .map(|column| {
            let values = table.numbers(&column.name).into_iter().map(Option::unwrap_or_default).collect();
            (column.name.as_str(), values)
        })
        .collect();
    if shares.is_empty() || table.rows.is_empty() {
        return None;
    }
    let mut canvas = Canvas::new(1130.0, 320.0);
    let frame = Frame { left: 46.0, right: 900.0, top: 28.0, bottom: 272.0 };
    let upward = Scale::between(0.0, 100.0, frame.bottom, frame.top);
    frame.left_axis(&mut canvas, &upward, "");
    canvas.text((4.0, frame.top - 10.0), "share of the month's hours, %", "class=\"axis\"");
    let wide = (frame.right - frame.left) / table.rows.len() as f64;
    for (at, row) in table.rows.iter().enumerate() {
        let x = frame.left + wide * (at as f64 + 0.08);
        let mut below = 0.0;
        for (shade, (_, values)) in SHADES.iter().cycle().zip(&shares) {
            let above = below + values[at];
            let (bottom, top) = (upward.at(below), upward.at(above));
            if bottom - top > 0.05 {
                let fill = format!("fill=\"{shade}\" stroke=\"#fff\" stroke-width=\"0.5\"");
                canvas.rect(x, top, 0.84 * wide, bottom - top, &fill);
            }
            below = above;
        }
        let work = shares[0].1[at];
        if work > 8.0 {
            let place = (x + 0.42 * wide, upward.at(0.5 * work) + 4.0);
            canvas.text(place, &format!("{work:.0}"), "class=\"tick mid\" style=\"fill:#fff\"");
        }
        if let Some(Cell::Text(month)) = row.first() {
            canvas.text((x + 0.42 * wide, frame.bottom + 17.0), &fitted(month, wide, 11.0), "class=\"tick mid\"");
        }
    }
    canvas.line((frame.left, frame.bottom), (frame.right, frame.bottom), "class=\"rule\"");
    let (mut y, x) = (frame.top + 8.0, frame.right + 18.0);
    for (shade, (name, values)) in SHADES.iter().cycle().zip(&shares) {
        if values.iter().any(|share| *share > 0.0) {
            canvas.rect(x, y - 9.0, 11.0, 11.0, &format!("fill=\"{shade}\""));
            canvas.text((x + 17.0, y), &fitted(name, 190.0, 11.0), "class=\"tick\"");
            y += 19.0;
        }
    }
    Some(canvas)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::draw::eye;

    #[test]
    fn months_are_named_and_states_that_come_stand_in_the_key() {
        let columns = [("month", ""), ("at work", "%"), ("repair", "%"), ("hanging on", "%")];
        let mut table = Table::new("sea_calendar", "Calendar", "hours", &columns);
        assert!(draw(&table).is_none());
        for month in ["Jan", "Feb", "Mar"] {
            table.row(vec![month.into(), 61.0.into(), 0.0.into(), 39.0.into()]);
        }
        let drawing = draw(&table).unwrap();
        eye::inspect(&drawing);
        assert_eq!((eye::count(&drawing, "hanging on"), eye::count(&drawing, "repair")), (1, 0));
        assert_eq!((eye::count(&drawing, "Feb"), eye::count(&drawing, "61")), (1, 3));
    }
}

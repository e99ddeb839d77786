//! Where the boxes of the flowsheet stand: layers as columns, wrapped into bands like lines
//! of text, so that a long plant still fits a page.

use crate::report::draw::graph::Graph;

/// A unit's place: column, and row counted through all bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// From the left.
    pub column: usize,
    /// From the top.
    pub row: usize,
}

/// The grid.
#[derive(Debug, Clone)]
pub struct Grid {
    /// Of each unit.
    pub spots: Vec<Spot>,
    /// How many columns.
    pub columns: usize,
    /// How many rows.
    pub rows: usize,
}

/// Places every unit on a grid of at most `widest` columns.
pub fn grid(graph: &Graph, widest: usize) -> Grid {
    let depth = graph.depth();
    let bands = depth.div_ceil(widest).max(1);
    let columns = depth.div_ceil(bands).max(1);
    let mut spots = vec![Spot { column: 0, row: 0 }; graph.units];
    let mut first_row = 0;
    for band in 0..bands {
        let mut rows = 1;
        for column in 0..columns {
            let layer = band * columns + column;
            let mut members: Vec<(f64, usize)> = (0..graph.units)
                .filter(|unit| graph.layer[*unit] == layer)
                .map(|unit| (wanted_row(graph, &spots, unit, first_row), unit))
                .collect();
            members.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let mut least = 0;
            for (wanted, unit) in members {
                let row = (wanted.round().max(0.0) as usize).max(least);
                spots[unit] = Spot { column, row: first_row + row };
                least = row + 1;
            }
            rows = rows.max(least);
        }
        first_row += rows;
    }
    close_ranks(Grid { spots, columns, rows: first_row })
}

/// The mean row, within the band, of those it is fed by.
fn wanted_row(graph: &Graph, spots: &[Spot], unit: usize, first_row: usize) -> f64 {
    let feeders: Vec<f64> = graph
        .inner()
        .filter(|(_, to, link)| *to == unit && !link.back)
        .map(|(from, ..)| spots[from].row.saturating_sub(first_row) as f64)
        .collect();
    if feeders.is_empty() { 0.0 } else { feeders.iter().sum::<f64>() / feeders.len() as f64 }
}

/// Takes out rows that nobody stands in.
fn close_ranks(mut grid: Grid) -> Grid {
    let taken: Vec<bool> = (0..grid.rows).map(|row| grid.spots.iter().any(|spot| spot.row == row)).collect();
    for spot in &mut grid.spots {
        spot.row = taken[..spot.row].iter().filter(|t| **t).count();
    }
    grid.rows = taken.iter().filter(|t| **t).count().max(1);
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::draw::graph::tests::graph;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_two_boxes_share_a_spot(pairs in prop::collection::vec((0..25_usize, 0..25_usize), 0..60)) {
            let graph = graph(25, &pairs);
            let grid = grid(&graph, 6);
            let mut seen = std::collections::BTreeSet::new();
            for spot in &grid.spots {
                prop_assert!(seen.insert((spot.column, spot.row)));
                prop_assert!(spot.column < grid.columns && spot.row < grid.rows && grid.columns <= 6);
            }
        }
    }
}

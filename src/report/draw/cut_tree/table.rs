//! A tree from its table.
//!
//! # Table
//! `cut_tree`, one row a battery, parents before children: `battery`, `parent` and `outlet` of
//! the parent (`light`, `middle`, `heavy`; empty for the first), `cut`, `extractant`, `light`,
//! `middle` (may), `heavy` (elements, spaces between), `feed`, `to light`, `to middle` (may),
//! `to heavy` (kg REO/h), `light purity`, … (%), `extraction`, `scrub`, `strip` (stages), `organic`
//! (mol of metal in the organic phase per mol fed), `base`, `acid` (per oxide fed, any unit), and
//! `light product`, … (may): names at the leaves.

use super::{Battery, Outlet, Tree};
use crate::element::Element;
use crate::quantity::figures;
use crate::report::columns::texts;
use crate::table::Table;

const SIDES: [&str; 3] = ["light", "middle", "heavy"];

impl Tree {
    /// Reads a `cut_tree` table; `None` when it names no battery.
    pub fn read(table: &Table) -> Option<Self> {
        let count = table.rows.len();
        let words = |name: &str| match table.position(name) {
            Some(_) => texts(table, &[name]).unwrap_or_default(),
            None => vec![String::new(); count],
        };
        let numbers = |name: &str| {
            let values = table.numbers(name);
            if values.is_empty() { vec![None; count] } else { values }
        };
        let unit = |name: &str| table.columns.iter().find(|c| c.name == name).map_or("", |c| c.unit.as_str());
        let (tags, parents, sides) = (words("battery"), words("parent"), words("outlet"));
        let (cuts, extractants, feeds) = (words("cut"), words("extractant"), numbers("feed"));
        let stages = ["extraction", "scrub", "strip"].map(numbers);
        let figures_of = ["organic", "base", "acid"].map(|name| (name, unit(name), numbers(name)));
        let outlets = SIDES.map(|side| {
            let (elements, flow) = (words(side), numbers(&format!("to {side}")));
            (elements, flow, numbers(&format!("{side} purity")), words(&format!("{side} product")))
        });
        let mut tree = Self::default();
        for at in 0..count {
            let note = |wanted: &[&str]| {
                let told =
                    figures_of.iter().filter(|(name, ..)| wanted.contains(name)).filter_map(|(name, unit, values)| {
                        let value = figures(values[at]?, 2);
                        Some(if *name == "organic" {
                            format!("organic {value} {unit}")
                        } else {
                            format!("{name} {value}")
                        })
                    });
                told.collect::<Vec<_>>().join(" · ")
            };
            let outlets = outlets
                .iter()
                .filter_map(|(elements, flow, purity, product)| {
                    let elements: Vec<Element> =
                        elements[at].split([' ', ',']).filter_map(|symbol| symbol.parse().ok()).collect();
                    (!elements.is_empty() || flow[at].is_some_and(|flow| flow > 0.0)).then(|| Outlet {
                        elements,
                        flow: flow[at].unwrap_or(0.0),
                        purity: purity[at],
                        product: Some(product[at].clone()).filter(|name| !name.is_empty()),
                        ..Outlet::default()
                    })
                })
                .collect();
            tree.batteries.push(Battery {
                tag: tags.get(at)?.clone(),
                cut: cuts[at].clone(),
                extractant: extractants[at].clone(),
                stages: [0, 1, 2].map(|section| stages[section][at].unwrap_or(0.0)),
                feed: feeds[at].unwrap_or(0.0),
                notes: [note(&["organic"]), note(&["base", "acid"])].into_iter().filter(|n| !n.is_empty()).collect(),
                spark: Vec::new(),
                outlets,
            });
            tree.hang(at, &parents[at], &sides[at]);
        }
        for root in tree.roots.clone() {
            tree.fill_parts(root);
        }
        (!tree.batteries.is_empty()).then_some(tree)
    }

    /// Joins a battery to the outlet it takes; one that names none, or none that is free, is a root.
    fn hang(&mut self, at: usize, parent: &str, side: &str) {
        let found = self.batteries[..at].iter().position(|battery| !parent.is_empty() && battery.tag == parent);
        let free = found.and_then(|parent| {
            let outlets = &mut self.batteries[parent].outlets;
            let port = match side {
                "light" => 0,
                "middle" => 1,
                _ => outlets.len().checked_sub(1)?,
            };
            outlets.get_mut(port).filter(|outlet| outlet.to.is_none())
        });
        match free {
            Some(outlet) => outlet.to = Some(at),
            None => self.roots.push(at),
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::table::Cell;

    /// A table by the contract, made by hand: three cuts, or fourteen down to single oxides.
    pub fn table(deep: bool) -> Table {
        let mut table = Table::new(
            "cut_tree",
            "The order of cuts",
            "kg/h as reporting oxides; purity of the group in the rare earths of the outlet",
            &[
                ("battery", ""),
                ("parent", ""),
                ("outlet", ""),
                ("cut", ""),
                ("extractant", ""),
                ("light", ""),
                ("heavy", ""),
                ("feed", "kg REO/h"),
                ("to light", "kg REO/h"),
                ("to heavy", "kg REO/h"),
                ("light purity", "%"),
                ("heavy purity", "%"),
                ("extraction", ""),
                ("scrub", ""),
                ("strip", ""),
                ("organic", "mol/mol"),
                ("base", "kg/kg REO"),
                ("acid", "kg/kg REO"),
                ("light product", ""),
            ],
        );
        let all: Vec<Element> = crate::report::draw::spider::ORDER.to_vec();
        // From here to there, cut at a place; then what hangs below.
        let cuts: &[(usize, usize, usize, &str, &str)] = if deep {
            &[
                (0, 15, 4, "", ""),
                (0, 4, 2, "SX-1", "light"),
                (0, 2, 1, "SX-2", "light"),
                (2, 4, 3, "SX-2", "heavy"),
                (4, 15, 7, "SX-1", "heavy"),
                (4, 7, 5, "SX-5", "light"),
                (5, 7, 6, "SX-6", "heavy"),
                (7, 15, 8, "SX-5", "heavy"),
                (8, 15, 9, "SX-8", "heavy"),
                (9, 15, 10, "SX-9", "heavy"),
                (10, 15, 11, "SX-10", "heavy"),
                (11, 15, 12, "SX-11", "heavy"),
                (12, 15, 13, "SX-12", "heavy"),
                (13, 15, 14, "SX-13", "heavy"),
            ]
        } else {
            &[(0, 15, 4, "", ""), (0, 4, 2, "SX-1", "light"), (4, 15, 7, "SX-1", "heavy")]
        };
        let words = |from: usize, to: usize| all[from..to].iter().map(|e| e.symbol()).collect::<Vec<_>>().join(" ");
        let flow = |from: usize, to: usize| (from..to).map(|at| 60.0 / (1.0 + at as f64).powf(1.4)).sum::<f64>();
        for (row, (from, to, cut, parent, side)) in cuts.iter().enumerate() {
            table.row(vec![
                format!("SX-{}", row + 1).into(),
                (*parent).into(),
                (*side).into(),
                format!("{}/{}", all[cut - 1], all[*cut]).into(),
                "p507".into(),
                words(*from, *cut).into(),
                words(*cut, *to).into(),
                flow(*from, *to).into(),
                flow(*from, *cut).into(),
                flow(*cut, *to).into(),
                99.95.into(),
                99.5.into(),
                (20.0 + row as f64).into(),
                (24.0 + row as f64).into(),
                8.0.into(),
                (1.4 + 0.3 * row as f64).into(),
                0.61.into(),
                Cell::from(if row == 0 { None } else { Some(1.8) }),
                if *from == 0 && *cut == 2 && !deep { "LaCe oxide".into() } else { "".into() },
            ]);
        }
        table
    }

    #[test]
    fn a_table_is_a_tree() {
        let tree = Tree::read(&table(true)).unwrap();
        assert_eq!((tree.batteries.len(), tree.roots.as_slice()), (14, [0].as_slice()));
        assert_eq!(tree.leaves(0), 15);
        // An orphan stands by itself; a battery that names itself is no loop.
        let mut odd = table(false);
        odd.rows[1][1] = "SX-9".into();
        odd.rows[2][1] = "SX-3".into();
        assert_eq!(Tree::read(&odd).unwrap().roots.len(), 3);
        odd.rows.clear();
        assert!(Tree::read(&odd).is_none());
    }
}

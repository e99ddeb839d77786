//! How good an estimate is: its class, from what it rests on.
//!
//! # Equation
//! Class 3 where `q ≥ 80 %`, `a ≤ 5 %` and `p ≤ 10 %`; class 4 where `a ≤ 20 %` and `p ≤ 30 %`; else class 5.
//! Range: from the narrow to the wide end of the class as `2 max(a, p)` goes from nought to one.
//!
//! # Symbols
//! Shares of the installed capital: `q` priced from quotations or records of the plant itself, `a` assumed; `p` share of the
//! plant's other facts that are assumed.
//!
//! # Holds for
//! The classes are those of the practice for process industries, which grades by how far the project is defined: capacity
//! factors and judgement are class 5, sized equipment times factors class 4, quotations for most of it class 3. The limits and
//! the place in the range are a written rule of this program. It gives no class 2 or 1: those need drawings, not models.
//!
//! # Source
//! Classes and ranges `data/economics/aace_classes.csv` (`aace2016`).

use crate::error::Error;
use crate::library::Library;
use crate::source::Evidence;

use super::capital::Capital;

/// What the estimate rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grounds {
    /// Share of the installed capital priced by quotation or record.
    pub quoted: f64,
    /// Share of the installed capital that is assumed.
    pub assumed: f64,
    /// Share of the plant's other facts that are assumed.
    pub process_assumed: f64,
}

/// Ranges of the classes: class, narrow and wide end below, narrow and wide end above.
#[derive(Debug, Clone, PartialEq)]
pub struct Classes(Vec<(usize, [f64; 4])>);

/// A class with its range, as shares of the estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EstimateClass {
    /// 5 to 3.
    pub class: usize,
    /// Below, negative.
    pub low: f64,
    /// Above.
    pub high: f64,
}

impl Grounds {
    /// Of a capital whose lines say how well they are known.
    pub fn of(capital: &Capital, process_assumed: f64) -> Self {
        let share = |of: &dyn Fn(&str) -> bool| {
            let own = capital.items.iter().filter(|item| of(&item.evidence)).filter_map(|item| item.installed);
            if capital.installed > 0.0 { own.sum::<f64>() / capital.installed } else { 1.0 }
        };
        Self {
            quoted: share(&|evidence| evidence == Evidence::Measured.word()),
            assumed: share(&|evidence| evidence == Evidence::Assumed.word() || evidence == Evidence::Choice.word()),
            process_assumed,
        }
    }

    /// The class.
    pub fn class(&self) -> usize {
        if self.quoted >= 0.8 && self.assumed <= 0.05 && self.process_assumed <= 0.1 {
            3
        } else if self.assumed <= 0.2 && self.process_assumed <= 0.3 {
            4
        } else {
            5
        }
    }
}

impl Classes {
    /// As the data have them.
    pub fn read(library: &Library) -> Result<Self, Error> {
        let table = library.table("economics/aace_classes")?;
        let rows = table.rows().filter_map(|row| {
            let end = |column: &str| row.number(column);
            let ends = [end("low_narrow")?, end("low_wide")?, end("high_narrow")?, end("high_wide")?];
            Some((row.number("class")? as usize, ends))
        });
        Ok(Self(rows.collect()))
    }

    /// The class that follows from the grounds, with its range; `None` where the data lack the class.
    pub fn of(&self, grounds: &Grounds) -> Option<EstimateClass> {
        let class = grounds.class();
        let (_, [low_narrow, low_wide, high_narrow, high_wide]) = self.0.iter().find(|(own, _)| *own == class)?;
        let place = (2.0 * grounds.assumed.max(grounds.process_assumed)).clamp(0.0, 1.0);
        let between = |narrow: f64, wide: f64| narrow + place * (wide - narrow);
        Some(EstimateClass { class, low: between(*low_narrow, *low_wide), high: between(*high_narrow, *high_wide) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_grounds_never_give_a_worse_class_or_a_wider_range() {
        let classes = Classes::read(&Library::builtin()).unwrap();
        let steps = [0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0];
        for quoted in [0.0, 0.5, 0.9] {
            for process_assumed in steps {
                let all: Vec<EstimateClass> = steps
                    .iter()
                    .map(|assumed| classes.of(&Grounds { quoted, assumed: *assumed, process_assumed }).unwrap())
                    .collect();
                for pair in all.windows(2) {
                    assert!(pair[0].class <= pair[1].class);
                    assert!(pair[0].low >= pair[1].low - 1e-12 && pair[0].high <= pair[1].high + 1e-12, "{pair:?}");
                }
            }
        }
    }

    #[test]
    fn guesses_are_class_five_and_quotations_class_three() {
        let classes = Classes::read(&Library::builtin()).unwrap();
        let guess = classes.of(&Grounds { quoted: 0.0, assumed: 0.6, process_assumed: 0.7 }).unwrap();
        assert_eq!((guess.class, guess.low, guess.high), (5, -0.5, 1.0));
        let quoted = classes.of(&Grounds { quoted: 1.0, assumed: 0.0, process_assumed: 0.0 }).unwrap();
        assert_eq!((quoted.class, quoted.low, quoted.high), (3, -0.1, 0.1));
    }
}

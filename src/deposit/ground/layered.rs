//! By how many laws grades are told as normal scores, and what each layer holds: in its samples, estimated, drawn.
//!
//! # Equation
//! That of [`crate::deposit::simulate::layers`]; the mean of a layer of blocks is weighed by their dry tonnes.
//!
//! # Symbols
//! As there.
//!
//! # Holds for
//! Looking whether what is drawn falls and rises with height as the samples do. Means of a layer differ from those of its samples by where the blocks
//! lie: far from samples by chance alone, near them as kriging has it.
//!
//! # Source
//! `goovaerts1997`.

use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::deposit::ground::count::shown;
use crate::deposit::ground::simulated::Simulated;
use crate::deposit::simulate::layers::{LEAST_OF_LAYER, Layered, Layers};
use crate::deposit::simulate::tally::Tally;
use crate::fields::Fields;
use crate::quantity::Length;
use crate::source::Caveat;
use crate::table::Table;

/// By how many laws grades are told as normal scores.
#[derive(Debug, Clone, PartialEq)]
pub enum Laws {
    /// One.
    One,
    /// One for each layer of blocks.
    Layers,
    /// One between each two of some heights, and beyond the outermost.
    Levels(Vec<f64>),
}

impl Laws {
    /// Reads `laws` and `levels`; `None`: nothing is said, and how the ground is estimated decides; or what is said is refused.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let word = fields.may_word(
            "laws",
            "grades are told as normal scores by one law for all heights, one for each layer of blocks, or one between each two of `levels`; absent: one for \
             each layer where the ground is estimated in layers, else one for all",
            &[("one", 1), ("layers", 2), ("levels", 3)],
        );
        let about = "heights at which a law ends and the next begins, rising; needed where `laws` are between levels";
        let levels: Option<Vec<Length>> = if fields.has("levels") {
            fields.list("levels", about, -12_000.0..=9_000.0)
        } else {
            // Described all the same.
            let _ = fields.may_texts("levels", about);
            None
        };
        match (word, levels) {
            (Some(3), Some(levels)) => {
                let edges: Vec<f64> = levels.into_iter().map(|level| level.0).collect();
                if edges.is_empty() || edges.windows(2).any(|pair| pair[0] >= pair[1]) {
                    fields.refuse("levels", "are none, or do not rise", "[\"-6 m\", \"-3 m\"]");
                }
                Some(Self::Levels(edges))
            }
            (Some(3), None) => {
                if !fields.has("levels") {
                    fields.refuse("levels", "missing, but `laws` are between levels", "[\"-6 m\", \"-3 m\"]");
                }
                None
            }
            (other, Some(_)) => {
                fields.refuse("levels", "stand where no law ends at them", "`laws = \"levels\"`");
                other.map(|other| if other == 1 { Self::One } else { Self::Layers })
            }
            (other, None) => other.map(|other| if other == 1 { Self::One } else { Self::Layers }),
        }
    }
}

impl Ground {
    /// The layers in which samples at some heights are told as normal scores, and what has to be said of them.
    pub(super) fn layers(&self, asked: &Simulated, heights_m: &[f64]) -> (Layers, Option<Caveat>) {
        let given = match (&asked.laws, self.estimate.layered) {
            (Some(Laws::Levels(edges)), _) => Layers::between(edges.clone()),
            (Some(Laws::Layers), _) | (None, true) => {
                let edge = |at: usize| self.lattice.corner[2] + at as f64 * self.lattice.block[2];
                Layers::between((1..self.lattice.count[2]).map(edge).collect())
            }
            (Some(Laws::One), _) | (None, false) => Layers::default(),
        };
        let joined = given.clone().joined(heights_m, LEAST_OF_LAYER);
        let told = (joined.count() < given.count()).then(|| {
            let what = format!(
                "{} layers of blocks or levels have {} laws of normal scores: those with fewer than {LEAST_OF_LAYER} samples share one with \
                 a layer beside; higher blocks, or `levels` where the ground changes, give each its own",
                given.count(),
                joined.count(),
            );
            Caveat::at("deposit", what)
        });
        (joined, told)
    }

    /// Each layer that has a law: samples and their mean, the mean of its estimated blocks and of what was drawn of them.
    pub(super) fn by_layer(
        &self,
        model: &BlockModel,
        law: &Layered,
        samples: Held<'_>,
        tally: &Tally,
        flag: &str,
    ) -> Table {
        let of = self.tonnage.of;
        let lead = &self.samples.variables[of];
        let unit = shown(lead.unit);
        let mut table = Table::new(
            "simulated_layers",
            format!("{} by layer, in the samples, estimated and drawn{flag}", lead.name),
            "each layer has a law of normal scores of its own; samples by their declustering weights, blocks by their dry tonnes; drawn: mean over realisations",
            &[
                ("from", "m"),
                ("to", "m"),
                ("samples", ""),
                ("mean of samples", unit),
                ("estimated", unit),
                ("drawn", unit),
            ],
        );
        let layers = law.layers();
        let top = self.lattice.corner[2] + self.lattice.count[2] as f64 * self.lattice.block[2];
        for layer in 0..layers.count() {
            let [from, to] = layers.bounds_m(layer);
            let (mut count, mut sum, mut weight) = (0usize, 0.0, 0.0);
            for ((height_m, grade), by) in samples.heights_m.iter().zip(samples.grades).zip(samples.weights) {
                if layers.of(*height_m) == layer {
                    (count, sum, weight) = (count + 1, sum + by * grade, weight + by);
                }
            }
            let (mut dry_t, mut estimated, mut drawn) = (0.0, 0.0, 0.0);
            for (block, tonnes, grade) in model.estimated(of) {
                let Some(held) = tally.block(block).filter(|_| layers.of(model.lattice.middle(block)[2]) == layer)
                else {
                    continue;
                };
                (dry_t, estimated, drawn) =
                    (dry_t + tonnes, estimated + tonnes * grade, drawn + tonnes * held.means[0]);
            }
            let mean = |sum: f64| (dry_t > 0.0).then(|| sum / dry_t).into();
            table.row(vec![
                from.unwrap_or(self.lattice.corner[2]).into(),
                to.unwrap_or(top).into(),
                (count as f64).into(),
                (sum / weight).into(),
                mean(estimated),
                mean(drawn),
            ]);
        }
        table
    }
}

/// Samples as they are told by layer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held<'s> {
    /// Where they are, m.
    pub heights_m: &'s [f64],
    /// Their grades.
    pub grades: &'s [f64],
    /// Their declustering weights.
    pub weights: &'s [f64],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Node;
    use crate::fields::Check;

    fn read(text: &str) -> (Option<Laws>, String) {
        let node = Node::parse("m.toml", text).unwrap();
        let check = Check::new();
        let mut fields = Fields::new(&node, "simulate", &check);
        let laws = Laws::read(&mut fields);
        fields.finish();
        (laws, check.finish().0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn laws_are_read_and_what_does_not_fit_is_told() {
        assert_eq!(read(""), (None, String::new()));
        assert_eq!(read("laws = \"layers\"").0, Some(Laws::Layers));
        let levels = read("laws = \"levels\"\nlevels = [\"-6 m\", \"-3 m\"]");
        assert_eq!(levels, (Some(Laws::Levels(vec![-6.0, -3.0])), String::new()));
        for (text, told) in [
            ("laws = \"layer\"", "did you mean `layers`"),
            ("laws = \"levels\"", "missing, but `laws` are between levels"),
            ("laws = \"levels\"\nlevels = [\"-3 m\", \"-6 m\"]", "do not rise"),
            ("laws = \"one\"\nlevels = [\"-3 m\"]", "where no law ends at them"),
            ("levels = [\"-3 m\"]", "where no law ends at them"),
        ] {
            let problems = read(text).1;
            assert!(problems.contains(told), "{text}: {problems}");
        }
    }
}

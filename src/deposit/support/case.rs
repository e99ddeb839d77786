//! Change of support asked as a question: clustered samples, a variogram, blocks, cut-offs.

use crate::deposit::decluster;
use crate::deposit::lattice::Lattice;
use crate::deposit::support::{Change, KINDS, above, moments, ratio};
use crate::deposit::variogram::Model;
use crate::error::Error;
use crate::quantity::{Length, Number};
use crate::unit::{Case, Kind, Reading};

/// A question to the laws.
#[derive(Debug)]
struct Question {
    law: Box<dyn Change>,
    grades: Vec<f64>,
    weights: Vec<f64>,
    ratio: f64,
    cut_offs: Vec<f64>,
}

/// Its entry in the catalogue.
pub const CASE: Kind<dyn Case> = Kind {
    name: "change-of-support",
    about: "Share of blocks above cut-offs and its grade, foretold from a table of samples",
    sources: &["isaaks1989", "emery2006"],
    read: |fields, library| {
        let samples = decluster::samples(fields, library);
        let words: Vec<(&'static str, usize)> = KINDS.iter().enumerate().map(|(at, kind)| (kind.name, at)).collect();
        let law = fields.word("law", "the law of change of support", &words);
        let cell: Option<Length> = fields.need("cell", "side of a cell in which samples share a weight", 1e-3..=1e7);
        let block: Option<Length> = fields.need("block", "side of a block, in plan", 1e-3..=1e7);
        let points = fields.count("points", "points a side that stand for a block", 1..=20);
        let cuts: Option<Vec<Number>> = fields.list("cut_offs", "cut-offs, in the unit of the value", 0.0..=1e12);
        let model = fields.table("variogram", "structure, range and nugget").and_then(|mut inner| {
            let model = Model::read(&mut inner, library);
            inner.finish();
            model
        });
        let law = law.and_then(|at| (KINDS[at].read)(fields, library));
        let ((places, grades), cell, block, points) = (samples?, cell?.0, block?.0, points?);
        let lattice = Lattice { corner: [0.0; 3], block: [block, block, 1.0], count: [1; 3] };
        Some(Box::new(Question {
            law: law?,
            weights: decluster::weights(&places, [cell, cell, 1e9]),
            grades,
            ratio: ratio(&model?, &lattice, [points, points, 1]),
            cut_offs: cuts?.into_iter().map(|cut| cut.0).collect(),
        }))
    },
};

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let blocks = self.law.blocks(&self.grades, &self.weights, self.ratio);
        let mut readings = vec![
            Reading::new("variance of blocks over that of points", self.ratio, "1"),
            Reading::new("mean", moments(&blocks, &self.weights).0, "1"),
        ];
        for cut in &self.cut_offs {
            let (share, grade) = above(&blocks, &self.weights, *cut);
            readings.push(Reading::new(format!("share above {cut}"), 100.0 * share, "%"));
            if let Some(grade) = grade {
                readings.push(Reading::new(format!("grade above {cut}"), grade, "1"));
            }
        }
        Ok(readings)
    }
}

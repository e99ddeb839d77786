//! Variograms: how unlike two places are, by their distance.
//!
//! A structure says how much of the sill is reached at a distance; a [`Model`] joins it to a
//! nugget and a sill. Each structure is one file and one entry of [`KINDS`].

use std::fmt::Debug;
use std::sync::Arc;

use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::{Fraction, Length};
use crate::unit::Kind;

pub mod experimental;
pub mod exponential;
pub mod gaussian;
pub mod spherical;

/// The shape of a variogram.
pub trait Variogram: Debug + Send + Sync {
    /// The share of the sill reached at a distance: nought at nought, one far away.
    fn rise(&self, distance_m: f64) -> f64;
}

/// The structures there are.
pub const KINDS: &[Kind<dyn Variogram>] = &[spherical::KIND, exponential::KIND, gaussian::KIND];

/// The field every structure has.
pub(crate) fn range(fields: &mut Fields<'_>) -> Option<f64> {
    let length: Length = fields.need(
        "range",
        "distance at which places are no longer alike (the practical range where the sill is only approached)",
        1e-3..=1e8,
    )?;
    Some(length.0)
}

/// A structure with its nugget and sill.
#[derive(Debug, Clone)]
pub struct Model {
    /// Name of the structure, for tables.
    pub kind: &'static str,
    /// Share of the sill that is there at once: measurement error and what lies below the sampling distance.
    pub nugget_share: f64,
    /// The whole sill, in the square of the grade's unit.
    pub sill: f64,
    /// The shape.
    pub structure: Arc<dyn Variogram>,
}

impl Model {
    /// Reads `kind`, the structure's fields and `nugget`; the sill is one until [`Model::with_sill`].
    pub fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let words: Vec<(&'static str, usize)> = KINDS.iter().enumerate().map(|(at, kind)| (kind.name, at)).collect();
        let at = fields.word("kind", "the structure of the variogram", &words);
        let nugget: Option<Fraction> = fields.need(
            "nugget",
            "share of the sill at no distance: error and what is finer than the sampling",
            0.0..=0.99,
        );
        // Without a kind, any structure asks for the fields they share.
        let structure = (KINDS[at.unwrap_or(0)].read)(fields, library);
        Some(Self { kind: KINDS[at?].name, nugget_share: nugget?.0, sill: 1.0, structure: Arc::from(structure?) })
    }

    /// A model from its parts; `None` with the nearest name where the kind is not known.
    pub fn named(kind: &str, structure: Arc<dyn Variogram>, nugget_share: f64, sill: f64) -> Result<Self, String> {
        let found = KINDS.iter().find(|known| known.name == kind);
        let kind = found.map(|known| known.name).ok_or_else(|| nearest(kind, KINDS.iter().map(|known| known.name)))?;
        Ok(Self { kind, nugget_share, sill, structure })
    }

    /// The same shape with another sill.
    pub fn with_sill(&self, sill: f64) -> Self {
        Self { sill, ..self.clone() }
    }

    /// The distance at which 95 % of the structure's sill is reached, m.
    pub fn reach_m(&self) -> f64 {
        let (mut near, mut far) = (0.0, 1.0);
        while self.structure.rise(far) < 0.95 && far < 1e12 {
            far *= 2.0;
        }
        for _ in 0..60 {
            let middle = 0.5 * (near + far);
            if self.structure.rise(middle) < 0.95 { near = middle } else { far = middle }
        }
        far
    }

    /// Half the mean squared difference at a distance.
    pub fn gamma(&self, distance_m: f64) -> f64 {
        if distance_m <= 0.0 {
            return 0.0;
        }
        self.sill * (self.nugget_share + (1.0 - self.nugget_share) * self.structure.rise(distance_m))
    }

    /// Covariance at a distance; at none, the whole sill.
    pub fn covariance(&self, distance_m: f64) -> f64 {
        self.sill - self.gamma(distance_m)
    }

    /// Covariance of two different places however near: without the nugget.
    pub fn covariance_apart(&self, distance_m: f64) -> f64 {
        self.sill * (1.0 - self.nugget_share) * (1.0 - self.structure.rise(distance_m))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Node;
    use crate::fields::Check;

    #[test]
    fn every_structure_rises_from_nought_to_one() {
        let node = Node::parse("v.toml", "range = \"100 m\"\n").unwrap();
        for kind in KINDS {
            let check = Check::new();
            let mut fields = Fields::new(&node, "v", &check);
            let structure = (kind.read)(&mut fields, &Library::builtin()).unwrap();
            assert!(structure.rise(0.0).abs() < 1e-15, "{}", kind.name);
            assert!((structure.rise(1e4) - 1.0).abs() < 1e-9, "{}", kind.name);
            assert!((0.94..=1.0).contains(&structure.rise(100.0)), "{}: at the range", kind.name);
            let steps: Vec<f64> = (0..200).map(|step| structure.rise(f64::from(step))).collect();
            assert!(steps.windows(2).all(|pair| pair[1] >= pair[0]), "{}", kind.name);
        }
    }

    #[test]
    fn the_nugget_stands_at_once() {
        let model = Model::named("spherical", Arc::new(spherical::Spherical { range_m: 10.0 }), 0.25, 8.0).unwrap();
        assert!(model.gamma(0.0).abs() < 1e-15);
        assert!((model.gamma(1e-12) - 2.0).abs() < 1e-9);
        assert!((model.gamma(50.0) - 8.0).abs() < 1e-12);
        assert!((model.covariance(0.0) - 8.0).abs() < 1e-12);
        assert!((model.structure.rise(model.reach_m()) - 0.95).abs() < 1e-9);
    }
}

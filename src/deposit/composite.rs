//! Compositing: assays of unlike length made into layers of one thickness.
//!
//! # Equation
//! `z = Σ l_i z_i / Σ l_i` over the assays that lie in the layer, `l_i` the length of each
//! inside it; the composite stands where `Σ l_i` is at least the asked share of the layer.
//!
//! # Symbols
//! `z` grade of the composite (ppm); `z_i` grade of an assay (ppm); `l_i` length (m).
//!
//! # Holds for
//! A dry density that does not change along the core: then length weighs as mass does.
//!
//! # Source
//! `isaaks1989`, the regularisation of samples to equal support.

use crate::deposit::assay::Core;

/// A layer of the deposit, by depth below the sea floor or the collar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layer {
    /// Top, m.
    pub from_m: f64,
    /// Bottom, m.
    pub to_m: f64,
}

/// Layers of one thickness from `top_m` down to `bottom_m`; the last may be thinner.
pub fn layers(top_m: f64, bottom_m: f64, thickness_m: f64) -> Vec<Layer> {
    let count = ((bottom_m - top_m) / thickness_m - 1e-9).ceil().max(1.0) as usize;
    (0..count)
        .map(|index| Layer {
            from_m: top_m + index as f64 * thickness_m,
            to_m: (top_m + (index + 1) as f64 * thickness_m).min(bottom_m),
        })
        .collect()
}

/// The grade of a core in a layer, ppm; `None` where less than `least_cover` of it is assayed.
pub fn composite(core: &Core, layer: Layer, least_cover: f64) -> Option<f64> {
    let (mut length, mut content) = (0.0, 0.0);
    for assay in &core.assays {
        let inside = assay.to_m.min(layer.to_m) - assay.from_m.max(layer.from_m);
        if inside > 0.0 {
            length += inside;
            content += inside * assay.grade_ppm;
        }
    }
    let covered = length / (layer.to_m - layer.from_m);
    (length > 0.0 && covered >= least_cover - 1e-9).then(|| content / length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deposit::assay::Assay;

    fn core(assays: &[(f64, f64, f64)]) -> Core {
        let assays = assays
            .iter()
            .map(|&(from_m, to_m, grade_ppm)| Assay { from_m, to_m, grade_ppm, elements_ppm: None, line: 0 })
            .collect();
        Core { name: "A".into(), x_m: 0.0, y_m: 0.0, water_depth_m: None, assays }
    }

    /// Content is kept: the layers together hold what the assays hold.
    #[test]
    fn compositing_keeps_the_content() {
        let core = core(&[(0.0, 0.4, 100.0), (0.4, 1.3, 900.0), (1.3, 3.0, 400.0)]);
        let held: f64 = layers(0.0, 3.0, 1.0).into_iter().filter_map(|layer| composite(&core, layer, 0.5)).sum();
        assert!((held - (0.4 * 100.0 + 0.9 * 900.0 + 1.7 * 400.0)).abs() < 1e-9);
    }

    #[test]
    fn a_short_core_has_no_deep_composite() {
        let core = core(&[(0.0, 1.4, 100.0)]);
        let layer = Layer { from_m: 1.0, to_m: 2.0 };
        assert_eq!(composite(&core, layer, 0.5), None);
        assert_eq!(composite(&core, layer, 0.3), Some(100.0));
    }

    #[test]
    fn the_last_layer_ends_at_the_bottom() {
        let all = layers(0.0, 2.5, 1.0);
        assert_eq!((all.len(), all[2].to_m), (3, 2.5));
    }
}

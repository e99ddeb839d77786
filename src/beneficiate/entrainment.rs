//! Grains that the water of the froth carries along, whatever they are: the finer, the more.
//!
//! # Equation
//! ```text
//! R = Rt + (1 − Rt) e(d) w
//! e(d) = 2 / (e^(2.292 (d/ξ)^a) + e^(−2.292 (d/ξ)^a)),   a = 1 + ln(δ)/e^(d/ξ)
//! ```
//!
//! # Symbols
//! Rt: share that truly floats; w: share of the water that goes to the froth; e: grains carried to the froth per water
//! carried; d: size; ξ: size of which a fifth of what the water would carry is carried (e = 0.2); δ: drainage
//! of coarse grains in the froth, 1 for none preferred.
//!
//! # Holds for
//! Hydrophilic grains from about 1 to 100 µm; ξ and δ belong to a cell and its froth and must be given.
//!
//! # Source
//! Savassi 1998 (`savassi1998`): the form, whose constant 2.292 is arcosh 5 and makes e(ξ) = 0.2 by definition.

/// Degree of entrainment by size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Entrainment {
    /// The same for every size.
    Even(f64),
    /// ξ m, δ.
    BySize(f64, f64),
}

impl Entrainment {
    /// e of a size, m.
    pub fn degree(self, size: f64) -> f64 {
        match self {
            Entrainment::Even(degree) => degree,
            Entrainment::BySize(fifth, drainage) => {
                let x = size / fifth;
                let power = x.powf(1.0 + drainage.ln() / x.exp());
                1.0 / (5f64.acosh() * power).min(700.0).cosh()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_at_its_size_all_of_the_finest_none_of_the_coarsest() {
        for drainage in [1.0, 1.3, 2.0] {
            let e = Entrainment::BySize(20e-6, drainage);
            let at_fifth = Entrainment::BySize(20e-6, 1.0).degree(20e-6);
            assert!((at_fifth - 0.2).abs() < 1e-12);
            assert!((e.degree(20e-6) - 0.2).abs() < 1e-12, "one to any power");
            assert!(e.degree(1e-8) > 0.99 && e.degree(400e-6) < 1e-6);
            let falls = (1..80).all(|um| e.degree(f64::from(um + 1) * 1e-6) <= e.degree(f64::from(um) * 1e-6) + 1e-12);
            assert!(falls, "{drainage}");
        }
        assert!((Entrainment::Even(0.3).degree(1.0) - 0.3).abs() < 1e-15);
    }
}

//! How much of a metal stays dissolved above its oxalate: the solubility product.
//!
//! # Equation
//! For a solid of m metals M^z+ and x oxalates,
//! ```text
//! [M^z+] = (Ksp / [C2O4^2−]^x)^(1/m)
//! dissolved = [M^z+] (1 + β1 [C2O4^2−])
//! [C2O4^2−] = C / (1 + h/K2 + h²/(K1 K2))
//! ```
//!
//! # Symbols
//! Ksp: solubility product, (mol/L)^(m+x). β1: stability of the mono-oxalato complex, L/mol.
//! C: dissolved oxalate, mol/L. h: free hydrogen ion, mol/L. K1, K2: acid constants of oxalic acid.
//!
//! # Holds for
//! Ideal solution at 25 °C, each oxalate its own pure solid, oxalate bound in complexes small
//! against what is dissolved. Above 0.1 mol/L ionic strength the constants must be those of
//! that medium. Constants are the scenario's, each with its source: no set for all the rare
//! earths is at hand that could ship with the program.
//!
//! # Source
//! Form: Watts and Leong (`watts2020`). K1, K2: `haynes2014`.

use crate::element::ByElement;

/// Constants of the oxalates a scenario knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Solubility {
    /// log₁₀ Ksp.
    pub log_ksp: ByElement<Option<f64>>,
    /// log₁₀ β1; absent means the complex is neglected.
    pub log_beta1: ByElement<Option<f64>>,
}

/// Free oxalate ion, mol/L, of `total` dissolved oxalate at free hydrogen `h`; `pk` are pK1 and pK2.
pub fn free_oxalate(total: f64, h: f64, pk: [f64; 2]) -> f64 {
    let second = h * 10f64.powf(pk[1]);
    total / (1.0 + second + second * h * 10f64.powf(pk[0]))
}

/// Dissolved metal, mol/L, in equilibrium with a solid of `metals` and `oxalates` at free oxalate `free`.
pub fn dissolved(log_ksp: f64, log_beta1: Option<f64>, metals: f64, oxalates: f64, free: f64) -> f64 {
    if free <= 0.0 {
        return f64::INFINITY;
    }
    let log_metal = (log_ksp - oxalates * free.log10()) / metals;
    10f64.powf(log_metal) * (1.0 + log_beta1.map_or(0.0, |log_beta| 10f64.powf(log_beta) * free))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_is_kept() {
        let free = 1e-6;
        let metal = dissolved(-27.0, None, 2.0, 3.0, free);
        assert!((metal.powi(2) * free.powi(3) / 1e-27 - 1.0).abs() < 1e-12);
        assert!(dissolved(-27.0, Some(5.0), 2.0, 3.0, free) > metal);
        assert!(dissolved(-27.0, None, 2.0, 3.0, 0.0).is_infinite());
    }

    #[test]
    fn acid_ties_oxalate_up() {
        let pk = [1.25, 4.27];
        assert!((free_oxalate(0.1, 1e-9, pk) - 0.1).abs() < 1e-5);
        assert!(free_oxalate(0.1, 1.0, pk) < 1e-6);
    }
}

//! Limits, identities and second routes.

use super::*;

fn chemistry() -> Chemistry {
    Chemistry::read(&Library::builtin()).unwrap()
}

fn litre(ions: &[(Ion, f64)]) -> Aqueous {
    let mut solution = Aqueous { water: 0.997, ..Aqueous::default() };
    for (ion, moles) in ions {
        solution.ions[*ion] = *moles;
    }
    solution
}

fn names(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn without_metals_it_is_the_ph_of_the_house() {
    let chemistry = chemistry();
    let liquor = litre(&[(Ion::Phosphate, 0.05), (Ion::Sulfate, 0.2), (Ion::H, 0.3), (Ion::Chloride, 0.01)]);
    let settled = chemistry.settle(&liquor, &[], None, Activity::Ideal).unwrap();
    assert!((settled.ph - crate::solution::ph(&liquor).unwrap()).abs() < 1e-7, "{}", settled.ph);
}

#[test]
fn gypsum_dissolves_to_fifteen_millimolar() {
    // Handbooks: 15.2 mmol per kg of water at 25 °C; Davies with pairing comes within 8 %.
    let chemistry = chemistry();
    let allowed = chemistry.pick(&names(&["gypsum"])).unwrap();
    let liquor = litre(&[(Ion::Ca, 0.1), (Ion::Sulfate, 0.1)]);
    let settled = chemistry.settle(&liquor, &allowed, None, Activity::Davies).unwrap();
    let left = settled.aqueous.molarity(Ion::Ca);
    assert!((left - 0.0152).abs() < 0.0012, "{left}");
}

#[test]
fn ferric_hydroxide_holds_its_product_at_a_given_ph() {
    let chemistry = chemistry();
    let allowed = chemistry.pick(&names(&["ferric hydroxide"])).unwrap();
    let liquor = litre(&[(Ion::Fe, 0.01), (Ion::Nitrate, 0.03)]);
    let settled = chemistry.settle(&liquor, &allowed, Some(3.0), Activity::Ideal).unwrap();
    let expected = 10f64.powf(4.891 - 9.0);
    let litres = liquor.volume() * 1000.0;
    assert!((settled.aqueous.ions[Ion::Fe] / litres / expected - 1.0).abs() < 1e-6);
    assert!(settled.saturation[allowed[0]].abs() < 1e-6);
    // Each Fe(OH)3 frees three protons, which must be taken away.
    assert!(
        (settled.acid + 3.0 * settled.formed[0] - 1e-3 * litres).abs() < 1e-6 * settled.formed[0].max(1.0),
        "{}",
        settled.acid
    );
}

#[test]
fn two_solids_share_what_is_scarce() {
    // Iron takes the phosphate before the rare earths may have it.
    let chemistry = chemistry();
    let allowed = chemistry.pick(&names(&["phosphates", "hydroxides", "sulfates", "fluorides"])).unwrap();
    let liquor = litre(&[
        (Ion::Fe, 0.02),
        (Ion::Nd, 0.005),
        (Ion::Y, 0.004),
        (Ion::Th, 1e-6),
        (Ion::U, 1e-6),
        (Ion::Al, 0.03),
        (Ion::Ca, 0.2),
        (Ion::Phosphate, 0.01),
        (Ion::Fluoride, 0.01),
        (Ion::Sulfate, 0.3),
        (Ion::Na, 0.047_0),
        (Ion::H, 0.03),
    ]);
    for activity in [Activity::Ideal, Activity::Davies] {
        for ph in [1.0, 2.0, 3.0, 4.5, 7.0, 9.5] {
            let settled = chemistry.settle(&liquor, &allowed, Some(ph), activity).unwrap();
            for (&at, &formed) in allowed.iter().zip(&settled.formed) {
                let index = settled.saturation[at];
                assert!(index < 1e-6, "{} at {ph}: {index}", chemistry.phases[at].name);
                assert!(formed == 0.0 || index > -1e-6, "{} at {ph}: {formed} {index}", chemistry.phases[at].name);
            }
        }
        let settled = chemistry.settle(&liquor, &allowed, Some(2.0), activity).unwrap();
        let at = |name: &str| settled.formed[allowed.iter().position(|&p| chemistry.phases[p].name == name).unwrap()];
        assert!(at("strengite") > 100.0 * at("Nd phosphate"));
        assert!(at("gypsum") > 0.0);
    }
}

#[test]
fn carbonate_leaves_an_acid_as_gas() {
    let chemistry = chemistry();
    let allowed = chemistry.pick(&names(&["gas"])).unwrap();
    let liquor = litre(&[(Ion::Ca, 0.5), (Ion::Carbonate, 0.5), (Ion::Chloride, 1.2), (Ion::H, 1.2)]);
    let settled = chemistry.settle(&liquor, &allowed, None, Activity::Ideal).unwrap();
    let litres = liquor.volume() * 1000.0;
    assert!(settled.formed[0] > 0.46 && settled.aqueous.ions[Ion::Carbonate] / litres < 0.036, "{settled:?}");
}

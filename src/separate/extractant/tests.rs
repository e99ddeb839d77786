//! Every file reads and keeps the house rules; what is absent stays absent; factors are taken as told.

use super::scenario::line_through;
use super::*;

#[test]
fn every_file_reads_and_says_where_it_holds() {
    let library = Library::builtin();
    let names = library.names("extractants", "toml");
    assert!(names.len() >= 7, "{names:?}");
    for name in names {
        let extractant = Extractant::named(&name, &library).unwrap_or_else(|e| panic!("{e}"));
        let known = extractant.log_k.iter().filter(|(_, fact)| fact.is_some()).count();
        assert!(known >= 3, "{name}");
        assert!(extractant.molar_mass.value > 0.1 && extractant.density.value > 700.0, "{name}");
        assert!(!extractant.holds.medium.is_empty(), "{name}: the medium is not told");
        assert_ne!(*extractant.family, *extractant.name.to_lowercase(), "{name}: a family has a chemist's name");
        for (element, uncertainty) in extractant.uncertainty.iter() {
            assert!(uncertainty.is_none_or(|u| u > 0.0 && u < 3.0), "{name}: {element} {uncertainty:?}");
            assert!(uncertainty.is_none() || extractant.log_k[element].is_some(), "{name}: {element}");
        }
        let of_measured_uncertainty = extractant.uncertainty.iter().any(|(_, u)| u.is_some());
        let said = library.text(&format!("extractants/{name}.toml")).unwrap();
        assert!(of_measured_uncertainty || said.contains("uncertainty"), "{name}: not a word on uncertainty");
    }
}

#[test]
fn a_correlation_is_one() {
    for name in Library::builtin().names("extractants", "toml") {
        let extractant = Extractant::named(&name, &Library::builtin()).unwrap();
        let Some(Correlation { elements, rows }) = extractant.correlation else { continue };
        for (i, (element, row)) in elements.iter().zip(&rows).enumerate() {
            assert!((row[i] - 1.0).abs() < 1e-12, "{name}");
            assert!(extractant.uncertainty[*element].is_some(), "{name}: {element}");
            for (j, value) in row.iter().enumerate() {
                assert!((value - rows[j][i]).abs() < 1e-12 && value.abs() <= 1.0, "{name}");
            }
        }
    }
}

#[test]
fn what_is_absent_stays_absent() {
    let p507 = Extractant::named("p507", &Library::builtin()).unwrap();
    for element in [Element::Ho, Element::Lu, Element::Sc, Element::Th, Element::Fe, Element::Ca] {
        assert!(p507.log_k[element].is_none(), "{element}");
    }
}

#[test]
fn the_line_keeps_the_order_of_the_lanthanides() {
    let p507 = Extractant::named("p507", &Library::builtin()).unwrap();
    let lu = line_through(&p507.log_k, Element::Lu).unwrap();
    let ho = line_through(&p507.log_k, Element::Ho).unwrap();
    assert!(lu.value > ho.value && ho.citation.evidence == Evidence::Assumed);
}

fn told(text: &str) -> (Option<Resolved>, Vec<String>, Vec<crate::source::Entry>) {
    let text = format!(
        "extractant = \"p507\"\nmissing = {{ rare_earths = \"linear-in-atomic-number\", others = \"not-extracted\" }}\n{text}"
    );
    read_text(&text)
}

fn read_text(text: &str) -> (Option<Resolved>, Vec<String>, Vec<crate::source::Entry>) {
    let node = Node::parse("s.toml", text).unwrap();
    let check = crate::fields::Check::new();
    let mut fields = crate::fields::Fields::new(&node, "SX-1", &check);
    let resolved = read(&mut fields, None, &Library::builtin());
    fields.finish();
    let (problems, ledger) = check.finish();
    (resolved, problems.iter().map(ToString::to_string).collect(), ledger)
}

#[test]
fn a_factor_is_taken_from_its_source() {
    let (plain, problems, _) = told("");
    assert!(problems.is_empty(), "{problems:?}");
    let (shifted, problems, ledger) = told("factors = { \"Nd/Pr\" = \"shinetsu2010\", \"Ce/La\" = \"p507-li1987\" }\n");
    assert!(problems.is_empty(), "{problems:?}");
    let (plain, shifted) = (plain.unwrap().extractant, shifted.unwrap());
    let k = |e: &Extractant, element: Element| e.log_k[element].as_ref().unwrap().value;
    let beta = |e: &Extractant, heavy, light| 10f64.powf(k(e, heavy) - k(e, light));
    let now = &shifted.extractant;
    assert!((beta(now, Element::Nd, Element::Pr) - 1.4).abs() < 1e-9);
    let li = Extractant::named("p507-li1987", &Library::builtin()).unwrap();
    assert!((beta(now, Element::Ce, Element::La) / beta(&li, Element::Ce, Element::La) - 1.0).abs() < 1e-9);
    // What was not asked for does not move: the heavier side its level, the lighter side its factors.
    for element in [Element::Nd, Element::Sm, Element::Lu, Element::Y] {
        assert_eq!(k(now, element).to_bits(), k(&plain, element).to_bits(), "{element}");
    }
    assert!((beta(now, Element::Pr, Element::Ce) / beta(&plain, Element::Pr, Element::Ce) - 1.0).abs() < 1e-9);
    assert!(shifted.shifted.len() == 2 && shifted.shifted[0].contains("shinetsu2010"), "{:?}", shifted.shifted);
    let entry = ledger.iter().find(|entry| entry.path == "SX-1.factors.Nd/Pr").unwrap();
    assert_eq!(&*entry.citation.key, "shinetsu2010");
    let pr = ledger.iter().find(|entry| entry.path == "SX-1.log_k.Pr").unwrap();
    assert!(pr.citation.place.contains("shifted by +0.18"), "{}", pr.citation.place);
    // The order in which factors are written does not matter.
    let (other, ..) = told("factors = { \"Ce/La\" = \"p507-li1987\", \"Pr/Nd\" = 1.4 }\n");
    let other = other.unwrap().extractant;
    for element in [Element::La, Element::Ce, Element::Pr] {
        assert!((k(now, element) - k(&other, element)).abs() < 1e-12, "{element}");
    }
}

#[test]
fn a_factor_that_cannot_be_taken_says_why() {
    for (text, wanted) in [
        ("\"Nd/Pr\" = \"shinetsu2011\"", "did you mean `shinetsu2010`?"),
        ("\"Nd/Pr\" = \"li2019\"", "only as a range"),
        ("\"Nd-Pr\" = 1.4", "is not two elements"),
        ("\"Nd/Fe\" = 1.4", "is not two rare earths"),
        ("\"Nd/Pr\" = 0.7", "not above 1"),
        ("\"Nd/Pr\" = true", "neither a source's name nor a number"),
        ("\"Nd/Pr\" = { value = 1.5, evidence = \"measured\" }", "by whom"),
    ] {
        let (resolved, problems, _) = told(&format!("factors = {{ {text} }}\n"));
        assert!(resolved.is_none() && problems.join("\n").contains(wanted), "{text}: {problems:?}");
    }
    let uky = "extractant = \"dehpa-uky\"\nmissing = { rare_earths = \"not-extracted\", others = \"not-extracted\" }\nfactors = { \"Nd/Pr\" = 1.4 }\n";
    let (_, problems, _) = read_text(uky);
    assert!(problems.join("\n").contains("change with pH"), "{problems:?}");
}

#[test]
fn sources_that_disagree_are_all_there() {
    let library = Library::builtin();
    let of = |heavy, light| factors::spread("P507", heavy, light, &library).unwrap();
    let nd_pr = of(Element::Nd, Element::Pr);
    assert!((nd_pr.range[0] - 1.4).abs() < 1e-9 && (2.6..2.7).contains(&nd_pr.range[1]), "{}", nd_pr.list());
    assert!(nd_pr.differs(2.1, 0.2) && nd_pr.list().contains("1.40 (shinetsu2010)"));
    let ce_la = of(Element::Ce, Element::La);
    assert!(ce_la.range[0] < 2.3 && ce_la.range[1] > 14.0, "{}", ce_la.list());
    assert!(factors::spread("P507", Element::Lu, Element::Yb, &library).is_none(), "nobody speaks of Lu/Yb");
}

#[test]
fn what_is_extracted_first_goes_before_every_rare_earth() {
    let text = "extractant = \"p507\"\nmissing = { rare_earths = \"linear-in-atomic-number\", others = \"not-extracted\", extracted_first = [\"Fe\", \"Th\"] }\n";
    let (resolved, problems, ledger) = read_text(text);
    assert!(problems.is_empty(), "{problems:?}");
    let resolved = resolved.unwrap();
    let k = |e: Element| resolved.extractant.log_k[e].as_ref().unwrap();
    for element in Element::RARE_EARTHS {
        assert!(k(Element::Fe).value > k(*element).value + 0.99);
    }
    assert_eq!((k(Element::Th).citation.evidence, resolved.first.len()), (Evidence::Assumed, 2));
    assert!(!resolved.left.contains(&Element::Fe) && resolved.left.contains(&Element::Al));
    assert!(ledger.iter().any(|entry| entry.path == "SX-1.log_k.Fe"));
    let (_, problems, _) = read_text(&text.replace("\"Th\"", "\"Nd\""));
    assert!(problems.join("").contains("`Nd` is not one of the other metals"), "{problems:?}");
}

/// Anyone's file, no rebuild: an extractant, an element more, a law with activities, all in a folder.
#[test]
fn an_overlay_adds_an_extractant_and_an_element() {
    let folder = std::env::temp_dir().join(format!("ytterby-extractants-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("extractants")).unwrap();
    let p507 = Library::builtin().text("extractants/p507.toml").unwrap();
    let more = p507.replace(
        "[log_k]\n",
        "[log_k]\nHo = { value = -0.1, uncertainty = 0.2, evidence = \"measured\", place = \"our bench\" }\n",
    );
    std::fs::write(folder.join("extractants/p507.toml"), more).unwrap();
    let ours = "about = \"ours\"\nform = \"cation-exchange\"\nfamily = \"Ours\"\nsource = \"llepe2021\"\nevidence = \"measured\"\nplace = \"bench\"\nmolar_mass = 0.3\ndensity = 900.0\nuncertainty = 0.1\n[holds]\nmedium = \"chloride\"\n[law]\nreference = 1.0\norder = 3.0\nalstad = 0.0\nactivity = \"pitzer\"\nbackground = \"hydrochloric-acid\"\nionic_strength = 0.5\n[log_k]\nNd = -2.0\nDy = 0.6\n";
    std::fs::write(folder.join("extractants/ours.toml"), ours).unwrap();
    std::fs::write(folder.join("extractants/worse.toml"), ours.replace("Dy = 0.6", "Lu = 2.6")).unwrap();
    let library = Library::with_overlay(&folder);
    let named = |name: &str| Extractant::named(name, &library);
    let (theirs, own, worse) = (named("p507").unwrap(), named("ours").unwrap(), named("worse").unwrap_err());
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(theirs.log_k[Element::Ho].as_ref().map(|fact| fact.citation.evidence), Some(Evidence::Measured));
    assert_eq!(theirs.uncertainty[Element::Ho], Some(0.2));
    assert_eq!((own.uncertainty[Element::Dy], own.log_k[Element::Ce].is_none()), (Some(0.1), true));
    let at =
        crate::separate::isotherm::Contact { ionic_strength: 0.5, ..crate::separate::isotherm::Contact::new(0.0, 1.0) };
    assert!((own.law().log_d(Element::Nd, &at).unwrap() + 2.0).abs() < 1e-12);
    assert!(worse.contains("no Pitzer parameters of the chloride of Lu"), "{worse}");
}

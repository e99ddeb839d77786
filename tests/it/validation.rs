//! Every validation file that ships holds, or is open with its reason.

use ytterby::library::Library;
use ytterby::validation::{self, Verdict};

#[test]
fn every_claim_holds_or_is_open_with_a_reason() {
    let findings = validation::builtin(&Library::builtin()).unwrap_or_else(|error| panic!("{error}"));
    let bad: Vec<_> = findings.iter().filter(|f| f.failed()).cloned().collect();
    assert!(bad.is_empty(), "{}", validation::as_text(&bad));
    for open in findings.iter().filter(|f| f.verdict == Verdict::Open) {
        assert!(!open.reason.trim().is_empty(), "{} is open without a reason", open.file);
    }
}

#[test]
fn an_open_claim_that_holds_is_promoted() {
    let findings = validation::builtin(&Library::builtin()).unwrap_or_else(|error| panic!("{error}"));
    let mut files: Vec<&str> = findings.iter().map(|f| f.file.as_str()).collect();
    files.dedup();
    for file in files {
        let mut of_file = findings.iter().filter(|f| f.file == file && f.expected.is_some()).peekable();
        let promoted = of_file.peek().is_some() && of_file.all(|f| f.verdict == Verdict::OpenButHolds);
        assert!(!promoted, "{file}: every answer holds now; set status = \"holds\" and drop the reason");
    }
}

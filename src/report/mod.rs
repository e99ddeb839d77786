//! The report: an outcome as one self-contained HTML page. A pure function.
